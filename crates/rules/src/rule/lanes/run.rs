//! Evaluates a short way over the fields of a record.

use super::{
    Call, Condition, Given, Lanes, Number, Place, Program, Text,
    cells::{Cells, Column, Length},
    number::{Numbers, Truths, mask},
};
use crate::{
    calendar::is_day,
    rule::{
        Facts, Index, VARIABLES_MAX,
        evaluate::Value,
        function::{ARGUMENTS_MAX, Answer, Argument},
        index::Slot,
        number::{self, Found},
        operate::same,
        program::Kind,
    },
    table::BoundTable,
};

/// The short ways over one record. All that is asked of it answers `None` where that is not known here.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    pub(super) lanes: &'a Lanes,
    /// The fields of the record.
    record: &'a [Slot<'a>],
    pub(super) cells: Cells<'a>,
    /// The UTC date of the record's time.
    day: Option<i64>,
    tables: &'a [Option<BoundTable>],
    /// The item that a variable holds; `None`: each lane holds another.
    pub(super) held: [Option<usize>; VARIABLES_MAX],
    /// The variable of which each lane holds another item, if there are lanes.
    pub(super) across: Option<usize>,
    /// How many lanes there are, and a bit for each.
    pub(super) count: usize,
    pub(super) all: u64,
    numbers: Vec<Option<Numbers<1>>>,
    conditions: Vec<Option<Truths>>,
}

impl<'a> Run<'a> {
    /// Reads what the rules name of a normalized record.
    pub(crate) fn new(lanes: &'a Lanes, index: &'a Index<'_>, facts: &Facts<'a>) -> Self {
        Self {
            lanes,
            record: index.top(),
            cells: lanes.sheet.read(index.top()),
            day: facts.time.map(|time| time.epoch_day()),
            tables: facts.tables,
            held: [None; VARIABLES_MAX],
            across: None,
            count: 1,
            all: 1,
            numbers: vec![None; lanes.numbers.len()],
            conditions: vec![None; lanes.conditions.len()],
        }
    }

    /// The same where that is faster than to evaluate the rules.
    pub(crate) fn where_it_pays(lanes: &'a Lanes, index: &'a Index<'_>, facts: &Facts<'a>) -> Option<Self> {
        lanes.sheet.pays(index.top()).then(|| Self::new(lanes, index, facts))
    }

    /// Whether the rule at this place makes no finding, of the record or of any item of its list. When it is not known,
    /// it may make none all the same.
    pub(crate) fn finds_nothing(&mut self, rule: usize) -> bool {
        self.truths(rule).is_some_and(|truths| truths.no == 0)
    }

    /// What the rule comes to, of each item when it is a rule for each.
    pub(in crate::rule) fn truths(&mut self, rule: usize) -> Option<Truths> {
        let Program { each, holds } = self.lanes.rules.get(rule)?.as_ref()?;
        let Some(list) = *each else { return self.condition::<1>(holds) };
        match self.cells.lengths[list] {
            Length::Missing => Some(Truths::UNKNOWN),
            Length::NotHere => None,
            Length::Is(count) => {
                let before = self.enter(0, count);
                let truths = self.wide_condition(holds);
                self.leave(before);
                truths
            }
        }
    }

