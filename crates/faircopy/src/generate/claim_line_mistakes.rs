//! What goes wrong when the services and sums of medical claims are keyed, and what it must be called.

use super::{
    claim::LETTERS,
    claim_mistakes::Claims,
    draft::{missing, write},
    keyed::Slip,
    misdated::impossible,
    mistyped,
    random::Random,
    source::{Sign, Source},
};
use record::Code;

pub(super) fn service_reversed(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let line = &mut draft.document.lines[at];
    let Some(to) = line.to.filter(|to| *to > line.from && *to <= draft.document.keyed_on) else { return false };
    line.to = Some(std::mem::replace(&mut line.from, to));
    draft.expect(Code::RelOrder, format!("/lines/{at}/service_to"));
    true
}

pub(super) fn service_ahead(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    if !draft.document.dated {
        return false;
    }
    let at = random.position(draft.document.lines.len());
    let line = &mut draft.document.lines[at];
    line.from = draft.document.keyed_on.plus(random.within(1, 300));
    line.to = None;
    draft.expect(Code::ValRange, format!("/lines/{at}/service_from"));
    true
}

pub(super) fn impossible_service(draft: &mut Claims, source: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let year = draft.document.lines[at].from.date().year;
    draft.expect(Code::FmtDateImpossible, format!("/lines/{at}/service_from"));
    draft.slip_in(at, "service_from", write(impossible(year, source, random)))
}

pub(super) fn no_procedure(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::StrRequired, format!("/lines/{at}/procedure"));
    draft.slip_in(at, "procedure", missing(random))
}

pub(super) fn procedure_of_another_length(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let code = &draft.document.lines[at].procedure;
    let wrong = match random.below(3) {
        0 => mistyped::lost(code, 0, random),
        1 => mistyped::doubled(code, 0, random),
        _ => mistyped::zeros_lost(code),
    };
    let Some(wrong) = wrong else { return false };
    draft.expect(Code::FmtPattern, format!("/lines/{at}/procedure"));
    draft.slip_in(at, "procedure", write(wrong))
}

pub(super) fn procedure_as_number(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let code = draft.document.lines[at].procedure.as_bytes().to_vec();
    if !code.iter().all(u8::is_ascii_digit) || code.starts_with(b"0") {
        return false;
    }
    draft.expect(Code::StrType, format!("/lines/{at}/procedure"));
    draft.slip_in(at, "procedure", Slip::Write(code))
}

pub(super) fn modifier_too_long(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.document.lines[at].modifiers = vec![random.pick(&["259", "L T", "599"])];
    draft.expect(Code::FmtPattern, format!("/lines/{at}/modifiers/0"));
    true
}

pub(super) fn pointer_to_nothing(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let beyond = draft.document.diagnoses.len();
    if beyond == LETTERS.len() {
        return false;
    }
    draft.document.lines[at].pointers = vec![0, beyond];
    draft.expect(Code::RelRule, format!("/lines/{at}/dx_pointers"));
    true
}

pub(super) fn pointer_as_digit(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::ValEnum, format!("/lines/{at}/dx_pointers/0"));
    draft.slip_in(at, "dx_pointers", Slip::Write(b"[\"1\"]".to_vec()))
}

pub(super) fn pointers_in_one_text(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::StrType, format!("/lines/{at}/dx_pointers"));
    draft.slip_in(at, "dx_pointers", write(random.pick(&["A", "AB", "A,B"])))
}

pub(super) fn units_with_a_letter(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::FmtNumber, format!("/lines/{at}/units"));
    draft.slip_in(at, "units", write(random.pick(&["l", "1O", "2 UN", "one"])))
}

pub(super) fn units_out_of_bounds(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::ValRange, format!("/lines/{at}/units"));
    draft.slip_in(at, "units", write(random.pick(&["0", "10000", "-1", "99213"])))
}

/// Found by the total alone, so not where both are the same.
pub(super) fn charge_and_units_swapped(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let line = &mut draft.document.lines[at];
    if line.charge == line.units || line.charge > 999_900 {
        return false;
    }
    std::mem::swap(&mut line.charge, &mut line.units);
    draft.expect(Code::SumMismatch, "/total_charge");
    true
}

