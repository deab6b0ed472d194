//! What a column probably holds, with the evidence for it.

use super::{
    Habits, Votes,
    candidate::{CANDIDATES, Candidate},
    column::{self, Column},
    name::snake_case,
};
use crate::{DateOrder, DecimalSign, lint::suspect};
use record::Class;

/// Share of the values, in percent, that must fit: beyond that a column holds something else.
const FITTING: u64 = 95;
/// So many values are evidence rather than chance.
const MANY: u64 = 20;
/// Digits of one and the same number of them, so many or more, are a code: counts and amounts are of many widths.
const WIDE: usize = 5;
/// Most different values of an `enum`.
const CHOICES_MAX: usize = 12;

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// Every value says so, and there are many.
    Sure,
    /// Every value says so, but there are few; or the name and nearly all values.
    Likely,
    /// Nothing better fits.
    Unsure,
}

impl Certainty {
    /// As told to people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Unsure => "unsure",
        }
    }
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A kind with a check of its own.
    Checked {
        /// Normalizers and checks by name.
        normalize: Vec<&'static str>,
        /// Checks by name.
        check: Vec<&'static str>,
        /// Greatest length.
        max: u32,
    },
    /// A calendar date; whether some years have two digits.
    Date {
        /// Whether some years have two digits.
        two_digit_years: bool,
    },
    /// Yes or no.
    Condition,
    /// A whole number.
    Integer {
        /// Whether none is below zero.
        natural: bool,
    },
    /// A decimal.
    Decimal {
        /// `decimal`, `money` or `percent`.
        normalize: &'static str,
        /// Fewest and most decimals.
        scale: (u32, u32),
        /// Digits before the decimals.
        digits: usize,
        /// Whether none is below zero.
        natural: bool,
    },
    /// One of a few values.
    Choice(Vec<String>),
    /// An identifier: upper case, without blanks at its ends.
    Code {
        /// Greatest length.
        max: u32,
        /// Whether it is digits only: what a spreadsheet makes of such (`1.2E+05`, `####`, `#REF!`) is none.
        digits: bool,
    },
    /// Any other text.
    Text {
        /// Greatest length.
        max: u32,
    },
    /// Never filled.
    Nothing,
    /// An object that never has a member.
    Empty,
}

/// A guess about one column.
#[derive(Clone, Debug)]
pub struct Guess {
    /// Pointer in the sample, names as written there.
    pub from: String,
    /// The name as written.
    pub written: String,
    /// Name of the field.
    pub name: String,
    /// What it holds.
    pub what: What,
    /// What it holds, in words.
    pub words: String,
    /// How sure that is.
    pub certainty: Certainty,
    /// Counts that speak for it; never a value.
    pub evidence: String,
    /// Whether no record lacks it.
    pub required: bool,
    /// How many records lack it.
    pub missing: u64,
    /// Class of personal data, by the name and the kind.
    pub class: Class,
    /// How many records have a value that an earlier one has, too.
    pub repeated: u64,
}

/// How the source writes dates and amounts, over all columns that hold such.
pub(super) fn habits(columns: &[Column]) -> Habits {
    let mut habits = Habits::default();
    let (mut day, mut month, mut point, mut comma) = (0, 0, 0, 0);
    for column in columns {
        if is_date(column) {
            day += column.dates.day_first;
            month += column.dates.month_first;
            habits.dates_ambiguous += column.dates.ambiguous;
        } else if is_decimal(column) {
            point += column.amounts.point;
            comma += column.amounts.comma;
            habits.amounts_ambiguous += column.amounts.ambiguous;
        }
    }
    (habits.date_order, habits.dates) = habit((DateOrder::Dmy, day), (DateOrder::Mdy, month));
    (habits.decimal_sign, habits.amounts) = habit((DecimalSign::Point, point), (DecimalSign::Comma, comma));
    habits
}

/// The way in which nearly all are written that can be read in one way only. Where neither is that, none is chosen: what could be either would
/// be changed to what nobody meant.
fn habit<T>(one: (T, u64), other: (T, u64)) -> (Option<T>, Votes) {
    let ((way, of), (_, against)) = if one.1 >= other.1 { (one, other) } else { (other, one) };
    (most(of, of + against).then_some(way), Votes { of, against })
}

