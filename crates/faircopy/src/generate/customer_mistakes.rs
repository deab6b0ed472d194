//! What goes wrong when customers are keyed, and what it must be called.

use super::{
    calendar::Day,
    customer::{Customer, Who},
    draft::{Draft, EVERYTHING, Mistake, broken_byte, cut, missing, trailing, write},
    misdated::{ambiguous, impossible, in_another_order},
    mistyped, number,
    random::Random,
    source::{Sign, Source},
};
use record::Code;

type Customers = Draft<Customer>;

const TYPE: u32 = 1;
const NAME: u32 = 2;
const BIRTH: u32 = 4;
const IDENTITY: u32 = 8;
const COUNTRIES: u32 = 16;
const HOME: u32 = 32;
const MAIL: u32 = 64;
const TAX: u32 = 128;
const RISK: u32 = 256;
const MONEY: u32 = 512;
const CONSENT: u32 = 1024;

/// 2026-02-16: a day before all record times of a run, by less than a year.
const KEYED: Day = Day(20_500);

/// Every kind of mistake.
pub(crate) const MISTAKES: &[Mistake<Customer>] = &[
    Mistake { touches: TYPE | NAME | BIRTH | IDENTITY, make: no_type },
    Mistake { touches: TYPE | NAME | BIRTH | IDENTITY, make: unknown_type },
    Mistake { touches: TYPE | NAME | BIRTH | IDENTITY, make: person_as_company },
    Mistake { touches: TYPE | NAME | BIRTH, make: company_as_person },
    Mistake { touches: NAME, make: half_a_name },
    Mistake { touches: NAME, make: no_company_name },
    Mistake { touches: NAME, make: name_in_the_wrong_column },
    Mistake { touches: NAME, make: name_with_control_character },
    Mistake { touches: NAME, make: name_lost_in_decoding },
    Mistake { touches: NAME, make: lei_transposed },
    Mistake { touches: NAME, make: lei_character_lost },
    Mistake { touches: NAME, make: vat_digit_wrong },
    Mistake { touches: BIRTH, make: no_birth },
    Mistake { touches: BIRTH, make: impossible_birth },
    Mistake { touches: BIRTH, make: birth_in_another_order },
    Mistake { touches: BIRTH, make: ambiguous_birth },
    Mistake { touches: BIRTH, make: too_young },
    Mistake { touches: COUNTRIES, make: unknown_nationality },
    Mistake { touches: COUNTRIES, make: town_as_nationality },
    Mistake { touches: IDENTITY, make: no_number },
    Mistake { touches: IDENTITY, make: number_made_up },
    Mistake { touches: IDENTITY, make: number_too_long },
    Mistake { touches: IDENTITY, make: tax_number_of_another_shape },
    Mistake { touches: IDENTITY, make: unknown_document },
    Mistake { touches: IDENTITY, make: unknown_issuer },
    Mistake { touches: IDENTITY, make: expired },
    Mistake { touches: IDENTITY, make: issue_and_expiry_swapped },
    Mistake { touches: IDENTITY, make: issued_ahead },
    Mistake { touches: HOME, make: postcode_cut },
    Mistake { touches: HOME, make: postcode_without_its_zero },
    Mistake { touches: HOME, make: unknown_country },
    Mistake { touches: MAIL, make: broken_email },
    Mistake { touches: MAIL, make: phone_with_letters },
    Mistake { touches: MAIL, make: email_and_phone_swapped },
    Mistake { touches: TAX, make: untaxed_us_person },
    Mistake { touches: TAX, make: tin_of_another_shape },
    Mistake { touches: TAX, make: no_tin },
    Mistake { touches: RISK, make: pep_of_low_risk },
    Mistake { touches: RISK, make: unknown_risk },
    Mistake { touches: MONEY, make: amount_with_currency },
    Mistake { touches: MONEY, make: amount_in_a_broken_cell },
    Mistake { touches: MONEY, make: ambiguous_amount },
    Mistake { touches: MONEY, make: amount_in_another_locale },
    Mistake { touches: MONEY, make: unknown_source_of_funds },
    Mistake { touches: MONEY, make: iban_transposed },
    Mistake { touches: MONEY, make: iban_short },
    Mistake { touches: CONSENT, make: no_consent },
    Mistake { touches: CONSENT, make: consent_unclear },
    Mistake { touches: CONSENT, make: signed_on_no_day },
    Mistake { touches: EVERYTHING, make: keyed_twice },
    Mistake { touches: EVERYTHING, make: cut },
    Mistake { touches: EVERYTHING, make: broken_byte },
    Mistake { touches: EVERYTHING, make: trailing },
];

