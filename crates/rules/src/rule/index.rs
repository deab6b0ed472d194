//! The fields at the top of a record, found and read once for all rules, and what rules found out.

use super::{evaluate::Value, load::read, number::Number, once::Memory, program::Kind};
use crate::json::{Member, Node, Value as Json};
use std::cell::Cell;

/// The fields at the top of one record, by their place in the form. A form's rules name the same few again and again; each
/// is looked for once, and read when it is first asked for. What comes to the same for every item of a list is kept too, so
/// that an index serves one record, one time and one form.
#[derive(Debug)]
pub struct Index<'a> {
    slots: Vec<Slot<'a>>,
    pub(super) memory: Memory,
}

#[derive(Debug)]
struct Slot<'a> {
    node: Option<&'a Node<'a>>,
    read: Cell<Read>,
}

/// What a text was read as. Only what costs reading is kept: a text is what it is.
#[derive(Clone, Copy, Debug)]
enum Read {
    Unread,
    Decimal(Number),
    Date(i32),
}

impl<'a> Index<'a> {
    /// Finds the fields of a normalized record; `names` are those of the form, in form order.
    #[must_use]
    pub fn new<'n>(record: &'a Node<'a>, names: impl Iterator<Item = &'n str> + Clone) -> Self {
        let members = record.members().unwrap_or_default();
        if members.first().is_some_and(|first| first.slot != Member::NO_FIELD) {
            return Self::numbered(members);
        }
        let mut rest = members.iter().peekable();
        let slot = |node| Slot { node, read: Cell::new(Read::Unread) };
        let in_order = names.clone().map(|name| rest.next_if(|member| member.name == name).map(|member| &member.node));
        let slots: Vec<Slot<'a>> = in_order.map(slot).collect();
        if rest.peek().is_none() {
            return Self { slots, memory: Memory::default() };
        }
        // It has members that the form does not know, or stands in another order.
        Self { slots: names.map(|name| slot(record.member(name))).collect(), memory: Memory::default() }
    }

    /// The members are known by their places, and stand in order.
    fn numbered(members: &'a [Member<'a>]) -> Self {
        let mut slots: Vec<Slot<'a>> = Vec::with_capacity(2 * members.len());
        for member in members.iter().take_while(|member| member.slot != Member::NO_FIELD) {
            slots.resize_with(member.slot as usize, || Slot { node: None, read: Cell::new(Read::Unread) });
            slots.push(Slot { node: Some(&member.node), read: Cell::new(Read::Unread) });
        }
        Self { slots, memory: Memory::default() }
    }

    /// The field at this place in the form; `None` when the record lacks it.
    pub(super) fn node(&self, place: usize) -> Option<&'a Node<'a>> {
        self.slots.get(place)?.node
    }

    /// Its value. A field has one type, so it is always read in the same way.
    #[inline]
    pub(super) fn value(&self, place: usize, kind: Kind) -> Value<'a> {
        let Some(slot) = self.slots.get(place) else { return Value::Unknown };
        match slot.read.get() {
            Read::Decimal(number) => return Value::Decimal(number),
            Read::Date(date) => return Value::Date(date),
            Read::Unread => {}
        }
        let value = slot.node.map_or(Value::Unknown, |node| read(node, kind));
        match value {
            Value::Decimal(number) => slot.read.set(Read::Decimal(number)),
            Value::Date(date) => slot.read.set(Read::Date(date)),
            _ => {}
        }
        value
    }

    /// Whether it is there, refused or not.
    pub(super) fn has(&self, place: usize) -> bool {
        self.node(place).is_some_and(|node| node.value != Json::Null)
    }
}
