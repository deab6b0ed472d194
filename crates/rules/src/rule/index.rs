//! The fields of a record and of the items of its lists, found and read once for all rules, and what rules found out.

use super::{
    evaluate::Value,
    load::{read, read_number},
    number::Found,
    once::Memory,
    program::Kind,
    texts::Texts,
};
use crate::json::{Member, Node, Value as Json};
use std::{cell::Cell, iter, ptr};

/// The fields at the top of one record and of the items of the lists there, by their place in the form. A form's rules
/// name the same few again and again; each is looked for once, and read when it is first asked for. What comes to the same
/// for every item of a list is kept too, so that an index serves one record, one time and one form.
#[derive(Debug)]
pub struct Index<'a> {
    /// Those of the record, then those of the items of each list.
    slots: Vec<Slot<'a>>,
    /// How many of them are the record's.
    top: usize,
    lists: Vec<List<'a>>,
    pub(super) memory: Memory,
    pub(super) texts: Texts,
}

/// A list of objects at the top of the record.
#[derive(Clone, Copy, Debug)]
struct List<'a> {
    items: &'a [Node<'a>],
    /// The first slot of its first item.
    at: usize,
    /// Slots of each item.
    width: usize,
}

/// A field.
#[derive(Debug)]
pub(super) struct Slot<'a> {
    node: Option<&'a Node<'a>>,
    /// What it was read as, when it is a decimal or a date. Only what costs reading is kept: a text is what it is.
    read: Cell<Found>,
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
        let in_order = names.clone().map(|name| rest.next_if(|member| member.name == name).map(|member| &member.node));
        let mut slots: Vec<Slot<'a>> = in_order.map(Slot::new).collect();
        if rest.peek().is_some() {
            // It has members that the form does not know, or stands in another order.
            slots = names.map(|name| Slot::new(record.member(name))).collect();
        }
        Self { top: slots.len(), slots, lists: Vec::new(), memory: Memory::default(), texts: Texts::default() }
    }

    /// The members are known by their places, and stand in order.
    fn numbered(members: &'a [Member<'a>]) -> Self {
        let top = width(members);
        let mut slots: Vec<Slot<'a>> = iter::repeat_with(|| Slot::new(None)).take(top).collect();
        fill(&mut slots, members);
        Self { slots, top, lists: Vec::new(), memory: Memory::default(), texts: Texts::default() }
    }

    /// The same with the fields of the items of lists, for rules that name them.
    #[must_use]
    pub fn with_lists(mut self, record: &'a Node<'a>) -> Self {
        let members = record.members().unwrap_or_default();
        if members.first().is_none_or(|first| first.slot == Member::NO_FIELD) {
            return self;
        }
        let mut all = self.top;
        for items in members.iter().filter_map(|member| member.node.items()) {
            let widths = items.iter().map(|item| width(item.members().unwrap_or_default()));
            if let Some(width @ 1..) = widths.max() {
                self.lists.push(List { items, at: all, width });
                all += width * items.len();
            }
        }
        self.slots.resize_with(all, || Slot::new(None));
        for List { items, at, width } in &self.lists {
            for (item, fields) in items.iter().zip(self.slots[*at..].chunks_exact_mut(*width)) {
                fill(fields, item.members().unwrap_or_default());
            }
        }
        self
    }

    /// The fields of the record.
    pub(super) fn top(&self) -> &[Slot<'a>] {
        &self.slots[..self.top]
    }

    /// The fields of each item of a list of the record; `None` where they were not found: each rule looks for itself.
    #[inline]
    pub(super) fn fields(
        this: Option<&'a Self>,
        items: &'a [Node<'a>],
    ) -> impl Iterator<Item = Option<&'a [Slot<'a>]>> {
        let list = this.and_then(|index| Some((index, index.lists.iter().find(|list| ptr::eq(list.items, items))?)));
        let (slots, width) = list.map_or((&[][..], 1), |(index, list)| (&index.slots[list.at..], list.width));
        let mut slots = slots.chunks_exact(width);
        items.iter().map(move |item| slots.next().filter(|_| matches!(item.value, Json::Object(_))))
    }
}

/// Slots that an object of these members takes: those that no field of the form stands for come last.
fn width(members: &[Member<'_>]) -> usize {
    let last = members.iter().rev().find(|member| member.slot != Member::NO_FIELD);
    last.map_or(0, |member| member.slot as usize + 1)
}

/// Notes where the fields of an object are.
fn fill<'a>(slots: &mut [Slot<'a>], members: &'a [Member<'a>]) {
    for member in members {
        // Beyond them are those that no field of the form stands for.
        let Some(slot) = slots.get_mut(member.slot as usize) else { break };
        slot.node = Some(&member.node);
    }
}

impl<'a> Slot<'a> {
    #[inline]
    fn new(node: Option<&'a Node<'a>>) -> Self {
        Self { node, read: Cell::new(Found::UNREAD) }
    }

    /// The field, when it is there.
    #[inline]
    pub(super) fn node(&self) -> Option<&'a Node<'a>> {
        self.node
    }

    /// Whether it is there, refused or not.
    #[inline]
    pub(super) fn has(&self) -> bool {
        self.node.is_some_and(|node| !matches!(node.value, Json::Null))
    }

    /// The text that it is.
    #[inline]
    pub(super) fn text(&self) -> Option<&'a str> {
        self.node.and_then(Node::text)
    }

    /// The decimal that it is, or the number of the day. A field has one type, so it is always read in the same way.
    #[inline(always)]
    pub(super) fn number(&self, kind: Kind) -> Found {
        let found = self.read.get();
        if found.is_unread() { self.first(kind) } else { found }
    }

    /// Its value.
    #[inline]
    pub(super) fn value(&self, kind: Kind) -> Value<'a> {
        match (kind, self.node) {
            (Kind::Decimal | Kind::Date, _) => Value::of(self.number(kind), kind),
            (_, Some(node)) => read(node, kind),
            _ => Value::Unknown,
        }
    }

    #[inline(never)]
    fn first(&self, kind: Kind) -> Found {
        let found = self.node.map_or(Found::UNKNOWN, |node| read_number(node, kind));
        self.read.set(found);
        found
    }
}