/// Without its type nothing is asked of a customer that is asked of persons or of companies only.
fn no_type(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.lacks("customer_type", Code::StrRequired, random)
}

fn unknown_type(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("customer_type", Code::ValEnum, random.pick(&["perosn", "compnay", "trust", "Mr"]))
}

/// Everything that a company does not have is told, and what it lacks.
fn person_as_company(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let Who::Person { names, full, occupation, .. } = &draft.document.who else { return false };
    let there = [
        ("/last", names.is_some()),
        ("/first", names.is_some()),
        ("/full_name", full.is_some()),
        ("/dob", true),
        ("/occupation", occupation.is_some()),
    ];
    let kind = draft.document.identity.kind.0;
    for (path, _) in there.into_iter().filter(|(_, there)| *there) {
        draft.expect(Code::StrNotAllowed, path);
    }
    draft.expect(Code::StrConditionalRequired, "/company_name");
    draft.expect(Code::StrConditionalRequired, "/incorporation_date");
    if matches!(kind, "passport" | "dl") {
        draft.expect(Code::RelRule, "/id_type");
    }
    draft.slip("customer_type", write("company"))
}

fn company_as_person(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let Who::Company { lei, registered, vat, industry, .. } = &draft.document.who else { return false };
    let there = [
        ("/company_name", true),
        ("/lei", lei.is_some()),
        ("/reg_no", registered.is_some()),
        ("/eu_vat", vat.is_some()),
        ("/incorporation_date", true),
        ("/industry", industry.is_some()),
    ];
    for (path, _) in there.into_iter().filter(|(_, there)| *there) {
        draft.expect(Code::StrNotAllowed, path);
    }
    draft.expect(Code::StrConditionalRequired, "/last");
    draft.expect(Code::StrConditionalRequired, "/dob");
    draft.slip("customer_type", write("person"))
}

fn half_a_name(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Who::Person { names: Some(_), full: None, .. } = &draft.document.who else { return false };
    let name = random.pick(&["last", "first"]);
    draft.lacks(name, Code::StrConditionalRequired, random)
}

fn no_company_name(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Who::Company { .. } = &draft.document.who else { return false };
    draft.lacks("company_name", Code::StrConditionalRequired, random)
}

/// A name keyed in the column beside its own, of the other kind of customer.
fn name_in_the_wrong_column(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let (column, name) = match &draft.document.who {
        Who::Person { full: Some(full), .. } => ("company_name", full.clone()),
        Who::Person { .. } => return false,
        Who::Company { name, .. } => ("full_name", name.clone()),
    };
    draft.wrong(column, Code::StrNotAllowed, name)
}

/// The field of the name that the customer has.
const fn name_field(who: &Who) -> &'static str {
    match who {
        Who::Person { names: Some(_), .. } => "last",
        Who::Person { .. } => "full_name",
        Who::Company { .. } => "company_name",
    }
}

fn name_with_control_character(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let field = name_field(&draft.document.who);
    draft.wrong(field, Code::ChrInvalid, "Whit\u{0}lock")
}

fn name_lost_in_decoding(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let field = name_field(&draft.document.who);
    draft.wrong(field, Code::ChrInvalid, "D\u{fffd}rfler")
}

fn lei_transposed(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Who::Company { lei: Some(lei), .. } = &mut draft.document.who else { return false };
    // Letters and digits take turns after the first four characters, which are 5493.
    lei.replace_range(..4, random.pick(&["4593", "5943", "5439"]));
    draft.expect(Code::ValCheckDigit, "/lei");
    true
}

fn lei_character_lost(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Who::Company { lei: Some(lei), .. } = &mut draft.document.who else { return false };
    let Some(short) = mistyped::lost(lei, 0, random) else { return false };
    *lei = short;
    draft.expect(Code::FmtPattern, "/lei");
    true
}

/// The last digit of these numbers is a check digit.
fn vat_digit_wrong(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Who::Company { vat: Some(vat), .. } = &mut draft.document.who else { return false };
    let last = vat.pop().and_then(|digit| digit.to_digit(10)).unwrap_or(0);
    let off = u32::try_from(1 + random.below(9)).unwrap_or(1);
    vat.extend(char::from_digit((last + off) % 10, 10));
    draft.expect(Code::ValCheckDigit, "/eu_vat");
    true
}

