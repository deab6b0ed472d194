//! JSON Pointers (RFC 6901): `/lines/3/amount`; the root is the empty text.

use super::{Node, Value};
use std::borrow::Cow;

/// Appends one segment, escaped.
pub fn push(pointer: &mut String, segment: &str) {
    pointer.push('/');
    if !segment.bytes().any(|byte| matches!(byte, b'~' | b'/')) {
        pointer.push_str(segment);
        return;
    }
    for char in segment.chars() {
        match char {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The pointer of a member.
#[must_use]
pub fn below(pointer: &str, name: &str) -> String {
    let mut below = pointer.to_owned();
    push(&mut below, name);
    below
}

/// The segments of a pointer, unescaped; `None` when it neither is empty nor begins with `/`.
pub fn segments(pointer: &str) -> Option<impl Iterator<Item = Cow<'_, str>>> {
    let rest = if pointer.is_empty() { None } else { Some(pointer.strip_prefix('/')?) };
    Some(rest.into_iter().flat_map(|rest| rest.split('/')).map(unescape))
}

fn unescape(segment: &str) -> Cow<'_, str> {
    if segment.bytes().any(|byte| byte == b'~') {
        Cow::Owned(segment.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(segment)
    }
}

/// The value at `pointer` below `node`.
#[must_use]
pub fn find<'n, 'a>(node: &'n Node<'a>, pointer: &str) -> Option<&'n Node<'a>> {
    let mut here = node;
    let mut rest = pointer;
    while !rest.is_empty() {
        let below = rest.strip_prefix('/')?;
        let Some(end) = below.bytes().position(|byte| matches!(byte, b'/' | b'~')) else { return step(here, below) };
        let end = end + below[end..].bytes().position(|byte| byte == b'/').unwrap_or(below.len() - end);
        let (segment, after) = below.split_at(end);
        here = step(here, &unescape(segment))?;
        rest = after;
    }
    Some(here)
}

/// One step down: a member by name or an item by number.
#[must_use]
pub fn step<'n, 'a>(node: &'n Node<'a>, segment: &str) -> Option<&'n Node<'a>> {
    match &node.value {
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => node.member(segment),
    }
}

/// A place in a tree that is being walked: costs nothing until somebody needs it as text.
#[derive(Clone, Copy, Debug)]
pub struct Path<'p> {
    above: Option<&'p Path<'p>>,
    segment: Segment<'p>,
}

#[derive(Clone, Copy, Debug)]
enum Segment<'p> {
    Root,
    /// A name, escaped, with the slash before it.
    Step(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    /// The root.
    pub const ROOT: Self = Self { above: None, segment: Segment::Root };

    /// The member of this name, as [`push`] writes it: forms have the names of their fields ready.
    #[must_use]
    pub const fn step(&'p self, step: &'p str) -> Self {
        Self { above: Some(self), segment: Segment::Step(step) }
    }

    /// The item of this number.
    #[must_use]
    pub const fn index(&'p self, index: usize) -> Self {
        Self { above: Some(self), segment: Segment::Index(index) }
    }

    /// The JSON Pointer.
    #[must_use]
    pub fn render(&self) -> String {
        let mut pointer = String::with_capacity(self.length());
        self.append(&mut pointer);
        pointer
    }

    /// Bytes of the pointer, unless it has long numbers.
    fn length(&self) -> usize {
        let segment = match self.segment {
            Segment::Root => 0,
            Segment::Step(step) => step.len(),
            Segment::Index(_) => 4,
        };
        self.above.map_or(0, Path::length) + segment
    }

    /// Appends the JSON Pointer.
    // Recursion is as deep as the record, which the depth limit bounds.
    pub fn append(&self, pointer: &mut String) {
        // Most places are right below the root.
        if let Some(above) = self.above.filter(|above| above.above.is_some()) {
            above.append(pointer);
        }
        match self.segment {
            Segment::Root => {}
            Segment::Step(step) => pointer.push_str(step),
            // Most lists are short.
            Segment::Index(index) => match u8::try_from(index) {
                Ok(index @ 0..=9) => {
                    pointer.push('/');
                    pointer.push(char::from(b'0' + index));
                }
                _ => push(pointer, &index.to_string()),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_escaped_and_found_again() {
        for name in ["a.b", "a/b", "~", "~1", "", "__proto__", "\u{1f600}", "\u{5d0}\u{202e}"] {
            let member = super::super::Member::new(name.into(), 0, Node { start: 7, end: 8, value: Value::Null });
            let node = Node { start: 0, end: 9, value: Value::Object(vec![member]) };
            let mut step = String::new();
            push(&mut step, name);
            let path = Path::ROOT.step(&step).render();
            assert_eq!(find(&node, &path).map(|node| node.start), Some(7), "{path:?}");
        }
    }

    #[test]
    fn a_pointer_begins_with_a_slash_or_is_empty() {
        assert!(segments("total").is_none());
        let node = Node { start: 0, end: 2, value: Value::Object(Vec::new()) };
        assert_eq!((find(&node, "total"), find(&node, "")), (None, Some(&node)));
        assert_eq!(segments("").map(Iterator::count), Some(0));
        assert_eq!(segments("/").map(Iterator::count), Some(1));
        assert_eq!(Path::ROOT.step("/lines").index(3).step("/amount").render(), "/lines/3/amount");
    }
}
