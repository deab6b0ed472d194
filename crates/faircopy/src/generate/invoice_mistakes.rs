//! What goes wrong when invoices are keyed, and what it must be called.

use super::{
    draft::{Draft, EVERYTHING, Mistake, broken_byte, cut, trailing, write},
    invoice::Invoice,
    keyed::Slip,
    misdated::{ambiguous, impossible},
    number,
    random::Random,
    source::{Sign, Source},
};
use record::Code;

type Invoices = Draft<Invoice>;

const NAME: u32 = 1;
const NUMBER: u32 = 2;
const DATES: u32 = 4;
const LINES: u32 = 8;
const SUMS: u32 = 16;
const PAYMENT: u32 = 32;
const KIND: u32 = 64;

/// Every kind of mistake.
pub(crate) const MISTAKES: &[Mistake<Invoice>] = &[
    Mistake { touches: NAME, make: no_name },
    Mistake { touches: NAME, make: name_of_another_type },
    Mistake { touches: NAME, make: name_with_control_character },
    Mistake { touches: NAME, make: name_misnamed },
    Mistake { touches: NUMBER, make: no_number },
    Mistake { touches: NUMBER, make: number_too_long },
    Mistake { touches: DATES, make: impossible_date },
    Mistake { touches: DATES, make: ambiguous_date },
    Mistake { touches: DATES, make: due_before_invoice },
    Mistake { touches: LINES, make: line_amount },
    Mistake { touches: LINES, make: quantity_with_a_letter },
    Mistake { touches: LINES, make: no_quantity },
    Mistake { touches: LINES | SUMS, make: wrong_subtotal },
    Mistake { touches: SUMS, make: wrong_total },
    Mistake { touches: SUMS, make: no_total },
    Mistake { touches: SUMS, make: ambiguous_amount },
    Mistake { touches: SUMS, make: too_many_decimals },
    Mistake { touches: SUMS | LINES | KIND, make: positive_credit },
    Mistake { touches: KIND, make: unknown_kind },
    Mistake { touches: DATES, make: terms_in_words },
    Mistake { touches: PAYMENT, make: unknown_method },
    Mistake { touches: PAYMENT, make: iban_transposed },
    Mistake { touches: PAYMENT, make: iban_short },
    Mistake { touches: PAYMENT, make: aba_transposed },
    Mistake { touches: PAYMENT, make: no_routing_number },
    Mistake { touches: EVERYTHING, make: keyed_twice },
    Mistake { touches: EVERYTHING, make: cut },
    Mistake { touches: EVERYTHING, make: broken_byte },
    Mistake { touches: EVERYTHING, make: trailing },
];

fn no_name(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.lacks("vendor_name", Code::StrRequired, random)
}

fn name_of_another_type(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.expect(Code::StrType, "/vendor_name");
    let value: &[u8] = if random.chance(1, 2) { b"[\"unreadable\"]" } else { b"{\"text\":\"unreadable\"}" };
    draft.slip("vendor_name", Slip::Write(value.to_vec()))
}

fn name_with_control_character(draft: &mut Invoices, _: &Source, _: &mut Random) -> bool {
    let name = format!("{}\u{1}", draft.document.vendor.name);
    draft.wrong("vendor_name", Code::ChrInvalid, name)
}

fn name_misnamed(draft: &mut Invoices, _: &Source, _: &mut Random) -> bool {
    draft.expect(Code::StrRequired, "/vendor_name");
    draft.expect(Code::StrUnknownField, "/vendor_nmae");
    draft.slip("vendor_name", Slip::Misname("vendor_nmae"))
}

fn no_number(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.lacks("invoice_no", Code::StrRequired, random)
}

fn number_too_long(draft: &mut Invoices, _: &Source, _: &mut Random) -> bool {
    let number = draft.document.no.repeat(8);
    draft.wrong("invoice_no", Code::StrTooLong, number)
}

fn impossible_date(draft: &mut Invoices, source: &Source, random: &mut Random) -> bool {
    draft.wrong("invoice_date", Code::FmtDateImpossible, impossible(draft.document.date.date().year, source, random))
}

fn ambiguous_date(draft: &mut Invoices, source: &Source, _: &mut Random) -> bool {
    let Some(keyed) = ambiguous(draft.document.date.date().year, source) else { return false };
    draft.wrong("invoice_date", Code::FmtDateAmbiguous, keyed)
}