fn no_birth(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let field = match draft.document.who {
        Who::Person { .. } => "dob",
        Who::Company { .. } => "incorporation_date",
    };
    draft.lacks(field, Code::StrConditionalRequired, random)
}

fn impossible_birth(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    let Who::Person { born, .. } = draft.document.who else { return false };
    draft.wrong("dob", Code::FmtDateImpossible, impossible(born.date().year, source, random))
}

fn birth_in_another_order(draft: &mut Customers, source: &Source, _: &mut Random) -> bool {
    let Who::Person { born, .. } = draft.document.who else { return false };
    let Some(keyed) = in_another_order(born, source) else { return false };
    draft.wrong("dob", Code::FmtDateImpossible, keyed)
}

fn ambiguous_birth(draft: &mut Customers, source: &Source, _: &mut Random) -> bool {
    let Who::Person { born, .. } = draft.document.who else { return false };
    let Some(keyed) = ambiguous(born.date().year, source) else { return false };
    draft.wrong("dob", Code::FmtDateAmbiguous, keyed)
}

fn too_young(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    let (true, Who::Person { born, .. }) = (source.timed, &mut draft.document.who) else { return false };
    *born = KEYED.plus(-random.within(400, 17 * 365));
    draft.expect(Code::ValRange, "/dob");
    true
}

fn unknown_nationality(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("nationality", Code::ValEnum, random.pick(&["Germny", "XX", "Korea", "British citizen", "Frnace"]))
}

fn town_as_nationality(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let Some(city) = draft.document.city else { return false };
    draft.wrong("nationality", Code::ValEnum, city)
}

fn no_number(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.lacks("id_number", Code::StrRequired, random)
}

fn number_made_up(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    if draft.document.identity.kind.0 == "tin" {
        return false;
    }
    draft.wrong("id_number", Code::ValPlaceholder, random.pick(&["000000000", "123456789", "N/A", "xxx", "999999999"]))
}

fn number_too_long(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    if draft.document.identity.kind.0 == "tin" {
        return false;
    }
    let number = draft.document.identity.number.repeat(5);
    draft.wrong("id_number", Code::StrTooLong, number)
}

fn tax_number_of_another_shape(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let identity = &mut draft.document.identity;
    if identity.kind.0 != "tin" {
        return false;
    }
    identity.number = identity.country.spoilt(&identity.number);
    draft.expect(Code::FmtPattern, "/id_number");
    true
}

fn unknown_document(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("id_type", Code::ValEnum, random.pick(&["pasport", "library card", "driver", "passprt"]))
}

fn unknown_issuer(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("id_country", Code::ValEnum, random.pick(&["XX", "Germny", "Atlantis"]))
}

fn expired(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    let identity = &mut draft.document.identity;
    if !source.timed || identity.issued.is_some() || identity.expires.is_none() {
        return false;
    }
    identity.expires = Some(KEYED.plus(-random.within(1, 900)));
    draft.expect(Code::ValRange, "/id_expiry");
    true
}

fn issue_and_expiry_swapped(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    let identity = &mut draft.document.identity;
    let (Some(issued), Some(expires)) = (identity.issued, identity.expires) else { return false };
    // An expiry in the future becomes an issue in the future.
    (identity.issued, identity.expires) = (Some(expires.plus(400 + random.within(0, 90))), Some(issued));
    draft.expect(Code::RelOrder, "/id_expiry");
    if source.timed {
        draft.expect(Code::ValRange, "/id_issue");
    }
    true
}

fn issued_ahead(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    let identity = &mut draft.document.identity;
    let (true, Some(_), Some(expires)) = (source.timed, identity.issued, identity.expires) else { return false };
    let ahead = expires.plus(400 + random.within(0, 90));
    (identity.issued, identity.expires) = (Some(ahead), Some(ahead.plus(3_650)));
    draft.expect(Code::ValRange, "/id_issue");
    true
}

fn postcode_cut(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let Some(postcode) = draft.document.postcode else { return false };
    let Some((short, _)) = postcode.split_at_checked(postcode.len() - 1) else { return false };
    draft.wrong("postcode", Code::FmtPostal, short)
}

fn postcode_without_its_zero(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let Some(short) = draft.document.postcode.and_then(mistyped::zeros_lost) else { return false };
    draft.wrong("postcode", Code::FmtPostal, short)
}

