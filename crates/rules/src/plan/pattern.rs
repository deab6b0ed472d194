//! Patterns as tables of states: one step per byte, no memory, no engine.
//!
//! For patterns that say the whole of a text, from `^` to `$`, in ASCII: those of nearly all fields. Any other is left to
//! the engine that also judges the slow way.

use crate::reference::schema::Pattern;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use std::collections::BTreeMap;

/// Most places of a pattern, repetitions written out, and most states: beyond that a table is no small thing.
const PLACES_MAX: usize = 512;
const STATES_MAX: usize = 256;

/// A pattern.
#[derive(Debug)]
pub(super) enum Matcher {
    Table(Table),
    Engine(Pattern),
}

impl Matcher {
    /// `None` when it is no regular expression.
    pub(super) fn compile(pattern: &str) -> Option<Self> {
        Table::compile(pattern).map(Self::Table).or_else(|| Pattern::compile(pattern).map(Self::Engine))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Table(table) => table.matches(text.as_bytes()),
            Self::Engine(pattern) => pattern.matches(text),
        }
    }
}

/// A deterministic automaton: a row for each state, a column for each set of bytes that no place tells apart.
#[derive(Debug)]
pub(super) struct Table {
    columns: Box<[u8; 256]>,
    /// Where the next row begins. The first row is that of no hope.
    next: Vec<u32>,
    first: u32,
    /// Where the rows begin at which a text may end.
    ends: Vec<u32>,
}

impl Table {
    /// `None` when it is no such pattern.
    pub(super) fn compile(pattern: &str) -> Option<Self> {
        let hir = regex_syntax::parse(pattern).ok()?;
        let HirKind::Concat(parts) = hir.kind() else { return None };
        let [first, inner @ .., last] = parts.as_slice() else { return None };
        let is = |part: &Hir, look| matches!(part.kind(), HirKind::Look(found) if *found == look);
        if !is(first, Look::Start) || !is(last, Look::End) {
            return None;
        }
        let mut places = Places(vec![Place::End]);
        let first = inner.iter().rev().try_fold(0, |then, part| places.add(part, then))?;
        States::of(&places, first)
    }

    fn matches(&self, text: &[u8]) -> bool {
        let row = text.iter().try_fold(self.first, |row, byte| {
            let column = self.columns[usize::from(*byte)];
            self.next.get(row as usize + usize::from(column)).copied().filter(|row| *row != 0)
        });
        row.is_some_and(|row| self.ends.contains(&row))
    }
}

/// A place in a pattern, with those that follow it.
enum Place {
    /// One of these bytes, a bit each.
    One(u128, usize),
    Either(usize, usize),
    End,
}

/// A pattern as an automaton that may be at several places at once (K. Thompson, "Regular Expression Search Algorithm").
struct Places(Vec<Place>);

impl Places {
    fn push(&mut self, place: Place) -> Option<usize> {
        self.0.push(place);
        (self.0.len() <= PLACES_MAX).then(|| self.0.len() - 1)
    }

    /// Adds a part of the pattern, before what follows it; `None` when it is not in ASCII alone, or too much.
    // Recursion is as deep as the pattern, which its parser bounds.
    fn add(&mut self, hir: &Hir, then: usize) -> Option<usize> {
        match hir.kind() {
            HirKind::Empty => Some(then),
            HirKind::Literal(literal) => {
                literal.0.iter().rev().try_fold(then, |then, byte| self.push(Place::One(bits(*byte, *byte)?, then)))
            }
            HirKind::Class(class) => {
                let set = set(class)?;
                self.push(Place::One(set, then))
            }
            HirKind::Repetition(repetition) => self.repeat(repetition, then),
            HirKind::Capture(capture) => self.add(&capture.sub, then),
            HirKind::Concat(parts) => parts.iter().rev().try_fold(then, |then, part| self.add(part, then)),
            HirKind::Alternation(parts) => {
                let mut ways = parts.iter().map(|part| self.add(part, then)).collect::<Option<Vec<_>>>()?;
                let last = ways.pop()?;
                ways.into_iter().try_fold(last, |other, way| self.push(Place::Either(way, other)))
            }
            HirKind::Look(_) => None,
        }
    }

    fn repeat(&mut self, repetition: &Repetition, then: usize) -> Option<usize> {
        let Repetition { min, max, sub, .. } = repetition;
        let mut here = then;
        match max {
            // Each of those that may be left out leads to the end, too.
            Some(max) => {
                for _ in *min..*max {
                    let once = self.add(sub, here)?;
                    here = self.push(Place::Either(once, then))?;
                }
            }
            None => {
                here = self.push(Place::End)?;
                let once = self.add(sub, here)?;
                if let Some(place) = self.0.get_mut(here) {
                    *place = Place::Either(once, then);
                }
            }
        }
        (0..*min).try_fold(here, |then, _| self.add(sub, then))
    }