fn due_before_invoice(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let invoice = &mut draft.document;
    invoice.terms_days = None;
    invoice.due = Some(invoice.date.plus(-random.within(1, 60)));
    draft.expect(Code::RelOrder, "/due_date");
    true
}

fn line_amount(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    let line = &mut draft.document.lines[at];
    // Two or more minor units off for any quantity of at least one quarter times 8 more in the price.
    line.price += 8 * (1 + random.within(0, 200));
    draft.expect(Code::SumMismatch, format!("/lines/{at}/amount"));
    true
}

fn quantity_with_a_letter(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::FmtNumber, format!("/lines/{at}/qty"));
    draft.slip_in(at, "qty", write(random.pick(&["l2", "1O", "S5", "ten"])))
}

fn wrong_subtotal(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let off = off(random) * if draft.document.credit { -1 } else { 1 };
    draft.document.subtotal += off;
    draft.document.total += off;
    draft.expect(Code::SumMismatch, "/subtotal");
    true
}

fn wrong_total(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let off = off(random) * if draft.document.credit { -1 } else { 1 };
    draft.document.total += off;
    draft.expect(Code::SumMismatch, "/total");
    true
}

/// By how much a sum is off: one digit keyed wrongly.
fn off(random: &mut Random) -> i64 {
    random.within(1, 9) * random.pick(&[10, 100, 1_000])
}

fn no_total(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.lacks("total", Code::StrRequired, random)
}

fn ambiguous_amount(draft: &mut Invoices, source: &Source, random: &mut Random) -> bool {
    if source.sign != Sign::Unsaid {
        return false;
    }
    draft.wrong("total", Code::FmtMoneyAmbiguous, random.pick(&["1,234", "2.500", "12,750"]))
}

fn too_many_decimals(draft: &mut Invoices, source: &Source, _: &mut Random) -> bool {
    let sign = source.sign.written();
    draft.wrong("freight", Code::FmtScale, format!("12{sign}34567"))
}

fn positive_credit(draft: &mut Invoices, _: &Source, _: &mut Random) -> bool {
    if draft.document.credit {
        return false;
    }
    draft.document.credit = true;
    draft.expect(Code::RelRule, "/total");
    true
}

fn unknown_kind(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.wrong("invoice_type", Code::ValEnum, random.pick(&["invoise", "credlt", "invoice1"]))
}

fn iban_transposed(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let iban = draft.document.vendor.payment.iban.as_deref();
    let Some(wrong) = iban.and_then(|iban| number::transpose(iban, random)) else { return false };
    draft.document.vendor.payment.iban = Some(wrong);
    draft.expect(Code::ValCheckDigit, "/remit_iban");
    true
}

fn iban_short(draft: &mut Invoices, _: &Source, _: &mut Random) -> bool {
    let Some(iban) = &mut draft.document.vendor.payment.iban else { return false };
    iban.pop();
    draft.expect(Code::ValCountryLength, "/remit_iban");
    true
}

fn aba_transposed(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let aba = draft.document.vendor.payment.aba.as_deref();
    let Some(wrong) = aba.and_then(|aba| number::transpose(aba, random)) else { return false };
    draft.document.vendor.payment.aba = Some(wrong);
    draft.expect(Code::ValCheckDigit, "/aba");
    true
}

fn no_routing_number(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    if draft.document.vendor.payment.method != "ach" {
        return false;
    }
    draft.lacks("aba", Code::StrConditionalRequired, random)
}

fn unknown_method(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.wrong("payment_method", Code::ValEnum, random.pick(&["wier", "acg", "chekc", "crad"]))
}

fn no_quantity(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.lines.len());
    draft.expect(Code::ValRange, format!("/lines/{at}/qty"));
    draft.expect(Code::SumMismatch, format!("/lines/{at}/amount"));
    draft.slip_in(at, "qty", Slip::Write(b"0".to_vec()))
}

fn terms_in_words(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    if draft.document.terms_days.is_none() {
        return false;
    }
    draft.wrong("terms_days", Code::FmtNumber, random.pick(&["thirty", "30 days", "net 30"]))
}

fn keyed_twice(draft: &mut Invoices, _: &Source, random: &mut Random) -> bool {
    draft.twice(random.pick(&["vendor_id", "currency", "total", "payment_method"]))
}
