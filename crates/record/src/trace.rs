//! What an accepted record leaves besides its key.

use crate::{Key, Severity};

/// "An accepted record said this": what later records are held against besides their business key. A trace that was left
/// stands among the claims as a key does, with the [`Key::stamp`] of the record that left it in place of a content hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// 128-bit hash of form, client, rule and the values that are compared. It lies in the shard of the record's business
    /// key.
    pub key: Key,
    /// The rule that asks for it, by its place among those of the form.
    pub rule: u16,
    /// Whether a record that finds it left by another is rejected, or warned of.
    pub severity: Severity,
}
