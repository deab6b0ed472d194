//! Evaluates an [`Expr`] over a record: nothing is built, nothing is rounded, every step is counted.

use super::{
    Facts, Index, STEPS_MAX, Truth, VARIABLES_MAX,
    ast::Relation,
    exact::{self, Reason},
    function::{ARGUMENTS_MAX, Answer, Argument, Function},
    number::Number,
    operate::{add, binary, extreme, order},
    program::{Each, Expr, Fold, Kind, Lookup, Path, Quantifier, Root},
    texts::Texts,
};
use crate::{
    json::{Node, Value as Json},
    normalize::calendar::CivilDate,
    table::Bound,
};
use record::RecordTime;
use rust_decimal::Decimal;
use std::cmp::Ordering;

pub(super) fn evaluate(program: &Expr, facts: Facts<'_>) -> Truth {
    let texts = Texts::default();
    match Run::new(facts, &texts).value(program) {
        Ok(Value::Bool(true)) => Truth::Holds,
        Ok(Value::Bool(false)) => Truth::Fails,
        Ok(_) => Truth::Unknown,
        Err(reason) => Truth::Inexact(reason.as_str()),
    }
}

/// The canonical text of a decimal, date or text; `None` when it is unknown.
pub(super) fn text(program: &Expr, facts: Facts<'_>) -> Result<Option<String>, Reason> {
    let texts = Texts::default();
    Ok(match Run::new(facts, &texts).value(program)? {
        Value::Decimal(number) => Some(number.decimal().normalize().to_string()),
        Value::Date(date) => Some(exact::write_date(date)),
        Value::Text(text) => Some(text.to_owned()),
        Unknown | Bool(_) | Value::Node(_) | Value::Row(..) => None,
    })
}

/// Both sides of an equation of decimals, or of the last one among alternatives; `None` when the program is another, or
/// a side is not known exactly.
pub(super) fn equation(program: &Expr, facts: Facts<'_>) -> Option<(Decimal, Decimal)> {
    let sides = match program {
        Expr::Compare(Relation::Equal, sides) => sides,
        Expr::Or(either) => {
            let [one, other] = &**either;
            return equation(other, facts).or_else(|| equation(one, facts));
        }
        _ => return None,
    };
    let texts = Texts::default();
    let mut run = Run::new(facts, &texts);
    match (run.value(&sides[0]).ok()?, run.value(&sides[1]).ok()?) {
        (Value::Decimal(left), Value::Decimal(right)) => Some((left.decimal(), right.decimal())),
        _ => None,
    }
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
    /// A row of a reference table, by its number.
    Row(&'a Bound, usize),
}

use Value::{Bool, Unknown};

/// What to do after an item.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Next,
    Stop,
}

/// Whether a run through a list saw all of it. When it did not, because the list or a filter's condition is unknown,
/// only an answer that no further item could change may be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    All,
    Part,
}

/// One evaluation.
pub(super) struct Run<'a> {
    record: &'a Node<'a>,
    time: Option<RecordTime>,
    pub(super) variables: [Value<'a>; VARIABLES_MAX],
    /// The end of the texts that functions made.
    texts: &'a Texts,
    tables: &'a [Option<Bound>],
    pub(super) index: Option<&'a Index<'a>>,
    pub(super) steps: u32,
}

/// Steps that one look-up counts for: some 20 comparisons of texts in a large table.
const LOOKUP_STEPS: u32 = 20;

pub(super) type Visit<'v, 'a> = &'v mut dyn FnMut(&mut Run<'a>, Value<'a>) -> Result<Then, Reason>;

impl<'a> Run<'a> {
    fn new(Facts { record, item, time, tables, index }: Facts<'a>, texts: &'a Texts) -> Self {
        let mut variables = [Value::Unknown; VARIABLES_MAX];
        variables[0] = item.map_or(Value::Unknown, Value::Node);
        Self { record, time, variables, texts, tables, index, steps: 0 }
    }

    fn step(&mut self) -> Result<(), Reason> {
        self.take(1)
    }

    fn take(&mut self, steps: u32) -> Result<(), Reason> {
        self.steps += steps;
        if self.steps > STEPS_MAX { Err(Reason::Steps) } else { Ok(()) }
    }

