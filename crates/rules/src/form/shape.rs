//! The shape of a record: its fields in form order, `$ref` resolved, each with its annotation.

use super::{annotation, loader::Loader};
use crate::{
    field::Annotation,
    json::{self, Expected, ExpectedMember, Member, Node, Quoted, Value, at_slot, pointer},
    normalize::Settled,
    rule::{Number, Type},
};
use record::Class;
use std::collections::HashMap;

/// What a value of the record is, and how it is treated.
#[derive(Clone, Debug)]
pub struct Shape {
    /// What it is.
    pub kind: Kind,
    /// Title for people; empty when the form has none.
    pub title: String,
    /// How it is normalized and checked, and its class of personal data.
    pub annotation: Annotation,
    /// Whether a check, a bound or a look-up speaks of it or of a value below it.
    pub(crate) checked: bool,
    /// The texts that no normalizer changes or refuses.
    pub(crate) settled: Settled,
    /// Least and greatest decimal allowed, ready to be compared with.
    pub(crate) bounds: [Option<Number>; 2],
    /// Of a list: the values that no two items may share.
    pub(crate) unique_by: Vec<Below>,
}

/// A value below an object.
#[derive(Clone, Debug)]
pub(crate) struct Below {
    pointer: String,
    /// Its place in form order, when it is a field right below.
    slot: Option<u32>,
}

impl Below {
    fn new(shape: &Shape, pointer: &str) -> Self {
        let mut fields = shape.fields().into_iter().flatten().zip(0..);
        let slot = fields.find(|(field, _)| field.step == pointer).map(|(_, slot)| slot);
        Self { pointer: pointer.to_owned(), slot }
    }

    /// Finds it in an object whose members stand in form order.
    pub(crate) fn find<'n, 'a>(&self, node: &'n Node<'a>) -> Option<&'n Node<'a>> {
        match self.slot {
            Some(slot) => at_slot(node.members()?, slot),
            None => pointer::find(node, &self.pointer),
        }
    }
}

/// What a value of the record is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A string; `date` when it is a calendar date. Decimals are strings with [`Annotation::decimal`].
    Text {
        /// Whether the schema's format is `date`.
        date: bool,
        /// The values of `enum`; empty when any is allowed.
        choices: Vec<String>,
    },
    /// A whole number.
    Integer,
    /// True or false.
    Bool,
    /// A list of items of one shape.
    List(Box<Shape>),
    /// An object.
    Record(Fields),
}

/// The fields of an object, in form order.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    list: Vec<Field>,
    by_name: HashMap<String, usize>,
}

/// One field of an object.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its name as the last step of a JSON Pointer.
    pub(crate) step: String,
    /// Its name as JSON has it before a text: in quotes, with a colon and the text's opening quote.
    text_key: Vec<u8>,
    /// Its name in quotes, as the reader looks for it.
    quoted: Quoted,
    /// Whether it must be there.
    pub required: bool,
    /// What it is.
    pub shape: Shape,
}

impl Field {
    fn new(name: &str, required: bool, shape: Shape) -> Self {
        let step = pointer::below("", name);
        let mut text_key = Vec::new();
        json::write_string(&mut text_key, name);
        let quoted = Quoted::new(&text_key);
        text_key.extend_from_slice(b":\"");
        Self { name: name.to_owned(), step, text_key, quoted, required, shape }
    }

    /// Its name as JSON has it before a text: in quotes, with a colon and the text's opening quote.
    pub(crate) fn text_key(&self) -> &[u8] {
        &self.text_key
    }

    /// Its name as JSON has it before any value: in quotes, with a colon.
    pub(crate) fn key(&self) -> &[u8] {
        &self.text_key[..self.text_key.len() - 1]
    }
}

/// How many fields after the expected one are looked at before all are.
const NEAR: usize = 8;

impl Fields {
    fn new(list: Vec<Field>) -> Self {
        let by_name = list.iter().enumerate().map(|(slot, field)| (field.name.clone(), slot)).collect();
        Self { list, by_name }
    }

    /// All fields, in form order.
    pub fn iter(&self) -> std::slice::Iter<'_, Field> {
        self.list.iter()
    }

    /// The field at a place in form order.
    #[must_use]
    pub fn at(&self, slot: usize) -> Option<&Field> {
        self.list.get(slot)
    }

    /// Place of a field in form order. `guess` is tried first: records mostly have their members in form order.
    #[must_use]
    pub fn slot(&self, name: &str, guess: usize) -> Option<usize> {
        match self.list.get(guess) {
            Some(field) if field.name == name => Some(guess),
            // A few fields left out, more often than not.
            Some(_) => match self.list[guess..].iter().take(NEAR).position(|field| field.name == name) {
                Some(further) => Some(guess + further),
                None => self.by_name.get(name).copied(),
            },
            None => self.by_name.get(name).copied(),
        }
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a Field;
    type IntoIter = std::slice::Iter<'a, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Expected for Shape {
    type Member = Field;

    fn members(&self) -> &[Field] {
        self.fields().map_or(&[], |fields| &fields.list)
    }

    fn item(&self) -> Option<&Self> {
        match &self.kind {
            Kind::List(item) => Some(item),
            _ => None,
        }
    }
}

