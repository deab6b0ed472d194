//! Runs through lists: what is asked of all their items, and what is made of them.

use super::{
    Any, Condition, FEW, Fold, Items, LANES_MAX, SOME, SumOfDate, Width,
    cells::Length,
    number::{Numbers, Truths},
    run::Run,
};
use crate::rule::program;

/// More bits than a number has, when as many as there are lanes are added up.
const SUM_BITS: u32 = 7;

/// The lanes there are.
#[derive(Clone, Copy)]
pub(super) struct Across {
    across: Option<usize>,
    count: usize,
    all: u64,
}

impl<'a> Run<'a> {
    /// From here each lane holds another item of a list of so many.
    pub(super) fn enter(&mut self, variable: usize, count: usize) -> Across {
        self.held[variable] = None;
        let all = if count == 0 { 0 } else { u64::MAX >> (u64::BITS as usize - count) };
        self.turn(Across { across: Some(variable), count, all })
    }

    pub(super) fn leave(&mut self, before: Across) {
        self.turn(before);
    }

    fn turn(&mut self, lanes: Across) -> Across {
        let before = Across { across: self.across, count: self.count, all: self.all };
        (self.across, self.count, self.all) = (lanes.across, lanes.count, lanes.all);
        before
    }

    /// Computes what names no variable.
    pub(super) fn once<T>(&mut self, compute: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.turn(Across { across: None, count: 1, all: 1 });
        let value = compute(self);
        self.leave(before);
        value
    }

    /// Computes in one lane only.
    pub(super) fn in_lane<T>(&mut self, lane: usize, compute: impl FnOnce(&mut Self) -> T) -> T {
        let Some(variable) = self.across else { return compute(self) };
        self.held[variable] = Some(lane);
        let value = self.once(compute);
        self.held[variable] = None;
        value
    }

    /// A number that is computed in one lane after the other.
    pub(super) fn each_lane<const W: usize>(
        &mut self,
        all: &mut Numbers<W>,
        compute: impl Fn(&mut Self) -> Option<Numbers<1>>,
    ) -> Option<()> {
        *all = Numbers::UNKNOWN;
        for lane in 0..self.count {
            let one = self.in_lane(lane, &compute)?;
            if one.known == 0 {
                continue;
            }
            if all.known != 0 && one.scale != all.scale {
                return None;
            }
            *all.values.get_mut(lane)? = one.values[0];
            (all.known, all.scale, all.bits) = (all.known | 1 << lane, one.scale, all.bits.max(one.bits));
        }
        Some(())
    }

    /// The same of a condition.
    pub(super) fn each_truth(&mut self, compute: impl Fn(&mut Self) -> Option<Truths>) -> Option<Truths> {
        let mut all = Truths::UNKNOWN;
        for lane in 0..self.count {
            let one = self.in_lane(lane, &compute)?;
            all = Truths { yes: all.yes | (one.yes & 1) << lane, no: all.no | (one.no & 1) << lane };
        }
        Some(all)
    }

    /// Whether each lane has to be computed by itself: what is made of the items names what the lanes differ in.
    fn differs(&self, items: &Items) -> bool {
        self.across.is_some_and(|variable| items.names >> variable & 1 == 1)
    }

    /// A condition, with as many lanes as are needed.
    pub(super) fn wide_condition(&mut self, condition: &'a Condition) -> Option<Truths> {
        match Width::of(self.count) {
            Width::Few => self.condition::<FEW>(condition),
            Width::Some => self.condition::<SOME>(condition),
            Width::Max => self.condition::<LANES_MAX>(condition),
        }
    }

    pub(super) fn any(&mut self, decisive: bool, any: &'a Any) -> Option<Truths> {
        if self.differs(&any.items) {
            return self.each_truth(|run| run.any_once(decisive, any));
        }
        Some(self.any_once(decisive, any)?.same(self.all))
    }

    fn any_once(&mut self, decisive: bool, any: &'a Any) -> Option<Truths> {
        let Length::Is(count) = self.cells.lengths[any.items.list] else {
            return self.missing(&any.items, Truths::UNKNOWN);
        };
        let before = self.enter(any.items.variable, count);
        let found = self.chosen(&any.items).zip(self.wide_condition(&any.body));
        self.leave(before);
        let ((chosen, complete), body) = found?;
        let decides = if decisive { body.yes } else { body.no };
        Some(match (decides & chosen != 0, complete && chosen & !body.known() == 0) {
            (true, _) => Truths::of(decisive.into(), 1),
            (false, true) => Truths::of((!decisive).into(), 1),
            (false, false) => Truths::UNKNOWN,
        })
    }

    /// What is made of a list that is missing is unknown.
    fn missing<T>(&self, items: &Items, unknown: T) -> Option<T> {
        (self.cells.lengths[items.list] == Length::Missing).then_some(unknown)
    }

    /// The lanes whose items fulfil the condition, and whether that is known of all.
    fn chosen(&mut self, items: &'a Items) -> Option<(u64, bool)> {
        let Some(filter) = &items.filter else { return Some((self.all, true)) };
        let filter = self.wide_condition(filter)?;
        Some((filter.yes, filter.known() == self.all))
    }

