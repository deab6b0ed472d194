//! The tree of one record: borrowed where it can be, every node with its place in the bytes.

use super::{
    Fault,
    lexer::Lexer,
    scan::{NAME, STRING},
};
use std::borrow::Cow;

/// A value and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    /// First byte in the submitted record.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
    /// What stands there; after normalizing, the normalized value.
    pub value: Value<'a>,
}

/// A JSON value. Numbers keep their source text: no float ever touches a decimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// `null`; after normalizing also a blank. Both mean that the value is missing.
    Null,
    /// Only after normalizing: the value is wrong by itself, so nothing may be concluded from it.
    Refused,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(Cow<'a, str>),
    /// A string, unescaped.
    Text(Cow<'a, str>),
    /// An array.
    Array(Vec<Node<'a>>),
    /// An object, members in the order written; names are unique.
    Object(Vec<Member<'a>>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// Its name, unescaped.
    pub name: Cow<'a, str>,
    /// First byte of the name's opening quote.
    pub name_start: usize,
    /// After normalizing: the place of its field in form order, and [`Member::NO_FIELD`] of a name that the form does not know.
    /// Before that only where the reader guessed the name.
    pub slot: u32,
    /// Its value.
    pub node: Node<'a>,
}

impl<'a> Member<'a> {
    /// The slot of a member that stands for no field of a form, or is not known to.
    pub const NO_FIELD: u32 = u32::MAX;

    /// A member as read, its name not guessed.
    #[must_use]
    pub const fn new(name: Cow<'a, str>, name_start: usize, node: Node<'a>) -> Self {
        Self { name, name_start, slot: Self::NO_FIELD, node }
    }
}

/// The value of the field at this place in form order, among members that stand in that order.
pub(crate) fn at_slot<'m, 'a>(members: &'m [Member<'a>], slot: u32) -> Option<&'m Node<'a>> {
    let at = members.binary_search_by_key(&slot, |member| member.slot).ok()?;
    members.get(at).map(|member| &member.node)
}

impl<'a> Node<'a> {
    /// The member of this name; `None` when this is no object or has no such member.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Node<'a>> {
        match &self.value {
            Value::Object(members) => members.iter().find(|member| member.name == name).map(|member| &member.node),
            _ => None,
        }
    }

    /// Whether there is no value here: `null`, or blank.
    #[must_use]
    pub const fn is_missing(&self) -> bool {
        matches!(self.value, Value::Null)
    }

    /// The string; `None` when this is none.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items; `None` when this is no array.
    #[must_use]
    pub fn items(&self) -> Option<&[Node<'a>]> {
        match &self.value {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The members; `None` when this is no object.
    #[must_use]
    pub fn members(&self) -> Option<&[Member<'a>]> {
        match &self.value {
            Value::Object(members) => Some(members),
            _ => None,
        }
    }
}

/// The second pass: builds the tree of a text that [`super::scan`] has passed.
pub(super) fn build(text: &str, start: usize) -> Result<Node<'_>, Fault> {
    value(&mut Lexer { text, at: start })
}

// Recursion is at most DEPTH_MAX deep: the scan has refused anything deeper.
fn value<'a>(lexer: &mut Lexer<'a>) -> Result<Node<'a>, Fault> {
    lexer.skip_blanks();
    let start = lexer.at;
    let value = match lexer.peek() {
        Some(b'{') => object(lexer)?,
        Some(b'[') => array(lexer)?,
        Some(b'"') => Value::Text(lexer.string(STRING)?.unescape()),
        Some(b't') => lexer.word("true").map(|()| Value::Bool(true))?,
        Some(b'f') => lexer.word("false").map(|()| Value::Bool(false))?,
        Some(b'n') => lexer.word("null").map(|()| Value::Null)?,
        _ => Value::Number(Cow::Borrowed(lexer.number()?)),
    };
    Ok(Node { start, end: lexer.at, value })
}

fn array<'a>(lexer: &mut Lexer<'a>) -> Result<Value<'a>, Fault> {
    lexer.at += 1;
    lexer.skip_blanks();
    let mut items = Vec::new();
    while !lexer.take(b']') {
        items.push(value(lexer)?);
        lexer.skip_blanks();
        lexer.take(b',');
    }
    Ok(Value::Array(items))
}

fn object<'a>(lexer: &mut Lexer<'a>) -> Result<Value<'a>, Fault> {
    lexer.at += 1;
    lexer.skip_blanks();
    // Forms have a dozen fields or more: one allocation instead of three.
    let mut members = Vec::with_capacity(16);
    while !lexer.take(b'}') {
        lexer.skip_blanks();
        let name_start = lexer.at;
        let name = lexer.string(NAME)?.unescape();
        lexer.skip_blanks();
        lexer.take(b':');
        members.push(Member::new(name, name_start, value(lexer)?));
        lexer.skip_blanks();
        lexer.take(b',');
    }
    Ok(Value::Object(members))
}
