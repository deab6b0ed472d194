//! The JSON Schema of a form, run by the `jsonschema` crate over the normalized tree itself: no second tree is built.

mod exact;

use crate::json::{self, Member, Value as Json};
use exact::Exact;
use jsonschema::{
    JsonType, PatternOptions, ValidationError, Validator,
    json::{Array, JsonNumber, Node, NodeIdentity, Object},
};
use serde_json::{Number, Value};
use std::{
    borrow::Cow,
    fmt,
    panic::{RefUnwindSafe, UnwindSafe},
};

/// A compiled schema, and its text for what an error leaves unsaid.
pub(crate) struct Schema {
    validator: Validator<Tree>,
    pub(crate) text: Value,
}

// Validators are immutable but for caches of the regular expressions, which their engine pools and discards on panic;
// so nobody can see one half-changed after a panic was caught.
impl UnwindSafe for Schema {}
impl RefUnwindSafe for Schema {}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").finish_non_exhaustive()
    }
}

impl Schema {
    /// Compiles a form's schema. The error names the place in the form by JSON Pointer, and what is wrong there.
    pub(crate) fn compile(root: &json::Node<'_>) -> Result<Self, (String, String)> {
        let text = to_value(root);
        match options().build(&text) {
            Ok(validator) => Ok(Self { validator, text }),
            Err(error) => Err((error.instance_path().as_str().to_owned(), error.to_string())),
        }
    }

    /// Whether the normalized record conforms.
    pub(crate) fn is_valid(&self, root: &json::Node<'_>) -> bool {
        self.validator.is_valid(root)
    }

    /// Everything that does not conform.
    pub(crate) fn errors<'n>(&'n self, root: &'n json::Node<'n>) -> impl Iterator<Item = ValidationError<'n>> {
        self.validator.iter_errors(root)
    }
}

/// A pattern under the engine that records are judged with.
pub(crate) struct Pattern(Validator<Tree>);

impl UnwindSafe for Pattern {}
impl RefUnwindSafe for Pattern {}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pattern").finish_non_exhaustive()
    }
}

impl Pattern {
    /// `None` when it is no regular expression, or one that is too large.
    pub(crate) fn compile(pattern: &str) -> Option<Self> {
        options().build(&serde_json::json!({ "pattern": pattern })).ok().map(Self)
    }

    /// Whether a text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.0.is_valid(&json::Node { start: 0, end: 0, value: Json::Text(Cow::Borrowed(text)) })
    }
}

fn options<'i>() -> jsonschema::ValidationOptions<'i, std::sync::Arc<dyn jsonschema::Retrieve>, Tree> {
    // Without resolvers in the build, no schema reaches for files or the network. The engine without backtracking
    // takes time linear in the value, whatever the pattern.
    jsonschema::options_for::<Tree>()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        .with_pattern_options(PatternOptions::regex())
}

/// A form file as serde_json has it, for compiling.
fn to_value(node: &json::Node<'_>) -> Value {
    match &node.value {
        Json::Null | Json::Refused => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => Value::Number(to_number(number)),
        Json::Text(text) => Value::String(text.to_string()),
        Json::Array(items) => Value::Array(items.iter().map(to_value).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|member| (member.name.to_string(), to_value(&member.node))).collect())
        }
    }
}

/// The nearest number that serde_json can hold. Forms have whole numbers of 64 bits alone, which it holds exactly.
fn to_number(number: &str) -> Number {
    serde_json::from_str(number).unwrap_or_else(|_| Number::from(0))
}

/// Marks our tree as what the validator walks. In a record, `null` and blank mean that a member is not there: it is `MISSING`; a
/// refused value is a `null`, whose errors the judge leaves out.
#[derive(Clone, Copy, Debug)]
pub struct Walked<const MISSING: bool>;

/// A normalized record.
pub(crate) type Tree = Walked<true>;

/// JSON as it stands, where `null` is a value like others: what lets tests of JSON Schema run over our tree with the code that judges records.
pub type PlainTree = Walked<false>;

impl<const MISSING: bool> jsonschema::json::Json for Walked<MISSING> {
    type Node<'a> = &'a json::Node<'a>;
    type PreparedKey = String;
    type StringBuffer = Option<json::Node<'static>>;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>(buffer: &mut Self::StringBuffer, string: &str, f: impl FnOnce(Self::Node<'_>) -> T) -> T {
        let value = Json::Text(Cow::Owned(string.to_owned()));
        f(buffer.insert(json::Node { start: 0, end: 0, value }))
    }
}

/// A number as written. After normalizing, every number that a form can accept is an `i64`.
#[derive(Debug)]
pub struct Written<'a>(&'a str);

