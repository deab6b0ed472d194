//! What judging says, and what finally became of a record.

use crate::{Changes, ContentHash, Finding, Key, Overridden, Trace};

/// What a plan says about one record. A bad record is a verdict, not an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It conforms.
    Clean(Clean),
    /// It does not.
    Reject(Reject),
}

/// A record that conforms to its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clean {
    /// The clean record as compact JSON, members in form order.
    pub bytes: Vec<u8>,
    /// Hash of its business key.
    pub key: Key,
    /// Hash of `bytes`.
    pub content: ContentHash,
    /// What it leaves for later records, and is itself held against; none for forms without such rules.
    pub traces: Vec<Trace>,
    /// What normalizers changed, in document order.
    pub changes: Changes,
    /// Soft findings, in the order errors have.
    pub warnings: Vec<Finding>,
    /// Which of these somebody accepted, in the same order.
    pub overrides: Vec<Overridden>,
}

/// Why a record was rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// The first [`crate::limits::FINDINGS_MAX`] findings, hard and soft, in document order.
    pub errors: Vec<Finding>,
    /// How many findings there were in all.
    pub error_count: usize,
}

impl Reject {
    /// A reject for one reason.
    #[must_use]
    pub fn one(finding: Finding) -> Self {
        Self { errors: vec![finding], error_count: 1 }
    }

    /// Whether findings were left out.
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.error_count > self.errors.len()
    }
}

/// What finally became of a raw record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Published on the clean topic.
    Clean,
    /// Published on the reject topic.
    Reject,
    /// Same key and content as an earlier record: published on the duplicates topic.
    Duplicate,
    /// Gone from the raw topic before it was read; counted, never silent.
    Gap,
}

impl Outcome {
    /// Every outcome, in the order reports list them.
    pub const ALL: [Self; 4] = [Self::Clean, Self::Reject, Self::Duplicate, Self::Gap];

    /// The word used in metrics, ledgers and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Reject => "reject",
            Self::Duplicate => "duplicate",
            Self::Gap => "gap",
        }
    }
}