/// The postal code is not held against a country that nobody knows.
fn unknown_country(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("country", Code::ValEnum, random.pick(&["Untied Kingdom", "XX", "Congo", "Swedn"]))
}

fn broken_email(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = draft.document.email.as_ref().map(|email| mistyped::email(email, random)) else { return false };
    draft.wrong("email", Code::FmtEmail, wrong)
}

fn phone_with_letters(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Some(phone) = &draft.document.phone else { return false };
    let Some(wrong) = mistyped::letter(phone, random) else { return false };
    draft.wrong("phone", Code::FmtPhone, wrong)
}

fn email_and_phone_swapped(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let (Some(phone), Some(email)) = (draft.document.phone.clone(), draft.document.email.clone()) else { return false };
    draft.expect(Code::FmtPhone, "/phone");
    draft.expect(Code::FmtEmail, "/email");
    draft.slip("phone", write(email));
    draft.slip("email", write(phone))
}

fn untaxed_us_person(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let customer = &mut draft.document;
    if customer.taxed.iter().any(|(country, _)| country.code == "US") {
        return false;
    }
    customer.us_person = Some(true);
    draft.expect(Code::StrConditionalRequired, "/tax_residencies");
    true
}

fn tin_of_another_shape(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let taxed = &mut draft.document.taxed;
    let at = random.position(taxed.len());
    let Some((country, tin)) = taxed.get_mut(at) else { return false };
    *tin = country.spoilt(tin);
    draft.expect(Code::FmtPattern, format!("/tax_residencies/{at}/tin"));
    true
}

fn no_tin(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    if draft.document.taxed.is_empty() {
        return false;
    }
    let at = random.position(draft.document.taxed.len());
    draft.expect(Code::StrRequired, format!("/tax_residencies/{at}/tin"));
    draft.slip_in(at, "tin", missing(random))
}

fn pep_of_low_risk(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.document.pep = Some(true);
    draft.document.risk = if random.chance(1, 3) { None } else { Some(("low", &["Low"])) };
    draft.expect(Code::RelRule, "/risk_rating");
    true
}

fn unknown_risk(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    if draft.document.pep == Some(true) {
        return false;
    }
    draft.wrong("risk_rating", Code::ValEnum, random.pick(&["hihg", "extreme", "3"]))
}

fn amount_with_currency(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("expected_monthly", Code::FmtNumber, random.pick(&["EUR 3500", "$2000", "12 000 kr", "5000 CHF"]))
}

fn amount_in_a_broken_cell(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("expected_monthly", Code::FmtNumber, mistyped::broken_cell(random))
}

fn ambiguous_amount(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    if source.sign != Sign::Unsaid {
        return false;
    }
    draft.wrong("expected_monthly", Code::FmtMoneyAmbiguous, random.pick(&["3,500", "2.000", "12,750"]))
}

fn amount_in_another_locale(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    let cents = random.within(10, 99);
    let keyed = match source.sign {
        Sign::Unsaid => return false,
        Sign::Point => format!("3.500,{cents}"),
        Sign::Comma => format!("3,500.{cents}"),
    };
    draft.wrong("expected_monthly", Code::FmtNumber, keyed)
}

fn unknown_source_of_funds(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("source_of_funds", Code::ValEnum, random.pick(&["salery", "lottery", "savngs"]))
}

fn iban_transposed(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = draft.document.iban.as_deref().and_then(|iban| number::transpose(iban, random)) else {
        return false;
    };
    draft.document.iban = Some(wrong);
    draft.expect(Code::ValCheckDigit, "/iban");
    true
}

fn iban_short(draft: &mut Customers, _: &Source, _: &mut Random) -> bool {
    let Some(iban) = &mut draft.document.iban else { return false };
    iban.pop();
    draft.expect(Code::ValCountryLength, "/iban");
    true
}

fn no_consent(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.lacks("consent", Code::StrRequired, random)
}

fn consent_unclear(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.wrong("consent", Code::ValEnum, random.pick(&["x", "?", "maybe", "pending"]))
}

fn signed_on_no_day(draft: &mut Customers, source: &Source, random: &mut Random) -> bool {
    draft.wrong("signature_date", Code::FmtDateImpossible, impossible(2026, source, random))
}

fn keyed_twice(draft: &mut Customers, _: &Source, random: &mut Random) -> bool {
    draft.twice(random.pick(&["customer_type", "id_number", "consent", "nationality"]))
}
