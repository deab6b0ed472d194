//! What is to be done to which request.

use std::time::Duration;

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Kept back and sent after this time over a connection of its own; the client gets no answer to it.
    Hold(Duration),
    /// Sent at once, and once more after this time over a connection of its own.
    Dup(Duration),
    /// Sent, and its answer swallowed.
    DropResponse,
    /// Not sent: both connections are closed.
    Cut,
    /// Sent, its answer swallowed, and the client's connection closed 50 ms later.
    CutAfter,
}

/// An action and the request it is meant for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    /// Kind of the request, as the protocol numbers them.
    pub(super) api: i16,
    /// The how many-th of its kind, from 1, over all connections.
    pub(super) nth: usize,
    pub(super) action: Action,
}

impl Rule {
    /// Reads `api:nth:action[:seconds]`, such as `26:1:hold:4`.
    pub(super) fn parse(text: &str) -> Self {
        let fields: Vec<_> = text.split(':').collect();
        let seconds = |number: &str| Duration::try_from_secs_f64(number.parse().unwrap()).unwrap();
        let (api, nth, action) = match fields[..] {
            [api, nth, "hold", number] => (api, nth, Action::Hold(seconds(number))),
            [api, nth, "dup", number] => (api, nth, Action::Dup(seconds(number))),
            [api, nth, "dropresp"] => (api, nth, Action::DropResponse),
            [api, nth, "cut"] => (api, nth, Action::Cut),
            [api, nth, "cutafter"] => (api, nth, Action::CutAfter),
            _ => panic!("{text} is no rule: api:nth:action[:seconds]"),
        };
        Self { api: api.parse().unwrap(), nth: nth.parse().unwrap(), action }
    }
}
