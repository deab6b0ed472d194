//! What the judge, the normalizers and the checks agree on: the interface of one field.

use crate::Profile;
use record::{Class, Code, Param, RecordTime, Severity};
use rust_decimal::Decimal;

/// What a normalizer or check may know besides the text.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// How the source's text is to be read. For a JSON number the judge passes one whose decimal sign is a point.
    pub profile: &'a Profile,
    /// What the form says of the field.
    pub annotation: &'a Annotation,
    /// Record time; the pivot of two-digit years. `None`: a two-digit year that needs it is ambiguous.
    pub time: Option<RecordTime>,
}

/// The `x-faircopy` annotation of one field, checked.
#[derive(Clone, Debug, Default)]
pub struct Annotation {
    /// Normalizers in the order they run, after `text`.
    pub normalize: Vec<(&'static str, Normalizer)>,
    /// Checks in the order they run, each on the normalized text.
    pub check: Vec<(&'static str, Check)>,
    /// Class of personal data.
    pub class: Class,
    /// Whether findings of checks and decimal bounds reject the record, where their code allows either; `None` means
    /// hard. A refused value always rejects: it cannot be written.
    pub severity: Option<Severity>,
    /// Scale and bounds; `Some` makes the field a decimal, written as a string in clean records.
    pub decimal: Option<DecimalRange>,
    /// How a two-digit year is completed; `None`: such a date is ambiguous.
    pub two_digit_year: Option<TwoDigitYear>,
    /// Table of the normalizer `values`: what is keyed and what it means, in the order written.
    pub values: Vec<(String, String)>,
    /// Of a list: pointers, relative to an item, of the values that no two items may share.
    pub unique_by: Vec<String>,
    /// Pointer from the record's root of the currency whose minor units bound the decimals.
    pub minor_units: Option<String>,
    /// Currency of an amount that is always in the same one, by its ISO 4217 code: an amount keyed with another is
    /// refused.
    pub currency: Option<&'static str>,
    /// The reference table in which the value must stand.
    pub table: Option<LookedUp>,
    /// ISO 3166 alpha-2 region of telephone numbers without a country code, before that of the profile.
    pub region: Option<String>,
    /// How the normalizer `name` treats upper and lower case; `None` means as keyed.
    pub case: Option<NameCase>,
    /// Of a field of the key: what is compared instead of the value itself.
    pub matching: Option<MatchForm>,
    /// What the normalizer `percent` writes; `None` means hundredths.
    pub unit: Option<PercentUnit>,
    /// Whether the field is a box to tick: blank is false, `X` is true.
    pub blank_is_false: bool,
    /// Whether serial numbers of days count from 1904 on.
    pub serials_1904: bool,
}

impl Annotation {
    /// Whether it asks anything of a value after the schema has.
    pub(crate) fn checks(&self) -> bool {
        !self.check.is_empty() || self.decimal.is_some() || self.table.is_some() || !self.unique_by.is_empty()
    }
}

/// A look-up of a field's value in a reference table: `REF.NOT_FOUND` when it is no key there, `REF.INACTIVE` when it
/// is not in force on the day.
#[derive(Clone, Debug)]
pub struct LookedUp {
    /// Place of the table among those the form declares.
    pub table: usize,
    /// Pointers of the date on which it must be in force, or of the first and last day of a time on one of whose days it
    /// must be; of the innermost list item around the field when that has such a field, else of the record. None: the
    /// date of the record's time.
    pub as_of: Vec<String>,
    /// Whether a finding rejects; `None`: as the field says.
    pub severity: Option<Severity>,
    /// Pointer of the field whose value in an accepted earlier record answers, too, when the table does not have it.
    pub or_earlier: Option<String>,
    /// Where the form says it: its byte in the file.
    pub(crate) at: usize,
}

/// Scale and bounds of a decimal. The normalizers `decimal`, `money` and `percent` apply the scale; the judge applies
/// the bounds afterwards, since a value out of bounds may be a warning but one out of scale cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecimalRange {
    /// Fewest decimals written; zeros are added.
    pub scale_min: u32,
    /// Most significant decimals; more are `FMT.SCALE`, never rounded. At most 28.
    pub scale_max: u32,
    /// Smallest value allowed.
    pub min: Option<Decimal>,
    /// Largest value allowed.
    pub max: Option<Decimal>,
}

/// What a bare number in a field of percentages means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PercentUnit {
    /// Hundredths: 12.5.
    Percent,
    /// The whole is 1: 0.125.
    Fraction,
}

/// How names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameCase {
    /// As keyed.
    Keep,
    /// In mixed case, when keyed in one case only.
    Title,
}

/// Which century a two-digit year belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoDigitYear {
    /// The latest one that is not after the record time.
    Past,
    /// The earliest one that is not before the record time.
    Future,
    /// The nearest to the record time.
    Nearest,
}

/// Why a text cannot be normalized or fails a check. Never carries the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: Code,
    /// What the message is derived from: `scheme`, `expected`, `suggestion`, `max`, …
    pub params: Vec<(&'static str, Param)>,
    /// Whether what was broken does not bind here, so that it is a warning unless the field says hard. For checks only.
    pub advisory: bool,
}

impl Refusal {
    /// A refusal without parameters.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, params: Vec::new(), advisory: false }
    }

    /// Makes it a warning, unless the field says hard.
    #[must_use]
    pub fn advisory(self) -> Self {
        Self { advisory: true, ..self }
    }

    /// Adds a parameter.
    #[must_use]
    pub fn with(mut self, name: &'static str, param: impl Into<Param>) -> Self {
        self.params.push((name, param.into()));
        self
    }
}

/// Turns a text into its canonical form: `None` when it already is. Pure, and idempotent: its result normalizes to
/// itself under the same settings. An empty result means that the field is blank.
///
/// A field of type integer or boolean gets its JSON value from the text: `30`, `true`.
/// `decimal` and `integer` also see the source text of JSON numbers.
pub type Normalizer = fn(&str, &Settings<'_>) -> Result<Option<String>, Refusal>;

/// Checks a normalized text.
pub type Check = fn(&str, &Settings<'_>) -> Result<(), Refusal>;

/// A match form by name.
#[derive(Clone, Copy, Debug)]
pub struct MatchForm {
    /// Its name, as the annotation `match` says it.
    pub name: &'static str,
    /// Gives the match form of a normalized text.
    pub form: fn(&str) -> String,
}
