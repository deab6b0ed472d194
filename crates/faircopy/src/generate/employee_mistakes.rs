//! What goes wrong when new employees are keyed, and what it must be called.

use super::{
    draft::{Draft, EVERYTHING, Mistake, broken_byte, cut, trailing, write},
    employee::Employee,
    keyed::Slip,
    misdated::{ambiguous, impossible, in_another_order},
    mistyped, number,
    random::Random,
    source::{Sign, Source},
};
use record::Code;

type Employees = Draft<Employee>;

const NAME: u32 = 1;
const SSN: u32 = 2;
const BIRTH: u32 = 4;
const HIRE: u32 = 8;
const MAIL: u32 = 16;
const PHONE: u32 = 32;
const HOME: u32 = 64;
const JOB: u32 = 128;
const PAY: u32 = 256;
const BANK: u32 = 512;
const PAPERS: u32 = 1024;

/// Every kind of mistake.
pub(crate) const MISTAKES: &[Mistake<Employee>] = &[
    Mistake { touches: NAME, make: no_first_name },
    Mistake { touches: NAME, make: name_of_another_type },
    Mistake { touches: NAME, make: name_with_control_character },
    Mistake { touches: NAME, make: name_lost_in_decoding },
    Mistake { touches: NAME, make: name_misnamed },
    Mistake { touches: NAME, make: address_as_first_name },
    Mistake { touches: SSN, make: no_ssn },
    Mistake { touches: SSN, make: ssn_digit_lost },
    Mistake { touches: SSN, make: ssn_digit_doubled },
    Mistake { touches: SSN, make: ssn_key_beside },
    Mistake { touches: SSN, make: ssn_without_its_zero },
    Mistake { touches: SSN, make: ssn_made_up },
    Mistake { touches: SSN | PHONE, make: ssn_and_phone_swapped },
    Mistake { touches: BIRTH, make: impossible_birth },
    Mistake { touches: BIRTH, make: birth_in_another_order },
    Mistake { touches: BIRTH | HIRE | PAPERS, make: dates_swapped },
    Mistake { touches: BIRTH | HIRE, make: too_young },
    Mistake { touches: BIRTH | HIRE, make: born_after_hire },
    Mistake { touches: HIRE | PAPERS, make: ambiguous_hire },
    Mistake { touches: BIRTH | HIRE | PAPERS, make: hired_in_another_year },
    Mistake { touches: MAIL, make: broken_email },
    Mistake { touches: PHONE, make: phone_digit_lost },
    Mistake { touches: PHONE, make: phone_digit_doubled },
    Mistake { touches: PHONE, make: phone_with_extension },
    Mistake { touches: HOME, make: zip_without_its_zero },
    Mistake { touches: HOME, make: zip_as_number },
    Mistake { touches: HOME, make: zip_digit_lost },
    Mistake { touches: HOME, make: zip_digit_doubled },
    Mistake { touches: HOME, make: city_as_state },
    Mistake { touches: HOME, make: a_column_off },
    Mistake { touches: HOME, make: abroad },
    Mistake { touches: HOME, make: unknown_country },
    Mistake { touches: HOME, make: no_city },
    Mistake { touches: JOB, make: own_manager },
    Mistake { touches: JOB, make: no_manager },
    Mistake { touches: JOB, make: no_department },
    Mistake { touches: PAY, make: pay_without_its_point },
    Mistake { touches: PAY, make: pay_in_a_broken_cell },
    Mistake { touches: PAY, make: pay_key_beside },
    Mistake { touches: PAY, make: pay_too_fine },
    Mistake { touches: PAY, make: pay_in_another_locale },
    Mistake { touches: PAY, make: ambiguous_pay },
    Mistake { touches: PAY, make: unknown_basis },
    Mistake { touches: PAY, make: exempt_unclear },
    Mistake { touches: BANK, make: aba_transposed },
    Mistake { touches: BANK, make: aba_without_its_zero },
    Mistake { touches: BANK, make: account_in_a_broken_cell },
    Mistake { touches: BANK, make: no_account_type },
    Mistake { touches: BANK, make: no_routing_number },
    Mistake { touches: PAPERS | HIRE, make: document_expired },
    Mistake { touches: PAPERS, make: unknown_document },
    Mistake { touches: PAPERS, make: number_of_no_document },
    Mistake { touches: EVERYTHING, make: keyed_twice },
    Mistake { touches: EVERYTHING, make: cut },
    Mistake { touches: EVERYTHING, make: broken_byte },
    Mistake { touches: EVERYTHING, make: trailing },
];