impl JsonNumber for Written<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }
    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }
    /// For bounds alone, and only of numbers that no form accepts: equality and wholeness are decided exactly.
    fn as_f64(&self) -> Option<f64> {
        self.0.parse().ok().filter(|number: &f64| number.is_finite())
    }
    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }
    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(to_number(self.0))
    }
    fn is_integer(&self) -> bool {
        self.as_i64().is_some() || Exact::of(self.0).is_whole()
    }
}

impl<'a, const MISSING: bool> Node<'a, Walked<MISSING>> for &'a json::Node<'a> {
    type Object = Members<'a, MISSING>;
    type Array = &'a [json::Node<'a>];
    type Number = Written<'a>;

    fn as_object(&self) -> Option<Self::Object> {
        self.members().map(Members)
    }
    fn as_array(&self) -> Option<Self::Array> {
        self.items()
    }
    fn as_string(&self) -> Option<Cow<'a, str>> {
        self.text().map(Cow::Borrowed)
    }
    fn as_number(&self) -> Option<Written<'a>> {
        match &self.value {
            Json::Number(number) => Some(Written(number)),
            _ => None,
        }
    }
    fn as_boolean(&self) -> Option<bool> {
        match self.value {
            Json::Bool(bool) => Some(bool),
            _ => None,
        }
    }
    fn is_null(&self) -> bool {
        matches!(self.value, Json::Null | Json::Refused)
    }
    fn json_type(&self) -> JsonType {
        match &self.value {
            Json::Null | Json::Refused => JsonType::Null,
            Json::Bool(_) => JsonType::Boolean,
            Json::Number(_) => JsonType::Number,
            Json::Text(_) => JsonType::String,
            Json::Array(_) => JsonType::Array,
            Json::Object(_) => JsonType::Object,
        }
    }
    fn equals_value(&self, expected: &Value) -> bool {
        exact::equal(self, expected, MISSING)
    }
    /// Errors carry a copy of the value they concern. Ours are made from the tree, and values must not stray into an
    /// error's text, so they get nothing.
    fn to_value(&self) -> Cow<'a, Value> {
        static NOTHING: Value = Value::Null;
        Cow::Borrowed(&NOTHING)
    }
    fn identity(&self) -> Option<NodeIdentity> {
        Some(NodeIdentity::new(std::ptr::from_ref::<json::Node<'_>>(self).addr()))
    }
}

/// The members of an object that are there.
#[derive(Clone, Copy, Debug)]
pub struct Members<'a, const MISSING: bool>(&'a [Member<'a>]);

impl<'a, const MISSING: bool> Members<'a, MISSING> {
    fn there(self) -> MembersIter<'a, MISSING> {
        MembersIter(self.0.iter())
    }
}

impl<'a, const MISSING: bool> Object<'a, Walked<MISSING>> for Members<'a, MISSING> {
    type Node = &'a json::Node<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersIter<'a, MISSING>;

    fn len(&self) -> usize {
        self.there().count()
    }
    fn get(&self, key: &String) -> Option<Self::Node> {
        self.there().find(|(name, _)| name == key).map(|(_, node)| node)
    }
    fn members(&self) -> Self::MembersIter {
        self.there()
    }
}

/// Members that are there.
#[derive(Clone, Debug)]
pub struct MembersIter<'a, const MISSING: bool>(std::slice::Iter<'a, Member<'a>>);

impl<'a, const MISSING: bool> Iterator for MembersIter<'a, MISSING> {
    type Item = (&'a str, &'a json::Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let member = self.0.find(|member| !(MISSING && member.node.is_missing()))?;
        Some((&member.name, &member.node))
    }
}

impl<'a, const MISSING: bool> Array<'a, Walked<MISSING>> for &'a [json::Node<'a>] {
    type Node = &'a json::Node<'a>;
    type ElementsIter = std::slice::Iter<'a, json::Node<'a>>;

    fn len(&self) -> usize {
        <[json::Node<'a>]>::len(self)
    }
    fn elements(&self) -> Self::ElementsIter {
        self.iter()
    }
    fn is_unique(&self) -> bool {
        // Sorted, so that a long list costs no more than n log n.
        // What was refused is unknown, and so equal to nothing.
        let known = self.iter().filter(|item| item.value != Json::Refused);
        let bytes = |item| {
            let mut bytes = Vec::new();
            exact::bytes_of(&mut bytes, item, MISSING);
            bytes
        };
        let mut items: Vec<Vec<u8>> = known.map(bytes).collect();
        items.sort_unstable();
        items.windows(2).all(|pair| pair[0] != pair[1])
    }
}
