//! The JSON Schema of a form, run by the `jsonschema` crate over the normalized tree itself: no second tree is built.

use crate::json::{self, Member, Value as Json};
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
    pub(super) text: Value,
}

// The validator is immutable but for caches of the regular expressions, which their engine pools and discards on panic;
// so nobody can see it half-changed after a panic was caught.
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
    pub(super) fn is_valid(&self, root: &json::Node<'_>) -> bool {
        self.validator.is_valid(root)
    }

    /// Everything that does not conform.
    pub(super) fn errors<'n>(&'n self, root: &'n json::Node<'n>) -> impl Iterator<Item = ValidationError<'n>> {
        self.validator.iter_errors(root)
    }
}

/// Whether a pattern compiles under the engine that records are judged with.
pub(crate) fn pattern_compiles(pattern: &str) -> bool {
    options().build(&serde_json::json!({ "pattern": pattern })).is_ok()
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
        Json::Number(number) => number.parse::<i64>().map_or(Value::Null, Value::from),
        Json::Text(text) => Value::String(text.to_string()),
        Json::Array(items) => Value::Array(items.iter().map(to_value).collect()),
        Json::Object(members) => {
            Value::Object(members.iter().map(|member| (member.name.to_string(), to_value(&member.node))).collect())
        }
    }
}

/// Marks our tree as what the validator walks. Missing members, `null` in the tree, are not there for it; a refused value
/// is a `null`, whose errors the judge leaves out.
pub(crate) struct Tree;

impl jsonschema::json::Json for Tree {
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
pub(crate) struct Written<'a>(&'a str);

impl JsonNumber for Written<'_> {
    fn as_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }
    fn as_i64(&self) -> Option<i64> {
        self.0.parse().ok()
    }
    fn as_f64(&self) -> Option<f64> {
        None
    }
    fn as_str(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.0)
    }
    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Owned(Number::from(self.as_i64().unwrap_or_default()))
    }
    fn is_integer(&self) -> bool {
        self.as_i64().is_some()
    }
}

impl<'a> Node<'a, Tree> for &'a json::Node<'a> {
    type Object = &'a [Member<'a>];
    type Array = &'a [json::Node<'a>];
    type Number = Written<'a>;

    fn as_object(&self) -> Option<Self::Object> {
        self.members()
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
        match (&self.value, expected) {
            (Json::Bool(bool), Value::Bool(expected)) => bool == expected,
            (Json::Text(text), Value::String(expected)) => text == expected,
            (Json::Number(number), Value::Number(expected)) => {
                expected.as_i64().is_some_and(|expected| number.parse() == Ok(expected))
            }
            _ => false,
        }
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

impl<'a> Object<'a, Tree> for &'a [Member<'a>] {
    type Node = &'a json::Node<'a>;
    type MemberName = &'a str;
    type MembersIter = Members<'a>;

    fn len(&self) -> usize {
        self.iter().filter(|member| !member.node.is_missing()).count()
    }
    fn get(&self, key: &String) -> Option<Self::Node> {
        self.iter().find(|member| member.name == *key && !member.node.is_missing()).map(|member| &member.node)
    }
    fn members(&self) -> Members<'a> {
        Members(self.iter())
    }
}

/// Members that are there.
pub(crate) struct Members<'a>(std::slice::Iter<'a, Member<'a>>);

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a json::Node<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let member = self.0.find(|member| !member.node.is_missing())?;
        Some((&member.name, &member.node))
    }
}

impl<'a> Array<'a, Tree> for &'a [json::Node<'a>] {
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
        let mut items: Vec<Vec<u8>> = known.map(super::write::to_bytes).collect();
        items.sort_unstable();
        items.windows(2).all(|pair| pair[0] != pair[1])
    }
}
