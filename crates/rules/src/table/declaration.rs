//! What a form says of a reference table.

use crate::{
    DateOrder, DecimalSign, Profile,
    field::{Annotation, Normalizer, Refusal, Settings},
    normalize::normalizer,
};
use std::borrow::Cow;

/// A table that a form looks into.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its name.
    pub name: String,
    /// Whether records of the form cannot be judged without it.
    pub required: bool,
    /// The columns that its rules use.
    pub columns: Vec<Column>,
    /// How keys are read: as the fields that are looked up in it.
    pub key: Reading,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: ColumnKind,
    /// How its texts are read.
    pub reading: Reading,
}

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// A text.
    Text,
    /// A decimal.
    Decimal,
    /// A date.
    Date,
    /// True or false.
    Condition,
}

impl ColumnKind {
    /// Every kind and its word.
    pub const WORDS: &[(&str, Self)] =
        &[("text", Self::Text), ("decimal", Self::Decimal), ("date", Self::Date), ("condition", Self::Condition)];

    /// The word in forms.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Decimal => "decimal",
            Self::Date => "date",
            Self::Condition => "condition",
        }
    }
}

/// How a text of a table becomes what records hold: by the normalizers of the field it is compared with. A key that is
/// written in another way than the field's would never be found.
#[derive(Clone, Debug, Default)]
pub struct Reading(Annotation);

impl Reading {
    /// As the texts of a field.
    #[must_use]
    pub fn of(annotation: &Annotation) -> Self {
        let Annotation { normalize, values, decimal, two_digit_year, .. } = annotation.clone();
        Self(Annotation { normalize, values, decimal, two_digit_year, ..Annotation::default() })
    }

    /// Whether two readings make the same of every text.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        let names = |reading: &Self| reading.0.normalize.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        let decimals = |reading: &Self| reading.0.decimal.map(|range| (range.scale_min, range.scale_max));
        names(self) == names(other)
            && self.0.values == other.0.values
            && self.0.two_digit_year == other.0.two_digit_year
            && decimals(self) == decimals(other)
    }

    /// Adds a normalizer that every text of this kind needs.
    fn with(mut self, name: &str) -> Self {
        self.0.normalize.extend(normalizer(name));
        self
    }

    /// The reading of a column that is no field's.
    #[must_use]
    pub fn plain(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Text => Self::default(),
            ColumnKind::Decimal => Self::default().with("decimal"),
            ColumnKind::Date => Self::default().with("date"),
            ColumnKind::Condition => Self::default().with("boolean"),
        }
    }
}

/// Reads the texts of tables.
#[derive(Debug)]
pub(super) struct Reader {
    /// Tables are written plainly: a decimal point, ISO 8601 dates. What is ambiguous even so is refused.
    profile: Profile,
    text: Option<(&'static str, Normalizer)>,
}

impl Reader {
    pub(super) fn new() -> Self {
        let profile =
            Profile { date_order: Some(DateOrder::Ymd), decimal_sign: Some(DecimalSign::Point), ..Profile::default() };
        Self { profile, text: normalizer("text") }
    }

    /// The text as records hold it; empty when it is blank.
    pub(super) fn read<'t>(&self, raw: &'t str, reading: &Reading) -> Result<Cow<'t, str>, Refusal> {
        let settings = Settings { profile: &self.profile, annotation: &reading.0, time: None };
        let mut text = Cow::Borrowed(raw);
        for (_, normalizer) in self.text.iter().chain(&reading.0.normalize) {
            if text.is_empty() {
                break;
            }
            if let Some(changed) = normalizer(&text, &settings)? {
                text = Cow::Owned(changed);
            }
        }
        Ok(text)
    }
}

impl Column {
    /// Whether both are the same column.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind && self.reading.agrees(&other.reading)
    }
}

impl Declaration {
    /// One declaration for the table that several forms declare: the columns of all of them.
    ///
    /// # Errors
    /// A sentence that names the column, or the key, which two of them read in different ways.
    pub fn merged(declared: &[&Self]) -> Result<Option<Self>, String> {
        let Some((first, others)) = declared.split_first() else { return Ok(None) };
        let mut merged = (*first).clone();
        for other in others {
            merged.required |= other.required;
            if !merged.key.agrees(&other.key) {
                return Err(format!("two forms read the keys of the table {} in different ways", merged.name));
            }
            for column in &other.columns {
                match merged.columns.iter().find(|known| known.name == column.name) {
                    None => merged.columns.push(column.clone()),
                    Some(known) if known.agrees(column) => {}
                    Some(known) => {
                        let (table, name) = (&merged.name, &known.name);
                        return Err(format!("two forms read the column {name} of the table {table} in different ways"));
                    }
                }
            }
        }
        Ok(Some(merged))
    }
}
