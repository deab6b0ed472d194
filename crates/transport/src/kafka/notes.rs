//! What is noted where a position is: in the metadata of the committed offset, so that it is committed with it and anyone can
//! read it with Kafka's own tools.
//!
//! `gaps 400 0-400; from 1200; window 34560000000/10`: what is not so is left out.

use super::gaps::Gaps;
use std::{fmt, time::Duration};

/// What stands between two notes.
const BETWEEN: &str = "; ";

/// Notes of one partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    /// Raw records that were gone before they were read.
    pub gaps: Gaps,
    /// Where on raw the group began, when that was not with the oldest record.
    pub begin: Option<u64>,
    /// By what the worker that committed here last decides duplicates.
    pub span: Option<Span>,
}

/// How long a key is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Length of the window of record time.
    pub window: Duration,
    /// Slices that it is cut into.
    pub slices: u32,
}

impl Notes {
    /// Reads them from the metadata of a committed offset; whatever else stands there is passed over.
    #[must_use]
    pub fn parse(metadata: &str) -> Self {
        let mut notes = Self::default();
        for note in metadata.split(BETWEEN) {
            match note.split_once(' ') {
                Some(("gaps", _)) => notes.gaps = Gaps::parse(note),
                Some(("from", offset)) => notes.begin = offset.parse().ok(),
                Some(("window", span)) => notes.span = Span::parse(span),
                _ => {}
            }
        }
        notes
    }
}

impl fmt::Display for Notes {
    /// Nothing when there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gaps = (self.gaps.records > 0).then(|| self.gaps.to_string());
        let begin = self.begin.map(|offset| format!("from {offset}"));
        let span = self.span.map(|Span { window, slices }| format!("window {}/{slices}", window.as_millis()));
        f.write_str(&[gaps, begin, span].into_iter().flatten().collect::<Vec<_>>().join(BETWEEN))
    }
}

impl Span {
    fn parse(text: &str) -> Option<Self> {
        let (millis, slices) = text.split_once('/')?;
        Some(Self { window: Duration::from_millis(millis.parse().ok()?), slices: slices.parse().ok()? })
    }
}

impl fmt::Display for Span {
    /// As the settings have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} days in {} slices", self.window.as_secs() / 86_400, self.slices)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_read_back_whichever_of_them_there_are() {
        let gaps = Gaps::parse("gaps 7 3-10");
        let span = Span { window: Duration::from_secs(400 * 86_400), slices: 10 };
        let all = Notes { gaps: gaps.clone(), begin: Some(1200), span: Some(span) };
        assert_eq!(all.to_string(), "gaps 7 3-10; from 1200; window 34560000000/10");
        assert_eq!(span.to_string(), "400 days in 10 slices");
        let some = [
            Notes::default(),
            Notes { gaps, ..Notes::default() },
            Notes { begin: Some(0), ..Notes::default() },
            Notes { gaps: Gaps::default(), ..all.clone() },
            all,
        ];
        for notes in some {
            assert_eq!(Notes::parse(&notes.to_string()), notes);
        }
        assert_eq!(Notes::parse("window 12; from here; gaps many; something of somebody else"), Notes::default());
    }

    /// The broker's `offset.metadata.max.bytes`.
    #[test]
    fn all_of_them_stay_within_the_brokers_bound() {
        let mut notes = Notes { begin: Some(u64::MAX), ..Notes::default() };
        notes.span = Some(Span { window: Duration::from_millis(u64::MAX), slices: u32::MAX });
        (0..200).for_each(|nth| notes.gaps.add(u64::MAX - 3 * nth - 1, u64::MAX - 3 * nth));
        assert!(notes.to_string().len() < 4096, "{}", notes.to_string().len());
    }
}