fn most(part: u64, whole: u64) -> bool {
    whole > 0 && part * 100 >= whole * FITTING
}

fn is_date(column: &Column) -> bool {
    most(column.dates.readable, column.filled)
}

fn is_decimal(column: &Column) -> bool {
    most(column.amounts.readable, column.filled) && column.leading_zeros == 0 && !is_identifier(column)
}

/// Digits that nobody adds up: made a number, a later value would lose the zeros that it begins with.
fn is_identifier(column: &Column) -> bool {
    let name = column.name();
    let is_code = is_named_identifier(&name) || (column.has_one_width(WIDE, MANY) && !is_named_measure(&name));
    column.bare == 0 && column.whole > 0 && is_code
}

/// Whether a name says that the numbers are added up: salaries may well have five digits each.
fn is_named_measure(written: &str) -> bool {
    const ENDS: &[&str] = &[
        "salary", "wage", "wages", "income", "revenue", "amount", "total", "sum", "balance", "value", "quantity",
        "qty", "gehalt", "lohn", "umsatz", "betrag", "summe", "wert", "menge", "salario", "sueldo", "monto", "importe",
        "cantidad",
    ];
    snake_case(written).split('_').any(|word| ENDS.iter().any(|end| word.ends_with(end)))
}

fn is_named_identifier(written: &str) -> bool {
    const WORDS: &[&str] = &[
        "id",
        "no",
        "num",
        "nr",
        "account",
        "acct",
        "ref",
        "reference",
        "key",
        "zip",
        "postal",
        "plz",
        "sku",
        "naics",
        "sic",
        "phone",
    ];
    // `PONumber` and `Kundennummer` are one word, too.
    const ENDS: &[&str] = &["number", "nummer", "code"];
    let is_one = |word: &str| WORDS.contains(&word) || ENDS.iter().any(|end| word.ends_with(end));
    snake_case(written).split('_').any(is_one)
}

/// What is known of an object that never has a member; `owners` as in [`of`].
pub(super) fn of_empty(column: &Column, owners: u64) -> Guess {
    let words = "object, always empty".to_owned();
    Guess { what: What::Empty, words, class: Class::None, ..of(column, &Habits::default(), owners) }
}

/// The guess about one column; `owners` is how often the object stood there that should hold it.
pub(super) fn of(column: &Column, habits: &Habits, owners: u64) -> Guess {
    let written = column.name();
    let name = snake_case(&written);
    let (what, words, fitting) = what(column, &name, habits);
    let class = match suspect(&name, treatments(&what)) {
        Some((class, _)) => class,
        None => Class::None,
    };
    let evidence =
        if column.filled == 0 { "never filled".to_owned() } else { format!("{fitting} of {} values", column.filled) };
    let certainty = match &what {
        What::Nothing => Certainty::Unsure,
        What::Text { .. } | What::Code { .. } if column.filled < MANY => Certainty::Unsure,
        _ if fitting == column.filled && column.filled >= MANY => Certainty::Sure,
        _ if fitting == column.filled || column.filled >= MANY => Certainty::Likely,
        _ => Certainty::Unsure,
    };
    let missing = owners.saturating_sub(column.filled);
    let repeated = column.filled.saturating_sub(column.different() as u64);
    let required = column.filled > 0 && missing == 0;
    Guess {
        from: column.pointer.clone(),
        written,
        name,
        what,
        words,
        certainty,
        evidence,
        required,
        missing,
        class,
        repeated,
    }
}

fn treatments(what: &What) -> Vec<&'static str> {
    match what {
        What::Checked { normalize, check, .. } => normalize.iter().chain(check).copied().collect(),
        _ => Vec::new(),
    }
}

