//! How a raw record's envelope is read. Bare records carry it in headers named `faircopy-…`.

use crate::{Message, header};

/// What the pipeline needs of the envelope before it judges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Envelope<'a> {
    /// Form name; `None` when the header is missing or not UTF-8.
    pub form: Option<&'a str>,
    /// Form version; `None` means the newest loaded.
    pub version: Option<&'a str>,
    /// Client; empty when not given.
    pub client: &'a str,
    /// Source profile; empty means the default profile.
    pub source: &'a str,
    /// Who keyed the record; empty when not given.
    pub operator: &'a str,
    /// Attempt number, from 1.
    pub attempt: u32,
}

impl<'a> Envelope<'a> {
    /// Reads the headers of a bare record. An unreadable attempt counts as the first.
    #[must_use]
    pub fn of(message: &'a Message) -> Self {
        Self {
            form: message.header(header::FORM),
            version: message.header(header::FORM_VERSION),
            client: message.header(header::CLIENT).unwrap_or_default(),
            source: message.header(header::SOURCE).unwrap_or_default(),
            operator: message.header(header::OPERATOR).unwrap_or_default(),
            attempt: message.header(header::ATTEMPT).and_then(|text| text.parse().ok()).unwrap_or(1),
        }
    }
}
