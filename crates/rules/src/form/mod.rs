//! A form file -> a form, checked to the last keyword: whatever could be silently ignored is refused.

mod annotation;
mod applies;
mod earlier;
mod keyword;
mod loader;
mod or_earlier;
mod pattern;
mod record_rule;
mod root;
mod shape;
mod table;
#[cfg(test)]
mod tests;

pub use earlier::EarlierRule;
pub use or_earlier::OrEarlier;
pub use record_rule::RecordRule;
pub(crate) use record_rule::source_offset as rule_source_offset;
pub use root::KeyPart;

use crate::{
    Soft,
    field::MatchForm,
    plan::{Elsewhere, Plan},
    rule::lanes::Lanes,
    schema::Schema,
    shape::Shape,
    table::Declaration,
};
use std::{borrow::Cow, sync::Arc};

/// A form as loaded from `schemas/<name>/<version>.json`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Form(Arc<Parts>);

/// What a form consists of.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) title: String,
    /// Shape of the record: always a [`Kind::Record`].
    pub(crate) shape: Shape,
    pub(crate) key: Vec<KeyPart>,
    /// Which parts of the key choose its shard, where not all of it does.
    pub(crate) home: Option<Vec<usize>>,
    /// The reference tables it looks into.
    pub(crate) tables: Vec<Declaration>,
    /// What is hashed instead of the value itself, by pointer.
    pub(crate) key_match: Vec<(String, MatchForm)>,
    pub(crate) rules: Vec<RecordRule>,
    /// The short ways of the rules.
    pub(crate) lanes: Lanes,
    /// The rules that hold a record against earlier ones.
    pub(crate) earlier: Vec<EarlierRule>,
    /// The look-ups that earlier records answer.
    pub(crate) or_earlier: Vec<OrEarlier>,
    /// What soft findings do, unless the source says otherwise.
    pub(crate) soft: Soft,
    pub(crate) schema: Schema,
    /// The schema compiled, or what in it cannot be.
    pub(crate) plan: Result<Plan, String>,
    /// Hash of the file's bytes.
    pub(crate) hash: blake3::Hash,
}

impl Form {
    /// Reads a form. `file` names the source in errors.
    ///
    /// # Errors
    /// Every mistake found, in the order of the file.
    pub fn parse(file: &str, text: &str) -> Result<Self, Vec<FormError>> {
        loader::load(file, text).map(|parts| Self(Arc::new(parts)))
    }

    /// Form name, as in `vendor_invoice`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Version, from 1.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.0.version
    }

    /// Title for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.0.title
    }

    /// Shape of the record: its fields in form order, with their annotations.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        &self.0.shape
    }

    /// The parts of the business key, in order. The client is always part of the key besides.
    #[must_use]
    pub fn key(&self) -> &[KeyPart] {
        &self.0.key
    }

    /// The reference tables it looks into, in the order written; fields name them by their place here.
    #[must_use]
    pub fn tables(&self) -> &[Declaration] {
        &self.0.tables
    }

    /// The record rules, in the order written.
    #[must_use]
    pub fn rules(&self) -> &[RecordRule] {
        &self.0.rules
    }

    /// The parts of the key that choose its shard, with the client; `None`: the whole key does.
    pub fn home(&self) -> Option<impl Iterator<Item = &KeyPart>> {
        let parts = self.parts();
        parts.home.as_ref().map(|home| home.iter().map(|place| &parts.key[*place]))
    }

    /// The rules that hold a record against earlier ones, in the order written: [`record::Trace`] names them by their place.
    #[must_use]
    pub fn earlier(&self) -> &[EarlierRule] {
        &self.0.earlier
    }

    /// The look-ups that earlier records answer, in form order: [`record::Trace`] names them by their place.
    #[must_use]
    pub fn or_earlier(&self) -> &[OrEarlier] {
        &self.0.or_earlier
    }

    /// What in its schema has no test of its own, so that every record of the form takes the slower way through the
    /// validator; `None` for a form that is compiled.
    #[must_use]
    pub fn uncompiled(&self) -> Option<&str> {
        self.0.plan.as_ref().err().map(String::as_str)
    }

    /// The keywords of a compiled form whose faults only the validator words: records that break them take the slower way.
    #[must_use]
    pub fn worded_elsewhere(&self) -> Vec<Elsewhere> {
        self.0.plan.as_ref().map(|plan| plan.elsewhere(self.shape())).unwrap_or_default()
    }

    pub(crate) fn parts(&self) -> &Parts {
        &self.0
    }
}

/// One mistake in a form file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {what}")]
pub struct FormError {
    /// The file, as named by the caller.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Short name of the kind of mistake, as in `unknown-check`.
    pub name: Cow<'static, str>,
    /// What is wrong.
    pub what: String,
    /// What to do: often "did you mean …".
    pub hint: Option<String>,
}
