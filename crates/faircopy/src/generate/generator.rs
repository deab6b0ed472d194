//! Record `i` of a run, and the truth about it, from the seed and `i` alone.

use super::{
    calendar::Day,
    claim::Claim,
    claim_mistakes,
    customer::{Customer, Who},
    customer_mistakes,
    draft::{Draft, Expected, Mistake, damage},
    employee::Employee,
    employee_mistakes,
    invoice::Invoice,
    invoice_mistakes,
    keyed::KeyedPen,
    mistyped, number,
    pen::{FairPen, Pen},
    random::Random,
    source::{self, Source},
    tables,
    timesheet::Timesheet,
    timesheet_mistakes,
    truth::Truth,
    warned,
};
use record::{Code, Outcome, RecordTime, time::DAY_MS};

/// Record time of the first record: Monday 2026-03-02 06:00 UTC. Virtual: the clock is never read.
const OPENED_MS: i64 = 1_772_431_200_000;
/// Virtual milliseconds between two records: 50 records a second, as a few hundred keyers make them.
const BETWEEN_MS: i64 = 20;
/// How often an original is looked for before a record that should repeat one becomes a new document instead.
const TRIES: u64 = 64;
/// Shares are counted in parts of a million.
pub const MILLION: u64 = 1_000_000;
/// Clients that records are keyed for.
const CLIENTS: [&str; 5] = ["northwind-health", "acme-retail", "bluewater-energy", "city-works", "lumen-labs"];

/// Streams of random numbers, one per kind of decision.
const FATE: u64 = 1;
const CONTENT: u64 = 2;
const LAYOUT: u64 = 3;
const SLIPS: u64 = 4;
const ENVELOPE: u64 = 5;
const LIKENESS: u64 = 6;
/// A record that resembles another resembles the one so many before it.
const LIKENESS_BACK: u64 = 51;
/// One new record in so many resembles another, if one of its kind can.
const LIKENESSES: u64 = 100;

/// Forms that records are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `vendor_invoice`
    Invoice,
    /// `timesheet`
    Timesheet,
    /// `medical_claim`
    Claim,
    /// `employee_onboarding`
    Employee,
    /// `customer_kyc`
    Customer,
}

impl Kind {
    /// Every form.
    pub const ALL: [Self; 5] = [Self::Invoice, Self::Timesheet, Self::Claim, Self::Employee, Self::Customer];

    /// Name of the form.
    #[must_use]
    pub const fn form(self) -> &'static str {
        match self {
            Self::Invoice => "vendor_invoice",
            Self::Timesheet => "timesheet",
            Self::Claim => "medical_claim",
            Self::Employee => "employee_onboarding",
            Self::Customer => "customer_kyc",
        }
    }

    /// The form of that name.
    #[must_use]
    pub fn of(form: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.form() == form)
    }
}

/// What records are made.
#[derive(Clone, Copy, Debug)]
pub struct Generator {
    /// Same seed, same bytes.
    pub seed: u64,
    /// Records to be rejected, in parts of a million.
    pub invalid_ppm: u64,
    /// Records that repeat an earlier one, in parts of a million.
    pub duplicate_ppm: u64,
    /// One form, or all mixed when `None`.
    pub kind: Option<Kind>,
    /// Whether records come from the sources of the demo, for several clients. Otherwise all come without a named
    /// source and client, as in a plain file.
    pub envelope: bool,
    /// Whether records are to be judged with the tables of the run: some ask to be paid elsewhere, some report to who was
    /// hired before, and mistakes are made that only a look-up finds.
    pub tables: bool,
}

/// A record and the truth about it.
#[derive(Clone, Debug)]
pub struct Generated {
    /// Its form.
    pub kind: Kind,
    /// Source profile; empty for the default one.
    pub source: &'static str,
    /// Client; empty in a plain file.
    pub client: &'static str,
    /// Virtual record time.
    pub time: RecordTime,
    /// The bytes as keyed; without line feeds.
    pub bytes: Vec<u8>,
    /// What must become of it.
    pub truth: Truth,
}

