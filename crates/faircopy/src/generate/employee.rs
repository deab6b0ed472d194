//! New employees: who is hired, for what, at which pay.

use super::{
    calendar::Day,
    mistyped, number,
    pen::{Amount, Pen, Value},
    person::{self, Address, Person},
    random::Random,
    tables,
};

/// One employee.
#[derive(Clone, Debug)]
pub(crate) struct Employee {
    pub(crate) no: Option<String>,
    pub(crate) first: String,
    pub(crate) middle: Option<&'static str>,
    pub(crate) last: String,
    pub(crate) suffix: Option<&'static str>,
    pub(crate) preferred: Option<&'static str>,
    /// With its hyphens.
    pub(crate) ssn: String,
    pub(crate) born: Day,
    pub(crate) gender: Option<&'static str>,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) address: Address,
    pub(crate) country: &'static str,
    pub(crate) hired: Day,
    pub(crate) department: &'static str,
    pub(crate) job: String,
    pub(crate) manager: String,
    pub(crate) employment: Option<Choice>,
    pub(crate) hourly: bool,
    pub(crate) pay: Amount,
    pub(crate) frequency: Option<Choice>,
    pub(crate) exempt: Option<bool>,
    pub(crate) w4: Option<W4>,
    pub(crate) state_tax: Option<&'static str>,
    pub(crate) deposit: Option<Deposit>,
    pub(crate) shown: Option<Shown>,
    pub(crate) emergency: Option<(String, String)>,
}

