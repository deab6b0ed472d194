//! "Did you mean …": the nearest of some names.

/// The nearest of `names`; `None` when none is near enough to be meant. Upper and lower case count as equal.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(name, names).min().map(|(_, candidate)| candidate)
}

/// The nearest of `names` when no other is as near: for tables so dense that one slip may lead to several of them.
pub(crate) fn only_nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut near: Vec<_> = near(name, names).collect();
    near.sort_unstable();
    match *near {
        [(_, only)] => Some(only),
        [(first, only), (second, _), ..] if first < second => Some(only),
        _ => None,
    }
}

/// The names that may be meant, each with its distance.
fn near<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> impl Iterator<Item = (usize, &'a str)> {
    // A distance is quadratic in the length; no name of a form is this long.
    const LENGTH_MAX: usize = 64;
    let name = if name.len() > LENGTH_MAX { String::new() } else { name.to_lowercase() };
    // One slip in three characters is still a slip; more is another word.
    let most = (name.chars().count() / 3).max(1);
    names
        .into_iter()
        .map(move |candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate))
        .filter(move |&(distance, candidate)| distance <= most && distance < candidate.chars().count())
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
