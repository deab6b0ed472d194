//! Customers: persons and companies, the documents that identify them, where they live and pay tax.

use super::{
    calendar::Day,
    mistyped, number,
    pen::{Amount, Pen, Value},
    person::{self, Person},
    random::Random,
    tax::{Country, TAXPAYERS},
    words,
};

/// A value of a closed list, and what people key for it.
type Choice = (&'static str, &'static [&'static str]);

/// One customer.
#[derive(Clone, Debug)]
pub(crate) struct Customer {
    pub(crate) who: Who,
    pub(crate) nationality: &'static Country,
    /// Where the customer lives.
    pub(crate) home: &'static Country,
    pub(crate) identity: Identity,
    pub(crate) address: Option<String>,
    pub(crate) city: Option<&'static str>,
    pub(crate) postcode: Option<&'static str>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) pep: Option<bool>,
    pub(crate) us_person: Option<bool>,
    /// Countries and numbers.
    pub(crate) taxed: Vec<(&'static Country, String)>,
    pub(crate) funds: Option<Choice>,
    /// Hundredths.
    pub(crate) expected: Option<i64>,
    pub(crate) risk: Option<Choice>,
    pub(crate) iban: Option<String>,
    pub(crate) consent: bool,
    pub(crate) consent_at: Option<Day>,
    pub(crate) signed: Option<Day>,
}

/// Who the customer is.
#[derive(Clone, Debug)]
pub(crate) enum Who {
    /// A natural person.
    Person {
        /// Family name and first name; none for a person who has one name only.
        names: Option<(String, String)>,
        full: Option<String>,
        born: Day,
        occupation: Option<&'static str>,
    },
    /// A company.
    Company {
        name: String,
        lei: Option<String>,
        registered: Option<String>,
        vat: Option<String>,
        founded: Day,
        industry: Option<&'static str>,
    },
}

/// The document that identifies the customer.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    pub(crate) kind: Choice,
    pub(crate) number: String,
    pub(crate) country: &'static Country,
    pub(crate) issued: Option<Day>,
    pub(crate) expires: Option<Day>,
}

const PASSPORT: Choice = ("passport", &["Passport", "PASSPORT"]);
const NATIONAL: Choice = ("national", &["National ID", "Identity card"]);
const LICENCE: Choice = ("dl", &["DL", "Driver's License", "Driving Licence"]);
const TIN: Choice = ("tin", &["TIN", "Tax ID"]);
const FUNDS: [Choice; 6] = [
    ("salary", &["Salary", "wages"]),
    ("business", &["Business", "Business income"]),
    ("savings", &["Savings"]),
    ("investments", &["Investments"]),
    ("inheritance", &["Inheritance"]),
    ("property", &["sale of property"]),
];
const RISKS: [Choice; 3] = [("low", &["Low"]), ("med", &["Medium", "MED"]), ("high", &["High"])];
const HIGH: Choice = RISKS[2];
const OCCUPATIONS: [&str; 8] =
    ["Surveyor", "Nurse", "Software engineer", "Baker", "Retired", "Student", "Civil servant", "Électricien"];
/// Codes of NACE and of NAICS.
pub(crate) const INDUSTRIES: [&str; 8] = ["25.62", "62.01", "46.9", "01", "332710", "541511", "722", "86.10"];
/// Legal forms by country.
const LEGAL: [(&str, &str); 10] = [
    ("GB", "Ltd"),
    ("DE", "GmbH"),
    ("US", "Inc."),
    ("FR", "SARL"),
    ("NL", "B.V."),
    ("ES", "S.L."),
    ("AT", "GmbH"),
    ("JP", "K.K."),
    ("NZ", "Ltd"),
    ("CA", "Ltd."),
];

impl Customer {
    /// The customer of record `index`; `opened` is the first day of the run.
    pub(crate) fn of(seed: u64, index: u64, [opened, keyed_on]: [Day; 2], random: &mut Random) -> Self {
        let home = Country::pick(random);
        let nationality = if random.chance(1, 5) { Country::pick(random) } else { home };
        let who =
            if random.chance(1, 3) { Who::company(home, keyed_on, random) } else { Who::person(index, opened, random) };
        let us_person = random.chance(2, 3).then(|| random.chance(1, 6));
        let pep = random.chance(2, 3).then(|| random.chance(1, 15));
        let (city, postcode) = home.town(random);
        Self {
            identity: Identity::of(seed, index, &who, nationality, keyed_on, random),
            who,
            nationality,
            home,
            address: random.chance(4, 5).then(|| home.address(random)),
            city: random.chance(4, 5).then_some(city),
            postcode: random.chance(4, 5).then_some(postcode),
            phone: random.chance(1, 2).then(|| home.phone(random)),
            email: random.chance(1, 2).then(|| Person::of(random).email(index, random)),
            taxed: taxed(seed, index, home, us_person == Some(true), random),
            us_person,
            funds: random.chance(3, 4).then(|| random.pick(&FUNDS)),
            expected: random.chance(3, 4).then(|| random.within(50, 9_000) * 1_000),
            risk: if pep == Some(true) { Some(HIGH) } else { random.chance(3, 4).then(|| random.pick(&RISKS)) },
            pep,
            iban: random.chance(1, 2).then(|| number::iban(home.code, random)).flatten(),
            consent: random.chance(19, 20),
            consent_at: random.chance(1, 2).then(|| keyed_on.plus(-random.within(0, 30))),
            signed: random.chance(1, 2).then(|| keyed_on.plus(-random.within(0, 30))),
        }
    }

    /// Takes the customer down in form order.
    pub(crate) fn write(&self, pen: &mut impl Pen) {
        self.who.write_names(pen);
        self.who.write_dates(pen);
        put_country(pen, "nationality", self.nationality);
        put_country(pen, "country", self.home);
        self.identity.write(pen);
        pen.maybe("address", self.address.as_deref().map(Value::Text));
        pen.maybe("city", self.city.map(Value::Text));
        self.write_postcode(pen);
        self.write_phone(pen);
        pen.maybe("email", self.email.as_deref().map(Value::Exact));
        self.who.write_trade(pen);
        pen.maybe("pep", self.pep.map(Value::Bool));
        pen.maybe("us_person", self.us_person.map(Value::Bool));
        self.write_taxes(pen);
        let like = |(value, words)| Value::Like(value, words);
        pen.maybe("source_of_funds", self.funds.map(like));
        let expected = self.expected.map(|units| Amount { units, scale: 2, least: 2 });
        pen.maybe("expected_monthly", expected.map(Value::Number));
        pen.maybe("risk_rating", self.risk.map(like));
        pen.maybe("iban", self.iban.as_deref().map(Value::Id));
        pen.put("consent", Value::Bool(self.consent));
        pen.maybe("consent_at", self.consent_at.map(Value::Date));
        pen.maybe("signature_date", self.signed.map(Value::Date));
    }

    /// Becomes a customer who is near: the number misread, or the same person under another document. Answers the paths of what must be
    /// warned of; none when nothing of the kind can be made.
    pub(crate) fn resemble(&mut self, index: u64) -> Vec<&'static str> {
        let is_same_person = matches!(self.who, Who::Person { .. }) && self.postcode.is_some();
        if self.identity.kind != TIN {
            self.identity.number = mistyped::misread(&self.identity.number);
            return ["/id_number"].into_iter().chain(is_same_person.then_some("/dob")).collect();
        }
        if is_same_person {
            (self.identity.kind, self.identity.number) = (NATIONAL, format!("N{:09}", 600_000_000 + index));
        }
        is_same_person.then_some("/dob").into_iter().collect()
    }

    fn write_postcode(&self, pen: &mut impl Pen) {
        let Some(postcode) = self.postcode else { return pen.absent("postcode") };
        // The blank of these countries is where it is whether it is keyed or not.
        let small = postcode.to_lowercase();
        let joined =
            if matches!(self.home.code, "GB" | "NL" | "CA") { postcode.replace(' ', "") } else { small.clone() };
        pen.put("postcode", Value::Like(postcode, &[&small, &joined]));
    }

    fn write_phone(&self, pen: &mut impl Pen) {
        let Some(phone) = &self.phone else { return pen.absent("phone") };
        let code = if phone.starts_with("+1") { 2 } else { 3 };
        let [country, area, line] = [&phone[..code], &phone[code..code + 3], &phone[code + 3..]];
        let (grouped, hyphens) = (format!("{country} {area} {line}"), format!("{country} {area}-{line}"));
        pen.put("phone", Value::Like(phone, &[&grouped, &hyphens]));
    }

    fn write_taxes(&self, pen: &mut impl Pen) {
        // A list is never blank: it is there or not.
        if self.taxed.is_empty() {
            return;
        }
        pen.list("tax_residencies");
        for (country, tin) in &self.taxed {
            pen.item();
            put_country(pen, "country", country);
            pen.put("tin", Value::Id(tin));
        }
        pen.end();
    }
}

fn put_country(pen: &mut impl Pen, name: &'static str, country: &Country) {
    pen.put(name, Value::Like(country.code, country.words));
}

/// Where tax is paid: at home, sometimes elsewhere too, and in the United States for its persons; every country once.
fn taxed(
    seed: u64,
    index: u64,
    home: &'static Country,
    us_person: bool,
    random: &mut Random,
) -> Vec<(&'static Country, String)> {
    let mut countries: Vec<&'static Country> = Vec::new();
    let others = (0..random.below(3)).map(|_| Country::pick(random)).collect::<Vec<_>>();
    let us = us_person.then(|| Country::of("US"));
    for country in random.chance(2, 3).then_some(home).into_iter().chain(us).chain(others) {
        if !countries.iter().any(|known| known.code == country.code) {
            countries.push(country);
        }
    }
    countries.into_iter().map(|country| (country, country.tin(seed, index))).collect()
}

impl Who {
    fn person(index: u64, opened: Day, random: &mut Random) -> Self {
        let Person { first, .. } = Person::of(random);
        let (last, born) = person::alone(index, opened);
        let single = random.chance(1, 30);
        // A program reads both in the same encoding.
        let damaged = random.chance(1, 20) && mistyped::mojibake(&format!("{first} {last}")).is_some();
        let [first, last] = [first, &last].map(|name| {
            let shown = if damaged { mistyped::mojibake(name) } else { None };
            shown.unwrap_or_else(|| name.to_owned())
        });
        Self::Person {
            full: (single || random.chance(1, 4))
                .then(|| if single { last.clone() } else { format!("{first} {last}") }),
            names: (!single).then_some((last, first)),
            born,
            occupation: random.chance(2, 3).then(|| random.pick(&OCCUPATIONS)),
        }
    }

    fn company(home: &Country, keyed_on: Day, random: &mut Random) -> Self {
        let legal = LEGAL.iter().find(|(code, _)| *code == home.code).map_or("Ltd", |(_, legal)| legal);
        let vat = if home.code == "DE" { number::vat_de(random) } else { number::vat_be(random) };
        Self::Company {
            name: format!("{} {} {legal}", random.pick(&words::FAMILIES), random.pick(&words::TRADES)),
            lei: random.chance(1, 2).then(|| number::lei(random)),
            registered: random.chance(1, 2).then(|| format!("HR {}", random.within(1_000, 99_999))),
            vat: random.chance(1, 2).then_some(vat),
            founded: keyed_on.plus(-random.within(30, 20_000)),
            industry: random.chance(2, 3).then(|| random.pick(&INDUSTRIES)),
        }
    }

    fn write_names(&self, pen: &mut impl Pen) {
        match self {
            Self::Person { names, full, .. } => {
                pen.put("customer_type", Value::Like("person", &["Person", "Individual", "natural person"]));
                pen.maybe("last", names.as_ref().map(|(last, _)| Value::Text(last)));
                pen.maybe("first", names.as_ref().map(|(_, first)| Value::Text(first)));
                pen.maybe("full_name", full.as_deref().map(Value::Text));
                for name in ["company_name", "lei", "reg_no", "eu_vat"] {
                    pen.absent(name);
                }
            }
            Self::Company { name, lei, registered, vat, .. } => {
                pen.put("customer_type", Value::Like("company", &["Company", "Business", "Legal entity"]));
                for name in ["last", "first", "full_name"] {
                    pen.absent(name);
                }
                pen.put("company_name", Value::Text(name));
                pen.maybe("lei", lei.as_deref().map(Value::Id));
                pen.maybe("reg_no", registered.as_deref().map(Value::Id));
                pen.maybe("eu_vat", vat.as_deref().map(Value::Id));
            }
        }
    }

    fn write_dates(&self, pen: &mut impl Pen) {
        match self {
            Self::Person { born, .. } => {
                pen.put("dob", Value::Date(*born));
                pen.absent("incorporation_date");
            }
            Self::Company { founded, .. } => {
                pen.absent("dob");
                pen.put("incorporation_date", Value::Date(*founded));
            }
        }
    }

    fn write_trade(&self, pen: &mut impl Pen) {
        match self {
            Self::Person { occupation, .. } => {
                pen.maybe("occupation", occupation.map(Value::Text));
                pen.absent("industry");
            }
            Self::Company { industry, .. } => {
                pen.absent("occupation");
                pen.maybe("industry", industry.map(Value::Exact));
            }
        }
    }
}

impl Identity {
    fn of(seed: u64, index: u64, who: &Who, country: &'static Country, keyed_on: Day, random: &mut Random) -> Self {
        let kind = match who {
            _ if index >= TAXPAYERS => NATIONAL,
            Who::Person { .. } => random.pick(&[PASSPORT, PASSPORT, NATIONAL, LICENCE, TIN]),
            Who::Company { .. } => random.pick(&[NATIONAL, TIN]),
        };
        // The key of the form: the record's index stands in it, so that no two records have the same.
        let number = match kind.0 {
            "passport" => format!("C{}X", 10_000_000 + index),
            "national" => format!("N{:09}", 300_000_000 + index),
            "dl" => format!("WHITL{}HG", 100_000_000 + index),
            _ => country.tin(seed, index),
        };
        let issued = keyed_on.plus(-random.within(1, 3_000));
        let dated = kind.0 != "tin" && random.chance(4, 5);
        Self {
            kind,
            number,
            country,
            issued: dated.then_some(issued),
            expires: (dated || kind.0 == "passport").then(|| keyed_on.plus(random.within(0, 3_600))),
        }
    }

    fn write(&self, pen: &mut impl Pen) {
        pen.put("id_type", Value::Like(self.kind.0, self.kind.1));
        pen.put("id_number", Value::Id(&self.number));
        put_country(pen, "id_country", self.country);
        pen.maybe("id_issue", self.issued.map(Value::Date));
        pen.maybe("id_expiry", self.expires.map(Value::Date));
    }
}