/// How a record comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    New,
    Mistaken,
    Repeats(u64),
    Contradicts(u64),
    /// A document of its own that is suspiciously like an earlier one.
    Resembles(u64),
}

/// How a record differs from the document it was keyed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Differs {
    Not,
    /// Outside of its key.
    Besides,
    /// It has another key, and overlaps.
    Overlaps,
}

/// What a record says.
#[derive(Clone, Debug)]
enum Document {
    Invoice(Invoice),
    Timesheet(Timesheet),
    Claim(Claim),
    Employee(Employee),
    Customer(Customer),
}

impl Document {
    fn write(&self, pen: &mut impl Pen) {
        match self {
            Self::Invoice(invoice) => invoice.write(pen),
            Self::Timesheet(sheet) => sheet.write(pen),
            Self::Claim(claim) => claim.write(pen),
            Self::Employee(employee) => employee.write(pen),
            Self::Customer(customer) => customer.write(pen),
        }
    }

    /// What must be warned of, in the order of the truth.
    fn warnings(&self, tables: bool) -> Vec<Expected> {
        let mut warnings = match self {
            Self::Invoice(invoice) => warned::invoice(invoice),
            Self::Timesheet(sheet) => warned::timesheet(sheet),
            Self::Claim(claim) => warned::claim(claim),
            Self::Employee(employee) => warned::employee(employee, tables),
            Self::Customer(customer) => warned::customer(customer),
        };
        warnings.sort();
        warnings
    }

    /// Changes what it says.
    fn differ(&mut self, how: Differs) {
        match (how, self) {
            (Differs::Not, _) => {}
            (Differs::Overlaps, Self::Timesheet(sheet)) => sheet.halve(),
            (_, document) => document.contradict(),
        }
    }

    /// Becomes another document, keyed as record `index`, that is suspiciously like this one. Answers what must be warned of; nothing when that
    /// cannot be.
    fn resemble(&mut self, seed: u64, index: u64) -> Vec<Expected> {
        let paths = match self {
            Self::Invoice(invoice) => {
                invoice.no = mistyped::misread(&invoice.no);
                vec!["/invoice_no"]
            }
            Self::Employee(employee) => {
                employee.ssn = number::ssn(seed, index);
                vec!["/last"]
            }
            Self::Customer(customer) => customer.resemble(index),
            Self::Timesheet(_) | Self::Claim(_) => Vec::new(),
        };
        paths.into_iter().map(|path| Expected { code: Code::DupNear, path: Some(path.to_owned()) }).collect()
    }

    /// Changes something that is not part of the key.
    fn contradict(&mut self) {
        match self {
            Self::Invoice(invoice) => invoice.vendor.name.push_str(" International"),
            Self::Timesheet(sheet) => sheet.mileage = Some(sheet.mileage.unwrap_or(0) + 10),
            Self::Claim(claim) => claim.address.line.push_str(" Rear"),
            Self::Employee(employee) => employee.job.push_str(" II"),
            Self::Customer(customer) => match &mut customer.who {
                Who::Person { occupation, .. } => *occupation = Some("Notary"),
                Who::Company { name, .. } => name.push_str(" International"),
            },
        }
    }
}

impl Generator {
    /// Record `index`, and the truth about it when records are decided in the order they are generated in.
    #[must_use]
    pub fn record(&self, index: u64) -> Generated {
        self.record_given(index, self.document_of(index))
    }

    /// Record `index`, and the truth about it when of all records of its document `first` is decided first.
    #[must_use]
    pub fn record_given(&self, index: u64, first: u64) -> Generated {
        match self.fate(index) {
            Fate::Mistaken => self.mistaken(index),
            Fate::Resembles(of) => self.likeness(index, of),
            _ => self.copy(index, first),
        }
    }