/// A value of a closed list, and what people key for it.
pub(crate) type Choice = (&'static str, &'static [&'static str]);

/// What form W-4 says.
#[derive(Clone, Debug)]
pub(crate) struct W4 {
    pub(crate) status: Choice,
    /// Cents.
    pub(crate) dependents: i64,
    pub(crate) extra: Option<i64>,
}

/// Where the pay goes.
#[derive(Clone, Debug)]
pub(crate) struct Deposit {
    pub(crate) aba: String,
    pub(crate) account: String,
    pub(crate) kind: &'static str,
}

/// The document shown for form I-9.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) kind: Choice,
    pub(crate) no: String,
    pub(crate) expires: Option<Day>,
}

const EMPLOYMENTS: [Choice; 4] = [
    ("ft", &["FT", "Full time", "full-time"]),
    ("pt", &["PT", "Part-Time", "part time"]),
    ("temp", &["Temp", "temporary"]),
    ("contract", &["Contract", "Contractor"]),
];
const FREQUENCIES: [Choice; 4] = [
    ("W", &["w", "Weekly"]),
    ("B", &["b", "Bi-weekly", "BIWEEKLY"]),
    ("S", &["s", "Semimonthly"]),
    ("M", &["m", "monthly"]),
];
const STATUSES: [Choice; 3] = [
    ("single", &["Single", "Married filing separately"]),
    ("joint", &["Joint", "Married filing  jointly"]),
    ("head", &["Head of Household"]),
];
const DOCUMENTS: [Choice; 5] = [
    ("passport", &["Passport", "US Passport"]),
    ("resident_card", &["Green Card", "Permanent Resident Card"]),
    ("drivers_license", &["Driver's License", "drivers license"]),
    ("state_id", &["State ID"]),
    ("work_permit", &["EAD"]),
];
const BASES: [Choice; 2] = [("salary", &["Salary", "Salaried", "annual"]), ("hourly", &["Hourly", "hour"])];
const GENDERS: [Choice; 4] =
    [("F", &["f", "Female"]), ("M", &["m", "male"]), ("X", &["x", "Nonbinary"]), ("U", &["u"])];
const SUFFIXES: [Choice; 4] =
    [("Jr", &["JR", "Jr.", "Junior"]), ("Sr", &["SR", "sr."]), ("II", &["2nd"]), ("III", &["3rd", "iii"])];

/// Departments and what their people are called.
pub(crate) const JOBS: [(&str, &str); 10] = [
    ("CLAIMS", "Claims Analyst"),
    ("CLAIMS", "Senior Claims Examiner"),
    ("INTAKE", "Data Entry Operator"),
    ("INTAKE", "Mail & Scan Clerk"),
    ("IT", "Systems Administrator"),
    ("IT", "Software Engineer"),
    ("FINANCE", "Accounts Payable Clerk"),
    ("HR", "Recruiting Coordinator"),
    ("QA", "Quality Reviewer"),
    ("OPS", "Shift Supervisor"),
];

impl Employee {
    /// The employee of record `index`, hired within 90 days of `keyed_on`; `opened` is the first day of the run.
    pub(crate) fn of(seed: u64, index: u64, [opened, keyed_on]: [Day; 2], random: &mut Random) -> Self {
        let person = Person::of(random);
        let (last, born) = person::alone(index, opened);
        let address = Address::of(random);
        let hired = keyed_on.plus(random.within(-90, 90));
        let (department, job) = random.pick(&JOBS);
        let hourly = random.chance(1, 2);
        let other = Person::of(random);
        Self {
            no: random.chance(2, 3).then(|| tables::hired_no(index)),
            first: mistyped::sometimes_mojibake(person.first, random),
            middle: person.middle,
            last: mistyped::sometimes_mojibake(&last, random),
            suffix: person.suffix,
            preferred: random.chance(1, 10).then(|| random.pick(&["Alex", "Sam", "Kit", "Jo", "Max"])),
            ssn: number::ssn(seed, index),
            born,
            gender: random.chance(2, 3).then_some(person.sex),
            email: person.email(index, random),
            phone: person::phone(random),
            country: if address.state == "PR" && random.chance(1, 2) { "PR" } else { "US" },
            state_tax: random.chance(2, 3).then_some(address.state),
            address,
            hired,
            department,
            job: job.to_owned(),
            manager: tables::manager(random.below(tables::MANAGERS)),
            employment: random.chance(4, 5).then(|| random.pick(&EMPLOYMENTS)),
            hourly,
            pay: pay(hourly, random),
            frequency: random.chance(4, 5).then(|| random.pick(&FREQUENCIES)),
            exempt: random.chance(2, 3).then_some(!hourly),
            w4: random.chance(2, 3).then(|| W4::of(random)),
            deposit: random.chance(2, 3).then(|| Deposit::of(random)),
            shown: random.chance(2, 3).then(|| Shown::of(hired, random)),
            emergency: random.chance(1, 2).then(|| (format!("{} {}", other.first, other.last), person::phone(random))),
        }
    }

    /// Takes the employee down in form order.
    pub(crate) fn write(&self, pen: &mut impl Pen) {
        pen.maybe("employee_no", self.no.as_deref().map(Value::Id));
        pen.put("first", Value::Text(&self.first));
        pen.maybe("middle", self.middle.map(Value::Text));
        pen.put("last", Value::Text(&self.last));
        pen.maybe("suffix", self.suffix.map(|suffix| of(&SUFFIXES, suffix)));
        pen.maybe("preferred_name", self.preferred.map(Value::Text));
        let (joined, spaced) = (self.ssn.replace('-', ""), self.ssn.replace('-', " "));
        pen.put("ssn", Value::Like(&self.ssn, &[&joined, &spaced]));
        pen.put("dob", Value::Date(self.born));
        pen.maybe("gender", self.gender.map(|gender| of(&GENDERS, gender)));
        pen.put("email", Value::Exact(&self.email));
        put_phone(pen, "phone", &self.phone);
        self.write_address(pen);
        pen.put("hire_date", Value::Date(self.hired));
        pen.put("job_title", Value::Text(&self.job));
        pen.put("dept_code", Value::Id(self.department));
        pen.put("manager_no", Value::Id(&self.manager));
        self.write_pay(pen);
        self.write_papers(pen);
    }

    fn write_address(&self, pen: &mut impl Pen) {
        let Address { line, unit, city, state, zip } = &self.address;
        pen.put("addr1", Value::Text(line));
        pen.maybe("addr2", unit.as_deref().map(Value::Text));
        pen.put("city", Value::Text(city));
        pen.put("state", Value::Id(state));
        let (joined, spaced) = (zip.replace('-', ""), zip.replace('-', " "));
        pen.put("zip", Value::Like(zip, &[&joined, &spaced]));
        let words: &[&str] =
            if self.country == "US" { &["us", "USA", "United States", "U.S.A."] } else { &["Puerto Rico"] };
        pen.put("country", Value::Like(self.country, words));
    }

    fn write_pay(&self, pen: &mut impl Pen) {
        let cents = |units| Value::Money(Amount { units, scale: 2, least: 2 });
        pen.maybe("employment_type", self.employment.map(like));
        pen.put("pay_basis", like(BASES[usize::from(self.hourly)]));
        pen.put("pay_rate", Value::Money(self.pay));
        pen.maybe("pay_frequency", self.frequency.map(like));
        pen.maybe("flsa_exempt", self.exempt.map(Value::Bool));
        let w4 = self.w4.as_ref();
        pen.maybe("w4_status", w4.map(|w4| like(w4.status)));
        pen.maybe("w4_dependents", w4.map(|w4| cents(w4.dependents)));
        pen.maybe("w4_extra", w4.and_then(|w4| w4.extra).map(cents));
        pen.maybe("state_tax_code", self.state_tax.map(Value::Id));
    }

    fn write_papers(&self, pen: &mut impl Pen) {
        let deposit = self.deposit.as_ref();
        pen.maybe("aba", deposit.map(|deposit| Value::Exact(&deposit.aba)));
        pen.maybe("account_no", deposit.map(|deposit| Value::Exact(&deposit.account)));
        pen.maybe("account_type", deposit.map(|deposit| Value::Exact(deposit.kind)));
        let shown = self.shown.as_ref();
        pen.maybe("i9_doc_type", shown.map(|shown| like(shown.kind)));
        pen.maybe("i9_doc_no", shown.map(|shown| Value::Id(&shown.no)));
        pen.maybe("i9_expiry", shown.and_then(|shown| shown.expires).map(Value::Date));
        let emergency = self.emergency.as_ref();
        pen.maybe("emergency_name", emergency.map(|(name, _)| Value::Text(name)));
        match emergency {
            Some((_, phone)) => put_phone(pen, "emergency_phone", phone),
            None => pen.absent("emergency_phone"),
        }
    }
}

/// A number of the United States, in the layouts that people key.
fn put_phone(pen: &mut impl Pen, name: &'static str, phone: &str) {
    let [area, exchange, line] = [&phone[2..5], &phone[5..8], &phone[8..]];
    let layouts = [
        format!("({area}) {exchange}-{line}"),
        format!("{area}-{exchange}-{line}"),
        format!("{area}.{exchange}.{line}"),
        format!("1-{area}-{exchange}-{line}"),
        format!("+1 {area} {exchange} {line}"),
    ];
    let [a, b, c, d, e] = &layouts;
    pen.put(name, Value::Like(phone, &[a, b, c, d, e]));
}

const fn like(choice: Choice) -> Value<'static> {
    Value::Like(choice.0, choice.1)
}

