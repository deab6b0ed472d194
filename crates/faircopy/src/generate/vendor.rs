//! Vendors: who sends invoices, in which currency, and how they want to be paid. A vendor's data follow from the seed
//! and the vendor's number.

use super::{number, random::Random, words};

/// Vendors in a run.
pub(crate) const VENDORS: u64 = 4_000;
/// Vendors after those that send nothing any more; they stand in the table of vendors only.
pub(crate) const CLOSED: u64 = 200;

/// A vendor.
#[derive(Clone, Debug)]
pub(crate) struct Vendor {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) tax_id: Option<String>,
    /// ISO 3166 code of its country.
    pub(crate) country: &'static str,
    /// Whether every invoice names its order.
    pub(crate) po_required: bool,
    pub(crate) currency: &'static str,
    /// Decimals of the currency.
    pub(crate) minor: u32,
    pub(crate) payment: Payment,
}

/// How a vendor wants to be paid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payment {
    pub(crate) method: &'static str,
    pub(crate) iban: Option<String>,
    pub(crate) aba: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) bic: Option<String>,
}

/// Country, currency, its decimals, legal form.
const HOMES: [(&str, &str, u32, &str); 14] = [
    ("US", "USD", 2, "Inc."),
    ("US", "USD", 2, "LLC"),
    ("US", "USD", 2, "Co."),
    ("US", "USD", 2, "& Sons"),
    ("DE", "EUR", 2, "GmbH"),
    ("DE", "EUR", 2, "AG"),
    ("GB", "GBP", 2, "Ltd"),
    ("GB", "GBP", 2, "plc"),
    ("NL", "EUR", 2, "B.V."),
    ("AT", "EUR", 2, "KG"),
    ("BE", "EUR", 2, "N.V."),
    ("ES", "EUR", 2, "S.A."),
    ("JP", "JPY", 0, "K.K."),
    ("BH", "BHD", 3, "W.L.L."),
];

/// Stream of random numbers of vendors.
const STREAM: u64 = 0x7665_6e64;

impl Vendor {
    /// One vendor, as `random` falls.
    pub(crate) fn pick(seed: u64, random: &mut Random) -> Self {
        Self::of(seed, random.below(VENDORS))
    }

    /// The vendor of a number.
    pub(crate) fn of(seed: u64, number: u64) -> Self {
        let mut random = Random::of(seed, number, STREAM);
        let (country, currency, minor, legal) = random.pick(&HOMES);
        let family = random.pick(&words::FAMILIES);
        let trade = random.pick(&words::TRADES);
        Self {
            id: id(number, 0),
            name: format!("{family} {trade} {legal}"),
            tax_id: tax_id(country, &mut random),
            country,
            po_required: number.is_multiple_of(10),
            currency,
            minor,
            payment: Payment::of(country, &mut random),
        }
    }
}

/// The id of a vendor, or one that no vendor has: `beside` is 1 to 6.
pub(crate) fn id(number: u64, beside: u64) -> String {
    format!("V{:06}", 100_000 + number * 7 + beside)
}

fn tax_id(country: &str, random: &mut Random) -> Option<String> {
    match country {
        "US" => Some(number::ein(random)),
        "DE" => Some(number::vat_de(random)),
        "BE" => Some(number::vat_be(random)),
        _ => None,
    }
}

impl Payment {
    fn of(country: &str, random: &mut Random) -> Self {
        match (country, random.below(10)) {
            (_, 0) => Self { method: "check", ..Self::default() },
            (_, 1) => Self { method: "card", ..Self::default() },
            ("US", _) => Self {
                method: "ach",
                aba: Some(number::aba(random)),
                account: Some(number::account(random)),
                ..Self::default()
            },
            ("JP", _) => Self {
                method: "wire",
                account: Some(number::account(random)),
                bic: Some(number::bic(country, random)),
                ..Self::default()
            },
            (_, roll) => Self {
                method: "wire",
                iban: number::iban(country, random),
                bic: (roll > 5).then(|| number::bic(country, random)),
                ..Self::default()
            },
        }
    }
}