/// What it is, in words, and how many values say so.
fn what(column: &Column, name: &str, habits: &Habits) -> (What, String, u64) {
    let filled = column.filled;
    if filled == 0 {
        return (What::Nothing, "text, never filled".to_owned(), 0);
    }
    if column.bare == 0
        && let Some((candidate, count)) = checked(column, name)
    {
        let Candidate { words, normalize, check, max, .. } = candidate;
        let what = What::Checked { normalize: normalize.to_vec(), check: check.to_vec(), max: *max };
        return (what, (*words).to_owned(), count);
    }
    if is_date(column) && column.bare == 0 {
        let two_digit_years = column.dates.two_digit_years > 0;
        let words = if two_digit_years { "date, some years with two digits" } else { "date" };
        return (What::Date { two_digit_years }, words.to_owned(), column.dates.readable);
    }
    if most(column.booleans, filled) && column.different() <= 6 && is_answer(column, name) {
        return (What::Condition, "yes or no".to_owned(), column.booleans);
    }
    if is_decimal(column) {
        return number(column, habits);
    }
    if let Some(choices) = choices(column) {
        let words = format!("one of {} values", choices.len());
        return (What::Choice(choices), words, filled);
    }
    let max = room(column.chars_max);
    if most(column.codes, filled) {
        let digits = column.is_all_digits(MANY);
        let words = if digits { "identifier of digits" } else { "identifier" };
        return (What::Code { max, digits }, words.to_owned(), column.codes);
    }
    (What::Text { max }, "text".to_owned(), filled - column.bare)
}

/// Whether what could be answers is meant so. A column of nothing but `F` may as well be of a code: made `false`, it would be lost.
fn is_answer(column: &Column, name: &str) -> bool {
    let is_asked = is_question(name);
    column.words > 0
        || (column.letters > 0 && (is_asked || column.has_both_answers()))
        || (is_asked && column.different() == 2)
}

fn is_question(name: &str) -> bool {
    name.split('_').any(|word| matches!(word, "is" | "has" | "flag" | "active" | "approved" | "paid"))
}

/// The kind whose check nearly all values pass, when the name or the number of different values makes that no chance.
fn checked<'c>(column: &Column, name: &str) -> Option<(&'c Candidate, u64)> {
    let fitting = CANDIDATES.iter().zip(&column.fits);
    let enough = |(candidate, count): &(&Candidate, &u64)| {
        let named = candidate.is_named(name);
        let different = candidate.different.is_some_and(|least| column.different() >= least);
        (named && **count * 100 >= column.filled * 80) || (different && most(**count, column.filled))
    };
    fitting.into_iter().find(enough).map(|(candidate, count)| (candidate, *count))
}

fn number(column: &Column, habits: &Habits) -> (What, String, u64) {
    let amounts = &column.amounts;
    let scale = match habits.decimal_sign {
        Some(DecimalSign::Comma) => amounts.scale[1],
        _ => amounts.scale[0],
    };
    let natural = amounts.negative == 0;
    let digits = amounts.digits;
    if amounts.marked == 0 && amounts.percents == 0 && scale == 0 && digits <= 15 {
        return (What::Integer { natural }, "whole number".to_owned(), amounts.readable);
    }
    let (normalize, word) = if amounts.percents > 0 {
        ("percent", "percentage")
    } else if amounts.marked > 0 || scale == 2 {
        ("money", "amount")
    } else {
        ("decimal", "decimal")
    };
    let scale = if normalize == "money" { (2, scale.max(2)) } else { (0, scale) };
    let words = match scale {
        (_, 0) => format!("{word} without decimals"),
        (least, most) if least == most => format!("{word} with {most} decimals"),
        (_, most) => format!("{word} with up to {most} decimals"),
    };
    (What::Decimal { normalize, scale, digits, natural }, words, amounts.readable)
}

/// Few values, each of them often.
fn choices(column: &Column) -> Option<Vec<String>> {
    let kept = column.kept.as_ref()?;
    let few = (2..=CHOICES_MAX).contains(&kept.len()) && kept.len() as u64 * 10 <= column.filled;
    let short = kept.keys().all(|value| value.chars().count() <= 40);
    // Spellings that differ in case only are one value that people key in several ways.
    let mut folded: Vec<String> = kept.keys().map(|value| value.to_lowercase()).collect();
    folded.sort_unstable();
    folded.dedup();
    let stable = kept.keys().all(|value| column::is_settled(value));
    (few && short && stable && folded.len() == kept.len() && column.bare == 0).then(|| kept.keys().cloned().collect())
}

/// A greatest length with room for values that the sample does not have.
fn room(seen: usize) -> u32 {
    const SIZES: &[u32] = &[10, 20, 40, 60, 100, 200, 500, 1000, 2000, 4000, 10_000];
    let wanted = u32::try_from(seen.saturating_add(seen / 2)).unwrap_or(u32::MAX);
    SIZES.iter().copied().find(|size| *size >= wanted).unwrap_or(wanted)
}
