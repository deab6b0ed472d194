//! A key that is taken.

use crate::{ContentHash, Key, Position, RecordTime};

/// "This key is taken, first seen at this position, with this content." Only accepted records claim, so that a
/// corrected resubmission of a rejected record is not called its duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The key that is taken.
    pub key: Key,
    /// What the claiming record's clean bytes hash to.
    pub content: ContentHash,
    /// Where the claiming record stands; a reprocessed record finds its own position and is not its own duplicate.
    pub position: Position,
    /// Record time of the claiming record; decides the slice of the window.
    pub time: RecordTime,
}
