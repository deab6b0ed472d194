//! What goes wrong when medical claims are keyed, and what it must be called. Here: who, where, and with which numbers;
//! services and sums are in `claim_line_mistakes.rs`.
//!
//! What nobody can find is not made: a name in the place of another name, or a digit of an account that has no check.

use super::{
    claim::{Accident, Claim},
    claim_line_mistakes as services,
    draft::{Draft, EVERYTHING, Mistake, broken_byte, cut, trailing, write},
    keyed::Slip,
    misdated::{ambiguous, impossible, in_another_order},
    mistyped,
    random::Random,
    source::Source,
};
use record::Code;

pub(super) type Claims = Draft<Claim>;

const IDS: u32 = 1;
const WHO: u32 = 2;
const BIRTH: u32 = 4;
const HOME: u32 = 8;
const PROVIDER: u32 = 16;
const CODES: u32 = 32;
const LINES: u32 = 64;
const SUMS: u32 = 128;
const ACCIDENT: u32 = 256;
const SIGNATURE: u32 = 512;

/// Every kind of mistake.
pub(crate) const MISTAKES: &[Mistake<Claim>] = &[
    Mistake { touches: IDS, make: no_number },
    Mistake { touches: IDS, make: account_too_long },
    Mistake { touches: IDS, make: invisible_character },
    Mistake { touches: IDS, make: unknown_frequency },
    Mistake { touches: IDS, make: original_left_out },
    Mistake { touches: IDS, make: original_of_an_original },
    Mistake { touches: WHO, make: no_name },
    Mistake { touches: WHO, make: name_undecodable },
    Mistake { touches: WHO, make: name_misnamed },
    Mistake { touches: WHO, make: unknown_sex },
    Mistake { touches: BIRTH, make: impossible_birth },
    Mistake { touches: BIRTH, make: ambiguous_birth },
    Mistake { touches: BIRTH, make: birth_in_another_order },
    Mistake { touches: BIRTH, make: birth_as_number },
    Mistake { touches: BIRTH, make: birth_cut_off },
    Mistake { touches: BIRTH | LINES, make: born_a_century_late },
    Mistake { touches: BIRTH, make: born_a_century_early },
    Mistake { touches: HOME, make: unknown_state },
    Mistake { touches: HOME, make: city_as_state },
    Mistake { touches: HOME, make: city_as_zip },
    Mistake { touches: HOME, make: zip_without_zeros },
    Mistake { touches: HOME, make: zip_as_number },
    Mistake { touches: HOME, make: zip_of_another_length },
    Mistake { touches: WHO, make: unknown_relationship },
    Mistake { touches: PROVIDER, make: npi_mistyped },
    Mistake { touches: PROVIDER, make: npi_of_another_length },
    Mistake { touches: PROVIDER, make: npi_in_scientific_notation },
    Mistake { touches: PROVIDER, make: npi_as_number },
    Mistake { touches: PROVIDER, make: rendering_npi_mistyped },
    Mistake { touches: PROVIDER, make: npi_and_tin_swapped },
    Mistake { touches: PROVIDER, make: tin_of_another_length },
    Mistake { touches: PROVIDER, make: tin_not_assigned },
    Mistake { touches: CODES, make: diagnosis_misread },
    Mistake { touches: CODES, make: diagnosis_cut_off },
    Mistake { touches: CODES, make: unknown_place },
    Mistake { touches: ACCIDENT, make: accident_without_date },
    Mistake { touches: ACCIDENT, make: date_without_accident },
    Mistake { touches: ACCIDENT | LINES, make: accident_after_service },
    Mistake { touches: SIGNATURE, make: signature_in_doubt },
    Mistake { touches: SIGNATURE, make: not_signed },
    Mistake { touches: SIGNATURE, make: signed_ahead },
    Mistake { touches: LINES, make: services::service_reversed },
    Mistake { touches: LINES, make: services::service_ahead },
    Mistake { touches: LINES, make: services::impossible_service },
    Mistake { touches: LINES, make: services::no_procedure },
    Mistake { touches: LINES, make: services::procedure_of_another_length },
    Mistake { touches: LINES, make: services::procedure_as_number },
    Mistake { touches: LINES, make: services::modifier_too_long },
    Mistake { touches: LINES, make: services::pointer_to_nothing },
    Mistake { touches: LINES, make: services::pointer_as_digit },
    Mistake { touches: LINES, make: services::pointers_in_one_text },
    Mistake { touches: LINES, make: services::units_with_a_letter },
    Mistake { touches: LINES, make: services::units_out_of_bounds },
    Mistake { touches: LINES | SUMS, make: services::charge_and_units_swapped },
    Mistake { touches: LINES | SUMS, make: services::charge_and_procedure_swapped },
    Mistake { touches: LINES | SUMS, make: services::charge_mistyped },
    Mistake { touches: LINES | SUMS, make: services::charge_negative },
    Mistake { touches: LINES | SUMS, make: services::charge_too_fine },
    Mistake { touches: LINES | SUMS, make: services::charge_ambiguous },
    Mistake { touches: LINES | SUMS, make: services::charge_in_scientific_notation },
    Mistake { touches: LINES | SUMS, make: services::charge_in_euros },
    Mistake { touches: LINES | SUMS, make: services::line_left_out },
    Mistake { touches: SUMS, make: services::total_mistyped },
    Mistake { touches: SUMS, make: services::no_total },
    Mistake { touches: SUMS, make: services::paid_too_much },
    Mistake { touches: EVERYTHING, make: keyed_twice },
    Mistake { touches: EVERYTHING, make: cut },
    Mistake { touches: EVERYTHING, make: broken_byte },
    Mistake { touches: EVERYTHING, make: trailing },
];

