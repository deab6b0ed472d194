//! How long topics keep what they hold. Whole closed segments go, oldest first.

use super::{log, log::Segment, names};
use crate::{Error, Topic};
use record::RecordTime;
use store::Store;

/// How long a topic keeps closed segments. `None`: forever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Most bytes of a topic; the open segment always stays.
    pub bytes: Option<u64>,
    /// Greatest age in milliseconds of record time, counted back from the newest message. A segment is as old as the
    /// message that follows it.
    pub age_ms: Option<i64>,
}

impl Retention {
    /// Segments of `topic` to remove now. `before`: only segments that end at or before this offset may go; the last
    /// segment, which is still open, never does.
    pub(super) fn expired(
        self,
        store: &Store,
        topic: Topic,
        before: u64,
        newest: RecordTime,
    ) -> Result<Vec<String>, Error> {
        if self == Self::default() {
            return Ok(Vec::new());
        }
        let segments = log::segments(store, topic)?;
        let mut held: u64 = segments.iter().map(|segment| segment.length).sum();
        let mut expired = Vec::new();
        for pair in segments.windows(2) {
            let [segment, after] = pair else { break };
            let too_many = self.bytes.is_some_and(|bytes| held > bytes);
            if after.first > before || !(too_many || self.too_old(store, topic, after, newest)?) {
                break;
            }
            held -= segment.length;
            expired.push(names::segment(topic, segment.first));
        }
        Ok(expired)
    }

    /// Whether the segment that `after` follows is beyond the age.
    fn too_old(self, store: &Store, topic: Topic, after: &Segment, newest: RecordTime) -> Result<bool, Error> {
        let Some(age) = self.age_ms else { return Ok(false) };
        let mut log = log::Log::new(topic);
        log.refresh(store)?;
        let first = log.fetch(store, after.first)?;
        Ok(first.is_some_and(|message| newest.0.saturating_sub(message.time.0) > age))
    }
}
