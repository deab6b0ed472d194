//! Patterns as tables of states: one step per byte, no memory, no search.
//!
//! For patterns in ASCII, which are those of nearly all fields. Any other is left to the engine that also judges the slow
//! way, for what a class of Unicode means is the engine's to say.

use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton as _, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start},
};
use regex_syntax::hir::{Class, Hir, HirKind, Look};
use std::fmt;

/// Largest table, in bytes, and what may be spent on finding it.
const TABLE_BYTES_MAX: usize = 64 << 10;
const FINDING_BYTES_MAX: usize = 1 << 20;

/// A deterministic one: the state after each state and byte.
pub(crate) struct Automaton {
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

impl fmt::Debug for Automaton {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Automaton").field("states", &self.ends.len()).finish_non_exhaustive()
    }
}

impl Automaton {
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
