//! The shape of a record: its fields in form order, `$ref` resolved, each with its annotation.

use crate::{
    field::Annotation,
    json::{self, Expected, ExpectedMember, Node, Quoted, at_slot, pointer},
    normalize::Settled,
    rule::{Number, Type},
};
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
    pub(crate) fn new(shape: &Shape, pointer: &str) -> Self {
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
    pub(crate) fn new(name: &str, required: bool, shape: Shape) -> Self {
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
    pub(crate) fn new(list: Vec<Field>) -> Self {
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
    pub(crate) fn texts(&self, pointer: &mut String, visit: &mut impl FnMut(&str, &Self)) {
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
