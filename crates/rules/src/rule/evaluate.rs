//! Evaluates an [`Expr`] over a record: nothing is built, nothing is rounded, every step is counted.

use super::{
    Facts, Index, STEPS_MAX, Truth, VARIABLES_MAX,
    ast::Relation,
    exact::Reason,
    function::{ARGUMENTS_MAX, Answer, Argument, Function},
    index::Slot,
    number::{Found, Number},
    program::{Expr, Kind, Lookup, Quantifier},
    texts::Texts,
};
use crate::{
    calendar::{CivilDate, write_date},
    json::Node,
    table::BoundTable,
};
use record::RecordTime;
use rust_decimal::Decimal;

pub(super) fn evaluate(program: &Expr, facts: Facts<'_>) -> Truth {
    let texts = Texts::default();
    Run::new(facts, &texts).judge(program)
}

/// The canonical text of a decimal, date or text; `None` when it is unknown.
pub(super) fn text(program: &Expr, facts: Facts<'_>) -> Result<Option<String>, Reason> {
    let texts = Texts::default();
    Ok(match Run::new(facts, &texts).value(program)? {
        Value::Decimal(number) => Some(number.text()),
        Value::Date(date) => Some(write_date(date)),
        Value::Text(text) => Some(text.to_owned()),
        Unknown | Bool(_) | Value::Node(_) | Value::Item(_) | Value::Row(..) => None,
    })
}

/// Both sides of an equation of decimals, or of the last one among alternatives; `None` when the program is another, or
/// a side is not known exactly.
pub(super) fn equation(program: &Expr, facts: Facts<'_>) -> Option<(Decimal, Decimal)> {
    let sides = match program {
        Expr::Compare(Relation::Equal, Kind::Decimal, sides) => sides,
        Expr::Or(sides) => return sides.iter().rev().find_map(|side| equation(side, facts)),
        _ => return None,
    };
    let texts = Texts::default();
    let mut run = Run::new(facts, &texts);
    let (left, right) = (run.number(&sides[0]).known().ok()??, run.number(&sides[1]).known().ok()??);
    Some((left.decimal(), right.decimal()))
}

/// What an expression comes to. Types were checked when the form was loaded, so that a value which is not of the type
/// an operator works on can only be an unknown one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    /// A value that it depends on is missing or was refused.
    Unknown,
    Decimal(Number),
    Date(i32),
    Text(&'a str),
    Bool(bool),
    /// A list or an object of the record.
    Node(&'a Node<'a>),
    /// An object of a list of the record, by its fields, where these were found for all rules.
    Item(&'a [Slot<'a>]),
    /// A row of a reference table, by its number.
    Row(&'a BoundTable, usize),
}

use Value::{Bool, Unknown};

impl<'a> Value<'a> {
    /// A decimal or a date.
    #[inline]
    pub(super) fn of(number: Found, kind: Kind) -> Self {
        match (number.known(), kind) {
            (Ok(Some(day)), Kind::Date) => day.day().map_or(Unknown, Value::Date),
            (Ok(Some(number)), _) => Value::Decimal(number),
            _ => Unknown,
        }
    }

    /// The decimal, or the number of the day.
    #[inline]
    pub(super) fn number(self) -> Found {
        match self {
            Value::Decimal(number) => number.into(),
            Value::Date(day) => Number::whole(day.into()).into(),
            _ => Found::UNKNOWN,
        }
    }
}

/// A value of one type: an error when it cannot be computed, `None` when it is unknown.
pub(super) type Known<T> = Result<Option<T>, Reason>;

/// One evaluation, or several over one record, one after the other.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) record: &'a Node<'a>,
    time: Option<RecordTime>,
    pub(super) variables: [Value<'a>; VARIABLES_MAX],
    /// The fields of the record and of what each variable holds, where these were found for all rules.
    pub(super) scopes: [&'a [Slot<'a>]; 1 + VARIABLES_MAX],
    /// The end of the texts that functions made.
    texts: &'a Texts,
    tables: &'a [Option<BoundTable>],
    pub(super) index: Option<&'a Index<'a>>,
    pub(super) steps: u32,
}

