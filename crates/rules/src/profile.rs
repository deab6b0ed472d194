//! How a source's raw text is to be read: it belongs to the source, not to the value, and is never guessed per value.

/// How a source's raw text is to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Order of day, month and year in numeric dates; `None`: an ambiguous date is rejected.
    pub date_order: Option<DateOrder>,
    /// Decimal sign; `None`: an ambiguous amount is rejected.
    pub decimal_sign: Option<DecimalSign>,
    /// ISO 3166 alpha-2 region.
    pub region: Option<String>,
    /// What soft findings do; `None`: what the form says.
    pub soft: Option<Soft>,
}

/// What becomes of a record that has soft findings and no hard ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Soft {
    /// It is accepted with warnings.
    #[default]
    Warn,
    /// It is rejected, except for codes that are always soft.
    Reject,
}

/// Order of day, month and year in a numeric date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// 31/12/2026
    Dmy,
    /// 12/31/2026
    Mdy,
    /// 2026/12/31
    Ymd,
}

/// What separates whole units from decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    /// 1,234.56
    Point,
    /// 1.234,56
    Comma,
}
