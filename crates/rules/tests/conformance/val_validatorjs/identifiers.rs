//! Numbers of banks, companies, books, articles and taxes; postal codes; codes of ISO.

use super::Line;
use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Accepted, Refused},
    },
};
use rules::check::{postal, tin_fits};
use serde_json::Value;

/// Ours for a line; `None`: no counterpart.
pub(super) fn outcome(line: &Line<'_>) -> Option<Outcome> {
    let Line { function, argument, input, valid } = *line;
    let by = |normalize: &[&'static str], check: &[&'static str]| {
        Some(Outcome::of(valid, is_taken(&Field::new(normalize, check), input)))
    };
    let bare = argument.is_null();
    match function {
        "isIBAN" if bare => by(&["iban"], &["iban"]),
        "isBIC" => by(&["bic"], &["bic"]),
        "isISIN" => by(&["id_squeeze"], &["isin"]),
        "isEAN" => by(&["digits"], &["gtin"]),
        "isAbaRouting" => by(&["digits"], &["aba"]),
        "isLuhnNumber" | "isCreditCard" if bare => by(&["digits"], &["luhn"]),
        "isISO4217" => by(&["currency"], &["iso4217"]),
        "isISO31661Alpha2" | "isISO31661Alpha3" | "isISO31661Numeric" if bare => by(&["country"], &["iso3166"]),
        "isISBN" => isbn(line),
        "isVAT" => vat(line),
        "isPostalCode" => {
            let clean = Field::new(&["postcode"], &[]).run(input).unwrap_or_default();
            Some(Outcome::of(valid, postal::fits(line.locale(), &clean)?))
        }
        "isTaxID" => {
            let country = line.locale().split_once('-').map_or("US", |(_, country)| country);
            let clean = Field::new(&["id"], &[]).run(input).unwrap_or_default();
            Some(Outcome::of(valid, tin_fits(country, &clean)?))
        }
        _ => None,
    }
}

/// Whether a value is accepted; one that is blank is missing, and no value.
fn is_taken(field: &Field, input: &str) -> bool {
    field.run(input).is_ok_and(|value| !value.is_empty())
}

/// A version wanted is an ISBN of so many characters.
fn isbn(line: &Line<'_>) -> Option<Outcome> {
    let version = match line.argument {
        Value::Object(options) => options.get("version").and_then(Value::as_u64),
        Value::Number(version) => version.as_u64(),
        Value::Null => None,
        _ => return None,
    };
    let value = Field::new(&["isbn"], &["isbn"]).run(line.input).unwrap_or_default();
    let is_version = version.is_none_or(|version| value.len() as u64 == version);
    (line.argument.is_null() || version.is_some()).then(|| Outcome::of(line.valid, !value.is_empty() && is_version))
}

/// The set gives the country beside the number, and the number with its prefix or without.
fn vat(line: &Line<'_>) -> Option<Outcome> {
    const EU: &str = "AT BE BG HR CY CZ DK EE FI FR DE EL HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE";
    let country = EU.split(' ').find(|country| *country == line.locale())?;
    let field = Field::new(&["eu_vat"], &["eu_vat"]);
    let prefixed =
        if line.input.starts_with(country) { line.input.to_owned() } else { format!("{country}{}", line.input) };
    Some(Outcome::of(line.valid, is_taken(&field, &prefixed)))
}

/// Where the two differ.
pub(super) fn decisions() -> Vec<Decision> {
    let tables = [CODES, POSTAL_CODES, TAX_NUMBERS];
    tables.into_iter().flatten().map(|&(row, outcome, cases, why)| Decision { row, outcome, cases, why }).collect()
}

