//! Medical claims: what stands on the paper, in whole cents.

use super::{
    calendar::Day,
    mistyped, number,
    pen::{Amount, Pen, Value},
    person::{Address, Person, born},
    random::Random,
    tables, words,
};

/// One claim.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// The day on which it is keyed.
    pub(crate) keyed_on: Day,
    /// Whether the record says so: the line of a plain file does not, and nobody can tell then what is in the future.
    pub(crate) dated: bool,
    pub(crate) no: String,
    pub(crate) account: String,
    /// `1`, `7` or `8`.
    pub(crate) frequency: &'static str,
    pub(crate) original: Option<String>,
    pub(crate) payer: String,
    pub(crate) member: String,
    pub(crate) patient: Person,
    /// As it is in the patient's name, or as a program that read the wrong encoding made it.
    pub(crate) last: String,
    pub(crate) born: Day,
    pub(crate) address: Address,
    pub(crate) relationship: &'static str,
    pub(crate) billing_npi: String,
    pub(crate) rendering_npi: Option<String>,
    pub(crate) tin: String,
    pub(crate) diagnoses: Vec<String>,
    pub(crate) place: &'static str,
    pub(crate) lines: Vec<Line>,
    /// Sum of the lines in cents.
    pub(crate) total: i64,
    pub(crate) paid: Option<i64>,
    pub(crate) accident: Option<Accident>,
    pub(crate) signed: bool,
    pub(crate) signed_on: Day,
}

/// One line of a claim.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) from: Day,
    pub(crate) to: Option<Day>,
    pub(crate) procedure: String,
    pub(crate) modifiers: Vec<&'static str>,
    /// Places of diagnoses, from 0.
    pub(crate) pointers: Vec<usize>,
    /// Cents.
    pub(crate) charge: i64,
    /// Hundredths of a unit.
    pub(crate) units: i64,
}

/// What is said of an accident.
#[derive(Clone, Debug)]
pub(crate) struct Accident {
    /// False where the box is answered with no.
    pub(crate) happened: bool,
    pub(crate) on: Option<Day>,
    pub(crate) state: Option<&'static str>,
}

/// The letters that lines point with.
pub(crate) const LETTERS: [&str; 12] = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L"];

impl Claim {
    /// The claim of record `index`, for services of the quarter before `keyed_on`.
    pub(crate) fn of(index: u64, keyed_on: Day, dated: bool, random: &mut Random) -> Self {
        let patient = Person::of(random);
        let first_day = keyed_on.plus(-random.within(3, 90));
        let diagnoses = diagnoses(random);
        let lines: Vec<Line> = (0..=random.below(4).min(random.below(7)))
            .map(|_| Line::of(first_day, keyed_on, diagnoses.len(), random))
            .collect();
        let total: i64 = lines.iter().map(|line| line.charge).sum();
        let frequency = if random.chance(1, 12) { random.pick(&["7", "8"]) } else { "1" };
        Self {
            keyed_on,
            dated,
            no: format!("CL{index:08}"),
            account: format!("PA-{:02}-{index:07}", random.below(100)),
            frequency,
            original: (frequency != "1").then(|| format!("2026{:09}", random.below(1_000_000_000))),
            payer: tables::payer(random.below(tables::PAYERS), 0),
            member: tables::member(random.below(tables::MEMBERS)),
            last: last_name(&patient, random),
            // Born before the first service: nobody here is younger than a year.
            born: born(keyed_on, 1, 96, random),
            address: Address::of(random),
            relationship: random.pick(&["self", "self", "self", "spouse", "child", "other"]),
            billing_npi: number::npi(random),
            rendering_npi: random.chance(1, 2).then(|| number::npi(random)),
            tin: tin(random),
            place: random.pick(&["11", "11", "11", "02", "10", "12", "19", "20", "21", "22", "23", "24", "31", "81"]),
            paid: random.chance(1, 4).then(|| total / random.within(2, 9)),
            accident: accident(first_day, random),
            signed: random.chance(19, 20),
            signed_on: first_day.plus(random.within(0, 3)),
            patient,
            diagnoses,
            lines,
            total,
        }
    }

    /// Takes the claim down in form order.
    pub(crate) fn write(&self, pen: &mut impl Pen) {
        pen.put("claim_no", Value::Id(&self.no));
        pen.put("patient_account_no", Value::Id(&self.account));
        pen.put("claim_frequency", Value::Like(self.frequency, frequency_words(self.frequency)));
        pen.maybe("original_claim_no", self.original.as_deref().map(Value::Id));
        pen.put("payer_id", Value::Id(&self.payer));
        pen.put("member_id", Value::Id(&self.member));
        pen.put("patient_last", Value::Text(&self.last));
        pen.put("patient_first", Value::Text(self.patient.first));
        pen.put("patient_dob", Value::Date(self.born));
        pen.put("patient_sex", Value::Like(self.patient.sex, sex_words(self.patient.sex)));
        pen.put("patient_addr1", Value::Text(&self.address.line));
        pen.put("patient_city", Value::Text(self.address.city));
        pen.put("patient_state", Value::Id(self.address.state));
        let bare = self.address.zip.replace('-', "");
        pen.put("patient_zip", Value::Like(&self.address.zip, &[&bare]));
        pen.put("relationship", Value::Like(self.relationship, relationship_words(self.relationship)));
        pen.put("billing_npi", Value::Exact(&self.billing_npi));
        pen.maybe("rendering_npi", self.rendering_npi.as_deref().map(Value::Exact));
        pen.put("billing_tin", Value::Exact(&self.tin));
        self.write_diagnoses(pen);
        pen.put("place_of_service", Value::Exact(self.place));
        pen.list("lines");
        for (at, line) in (1..).zip(&self.lines) {
            pen.item();
            line.write(at, pen);
        }
        pen.end();
        pen.put("total_charge", Value::Money(dollars(self.total)));
        pen.maybe("amount_paid", self.paid.map(|paid| Value::Money(dollars(paid))));
        let accident = self.accident.as_ref();
        pen.maybe("accident", accident.map(|accident| Value::Bool(accident.happened)));
        pen.maybe("accident_date", accident.and_then(|accident| accident.on).map(Value::Date));
        pen.maybe("accident_state", accident.and_then(|accident| accident.state).map(Value::Id));
        pen.put("signature_on_file", Value::Bool(self.signed));
        pen.put("date_signed", Value::Date(self.signed_on));
    }

