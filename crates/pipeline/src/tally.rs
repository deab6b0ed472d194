//! Counts, kept per chunk and added up.

use record::{Change, Code, Finding, Outcome};
use std::{collections::BTreeMap, sync::Arc};
use transport::Ledger;

/// Counts of one chunk, or of many added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By outcome.
    pub ledger: Ledger,
    /// Errors on rejects by code.
    pub codes: BTreeMap<Code, u64>,
    /// Rejects among them for a key taken by other content.
    pub conflicts: u64,
    /// Panics caught while judging.
    pub panics: u64,
    /// Raw bytes.
    pub bytes: u64,
    /// By form; records of no known form stand under `unknown`.
    pub forms: BTreeMap<Arc<str>, FormTally>,
}

/// Counts of one form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormTally {
    /// Records by outcome.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// Errors on rejects by code.
    pub codes: BTreeMap<Code, u64>,
    /// Changes in clean records by normalizer.
    pub normalizations: BTreeMap<&'static str, u64>,
}

/// The form of records whose envelope names none that is known.
pub(crate) const UNKNOWN_FORM: &str = "unknown";

impl Tally {
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        let (mine, theirs) = (&mut self.ledger, other.ledger);
        mine.received += theirs.received;
        mine.clean += theirs.clean;
        mine.reject += theirs.reject;
        mine.duplicate += theirs.duplicate;
        mine.gap += theirs.gap;
        self.conflicts += other.conflicts;
        self.panics += other.panics;
        self.bytes += other.bytes;
        add_up(&mut self.codes, &other.codes);
        for (name, form) in &other.forms {
            let mine = self.forms.entry(Arc::clone(name)).or_default();
            add_up(&mut mine.outcomes, &form.outcomes);
            add_up(&mut mine.codes, &form.codes);
            add_up(&mut mine.normalizations, &form.normalizations);
        }
    }

    /// Counts of records that were gone.
    pub(crate) fn gap(records: u64) -> Self {
        Self { ledger: Ledger { received: records, gap: records, ..Ledger::default() }, ..Self::default() }
    }

    /// Counts one record.
    pub(crate) fn count(&mut self, form: Option<&Arc<str>>, outcome: Outcome, errors: &[Finding], changes: &[Change]) {
        self.ledger.received += 1;
        *match outcome {
            Outcome::Clean => &mut self.ledger.clean,
            Outcome::Reject => &mut self.ledger.reject,
            Outcome::Duplicate => &mut self.ledger.duplicate,
            Outcome::Gap => &mut self.ledger.gap,
        } += 1;
        let name = form.cloned().unwrap_or_else(|| Arc::from(UNKNOWN_FORM));
        let form = self.forms.entry(name).or_default();
        *form.outcomes.entry(outcome).or_default() += 1;
        match outcome {
            Outcome::Reject => {
                for error in errors {
                    *form.codes.entry(error.code).or_default() += 1;
                    *self.codes.entry(error.code).or_default() += 1;
                }
            }
            Outcome::Clean => {
                for by in changes.iter().flat_map(|change| &change.by) {
                    *form.normalizations.entry(by).or_default() += 1;
                }
            }
            Outcome::Duplicate | Outcome::Gap => {}
        }
    }
}

fn add_up<K: Copy + Ord>(mine: &mut BTreeMap<K, u64>, theirs: &BTreeMap<K, u64>) {
    for (key, count) in theirs {
        *mine.entry(*key).or_default() += count;
    }
}