/// The procedure stands as an amount, which only its total can tell, and the charge is no procedure.
pub(super) fn charge_and_procedure_swapped(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let line = &draft.document.lines[at];
    let Ok(dollars) = line.procedure.parse::<i64>() else { return false };
    let (procedure, charge) = (line.procedure.clone(), line.charge);
    if dollars * 100 == charge || procedure.starts_with('0') {
        return false;
    }
    draft.expect(Code::FmtPattern, format!("/lines/{at}/procedure"));
    draft.expect(Code::SumMismatch, "/total_charge");
    let keyed = format!("{}.{:02}", charge / 100, charge % 100);
    draft.slip_in(at, "procedure", write(keyed)) && draft.slip_in(at, "charge", write(procedure))
}

pub(super) fn charge_mistyped(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let charge = draft.document.lines[at].charge;
    let Some(wrong) = mistyped_amount(charge, random) else { return false };
    draft.document.lines[at].charge = wrong;
    draft.expect(Code::SumMismatch, "/total_charge");
    true
}

/// Another amount: digits swapped, doubled, lost, or beside the right one on the keyboard.
fn mistyped_amount(cents: i64, random: &mut Random) -> Option<i64> {
    let text = cents.to_string();
    let wrong = match random.below(4) {
        0 => mistyped::transposed(&text, 0, random),
        1 => mistyped::adjacent(&text, 0, random),
        2 => mistyped::doubled(&text, 0, random),
        _ => mistyped::lost(&text, 0, random),
    };
    wrong.and_then(|wrong| wrong.parse().ok()).filter(|&wrong| wrong != cents)
}

pub(super) fn charge_negative(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let line = &mut draft.document.lines[at];
    line.charge = -line.charge;
    draft.expect(Code::ValRange, format!("/lines/{at}/charge"));
    true
}

pub(super) fn charge_too_fine(draft: &mut Claims, source: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::FmtScale, format!("/lines/{at}/charge"));
    let sign = source.sign.written();
    draft.slip_in(at, "charge", write(format!("125{sign}0075")))
}

pub(super) fn charge_ambiguous(draft: &mut Claims, source: &Source, random: &mut Random) -> bool {
    if source.sign != Sign::Unsaid {
        return false;
    }
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::FmtMoneyAmbiguous, format!("/lines/{at}/charge"));
    draft.slip_in(at, "charge", write(random.pick(&["1,250", "2.500", "12,075"])))
}

pub(super) fn charge_in_scientific_notation(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::FmtNumber, format!("/lines/{at}/charge"));
    draft.slip_in(at, "charge", write(random.pick(&["1.25E+05", "9.9213E+04", "1E+02"])))
}

/// The amount is right, the currency is not.
pub(super) fn charge_in_euros(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let charge = draft.document.lines[at].charge;
    draft.expect(Code::RelRule, format!("/lines/{at}/charge"));
    let mark = random.pick(&["EUR ", "€", "CAD "]);
    draft.slip_in(at, "charge", write(format!("{mark}{}.{:02}", charge / 100, charge % 100)))
}

pub(super) fn line_left_out(draft: &mut Claims, _: &Source, _: &mut Random) -> bool {
    let claim = &mut draft.document;
    if claim.lines.len() < 2 || claim.lines.pop().is_none_or(|line| line.charge == 0) {
        return false;
    }
    draft.expect(Code::SumMismatch, "/total_charge");
    true
}

pub(super) fn total_mistyped(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    let claim = &mut draft.document;
    let Some(wrong) = mistyped_amount(claim.total, random) else { return false };
    claim.total = wrong;
    let overpaid = claim.paid.is_some_and(|paid| paid > wrong);
    draft.expect(Code::SumMismatch, "/total_charge");
    if overpaid {
        draft.expect(Code::RelRule, "/amount_paid");
    }
    true
}

pub(super) fn no_total(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.lacks("total_charge", Code::StrRequired, random)
}

pub(super) fn paid_too_much(draft: &mut Claims, _: &Source, random: &mut Random) -> bool {
    draft.document.paid = Some(draft.document.total + random.within(1, 90_000));
    draft.expect(Code::RelRule, "/amount_paid");
    true
}
