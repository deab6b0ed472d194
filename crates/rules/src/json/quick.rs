//! The one pass for records that are as they should be. Whatever is not is left to [`super::scan`], which says what is
//! wrong: nothing here makes a fault.

use super::{
    Expected, Member, Node, Value,
    lexer::{Bound, Lexer},
    scan::{NAME, STRING},
};
use record::limits::{DEPTH_MAX, MEMBERS_MAX, NODES_MAX};
use std::borrow::Cow;

/// Most names of one object that are compared with each other: beyond that sorting is cheaper, and that the scan does.
const COMPARED_MAX: usize = 5_000;

/// How many names from the expected one on are tried before a name is read: fields are left out more often than not.
const TRIED_MAX: usize = 8;

/// The tree of a text in which nothing is wrong; `None` when something may be. It is the tree that [`super::tree::build`]
/// makes of a text that the scan has passed, but for the slots of members that were as expected.
pub(super) fn read<'a>(text: &'a str, start: usize, expected: &impl Expected) -> Option<Node<'a>> {
    let mut reader = Reader { lexer: Lexer { text, at: start }, nodes: 0 };
    let root = reader.value(0, Some(expected))?;
    reader.lexer.skip_blanks();
    reader.lexer.peek().is_none().then_some(root)
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    nodes: usize,
}

impl<'a> Reader<'a> {
    // Recursion is at most DEPTH_MAX deep.
    fn value<E: Expected>(&mut self, depth: usize, expected: Option<&E>) -> Option<Node<'a>> {
        self.lexer.skip_blanks();
        self.nodes += 1;
        if self.nodes > NODES_MAX {
            return None;
        }
        let start = self.lexer.at;
        let value = match self.lexer.peek()? {
            b'"' => Value::Text(self.string(STRING)?),
            b'{' => Value::Object(self.object(depth, expected)?),
            b'[' => Value::Array(self.array(depth, expected.and_then(E::item))?),
            b't' => self.lexer.word("true").ok().map(|()| Value::Bool(true))?,
            b'f' => self.lexer.word("false").ok().map(|()| Value::Bool(false))?,
            b'n' => self.lexer.word("null").ok().map(|()| Value::Null)?,
            b'-' | b'0'..=b'9' => Value::Number(Cow::Borrowed(self.lexer.number().ok()?)),
            _ => return None,
        };
        Some(Node { start, end: self.lexer.at, value })
    }

    fn object<E: Expected>(&mut self, depth: usize, expected: Option<&E>) -> Option<Vec<Member<'a>>> {
        if !self.open(depth) {
            return None;
        }
        if self.lexer.take(b'}') {
            return Some(Vec::new());
        }
        // Forms have a dozen fields or more, items of lists fewer.
        let mut members: Vec<Member<'a>> = Vec::with_capacity(if depth == 0 { 32 } else { 8 });
        // Names that were guessed come in order, so none of them stands twice: they are not held against each other before
        // one comes that was not.
        let mut names: Option<Names> = None;
        let mut next = 0;
        loop {
            self.lexer.skip_blanks();
            let name_start = self.lexer.at;
            if self.lexer.peek() != Some(b'"') || members.len() == MEMBERS_MAX {
                return None;
            }
            let guessed = expected.and_then(|expected| self.guess(expected, next));
            let name = match &guessed {
                Some((name, ..)) => Cow::Borrowed(*name),
                None => self.string(NAME)?,
            };
            if guessed.is_none() || names.is_some() {
                let names = names.get_or_insert_with(|| Names::of(&members));
                if !names.add(&name, &members) {
                    return None;
                }
            }
            self.lexer.skip_blanks();
            if !self.lexer.take(b':') {
                return None;
            }
            let (slot, below) = match guessed {
                Some((_, slot, below)) => {
                    next = slot + 1;
                    (u32::try_from(slot).unwrap_or(Member::NO_FIELD), Some(below))
                }
                None => (Member::NO_FIELD, None),
            };
            let node = self.value(depth + 1, below)?;
            members.push(Member { name, name_start, slot, node });
            if self.ends(b'}')? {
                return Some(members);
            }
        }
    }

    /// Steps over a name that is one of the next expected ones; says which.
    fn guess<'e, E: Expected>(&mut self, expected: &'e E, next: usize) -> Option<(&'a str, usize, &'e E)> {
        let start = self.lexer.at;
        let rest = self.lexer.text.as_bytes().get(start..)?;
        for slot in next..next + TRIED_MAX {
            let (quoted, below) = expected.member(slot)?;
            if rest.starts_with(quoted) {
                self.lexer.at += quoted.len();
                return Some((self.lexer.text.get(start + 1..self.lexer.at - 1)?, slot, below));
            }
        }
        None
    }

    fn array<E: Expected>(&mut self, depth: usize, expected: Option<&E>) -> Option<Vec<Node<'a>>> {
        if !self.open(depth) {
            return None;
        }
        if self.lexer.take(b']') {
            return Some(Vec::new());
        }
        let mut items = Vec::with_capacity(4);
        loop {
            items.push(self.value(depth + 1, expected)?);
            if self.ends(b']')? {
                return Some(items);
            }
        }
    }

    /// Steps into a container, unless that is too deep.
    fn open(&mut self, depth: usize) -> bool {
        self.lexer.at += 1;
        self.lexer.skip_blanks();
        depth < DEPTH_MAX
    }

    /// After a value within a container: whether the container ends, or goes on after a comma.
    fn ends(&mut self, end: u8) -> Option<bool> {
        self.lexer.skip_blanks();
        let ends = self.lexer.take(end);
        (ends || self.lexer.take(b',')).then_some(ends)
    }

    /// A string, its opening quote being here.
    fn string(&mut self, bound: Bound) -> Option<Cow<'a, str>> {
        let start = self.lexer.at + 1;
        let length = plain(self.lexer.text.as_bytes().get(start..)?);
        let end = start + length;
        if self.lexer.text.as_bytes().get(end) == Some(&b'"') && length <= bound.0 {
            self.lexer.at = end + 1;
            return self.lexer.text.get(start..end).map(Cow::Borrowed);
        }
        self.lexer.string(bound).ok().map(super::lexer::Quoted::unescape)
    }
}

