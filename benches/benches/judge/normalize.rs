//! The naive chain's normalizers, each as short as it can be written.

use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use serde_json::{Number, Value};
use std::{collections::HashMap, str::FromStr};

/// Layouts of dates, tried one after the other.
const DATES: [&str; 8] = ["%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%b-%Y", "%m-%d-%Y"];

/// Countries as they are keyed, by code.
const COUNTRIES: [(&str, &[&str]); 10] = [
    ("GB", &["UK", "GBR", "UNITED KINGDOM"]),
    ("DE", &["DEU", "GERMANY", "DEUTSCHLAND"]),
    ("US", &["USA", "UNITED STATES", "U.S.A."]),
    ("FR", &["FRA", "FRANCE"]),
    ("NL", &["NLD", "NETHERLANDS", "THE NETHERLANDS"]),
    ("ES", &["ESP", "SPAIN", "ESPAÑA"]),
    ("AT", &["AUT", "AUSTRIA", "ÖSTERREICH"]),
    ("JP", &["JPN", "JAPAN"]),
    ("NZ", &["NZL", "NEW ZEALAND"]),
    ("CA", &["CAN", "CANADA"]),
];

/// Suffixes of names as they are keyed, by how they are written out.
const SUFFIXES: [(&str, &[&str]); 4] =
    [("Jr", &["JR", "JR.", "JUNIOR"]), ("Sr", &["SR", "SR."]), ("II", &["II", "2ND"]), ("III", &["III", "3RD"])];

/// One thing that is done to a value. A value that it cannot read stays as it is, for the schema to find.
pub(crate) enum Step {
    /// Trim, and one blank between words.
    Text,
    Upper,
    Lower,
    /// Upper case without any blanks.
    Compact,
    Digits,
    /// Digits with hyphens after the first so many, and after so many more.
    Hyphens(&'static [usize]),
    Icd10,
    Phone,
    Suffix,
    Country,
    Currency,
    Date,
    /// At least so many decimals.
    Decimal(u32),
    Integer,
    Boolean,
    Values(HashMap<String, String>),
}

impl Step {
    /// The step for a normalizer of a form.
    pub(crate) fn of(name: &str, annotation: &Value) -> Self {
        match name {
            "upper" | "us_state" => Self::Upper,
            "lower" | "email" => Self::Lower,
            "id" | "id_squeeze" | "iban" | "bic" | "eu_vat" | "hcpcs" => Self::Compact,
            "digits" => Self::Digits,
            "ssn" => Self::Hyphens(&[3, 5]),
            "ein" => Self::Hyphens(&[2]),
            "zip" => Self::Hyphens(&[5]),
            "icd10" => Self::Icd10,
            "phone" => Self::Phone,
            "suffix" => Self::Suffix,
            "country" => Self::Country,
            "currency" => Self::Currency,
            "date" => Self::Date,
            "decimal" | "money" | "percent" => {
                let scale = annotation["decimal"]["scale"][0].as_u64().unwrap_or(0);
                Self::Decimal(u32::try_from(scale).unwrap_or(0))
            }
            "integer" => Self::Integer,
            "boolean" => Self::Boolean,
            "values" => {
                let values = annotation["values"].as_object().into_iter().flatten();
                Self::Values(values.map(|(from, to)| (from.clone(), to.as_str().unwrap_or("").to_owned())).collect())
            }
            _ => Self::Text,
        }
    }

    pub(crate) fn run(&self, value: &mut Value) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return,
        };
        let text = text.trim();
        let normalized = match self {
            Self::Decimal(scale) => decimal(text, *scale).map(Value::String),
            Self::Integer => text.parse::<i64>().ok().map(|number| Value::Number(Number::from(number))),
            Self::Boolean => boolean(text).map(Value::Bool),
            // A number where a text belongs is an error.
            _ if value.is_number() => None,
            _ => self.text(text).map(Value::String),
        };
        if let Some(normalized) = normalized {
            *value = normalized;
        }
    }

    fn text(&self, text: &str) -> Option<String> {
        Some(match self {
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Compact => text.split_whitespace().collect::<String>().to_uppercase(),
            Self::Digits => text.chars().filter(char::is_ascii_digit).collect(),
            Self::Hyphens(places) => hyphens(text, places),
            Self::Icd10 => icd10(text),
            Self::Phone => phone(text),
            Self::Suffix => listed(text, &SUFFIXES),
            Self::Country => listed(text, &COUNTRIES),
            Self::Currency => text.to_uppercase().replace("US$", "USD").replace('€', "EUR").replace('£', "GBP"),
            Self::Date => date(text)?,
            Self::Values(values) => values.get(text)?.clone(),
            _ => text.split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }
}

fn hyphens(text: &str, places: &[usize]) -> String {
    let mut out = String::new();
    for (at, digit) in text.chars().filter(char::is_ascii_digit).enumerate() {
        if places.contains(&at) {
            out.push('-');
        }
        out.push(digit);
    }
    out
}

fn icd10(text: &str) -> String {
    let code = text.to_uppercase();
    match code.split_at_checked(3) {
        Some((category, rest)) if !rest.is_empty() && !rest.starts_with('.') => format!("{category}.{rest}"),
        _ => code,
    }
}

fn phone(text: &str) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if text.starts_with('+') { format!("+{digits}") } else { format!("+1{digits}") }
}

/// The word on a list that a text stands for; else the text in upper case.
fn listed(text: &str, list: &[(&str, &[&str])]) -> String {
    let upper = text.split_whitespace().collect::<Vec<_>>().join(" ").to_uppercase();
    let known = list.iter().find(|(_, names)| names.contains(&upper.as_str()));
    known.map_or(upper, |(word, _)| (*word).to_owned())
}

fn date(text: &str) -> Option<String> {
    let date = DATES.iter().find_map(|layout| NaiveDate::parse_from_str(text, layout).ok()).or_else(|| {
        // A day as spreadsheets count them.
        NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(text.parse().ok()?))
    })?;
    Some(date.format("%Y-%m-%d").to_string())
}

fn decimal(text: &str, scale: u32) -> Option<String> {
    let negative = text.starts_with(['-', '(']) || text.ends_with('-');
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !"$€£()-".contains(*c)).collect();
    let plain = match digits.rfind(['.', ',']) {
        // A lone comma before three digits groups thousands; any other last sign is the decimal one.
        Some(at)
            if !(digits[at..].starts_with(',') && digits.len() - at == 4 && digits.find(['.', ',']) == Some(at)) =>
        {
            format!("{}.{}", digits[..at].replace(['.', ','], ""), &digits[at + 1..])
        }
        _ => digits.replace(',', ""),
    };
    let mut decimal = Decimal::from_str(&plain).ok()?.normalize();
    if decimal.scale() < scale {
        decimal.rescale(scale);
    }
    decimal.set_sign_negative(negative && !decimal.is_zero());
    Some(decimal.to_string())
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" => Some(true),
        "false" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}