    pub(super) fn fold<const W: usize>(&mut self, fold: &'a Fold, to: &mut Numbers<W>) -> Option<()> {
        if self.differs(&fold.items) {
            return self.each_lane(to, |run| run.fold_once(fold));
        }
        let folded = self.fold_once(fold)?;
        self.broadcast(folded, to)
    }

    fn fold_once(&mut self, fold: &'a Fold) -> Option<Numbers<1>> {
        let Length::Is(count) = self.cells.lengths[fold.items.list] else {
            return self.missing(&fold.items, Numbers::UNKNOWN);
        };
        let before = self.enter(fold.items.variable, count);
        let folded = match Width::of(count) {
            Width::Few => self.folded::<FEW>(fold),
            Width::Some => self.folded::<SOME>(fold),
            Width::Max => self.folded::<LANES_MAX>(fold),
        };
        self.leave(before);
        folded
    }

    fn folded<const W: usize>(&mut self, Fold { fold, items, part }: &'a Fold) -> Option<Numbers<1>> {
        let (chosen, complete) = self.chosen(items)?;
        let mut made = Numbers::<W>::UNKNOWN;
        self.number(part, &mut made)?;
        let part = made;
        if !complete || chosen & !part.known != 0 {
            return Some(Numbers::UNKNOWN);
        }
        let values = part.values.iter().zip(0..).filter(|(_, lane)| chosen >> lane & 1 == 1).map(|(value, _)| *value);
        let bits = match fold {
            program::Fold::Sum => part.bits + SUM_BITS,
            program::Fold::Least(_) | program::Fold::Greatest(_) => part.bits,
            program::Fold::Size => SUM_BITS,
        };
        let folded = Numbers { values: [0], known: 1, scale: part.scale, bits };
        // Asked before they are added up, which may take more bits than a number has.
        folded.small()?;
        let value = match fold {
            program::Fold::Sum => Some(sum(&part, chosen)),
            program::Fold::Least(_) => values.min(),
            program::Fold::Greatest(_) => values.max(),
            program::Fold::Size => Some(i64::from(chosen.count_ones())),
        };
        Some(value.map_or(Numbers::UNKNOWN, |value| Numbers { values: [value], ..folded }))
    }

    pub(super) fn sum_of_date<const W: usize>(&mut self, sum: &'a SumOfDate, to: &mut Numbers<W>) -> Option<()> {
        let mut wanted = Numbers::<W>::UNKNOWN;
        self.number(&sum.wanted, &mut wanted)?;
        let Length::Is(count) = self.cells.lengths[sum.items.list] else {
            *to = Numbers::UNKNOWN;
            return self.missing(&sum.items, ());
        };
        let lanes = self.count;
        let before = self.enter(sum.items.variable, count);
        let sums = match Width::of(count) {
            Width::Few => self.sums::<W, FEW>(sum, &wanted, lanes, to),
            Width::Some => self.sums::<W, SOME>(sum, &wanted, lanes, to),
            Width::Max => self.sums::<W, LANES_MAX>(sum, &wanted, lanes, to),
        };
        self.leave(before);
        sums
    }

    fn sums<const W: usize, const V: usize>(
        &mut self,
        SumOfDate { items, date, part, .. }: &'a SumOfDate,
        wanted: &Numbers<W>,
        lanes: usize,
        to: &mut Numbers<W>,
    ) -> Option<()> {
        let (chosen, complete) = self.chosen(items)?;
        let [mut dates, mut made] = [Numbers::<V>::UNKNOWN; 2];
        self.number(date, &mut dates)?;
        self.number(part, &mut made)?;
        *to = Numbers { scale: made.scale, bits: made.bits + SUM_BITS, ..Numbers::UNKNOWN };
        to.small()?;
        if !complete || chosen & !dates.known != 0 {
            return Some(());
        }
        // Every date is there but once, as mostly, and all are wanted.
        let ascending = dates.values.windows(2).take(self.count.saturating_sub(1)).all(|pair| pair[0] < pair[1]);
        let all = chosen == self.all && wanted.known == chosen && chosen != 0;
        if ascending && all && wanted.values[..] == dates.values[..] {
            (to.values, to.known) = (*made.values.first_chunk()?, made.known);
            return Some(());
        }
        for (lane, (value, day)) in to.values.iter_mut().zip(&wanted.values).enumerate().take(lanes) {
            let of_day =
                dates.values.iter().zip(0..).fold(0, |of_day, (date, item)| of_day | u64::from(date == day) << item);
            let of_day = of_day & chosen;
            // Of no item it is known whether it has a date that is not known.
            let known = (wanted.known >> lane & 1 == 1 || chosen == 0) && of_day & !made.known == 0;
            *value = sum(&made, of_day);
            to.known |= u64::from(known) << lane;
        }
        Some(())
    }
}

/// The sum of these lanes.
fn sum<const W: usize>(part: &Numbers<W>, lanes: u64) -> i64 {
    part.values.iter().zip(0..).map(|(value, lane)| if lanes >> lane & 1 == 1 { *value } else { 0 }).sum()
}