fn no_first_name(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.lacks("first", Code::StrRequired, random)
}

fn name_of_another_type(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.expect(Code::StrType, "/last");
    let value: &[u8] = if random.chance(1, 2) { b"[\"unreadable\"]" } else { b"0" };
    draft.slip("last", Slip::Write(value.to_vec()))
}

fn name_with_control_character(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let name = format!("{}\u{1b}", draft.document.last);
    draft.wrong("last", Code::ChrInvalid, name)
}

fn name_lost_in_decoding(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let name = format!("{}\u{fffd}", draft.document.last);
    draft.wrong("last", Code::ChrInvalid, name)
}

fn name_misnamed(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::StrRequired, "/first");
    draft.expect(Code::StrUnknownField, "/frist");
    draft.slip("first", Slip::Misname("frist"))
}

/// The wrong column was pasted, for all rows at once.
fn address_as_first_name(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let address = &draft.document.address;
    let (line, city, state, zip) = (&address.line, address.city, address.state, &address.zip);
    draft.wrong("first", Code::StrTooLong, format!("{line}, {city}, {state} {zip} (please forward to the new address)"))
}

fn no_ssn(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.lacks("ssn", Code::StrRequired, random)
}

fn ssn_digit_lost(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::lost(&draft.document.ssn, 0, random) else { return false };
    draft.wrong("ssn", Code::FmtPattern, if random.chance(1, 2) { wrong.replace('-', "") } else { wrong })
}

fn ssn_digit_doubled(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::doubled(&draft.document.ssn, 0, random) else { return false };
    draft.wrong("ssn", Code::FmtPattern, wrong)
}

fn ssn_key_beside(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::letter(&draft.document.ssn, random) else { return false };
    draft.wrong("ssn", Code::FmtPattern, wrong)
}

/// A spreadsheet took the number for one to reckon with.
fn ssn_without_its_zero(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let digits = draft.document.ssn.replace('-', "");
    let Some(short) = mistyped::zeros_lost(&digits) else { return false };
    if random.chance(1, 3) {
        draft.expect(Code::StrType, "/ssn");
        return draft.slip("ssn", Slip::Write(short.as_bytes().to_vec()));
    }
    draft.wrong("ssn", Code::FmtPattern, short)
}

fn ssn_made_up(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let (code, wrong) = random.pick(&[
        (Code::ValPlaceholder, "999-99-9999"),
        (Code::ValPlaceholder, "123-45-6789"),
        (Code::ValPlaceholder, "078-05-1120"),
        (Code::FmtPattern, "000-12-3456"),
        (Code::FmtPattern, "666-12-3456"),
        (Code::FmtPattern, "536-00-4399"),
        (Code::FmtPattern, "536-90-0000"),
        (Code::FmtPattern, "912-93-3456"),
    ]);
    draft.expect(code, "/ssn");
    draft.slip("ssn", write(wrong))
}

fn ssn_and_phone_swapped(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::FmtPattern, "/ssn");
    draft.expect(Code::FmtPhone, "/phone");
    let (ssn, phone) = (draft.document.ssn.clone(), draft.document.phone.clone());
    draft.slip("ssn", write(phone));
    draft.slip("phone", write(ssn))
}

fn impossible_birth(draft: &mut Employees, source: &Source, random: &mut Random) -> bool {
    draft.wrong("dob", Code::FmtDateImpossible, impossible(draft.document.born.date().year, source, random))
}

fn birth_in_another_order(draft: &mut Employees, source: &Source, _: &mut Random) -> bool {
    let Some(keyed) = in_another_order(draft.document.born, source) else { return false };
    draft.wrong("dob", Code::FmtDateImpossible, keyed)
}