    /// The document that record `index` was keyed from: that of an earlier record when it repeats or contradicts one, else
    /// its own. Documents have the number of their first record.
    #[must_use]
    pub fn document_of(&self, index: u64) -> u64 {
        match self.fate(index) {
            Fate::New | Fate::Mistaken | Fate::Resembles(_) => index,
            Fate::Repeats(first) | Fate::Contradicts(first) => first,
        }
    }

    /// What must become of record `index`.
    #[must_use]
    pub fn truth(&self, index: u64) -> Truth {
        self.record(index).truth
    }

    /// The document that one resembles, or that resembles it; and what is to be warned of in the one that is decided later.
    #[must_use]
    pub fn likeness_of(&self, document: u64) -> Option<(u64, Vec<Expected>)> {
        let other = self.resembled(document);
        let later = if other.is_some() { document } else { document.saturating_add(LIKENESS_BACK) };
        let earlier = self.resembled(later)?;
        let expected = self.document(earlier).resemble(self.seed, later);
        Some((other.unwrap_or(later), expected))
    }

    fn roll(&self, index: u64) -> u64 {
        Random::of(self.seed, index, FATE).below(MILLION)
    }

    /// Whether record `index` is a document without mistakes that nobody keyed before.
    fn is_new(&self, index: u64) -> bool {
        self.is_plain(index) && self.resembled(index).is_none()
    }

    /// Whether record `index` is without mistakes, and repeats and contradicts none.
    fn is_plain(&self, index: u64) -> bool {
        self.roll(index) >= self.invalid_ppm + self.duplicate_ppm
    }

    /// The document that record `index` resembles. No two resemble the same, and none that resembles another.
    fn resembled(&self, index: u64) -> Option<u64> {
        let of = index.checked_sub(LIKENESS_BACK)?;
        let drawn = |index| Random::of(self.seed, index, LIKENESS).chance(1, LIKENESSES);
        let can = drawn(index) && !drawn(of) && self.is_plain(index) && self.is_plain(of);
        (can && !self.document(of).resemble(self.seed, index).is_empty()).then_some(of)
    }

    fn fate(&self, index: u64) -> Fate {
        let roll = self.roll(index);
        if roll >= self.invalid_ppm + self.duplicate_ppm {
            return self.resembled(index).map_or(Fate::New, Fate::Resembles);
        }
        let repeats = roll >= self.invalid_ppm;
        // One reject in 25 is a document that was accepted before with other content.
        if !repeats && roll >= self.invalid_ppm / 25 {
            return Fate::Mistaken;
        }
        match self.original(index) {
            Some(first) if repeats => Fate::Repeats(first),
            Some(first) => Fate::Contradicts(first),
            None if repeats => Fate::New,
            None => Fate::Mistaken,
        }
    }

    /// An earlier record that was accepted as a new document: found by computation, so that nothing need be
    /// remembered. Half of the repeats follow soon, as when a batch is sent twice; half come from any time before.
    fn original(&self, index: u64) -> Option<u64> {
        let mut random = Random::of(self.seed, index, FATE ^ CONTENT << 8);
        let reach = if random.chance(1, 2) { index.min(2_000) } else { index };
        (0..TRIES)
            .map(|_| index.wrapping_sub(1).wrapping_sub(random.below(reach)))
            .find(|&at| at < index && self.is_new(at))
    }

    fn kind_of(&self, index: u64) -> Kind {
        let kind = match Random::of(self.seed, index, ENVELOPE).below(12) {
            0..4 => Kind::Timesheet,
            4 => Kind::Employee,
            5 => Kind::Customer,
            6 => Kind::Claim,
            _ => Kind::Invoice,
        };
        self.kind.unwrap_or(kind)
    }

