//! What a document without mistakes must be warned of: told from the document itself, apart from the rules that judge it.

use super::{
    claim::{Claim, Line},
    customer::{Customer, Who},
    draft::Expected,
    employee::Employee,
    invoice::Invoice,
    tables,
    timesheet::Timesheet,
};
use record::Code;

/// Quarters of the hours of a full week.
const WEEK: i64 = 40 * 4;

fn expect(code: Code, path: impl Into<String>) -> Expected {
    Expected { code, path: Some(path.into()) }
}

/// A name that a program decoded wrongly: the letters with accents here all begin with the byte that it shows as `Ã`. The
/// one after it is seldom a letter.
fn name(path: &str, name: &str) -> Vec<Expected> {
    if !name.contains('Ã') {
        return Vec::new();
    }
    let foreign = name.chars().any(|c| !c.is_alphabetic() && !" '-.".contains(c));
    let also = foreign.then(|| expect(Code::FmtName, path));
    [expect(Code::ChrMojibake, path)].into_iter().chain(also).collect()
}

/// Paid elsewhere than the table of vendors says.
pub(crate) fn invoice(invoice: &Invoice) -> Vec<Expected> {
    invoice.redirected.then(|| expect(Code::RefMismatch, "/remit_iban")).into_iter().collect()
}

/// Overtime in a week that is not full: told by the total of a week, by the days of a fortnight.
pub(crate) fn timesheet(sheet: &Timesheet) -> Vec<Expected> {
    if sheet.end.0 - sheet.start.0 == 6 {
        let early = sheet.total_overtime > 0 && sheet.total_regular < WEEK;
        return early.then(|| expect(Code::RelRule, "/total_overtime")).into_iter().collect();
    }
    let week = |day: super::calendar::Day| (day.0 - sheet.start.0) / 7;
    let regular = |of| sheet.days.iter().filter(|day| week(day.date) == of).map(|day| day.regular).sum::<i64>();
    let early = |day: &super::timesheet::Booking| day.overtime > 0 && regular(week(day.date)) < WEEK;
    let days = sheet.days.iter().enumerate().filter(|(_, day)| early(day));
    days.map(|(at, _)| expect(Code::RelRule, format!("/days/{at}/overtime"))).collect()
}

/// A damaged name, a service that stands there twice, and a member whose cover has ended.
pub(crate) fn claim(claim: &Claim) -> Vec<Expected> {
    let mut warnings = name("/patient_last", &claim.last);
    let same = |a: &Line, b: &Line| {
        let [mut one, mut other] = [a.modifiers.clone(), b.modifiers.clone()];
        one.sort_unstable();
        other.sort_unstable();
        a.procedure == b.procedure && a.from == b.from && one == other
    };
    let lines = claim.lines.iter().enumerate();
    let again = lines.filter(|(at, line)| claim.lines[..*at].iter().any(|before| same(before, line)));
    warnings.extend(again.map(|(at, _)| expect(Code::RelDuplicateItem, format!("/lines/{at}/procedure"))));
    warnings.extend(tables::has_lapsed(&claim.member).then(|| expect(Code::RefInactive, "/member_id")));
    warnings
}

/// Damaged names, and with the table of departments (`tables`) pay above the band.
pub(crate) fn employee(employee: &Employee, tables: bool) -> Vec<Expected> {
    let mut warnings = name("/first", &employee.first);
    warnings.extend(name("/last", &employee.last));
    let above = tables && tables::is_above_band(employee);
    warnings.extend(above.then(|| expect(Code::RefMismatch, "/pay_rate")));
    warnings
}

/// Damaged names.
pub(crate) fn customer(customer: &Customer) -> Vec<Expected> {
    let Who::Person { names, full, .. } = &customer.who else { return Vec::new() };
    let mut warnings = full.as_ref().map_or_else(Vec::new, |full| name("/full_name", full));
    if let Some((last, first)) = names {
        warnings.extend(name("/last", last));
        warnings.extend(name("/first", first));
    }
    warnings
}
