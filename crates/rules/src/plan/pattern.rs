//! Patterns as tables of states: one step per byte, no memory, no search.
//!
//! For patterns in ASCII, which are those of nearly all fields. Any other is left to the engine that also judges the slow
//! way, for what a class of Unicode means is the engine's to say.

use crate::reference::schema::Pattern;
use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start},
};
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::fmt;

/// Largest table, in bytes, and what may be spent on finding it.
const TABLE_BYTES_MAX: usize = 64 << 10;
const FINDING_BYTES_MAX: usize = 1 << 20;

/// A pattern.
#[derive(Debug)]
pub(super) enum Matcher {
    Table(Box<Table>),
    Engine(Pattern),
}

impl Matcher {
    /// `None` when it is no regular expression.
    pub(super) fn compile(pattern: &str) -> Option<Self> {
        Table::compile(pattern)
            .map(|table| Self::Table(Box::new(table)))
            .or_else(|| Pattern::compile(pattern).map(Self::Engine))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Table(table) => table.matches(text.as_bytes()),
            Self::Engine(pattern) => pattern.matches(text),
        }
    }
}

/// A deterministic automaton: the state after each state and byte.
pub(crate) struct Table {
    /// The class of each byte: those of one class lead to the same states.
    classes: [u8; 256],
    /// How many classes there are.
    width: usize,
    /// By state and class.
    next: Vec<u16>,
    /// By state: whether the text may end there.
    ends: Vec<bool>,
}

/// The state from which nothing matches any more, that of a match, and the first.
const DEAD: u16 = 0;
const MATCH: u16 = 1;
const FIRST: u16 = 2;

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("states", &self.ends.len()).finish_non_exhaustive()
    }
}

impl Table {
    /// `None` when it is not in ASCII alone, or too large.
    pub(crate) fn compile(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::parse(pattern).ok().filter(is_ascii)?;
        let limits = thompson::Config::new().nfa_size_limit(Some(FINDING_BYTES_MAX));
        let nfa = thompson::Compiler::new().configure(limits).build_from_hir(&hir).ok()?;
        let config = dense::Config::new()
            .match_kind(MatchKind::All)
            .start_kind(StartKind::Unanchored)
            .dfa_size_limit(Some(TABLE_BYTES_MAX))
            .determinize_size_limit(Some(FINDING_BYTES_MAX));
        let states = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
        let first = states.start_state(&start::Config::new().anchored(Anchored::No)).ok()?;
        Self::of(&states, first)
    }

    fn of(states: &dense::DFA<Vec<u32>>, first: StateID) -> Option<Self> {
        let by_byte = states.byte_classes();
        let classes = std::array::from_fn(|byte| u8::try_from(byte).map_or(0, |byte| by_byte.get(byte)));
        // One byte of each class.
        let mut bytes: Vec<u8> = (0..=u8::MAX).collect();
        bytes.dedup_by_key(|byte| by_byte.get(*byte));
        let mut found = vec![None, None, Some(first)];
        let (mut next, mut ends) = (Vec::new(), Vec::new());
        while let Some(state) = found.get(ends.len()).copied() {
            let Some(state) = state else {
                next.extend(bytes.iter().map(|_| DEAD));
                ends.push(false);
                continue;
            };
            for byte in &bytes {
                let after = states.next_state(state, *byte);
                next.push(match found.iter().position(|known| *known == Some(after)) {
                    _ if states.is_match_state(after) => MATCH,
                    _ if states.is_dead_state(after) => DEAD,
                    Some(known) => u16::try_from(known).ok()?,
                    None => {
                        found.push(Some(after));
                        u16::try_from(found.len() - 1).ok()?
                    }
                });
            }
            ends.push(states.is_match_state(states.next_eoi_state(state)));
        }
        Some(Self { classes, width: bytes.len(), next, ends })
    }

    /// Whether it is found anywhere, as JSON Schema wants it: patterns that mean the whole say so.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        let mut state = FIRST;
        for byte in text {
            let class = usize::from(self.classes[usize::from(*byte)]);
            state = self.next.get(usize::from(state) * self.width + class).copied().unwrap_or(DEAD);
            if state < FIRST {
                return state == MATCH;
            }
        }
        self.ends.get(usize::from(state)).copied().unwrap_or(false)
    }
}

/// Whether all it names are characters of ASCII, and places no more than the ends of the text.
// Recursion is as deep as the pattern, which its parser bounds.
fn is_ascii(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => true,
        HirKind::Literal(literal) => literal.0.is_ascii(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().last().is_none_or(|last| last.end().is_ascii()),
        HirKind::Class(Class::Bytes(class)) => class.is_ascii(),
        HirKind::Look(look) => matches!(look, Look::Start | Look::End),
        HirKind::Repetition(repetition) => is_ascii(&repetition.sub),
        HirKind::Capture(capture) => is_ascii(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(is_ascii),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_of_forms_become_tables() {
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
            assert_eq!(matches!(matcher, Matcher::Table(_)), !pattern.contains("[^"), "{pattern}");
            assert!(good.iter().all(|text| matcher.matches(text)), "{pattern}");
            assert!(!bad.iter().any(|text| matcher.matches(text)), "{pattern}");
        }
    }

    #[test]
    fn others_are_left_to_the_engine() {
        for pattern in ["^é$", "^[a-é]$", "^[^a]$", r"^\w$", r"^\bA$", "^[a-z]{9000}$", "^(?:[ab]{0,40}a[ab]{9}){3}$"]
        {
            assert!(Table::compile(pattern).is_none(), "{pattern}");
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
        fn tables_match_what_the_engine_matches(pattern in pattern(), texts in prop::collection::vec("[abc.0é\\-]{0,6}", 20)) {
            let engine = Pattern::compile(&pattern).unwrap();
            let matcher = Matcher::compile(&pattern).unwrap();
            for text in texts {
                prop_assert_eq!(matcher.matches(&text), engine.matches(&text), "{} {}", pattern, text);
            }
        }
    }
}
