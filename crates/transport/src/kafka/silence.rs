//! Brokers that do not tell a worker what waits on its partitions, as its log has it. What the client library says of connections
//! neither names what to do nor tells that they are back.

use super::Error;
use std::time::{Duration, Instant};

/// A silence that is shorter is none: a broker may be busy, or its partitions moving.
const SILENCE_MIN: Duration = Duration::from_secs(5);

/// Since when nothing was answered.
#[derive(Debug, Default)]
pub(super) struct Silence {
    since: Option<Instant>,
    is_told: bool,
}

/// What is to be told.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    Begun,
    Ended(Duration),
}

impl Silence {
    /// Notes what became of the last question, and tells of a silence when it has lasted for a while, and when it ends.
    pub(super) fn note<T>(&mut self, answer: &Result<T, Error>) {
        match (self.turn(answer.is_ok(), Instant::now()), answer) {
            (Some(Turn::Begun), Err(error)) => tracing::warn!(
                %error,
                "the brokers do not say what waits on raw: look at them and at the network; the worker goes on by itself once they answer"
            ),
            (Some(Turn::Ended(lasted)), _) => tracing::info!(seconds = lasted.as_secs(), "the brokers answer again"),
            _ => {}
        }
    }

    fn turn(&mut self, has_answer: bool, now: Instant) -> Option<Turn> {
        if has_answer {
            let since = self.since.take()?;
            return std::mem::take(&mut self.is_told).then(|| Turn::Ended(now.duration_since(since)));
        }
        let since = *self.since.get_or_insert(now);
        let is_due = !self.is_told && now.duration_since(since) >= SILENCE_MIN;
        self.is_told |= is_due;
        is_due.then_some(Turn::Begun)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silence_is_told_once_and_so_is_its_end() {
        let (mut silence, began) = (Silence::default(), Instant::now());
        let mut at = |seconds, has_answer| silence.turn(has_answer, began + Duration::from_secs(seconds));
        assert_eq!([at(0, true), at(1, false), at(5, false), at(6, true)], [None, None, None, None], "too short");
        assert_eq!([at(7, false), at(11, false), at(12, false)], [None, None, Some(Turn::Begun)]);
        assert_eq!([at(13, false), at(60, false)], [None, None], "once");
        assert_eq!([at(67, true), at(68, true)], [Some(Turn::Ended(Duration::from_secs(60))), None]);
        assert_eq!([at(69, false), at(73, false), at(74, false)], [None, None, Some(Turn::Begun)], "the next");
    }
}
