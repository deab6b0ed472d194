//! "Did you mean …?"

/// The nearest of `names` to what was written, when it is near enough to be a slip.
pub(super) fn did_you_mean<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
    let limit = 1 + written.len() / 4;
    let nearest = names.map(|name| (strsim::damerau_levenshtein(written, name), name)).min()?;
    (nearest.0 <= limit).then(|| format!("did you mean `{}`?", nearest.1))
}
