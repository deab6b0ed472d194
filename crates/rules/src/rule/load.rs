//! Finds the fields that a rule names, and reads their values.

use super::{
    evaluate::{Known, Run, Value},
    exact::{self, Reason},
    index::{Index, Slot},
    number::Number,
    program::{Kind, Path, Root},
};
use crate::json::{Member, Node, Value as Json};

impl<'a> Run<'a> {
    /// The fields of the object where a path begins, when they were found already.
    #[inline(always)]
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

    /// The slot of a field of such an object.
    #[inline(always)]
    pub(super) fn slot(&self, path: &'a Path) -> Option<&'a Slot<'a>> {
        match (self.fields(path), path.steps.as_slice()) {
            (Some(fields), [(_, place)]) => fields.get(*place),
            _ => None,
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

    // Inlined where the kind is known, so that the value never goes through memory there.
    #[inline(always)]
    pub(super) fn load(&mut self, path: &'a Path, kind: Kind) -> Result<Value<'a>, Reason> {
        match (&path.root, self.fields(path), path.steps.as_slice()) {
            (_, Some(fields), [(_, place)]) => match fields.get(*place) {
                Some(slot) => Ok(slot.value(kind)),
                None => Ok(Value::Unknown),
            },
            (Root::Variable(number), _, []) => Ok(self.variables[*number]),
            _ => self.load_from_afar(path, kind),
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

    /// A refused value is there. Whether a refused object has a field is unknown.
    #[inline(never)]
    pub(super) fn has(&mut self, path: &'a Path) -> Known<bool> {
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

#[inline(always)]
pub(super) fn read<'a>(node: &'a Node<'a>, kind: Kind) -> Value<'a> {
    match (kind, &node.value) {
        (_, Json::Refused | Json::Null) => Value::Unknown,
        (Kind::Decimal, Json::Number(text)) | (Kind::Decimal | Kind::Date | Kind::Text, Json::Text(text)) => {
            scalar(text, kind)
        }
        (Kind::Bool, Json::Bool(value)) => Value::Bool(*value),
        (Kind::Whole, _) => Value::Node(node),
        _ => Value::Unknown,
    }
}

/// A single value that is written as a text.
#[inline(always)]
fn scalar(text: &str, kind: Kind) -> Value<'_> {
    match kind {
        Kind::Decimal => match Number::parse(text) {
            Some(number) => Value::Decimal(number),
            None => Value::Unknown,
        },
        Kind::Date => exact::parse_date(text).map_or(Value::Unknown, Value::Date),
        Kind::Text => Value::Text(text),
        Kind::Bool => Value::Bool(text == "true"),
        Kind::Whole => Value::Unknown,
    }
}