fn no_number(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let name = random.pick(&["claim_no", "patient_account_no", "payer_id", "member_id"]);
    draft.lacks(name, Code::StrRequired, random)
}

fn account_too_long(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let account = draft.document.account.repeat(2);
    draft.wrong("patient_account_no", Code::StrTooLong, account)
}

fn invisible_character(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let member = format!("{}\u{ad}", draft.document.member);
    draft.wrong("member_id", Code::ChrInvalid, member)
}

fn unknown_frequency(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong("claim_frequency", Code::ValEnum, random.pick(&["6", "17", "orignal", "voidd"]))
}

fn original_left_out(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    if draft.document.original.is_none() {
        return false;
    }
    draft.lacks("original_claim_no", Code::StrConditionalRequired, random)
}

fn original_of_an_original(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    if draft.document.original.is_some() {
        return false;
    }
    draft.document.original = Some(format!("2026{:09}", random.below(1_000_000_000)));
    draft.expect(Code::StrNotAllowed, "/original_claim_no");
    true
}

fn no_name(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let name = random.pick(&["patient_last", "patient_first"]);
    draft.lacks(name, Code::StrRequired, random)
}

fn name_undecodable(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let name = format!("{}\u{fffd}", draft.document.last);
    draft.wrong("patient_last", Code::ChrInvalid, name)
}

fn name_misnamed(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::StrRequired, "/patient_first");
    draft.expect(Code::StrUnknownField, "/patient_frist");
    draft.slip("patient_first", Slip::Misname("patient_frist"))
}

fn unknown_sex(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong("patient_sex", Code::ValEnum, random.pick(&["G", "N", "W", "FM", "1"]))
}

fn unknown_relationship(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong("relationship", Code::ValEnum, random.pick(&["slef", "spuose", "18", "cousin"]))
}

fn impossible_birth(draft: &mut Claims, source: &Source, random: &mut Random) -> bool {
    draft.wrong("patient_dob", Code::FmtDateImpossible, impossible(draft.document.born.date().year, source, random))
}

