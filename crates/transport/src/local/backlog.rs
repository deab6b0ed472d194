//! What waits on raw to be judged.

use super::{log, names};
use crate::{Error, Topic};
use store::Store;

/// Raw bytes behind what the worker has committed.
pub(super) fn bytes(store: &Store) -> Result<u64, Error> {
    let mut at = (0, 0);
    // One query: segment and byte belong to the same commit.
    for (name, value) in store.counters(names::AT)? {
        match name.as_str() {
            names::AT_SEGMENT => at.0 = value,
            names::AT_BYTE => at.1 = value,
            _ => {}
        }
    }
    let waiting = log::segments(store, Topic::Raw)?.into_iter().map(|segment| match segment.first {
        first if first < at.0 => 0,
        first if first == at.0 => segment.length.saturating_sub(at.1),
        _ => segment.length,
    });
    Ok(waiting.sum())
}