/// The hire date in the field of the birth and the other way round.
fn dates_swapped(draft: &mut Employees, source: &Source, _: &mut Random) -> bool {
    let employee = &mut draft.document;
    std::mem::swap(&mut employee.born, &mut employee.hired);
    draft.expect(Code::RelOrder, "/dob");
    if source.timed {
        draft.expect(Code::ValRange, "/hire_date");
    }
    true
}

fn too_young(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.document.born = draft.document.hired.plus(-random.within(300, 13 * 365));
    draft.expect(Code::ValRange, "/dob");
    true
}

fn born_after_hire(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.document.born = draft.document.hired.plus(random.within(0, 90));
    draft.expect(Code::RelOrder, "/dob");
    true
}

fn ambiguous_hire(draft: &mut Employees, source: &Source, _: &mut Random) -> bool {
    let Some(keyed) = ambiguous(draft.document.hired.date().year, source) else { return false };
    draft.wrong("hire_date", Code::FmtDateAmbiguous, keyed)
}

/// In January people still write the old year.
fn hired_in_another_year(draft: &mut Employees, source: &Source, random: &mut Random) -> bool {
    if !source.timed {
        return false;
    }
    draft.document.hired = draft.document.hired.plus(-365 * random.within(1, 2));
    draft.expect(Code::ValRange, "/hire_date");
    true
}

fn broken_email(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.wrong("email", Code::FmtEmail, mistyped::email(&draft.document.email, random))
}

fn phone_digit_lost(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::lost(&draft.document.phone[2..], 0, random) else { return false };
    draft.wrong("phone", Code::FmtPhone, wrong)
}

fn phone_digit_doubled(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let phone = &draft.document.phone;
    let Some(line) = mistyped::doubled(phone, 5, random) else { return false };
    draft.wrong("phone", Code::FmtPhone, line)
}

fn phone_with_extension(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let wrong = format!("{} {} {}", draft.document.phone, random.pick(&["ext", "x", "ext."]), random.within(10, 999));
    draft.wrong("phone", Code::FmtPhone, wrong)
}

fn zip_without_its_zero(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let Some(short) = mistyped::zeros_lost(&draft.document.address.zip) else { return false };
    draft.wrong("zip", Code::FmtPostal, short)
}

fn zip_as_number(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let digits: String = draft.document.address.zip.chars().take(5).collect();
    let short = mistyped::zeros_lost(&digits).unwrap_or(digits);
    draft.expect(Code::StrType, "/zip");
    draft.slip("zip", Slip::Write(short.as_bytes().to_vec()))
}

fn zip_digit_lost(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::lost(&draft.document.address.zip, 0, random) else { return false };
    draft.wrong("zip", Code::FmtPostal, wrong)
}

fn zip_digit_doubled(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::doubled(&draft.document.address.zip, 0, random) else { return false };
    draft.wrong("zip", Code::FmtPostal, wrong)
}

/// City and state in each other's fields; two cities are called as a state is.
fn city_as_state(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let (city, state) = (draft.document.address.city, draft.document.address.state);
    if city == "New York" {
        return false;
    }
    draft.expect(Code::ValEnum, "/state");
    draft.slip("city", write(state));
    draft.slip("state", write(city))
}

/// From the state on, every value of the address stands one column further left.
fn a_column_off(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::ValEnum, "/state");
    draft.expect(Code::FmtPostal, "/zip");
    draft.expect(Code::StrRequired, "/country");
    let (zip, country) = (draft.document.address.zip.clone(), draft.document.country);
    draft.slip("state", write(zip));
    draft.slip("zip", write(country));
    draft.slip("country", Slip::Write(b"\"\"".to_vec()))
}

fn abroad(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.wrong("country", Code::RelRule, random.pick(&["CA", "Mexico", "GB", "DEU"]))
}

fn unknown_country(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.wrong("country", Code::ValEnum, random.pick(&["Untied States", "UX", "USS", "Amercia"]))
}

fn no_city(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.lacks("city", Code::StrRequired, random)
}

fn own_manager(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let Some(no) = draft.document.no.clone() else { return false };
    draft.document.manager = no;
    draft.expect(Code::RelRule, "/manager_no");
    true
}

