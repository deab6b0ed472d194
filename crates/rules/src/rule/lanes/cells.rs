//! The fields of the items of lists, read once for all rules.

use super::{
    FEW, LANES_MAX, SOME, Width,
    number::{BITS_MAX, bits},
};
use crate::{
    calendar::Dates,
    json::{Member, Node, Value},
    rule::{
        index::Slot,
        number::{Number, TENS},
        program::Kind,
    },
};

/// Items of a list for which lanes are faster than one after the other.
const WORTH: usize = 3;

/// What the rules of a form name of the items of lists.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    lists: Vec<List>,
    columns: usize,
}

/// A list of objects.
#[derive(Debug)]
struct List {
    /// Its place in form order.
    slot: usize,
    /// By place in form order.
    fields: Vec<Option<Cell>>,
}

/// A column and what it holds; of a [`Kind::Whole`] one only whether something is there is asked.
#[derive(Clone, Copy, Debug)]
struct Cell {
    column: usize,
    kind: Kind,
}

impl Sheet {
    /// The number of the list at this place.
    pub(super) fn list(&mut self, slot: usize) -> usize {
        self.lists.iter().position(|list| list.slot == slot).unwrap_or_else(|| {
            self.lists.push(List { slot, fields: Vec::new() });
            self.lists.len() - 1
        })
    }

    /// The column of a field of the items of a list. A field is of one kind, wherever it is named.
    pub(super) fn column(&mut self, list: usize, slot: usize, kind: Kind) -> usize {
        let fields = &mut self.lists[list].fields;
        if fields.len() <= slot {
            fields.resize(slot + 1, None);
        }
        let cell = fields[slot].get_or_insert(Cell { column: self.columns, kind });
        if kind != Kind::Whole {
            cell.kind = kind;
        }
        self.columns = self.columns.max(cell.column + 1);
        cell.column
    }

    /// Whether there is a list long enough for lanes to be faster than one item after the other.
    pub(super) fn pays(&self, record: &[Slot<'_>]) -> bool {
        let items =
            |list: &List| record.get(list.slot).and_then(Slot::node).and_then(Node::items).map_or(0, <[_]>::len);
        self.lists.iter().any(|list| items(list) >= WORTH)
    }

    /// Reads the lists of a normalized record, whose fields were found.
    pub(super) fn read<'r>(&self, record: &'r [Slot<'r>]) -> Cells<'r> {
        let mut cells = Cells {
            columns: vec![Column::default(); self.columns],
            lengths: Vec::with_capacity(self.lists.len()),
            numbers: Vec::new(),
            texts: Vec::new(),
            dates: Dates::default(),
        };
        for list in &self.lists {
            let items = record.get(list.slot).and_then(Slot::node).and_then(Node::items);
            let length = items.map_or(Length::Missing, |items| cells.read(list, items));
            cells.lengths.push(length);
        }
        cells
    }
}

/// How many items a list has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// There is no such list.
    Missing,
    Is(usize),
    /// It has too many items, or some that are no objects.
    NotHere,
}

/// The items of the lists of one record.
#[derive(Debug)]
pub(super) struct Cells<'r> {
    pub(super) columns: Vec<Column>,
    pub(super) lengths: Vec<Length>,
    pub(super) numbers: Vec<i64>,
    pub(super) texts: Vec<&'r str>,
    dates: Dates,
}

/// A field of each item.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Column {
    /// Where its first number or text is; there are as many as lanes are computed.
    pub(super) at: usize,
    /// The lanes in which it can be read.
    pub(super) known: u64,
    /// The lanes in which it is there.
    pub(super) there: u64,
    /// Of a condition: the lanes in which it holds.
    pub(super) holds: u64,
    pub(super) scale: u32,
    /// The bits of all its numbers; all there are when it is not to be used.
    pub(super) magnitude: u64,
}

impl<'r> Cells<'r> {
    fn read(&mut self, list: &List, items: &'r [Node<'r>]) -> Length {
        if items.len() > LANES_MAX {
            return Length::NotHere;
        }
        let lanes = match Width::of(items.len()) {
            Width::Few => FEW,
            Width::Some => SOME,
            Width::Max => LANES_MAX,
        };
        let (mut numbers, mut texts) = (self.numbers.len(), self.texts.len());
        for cell in list.fields.iter().flatten() {
            let (end, at) = match cell.kind {
                Kind::Decimal | Kind::Date => (&mut numbers, &mut self.columns[cell.column].at),
                Kind::Text => (&mut texts, &mut self.columns[cell.column].at),
                Kind::Bool | Kind::Whole => continue,
            };
            *at = *end;
            *end += lanes;
        }
        self.numbers.resize(numbers, 0);
        self.texts.resize(texts, "");
        for (lane, item) in items.iter().enumerate() {
            let Some(members) = item.members() else { return Length::NotHere };
            if members.first().is_some_and(|first| first.slot == Member::NO_FIELD) {
                return Length::NotHere;
            }
            for member in members {
                match list.fields.get(member.slot as usize) {
                    Some(Some(cell)) => self.put(*cell, lane, &member.node),
                    Some(None) => {}
                    None => break,
                }
            }
        }
        Length::Is(items.len())
    }

    #[inline(always)]
    fn put(&mut self, cell: Cell, lane: usize, node: &'r Node<'r>) {
        let (column, bit) = (&mut self.columns[cell.column], 1 << lane);
        if matches!(node.value, Value::Null) {
            return;
        }
        column.there |= bit;
        match (cell.kind, &node.value) {
            (Kind::Decimal, Value::Text(text) | Value::Number(text)) => {
                let Some(number) = Number::parse(text) else { return };
                column.put(&mut self.numbers, lane, number);
            }
            (Kind::Date, Value::Text(text)) => {
                let Some(day) = self.dates.read(text) else { return };
                column.put(&mut self.numbers, lane, Number::whole(day.into()));
            }
            (Kind::Text, Value::Text(text)) => self.texts[column.at + lane] = text,
            (Kind::Bool, Value::Bool(holds)) => column.holds |= u64::from(*holds) << lane,
            _ => return,
        }
        column.known |= bit;
    }
}

impl Column {
    /// All numbers of a column have one scale: nearly always they have it as written.
    #[inline(always)]
    fn put(&mut self, numbers: &mut [i64], lane: usize, number: Number) {
        let Some((value, scale)) = number.small() else {
            self.magnitude = u64::MAX;
            return;
        };
        if self.known == 0 {
            self.scale = scale;
        }
        let raised = if scale == self.scale { Some(value) } else { self.rescale(numbers, lane, value, scale) };
        let Some(value) = raised else {
            self.magnitude = u64::MAX;
            return;
        };
        self.magnitude |= value.unsigned_abs();
        numbers[self.at + lane] = value;
    }

    /// Raises what has fewer decimals; nothing when that needs too many bits.
    #[cold]
    fn rescale(&mut self, numbers: &mut [i64], lane: usize, value: i64, scale: u32) -> Option<i64> {
        let tens = *TENS.get(usize::try_from(scale.abs_diff(self.scale)).ok()?)?;
        if scale < self.scale {
            return value.checked_mul(tens);
        }
        if self.bits() + bits(tens) > BITS_MAX {
            return None;
        }
        numbers[self.at..][..lane].iter_mut().for_each(|number| *number *= tens);
        self.magnitude = (1 << (self.bits() + bits(tens))) - 1;
        self.scale = scale;
        Some(value)
    }

    /// No number has more bits, besides its sign.
    pub(super) fn bits(&self) -> u32 {
        u64::BITS - self.magnitude.leading_zeros()
    }
}