impl ExpectedMember for Field {
    type Value = Shape;

    fn name(&self) -> &str {
        &self.name
    }

    fn quoted(&self) -> &Quoted {
        &self.quoted
    }

    fn value(&self) -> &Shape {
        &self.shape
    }
}

impl Shape {
    /// The fields; `None` when this is no object.
    #[must_use]
    pub fn fields(&self) -> Option<&Fields> {
        match &self.kind {
            Kind::Record(fields) => Some(fields),
            _ => None,
        }
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        let fields = self.fields()?;
        fields.at(fields.slot(name, usize::MAX)?)
    }

    /// The shape at a JSON Pointer below this one. Any number stands for the items of a list.
    #[must_use]
    pub fn find(&self, pointer: &str) -> Option<&Shape> {
        pointer::segments(pointer)?.try_fold(self, |shape, segment| shape.step(&segment))
    }

    /// One step down: a field by name, or the items of a list by any number.
    pub(crate) fn step(&self, segment: &str) -> Option<&Shape> {
        match &self.kind {
            Kind::List(item) => segment.parse::<usize>().ok().map(|_| &**item),
            _ => self.field(segment).map(|field| &field.shape),
        }
    }

    /// Visits all texts below, in form order, with their pointers; items of lists have the index 0.
    pub(super) fn texts(&self, pointer: &mut String, visit: &mut impl FnMut(&str, &Self)) {
        let len = pointer.len();
        match &self.kind {
            Kind::Text { .. } => visit(pointer, self),
            Kind::List(item) => {
                pointer.push_str("/0");
                item.texts(pointer, visit);
            }
            Kind::Record(fields) => {
                for field in fields {
                    pointer.push('/');
                    pointer.push_str(&field.name.replace('~', "~0").replace('/', "~1"));
                    field.shape.texts(pointer, visit);
                    pointer.truncate(len);
                }
            }
            Kind::Integer | Kind::Bool => {}
        }
        pointer.truncate(len);
    }

    /// Whether it is a single value.
    #[must_use]
    pub fn is_scalar(&self) -> bool {
        !matches!(self.kind, Kind::List(_) | Kind::Record(_))
    }

    /// How record rules see it.
    #[must_use]
    pub fn rule_type(&self) -> Type {
        match &self.kind {
            Kind::Text { .. } if self.annotation.decimal.is_some() => Type::Decimal,
            Kind::Text { date: true, .. } => Type::Date,
            Kind::Text { choices, .. } if choices.is_empty() => Type::Text,
            Kind::Text { choices, .. } => Type::Choice(choices.clone()),
            Kind::Integer => Type::Decimal,
            Kind::Bool => Type::Bool,
            Kind::List(item) => Type::List(Box::new(item.rule_type())),
            Kind::Record(fields) => {
                Type::Record(fields.iter().map(|field| (field.name.clone(), field.shape.rule_type())).collect())
            }
        }
    }
}

/// The shapes right below.
fn below(kind: &Kind) -> impl Iterator<Item = &Shape> {
    let (item, fields) = match kind {
        Kind::List(item) => (Some(&**item), None),
        Kind::Record(fields) => (None, Some(fields)),
        _ => (None, None),
    };
    item.into_iter().chain(fields.into_iter().flatten().map(|field| &field.shape))
}

/// The texts of an `enum`.
fn choices(options: Option<&Node<'_>>) -> Vec<String> {
    let options = options.and_then(Node::items).unwrap_or_default();
    options.iter().filter_map(Node::text).map(str::to_owned).collect()
}

/// Compiles the shape of the whole record.
pub(super) fn compile(loader: &mut Loader<'_>, root: &Node<'_>) -> Option<Shape> {
    if root.member("type").and_then(Node::text) != Some("object") {
        loader.error(root.start, "the root of a form has \"type\": \"object\"", None);
        return None;
    }
    Compiler { loader, root, inside: Vec::new() }.shape(root, Class::None)
}

struct Compiler<'c, 't, 'n> {
    loader: &'c mut Loader<'t>,
    root: &'n Node<'n>,
    /// Definitions that are being resolved, to find recursion.
    inside: Vec<&'n str>,
}