/// How many bytes stand before the first that cannot stand in a string as it is: a quote, a backslash or a control
/// character. Eight at a time, since most strings are short (Hacker's Delight, section 6-1: which byte of a word is zero).
pub(crate) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The lowest bit set is that of the first byte that is less than `n`, which is at most 128.
    let less = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word & HIGH;
    let mut length = 0;
    for chunk in bytes.chunks(8) {
        let Ok(eight) = <[u8; 8]>::try_from(chunk) else {
            let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
            return length + chunk.iter().position(special).unwrap_or(chunk.len());
        };
        let word = u64::from_le_bytes(eight);
        let found =
            less(word, 0x20) | less(word ^ (ONES * u64::from(b'"')), 1) | less(word ^ (ONES * u64::from(b'\\')), 1);
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    length
}

/// Which names an object has so far: a filter tells nearly all new ones from those that were there.
#[derive(Default)]
struct Names {
    seen: [u64; 4],
    compared: usize,
}

impl Names {
    /// Those of members whose names all differ.
    fn of(members: &[Member<'_>]) -> Self {
        let mut names = Self::default();
        for member in members {
            let (word, bit) = Self::place(&member.name);
            if let Some(seen) = names.seen.get_mut(word) {
                *seen |= bit;
            }
        }
        names
    }

    /// A word of the filter, and a bit in it.
    fn place(name: &str) -> (usize, u64) {
        // Only how often names are compared depends on the hash, and that is bounded.
        let hash = name.bytes().fold(0_u64, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        let hash = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((hash >> 62) as usize, 1_u64 << ((hash >> 56) & 63))
    }

    /// Whether the name is new. `false` also when that would take too long to find out.
    fn add(&mut self, name: &str, members: &[Member<'_>]) -> bool {
        let (word, bit) = Self::place(name);
        let Some(seen) = self.seen.get_mut(word) else { return false };
        if *seen & bit == 0 {
            *seen |= bit;
            return true;
        }
        self.compared += members.len();
        self.compared <= COMPARED_MAX && members.iter().all(|member| member.name != name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{Anything, scan, tree};
    use proptest::prelude::*;

    /// Objects with these members, in lists or not, at any depth.
    struct Ordered(&'static [&'static [u8]]);

    impl Expected for Ordered {
        fn member(&self, slot: usize) -> Option<(&[u8], &Self)> {
            Some((*self.0.get(slot)?, self))
        }

        fn item(&self) -> Option<&Self> {
            Some(self)
        }
    }

    const NAMES: Ordered = Ordered(&[b"\"a\"", b"\"b\"", b"\"ab\"", b"\0", b"\"c\"", b"\"\"", b"\"\xc3\xa9\""]);

    /// Takes the slots off the members, which must be those of their names.
    fn unguessed(node: &mut Node<'_>) {
        match &mut node.value {
            Value::Array(items) => items.iter_mut().for_each(unguessed),
            Value::Object(members) => {
                for member in members {
                    let slot = std::mem::replace(&mut member.slot, Member::NO_FIELD);
                    if slot != Member::NO_FIELD {
                        assert_eq!(NAMES.0[slot as usize], format!("\"{}\"", member.name).as_bytes());
                    }
                    unguessed(&mut member.node);
                }
            }
            _ => {}
        }
    }

    fn same(text: &str) {
        let mut guessed = read(text, 0, &NAMES);
        guessed.iter_mut().for_each(unguessed);
        assert_eq!(guessed, read(text, 0, &Anything), "{text}");
        let slow = scan::scan(text, 0).is_ok().then(|| tree::build(text, 0).unwrap());
        let quick = read(text, 0, &Anything);
        // It may leave a good text to the others, but only one with many names.
        if quick.is_none() && text.matches(':').count() > 64 {
            return;
        }
        assert_eq!(quick, slow, "{text}");
    }

    #[test]
    fn reads_what_the_scan_passes_and_nothing_else() {
        for text in [
            "{}",
            "[]",
            " {\"a\":1 , \"b\" : [true,false,null,-1.5e+3]}\n",
            "\"x\\u00e9\\n\"",
            "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "{\"\\u0061\":1,\"a\":2}",
            "{\"b\":1,\"a\":2,\"ab\":3,\"b\":4}",
            "{\"b\":1,\"x\":2,\"ab\":3,\"x\":4}",
            "{\"a\" :1,\"b\"2}",
            "{\"a\":1,}",
            "[1,]",
            "[1 2]",
            "{\"a\" 1}",
            "{a:1}",
            "01",
            "-",
            "1.",
            "tru",
            "nul",
            "\"a\nb\"",
            "\"a",
            "",
            " ",
            "{}x",
            "[",
            "{\"a\":",
            "\"12345678\"",
            "\"1234567\\\"\"",
            "\"12345678\u{1}\"",
            "\"é\u{7f}\u{80}ÿ€𝄞\"",
            "{\"é\":\"\",\"\":{\"\":[[]]}}",
            "\u{feff}1",
        ] {
            same(text);
        }
        same(&format!("{}1{}", "[".repeat(DEPTH_MAX), "]".repeat(DEPTH_MAX)));
        same(&format!("{}1{}", "[".repeat(DEPTH_MAX + 1), "]".repeat(DEPTH_MAX + 1)));
        same(&format!("\"{}\"", "x".repeat(STRING.0)));
        assert_eq!(read(&format!("\"{}\"", "x".repeat(STRING.0 + 1)), 0, &Anything), None);
        assert_eq!(read(&format!("{{\"{}\":1}}", "x".repeat(NAME.0 + 1)), 0, &Anything), None);
        assert_eq!(read(&format!("[{}1]", "1,".repeat(NODES_MAX)), 0, &Anything), None);
    }

    #[test]
    fn many_fields_are_read_here_too() {
        let members: Vec<String> = (0..100).map(|number| format!("\"field_{number}\":{number}")).collect();
        let text = format!("{{{}}}", members.join(","));
        assert_eq!(read(&text, 0, &Anything), Some(tree::build(&text, 0).unwrap()));
    }

    /// JSON, more or less: what a generator of JSON alone would never put side by side.
    fn scraps() -> impl Strategy<Value = String> {
        let scrap = prop::sample::select(vec![
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"",
            "\\",
            "\"a\"",
            "\"ab\"",
            "\"a\":",
            "\"b\":1",
            "1",
            "-0.5",
            "1e5",
            "true",
            "null",
            " ",
            "\n",
            "é",
            "\\u00e9",
            "\\ud83d\\ude00",
            "\"long text of words\"",
            "\u{1}",
        ]);
        prop::collection::vec(scrap, 0..12).prop_map(|scraps| scraps.concat())
    }

    fn document() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<String>().prop_map(serde_json::Value::from),
        ];
        let tree = leaf.prop_recursive(4, 40, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
                prop::collection::btree_map("[a-d\\\\\"é]{0,12}", inner, 0..8)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        });
        (tree, any::<bool>()).prop_map(|(tree, pretty)| {
            if pretty { serde_json::to_string_pretty(&tree).unwrap() } else { tree.to_string() }
        })
    }

    proptest! {
        #[test]
        fn agrees_on_scraps(text in scraps()) {
            same(&text);
        }

        #[test]
        fn agrees_on_documents(text in document(), cut in any::<prop::sample::Index>()) {
            same(&text);
            let boundaries: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            same(&text[..boundaries[cut.index(boundaries.len())]]);
        }
    }
}