    pub(super) fn condition<const W: usize>(&mut self, condition: &'a Condition) -> Option<Truths> {
        let all = self.all;
        Some(match condition {
            Condition::Constant(value) => Truths::of(if *value { all } else { 0 }, all),
            Condition::Has(place) => Truths::of(self.there(*place), all),
            Condition::Field(place) if place.scope == 0 => {
                match self.record.get(place.column).map(|slot| slot.value(Kind::Bool)) {
                    Some(Value::Bool(holds)) => Truths::of(u64::from(holds), 1).same(all),
                    _ => Truths::UNKNOWN,
                }
            }
            Condition::Field(place) => {
                let column = self.column(*place);
                Truths::of(self.spread(*place, column.holds), self.spread(*place, column.known))
            }
            Condition::Not(inner) => self.condition::<W>(inner)?.not(),
            Condition::And(sides) => self.sides::<W>(sides, Truths::not)?.not(),
            Condition::Or(sides) => self.sides::<W>(sides, |truths| truths)?,
            Condition::Compare(relation, sides) => {
                let [mut a, mut b] = [Numbers::<W>::UNKNOWN; 2];
                self.number(&sides[0], &mut a)?;
                self.number(&sides[1], &mut b)?;
                a.compare(*relation, &mut b, self.count)?
            }
            Condition::Same(sides) => {
                let ((a, known), (b, also)) = (self.text::<W>(&sides[0])?, self.text::<W>(&sides[1])?);
                Truths::of(mask(a.iter().zip(&b).take(self.count).map(|(a, b)| same(a, b))), known & also)
            }
            Condition::Alike(sides) => {
                let (a, b) = (self.condition::<W>(&sides[0])?, self.condition::<W>(&sides[1])?);
                Truths::of(a.yes & b.yes | a.no & b.no, a.known() & b.known())
            }
            Condition::Among(text, wanted) => {
                let (texts, known) = self.text::<W>(text)?;
                let among = |text: &&str| wanted.binary_search_by(|wanted| wanted.as_str().cmp(text)).is_ok();
                Truths::of(mask(texts.iter().take(self.count).map(among)), known)
            }
            Condition::Choice(parts) => {
                let [condition, then, otherwise] = parts.each_ref();
                let condition = self.condition::<W>(condition)?;
                let (then, otherwise) = (self.condition::<W>(then)?, self.condition::<W>(otherwise)?);
                Truths {
                    yes: condition.yes & then.yes | condition.no & otherwise.yes,
                    no: condition.yes & then.no | condition.no & otherwise.no,
                }
            }
            Condition::Call(call) => self.each_truth(|run| run.called_condition(call))?,
            Condition::Any(decisive, any) => self.any(*decisive, any)?,
            Condition::Shared(place) => self.shared_condition(*place)?.same(all),
            Condition::NotHere => return None,
            Condition::Row(table) => self.is_unbound(*table).then_some(Truths::UNKNOWN)?,
        })
    }

    /// Alternatives, until one holds in every lane. `look` is how each is looked at: `!(a && b)` is `!a || !b`.
    fn sides<const W: usize>(&mut self, sides: &'a [Condition], look: fn(Truths) -> Truths) -> Option<Truths> {
        let all = self.all;
        let mut so_far = Truths::of(0, all);
        for side in sides {
            let side = look(self.condition::<W>(side)?);
            so_far = Truths { yes: so_far.yes | side.yes, no: so_far.no & side.no };
            if so_far.yes == all {
                break;
            }
        }
        Some(so_far)
    }

    /// Puts into `to` what a number comes to; what is there does not matter.
    pub(super) fn number<const W: usize>(&mut self, number: &'a Number, to: &mut Numbers<W>) -> Option<()> {
        match number {
            Number::Constant(value, scale) => to.set(*value, *scale, self.all),
            Number::KeyedOn => match self.day {
                Some(day) => to.set(day, 0, self.all),
                None => self.unknown(to),
            },
            Number::Field(place) => self.field(*place, to),
            Number::Or(place, value, scale) => self.field_or(*place, *value, *scale, to),
            Number::Add(sides) => {
                let mut other = self.both(sides, to)?;
                to.add(&mut other)
            }
            Number::Subtract(sides) => {
                let mut other = self.both(sides, to)?;
                to.subtract(&mut other)
            }
            Number::Multiply(sides) => {
                let other = self.both(sides, to)?;
                to.multiply(&other)
            }
            Number::Shift(sides) => {
                let mut days = self.both(sides, to)?;
                to.add(&mut days)?;
                let within = to.values.iter().zip(0..).all(|(day, lane)| to.known >> lane & 1 == 0 || is_day(*day));
                (to.scale == 0 && within).then_some(())
            }
            Number::Absolute(inner) => {
                self.number(inner, to)?;
                to.absolute();
                Some(())
            }
            Number::Choice(parts) => {
                let (condition, then, otherwise) = &**parts;
                let (condition, mut other) = (self.condition::<W>(condition)?, Numbers::UNKNOWN);
                self.number(then, to)?;
                self.number(otherwise, &mut other)?;
                to.choose(condition, &mut other)
            }
            Number::Call(call) => self.each_lane(to, |run| run.called_number(call)),
            Number::Fold(fold) => self.fold(fold, to),
            Number::SumOfDate(sum) => self.sum_of_date(sum, to),
            Number::Shared(place) => {
                let number = self.shared_number(*place)?;
                self.broadcast(number, to)
            }
            Number::Row(table) => self.is_unbound(*table).then(|| *to = Numbers::UNKNOWN),
        }
    }

