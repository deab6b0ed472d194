//! Same key, other content: which values differ?

use crate::{forms::BoundForm, forms::Forms, panics::caught, submission::Submission};
use record::{Chunk, Code, Finding, Position, Reject, Stage, Verdict, finding::Params};
use std::collections::BTreeMap;
use transport::{Again, Unread};

/// Reads raw records again, some of which may stand in the chunk. `positions` ascend, none comes twice.
pub(crate) type Fetch<'a> = &'a mut dyn FnMut(&Chunk, &[Position], Tell<'_>) -> Result<(), transport::Error>;
/// Is told of each record that was asked for.
pub(crate) type Tell<'a> = &'a mut dyn FnMut(Position, Again);
/// JSON pointers to what differs, or why nobody can say.
pub(crate) type Differing = Result<Vec<String>, &'static str>;

const GONE: &str = "first_is_gone";
const FAILED: &str = "comparison_failed";

/// A record whose key was taken by another one with other content.
pub(crate) struct Conflict<'a> {
    /// Which record of the chunk.
    pub(crate) nth: usize,
    /// Where the other one stands.
    pub(crate) first: Position,
    pub(crate) bound: &'a BoundForm,
    /// Its clean bytes.
    pub(crate) clean: &'a [u8],
}

/// What differs in each conflict of a chunk, by number of the record. The first records are read all at once and held one by
/// one: they may be large, and a chunk may hold nothing but conflicts.
pub(crate) fn compare(
    forms: &Forms,
    chunk: &Chunk,
    mut conflicts: Vec<Conflict<'_>>,
    fetch: Fetch<'_>,
) -> Result<BTreeMap<usize, Differing>, transport::Error> {
    let mut differing = BTreeMap::new();
    if conflicts.is_empty() {
        return Ok(differing);
    }
    conflicts.sort_by_key(|conflict| conflict.first);
    let mut firsts: Vec<Position> = conflicts.iter().map(|conflict| conflict.first).collect();
    firsts.dedup();
    fetch(chunk, &firsts, &mut |position, again| {
        let theirs = caught(|| clean(forms, again)).unwrap_or(Err(FAILED));
        let begin = conflicts.partition_point(|conflict| conflict.first < position);
        for conflict in conflicts[begin..].iter().take_while(|conflict| conflict.first == position) {
            let differs =
                |theirs: &Vec<u8>| caught(|| conflict.bound.judge.differences(conflict.clean, theirs)).ok_or(FAILED);
            differing.insert(conflict.nth, theirs.as_ref().map_err(|reason| *reason).and_then(differs));
        }
    })?;
    Ok(differing)
}

/// Judges a first record again, as its own envelope says.
fn clean(forms: &Forms, again: Again) -> Result<Vec<u8>, &'static str> {
    let message = again.map_err(|unread| match unread {
        Unread::Gone => GONE,
        Unread::TooMany => "too_many_conflicts",
        Unread::Failed => "first_cannot_be_read",
    })?;
    let submission = Submission::of(&message).map_err(|_| "first_has_no_form")?;
    let bound = forms.find(&submission.message).map_err(|_| "first_has_no_form")?;
    let overrides = submission.overrides();
    let context = submission.context(&overrides);
    match bound.judge.judge(&submission.message.value, context) {
        // The rules may have changed since the first record was accepted.
        Verdict::Reject(_) => Err("first_is_not_clean_now"),
        Verdict::Clean(clean) => Ok(clean.bytes),
    }
}

/// Tells of the records that the chunk in hand has; answers where the others stand.
pub(crate) fn in_hand(chunk: &Chunk, positions: &[Position], found: Tell<'_>) -> Vec<Position> {
    let mut is_here = vec![false; positions.len()];
    for record in &chunk.records {
        if let Ok(nth) = positions.binary_search(&record.position) {
            is_here[nth] = true;
            found(record.position, Ok(record.message.clone()));
        }
    }
    positions.iter().zip(is_here).filter(|(_, is_here)| !is_here).map(|(position, _)| *position).collect()
}

/// The reject of a record whose key was taken by the one named `first`.
pub(crate) fn reject(first: String, differing: Option<Differing>) -> Reject {
    let paths = match differing.unwrap_or(Err(GONE)) {
        Ok(paths) => ("paths", paths.into()),
        Err(reason) => ("paths_unknown", reason.into()),
    };
    Reject::one(finding(vec![("first", first.into()), paths]))
}

fn finding(params: Vec<(&'static str, record::Param)>) -> Finding {
    Finding::whole(Code::DupConflict, Stage::Dedupe, "key", Params(params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::{Message, RawRecord};
    use std::{sync::Arc, time::Instant};

    #[test]
    fn what_the_chunk_has_is_not_read_again() {
        let at = |offset| Position { partition: 2, offset };
        let message = |offset: u64| Message { value: offset.to_string().into_bytes(), ..Message::default() };
        let record = |offset| RawRecord { position: at(offset), message: message(offset), original: None };
        let chunk = Chunk {
            topic: Arc::from("raw"),
            records: vec![record(4), record(7)],
            handed: Vec::new(),
            next: Vec::new(),
            arrived: Instant::now(),
        };
        let mut told = Vec::new();
        let elsewhere = in_hand(&chunk, &[at(3), at(7), at(8)], &mut |position, again| told.push((position, again)));
        assert_eq!(told, [(at(7), Ok(message(7)))]);
        assert_eq!(elsewhere, [at(3), at(8)]);
    }
}