impl<'n> Compiler<'_, '_, 'n> {
    fn shape(&mut self, node: &'n Node<'n>, above: Class) -> Option<Shape> {
        let outside = self.inside.len();
        let shape = self.chain(node).and_then(|chain| self.resolved(node, &chain, above));
        self.inside.truncate(outside);
        shape
    }

    /// The schema and those it refers to. The first that has a keyword decides what the field is.
    fn chain(&mut self, node: &'n Node<'n>) -> Option<Vec<&'n Node<'n>>> {
        let mut chain = vec![node];
        let mut here = node;
        while let Some(reference) = here.member("$ref") {
            let target = reference.text().and_then(|text| text.strip_prefix("#/$defs/"));
            let known = self.root.member("$defs").and_then(Node::members).unwrap_or_default();
            let found = target.and_then(|name| known.iter().find(|member| member.name == name));
            let Some(Member { name, node: definition, .. }) = found else {
                let names: Vec<String> = known.iter().map(|member| format!("#/$defs/{}", member.name)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                self.loader.unknown(reference.start, "definition", reference.text().unwrap_or_default(), &names);
                return None;
            };
            if self.inside.contains(&&**name) {
                self.loader.error(reference.start, "a definition refers to itself: records have a bounded depth", None);
                return None;
            }
            self.inside.push(name);
            chain.push(definition);
            here = definition;
        }
        Some(chain)
    }

    fn resolved(&mut self, node: &'n Node<'n>, chain: &[&'n Node<'n>], above: Class) -> Option<Shape> {
        let keyword = |name: &str| chain.iter().find_map(|schema| schema.member(name));
        let Some(type_node) = keyword("type") else {
            self.loader.error(node.start, "a field needs a \"type\"", None);
            return None;
        };
        let class = annotation::class(self.loader, chain).unwrap_or(above);
        let kind = match type_node.text()? {
            "string" => Kind::Text { date: keyword("format").is_some(), choices: choices(keyword("enum")) },
            "integer" => Kind::Integer,
            "boolean" => Kind::Bool,
            "array" => Kind::List(Box::new(self.item(type_node, keyword("items"), class)?)),
            "object" => {
                if keyword("additionalProperties").is_none() {
                    let hint = "add \"additionalProperties\": false";
                    self.loader.error(type_node.start, "an object lists all its fields", Some(hint.to_owned()));
                }
                Kind::Record(self.fields(type_node, keyword("properties"), keyword("required"), class)?)
            }
            // The keyword check has named the unknown type.
            _ => return None,
        };
        let title = keyword("title").and_then(Node::text).unwrap_or_default().to_owned();
        let is_root = std::ptr::eq(node, self.root);
        let annotation =
            if is_root { Annotation::default() } else { annotation::compile(self.loader, chain, &kind, class) };
        let checked = annotation.checks() || below(&kind).any(|shape| shape.checked);
        let settled = match kind {
            Kind::Text { .. } => Settled::under(&annotation),
            _ => Settled::NONE,
        };
        let bounds =
            annotation.decimal.map_or([None; 2], |range| [range.min, range.max]).map(|bound| bound.map(Number::from));
        let unique_by = match &kind {
            Kind::List(item) => annotation.unique_by.iter().map(|pointer| Below::new(item, pointer)).collect(),
            _ => Vec::new(),
        };
        Some(Shape { kind, title, annotation, checked, settled, bounds, unique_by })
    }

    fn item(&mut self, type_node: &Node<'_>, items: Option<&'n Node<'n>>, class: Class) -> Option<Shape> {
        let Some(items) = items else {
            self.loader.error(type_node.start, "a list needs \"items\"", None);
            return None;
        };
        self.shape(items, class)
    }

    fn fields(
        &mut self,
        type_node: &Node<'_>,
        properties: Option<&'n Node<'n>>,
        required: Option<&'n Node<'n>>,
        class: Class,
    ) -> Option<Fields> {
        let Some(Value::Object(members)) = properties.map(|node| &node.value) else {
            self.loader.error(type_node.start, "an object needs \"properties\"", None);
            return None;
        };
        let names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
        let required = required.map(|node| self.loader.want_texts(node, "\"required\"")).unwrap_or_default();
        for &(at, name) in &required {
            if !names.contains(&name) {
                self.loader.unknown(at, "field", name, &names);
            }
        }
        let mut complete = true;
        let mut list = Vec::with_capacity(members.len());
        for member in members {
            match self.shape(&member.node, class) {
                Some(shape) => {
                    let required = required.iter().any(|&(_, name)| name == member.name);
                    list.push(Field::new(&member.name, required, shape));
                }
                None => complete = false,
            }
        }
        complete.then(|| Fields::new(list))
    }
}
