//! The one pass for records that are as they should be. Whatever is not is left to [`super::scan`], which says what is
//! wrong: nothing here makes a fault.

use super::{
    Expected, ExpectedMember, Member, Node, Value,
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
pub(super) fn read<'a>(text: &'a str, start: usize, expected: &'a impl Expected) -> Option<Node<'a>> {
    let mut reader = Reader { text, nodes: 0 };
    let start = skip(text.as_bytes(), start);
    let (value, end) = reader.value(start, 0, Some(expected))?;
    (skip(text.as_bytes(), end) == text.len()).then_some(Node { start, end, value })
}

/// Places are handed on and back rather than kept here, and strings, the commonest values by far, are read where they are
/// put: so the loops over members and items run in registers.
struct Reader<'a> {
    text: &'a str,
    nodes: usize,
}

impl<'a> Reader<'a> {
    /// A value that begins here, and where it ends.
    // Recursion is at most DEPTH_MAX deep.
    fn value<E: Expected>(&mut self, at: usize, depth: usize, expected: Option<&'a E>) -> Option<(Value<'a>, usize)> {
        self.count()?;
        let mut lexer = Lexer { text: self.text, at };
        let value = match lexer.peek()? {
            b'{' => return self.object(at, depth, expected),
            b'[' => return self.array(at, depth, expected.and_then(E::item)),
            b'"' => Value::Text(lexer.string(STRING).ok()?.unescape()),
            b't' => lexer.word("true").ok().map(|()| Value::Bool(true))?,
            b'f' => lexer.word("false").ok().map(|()| Value::Bool(false))?,
            b'n' => lexer.word("null").ok().map(|()| Value::Null)?,
            b'-' | b'0'..=b'9' => Value::Number(Cow::Borrowed(lexer.number().ok()?)),
            _ => return None,
        };
        Some((value, lexer.at))
    }

    /// Counts a value.
    fn count(&mut self) -> Option<()> {
        self.nodes += 1;
        (self.nodes <= NODES_MAX).then_some(())
    }

    #[inline(never)]
    fn object<E: Expected>(&mut self, at: usize, depth: usize, expected: Option<&'a E>) -> Option<(Value<'a>, usize)> {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut at = skip(bytes, at + 1);
        if depth == DEPTH_MAX {
            return None;
        }
        if bytes.get(at) == Some(&b'}') {
            return Some((Value::Object(Vec::new()), at + 1));
        }
        let expected = expected.map_or(&[][..], E::members);
        // Forms have a dozen fields or more, items of lists fewer.
        let mut members: Vec<Member<'a>> = Vec::with_capacity(if depth == 0 { 32 } else { 8 });
        // Names that were guessed come in order, so none of them stands twice: they are not held against each other before
        // one comes that was not.
        let mut names: Option<Names> = None;
        let mut next = 0;
        loop {
            at = skip(bytes, at);
            let name_start = at;
            if members.len() == MEMBERS_MAX {
                return None;
            }
            let (name, slot, below);
            if let Some((found, member)) = guess(bytes, at, expected, next) {
                (name, slot, below) = (Cow::Borrowed(member.name()), found, Some(member.value()));
                at += member.quoted().len();
                next = found + 1;
            } else {
                names.get_or_insert_with(|| Names::of(&members));
                (slot, below) = (Member::NO_FIELD, None);
                (name, at) = self.string(at, NAME)?;
            }
            if let Some(names) = &mut names
                && !names.add(&name, &members)
            {
                return None;
            }
            at = skip(bytes, at);
            if bytes.get(at) != Some(&b':') {
                return None;
            }
            let start = skip(bytes, at + 1);
            if let Some(inside) = plain_string(text, start) {
                self.count()?;
                at = start + inside.len() + 2;
                let node = Node { start, end: at, value: Value::Text(Cow::Borrowed(inside)) };
                members.push(Member { name, name_start, slot, node });
            } else {
                let (value, end) = self.value(start, depth + 1, below)?;
                let node = Node { start, end, value };
                members.push(Member { name, name_start, slot, node });
                at = end;
            }
            at = skip(bytes, at);
            match bytes.get(at)? {
                b',' => at += 1,
                b'}' => return Some((Value::Object(members), at + 1)),
                _ => return None,
            }
        }
    }

    #[inline(never)]
    fn array<E: Expected>(&mut self, at: usize, depth: usize, expected: Option<&'a E>) -> Option<(Value<'a>, usize)> {
        let text = self.text;
        let bytes = text.as_bytes();
        let mut at = skip(bytes, at + 1);
        if depth == DEPTH_MAX {
            return None;
        }
        if bytes.get(at) == Some(&b']') {
            return Some((Value::Array(Vec::new()), at + 1));
        }
        let mut items = Vec::with_capacity(4);
        loop {
            let start = skip(bytes, at);
            if let Some(inside) = plain_string(text, start) {
                self.count()?;
                at = start + inside.len() + 2;
                items.push(Node { start, end: at, value: Value::Text(Cow::Borrowed(inside)) });
            } else {
                let (value, end) = self.value(start, depth + 1, expected)?;
                items.push(Node { start, end, value });
                at = end;
            }
            at = skip(bytes, at);
            match bytes.get(at)? {
                b',' => at += 1,
                b']' => return Some((Value::Array(items), at + 1)),
                _ => return None,
            }
        }
    }

