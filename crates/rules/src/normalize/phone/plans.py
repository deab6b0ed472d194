"""Writes plans.txt: pip install phonenumbers && python3 plans.py > plans.txt

phonenumbers is the Python edition of libphonenumber and carries its metadata. One line a region, tab-separated: region,
country code, trunk prefix, prefix of international calls, leading digits, pattern of all its numbers, then for each
kind of number its lengths, a blank and its pattern. The main region of a country code stands before the others.
"""

import phonenumbers
from phonenumbers import PhoneMetadata, phonenumberutil

KINDS = "premium_rate toll_free shared_cost voip personal_number pager uan voicemail fixed_line mobile".split()


def international_prefix(plan):
    """The one prefix, when it is one: the codes of carriers are nothing that a keyed number holds."""
    prefix = plan.preferred_international_prefix or plan.international_prefix or ""
    return prefix if prefix.isdigit() else ""


def line(plan):
    kinds = {}
    for kind in (getattr(plan, name) for name in KINDS):
        if kind is not None and kind.national_number_pattern and -1 not in kind.possible_length:
            lengths = kind.possible_length or plan.general_desc.possible_length
            kinds[f"{','.join(map(str, lengths))} {kind.national_number_pattern}"] = None
    return "\t".join([
        plan.id, str(plan.country_code), plan.national_prefix or "", international_prefix(plan),
        plan.leading_digits or "", plan.general_desc.national_number_pattern, *kinds,
    ])


print(f"""# Numbering plans of the world: data of libphonenumber {phonenumbers.__version__} (https://github.com/google/libphonenumber),
# Copyright The Libphonenumber Authors, Apache License 2.0, rearranged by plans.py, which describes the columns.""")
for code, regions in sorted(phonenumberutil.COUNTRY_CODE_TO_REGION_CODE.items()):
    for region in regions:
        if region == "001":
            print(line(PhoneMetadata.metadata_for_nongeo_region(code)))
        else:
            print(line(PhoneMetadata.metadata_for_region(region)))
