//! The proof: every record has one outcome, and it is the one the generator knows.
//!
//! Conservation is `reconcile`'s work. Here each message of the output topics is compared with the truth about its
//! raw record, which is generated once more; nothing is held but the block being compared, and where the records stand.
//!
//! Of several records of one document, the one that is decided first is clean. Within a partition that is the first one put
//! in; which partition comes first is nobody's to say. So the clean topic is read once before, to learn which one it was
//! where it was not the one generated first. All others must then be duplicates of it or conflicts with it, and none of
//! them may have come before it on its partition. Likewise of two documents that resemble each other, the one that is decided later is
//! warned of the other.

use super::{
    got::{self, Got},
    site::{Places, Site},
};
use crate::{
    failure::Failure,
    generate::{Expected, Generated, Generator},
};
use rayon::prelude::*;
use record::{Message, Outcome, header};
use std::collections::BTreeMap;
use transport::Topic;

/// Messages compared at once.
const BLOCK: usize = 4_096;
/// Wrong outcomes that are told.
const TOLD_MAX: usize = 20;

/// What the comparison found.
#[derive(Debug, Default)]
pub(super) struct Proof {
    /// Outcomes compared.
    pub(super) compared: u64,
    /// How many differ from the truth.
    pub(super) wrong: u64,
    /// The first of them.
    pub(super) told: Vec<Wrong>,
    /// Raw records that were not put in, or stand there twice.
    pub(super) strange: u64,
}

/// An outcome that differs from the truth. Names codes, paths and positions, never values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wrong {
    /// Number of the generated record.
    index: u64,
    /// Where it stands.
    pub(super) place: String,
    /// What should have become of the record.
    pub(super) expected: String,
    /// What did.
    pub(super) got: String,
}

/// Compares everything on the output topics with the first `records` of the generator. `progress` is told how many were
/// compared.
pub(super) fn compare(
    site: &dyn Site,
    generator: &Generator,
    records: u64,
    progress: &dyn Fn(u64),
) -> Result<Proof, Failure> {
    let mut truths =
        Truths { generator, places: site.places(records)?, firsts: BTreeMap::new(), alike: BTreeMap::new() };
    each_block(site, Topic::Clean, &mut |block| truths.learn(block))?;
    let mut proof = Proof { strange: truths.places.strange, ..Proof::default() };
    for (topic, outcome) in
        [(Topic::Clean, Outcome::Clean), (Topic::Rejects, Outcome::Reject), (Topic::Duplicates, Outcome::Duplicate)]
    {
        each_block(site, topic, &mut |block| {
            proof.add(block, outcome, &truths);
            progress(proof.compared);
        })?;
    }
    proof.told.sort();
    Ok(proof)
}

fn each_block(site: &dyn Site, topic: Topic, tell: &mut dyn FnMut(&[Message])) -> Result<(), Failure> {
    let mut block = Vec::with_capacity(BLOCK);
    site.read(topic, &mut |message| {
        block.push(message);
        if block.len() == BLOCK {
            tell(&block);
            block.clear();
        }
    })?;
    tell(&block);
    Ok(())
}

impl Proof {
    fn add(&mut self, block: &[Message], outcome: Outcome, truths: &Truths<'_>) {
        let wrong: Vec<Wrong> = block.par_iter().filter_map(|message| truths.check(message, outcome)).collect();
        self.compared += block.len() as u64;
        self.wrong += wrong.len() as u64;
        self.told.extend(wrong.into_iter().take(TOLD_MAX.saturating_sub(self.told.len())));
    }
}

/// What is known of the records.
struct Truths<'a> {
    generator: &'a Generator,
    places: Places,
    /// Of documents whose first record was not decided first: the record that was.
    firsts: BTreeMap<u64, First>,
    /// Of documents that resemble others: the record that is clean, and whether it was warned of that.
    alike: BTreeMap<u64, (First, bool)>,
}

/// A record that was decided before all others of its document.
#[derive(Clone, Copy, Debug)]
struct First {
    index: u64,
    partition: u32,
}

impl Truths<'_> {
    /// Learns from clean records which of their documents' records were decided first.
    fn learn(&mut self, clean: &[Message]) {
        let (generator, places) = (self.generator, &self.places);
        let found = clean.par_iter().filter_map(|message| {
            let (partition, index) = places.named(message.header(header::ORIGIN)?)?;
            let document = generator.document_of(index);
            let is_alike = generator.likeness_of(document).is_some();
            let is_warned = is_alike && got::is_near(message);
            (document != index || is_alike).then_some((document, First { index, partition }, is_alike, is_warned))
        });
        let found: Vec<_> = found.collect();
        for (document, first, is_alike, is_warned) in found {
            // A second one is found to be wrong when it is compared.
            if document != first.index {
                self.firsts.entry(document).or_insert(first);
            }
            if is_alike {
                self.alike.entry(document).or_insert((first, is_warned));
            }
        }
    }

    /// Corrects the warnings of a clean record by whether it was decided before or after the one that its document resembles.
    fn compare_likeness(&self, document: u64, this: First, warnings: &mut Vec<Expected>) {
        let Some((other, expected)) = self.generator.likeness_of(document) else { return };
        let is_later = match self.alike.get(&other) {
            Some((other, _)) if other.partition == this.partition => other.index < this.index,
            Some((_, is_warned)) => !is_warned,
            None => false,
        };
        warnings.retain(|warning| !expected.contains(warning));
        if is_later {
            warnings.extend(expected);
            warnings.sort();
        }
    }

    /// Compares one output message with the truth about its raw record.
    fn check(&self, message: &Message, outcome: Outcome) -> Option<Wrong> {
        let origin = message.header(header::ORIGIN).unwrap_or_default();
        let Some((partition, index)) = self.places.named(origin) else {
            let got = format!("a {} of no such record", outcome.as_str());
            return Some(Wrong { index: u64::MAX, place: origin.to_owned(), expected: "a record".to_owned(), got });
        };
        let document = self.generator.document_of(index);
        let first = self.firsts.get(&document);
        let mut generated = self.generator.record_given(index, first.map_or(document, |first| first.index));
        if generated.truth.outcome == Outcome::Clean {
            self.compare_likeness(document, First { index, partition }, &mut generated.truth.warnings);
        }
        let is_late = first.is_some_and(|first| first.partition == partition && index < first.index);
        let expected = got::describe(&generated.truth);
        let expected = if is_late { "to be decided before later ones of its partition".to_owned() } else { expected };
        let got = if is_late {
            Some(outcome.as_str().to_owned())
        } else {
            differs(message, outcome, index, &generated, &self.places)
        };
        got.map(|got| Wrong { index, place: format!("{origin}, record {index}"), expected, got })
    }
}

/// How a message on the topic of an outcome differs from what should have become of its record.
fn differs(message: &Message, outcome: Outcome, index: u64, generated: &Generated, places: &Places) -> Option<String> {
    let id = message.header(header::SUBMISSION_ID).and_then(|id| id.parse().ok());
    if id != Some(index) {
        return Some(format!("a {} with the headers of another record", outcome.as_str()));
    }
    Got::read(message, outcome, &generated.bytes, places).differs(&generated.truth)
}

#[cfg(test)]
mod tests;
