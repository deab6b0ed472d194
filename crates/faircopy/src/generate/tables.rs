//! Reference tables that agree with the records of a run, and mistakes that only a look-up finds.

use super::{
    claim::Claim,
    customer::{Customer, INDUSTRIES, Who},
    draft::{Draft, EVERYTHING, Mistake},
    employee::{Employee, JOBS},
    generator::Kind,
    invoice::Invoice,
    number,
    random::Random,
    source::Source,
    tax::COUNTRIES,
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
/// A department that was closed.
const DISSOLVED: &str = "ARCHIVE";
/// First day of what may be looked up as of any day, as that of a birth keyed for that of a hire.
const EVER: &str = "1900-01-01";
/// Payers of claims.
pub(crate) const PAYERS: u64 = 400;
/// Members whose claims are keyed.
pub(crate) const MEMBERS: u64 = 5_000;
/// Members after those whose cover has ended.
const LAPSED: u64 = 100;
/// Managers of new employees.
pub(crate) const MANAGERS: u64 = 401;
/// Highest salary of every department, in cents; no hour is paid above its band.
const SALARY_MAX: i64 = 20_000_000;

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

/// Mistakes with claims.
pub(crate) const CLAIMS: &[Mistake<Claim>] = &[Mistake { touches: EVERYTHING, make: unknown_payer }];
/// Mistakes with new employees.
pub(crate) const EMPLOYEES: &[Mistake<Employee>] = &[
    Mistake { touches: EVERYTHING, make: unknown_department },
    Mistake { touches: EVERYTHING, make: closed_department },
    Mistake { touches: EVERYTHING, make: unknown_manager },
    Mistake { touches: EVERYTHING, make: manager_who_left },
];
/// Mistakes with customers.
pub(crate) const CUSTOMERS: &[Mistake<Customer>] = &[Mistake { touches: EVERYTHING, make: unknown_industry }];

/// Number of a payer, or one that no payer has: `beside` is 1 to 6.
pub(crate) fn payer(number: u64, beside: u64) -> String {
    format!("{:05}", 10_000 + number * 7 + beside)
}

/// Number of a member.
pub(crate) fn member(number: u64) -> String {
    format!("W{:09}", 300_000_000 + number * 7)
}

/// Whether a member's cover has ended.
pub(crate) fn has_lapsed(member: &str) -> bool {
    *member >= *self::member(MEMBERS)
}

/// Number of a manager.
pub(crate) fn manager(number: u64) -> String {
    format!("E{}", 10_000 + number)
}

/// Number that the new employee of a record is given.
pub(crate) fn hired_no(index: u64) -> String {
    format!("E{}", 100_000 + index)
}

/// Whether the pay is more than the band of the department allows.
pub(crate) fn is_above_band(employee: &Employee) -> bool {
    !employee.hourly && employee.pay.units > SALARY_MAX
}

/// Numbers of payers are multiples of 7 apart, too.
fn unknown_payer(draft: &mut Draft<Claim>, _: &Source, random: &mut Random) -> bool {
    draft.document.payer = payer(random.below(PAYERS), 1 + random.below(6));
    draft.expect(Code::RefNotFound, "/payer_id");
    true
}

fn unknown_department(draft: &mut Draft<Employee>, _: &Source, random: &mut Random) -> bool {
    draft.document.department = random.pick(&["CLIAMS", "SALES", "I T", "OPPS"]);
    draft.expect(Code::RefNotFound, "/dept_code");
    true
}

fn closed_department(draft: &mut Draft<Employee>, _: &Source, _: &mut Random) -> bool {
    draft.document.department = DISSOLVED;
    draft.expect(Code::RefInactive, "/dept_code");
    true
}

fn unknown_manager(draft: &mut Draft<Employee>, _: &Source, random: &mut Random) -> bool {
    draft.document.manager = format!("X{:05}", random.below(100_000));
    draft.expect(Code::RefNotFound, "/manager_no");
    true
}

fn manager_who_left(draft: &mut Draft<Employee>, _: &Source, random: &mut Random) -> bool {
    draft.document.manager = former(random.below(LEFT));
    draft.expect(Code::RefInactive, "/manager_no");
    true
}

fn unknown_industry(draft: &mut Draft<Customer>, _: &Source, random: &mut Random) -> bool {
    let Who::Company { industry, .. } = &mut draft.document.who else { return false };
    *industry = Some(random.pick(&["99.99", "000000", "25.26", "62.1"]));
    draft.expect(Code::RefNotFound, "/industry");
    true
}

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
        let other = number::iban(country, random);
        invoice.redirected = other != invoice.vendor.payment.iban;
        invoice.vendor.payment.iban = other;
    }
}

/// One claim in 40 is for a member whose cover has ended: it is clean, with a warning.
pub(crate) fn lapse(claim: &mut Claim, random: &mut Random) {
    if random.chance(1, 40) {
        claim.member = member(MEMBERS + random.below(LAPSED));
    }
}

/// The tables for `records` records of a form, as file name and text.
pub(crate) fn of(kind: Kind, seed: u64, records: u64) -> Vec<(&'static str, String)> {
    match kind {
        Kind::Invoice => vec![("vendors.csv", vendors(seed))],
        Kind::Timesheet => vec![("employees.csv", employees(records)), ("projects.csv", projects())],
        Kind::Claim => vec![
            ("payers.csv", rows((0..PAYERS).map(|number| payer(number, 0)), [])),
            ("members.csv", members()),
            ("icd10.csv", rows(words::DIAGNOSES, [])),
        ],
        Kind::Employee => vec![
            ("departments.csv", departments()),
            // Those who are hired in the records are too new to stand here.
            ("employees.csv", rows((0..MANAGERS).map(manager), (0..LEFT).map(former))),
        ],
        Kind::Customer => vec![("industries.csv", rows(INDUSTRIES, [])), ("sanctions.csv", sanctions())],
    }
}

/// Keys that are in force on every day, and keys that no longer are.
fn rows<K: AsRef<str>>(here: impl IntoIterator<Item = K>, gone: impl IntoIterator<Item = K>) -> String {
    let mut text = "key,from,to\n".to_owned();
    for key in here {
        // Writing to a string cannot fail; no key has a comma or a quote.
        let _infallible = writeln!(text, "{},{EVER},", key.as_ref());
    }
    for key in gone {
        let _infallible = writeln!(text, "{},{EVER},{UNTIL}", key.as_ref());
    }
    text
}

fn members() -> String {
    rows((0..MEMBERS).map(member), (MEMBERS..MEMBERS + LAPSED).map(member))
}

/// Every department pays by the same band.
fn departments() -> String {
    let mut keys: Vec<&str> = JOBS.iter().map(|(department, _)| *department).collect();
    keys.dedup();
    let band = format!("15,95,38000,{}", SALARY_MAX / 100);
    let mut text = "key,from,to,hourly_min,hourly_max,salary_min,salary_max\n".to_owned();
    for key in keys {
        let _infallible = writeln!(text, "{key},{EVER},,{band}");
    }
    let _infallible = writeln!(text, "{DISSOLVED},{EVER},{UNTIL},{band}");
    text
}

/// Nobody here comes from a country that is listed.
fn sanctions() -> String {
    let mut text = "key,from,to,listed\n".to_owned();
    let codes = COUNTRIES.iter().map(|country| (country.code, false));
    for (code, listed) in codes.chain([("IR", true), ("KP", true)]) {
        let _infallible = writeln!(text, "{code},{EVER},,{listed}");
    }
    text
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