/// Steps that one look-up counts for: some 20 comparisons of texts in a large table.
const LOOKUP_STEPS: u32 = 20;

impl<'a> Run<'a> {
    pub(super) fn new(Facts { record, item, time, tables, index, fields }: Facts<'a>, texts: &'a Texts) -> Self {
        let mut scopes: [&[Slot<'a>]; 1 + VARIABLES_MAX] = [&[]; 1 + VARIABLES_MAX];
        scopes[0] = index.map_or(&[], Index::top);
        let variables = [Value::Unknown; VARIABLES_MAX];
        let mut run = Self { record, time, variables, scopes, texts, tables, index, steps: 0 };
        run.hold_item(0, fields.map_or_else(|| item.map_or(Value::Unknown, Value::Node), Value::Item));
        run
    }

    /// What a rule says, of one item of the list at hand when it is a rule for each.
    pub(super) fn of_item(&mut self, program: &'a Expr, Facts { item, fields, .. }: &Facts<'a>) -> Truth {
        self.steps = 0;
        self.hold_item(0, fields.map_or_else(|| item.map_or(Value::Unknown, Value::Node), Value::Item));
        self.judge(program)
    }

    fn judge(&mut self, program: &'a Expr) -> Truth {
        match self.truth(program) {
            Ok(Some(true)) => Truth::Holds,
            Ok(Some(false)) => Truth::Fails,
            Ok(None) => Truth::Unknown,
            Err(reason) => Truth::Inexact(reason.as_str()),
        }
    }

    /// A variable holds another item.
    #[inline(always)]
    pub(super) fn hold_item(&mut self, variable: usize, item: Value<'a>) {
        self.variables[variable] = item;
        self.scopes[variable + 1] = if let Value::Item(fields) = item { fields } else { &[] };
    }

    #[inline(always)]
    pub(super) fn step(&mut self) -> Result<(), Reason> {
        self.take(1)
    }

    #[inline(always)]
    pub(super) fn take(&mut self, steps: u32) -> Result<(), Reason> {
        self.steps += steps;
        if self.steps > STEPS_MAX { Err(Reason::Steps) } else { Ok(()) }
    }

    // An expression is evaluated as what it comes to: a condition or a date comes back in a register, where a value of
    // any type goes through memory. These functions only tell the operators apart; what an operator does has a function
    // of its own, so that none pays for the variables of the others. A constant, and a field that was read before, are
    // there without a call.

    /// A condition.
    pub(super) fn truth(&mut self, expr: &'a Expr) -> Known<bool> {
        self.step()?;
        match expr {
            Expr::Bool(value) => Ok(Some(*value)),
            Expr::Has(path) => self.has(path),
            Expr::Not(inner) => self.not(inner),
            Expr::And(sides) => self.any_side(sides, false),
            Expr::Or(sides) => self.any_side(sides, true),
            Expr::Cases(text, cases) => self.cases(text, cases),
            Expr::Compare(relation, kind, sides) => match kind {
                Kind::Decimal | Kind::Date => self.compare_numbers(*relation, sides),
                Kind::Text => self.compare_texts(*relation, sides),
                Kind::Bool => self.compare_conditions(*relation, sides),
                Kind::Whole => Ok(None),
            },
            Expr::In(sides) => self.member_of(&sides[0], &sides[1]),
            Expr::Among(text, texts) => self.among(text, texts),
            Expr::Quantify(Quantifier::All, each) => self.any(each, false),
            Expr::Quantify(Quantifier::AllDiffer, each) => self.all_differ(each),
            Expr::Quantify(Quantifier::Exists, each) => self.any(each, true),
            Expr::Quantify(Quantifier::ExistsOne, each) => self.exactly_one(each),
            Expr::InForce(lookup) => self.in_force(lookup),
            Expr::If(parts) => self.choose(parts, Self::truth),
            _ => self.some_truth(expr),
        }
    }

    /// A decimal, or the number of a day: days since 1970-01-01.
    #[inline(always)]
    pub(super) fn number(&mut self, expr: &'a Expr) -> Found {
        if let Err(reason) = self.step() {
            return reason.into();
        }
        match expr {
            Expr::Decimal(number) => (*number).into(),
            Expr::Load(path, kind) => self.load_number(path, *kind),
            _ => self.computed_number(expr),
        }
    }

    #[inline(never)]
    fn computed_number(&mut self, expr: &'a Expr) -> Found {
        match expr {
            Expr::Arithmetic(operator, sides) => self.compute(*operator, sides),
            Expr::Total(first, others) => self.total(first, others),
            Expr::LoadOr(path, number) => self.load_or(path, *number),
            Expr::Fold(fold, list) => self.fold(*fold, list).into(),
            Expr::Absolute(inner) => self.absolute(inner),
            Expr::DaysBetween(sides) => self.days_between(sides),
            Expr::TextSize(inner) => self.text_size(inner),
            Expr::Date(date) => Number::whole((*date).into()).into(),
            Expr::KeyedOn => {
                let day = self.time.and_then(|time| i32::try_from(time.epoch_day()).ok());
                day.map(|day| Number::whole(day.into())).into()
            }
            Expr::DaysAfter(sides) => self.shift(sides, |days| days),
            Expr::DaysBefore(sides) => self.shift(sides, i64::saturating_neg),
            Expr::If(parts) => self.choose(parts, |run, part| run.number(part).known()).into(),
            _ => match self.any_type(expr) {
                Ok(value) => value.number(),
                Err(reason) => reason.into(),
            },
        }
    }

    /// A date.
    pub(super) fn date(&mut self, expr: &'a Expr) -> Known<i32> {
        Ok(self.number(expr).known()?.and_then(Number::day))
    }

    /// A text.
    #[inline(always)]
    pub(super) fn text(&mut self, expr: &'a Expr) -> Known<&'a str> {
        self.step()?;
        match expr {
            Expr::Text(text) => Ok(Some(text)),
            Expr::Load(path, _) => self.load_text(path),
            Expr::If(parts) => self.choose(parts, Self::text),
            _ => self.some_text(expr),
        }
    }

    /// A value of any type.
    pub(super) fn value(&mut self, expr: &'a Expr) -> Result<Value<'a>, Reason> {
        match expr {
            Expr::Bool(_)
            | Expr::Has(_)
            | Expr::Not(_)
            | Expr::And(_)
            | Expr::Or(_)
            | Expr::Cases(..)
            | Expr::Compare(..)
            | Expr::In(_)
            | Expr::Among(..)
            | Expr::Quantify(..)
            | Expr::InForce(_) => Ok(self.truth(expr)?.map_or(Unknown, Bool)),
            Expr::Decimal(_)
            | Expr::Arithmetic(..)
            | Expr::Total(..)
            | Expr::LoadOr(..)
            | Expr::Absolute(_)
            | Expr::DaysBetween(_)
            | Expr::TextSize(_)
            | Expr::Load(_, Kind::Decimal) => Ok(Value::of(self.number(expr).known()?.into(), Kind::Decimal)),
            Expr::Date(_) | Expr::KeyedOn | Expr::DaysAfter(_) | Expr::DaysBefore(_) | Expr::Load(_, Kind::Date) => {
                Ok(Value::of(self.number(expr).known()?.into(), Kind::Date))
            }
            Expr::Fold(fold, _) => Ok(Value::of(self.number(expr).known()?.into(), fold.gives())),
            Expr::Text(_) | Expr::Load(_, Kind::Text) => Ok(self.text(expr)?.map_or(Unknown, Value::Text)),
            _ => {
                self.step()?;
                self.any_type(expr)
            }
        }
    }

    /// What may come to a value of more than one type; its step is counted already.
    #[inline(never)]
    fn any_type(&mut self, expr: &'a Expr) -> Result<Value<'a>, Reason> {
        match expr {
            Expr::Load(path, kind) => self.load(path, *kind),
            Expr::If(parts) => match self.truth(&parts[0])? {
                Some(true) => self.value(&parts[1]),
                Some(false) => self.value(&parts[2]),
                None => Ok(Unknown),
            },
            Expr::Same(inner) => self.same(inner),
            Expr::SumOfDate(sum) => self.sum_of_date(sum),
            Expr::Call(function, arguments) => self.call(function, arguments),
            Expr::Lookup(lookup) => self.lookup(lookup),
            // Lists are run through by `visit`, never held; all others come to a value of one type.
            _ => Ok(Unknown),
        }
    }

    #[inline(never)]
    fn some_truth(&mut self, expr: &'a Expr) -> Known<bool> {
        Ok(if let Bool(value) = self.any_type(expr)? { Some(value) } else { None })
    }

    #[inline(never)]
    fn some_text(&mut self, expr: &'a Expr) -> Known<&'a str> {
        Ok(if let Value::Text(text) = self.any_type(expr)? { Some(text) } else { None })
    }

    #[inline(never)]
    fn call(&mut self, function: &Function, arguments: &'a [Expr]) -> Result<Value<'a>, Reason> {
        let mut values = [Argument::Condition(false); ARGUMENTS_MAX];
        for (place, argument) in values.iter_mut().zip(arguments) {
            *place = match self.value(argument)? {
                Value::Decimal(number) => Argument::Decimal(number.decimal()),
                Value::Date(date) => Argument::Date(date),
                Value::Text(text) => Argument::Text(text),
                Bool(value) => Argument::Condition(value),
                Unknown | Value::Node(_) | Value::Item(_) | Value::Row(..) => return Ok(Unknown),
            };
        }
        self.take(function.steps)?;
        Ok(match (function.answer)(&values[..arguments.len()]) {
            Answer::Unknown => Unknown,
            Answer::Decimal(number) => Value::Decimal(number.into()),
            Answer::Date(date) => Value::Date(date),
            Answer::Text(text) => Value::Text(text),
            Answer::Made(text) => {
                let (text, end) = self.texts.keep(text);
                self.texts = end;
                Value::Text(text)
            }
            Answer::Condition(value) => Bool(value),
        })
    }

    /// The row in force, if there is one; nothing when the key, the day or the table is not known.
    #[inline(never)]
    fn look(&mut self, lookup: &'a Lookup) -> Result<Option<(&'a BoundTable, Option<usize>)>, Reason> {
        let bound = self.tables.get(lookup.table).and_then(Option::as_ref);
        if bound.is_none() && lookup.key.is_plain() && lookup.as_of.is_plain() {
            self.take(2)?;
            return Ok(None);
        }
        let (key, as_of) = (self.value(&lookup.key)?, self.date(&lookup.as_of)?);
        let Some(bound) = bound else { return Ok(None) };
        let Some(day) = as_of else { return Ok(None) };
        self.take(LOOKUP_STEPS)?;
        Ok(match key {
            Value::Text(key) => Some((bound, bound.row(key, Some(day)))),
            // Days are keys as they are written.
            Value::Date(key) => {
                CivilDate::from_epoch_day(key.into()).map(|key| (bound, bound.row(&key.iso(), Some(day))))
            }
            _ => None,
        })
    }

    #[inline(never)]
    fn in_force(&mut self, lookup: &'a Lookup) -> Known<bool> {
        Ok(self.look(lookup)?.map(|(_, row)| row.is_some()))
    }

    /// Unknown when there is no row in force.
    #[inline(never)]
    fn lookup(&mut self, lookup: &'a Lookup) -> Result<Value<'a>, Reason> {
        Ok(match self.look(lookup)? {
            Some((bound, Some(row))) => Value::Row(bound, row),
            _ => Unknown,
        })
    }
}
