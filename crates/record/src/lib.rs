//! What travels through Faircopy: positions, messages, chunks, verdicts, findings, claims, and the registry of
//! codes. This crate names no other crate of the house and does no IO.

pub mod change;
pub mod chunk;
pub mod claim;
pub mod code;
pub mod envelope;
pub mod finding;
pub mod header;
pub mod headers;
pub mod key;
pub mod limits;
pub mod message;
pub mod messages;
pub mod metric;
pub mod position;
pub mod reject;
pub mod time;
pub mod trace;
pub mod verdict;

pub use change::{Change, Changes};
pub use chunk::{Chunk, HandedRecord, Input, Next, RawRecord};
pub use claim::Claim;
pub use code::{Code, Owner};
pub use finding::{Class, Finding, Overridden, Param, Severity, Stage};
pub use headers::Headers;
pub use key::{ContentHash, Key};
pub use message::Message;
pub use messages::Locale;
pub use position::{Origin, Position};
pub use time::RecordTime;
pub use trace::{Asks, Trace};
pub use verdict::{Clean, Outcome, Reject, Verdict};