    fn client_of(&self, index: u64) -> &'static str {
        if self.envelope { Random::of(self.seed, index, ENVELOPE ^ 1 << 8).pick(&CLIENTS) } else { "" }
    }

    fn source_of(&self, index: u64) -> Source {
        if self.envelope { Random::of(self.seed, index, ENVELOPE ^ 2 << 8).pick(&source::DEMO) } else { source::UNSAID }
    }

    fn document(&self, index: u64) -> Document {
        let mut random = Random::of(self.seed, index, CONTENT);
        let opened = Day(OPENED_MS / DAY_MS);
        let keyed_on = Day(time_of(index).epoch_day());
        match self.kind_of(index) {
            Kind::Claim => {
                let mut claim = Claim::of(index, keyed_on, self.envelope, &mut random);
                if self.tables {
                    tables::lapse(&mut claim, &mut random);
                }
                Document::Claim(claim)
            }
            Kind::Invoice => {
                let mut invoice = Invoice::of(self.seed, index, keyed_on, &mut random);
                if self.tables {
                    tables::redirect(&mut invoice, &mut random);
                }
                Document::Invoice(invoice)
            }
            Kind::Employee => {
                let mut employee = self.employee(index, &mut random);
                if self.tables && random.chance(1, 10) {
                    self.report(&mut employee, index, &mut random);
                }
                Document::Employee(employee)
            }
            Kind::Customer => Document::Customer(Customer::of(self.seed, index, [opened, keyed_on], &mut random)),
            Kind::Timesheet => Document::Timesheet(Timesheet::of(index, opened, &mut random)),
        }
    }

    /// Makes the new employee of record `index` report to somebody who is in no table, but was accepted before.
    fn report(&self, employee: &mut Employee, index: u64, random: &mut Random) {
        let mut earlier = (0..TRIES).filter_map(|_| index.checked_sub(1 + random.below(index)));
        let found = earlier.find(|&at| self.kind_of(at) == Kind::Employee && self.is_new(at));
        // Nobody knows the number of one who has none yet.
        if let Some(no) = found.and_then(|at| self.employee(at, &mut Random::of(self.seed, at, CONTENT)).no) {
            employee.manager = no;
        }
    }

    /// The new employee of record `index`, who reports to somebody in the table.
    fn employee(&self, index: u64, random: &mut Random) -> Employee {
        let days = [OPENED_MS / DAY_MS, time_of(index).epoch_day()].map(Day);
        Employee::of(self.seed, index, days, random)
    }

    /// A document keyed without mistakes as record `index`, or with something else outside of its key, while `first` is the
    /// record of it that is decided first.
    fn copy(&self, index: u64, first: u64) -> Generated {
        let (of, differs) = (self.document_of(index), self.differs(index));
        let mut document = self.document(of);
        document.differ(differs);
        let mut fair = FairPen::new();
        document.write(&mut fair);
        let mut truth = Truth {
            outcome: Outcome::Clean,
            errors: Vec::new(),
            warnings: Vec::new(),
            first: (first != index).then_some(first),
            clean: fair.finish(),
        };
        if first == index {
            truth.warnings = document.warnings(self.tables);
        } else if differs == self.differs(first) {
            truth.outcome = Outcome::Duplicate;
        } else {
            let overlaps = [differs, self.differs(first)].contains(&Differs::Overlaps);
            let (code, path) = if overlaps { (Code::RelRule, "/period_start") } else { (Code::DupConflict, "") };
            truth.outcome = Outcome::Reject;
            truth.errors.push(Expected { code, path: Some(path.to_owned()) });
            truth.clean.clear();
        }
        self.generated(index, of, self.keyed(index, &document, &[]), truth)
    }

    /// A document that is like that of record `of`, keyed as record `index` without mistakes.
    fn likeness(&self, index: u64, of: u64) -> Generated {
        let mut document = self.document(of);
        let mut warnings = document.resemble(self.seed, index);
        warnings.extend(document.warnings(self.tables));
        warnings.sort();
        let mut fair = FairPen::new();
        document.write(&mut fair);
        let truth = Truth { outcome: Outcome::Clean, errors: Vec::new(), warnings, first: None, clean: fair.finish() };
        self.generated(index, of, self.keyed(index, &document, &[]), truth)
    }

    fn differs(&self, index: u64) -> Differs {
        let Fate::Contradicts(of) = self.fate(index) else { return Differs::Not };
        let can_overlap = self.kind_of(of) == Kind::Timesheet && Timesheet::is_fortnight(of);
        if can_overlap && Random::of(self.seed, index, SLIPS).chance(1, 2) {
            Differs::Overlaps
        } else {
            Differs::Besides
        }
    }

    fn mistaken(&self, index: u64) -> Generated {
        match self.document(index) {
            Document::Invoice(invoice) => {
                self.spoilt(index, invoice, [invoice_mistakes::MISTAKES, tables::INVOICES], Document::Invoice)
            }
            Document::Timesheet(sheet) => {
                self.spoilt(index, sheet, [timesheet_mistakes::MISTAKES, tables::TIMESHEETS], Document::Timesheet)
            }
            Document::Claim(claim) => {
                self.spoilt(index, claim, [claim_mistakes::MISTAKES, tables::CLAIMS], Document::Claim)
            }
            Document::Employee(new) => {
                self.spoilt(index, new, [employee_mistakes::MISTAKES, tables::EMPLOYEES], Document::Employee)
            }
            Document::Customer(new) => {
                self.spoilt(index, new, [customer_mistakes::MISTAKES, tables::CUSTOMERS], Document::Customer)
            }
        }
    }

    /// A document keyed with one mistake, or two or three. `kinds`: those of the form, and those that only a look-up
    /// finds.
    fn spoilt<D>(&self, index: u64, document: D, kinds: [&[Mistake<D>]; 2], wrap: fn(D) -> Document) -> Generated {
        let mut random = Random::of(self.seed, index, SLIPS);
        let count = random.pick(&[1, 1, 1, 1, 2, 3]);
        let mut draft = Draft::new(document);
        // One mistake in four, where there are any, as a look-up would find it.
        let [usual, looked_up] = kinds;
        let by_look_up = self.tables && !looked_up.is_empty() && random.chance(1, 4);
        let kinds = if by_look_up { looked_up } else { usual };
        draft.err(kinds, count, &self.source_of(index), &mut random);
        if draft.expected.is_empty() {
            // Nothing is looked up for this document: a person has no industry.
            draft.err(usual, count, &self.source_of(index), &mut random);
        }
        let Draft { document, slips, damage: harm, expected: mut errors } = draft;
        let mut bytes = self.keyed(index, &wrap(document), &slips);
        if let Some(harm) = harm {
            damage(&mut bytes, harm, &mut random);
        }
        errors.sort();
        let truth = Truth { outcome: Outcome::Reject, errors, warnings: Vec::new(), first: None, clean: Vec::new() };
        self.generated(index, index, bytes, truth)
    }

    fn keyed(&self, index: u64, document: &Document, slips: &[(super::keyed::Place, super::keyed::Slip)]) -> Vec<u8> {
        let random = Random::of(self.seed, index, LAYOUT);
        let mut pen = KeyedPen::new(self.source_of(index), random, slips);
        document.write(&mut pen);
        pen.finish()
    }

    fn generated(&self, index: u64, document: u64, bytes: Vec<u8>, truth: Truth) -> Generated {
        Generated {
            kind: self.kind_of(document),
            source: self.source_of(index).name,
            client: self.client_of(document),
            time: time_of(index),
            bytes,
            truth,
        }
    }
}

/// Virtual record time of record `index`.
fn time_of(index: u64) -> RecordTime {
    let elapsed = i64::try_from(index).unwrap_or(i64::MAX / BETWEEN_MS).saturating_mul(BETWEEN_MS);
    RecordTime(OPENED_MS.saturating_add(elapsed))
}
