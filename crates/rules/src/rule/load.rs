//! Finds the fields that a rule names, and reads their values.

use super::{
    evaluate::{Known, Run, Value},
    exact::Reason,
    index::{Index, Slot},
    number::{Found, Number},
    program::{Kind, Path, Root},
};
use crate::{
    calendar::parse_date,
    json::{Member, Node, Value as Json},
};

/// Where a path leads, when the fields there were found for all rules.
pub(super) enum Place<'a> {
    Slot(&'a Slot<'a>),
    /// The object has no such member.
    Missing,
    /// It has to be looked for.
    Afar,
}

impl<'a> Run<'a> {
    #[inline(always)]
    pub(super) fn place(&self, path: &'a Path) -> Place<'a> {
        match self.scopes.get(path.near.scope) {
            Some(&fields @ [_, ..]) => fields.get(path.near.place).map_or(Place::Missing, Place::Slot),
            _ => Place::Afar,
        }
    }

    /// A decimal, or the number of a day.
    #[inline(always)]
    pub(super) fn load_number(&mut self, path: &'a Path, kind: Kind) -> Found {
        match self.place(path) {
            Place::Slot(slot) => slot.number(kind),
            Place::Missing => Found::UNKNOWN,
            Place::Afar => self.number_from_afar(path, kind),
        }
    }

    #[inline(never)]
    fn number_from_afar(&mut self, path: &'a Path, kind: Kind) -> Found {
        match self.load(path, kind) {
            Ok(value) => value.number(),
            Err(reason) => reason.into(),
        }
    }

    #[inline(always)]
    pub(super) fn load_text(&mut self, path: &'a Path) -> Known<&'a str> {
        match self.near_text(path) {
            Some(text) => Ok(text),
            None => Ok(if let Value::Text(text) = self.load(path, Kind::Text)? { Some(text) } else { None }),
        }
    }

    /// The same where it is near: a text that is a field of the record or of a variable, or is one itself.
    #[inline(always)]
    pub(super) fn near_text(&self, path: &'a Path) -> Option<Option<&'a str>> {
        match (self.place(path), &path.root, path.steps.as_slice()) {
            (Place::Slot(slot), ..) => Some(slot.text()),
            (Place::Missing, ..) => Some(None),
            (Place::Afar, Root::Variable(number), []) => {
                Some(if let Value::Text(text) = self.variables[*number] { Some(text) } else { None })
            }
            (Place::Afar, ..) => None,
        }
    }

    pub(super) fn load(&mut self, path: &'a Path, kind: Kind) -> Result<Value<'a>, Reason> {
        match (self.place(path), &path.root, path.steps.as_slice()) {
            (Place::Slot(slot), ..) => Ok(slot.value(kind)),
            (Place::Missing, ..) => Ok(Value::Unknown),
            (Place::Afar, Root::Variable(number), []) => Ok(self.variables[*number]),
            (Place::Afar, ..) => self.load_from_afar(path, kind),
        }
    }

    #[inline(never)]
    fn load_from_afar(&mut self, path: &'a Path, kind: Kind) -> Result<Value<'a>, Reason> {
        if self.fields(path).is_some() {
            return Ok(self.find(path)?.map_or(Value::Unknown, |node| read(node, kind)));
        }
        let root = self.root(path)?;
        Ok(match (root, path.steps.as_slice()) {
            (root, []) => root,
            (Value::Node(root), steps) => {
                steps.iter().try_fold(root, member).map_or(Value::Unknown, |node| read(node, kind))
            }
            // The columns of a row are single values.
            (Value::Row(bound, row), [(_, column)]) => {
                bound.text(row, *column).map_or(Value::Unknown, |text| scalar(text, kind))
            }
            _ => Value::Unknown,
        })
    }

    /// The fields of the object where a path begins, when they were found already.
    fn fields(&self, path: &'a Path) -> Option<&'a [Slot<'a>]> {
        match path.root {
            Root::Record => self.index.map(Index::top),
            Root::Variable(number) => match self.variables[number] {
                Value::Item(fields) => Some(fields),
                _ => None,
            },
            Root::Computed(_) => None,
        }
    }

    /// The node that a path leads to.
    pub(super) fn find(&mut self, path: &'a Path) -> Result<Option<&'a Node<'a>>, Reason> {
        if let (Some(fields), [(_, place), below @ ..]) = (self.fields(path), path.steps.as_slice()) {
            return Ok(fields.get(*place).and_then(Slot::node).and_then(|node| below.iter().try_fold(node, member)));
        }
        Ok(match self.root(path)? {
            Value::Node(root) => path.steps.iter().try_fold(root, member),
            _ => None,
        })
    }

    /// Where a path begins.
    #[inline]
    fn root(&mut self, path: &'a Path) -> Result<Value<'a>, Reason> {
        match &path.root {
            Root::Record => Ok(Value::Node(self.record)),
            Root::Variable(number) => Ok(self.variables[*number]),
            Root::Computed(object) => self.value(object),
        }
    }

    #[inline(always)]
    pub(super) fn has(&mut self, path: &'a Path) -> Known<bool> {
        match self.place(path) {
            Place::Slot(slot) => Ok(Some(slot.has())),
            Place::Missing => Ok(Some(false)),
            Place::Afar => self.has_afar(path),
        }
    }

    /// A refused value is there. Whether a refused object has a field is unknown.
    #[inline(never)]
    fn has_afar(&mut self, path: &'a Path) -> Known<bool> {
        let steps = path.steps.as_slice();
        if let (Some(fields), [(_, place), below @ ..]) = (self.fields(path), steps) {
            let found = fields.get(*place).filter(|slot| slot.has()).and_then(Slot::node);
            return Ok(found.map_or(Some(false), |node| has(node, below)));
        }
        Ok(match (self.root(path)?, steps) {
            (Value::Node(node), _) => has(node, steps),
            (Value::Row(bound, row), [(_, column)]) => Some(bound.text(row, *column).is_some()),
            _ => None,
        })
    }
}

/// Whether a field below a node is there.
fn has<'a>(mut node: &'a Node<'a>, steps: &[(String, usize)]) -> Option<bool> {
    for step in steps {
        match (&node.value, member(node, step)) {
            (Json::Refused, _) => return None,
            (_, Some(member)) if member.value != Json::Null => node = member,
            _ => return Some(false),
        }
    }
    Some(true)
}

/// The member of this name, which has this place in the form.
#[inline]
fn member<'a>(node: &'a Node<'a>, (name, place): &(String, usize)) -> Option<&'a Node<'a>> {
    let Json::Object(members) = &node.value else { return None };
    match members.first() {
        Some(first) if first.slot != Member::NO_FIELD => numbered(members, *place),
        // It was not normalized.
        _ => node.member(name),
    }
}

/// A normalized object has its members in form order, so a member stands at most a few places before its own in the
/// form: as many as fields before it are missing.
#[inline]
fn numbered<'a>(members: &'a [Member<'a>], place: usize) -> Option<&'a Node<'a>> {
    let upto = &members[..members.len().min(place + 1)];
    let last = upto.iter().rev().find(|member| member.slot as usize <= place)?;
    (last.slot as usize == place).then_some(&last.node)
}

#[inline]
pub(super) fn read<'a>(node: &'a Node<'a>, kind: Kind) -> Value<'a> {
    match (kind, &node.value) {
        (_, Json::Refused | Json::Null) => Value::Unknown,
        (Kind::Decimal | Kind::Date, _) => Value::of(read_number(node, kind), kind),
        (Kind::Text, Json::Text(text)) => Value::Text(text),
        (Kind::Bool, Json::Bool(value)) => Value::Bool(*value),
        (Kind::Whole, _) => Value::Node(node),
        _ => Value::Unknown,
    }
}

/// A decimal, or the number of a day.
#[inline]
pub(super) fn read_number(node: &Node<'_>, kind: Kind) -> Found {
    match (&node.value, kind) {
        (Json::Number(text) | Json::Text(text), Kind::Decimal) => Number::parse(text).into(),
        (Json::Text(text), Kind::Date) => day(text),
        _ => Found::UNKNOWN,
    }
}

fn day(text: &str) -> Found {
    parse_date(text).map(|day| Number::whole(day.into())).into()
}

/// A single value that is written as a text.
fn scalar(text: &str, kind: Kind) -> Value<'_> {
    match kind {
        Kind::Decimal => Value::of(Number::parse(text).into(), kind),
        Kind::Date => Value::of(day(text), kind),
        Kind::Text => Value::Text(text),
        Kind::Bool => Value::Bool(text == "true"),
        Kind::Whole => Value::Unknown,
    }
}
