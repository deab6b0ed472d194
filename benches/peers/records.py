"""The file that all engines judge, and the probes.

`faircopy generate` makes claims and their truth. The file has the clean records expected, so that no normalizer is needed to read them,
and 8 % of them are broken here in ways that the standard schema alone finds: what is valid is then the same question for every engine.
"""

import json
import random
import subprocess

FORM = "medical_claim"
INVALID = 0.08


def drop(name):
    return lambda record: record.pop(name)


def put(name, value):
    return lambda record: record.update({name: value})


def put_in_line(name, value):
    return lambda record: record["lines"][-1].update({name: value})


def drop_in_line(name):
    return lambda record: record["lines"][-1].pop(name)


def replacement_of_nothing(record):
    record.pop("original_claim_no", None)
    record["claim_frequency"] = "7"


# None of them is mended by a normalizer, none needs a check or a rule of a record to be found.
FAULTS = [
    drop("claim_no"),
    drop("date_signed"),
    put("remark", "urgent"),
    put("claim_frequency", "9"),
    put("patient_sex", "Q"),
    put("billing_npi", "12345"),
    put("total_charge", "12.345"),
    put("claim_no", "C" * 25),
    put("diagnoses", "J06.9"),
    put("lines", []),
    put("patient_dob", "2026-02-30"),
    put("diagnoses", ["J06.9"] * 13),
    drop_in_line("procedure"),
    put_in_line("line_no", 0),
    put("signature_on_file", "maybe"),
    put_in_line("dx_pointers", ["Z"]),
    replacement_of_nothing,
]


def dump(record):
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def clean_records(faircopy, directory, count):
    """Clean claims, 3 % of them repeated, from the truth that the generator writes beside its records."""
    truth = directory / "truth.ndjson"
    command = [faircopy, "generate", "--form", FORM, "--records", str(count), "--invalid", "0", "--duplicates", "0.03"]
    subprocess.run([*command, "--out", directory / "keyed.ndjson", "--oracle", truth], check=True)
    with open(truth, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["clean"]
    truth.unlink()


def write(faircopy, directory, count):
    """Writes the file; the same bytes with every call."""
    path = directory / "records.ndjson"
    chance = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        for record in clean_records(faircopy, directory, count):
            text = dump(record)
            if chance.random() < INVALID:
                fault = chance.randrange(len(FAULTS) + 1)
                if fault == len(FAULTS):
                    text = text[: len(text) // 2]
                else:
                    FAULTS[fault](record)
                    text = dump(record)
            file.write(text + "\n")
    return path


def probes(clean):
    """Lines that a schema alone does not judge, each with what it is; `clean` is a record with two lines at least."""

    def claim(number, **members):
        record = json.loads(dump(clean)) | {"claim_no": f"PROBE{number}", "patient_account_no": f"PROBE{number}"}
        return record | members

    def line(number, **members):
        record = claim(number)
        record["lines"][0] |= members
        return record

    text = dump(claim(2)).encode()
    return [
        ("the record as it is", dump(claim(0)).encode()),
        ("a byte that is no UTF-8", dump(claim(1)).encode().replace(b"PROBE1", b"PROBE1\xff", 1)),
        ("a member twice, with two values", text.replace(b'{"claim_no"', b'{"claim_no":"OTHER","claim_no"', 1)),
        ("half of a surrogate pair", dump(claim(3)).encode().replace(b'"PROBE3"', b'"PROBE3\\ud800"', 1)),
        ("a check digit that is wrong", dump(claim(4, billing_npi="1234567890")).encode()),
        ("a total that is not the sum of the lines", dump(claim(5, total_charge="1.00")).encode()),
        ("a service that ends before it begins", dump(line(6, service_to="2020-01-01")).encode()),
        ("an amount beyond the bounds of its field", dump(claim(7, amount_paid="99999999999.00")).encode()),
        ("another claim's key with other content", dump(claim(0) | {"claim_no": "PROBE8"}).encode()),
    ]