    /// Claims are sent without the dots of their diagnoses, and keyed in any letter case.
    fn write_diagnoses(&self, pen: &mut impl Pen) {
        let others: Vec<[String; 2]> =
            self.diagnoses.iter().map(|code| [code.replace('.', ""), code.to_ascii_lowercase()]).collect();
        let others: Vec<[&str; 2]> = others.iter().map(|[bare, lower]| [&**bare, &**lower]).collect();
        let codes: Vec<Value<'_>> =
            self.diagnoses.iter().zip(&others).map(|(code, others)| Value::Like(code, others)).collect();
        pen.put("diagnoses", Value::List(&codes));
    }
}

impl Line {
    fn of(first_day: Day, keyed_on: Day, diagnoses: usize, random: &mut Random) -> Self {
        let from = first_day.plus(random.within(0, 3)).min(keyed_on);
        let count = 1 + random.position(diagnoses.min(4));
        let start = random.position(diagnoses);
        let modifiers: &[&str] = random.pick(&[&[], &[], &[], &["25"], &["59", "LT"], &["RT"], &["26"], &["GT", "95"]]);
        let highest = if random.chance(1, 10) { 2_500_000 } else { 60_000 };
        let units = if random.chance(1, 8) { random.within(1, 60) * 25 } else { random.within(1, 4) * 100 };
        Self {
            from,
            to: random.chance(1, 2).then(|| from.plus(random.pick(&[0, 0, 0, 1, 2]))),
            procedure: random.pick(&words::PROCEDURES).to_owned(),
            modifiers: modifiers.to_vec(),
            pointers: (0..count).map(|at| (start + at) % diagnoses).collect(),
            charge: random.within(800, highest),
            units,
        }
    }

    fn write(&self, line_no: i64, pen: &mut impl Pen) {
        let ids = |texts: &[&'static str]| texts.iter().map(|text| Value::Id(text)).collect::<Vec<_>>();
        let pointers: Vec<&str> = self.pointers.iter().filter_map(|&at| LETTERS.get(at).copied()).collect();
        let units = if self.units % 100 == 0 {
            Amount { units: self.units / 100, scale: 0, least: 0 }
        } else {
            Amount { units: self.units, scale: 2, least: 0 }
        };
        pen.put("line_no", Value::Integer(line_no));
        pen.put("service_from", Value::Date(self.from));
        pen.maybe("service_to", self.to.map(Value::Date));
        pen.put("procedure", Value::Id(&self.procedure));
        if !self.modifiers.is_empty() {
            pen.put("modifiers", Value::List(&ids(&self.modifiers)));
        }
        pen.put("dx_pointers", Value::List(&ids(&pointers)));
        pen.put("charge", Value::Money(dollars(self.charge)));
        pen.put("units", Value::Number(units));
    }
}

fn dollars(cents: i64) -> Amount {
    Amount { units: cents, scale: 2, least: 2 }
}

/// One to twelve diagnoses, all different: neighbours in the list of codes, from a place that `random` picks.
fn diagnoses(random: &mut Random) -> Vec<String> {
    let count = if random.chance(1, 10) { 1 + random.position(12) } else { 1 + random.position(4) };
    let start = random.position(words::DIAGNOSES.len());
    let codes = words::DIAGNOSES.iter().cycle().skip(start).take(count);
    codes.map(|&code| code.to_owned()).collect()
}

/// One in 20 names with accents comes from a program that took UTF-8 for Windows-1252: a warning, and never repaired.
fn last_name(patient: &Person, random: &mut Random) -> String {
    let damaged = if random.chance(1, 20) { mistyped::mojibake(patient.last) } else { None };
    damaged.unwrap_or_else(|| patient.last.to_owned())
}

/// An EIN, for one provider in three without its hyphen.
fn tin(random: &mut Random) -> String {
    let ein = number::ein(random);
    if random.chance(1, 3) { ein.replace('-', "") } else { ein }
}

fn accident(first_day: Day, random: &mut Random) -> Option<Accident> {
    match random.below(12) {
        0 | 1 => Some(Accident {
            happened: true,
            on: Some(first_day.plus(-random.within(0, 30))),
            state: random.chance(1, 2).then(|| random.pick(&["MA", "NJ", "PA", "FL", "TX", "CA"])),
        }),
        2..=6 => Some(Accident { happened: false, on: None, state: None }),
        _ => None,
    }
}

fn frequency_words(code: &str) -> &'static [&'static str] {
    match code {
        "1" => &["1", "1", "Original"],
        "7" => &["7", "REPLACEMENT"],
        _ => &["8", "Void"],
    }
}

fn sex_words(letter: &str) -> &'static [&'static str] {
    if letter == "F" { &["f", "Female"] } else { &["m", "MALE"] }
}

fn relationship_words(word: &str) -> &'static [&'static str] {
    match word {
        "self" => &["Self", "SELF"],
        "spouse" => &["Spouse", "wife"],
        "child" => &["CHILD", "Son"],
        _ => &["Other"],
    }
}
