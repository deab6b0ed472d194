//! Counts, kept per chunk and added up.

use record::{Code, Finding, Outcome, Severity};
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
    /// Records whose schema the validator held, since the compiled form could not tell.
    pub fallbacks: u64,
}

/// The form of records whose envelope names none that is known.
pub(crate) const UNKNOWN_FORM: &str = "unknown";

impl Tally {
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        let (mine, theirs) = (&mut self.ledger, other.ledger);
        mine.received += theirs.received;
        mine.taken += theirs.taken;
        mine.handed += theirs.handed;
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
            mine.fallbacks += form.fallbacks;
        }
    }

    /// Counts of records that were gone.
    pub(crate) fn gap(records: u64) -> Self {
        Self { ledger: Ledger { received: records, gap: records, ..Ledger::default() }, ..Self::default() }
    }
}

/// The counts of a chunk while they are made, once per record: names are few and the same ones come again, so they are
/// found by where they stand in memory.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    /// Records among them that others had judged.
    taken: u64,
    tally: Tally,
    forms: Vec<(Option<Arc<str>>, FormCounting)>,
}

#[derive(Debug, Default)]
struct FormCounting {
    outcomes: [u64; Outcome::ALL.len()],
    codes: BTreeMap<Code, u64>,
    normalizations: Vec<(&'static str, u64)>,
    fallbacks: u64,
}

impl Counting {
    /// Nothing counted yet; `taken` of the records to come were judged by others.
    pub(crate) fn new(taken: usize) -> Self {
        Self { taken: u64::try_from(taken).unwrap_or(u64::MAX), ..Self::default() }
    }

    /// Counts one record that is handed over: what judging changed, since its owner will not know.
    pub(crate) fn hand_over(&mut self, form: &Arc<str>, changed: &[&'static str]) {
        let form = self.form(Some(form));
        changed.iter().for_each(|by| form.changed(by));
        self.tally.ledger.handed += 1;
        self.tally.ledger.received += 1;
    }

    /// Counts one record.
    pub(crate) fn count(
        &mut self,
        form: Option<&Arc<str>>,
        outcome: Outcome,
        errors: &[Finding],
        changed: &[&'static str],
    ) {
        let form = self.form(form);
        form.outcomes[slot(outcome)] += 1;
        match outcome {
            Outcome::Reject => {
                let hard = errors.iter().filter(|error| error.severity == Severity::Hard);
                hard.for_each(|error| *form.codes.entry(error.code).or_default() += 1);
            }
            Outcome::Clean => changed.iter().for_each(|by| form.changed(by)),
            Outcome::Duplicate | Outcome::Gap => {}
        }
    }

    /// Counts a record whose schema the validator held, since the compiled form could not tell.
    pub(crate) fn fall_back(&mut self, form: &Arc<str>) {
        self.form(Some(form)).fallbacks += 1;
    }

    /// Counts what concerns no form.
    pub(crate) fn tally(&mut self) -> &mut Tally {
        &mut self.tally
    }

    /// All of it.
    pub(crate) fn finish(mut self) -> Tally {
        for (name, form) in self.forms {
            let name = name.unwrap_or_else(|| Arc::from(UNKNOWN_FORM));
            self.tally.take_up(name, &form);
        }
        let ledger = &mut self.tally.ledger;
        (ledger.received, ledger.taken) = (ledger.received - self.taken, self.taken);
        self.tally
    }

    fn form(&mut self, wanted: Option<&Arc<str>>) -> &mut FormCounting {
        let same = |known: &Option<Arc<str>>| match (known, wanted) {
            (Some(known), Some(wanted)) => Arc::ptr_eq(known, wanted),
            (None, None) => true,
            _ => false,
        };
        let place = self.forms.iter().position(|(known, _)| same(known)).unwrap_or_else(|| {
            self.forms.push((wanted.cloned(), FormCounting::default()));
            self.forms.len() - 1
        });
        &mut self.forms[place].1
    }
}

impl FormCounting {
    fn changed(&mut self, by: &'static str) {
        // The same text may stand in two places; then it has two entries, added up at the end.
        match self.normalizations.iter_mut().find(|(known, _)| std::ptr::eq(*known, by)) {
            Some((_, count)) => *count += 1,
            None => self.normalizations.push((by, 1)),
        }
    }
}

impl Tally {
    fn take_up(&mut self, name: Arc<str>, counting: &FormCounting) {
        let form = self.forms.entry(name).or_default();
        for outcome in Outcome::ALL {
            let count = counting.outcomes[slot(outcome)];
            if count > 0 {
                *form.outcomes.entry(outcome).or_default() += count;
            }
            self.ledger.received += count;
            *match outcome {
                Outcome::Clean => &mut self.ledger.clean,
                Outcome::Reject => &mut self.ledger.reject,
                Outcome::Duplicate => &mut self.ledger.duplicate,
                Outcome::Gap => &mut self.ledger.gap,
            } += count;
        }
        form.fallbacks += counting.fallbacks;
        add_up(&mut form.codes, &counting.codes);
        add_up(&mut self.codes, &counting.codes);
        for (by, count) in &counting.normalizations {
            *form.normalizations.entry(by).or_default() += count;
        }
    }
}

const fn slot(outcome: Outcome) -> usize {
    match outcome {
        Outcome::Clean => 0,
        Outcome::Reject => 1,
        Outcome::Duplicate => 2,
        Outcome::Gap => 3,
    }
}

fn add_up<K: Copy + Ord>(mine: &mut BTreeMap<K, u64>, theirs: &BTreeMap<K, u64>) {
    for (key, count) in theirs {
        *mine.entry(*key).or_default() += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_add_up() {
        let slip: Arc<str> = Arc::from("slip");
        let again: Arc<str> = Arc::from("slip");
        let mut counting = Counting::default();
        counting.count(Some(&slip), Outcome::Clean, &[], &["text", "upper", "text", "upper"]);
        counting.count(Some(&again), Outcome::Clean, &[], &["text", "upper"]);
        counting.count(Some(&slip), Outcome::Duplicate, &[], &[]);
        counting.count(None, Outcome::Reject, &[], &[]);
        counting.fall_back(&slip);
        let chunk = counting.finish();
        let mut total = Tally::gap(5);
        total.add(&chunk);
        total.add(&chunk);
        assert!(total.ledger.balances());
        let ledger = Ledger { received: 13, clean: 4, reject: 2, duplicate: 2, gap: 5, ..Ledger::default() };
        assert_eq!(total.ledger, ledger);
        assert_eq!(total.forms["slip"].normalizations, BTreeMap::from([("text", 6), ("upper", 6)]));
        assert_eq!(total.forms["slip"].outcomes, BTreeMap::from([(Outcome::Clean, 4), (Outcome::Duplicate, 2)]));
        assert_eq!((total.forms["slip"].fallbacks, total.forms[UNKNOWN_FORM].fallbacks), (2, 0));
        assert_eq!(total.forms[UNKNOWN_FORM].outcomes, BTreeMap::from([(Outcome::Reject, 2)]));
    }
}