    // Values are looked at where they were returned, not moved out of the result: a value is written in parts, and a
    // processor that then reads the whole of it at once waits for all of them (three such moves took 46 % of this
    // function's time).
    pub(super) fn value(&mut self, expr: &'a Expr) -> Result<Value<'a>, Reason> {
        self.step()?;
        match expr {
            Expr::Decimal(number) => Ok(Value::Decimal(*number)),
            Expr::Date(date) => Ok(Value::Date(*date)),
            Expr::Text(text) => Ok(Value::Text(text)),
            Expr::Bool(value) => Ok(Bool(*value)),
            Expr::KeyedOn => Ok(self.keyed_on().map_or(Unknown, Value::Date)),
            Expr::Load(path, kind) => self.load(path, *kind),
            Expr::Has(path) => self.has(path),
            Expr::Not(inner) => Ok(self.condition(inner)?.map_or(Unknown, |value| Bool(!value))),
            Expr::And(sides) => self.either(sides, false),
            Expr::Or(sides) => self.either(sides, true),
            Expr::If(parts) => match self.condition(&parts[0])? {
                Some(true) => self.value(&parts[1]),
                Some(false) => self.value(&parts[2]),
                None => Ok(Unknown),
            },
            Expr::Same(inner) => self.same(inner),
            Expr::SumOfDate(sum) => self.sum_of_date(sum),
            Expr::Quantify(Quantifier::All, each) => self.any(each, false),
            Expr::Quantify(Quantifier::Exists, each) => self.any(each, true),
            Expr::Quantify(Quantifier::ExistsOne, each) => self.exactly_one(each),
            Expr::Fold(fold, list) => self.fold(*fold, list),
            Expr::In(sides) => self.member_of(&sides[0], &sides[1]),
            // Lists are run through by `visit`, never held.
            Expr::Filter(_) | Expr::Map(_) | Expr::List(_) => Ok(Unknown),
            Expr::TextSize(inner) => Ok(match self.value(inner)? {
                Value::Text(text) => Value::Decimal(Decimal::from(text.chars().count()).into()),
                _ => Unknown,
            }),
            Expr::Call(function, arguments) => self.call(function, arguments),
            Expr::Lookup(lookup) => self.lookup(lookup),
            Expr::InForce(lookup) => Ok(self.look(lookup)?.map_or(Unknown, |(_, row)| Bool(row.is_some()))),
            Expr::Compare(_, sides)
            | Expr::Arithmetic(_, sides)
            | Expr::DaysAfter(sides)
            | Expr::DaysBefore(sides)
            | Expr::DaysBetween(sides) => {
                let a = self.value(&sides[0]);
                let Ok(a) = &a else { return a };
                let b = self.value(&sides[1]);
                let Ok(b) = &b else { return b };
                binary(expr, a, b)
            }
        }
    }

    fn keyed_on(&self) -> Option<i32> {
        i32::try_from(self.time?.epoch_day()).ok()
    }

    /// A condition; `None` when it is unknown.
    fn condition(&mut self, expr: &'a Expr) -> Result<Option<bool>, Reason> {
        match &self.value(expr) {
            Ok(Bool(value)) => Ok(Some(*value)),
            Ok(_) => Ok(None),
            Err(reason) => Err(*reason),
        }
    }

    // Kept out of `value`, whose frame every operator pays for.
    #[inline(never)]
    fn call(&mut self, function: &Function, arguments: &'a [Expr]) -> Result<Value<'a>, Reason> {
        let mut values = [Argument::Condition(false); ARGUMENTS_MAX];
        for (place, argument) in values.iter_mut().zip(arguments) {
            *place = match self.value(argument)? {
                Value::Decimal(number) => Argument::Decimal(number.decimal()),
                Value::Date(date) => Argument::Date(date),
                Value::Text(text) => Argument::Text(text),
                Bool(value) => Argument::Condition(value),
                Unknown | Value::Node(_) | Value::Row(..) => return Ok(Unknown),
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
    fn look(&mut self, lookup: &'a Lookup) -> Result<Option<(&'a Bound, Option<usize>)>, Reason> {
        let (key, as_of) = (self.value(&lookup.key)?, self.value(&lookup.as_of)?);
        let Some(bound) = self.tables.get(lookup.table).and_then(Option::as_ref) else { return Ok(None) };
        let Value::Date(day) = as_of else { return Ok(None) };
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

    /// Unknown when there is no row in force.
    #[inline(never)]
    fn lookup(&mut self, lookup: &'a Lookup) -> Result<Value<'a>, Reason> {
        Ok(match self.look(lookup)? {
            Some((bound, Some(row))) => Value::Row(bound, row),
            _ => Unknown,
        })
    }

    /// The node that a path leads to.
    fn find(&mut self, path: &'a Path) -> Result<Option<&'a Node<'a>>, Reason> {
        if let (Root::Record, Some(index), [(_, place), below @ ..]) = (&path.root, self.index, path.steps.as_slice()) {
            return Ok(index.node(*place).and_then(|node| below.iter().try_fold(node, member)));
        }
        Ok(match self.root(path)? {
            Value::Node(root) => path.steps.iter().try_fold(root, member),
            _ => None,
        })
    }

    /// Where a path begins.
    fn root(&mut self, path: &'a Path) -> Result<Value<'a>, Reason> {
        match &path.root {
            Root::Record => Ok(Value::Node(self.record)),
            Root::Variable(number) => Ok(self.variables[*number]),
            Root::Computed(object) => self.value(object),
        }
    }

    fn load(&mut self, path: &'a Path, kind: Kind) -> Result<Value<'a>, Reason> {
        if let (Root::Record, Some(index), [(_, place)]) = (&path.root, self.index, path.steps.as_slice()) {
            return Ok(index.value(*place, kind));
        }
        let root = self.root(path)?;
        Ok(match (root, path.steps.as_slice()) {
            (root, []) => root,
            (Value::Node(root), steps) => steps.iter().try_fold(root, member).map_or(Unknown, |node| read(node, kind)),
            // The columns of a row are single values.
            (Value::Row(bound, row), [(_, column)]) => {
                bound.text(row, *column).map_or(Unknown, |text| scalar(text, kind))
            }
            _ => Unknown,
        })
    }

    /// A refused value is there. Whether a refused object has a field is unknown.
    fn has(&mut self, path: &'a Path) -> Result<Value<'a>, Reason> {
        if let (Root::Record, Some(index), [(_, place)]) = (&path.root, self.index, path.steps.as_slice()) {
            return Ok(Bool(index.has(*place)));
        }
        let mut node = match (self.root(path)?, path.steps.as_slice()) {
            (Value::Node(node), _) => node,
            (Value::Row(bound, row), [(_, column)]) => return Ok(Bool(bound.text(row, *column).is_some())),
            _ => return Ok(Unknown),
        };
        for step in &path.steps {
            match (&node.value, member(node, step)) {
                (Json::Refused, _) => return Ok(Unknown),
                (_, Some(member)) if member.value != Json::Null => node = member,
                _ => return Ok(Bool(false)),
            }
        }
        Ok(Bool(true))
    }

    /// `&&` and `||`: a side that comes to `decisive` settles it, whatever the other one is.
    fn either(&mut self, [a, b]: &'a [Expr; 2], decisive: bool) -> Result<Value<'a>, Reason> {
        let a = self.condition(a)?;
        if a == Some(decisive) {
            return Ok(Bool(decisive));
        }
        Ok(match (a, self.condition(b)?) {
            (_, Some(value)) if value == decisive => Bool(decisive),
            (Some(_), Some(_)) => Bool(!decisive),
            _ => Unknown,
        })
    }

    /// Runs through a list without building it.
    pub(super) fn visit(&mut self, list: &'a Expr, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        self.step()?;
        match list {
            Expr::Load(path, kind) => self.visit_field(path, *kind, visit),
            Expr::List(items) => {
                for item in items {
                    let value = self.value(item)?;
                    if visit(self, value)? == Then::Stop {
                        break;
                    }
                }
                Ok(Seen::All)
            }
            Expr::Map(each) => self.visit(&each.list, &mut |run, item| {
                run.variables[each.variable] = item;
                let value = run.value(&each.body)?;
                visit(run, value)
            }),
            Expr::Filter(each) => self.visit_filtered(each, visit),
            Expr::If(parts) => match self.value(&parts[0])? {
                Bool(true) => self.visit(&parts[1], visit),
                Bool(false) => self.visit(&parts[2], visit),
                _ => Ok(Seen::Part),
            },
            _ => Ok(Seen::Part),
        }
    }

    fn visit_field(&mut self, path: &'a Path, kind: Kind, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        let Some(Node { value: Json::Array(items), .. }) = self.find(path)? else { return Ok(Seen::Part) };
        for item in items {
            self.step()?;
            if visit(self, read(item, kind))? == Then::Stop {
                break;
            }
        }
        Ok(Seen::All)
    }

    fn visit_filtered(&mut self, each: &'a Each, visit: Visit<'_, 'a>) -> Result<Seen, Reason> {
        let mut seen = Seen::All;
        let under = self.visit(&each.list, &mut |run, item| {
            run.variables[each.variable] = item;
            match run.value(&each.body)? {
                Bool(true) => visit(run, item),
                Bool(false) => Ok(Then::Next),
                _ => {
                    seen = Seen::Part;
                    Ok(Then::Next)
                }
            }
        })?;
        Ok(if under == Seen::All { seen } else { Seen::Part })
    }

    /// `exists` looks for an item that comes to true, `all` for one that comes to false.
    #[inline(never)]
    fn any(&mut self, each: &'a Each, decisive: bool) -> Result<Value<'a>, Reason> {
        let (mut found, mut unknown) = (false, false);
        let seen = self.visit(&each.list, &mut |run, item| {
            run.variables[each.variable] = item;
            match run.value(&each.body)? {
                Bool(value) => found = value == decisive,
                _ => unknown = true,
            }
            Ok(if found { Then::Stop } else { Then::Next })
        })?;
        Ok(match (found, unknown || seen == Seen::Part) {
            (true, _) => Bool(decisive),
            (false, true) => Unknown,
            (false, false) => Bool(!decisive),
        })
    }

    #[inline(never)]
    fn exactly_one(&mut self, each: &'a Each) -> Result<Value<'a>, Reason> {
        let (mut found, mut unknown) = (0, false);
        let seen = self.visit(&each.list, &mut |run, item| {
            run.variables[each.variable] = item;
            match run.value(&each.body)? {
                Bool(value) => found += u32::from(value),
                _ => unknown = true,
            }
            Ok(if found > 1 { Then::Stop } else { Then::Next })
        })?;
        Ok(match (found > 1, unknown || seen == Seen::Part) {
            (true, _) => Bool(false),
            (false, true) => Unknown,
            (false, false) => Bool(found == 1),
        })
    }

    /// The least and greatest of an empty list are unknown; its sum and size are 0.
    #[inline(never)]
    fn fold(&mut self, fold: Fold, list: &'a Expr) -> Result<Value<'a>, Reason> {
        let mut total = match fold {
            Fold::Sum | Fold::Size => Some(Value::Decimal(Number::ZERO)),
            Fold::Least | Fold::Greatest => None,
        };
        let seen = self.visit(list, &mut |_, item| {
            let next = match (fold, total) {
                (Fold::Size, Some(Value::Decimal(count))) => add(count, Number::ONE)?,
                (Fold::Sum, Some(Value::Decimal(sum))) => match item {
                    Value::Decimal(number) => add(sum, number)?,
                    _ => Unknown,
                },
                (Fold::Least, Some(least)) => extreme(least, item, Ordering::Less),
                (Fold::Greatest, Some(greatest)) => extreme(greatest, item, Ordering::Greater),
                (_, _) => item,
            };
            total = Some(next);
            Ok(if matches!(next, Unknown) { Then::Stop } else { Then::Next })
        })?;
        Ok(total.filter(|_| seen == Seen::All).unwrap_or(Unknown))
    }

    #[inline(never)]
    fn member_of(&mut self, value: &'a Expr, list: &'a Expr) -> Result<Value<'a>, Reason> {
        let value = self.value(value)?;
        let (mut found, mut unknown) = (false, matches!(value, Unknown));
        let seen = self.visit(list, &mut |_, item| {
            match order(&value, &item) {
                Some(ordering) => found = ordering == Ordering::Equal,
                None => unknown = true,
            }
            Ok(if found { Then::Stop } else { Then::Next })
        })?;
        Ok(match (found, unknown || seen == Seen::Part) {
            (true, _) => Bool(true),
            (false, true) => Unknown,
            (false, false) => Bool(false),
        })
    }
}

/// A normalized record has its members in form order, so a member stands at most a few places before its own in the
/// form: as many as fields before it are missing.
fn member<'a>(node: &'a Node<'a>, (name, place): &(String, usize)) -> Option<&'a Node<'a>> {
    let Json::Object(members) = &node.value else { return None };
    let (before, after) = members.split_at(members.len().min(place + 1));
    before.iter().rev().chain(after).find(|member| member.name == *name).map(|member| &member.node)
}

#[inline]
pub(super) fn read<'a>(node: &'a Node<'a>, kind: Kind) -> Value<'a> {
    match (kind, &node.value) {
        (_, Json::Refused | Json::Null) => Unknown,
        (Kind::Decimal, Json::Number(text)) | (Kind::Decimal | Kind::Date | Kind::Text, Json::Text(text)) => {
            scalar(text, kind)
        }
        (Kind::Bool, Json::Bool(value)) => Bool(*value),
        (Kind::Whole, _) => Value::Node(node),
        _ => Unknown,
    }
}

/// A single value that is written as a text.
#[inline]
fn scalar(text: &str, kind: Kind) -> Value<'_> {
    match kind {
        Kind::Decimal => Number::parse(text).map_or(Unknown, Value::Decimal),
        Kind::Date => exact::parse_date(text).map_or(Unknown, Value::Date),
        Kind::Text => Value::Text(text),
        Kind::Bool => Bool(text == "true"),
        Kind::Whole => Unknown,
    }
}
