//! The tree of one record: borrowed where it can be, every node with its place in the bytes.

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
    /// Only after normalizing: a normalizer refused the value, so nothing may be concluded from it.
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
    /// Its value.
    pub node: Node<'a>,
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
}
