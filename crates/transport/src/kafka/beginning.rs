//! Whether a group that has no position may begin, and where.
//!
//! A broker forgets the positions of a group that nobody was in for a week (`offsets.retention.minutes`), and those on a topic
//! that is deleted. To begin anew would then judge every record once more, and publish it once more: a record that finds its
//! own claim counts as processed again, not as a duplicate.

use super::{Audit, Error, Settings};
use crate::Topic;
use record::Input;

/// Whatever stands on these was committed together with a position of raw.
const WITNESSES: [Topic; 4] = [Topic::Clean, Topic::Rejects, Topic::Duplicates, Topic::Keyed];

/// Lets a group begin that never committed. `is_known` asks whether it has a position on any partition of raw; one that a
/// transaction holds is waited for.
///
/// # Errors
/// [`Error::Forgotten`] when it has none, and had some.
pub(super) fn may_begin(settings: &Settings, is_known: impl Fn() -> Result<bool, Error>) -> Result<(), Error> {
    // Asked again behind the outcomes: another worker may have made its first commit meanwhile.
    if is_known()? || !has_committed(settings)? || is_known()? {
        return Ok(());
    }
    Err(Error::Forgotten { group: settings.group.clone(), topic: settings.topics.raw.clone() })
}

/// Lets a group that never committed begin with records that come from now on. Where raw ends is committed before anybody joins: what
/// comes to a partition while no worker has it, or before its first commit, is not passed over then, nor what comes to one that raw grows by.
///
/// # Errors
/// As [`may_begin`].
pub(super) fn at_the_ends(settings: &Settings) -> Result<(), Error> {
    let audit = Audit::open(settings)?;
    let is_known = || Ok(audit.progress(Input::Raw)?.iter().any(|progress| progress.committed.is_some()));
    may_begin(settings, is_known)?;
    if is_known()? { Ok(()) } else { audit.begin_at(&audit.extents(Topic::Raw)?) }
}

/// Whether anything was ever committed, as far as it is kept.
fn has_committed(settings: &Settings) -> Result<bool, Error> {
    let audit = Audit::open(settings)?;
    let mut found = false;
    for topic in WITNESSES {
        audit.messages(topic, &audit.extents(topic)?, &mut |_, _| {
            found = true;
            false
        })?;
    }
    Ok(found)
}