fn no_manager(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.lacks("manager_no", Code::StrRequired, random)
}

fn no_department(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.lacks("dept_code", Code::StrRequired, random)
}

/// `27.50` an hour becomes `2750`.
fn pay_without_its_point(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let employee = &mut draft.document;
    if !employee.hourly {
        return false;
    }
    employee.pay.scale = 0;
    draft.expect(Code::ValRange, "/pay_rate");
    true
}

fn pay_in_a_broken_cell(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.wrong("pay_rate", Code::FmtNumber, mistyped::broken_cell(random))
}

fn pay_key_beside(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(wrong) = mistyped::letter("2750", random) else { return false };
    draft.wrong("pay_rate", Code::FmtNumber, wrong)
}

fn pay_too_fine(draft: &mut Employees, source: &Source, _: &mut Random) -> bool {
    let sign = source.sign.written();
    draft.wrong("pay_rate", Code::FmtScale, format!("27{sign}12345"))
}

fn pay_in_another_locale(draft: &mut Employees, source: &Source, random: &mut Random) -> bool {
    let cents = random.within(10, 99);
    let keyed = match source.sign {
        Sign::Unsaid => return false,
        Sign::Point => format!("27,{cents}"),
        Sign::Comma => format!("1,827.{cents}"),
    };
    draft.wrong("pay_rate", Code::FmtNumber, keyed)
}

fn ambiguous_pay(draft: &mut Employees, source: &Source, random: &mut Random) -> bool {
    if source.sign != Sign::Unsaid {
        return false;
    }
    draft.wrong("pay_rate", Code::FmtMoneyAmbiguous, random.pick(&["82,500", "64.000", "120,000"]))
}

fn unknown_basis(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.wrong("pay_basis", Code::ValEnum, random.pick(&["houly", "salery", "piece", "h"]))
}

fn exempt_unclear(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.wrong("flsa_exempt", Code::ValEnum, random.pick(&["x", "?", "maybe", "2"]))
}

fn aba_transposed(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let Some(deposit) = &mut draft.document.deposit else { return false };
    let Some(wrong) = number::transpose(&deposit.aba, random) else { return false };
    deposit.aba = wrong;
    draft.expect(Code::ValCheckDigit, "/aba");
    true
}

fn aba_without_its_zero(draft: &mut Employees, _: &Source, _: &mut Random) -> bool {
    let Some(deposit) = &mut draft.document.deposit else { return false };
    let Some(short) = mistyped::zeros_lost(&deposit.aba) else { return false };
    deposit.aba = short;
    draft.expect(Code::FmtPattern, "/aba");
    true
}

fn account_in_a_broken_cell(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    if draft.document.deposit.is_none() {
        return false;
    }
    draft.wrong("account_no", Code::FmtPattern, random.pick(&["1.23457E+09", "########", "#REF!"]))
}

fn no_account_type(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    if draft.document.deposit.is_none() {
        return false;
    }
    draft.lacks("account_type", Code::StrConditionalRequired, random)
}

fn no_routing_number(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    if draft.document.deposit.is_none() {
        return false;
    }
    draft.lacks("aba", Code::StrConditionalRequired, random)
}

fn document_expired(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    let hired = draft.document.hired;
    let Some(expires) = draft.document.shown.as_mut().and_then(|shown| shown.expires.as_mut()) else { return false };
    *expires = hired.plus(-random.within(1, 900));
    draft.expect(Code::RelOrder, "/i9_expiry");
    true
}

fn unknown_document(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    if draft.document.shown.is_none() {
        return false;
    }
    draft.wrong("i9_doc_type", Code::ValEnum, random.pick(&["pasport", "library card", "drivers licens"]))
}

fn number_of_no_document(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    if draft.document.shown.is_none() {
        return false;
    }
    draft.lacks("i9_doc_type", Code::StrConditionalRequired, random)
}

fn keyed_twice(draft: &mut Employees, _: &Source, random: &mut Random) -> bool {
    draft.twice(random.pick(&["ssn", "dob", "zip", "pay_rate"]))
}
