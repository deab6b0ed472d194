//! What an accepted record leaves besides its key.

use crate::{Key, Severity};

/// "An accepted record said this": what later records are held against besides their business key. A trace that was left
/// stands among the claims as a key does, with the [`Key::stamp`] of the record that left it in place of a content hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// 128-bit hash of form, client and the values that are compared, and of the rule or field that compares them. It
    /// lies in the shard of the record's business key.
    pub key: Key,
    /// What it is for.
    pub asks: Asks,
}

/// Who must have left a trace before its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asks {
    /// Whoever: it is left for records that ask for somebody.
    Nothing,
    /// Nobody else; it is left.
    Nobody {
        /// The rule that asks, by its place among the form's rules about earlier records.
        rule: u16,
        /// Whether a record that finds it left by another is rejected, or warned of.
        severity: Severity,
    },
    /// Somebody else; it is not left.
    Somebody {
        /// The look-up that asks, by its place among the form's look-ups that earlier records answer.
        look_up: u16,
        /// Whether a record that does not find it is rejected, or warned of.
        severity: Severity,
    },
}