fn ambiguous_birth(draft: &mut Claims, source: &Source, _: &mut Random) -> bool {
    let Some(keyed) = ambiguous(draft.document.born.date().year, source) else { return false };
    draft.wrong("patient_dob", Code::FmtDateAmbiguous, keyed)
}

fn birth_in_another_order(draft: &mut Claims, source: &Source, _: &mut Random) -> bool {
    let Some(keyed) = in_another_order(draft.document.born, source) else { return false };
    draft.wrong("patient_dob", Code::FmtDateImpossible, keyed)
}

/// A spreadsheet wrote the serial number of the day as a number.
fn birth_as_number(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::StrType, "/patient_dob");
    let serial = draft.document.born.0 + 25_569;
    draft.slip("patient_dob", Slip::Write(serial.to_string().into_bytes()))
}

fn birth_cut_off(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.expect(Code::FmtDate, "/patient_dob");
    let born = draft.document.born.date();
    let keyed = if random.chance(1, 2) {
        format!("{:04}-{:02}-", born.year, born.month)
    } else {
        format!("{:02}/{:04}", born.month, born.year)
    };
    draft.slip("patient_dob", write(keyed))
}

fn born_a_century_late(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    draft.document.born = draft.document.born.plus(36_525);
    draft.expect(Code::RelOrder, "/patient_dob");
    true
}

fn born_a_century_early(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let claim = &mut draft.document;
    // Who is 32 now would be 132.
    if !claim.dated || claim.keyed_on.0 - claim.born.0 < 32 * 366 {
        return false;
    }
    claim.born = claim.born.plus(-36_525);
    draft.expect(Code::ValRange, "/patient_dob");
    true
}

fn unknown_state(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong("patient_state", Code::ValEnum, random.pick(&["ZQ", "XX", "M", "QA", "NYY"]))
}

/// City and state in each other's columns. New York is the name of both.
fn city_as_state(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let address = &mut draft.document.address;
    if address.city == "New York" {
        return false;
    }
    std::mem::swap(&mut address.city, &mut address.state);
    draft.expect(Code::ValEnum, "/patient_state");
    true
}

fn city_as_zip(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::FmtPostal, "/patient_zip");
    let (zip, city) = (draft.document.address.zip.clone(), draft.document.address.city);
    draft.slip("patient_city", write(zip)) && draft.slip("patient_zip", write(city))
}

fn zip_without_zeros(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let Some(zip) = mistyped::zeros_lost(&draft.document.address.zip) else { return false };
    draft.wrong("patient_zip", Code::FmtPostal, zip)
}

fn zip_as_number(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let number = draft.document.address.zip.replace('-', "");
    draft.expect(Code::StrType, "/patient_zip");
    draft.slip("patient_zip", Slip::Write(number.trim_start_matches('0').as_bytes().to_vec()))
}

fn zip_of_another_length(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let zip = &draft.document.address.zip[..5];
    let other = if random.chance(1, 2) { mistyped::doubled(zip, 0, random) } else { mistyped::lost(zip, 0, random) };
    let Some(other) = other else { return false };
    draft.wrong("patient_zip", Code::FmtPostal, other)
}

/// The first digit stays: another than 1 or 2 would be a wrong shape.
fn npi_mistyped(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let npi = &draft.document.billing_npi;
    let wrong =
        if random.chance(1, 2) { mistyped::transposed(npi, 1, random) } else { mistyped::adjacent(npi, 1, random) };
    let Some(wrong) = wrong else { return false };
    draft.wrong("billing_npi", Code::ValCheckDigit, wrong)
}

fn npi_of_another_length(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let npi = &draft.document.billing_npi;
    let wrong = if random.chance(1, 2) { mistyped::lost(npi, 0, random) } else { mistyped::doubled(npi, 0, random) };
    let Some(wrong) = wrong else { return false };
    draft.wrong("billing_npi", Code::FmtPattern, wrong)
}

fn npi_in_scientific_notation(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let Some(wrong) = mistyped::scientific(&draft.document.billing_npi) else { return false };
    draft.wrong("billing_npi", Code::FmtPattern, wrong)
}

