//! Reference tables that agree with the records of a run, and mistakes that only a look-up finds.

use super::{
    draft::{Draft, EVERYTHING, Mistake},
    generator::Kind,
    invoice::Invoice,
    number,
    random::Random,
    source::Source,
    timesheet::{self, Timesheet},
    vendor::{self, Vendor},
    words,
};
use record::Code;
use std::fmt::Write as _;

/// First day of everything that is in force, before any record.
const SINCE: &str = "2020-01-01";
/// Last day of what is no longer, before any record.
const UNTIL: &str = "2024-12-31";
/// Employees who have left.
const LEFT: u64 = 50;
/// A project that is closed.
const CLOSED: &str = "LEGACY-ERP";

/// Mistakes with invoices.
pub(crate) const INVOICES: &[Mistake<Invoice>] = &[
    Mistake { touches: EVERYTHING, make: unknown_vendor },
    Mistake { touches: EVERYTHING, make: closed_vendor },
    Mistake { touches: EVERYTHING, make: no_order },
];
/// Mistakes with timesheets.
pub(crate) const TIMESHEETS: &[Mistake<Timesheet>] = &[
    Mistake { touches: EVERYTHING, make: unknown_employee },
    Mistake { touches: EVERYTHING, make: employee_who_left },
    Mistake { touches: EVERYTHING, make: closed_project },
    Mistake { touches: EVERYTHING, make: unknown_approver },
];

/// Numbers of vendors are multiples of 7 apart: the one in between is nobody's.
fn unknown_vendor(draft: &mut Draft<Invoice>, _: &Source, random: &mut Random) -> bool {
    draft.document.vendor.id = vendor::id(random.below(vendor::VENDORS), 1 + random.below(6));
    draft.expect(Code::RefNotFound, "/vendor_id");
    true
}

fn closed_vendor(draft: &mut Draft<Invoice>, _: &Source, random: &mut Random) -> bool {
    draft.document.vendor.id = vendor::id(vendor::VENDORS + random.below(vendor::CLOSED), 0);
    draft.expect(Code::RefInactive, "/vendor_id");
    true
}

fn no_order(draft: &mut Draft<Invoice>, _: &Source, _: &mut Random) -> bool {
    draft.document.po_no = None;
    let required = draft.document.vendor.po_required;
    if required {
        draft.expect(Code::StrConditionalRequired, "/po_no");
    }
    required
}

fn unknown_employee(draft: &mut Draft<Timesheet>, _: &Source, random: &mut Random) -> bool {
    draft.document.employee_no = format!("X{:07}", random.below(10_000_000));
    draft.expect(Code::RefNotFound, "/employee_no");
    true
}

fn employee_who_left(draft: &mut Draft<Timesheet>, _: &Source, random: &mut Random) -> bool {
    draft.document.employee_no = former(random.below(LEFT));
    draft.expect(Code::RefInactive, "/employee_no");
    true
}

fn closed_project(draft: &mut Draft<Timesheet>, _: &Source, random: &mut Random) -> bool {
    let at = random.position(draft.document.days.len());
    draft.document.days[at].project = CLOSED;
    draft.expect(Code::RefInactive, format!("/days/{at}/project"));
    true
}

fn unknown_approver(draft: &mut Draft<Timesheet>, _: &Source, random: &mut Random) -> bool {
    let Some((approver, _)) = &mut draft.document.approved else { return false };
    *approver = format!("Y{:04}", random.below(10_000));
    draft.expect(Code::RefNotFound, "/approved_by");
    true
}

fn former(number: u64) -> String {
    format!("E{:07}", 500_000 + number)
}

/// One invoice in 40 asks to be paid elsewhere than the table says: it is clean, with a warning.
pub(crate) fn redirect(invoice: &mut Invoice, random: &mut Random) {
    let country = invoice.vendor.country;
    if random.chance(1, 40) && invoice.vendor.payment.iban.is_some() {
        invoice.vendor.payment.iban = number::iban(country, random);
    }
}

/// The tables for `records` records of a form, as file name and text; none for a form that looks nothing up.
pub(crate) fn of(kind: Kind, seed: u64, records: u64) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Invoice => vec![("vendors.csv", vendors(seed))],
        Kind::Timesheet => vec![("employees.csv", employees(records)), ("projects.csv", projects())],
        _ => Vec::new(),
    }
}

fn vendors(seed: u64) -> String {
    let mut text = "key,from,to,name,country,iban,aba,account,po_required\n".to_owned();
    for number in 0..vendor::VENDORS + vendor::CLOSED {
        let Vendor { id, name, country, payment, po_required, .. } = Vendor::of(seed, number);
        let to = if number < vendor::VENDORS { "" } else { UNTIL };
        let [iban, aba, account] =
            [&payment.iban, &payment.aba, &payment.account].map(|text| text.as_deref().unwrap_or_default());
        // Writing to a string cannot fail; no name has a quote.
        let _infallible = writeln!(text, "{id},{SINCE},{to},\"{name}\",{country},{iban},{aba},{account},{po_required}");
    }
    text
}

fn employees(records: u64) -> String {
    let mut text = "key,from,to\n".to_owned();
    let here = (0..=records / timesheet::PERIODS).map(timesheet::employee_no);
    for key in here.chain((0..timesheet::APPROVERS).map(timesheet::approver_no)) {
        let _infallible = writeln!(text, "{key},{SINCE},");
    }
    for number in 0..LEFT {
        let _infallible = writeln!(text, "{},{SINCE},{UNTIL}", former(number));
    }
    text
}

fn projects() -> String {
    let mut text = "key,from,to\n".to_owned();
    for project in words::PROJECTS {
        let _infallible = writeln!(text, "{project},{SINCE},");
    }
    let _infallible = writeln!(text, "{CLOSED},{SINCE},{UNTIL}");
    text
}