    /// The first of two sides; returns the second.
    #[inline(always)]
    fn both<const W: usize>(&mut self, sides: &'a [Number; 2], to: &mut Numbers<W>) -> Option<Numbers<W>> {
        let mut other = Numbers::UNKNOWN;
        self.number(&sides[0], to)?;
        self.number(&sides[1], &mut other)?;
        Some(other)
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is an answer as the others are")]
    fn unknown<const W: usize>(&self, to: &mut Numbers<W>) -> Option<()> {
        *to = Numbers::UNKNOWN;
        Some(())
    }

    /// A single number in all lanes.
    pub(super) fn broadcast<const W: usize>(&self, number: Numbers<1>, to: &mut Numbers<W>) -> Option<()> {
        let Numbers { values: [value], known, scale, bits } = number;
        *to = Numbers { values: [value; W], known: if known == 0 { 0 } else { self.all }, scale, bits };
        Some(())
    }

    #[inline(always)]
    fn column(&self, place: Place) -> &Column {
        &self.cells.columns[place.column]
    }

    /// The item that the variable of a scope holds, if it is the same in all lanes.
    fn item(&self, place: Place) -> Option<usize> {
        self.held[place.scope - 1]
    }

    /// The lanes in which a field is there.
    fn there(&self, place: Place) -> u64 {
        match (place.scope, self.record.get(place.column)) {
            (0, Some(slot)) if slot.has() => self.all,
            (0, _) => 0,
            _ => self.spread(place, self.column(place).there),
        }
    }

    /// What is so of a field, in the lanes that hold it.
    fn spread(&self, place: Place, lanes: u64) -> u64 {
        match self.item(place) {
            Some(item) if lanes >> item & 1 == 0 => 0,
            Some(_) => self.all,
            None => lanes,
        }
    }

    fn field<const W: usize>(&self, place: Place, to: &mut Numbers<W>) -> Option<()> {
        if place.scope == 0 {
            let found = self.record.get(place.column).map_or(Found::UNKNOWN, |slot| slot.number(place.kind));
            let Ok(Some(number)) = found.known() else { return self.unknown(to) };
            let (value, scale) = number.small()?;
            return to.set(value, scale, self.all);
        }
        let column = self.column(place);
        if column.known == 0 {
            return self.unknown(to);
        }
        let numbers = self.cells.numbers.get(column.at..)?;
        match self.item(place) {
            Some(item) => to.values = [*numbers.get(item)?; W],
            None => to.values = *numbers.first_chunk::<W>()?,
        }
        (to.known, to.scale, to.bits) = (self.spread(place, column.known), column.scale, column.bits());
        to.small()
    }

    fn field_or<const W: usize>(&self, place: Place, value: i64, scale: u32, to: &mut Numbers<W>) -> Option<()> {
        let (there, all) = (self.there(place), self.all);
        self.field(place, to)?;
        if there == all {
            return Some(());
        }
        // Where there is nothing, a column has 0.
        if value == 0 && to.known != 0 {
            to.known |= all & !there;
            return Some(());
        }
        let mut constant = Numbers::UNKNOWN;
        constant.set(value, scale, all)?;
        to.choose(Truths::of(there, all), &mut constant)
    }

    fn text<const W: usize>(&mut self, text: &'a Text) -> Option<([&'a str; W], u64)> {
        match text {
            Text::Constant(text) => Some(([text; W], self.all)),
            Text::Field(place) if place.scope == 0 => {
                let text = self.record.get(place.column).and_then(Slot::text);
                Some(([text.unwrap_or_default(); W], text.map_or(0, |_| self.all)))
            }
            Text::Field(place) => {
                let column = self.column(*place);
                let mut values = [""; W];
                let texts = self.cells.texts.get(column.at..).unwrap_or_default();
                match self.item(*place) {
                    Some(item) => values = [texts.get(item).copied().unwrap_or_default(); W],
                    None => values.iter_mut().zip(texts).take(self.count).for_each(|(value, text)| *value = *text),
                }
                Some((values, self.spread(*place, column.known)))
            }
            Text::Call(call) => {
                let (mut values, mut known) = ([""; W], 0);
                for (value, lane) in values.iter_mut().zip(0..self.count) {
                    match self.in_lane(lane, |run| run.called(call))? {
                        Answer::Text(text) => (*value, known) = (text, known | 1 << lane),
                        Answer::Unknown => {}
                        _ => return None,
                    }
                }
                Some((values, known))
            }
            Text::Row(table) => self.is_unbound(*table).then_some(([""; W], 0)),
        }
    }