fn npi_as_number(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::StrType, "/billing_npi");
    let number = draft.document.billing_npi.clone().into_bytes();
    draft.slip("billing_npi", Slip::Write(number))
}

fn rendering_npi_mistyped(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let npi = draft.document.rendering_npi.as_deref();
    let Some(wrong) = npi.and_then(|npi| mistyped::adjacent(npi, 1, random)) else { return false };
    draft.wrong("rendering_npi", Code::ValCheckDigit, wrong)
}

fn npi_and_tin_swapped(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let claim = &mut draft.document;
    std::mem::swap(&mut claim.billing_npi, &mut claim.tin);
    draft.expect(Code::FmtPattern, "/billing_npi");
    draft.expect(Code::FmtPattern, "/billing_tin");
    true
}

fn tin_of_another_length(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let tin = &draft.document.tin;
    let wrong = match random.below(3) {
        0 => mistyped::lost(tin, 0, random),
        1 => mistyped::doubled(tin, 0, random),
        _ => mistyped::zeros_lost(tin),
    };
    let Some(wrong) = wrong else { return false };
    draft.wrong("billing_tin", Code::FmtPattern, wrong)
}

fn tin_not_assigned(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong(
        "billing_tin",
        Code::FmtPattern,
        format!("{}-{:07}", random.pick(&["07", "18", "89"]), random.below(10_000_000)),
    )
}

/// A letter taken for the digit that looks like it, or the keyer's eye on the code of the old classification.
fn diagnosis_misread(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.diagnoses.len());
    let code = &mut draft.document.diagnoses[at];
    *code = match random.below(3) {
        0 => "250.00".to_owned(),
        1 => format!("1{}", &code[1..]),
        _ => format!("{}l{}", &code[..1], &code[2..]),
    };
    draft.expect(Code::FmtPattern, format!("/diagnoses/{at}"));
    true
}

fn diagnosis_cut_off(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.diagnoses.len());
    draft.document.diagnoses[at].truncate(2);
    draft.expect(Code::FmtPattern, format!("/diagnoses/{at}"));
    true
}

fn unknown_place(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong("place_of_service", Code::ValEnum, random.pick(&["1", "2", "30", "59", "O2", "111", "office"]))
}

fn accident_without_date(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    if !draft.document.accident.as_ref().is_some_and(|accident| accident.happened) {
        return false;
    }
    draft.lacks("accident_date", Code::StrConditionalRequired, random)
}

fn date_without_accident(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let claim = &mut draft.document;
    if claim.accident.as_ref().is_some_and(|accident| accident.happened) {
        return false;
    }
    // Long before any service, so that nothing but the answer is wrong.
    let on = Some(claim.keyed_on.plus(-random.within(100, 300)));
    claim.accident = Some(Accident { happened: false, on, state: None });
    draft.expect(Code::StrNotAllowed, "/accident_date");
    true
}

fn accident_after_service(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let claim = &mut draft.document;
    let last = claim.lines.iter().map(|line| line.to.unwrap_or(line.from)).max();
    let (Some(last), Some(accident)) = (last, &mut claim.accident) else { return false };
    if !accident.happened {
        return false;
    }
    accident.on = Some(last.plus(random.within(1, 9)));
    draft.expect(Code::RelOrder, "/accident_date");
    true
}

fn signature_in_doubt(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.wrong("signature_on_file", Code::ValEnum, random.pick(&["X", "SOF", "see file", "?"]))
}

fn not_signed(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.lacks("date_signed", Code::StrRequired, random)
}

fn signed_ahead(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    if !draft.document.dated {
        return false;
    }
    draft.document.signed_on = draft.document.keyed_on.plus(random.within(1, 400));
    draft.expect(Code::ValRange, "/date_signed");
    true
}

fn keyed_twice(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.twice(random.pick(&["claim_no", "patient_zip", "billing_npi", "total_charge"]))
}
