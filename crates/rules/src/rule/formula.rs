//! Expressions that come to a value instead of a condition.

use super::{Facts, Names, Need, RuleError, evaluate, exact, lower, parse, program::Expr};

/// An expression that comes to a decimal, a date or a text: a part of a business key.
#[derive(Debug)]
pub struct Formula {
    text: String,
    program: Expr,
    needs: Vec<Need>,
}

impl Formula {
    /// Parses a formula.
    ///
    /// # Errors
    /// As [`super::Rule::parse`]; also for a condition, a list or an object, and for what names no field.
    pub fn parse(text: &str, names: Names<'_>) -> Result<Self, RuleError> {
        let ast = parse::parse(text)?;
        let (program, needs) = lower::value(&ast, names)?;
        Ok(Self { text: text.to_owned(), program, needs })
    }

    /// The text as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it must find, in the order written.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.needs
    }

    /// The value in its one canonical form: a decimal without needless zeros, `2026-01-31`, or the text as it is. `None`
    /// when it is unknown.
    ///
    /// # Errors
    /// Why it cannot be computed exactly, as in [`super::Truth::Inexact`].
    pub fn evaluate(&self, facts: Facts<'_>) -> Result<Option<String>, &'static str> {
        evaluate::text(&self.program, facts).map_err(exact::Reason::as_str)
    }
}
