//! The pattern of a field: an automaton, or else the engine that also judges the slow way.

use crate::{automaton::Automaton, schema::Pattern};

/// A pattern.
#[derive(Debug)]
pub(super) enum Matcher {
    Automaton(Box<Automaton>),
    Engine(Pattern),
}

impl Matcher {
    /// `None` when it is no regular expression.
    pub(super) fn compile(pattern: &str) -> Option<Self> {
        Automaton::compile(pattern)
            .map(|automaton| Self::Automaton(Box::new(automaton)))
            .or_else(|| Pattern::compile(pattern).map(Self::Engine))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Automaton(automaton) => automaton.matches(text.as_bytes()),
            Self::Engine(pattern) => pattern.matches(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_of_forms_become_automata() {
        for (pattern, good, bad) in [
            ("^[A-Z]{2}$", &["AB"][..], &["", "A", "ABC", "Ab", "ÄB"][..]),
            (
                r"^-?(?:0|[1-9][0-9]*)\.[0-9]{2}(?:[0-9]?[1-9])?$",
                &["0.00", "-12.345"],
                &["00.00", "1.0", "1.120", "1.00\n"],
            ),
            ("^[0-9]{5}(?:-[0-9]{4})?$", &["12345", "12345-6789"], &["12345-", "1234", "12345-67890"]),
            ("^[0-9A-Z-]{1,34}$", &["-", "A-1"], &["", "a", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"]),
            ("^(?:Jr|Sr)(?:, (?:Jr|Sr))*$", &["Jr", "Sr, Jr, Jr"], &["", "Jr,", "Jr,Sr", "JrSr"]),
            ("^(a|bc)+?x*$", &["a", "bcabcxx"], &["", "b", "xa"]),
            ("^$", &[""], &["a"]),
            ("[A-Z]", &["A", "äA."], &["", "a"]),
            ("^A|B$", &["Ab", "aB"], &["aAb"]),
            ("^[^a-z]$", &[], &[]),
        ] {
            let matcher = Matcher::compile(pattern).unwrap();
            assert_eq!(matches!(matcher, Matcher::Automaton(_)), !pattern.contains("[^"), "{pattern}");
            assert!(good.iter().all(|text| matcher.matches(text)), "{pattern}");
            assert!(!bad.iter().any(|text| matcher.matches(text)), "{pattern}");
        }
    }

    #[test]
    fn others_are_left_to_the_engine() {
        for pattern in ["^é$", "^[a-é]$", "^[^a]$", r"^\w$", r"^\bA$", "^[a-z]{9000}$", "^(?:[ab]{0,40}a[ab]{9}){3}$"]
        {
            assert!(Automaton::compile(pattern).is_none(), "{pattern}");
        }
        assert!(Matcher::compile("^(").is_none());
    }

    fn pattern() -> impl Strategy<Value = String> {
        let atom = prop::sample::select(vec!["a", "b", "[ab]", "[a-c]", r"\.", "[0-9]", "é", "[^a]", "-"]);
        let part = atom.prop_map(str::to_owned).prop_recursive(3, 12, 3, |inner| {
            let repeat = prop::sample::select(vec!["?", "*", "+", "{2}", "{1,3}", "{2,}", "+?"]);
            prop_oneof![
                (inner.clone(), repeat).prop_map(|(part, repeat)| format!("(?:{part}){repeat}")),
                (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("{one}{other}")),
                (inner.clone(), inner).prop_map(|(one, other)| format!("(?:{one}|{other})")),
            ]
        });
        let ends = prop::sample::select(vec![("^", "$"), ("^", ""), ("", "$"), ("", "")]);
        (part, ends).prop_map(|(part, (begin, end))| format!("{begin}{part}{end}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

        #[test]
        fn automata_match_what_the_engine_matches(pattern in pattern(), texts in prop::collection::vec("[abc.0é\\-]{0,6}", 20)) {
            let engine = Pattern::compile(&pattern).unwrap();
            let matcher = Matcher::compile(&pattern).unwrap();
            for text in texts {
                prop_assert_eq!(matcher.matches(&text), engine.matches(&text), "{} {}", pattern, text);
            }
        }
    }
}