/// The choice of that name; every name that is made stands in its list.
fn of(choices: &'static [Choice], name: &'static str) -> Value<'static> {
    choices.iter().find(|choice| choice.0 == name).map_or(Value::Exact(name), |choice| like(*choice))
}

/// Pay per hour, sometimes in hundredths of a cent, or per year.
fn pay(hourly: bool, random: &mut Random) -> Amount {
    if hourly && random.chance(1, 10) {
        return Amount { units: random.within(150_000, 800_000), scale: 4, least: 2 };
    }
    let units = if hourly { random.within(1_500, 9_500) } else { random.within(380, 2_400) * 10_000 };
    Amount { units, scale: 2, least: 2 }
}

impl W4 {
    fn of(random: &mut Random) -> Self {
        Self {
            status: random.pick(&STATUSES),
            dependents: random.within(0, 4) * 200_000,
            extra: random.chance(1, 3).then(|| random.within(1, 20) * 1_000),
        }
    }
}

impl Deposit {
    fn of(random: &mut Random) -> Self {
        Self {
            aba: number::aba(random),
            account: format!("{}{:08}", random.within(1, 9), random.below(100_000_000)),
            kind: random.pick(&["checking", "checking", "savings"]),
        }
    }
}

impl Shown {
    fn of(hired: Day, random: &mut Random) -> Self {
        Self {
            kind: random.pick(&DOCUMENTS),
            no: format!("{}{:08}", random.pick(&["A", "C", "D", "K", "W"]), random.below(100_000_000)),
            expires: random.chance(5, 6).then(|| hired.plus(random.within(0, 3_600))),
        }
    }
}