    /// All places that are reached without a byte.
    fn reached(&self, from: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let mut open: Vec<usize> = from.into_iter().collect();
        let mut found = Vec::new();
        while let Some(at) = open.pop() {
            if found.contains(&at) {
                continue;
            }
            found.push(at);
            if let Some(Place::Either(one, other)) = self.0.get(at) {
                open.extend([*one, *other]);
            }
        }
        found.sort_unstable();
        found
    }

    /// Which column each byte belongs to, a byte for each column, and how many columns there are. Column 0 is that of all
    /// bytes that no place has.
    fn columns(&self) -> ([u8; 256], Vec<Option<u8>>) {
        let sets = |byte: u8| {
            let one = |place: &Place| matches!(place, Place::One(set, _) if set >> byte & 1 == 1);
            self.0.iter().map(one).collect::<Vec<bool>>()
        };
        let mut known: Vec<(Vec<bool>, Option<u8>)> = vec![(vec![false; self.0.len()], None)];
        let mut columns = [0; 256];
        for byte in 0..128 {
            let sets = sets(byte);
            let at = known.iter().position(|(known, _)| *known == sets).unwrap_or_else(|| {
                known.push((sets, Some(byte)));
                known.len() - 1
            });
            // There are no more columns than the 128 bytes and the one of none.
            columns[usize::from(byte)] = u8::try_from(at).unwrap_or(0);
        }
        (columns, known.into_iter().map(|(_, byte)| byte).collect())
    }
}

/// The states found so far: sets of places, each with a row.
struct States {
    known: BTreeMap<Vec<usize>, usize>,
    /// Those without a row yet.
    open: Vec<Vec<usize>>,
}

impl States {
    /// The table; `None` when it has too many states.
    fn of(places: &Places, first: usize) -> Option<Table> {
        let (columns, bytes) = places.columns();
        let width = bytes.len();
        let row = |state: usize| u32::try_from(state * width).ok();
        let mut states = Self { known: BTreeMap::from([(Vec::new(), 0)]), open: Vec::new() };
        let first = states.number(places.reached([first]));
        let (mut next, mut ends) = (vec![0; width], Vec::new());
        let mut at = 0;
        while let Some(state) = states.open.get(at).cloned() {
            at += 1;
            if states.known.len() > STATES_MAX {
                return None;
            }
            if state.iter().any(|at| matches!(places.0.get(*at), Some(Place::End))) {
                ends.push(row(at)?);
            }
            for byte in &bytes {
                let step = |at: &usize| match (places.0.get(*at), byte) {
                    (Some(Place::One(set, then)), Some(byte)) if set >> byte & 1 == 1 => Some(*then),
                    _ => None,
                };
                let then = states.number(places.reached(state.iter().filter_map(step)));
                next.push(row(then)?);
            }
        }
        Some(Table { columns: Box::new(columns), next, first: row(first)?, ends })
    }

    /// The number of a state.
    fn number(&mut self, state: Vec<usize>) -> usize {
        let new = self.known.len();
        if let Some(number) = self.known.get(&state) {
            return *number;
        }
        self.open.push(state.clone());
        self.known.insert(state, new);
        new
    }
}

/// The bytes from `first` to `last`; `None` when these are not ASCII.
fn bits(first: u8, last: u8) -> Option<u128> {
    (first <= last && last.is_ascii()).then(|| (first..=last).fold(0, |bits, byte| bits | 1 << byte))
}

fn set(class: &Class) -> Option<u128> {
    let ranges: Vec<Option<u128>> = match class {
        Class::Unicode(class) => {
            let ascii = |char: char| u8::try_from(u32::from(char)).ok();
            class.iter().map(|range| bits(ascii(range.start())?, ascii(range.end())?)).collect()
        }
        Class::Bytes(class) => class.iter().map(|range| bits(range.start(), range.end())).collect(),
    };
    ranges.into_iter().try_fold(0, |set, range| Some(set | range?))
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
        for pattern in
            ["[A-Z]", "^A", "A$", "^A|B$", "^(?:^A)$", "^é$", "^[a-é]$", "^[a-z]{1000}$", "^(?:[ab]{0,40}a[ab]{9}){3}$"]
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
        part.prop_map(|part| format!("^{part}$"))
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
