//! "Did you mean …": the nearest of some names.

/// The nearest of `names`; `None` when none is near enough to be meant. Upper and lower case count as equal.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A distance is quadratic in the length; no name of a form is this long.
    const LENGTH_MAX: usize = 64;
    if name.is_empty() || name.len() > LENGTH_MAX {
        return None;
    }
    let name = name.to_lowercase();
    // One slip in three characters is still a slip; more is another word.
    let most = (name.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(|&(distance, candidate)| distance <= most && distance < candidate.chars().count())
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let names = ["invoice_no", "invoice_date", "total", "tax"];
        assert_eq!(nearest("invocie_no", names), Some("invoice_no"));
        assert_eq!(nearest("Total", names), Some("total"));
        assert_eq!(nearest("vat", names), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest(&"x".repeat(1 << 16), names), None);
    }
}
