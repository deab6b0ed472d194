//! The first pass: syntax, limits and duplicate names, before memory is spent on a tree.

use super::{Fault, Kind, lexer::Bound, lexer::Lexer, pointer};
use record::limits::{DEPTH_MAX, FINDINGS_MAX, MEMBERS_MAX, NAME_BYTES_MAX, NODES_MAX, STRING_BYTES_MAX};
use std::borrow::Cow;

pub(super) const NAME: Bound = Bound(NAME_BYTES_MAX, "name_bytes");
pub(super) const STRING: Bound = Bound(STRING_BYTES_MAX, "string_bytes");

/// Checks one value from `start` to the end of the text.
pub(super) fn scan(text: &str, start: usize) -> Result<(), Vec<Fault>> {
    let mut scanner = Scanner {
        lexer: Lexer { text, at: start },
        open: Vec::new(),
        names: Vec::new(),
        nodes: 0,
        duplicates: Vec::new(),
    };
    if let Err(mut fault) = scanner.run() {
        fault.path = scanner.path();
        scanner.close_all();
        scanner.duplicates.push(fault);
    }
    let mut faults = scanner.duplicates;
    faults.sort_by_key(|fault| fault.at);
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

struct Scanner<'a> {
    lexer: Lexer<'a>,
    /// Containers around this place, outermost first; at most [`DEPTH_MAX`].
    open: Vec<Open>,
    /// Names of all open objects, with their places; at most [`MEMBERS_MAX`] per object.
    names: Vec<(Cow<'a, str>, usize)>,
    nodes: usize,
    duplicates: Vec<Fault>,
}

/// A container whose end has not been met.
struct Open {
    /// Of an object: where its names begin in `names`.
    names_from: Option<usize>,
    /// Number of the item or member that is being read.
    index: usize,
}

impl Scanner<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        self.lexer.skip_blanks();
        if self.lexer.peek().is_none() {
            return Err(self.lexer.fault(Kind::Empty));
        }
        self.value()?;
        while !self.open.is_empty() {
            self.next()?;
        }
        self.lexer.skip_blanks();
        match self.lexer.peek() {
            None => Ok(()),
            Some(b'/' | b'#') => Err(self.lexer.syntax("a comment", Some("JSON has no comments"))),
            Some(_) => Err(self.lexer.fault(Kind::TrailingData)),
        }
    }

    /// Reads a value; of a container, up to and including its first value.
    fn value(&mut self) -> Result<(), Fault> {
        loop {
            self.lexer.skip_blanks();
            self.nodes += 1;
            if self.nodes > NODES_MAX {
                return Err(self.lexer.fault(Kind::TooLarge("nodes", NODES_MAX)));
            }
            match self.lexer.peek() {
                Some(b'{') => {
                    if self.begin(Some(self.names.len()), b'}')? {
                        return Ok(());
                    }
                    self.name()?;
                }
                Some(b'[') => {
                    if self.begin(None, b']')? {
                        return Ok(());
                    }
                }
                _ => return self.scalar(),
            }
        }
    }

    fn scalar(&mut self) -> Result<(), Fault> {
        match self.lexer.peek() {
            Some(b'"') => self.lexer.string(STRING).map(drop),
            Some(b'-' | b'0'..=b'9') => self.lexer.number().map(drop),
            Some(b't') => self.lexer.word("true"),
            Some(b'f') => self.lexer.word("false"),
            Some(b'n') => self.lexer.word("null"),
            _ => Err(self.lexer.no_value()),
        }
    }

    /// Opens a container; says whether it is empty, and then it is closed again.
    fn begin(&mut self, names_from: Option<usize>, end: u8) -> Result<bool, Fault> {
        if self.open.len() == DEPTH_MAX {
            return Err(self.lexer.fault(Kind::TooDeep(DEPTH_MAX)));
        }
        self.lexer.at += 1;
        self.lexer.skip_blanks();
        let empty = self.lexer.take(end);
        if !empty {
            self.open.push(Open { names_from, index: 0 });
        }
        Ok(empty)
    }

    /// After a value within a container: its end, or the next value.
    fn next(&mut self) -> Result<(), Fault> {
        self.lexer.skip_blanks();
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        let object = open.names_from.is_some();
        if self.lexer.take(if object { b'}' } else { b']' }) {
            self.close();
            return Ok(());
        }
        if !self.lexer.take(b',') {
            let hint = match self.lexer.peek() {
                Some(b'/' | b'#') => "JSON has no comments",
                _ if object => "members are separated by commas, the last is followed by }",
                _ => "items are separated by commas, the last is followed by ]",
            };
            return Err(self.lexer.syntax("a comma or the end is missing", Some(hint)));
        }
        open.index += 1;
        if object {
            self.lexer.skip_blanks();
            self.name()?;
        }
        self.value()
    }

    fn name(&mut self) -> Result<(), Fault> {
        let start = self.lexer.at;
        if self.lexer.peek() != Some(b'"') {
            let hint = match self.lexer.peek() {
                Some(b'}') => "remove the comma before it",
                Some(b'/' | b'#') => "JSON has no comments",
                _ => "names stand in double quotes",
            };
            return Err(self.lexer.syntax("no member name begins here", Some(hint)));
        }
        if self.open.last().is_some_and(|open| open.index == MEMBERS_MAX) {
            return Err(self.lexer.fault(Kind::TooLarge("members", MEMBERS_MAX)));
        }
        let name = self.lexer.string(NAME)?.unescape();
        self.names.push((name, start));
        self.lexer.skip_blanks();
        if !self.lexer.take(b':') {
            return Err(self.lexer.syntax("a colon is missing after a name", None));
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(Open { names_from: Some(from), .. }) = self.open.pop() else { return };
        // Sorted comparison: unlike a hash table it has no worst case that an input could aim at.
        let names = &mut self.names[from..];
        names.sort_unstable();
        let twins: Vec<usize> =
            (1..names.len()).filter(|&at| names[at].0 == names[at - 1].0).map(|at| from + at).collect();
        for at in twins {
            self.duplicate(at);
        }
        self.names.truncate(from);
    }

    fn duplicate(&mut self, at: usize) {
        if self.duplicates.len() == FINDINGS_MAX {
            return;
        }
        let mut path = self.path();
        let (name, start) = &self.names[at];
        pointer::push(&mut path, name);
        self.duplicates.push(Fault { at: *start, path, kind: Kind::DuplicateName });
    }

    /// Closes what a fault left open, so that duplicates met before it are told, too.
    fn close_all(&mut self) {
        while !self.open.is_empty() {
            self.close();
        }
    }

    /// Pointer of the value that is being read.
    fn path(&self) -> String {
        let mut path = String::new();
        for open in &self.open {
            match open.names_from {
                None => pointer::push(&mut path, &open.index.to_string()),
                Some(from) => {
                    if let Some((name, _)) = self.names.get(from + open.index) {
                        pointer::push(&mut path, name);
                    }
                }
            }
        }
        path
    }
}