    /// What a function answers, of one lane.
    fn called(&mut self, call: &'a Call) -> Option<Answer<'a>> {
        let mut given = [Argument::Condition(false); ARGUMENTS_MAX];
        for (place, argument) in given.iter_mut().zip(&call.arguments) {
            *place = match argument {
                Given::Date(date) => {
                    let mut day = Numbers::<1>::UNKNOWN;
                    self.number(date, &mut day)?;
                    if day.known == 0 {
                        return Some(Answer::Unknown);
                    }
                    Argument::Date(i32::try_from(day.values[0]).ok()?)
                }
                Given::Text(text) => match self.text::<1>(text)? {
                    (_, 0) => return Some(Answer::Unknown),
                    ([text], _) => Argument::Text(text),
                },
            };
        }
        Some((call.function.answer)(&given[..call.arguments.len()]))
    }

    fn called_number(&mut self, call: &'a Call) -> Option<Numbers<1>> {
        let mut to = Numbers::UNKNOWN;
        match self.called(call)? {
            Answer::Decimal(decimal) => {
                let (value, scale) = number::Number::from(decimal).small()?;
                to.set(value, scale, 1)?;
            }
            Answer::Date(day) => to.set(day.into(), 0, 1)?,
            Answer::Unknown => {}
            _ => return None,
        }
        Some(to)
    }

    fn called_condition(&mut self, call: &'a Call) -> Option<Truths> {
        match self.called(call)? {
            Answer::Condition(holds) => Some(Truths::of(holds.into(), 1)),
            Answer::Unknown => Some(Truths::UNKNOWN),
            _ => None,
        }
    }

    /// What is looked up in a table that is not configured is unknown; what stands in others is not known here.
    fn is_unbound(&self, table: usize) -> bool {
        self.tables.get(table).is_none_or(Option::is_none)
    }

    fn shared_number(&mut self, place: usize) -> Option<Numbers<1>> {
        if let Some(number) = self.numbers[place] {
            return Some(number);
        }
        let mut number = Numbers::UNKNOWN;
        self.once(|run| run.number(&run.lanes.numbers[place], &mut number))?;
        self.numbers[place] = Some(number);
        Some(number)
    }

    fn shared_condition(&mut self, place: usize) -> Option<Truths> {
        if let Some(truths) = self.conditions[place] {
            return Some(truths);
        }
        let truths = self.once(|run| run.condition::<1>(&run.lanes.conditions[place]))?;
        self.conditions[place] = Some(truths);
        Some(truths)
    }
}