    /// Any string that begins here, and where it ends.
    fn string(&self, at: usize, bound: Bound) -> Option<(Cow<'a, str>, usize)> {
        let mut lexer = Lexer { text: self.text, at };
        if lexer.peek() != Some(b'"') {
            return None;
        }
        let string = lexer.string(bound).ok()?.unescape();
        Some((string, lexer.at))
    }
}

/// The string that begins here, when it stands for itself and is not too long.
#[inline(always)]
fn plain_string(text: &str, at: usize) -> Option<&str> {
    let rest = text.as_bytes().get(at..)?;
    let [b'"', inside @ ..] = rest else { return None };
    let length = plain(inside);
    if inside.get(length) != Some(&b'"') || length > STRING.0 {
        return None;
    }
    text.get(at + 1..at + 1 + length)
}

/// Where the next thing stands that is no blank.
#[inline(always)]
fn skip(bytes: &[u8], mut at: usize) -> usize {
    // Anything else that can stand here is greater than a blank.
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at).filter(|byte| **byte <= b' ') {
        at += 1;
    }
    at
}

/// The member whose name stands here, when it is one of the next expected ones, and its slot.
#[inline(always)]
fn guess<'e, M: ExpectedMember>(bytes: &[u8], at: usize, expected: &'e [M], next: u32) -> Option<(u32, &'e M)> {
    let member = expected.get(next as usize)?;
    let rest = bytes.get(at..)?;
    if member.quoted().begins(rest) { Some((next, member)) } else { guess_further(rest, expected, next + 1) }
}

/// The same of fields that are left out.
#[inline(never)]
fn guess_further<'e, M: ExpectedMember>(rest: &[u8], expected: &'e [M], next: u32) -> Option<(u32, &'e M)> {
    let ahead = expected.get(next as usize..)?.iter();
    (next..).zip(ahead).take(TRIED_MAX - 1).find(|(_, member)| member.quoted().begins(rest))
}

/// How many bytes stand before the first that cannot stand in a string as it is: a quote, a backslash or a control
/// character. Eight at a time, since most strings are short (Hacker's Delight, section 6-1: which byte of a word is zero).
#[inline(always)]
pub(crate) fn plain(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The lowest bit set is that of the first byte that is less than `n`, which is at most 128.
    let less = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word & HIGH;
    let mut length = 0;
    while let Some(eight) = bytes.get(length..).and_then(<[u8]>::first_chunk) {
        let word = u64::from_le_bytes(*eight);
        let found =
            less(word, 0x20) | less(word ^ (ONES * u64::from(b'"')), 1) | less(word ^ (ONES * u64::from(b'\\')), 1);
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | 0..0x20);
    let rest = bytes.get(length..).unwrap_or_default();
    length + rest.iter().position(special).unwrap_or(rest.len())
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
    use crate::json::Quoted;
    use crate::json::{Anything, scan, tree};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    const NAMES: [&str; 7] = ["a", "b", "ab", "b\\n", "c", "", "\u{e9}"];

    /// Objects with such members, in lists or not, some levels deep.
    struct Ordered(Vec<OneOf>);

    struct OneOf(&'static str, Quoted, Ordered);

    impl Ordered {
        fn levels(levels: usize) -> Self {
            let names = NAMES.iter().filter(|_| levels > 0);
            Self(
                names.map(|name| OneOf(name, Quoted::new(quoted(name).as_bytes()), Self::levels(levels - 1))).collect(),
            )
        }
    }

    fn quoted(name: &str) -> String {
        serde_json::to_string(name).unwrap()
    }

    impl Expected for Ordered {
        type Member = OneOf;

        fn members(&self) -> &[OneOf] {
            &self.0
        }

        fn item(&self) -> Option<&Self> {
            Some(self)
        }
    }

    impl ExpectedMember for OneOf {
        type Value = Ordered;

        fn name(&self) -> &str {
            self.0
        }

        fn quoted(&self) -> &Quoted {
            &self.1
        }

        fn value(&self) -> &Ordered {
            &self.2
        }
    }

    /// Takes the slots off the members, which must be those of their names.
    fn bare(node: &mut Node<'_>) {
        match &mut node.value {
            Value::Array(items) => items.iter_mut().for_each(bare),
            Value::Object(members) => {
                for member in members {
                    let slot = std::mem::replace(&mut member.slot, Member::NO_FIELD);
                    if slot != Member::NO_FIELD {
                        assert_eq!(NAMES[slot as usize], member.name);
                    }
                    bare(&mut member.node);
                }
            }
            _ => {}
        }
    }

    fn read_bare<'a>(text: &'a str, expected: &'a impl Expected) -> Option<Node<'a>> {
        let mut root = read(text, 0, expected);
        root.iter_mut().for_each(bare);
        root
    }

    fn same(text: &str) {
        static EXPECTED: LazyLock<Ordered> = LazyLock::new(|| Ordered::levels(3));
        let quick = read_bare(text, &Anything);
        assert_eq!(read_bare(text, &*EXPECTED), quick, "{text}");
        let slow = scan::scan(text, 0).is_ok().then(|| tree::build(text, 0).unwrap());
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
        assert_eq!(read_bare(&text, &Anything), Some(tree::build(&text, 0).unwrap()));
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
