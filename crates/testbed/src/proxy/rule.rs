//! What is to be done to which request.

use super::api;
use std::time::Duration;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Kept back and sent after this time over a connection of its own; the client gets no answer to it.
    Hold(Duration),
    /// Kept back until the next request of this kind, and sent over a connection of its own before that one is passed on;
    /// the client gets no answer to it.
    Until(i16),
    /// The same, and the client's connection is closed at once.
    CutUntil(i16),
    /// As `Until`, but sent in the name of the producer, and the epoch, that the request names which it is sent before: as
    /// if the client had not begun anew since.
    Forge(i16),
    /// Sent at once, and once more after this time over a connection of its own.
    Dup(Duration),
    /// Sent, and its answer swallowed.
    DropResponse,
    /// Not sent: both connections are closed.
    Cut,
    /// Sent, its answer swallowed, and the client's connection closed 50 ms later.
    CutAfter,
}

impl Action {
    /// The kind of the request before which a request is sent that was kept back.
    pub(super) fn until(self) -> Option<i16> {
        match self {
            Self::Until(api) | Self::CutUntil(api) | Self::Forge(api) => Some(api),
            _ => None,
        }
    }
}

/// Which of all requests, over all connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The how many-th of a kind, as the protocol numbers them, from 1.
    Nth(i16, usize),
    /// The first `EndTxn` that aborts.
    FirstAbort,
}

/// An action and the request it is meant for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    pub(super) which: Which,
    pub(super) action: Action,
}

impl Rule {
    /// Reads `api:nth:action[:argument]`, such as `26:1:hold:4`; for the first abort `26:abort:action[:argument]`.
    pub(super) fn parse(text: &str) -> Self {
        let fields: Vec<_> = text.split(':').collect();
        let [api, nth, action @ ..] = &fields[..] else { panic!("{text} is no rule: api:nth:action[:argument]") };
        let seconds = |number: &str| Duration::try_from_secs_f64(number.parse().unwrap()).unwrap();
        let action = match *action {
            ["hold", number] => Action::Hold(seconds(number)),
            ["until", api] => Action::Until(api.parse().unwrap()),
            ["cutuntil", api] => Action::CutUntil(api.parse().unwrap()),
            ["forge", api] => Action::Forge(api.parse().unwrap()),
            ["dup", number] => Action::Dup(seconds(number)),
            ["dropresp"] => Action::DropResponse,
            ["cut"] => Action::Cut,
            ["cutafter"] => Action::CutAfter,
            _ => panic!("{text} is no rule: there is no such action"),
        };
        let which = match (api.parse().unwrap(), *nth) {
            (api::END_TXN, "abort") => Which::FirstAbort,
            (api, nth) => Which::Nth(api, nth.parse().unwrap()),
        };
        Self { which, action }
    }
}