/// The members of a decision, in their order.
type Decided = (&'static str, Outcome, &'static [&'static str], &'static str);

const ANY_CODE: &str =
    "a country may be keyed by any of its three codes, each of which names one country only; recorded as a change";
const CODES: &[Decided] = &[
    ("isISO31661Alpha2", Accepted, &["FRA"], ANY_CODE),
    ("isISO31661Alpha2", Accepted, &["UK"], "names one country only, and becomes GB; recorded as a change"),
    ("isISO31661Alpha3", Accepted, &["FR", "fR", "GB", "PT", "CM", "JP", "PM", "ZW"], ANY_CODE),
    ("isISO31661Numeric", Accepted, &["NL", "NLD"], ANY_CODE),
    ("isISO4217", Accepted, &["EURO", "euro"], "names one currency only, and becomes EUR; recorded as a change"),
    (
        "isIBAN",
        Refused,
        &["IR*", "MZ*", "MA*", "DZ*"],
        "no country of the SWIFT registry, so that its structure is not known: `VAL.COUNTRY_LENGTH`",
    ),
    ("isBIC", Accepted, &["S23CKENXXXX"], "ISO 9362 allows digits in the first four places since 2014"),
    ("isLuhnNumber", Refused, &["0"], "a check digit of nothing, and a zero: nobody's number"),
    (
        "isCreditCard",
        Accepted,
        &["2721465526338453", "2220175103860763", "375556917985515999999993", "899999996234917882863855"],
        "the Luhn digit holds, which is all that `luhn` says; who issues cards of which length a form bounds by `pattern` and `maxLength`",
    ),
];

const POSTAL_CODES: &[Decided] = &[
    (
        "isPostalCode",
        Accepted,
        &["AZ  AZ0100", "CA A1A  1A1"],
        "blanks before it or doubled within are taken off; recorded as a change",
    ),
    (
        "isPostalCode",
        Accepted,
        &["CN 141234", "CN 386789"],
        "first digits that no province has: the shape is all that is known of China's",
    ),
    ("isPostalCode", Accepted, &["FR 98025"], "Monaco's, where the French post delivers"),
    ("isPostalCode", Refused, &["CA G1A-0A2", "CA X0A-0H0"], "Canada Post writes a blank, not a hyphen"),
    (
        "isPostalCode",
        Refused,
        &["GB SA99", "GB W1N 4DJ"],
        "half of a postcode; a district that was given up, with a letter that no other has in this place",
    ),
    ("isPostalCode", Refused, &["IE A6W U9U9"], "D6W is the only routing key with a W"),
    ("isPostalCode", Refused, &["KR 339012"], "of six digits, as before 2015"),
    (
        "isPostalCode",
        Accepted,
        &["NP 11977"],
        "of the country's shape; the library takes the telephone code within it for a mistake",
    ),
    ("isPostalCode", Refused, &["NP 977"], "the telephone code of the country"),
];

const TAX_NUMBERS: &[Decided] = &[
    (
        "isTaxID",
        Accepted,
        &[
            "bg-BG 75-01010/01 0",
            "cs-CZ 53-0121 999",
            "de-AT 93 173 6581",
            "de-DE 6592997048-9",
            "dk-DK 010111/1113",
            "el-CY 00 12-3123/T",
            "en-CA 74 47 978 53",
            "en-CA 744 797 853",
            "en-CA 744-797-853",
            "es-AR 20-27163363-8",
            "es-AR 20.27163363.8",
            "es-ES 0/005 423-7A",
            "et-EE 4-6304 28/0206",
            "fi-FI 131052308T",
            "fi-FI 13 1052-308/T",
            "fr-FR 30 2 3 217 600 053",
            "fr-FR 3 023217-600/053",
            "nl-BE 00 01 2511148",
            "fr-LU 1893 12-01057/32",
            "hr-HR 94 57-7403/194",
            "hu-HU 80 71-592/153",
            "it-IT DML PRY/77D15H501-F",
            "mt-MT 12/34-567 A",
            "mt-MT 88 23-456/08",
            "nl-NL 17 455-94/34",
            "pl-PL 22 345-678/95",
            "pl-PL 02 070-8036/28",
            "pt-BR 12.ABC.345/01DE-35",
            "pt-PT 29 999-999/8",
            "ro-RO 500 1011-234/568",
            "sk-SK 53-0121 999",
            "sl-SI 15 01-255/7",
        ],
        "the same number with signs in other places, which are not looked at: every digit and check digit is there",
    ),
    (
        "isTaxID",
        Accepted,
        &["bg-BG 7501010019"],
        "no citizen's number, but a foreigner's or another one by its check digit",
    ),
    (
        "isTaxID",
        Accepted,
        &["de-DE 8609575271"],
        "no number of a person, but of the length of a tax office's, whose check is not published",
    ),
    (
        "isTaxID",
        Accepted,
        &["dk-DK 2110485008", "dk-DK 0101110630"],
        "the last digit is no check digit for all who were numbered since 2007",
    ),
    (
        "isTaxID",
        Accepted,
        &["mt-MT 1234560A", "mt-MT 3200100G"],
        "what the library asks of the sixth and seventh digit is not published by Malta",
    ),
    (
        "isTaxID",
        Accepted,
        &["uk-UA 256597563287"],
        "of the length of a VAT payer's number, which has no published check",
    ),
    ("isTaxID", Refused, &["en-CA 000000000"], "all zeros: the sum holds, and it is nobody's number"),
    ("isTaxID", Refused, &["en-GB AA123456 "], "the suffix, A to D, is missing"),
    (
        "isTaxID",
        Refused,
        &["en-US 01 1234567"],
        "in the US the hyphens tell an employer's number from a person's; the normalizer `ein` sets them",
    ),
    ("isTaxID", Refused, &["es-ES 54237A"], "leading zeros are lost"),
    (
        "isTaxID",
        Refused,
        &["fi-FI 131002+308W", "sv-SE 200228+5266"],
        "the sign + of a person born more than a hundred years ago is not read",
    ),
    (
        "isTaxID",
        Refused,
        &["it-IT AXXFAXTTD41H501D"],
        "with letters for digits its check letter is M; the library takes that of the digits",
    ),
    ("isTaxID", Refused, &["mt-MT 34581M", "mt-MT 199Z"], "leading zeros are lost"),
    ("isTaxID", Refused, &["sk-SK 1234567890"], "no multiple of 11, and no date of birth"),
    (
        "isTaxID",
        Refused,
        &["sv-SE 19640823-3233", "sv-SE 196408233233", "sv-SE 19640883-3230", "sv-SE 20180101-5581"],
        "the Luhn digit is that of the ten digits without the century (Skatteverket, SKV 704); the library takes all twelve",
    ),
    (
        "isVAT",
        Accepted,
        &["FR FR 83404833048", "PT PT 123456789"],
        "a blank after the prefix is taken off; recorded as a change",
    ),
    (
        "isVAT",
        Refused,
        &["*"],
        "made up: the library looks at the shape alone, and the check digits of these do not hold, or the shape is not one that VIES publishes",
    ),
];
