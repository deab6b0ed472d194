//! Which rules judged the outcomes, as their headers say.

use record::header;

/// Rules that are told apart.
const RULES_MAX: usize = 64;
/// Most bytes of a form's name or a hash. Ours are far shorter; whatever else somebody writes there is no name.
const NAME_BYTES_MAX: usize = 256;

/// What judges: a version of a form, with the settings of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Name of the form.
    pub form: String,
    /// Its version.
    pub version: u32,
    /// Hash over the form file and the settings; rejects and duplicates once had none.
    pub hash: Option<String>,
}

/// Outcomes by what judged them. Of more than 64 different rules those are told apart that come first in order of form, version and hash,
/// in whatever order their outcomes come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JudgedBy {
    /// Rules and how many outcomes they have, in order.
    pub rules: Vec<(Rules, u64)>,
    /// Outcomes of all other rules.
    pub others: u64,
    /// Rejects of records that lead to no form.
    pub no_form: u64,
}

/// [`Rules`], borrowed from the headers of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Named<'a> {
    form: &'a str,
    version: u32,
    hash: Option<&'a str>,
}

impl<'a> Named<'a> {
    fn of(header: impl Fn(&str) -> Option<&'a [u8]>) -> Option<Self> {
        let name = |wanted| header(wanted).and_then(name);
        let version = name(header::FORM_VERSION)?.parse().ok()?;
        Some(Self { form: name(header::FORM)?, version, hash: name(header::RULES_HASH) })
    }

    fn to_owned(self) -> Rules {
        Rules { form: self.form.to_owned(), version: self.version, hash: self.hash.map(str::to_owned) }
    }
}

/// A name that may stand on a terminal.
fn name(value: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(value).ok()?;
    (value.len() <= NAME_BYTES_MAX && value.iter().all(u8::is_ascii_graphic)).then_some(name)
}

impl Rules {
    fn named(&self) -> Named<'_> {
        Named { form: &self.form, version: self.version, hash: self.hash.as_deref() }
    }
}

impl JudgedBy {
    /// Counts an outcome with these headers.
    pub(super) fn count<'a>(&mut self, header: impl Fn(&str) -> Option<&'a [u8]>) {
        let Some(named) = Named::of(header) else {
            self.no_form += 1;
            return;
        };
        match self.rules.binary_search_by(|(rules, _)| rules.named().cmp(&named)) {
            Ok(at) => self.rules[at].1 += 1,
            Err(RULES_MAX) => self.others += 1,
            Err(at) => self.insert(at, named),
        }
    }

    /// What gives way is greater than all that stay, so it never comes back.
    fn insert(&mut self, at: usize, named: Named<'_>) {
        self.rules.insert(at, (named.to_owned(), 1));
        while self.rules.len() > RULES_MAX {
            self.others += self.rules.pop().map_or(0, |(_, outcomes)| outcomes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted<'a>(outcomes: impl Iterator<Item = &'a [(&'static str, String)]>) -> JudgedBy {
        let mut judged_by = JudgedBy::default();
        for headers in outcomes {
            judged_by.count(|wanted| {
                let found = headers.iter().find(|(name, _)| *name == wanted);
                found.map(|(_, value)| value.as_bytes())
            });
        }
        judged_by
    }

    fn headers(form: &str, version: &str, hash: &str) -> [(&'static str, String); 3] {
        [(header::FORM, form), (header::FORM_VERSION, version), (header::RULES_HASH, hash)]
            .map(|(name, value)| (name, value.to_owned()))
    }

    #[test]
    fn rules_are_told_apart_by_form_version_and_hash_in_this_order() {
        let all = [("b", "1", "x"), ("a", "10", "x"), ("a", "9", "y"), ("a", "9", "x"), ("a", "9", "y")];
        let all = all.map(|(form, version, hash)| headers(form, version, hash));
        let old = &all[0][..2];
        let judged_by = counted(all.iter().map(<[_; 3]>::as_slice).chain([old]));
        let told = judged_by
            .rules
            .iter()
            .map(|(rules, outcomes)| (&*rules.form, rules.version, rules.hash.as_deref(), *outcomes));
        let expected = [
            ("a", 9, Some("x"), 1),
            ("a", 9, Some("y"), 2),
            ("a", 10, Some("x"), 1),
            ("b", 1, None, 1),
            ("b", 1, Some("x"), 1),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        assert_eq!((judged_by.others, judged_by.no_form), (0, 0));
    }

    #[test]
    fn what_names_no_form_and_version_of_ours_has_none() {
        let long = "f".repeat(NAME_BYTES_MAX + 1);
        let none = [headers("a", "one", "x"), headers("a\u{1b}[2J", "1", "x"), headers(&long, "1", "x")];
        let judged_by = counted(none.iter().map(<[_; 3]>::as_slice).chain([&none[0][..1]]));
        assert_eq!(judged_by, JudgedBy { no_form: 4, ..JudgedBy::default() });
    }

    /// In whatever order a hundred rules come, the same of them are told, with all their outcomes.
    #[test]
    fn more_rules_than_are_told_apart_are_counted_together() {
        let all: Vec<_> = (100..200).map(|number| headers("a", "1", &number.to_string())).collect();
        let up: Vec<_> = all.iter().chain(&all).map(<[_; 3]>::as_slice).collect();
        let judged_by = counted(up.iter().copied());
        assert_eq!(judged_by, counted(up.iter().rev().copied()));
        assert_eq!((judged_by.rules.len(), judged_by.others), (64, 72));
        let last = judged_by.rules.last().map(|(rules, outcomes)| (rules.hash.as_deref(), *outcomes));
        assert_eq!(last, Some((Some("163"), 2)));
    }
}
