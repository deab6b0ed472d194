//! Prices as they were found in shops: `val_price_parser`.

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Refused},
        Set,
    },
};
use rules::DecimalSign;
use rust_decimal::Decimal;

const fn refused(cases: &'static [&'static str], why: &'static str) -> Decision {
    Decision { row: "a price", outcome: Refused, cases, why }
}

const DECISIONS: &[Decision] = &[
    refused(
        &["129.900", "$699,000", "$ 119,999", "94,456*", "12,000*", "3,500*", "880,000*", "Rp 31.500"],
        "one separator before three digits is grouping or a decimal sign: `FMT.MONEY_AMBIGUOUS` unless the source says which",
    ),
    refused(
        &["205,68 € 205.68", "AED 8000 (USD 2179)", "399 167.00*", "6,000.00*", "841,00*", "3,49*"],
        "two amounts: which one is meant nobody can know",
    ),
    refused(
        &[
            "PTE*",
            "DEM*",
            "13800 ₶",
            "₤1700.",
            "1128240 рублей",
            "644.00*",
            "3,439.00*",
            "106.61*",
            "336 р.",
            "1 030 р.",
            "1 890*",
            "5 000*",
            "6 300*",
            " 423.923 KD",
        ],
        "the sign or word of the currency is not in the table (old currencies, names in other scripts)",
    ),
    refused(
        &["*"],
        "words, stars or signs beside the amount, or an amount that is badly written, as `$119. 95` and `$..75`",
    ),
];

#[test]
fn prices_are_exact_or_refused() {
    let Some(mut set) = Set::open("val_price_parser", DECISIONS) else { return };
    let mut field = Field::new(&["money"], &[]);
    for line in set.lines("cases.ndjson") {
        let Some(raw) = line["price_raw"].as_str() else { continue };
        field.profile.decimal_sign = match line["decimal_separator"].as_str() {
            Some(".") => Some(DecimalSign::Point),
            Some(",") => Some(DecimalSign::Comma),
            _ => None,
        };
        let number = |text: &str| Decimal::from_str_exact(text).unwrap().normalize().to_string();
        let expected = line["amount"].as_str().map(number);
        let ours = field.run(raw).ok().filter(|clean| !clean.is_empty()).map(|clean| number(&clean));
        let row = if expected.is_some() { "a price" } else { "no price" };
        set.case(row, raw, Outcome::of_value(expected.as_deref(), ours.as_deref()));
    }
    set.finish();
}
