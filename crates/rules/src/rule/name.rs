//! "Did you mean …?"

use crate::suggest::nearest;

/// The nearest of `names` to what was written, when it is near enough to be a slip.
pub(super) fn did_you_mean<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    nearest(written, names).map(|name| format!("did you mean `{name}`?"))
}
