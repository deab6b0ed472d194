//! Cases: what a form must accept and refuse, one file each. `docs/forms.md` describes the layout.
//!
//! A case is written by the form's author, so that its values are nobody's: differences may show them.

mod difference;
mod read;

pub use difference::Difference;
pub use read::CaseError;

use crate::{Context, Form, Judge, Profile};
use record::{RecordTime, Verdict};

/// One case: a raw record, how it is to be read, and what must become of it.
#[derive(Clone, Debug)]
pub struct Case {
    version: Option<u32>,
    /// The record's bytes as they stand in the file: a JSON number keeps its digits.
    raw: Vec<u8>,
    client: String,
    time: Option<RecordTime>,
    profile: Profile,
    expect: Expect,
}

/// What must become of the record.
#[derive(Clone, Debug)]
enum Expect {
    /// It is clean: its text, its warnings, and its changes when the case lists them.
    Clean { text: String, warnings: Vec<Told>, changes: Option<Vec<Made>> },
    /// It is rejected with these errors and no others.
    Reject { errors: Vec<Told> },
}

/// A finding as a case tells it; the rule may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    code: String,
    path: String,
    rule: Option<String>,
}

/// A change as a case tells it; what made it is not part of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    path: String,
    raw: String,
    value: Option<String>,
}

impl Case {
    /// Reads a case from the text of its file.
    ///
    /// # Errors
    /// What is wrong with the case itself: a member that no case has, or one that is missing.
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        read::parse(text)
    }

    /// Version of the form that it is for: 1 unless it says otherwise.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version.unwrap_or(1)
    }

    /// Version that the case names.
    #[must_use]
    pub const fn named_version(&self) -> Option<u32> {
        self.version
    }

    /// Whether the record must be rejected.
    #[must_use]
    pub const fn is_reject(&self) -> bool {
        matches!(self.expect, Expect::Reject { .. })
    }

    /// What the record is judged under besides its bytes.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context { client: &self.client, time: self.time }
    }

    /// Judges the record.
    #[must_use]
    pub fn judge(&self, form: &Form) -> Verdict {
        Judge::new(form, &self.profile).judge(&self.raw, self.context())
    }

    /// Judges the record and compares: no difference means that it is judged as the case says.
    #[must_use]
    pub fn check(&self, form: &Form) -> Vec<Difference> {
        difference::compare(&self.expect, &self.judge(form))
    }
}

#[cfg(test)]
mod tests;
