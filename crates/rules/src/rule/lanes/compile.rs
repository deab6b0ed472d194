//! [`Expr`] to the short way, where it has one.

use super::{
    Any, Call, Condition, Fold, Given, Items, LANES_MAX, Lanes, Number, Place, Program, SumOfDate, Text, cells::Sheet,
};
use crate::rule::{
    Rule, STEPS_MAX,
    ast::Relation,
    function::{Function, Sort},
    once,
    program::{self, Arithmetic, Each, Expr, Kind, Path, Quantifier, Root},
};

/// No part of a program takes more steps, those of functions and lists aside.
const STEPS: u64 = 16;

impl Lanes {
    /// Of rules and, for each, the place in form order of the list that it is a rule for each item of. A list elsewhere has
    /// no short way.
    pub(crate) fn new<'f>(rules: impl Iterator<Item = (&'f Rule, Speaks)>) -> Self {
        let mut lanes = Self::default();
        for (rule, each) in rules {
            let program = lanes.compile(&rule.program, each);
            lanes.rules.push(program);
        }
        lanes
    }

    fn compile(&mut self, program: &Expr, each: Speaks) -> Option<Program> {
        let mut compiler =
            Compiler { lanes: self, variables: Vec::new(), times: 1, steps: 0, lists: each != Speaks::Record };
        let each = match each {
            Speaks::Record => None,
            Speaks::List(slot) => {
                let list = compiler.sheet().list(slot);
                compiler.variables.push(Variable::Item(list));
                Some(list)
            }
            Speaks::Elsewhere => return None,
        };
        let holds = compiler.condition(program)?;
        let holds = if each.is_some() { compiler.uniform(holds).0 } else { holds.0 };
        // Of single values the evaluator takes no longer.
        if !compiler.lists {
            return None;
        }
        // Where the evaluator might take too many steps, only it can tell.
        (compiler.steps <= u64::from(STEPS_MAX)).then_some(Program { each, holds })
    }
}

/// What a rule speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaks {
    Record,
    /// The items of the list at this place in form order.
    List(usize),
    Elsewhere,
}

/// What a variable holds.
#[derive(Clone, Copy)]
enum Variable {
    /// An item of a list.
    Item(usize),
    /// A constant of a list of such.
    Constant(i64, u32),
}

/// What was made, and the variables that it names: a bit for each.
type Made<T> = (T, u16);

struct Compiler<'l> {
    lanes: &'l mut Lanes,
    variables: Vec<Variable>,
    /// How often the part at hand may be evaluated.
    times: u64,
    /// More than the evaluator takes for any record that has a short way.
    steps: u64,
    /// Whether it runs through a list.
    lists: bool,
}

impl Compiler<'_> {
    fn sheet(&mut self) -> &mut Sheet {
        &mut self.lanes.sheet
    }

    fn count(&mut self, steps: u64) {
        self.steps = self.steps.saturating_add(self.times.saturating_mul(STEPS + steps));
    }

    fn condition(&mut self, expr: &Expr) -> Option<Made<Condition>> {
        self.count(0);
        Some(match expr {
            Expr::Bool(value) => (Condition::Constant(*value), 0),
            Expr::Has(path) => self.place(path, Kind::Whole).map(|(place, names)| (Condition::Has(place), names))?,
            Expr::Load(Path { root: Root::Computed(row), .. }, _) => (Condition::Row(self.row(row)?), 0),
            Expr::Load(path, Kind::Bool) => {
                self.place(path, Kind::Bool).map(|(place, names)| (Condition::Field(place), names))?
            }
            Expr::InForce(lookup) if lookup.key.is_plain() && lookup.as_of.is_plain() => {
                (Condition::Row(lookup.table), 0)
            }
            Expr::Not(inner) => {
                let (inner, names) = self.condition(inner)?;
                (Condition::Not(Box::new(inner)), names)
            }
            Expr::And(sides) => {
                let (sides, names) = self.sides(sides)?;
                (Condition::And(sides), names)
            }
            Expr::Or(sides) => {
                let (sides, names) = self.sides(sides)?;
                (Condition::Or(sides), names)
            }
            Expr::Cases(text, cases) => self.cases(text, cases)?,
            Expr::Compare(relation, kind, sides) => self.comparison(*relation, *kind, sides)?,
            Expr::In(sides) => self.membership(&sides[0], &sides[1])?,
            Expr::Among(text, texts) => {
                self.count(texts.len() as u64);
                let (text, names) = self.text(text)?;
                (Condition::Among(text, texts.iter().map(|(text, _)| text.clone()).collect()), names)
            }
            Expr::Quantify(Quantifier::All, each) => self.any(each, false)?,
            Expr::Quantify(Quantifier::Exists, each) => self.any(each, true)?,
            Expr::If(parts) => {
                let parts = [self.condition(&parts[0])?, self.condition(&parts[1])?, self.condition(&parts[2])?];
                let names = parts.iter().fold(0, |names, part| names | part.1);
                (Condition::Choice(Box::new(parts.map(|part| part.0))), names)
            }
            Expr::Same(inner) => {
                let made = self.condition(inner)?;
                self.uniform(made)
            }
            Expr::Call(function @ Function { gives: Sort::Condition, .. }, arguments) => {
                let (call, names) = self.call(function, arguments)?;
                self.uniform((Condition::Call(call), names))
            }
            _ => return None,
        })
    }

    /// Those that are the same in all lanes are computed once, where others are not.
    fn sides(&mut self, sides: &[Expr]) -> Option<Made<Vec<Condition>>> {
        let mut made = Vec::with_capacity(sides.len());
        for side in sides {
            let (variables, times) = (self.variables.len(), self.times);
            let Some(side) = self.condition(side) else {
                // Of a list the sides before it may decide for every item: then the evaluator comes no further either.
                if made.is_empty() || self.variables.is_empty() {
                    return None;
                }
                self.variables.truncate(variables);
                self.times = times;
                made.push((Condition::NotHere, 0));
                break;
            };
            made.push(side);
        }
        let sides = made;
        let names = sides.iter().fold(0, |names, side| names | side.1);
        let sides = sides.into_iter().map(|side| if names == 0 { side.0 } else { self.uniform(side).0 });
        Some((sides.collect(), names))
    }

    fn cases(&mut self, text: &Path, cases: &[(String, Expr)]) -> Option<Made<Condition>> {
        let (place, mut names) = self.place(text, Kind::Text)?;
        let mut sides = Vec::with_capacity(cases.len());
        for (named, wanted) in cases {
            self.count(0);
            let same = Condition::Same(Box::new([Text::Field(place), Text::Constant(named.clone())]));
            let wanted = self.condition(wanted)?;
            names |= wanted.1;
            sides.push(Condition::Or(vec![Condition::Not(Box::new(same)), self.uniform(wanted).0]));
        }
        Some((Condition::And(sides), names))
    }

    fn comparison(&mut self, relation: Relation, kind: Kind, [a, b]: &[Expr; 2]) -> Option<Made<Condition>> {
        let equal =
            |condition| if relation == Relation::Equal { condition } else { Condition::Not(Box::new(condition)) };
        Some(match kind {
            Kind::Decimal | Kind::Date => {
                let (sides, names) = self.numbers(a, b)?;
                (Condition::Compare(relation, sides), names)
            }
            Kind::Text => {
                let (a, b) = (self.text(a)?, self.text(b)?);
                (equal(Condition::Same(Box::new([a.0, b.0]))), a.1 | b.1)
            }
            Kind::Bool => {
                let (a, b) = (self.condition(a)?, self.condition(b)?);
                (equal(Condition::Alike(Box::new([a.0, b.0]))), a.1 | b.1)
            }
            Kind::Whole => return None,
        })
    }

    /// A number that is one of some constants.
    fn membership(&mut self, value: &Expr, list: &Expr) -> Option<Made<Condition>> {
        let Expr::List(items) = list else { return None };
        self.count(items.len() as u64 * STEPS);
        let (value, names) = self.number(value)?;
        let equals = items.iter().map(|item| {
            let constant = constant(item)?;
            Some(Condition::Compare(Relation::Equal, Box::new([value.clone(), constant])))
        });
        Some((Condition::Or(equals.collect::<Option<_>>()?), names))
    }

    fn any(&mut self, each: &Each, decisive: bool) -> Option<Made<Condition>> {
        if let Expr::List(constants) = &each.list {
            return self.unrolled(each, constants, decisive);
        }
        let (mut items, outer) = self.items(&each.list, each.variable)?;
        let body = self.condition(&each.body)?;
        let names = outer | self.leave(body.1);
        let body = self.uniform(body).0;
        items.names = names;
        Some((Condition::Any(decisive, Box::new(Any { items, body })), names))
    }

    /// A condition asked of constants: of each by itself.
    fn unrolled(&mut self, each: &Each, constants: &[Expr], decisive: bool) -> Option<Made<Condition>> {
        let (mut sides, mut names) = (Vec::new(), 0);
        for item in constants {
            let Number::Constant(value, scale) = constant(item)? else { return None };
            self.count(STEPS);
            self.enter(each.variable, Variable::Constant(value, scale))?;
            let side = self.condition(&each.body);
            self.variables.pop();
            let side = side?;
            names |= side.1;
            sides.push(side);
        }
        let sides: Vec<_> =
            sides.into_iter().map(|side| if names == 0 { side.0 } else { self.uniform(side).0 }).collect();
        Some((if decisive { Condition::Or(sides) } else { Condition::And(sides) }, names))
    }

    /// Numbers of two sides: one that is the same in all lanes is computed once, where the other is not.
    fn numbers(&mut self, a: &Expr, b: &Expr) -> Option<Made<Box<[Number; 2]>>> {
        let (a, b) = (self.number(a)?, self.number(b)?);
        Some(self.pair(a, b))
    }

    fn pair(&mut self, a: Made<Number>, b: Made<Number>) -> Made<Box<[Number; 2]>> {
        let names = a.1 | b.1;
        if names == 0 {
            return (Box::new([a.0, b.0]), 0);
        }
        (Box::new([self.uniform_number(a).0, self.uniform_number(b).0]), names)
    }

    fn number(&mut self, expr: &Expr) -> Option<Made<Number>> {
        self.count(0);
        Some(match expr {
            Expr::Decimal(_) | Expr::Date(_) => (constant(expr)?, 0),
            Expr::KeyedOn => (Number::KeyedOn, 0),
            Expr::Load(Path { root: Root::Computed(row), .. }, _) => (Number::Row(self.row(row)?), 0),
            Expr::Load(path, kind @ (Kind::Decimal | Kind::Date)) => self.field(path, *kind)?,
            Expr::LoadOr(path, number) => {
                let ((place, names), (value, scale)) = (self.place(path, Kind::Decimal)?, number.small()?);
                (Number::Or(place, value, scale), names)
            }
            Expr::Arithmetic(operator, sides) => {
                let (a, b) = (self.number(&sides[0])?, self.number(&sides[1])?);
                self.arithmetic(*operator, a, b)?
            }
            Expr::Total(first, others) => {
                let mut total = self.number(first)?;
                for (operator, other) in others {
                    let other = self.number(other)?;
                    total = self.arithmetic(*operator, total, other)?;
                }
                total
            }
            Expr::Absolute(inner) => {
                let (inner, names) = self.number(inner)?;
                (Number::Absolute(Box::new(inner)), names)
            }
            Expr::DaysAfter(sides) => {
                let (sides, names) = self.numbers(&sides[0], &sides[1])?;
                (Number::Shift(sides), names)
            }
            Expr::DaysBefore(sides) => {
                let (date, days) = (self.number(&sides[0])?, self.number(&sides[1])?);
                let days = self.arithmetic(Arithmetic::Subtract, (Number::Constant(0, 0), 0), days)?;
                let (sides, names) = self.pair(date, days);
                (Number::Shift(sides), names)
            }
            Expr::DaysBetween(sides) => {
                let (sides, names) = self.numbers(&sides[0], &sides[1])?;
                (Number::Subtract(sides), names)
            }
            Expr::If(parts) => {
                let (condition, parts) = (self.condition(&parts[0])?, self.numbers(&parts[1], &parts[2])?);
                let ([then, otherwise], names) = (*parts.0, condition.1 | parts.1);
                (Number::Choice(Box::new((condition.0, then, otherwise))), names)
            }
            Expr::Fold(fold, list) => {
                let made = self.fold(*fold, list)?;
                self.uniform_number(made)
            }
            Expr::Same(inner) => {
                let made = self.number(inner)?;
                self.uniform_number(made)
            }
            Expr::SumOfDate(sum) => self.sum_of_date(sum)?,
            Expr::Call(function @ Function { gives: Sort::Decimal | Sort::Date, .. }, arguments) => {
                let (call, names) = self.call(function, arguments)?;
                self.uniform_number((Number::Call(call), names))
            }
            _ => return None,
        })
    }

    fn field(&mut self, path: &Path, kind: Kind) -> Option<Made<Number>> {
        if let (Root::Variable(number), []) = (&path.root, path.steps.as_slice()) {
            let Variable::Constant(value, scale) = self.variables.get(*number)? else { return None };
            return Some((Number::Constant(*value, *scale), 0));
        }
        self.place(path, kind).map(|(place, names)| (Number::Field(place), names))
    }

    fn arithmetic(&mut self, operator: Arithmetic, a: Made<Number>, b: Made<Number>) -> Option<Made<Number>> {
        let (sides, names) = self.pair(a, b);
        Some(match operator {
            Arithmetic::Add => (Number::Add(sides), names),
            Arithmetic::Subtract => (Number::Subtract(sides), names),
            Arithmetic::Multiply => (Number::Multiply(sides), names),
            Arithmetic::Divide => return None,
        })
    }

    fn fold(&mut self, fold: program::Fold, list: &Expr) -> Option<Made<Number>> {
        let (mut items, outer, part) = match list {
            Expr::Map(each) if fold != program::Fold::Size => {
                let (items, outer) = self.items(&each.list, each.variable)?;
                let part = self.number(&each.body)?;
                let names = self.leave(part.1);
                (items, outer | names, self.uniform_number(part).0)
            }
            _ if fold == program::Fold::Size => {
                let (items, outer) = self.items(list, self.variables.len())?;
                self.leave(0);
                (items, outer, Number::Constant(0, 0))
            }
            _ => return None,
        };
        items.names = outer;
        Some((Number::Fold(Box::new(Fold { fold, items, part })), outer))
    }

    fn sum_of_date(&mut self, sum: &Expr) -> Option<Made<Number>> {
        let shape = once::SumOfDate::of(sum)?;
        let wanted = self.number(shape.date)?;
        let (items, _) = self.items(shape.list, shape.variable)?;
        let (date, part) = (self.number(shape.key)?, self.number(shape.part)?);
        self.leave(0);
        let part = self.uniform_number(part).0;
        let sum = SumOfDate { items, date: date.0, part, wanted: wanted.0 };
        Some((Number::SumOfDate(Box::new(sum)), wanted.1))
    }

    /// The items of a list of objects of the record, which a variable now holds, and what a filter names besides.
    fn items(&mut self, list: &Expr, variable: usize) -> Option<Made<Items>> {
        self.count(STEPS);
        self.lists = true;
        match list {
            Expr::Load(path, Kind::Whole) if path.near.scope == 0 => {
                let list = self.sheet().list(path.near.place);
                self.enter(variable, Variable::Item(list))?;
                self.times = self.times.saturating_mul(LANES_MAX as u64);
                self.count(STEPS);
                Some((Items { list, variable, filter: None, names: 0 }, 0))
            }
            Expr::Filter(each) if each.variable == variable => {
                let (items, _) = self.items(&each.list, variable)?;
                let filter = self.condition(&each.body)?;
                let names = filter.1 & !(1 << variable);
                let filter = self.uniform(filter).0;
                items.filter.is_none().then_some((Items { filter: Some(filter), ..items }, names))
            }
            _ => None,
        }
    }

    fn enter(&mut self, variable: usize, holds: Variable) -> Option<()> {
        (variable == self.variables.len()).then(|| self.variables.push(holds))
    }

    /// The last variable, of a list, goes; returns what is named besides it.
    fn leave(&mut self, names: u16) -> u16 {
        self.variables.pop();
        self.times /= LANES_MAX as u64;
        names & !(1 << self.variables.len())
    }

    fn text(&mut self, expr: &Expr) -> Option<Made<Text>> {
        self.count(0);
        Some(match expr {
            Expr::Text(text) => (Text::Constant(text.clone()), 0),
            Expr::Load(Path { root: Root::Computed(row), .. }, _) => (Text::Row(self.row(row)?), 0),
            Expr::Load(path, Kind::Text) => {
                self.place(path, Kind::Text).map(|(place, names)| (Text::Field(place), names))?
            }
            Expr::Call(function @ Function { gives: Sort::Text, .. }, arguments) => {
                let (call, names) = self.call(function, arguments)?;
                (Text::Call(call), names)
            }
            _ => return None,
        })
    }

    fn call(&mut self, function: &'static Function, arguments: &[Expr]) -> Option<Made<Call>> {
        self.count(function.steps.into());
        let (mut given, mut all) = (Vec::with_capacity(arguments.len()), 0);
        for (argument, sort) in arguments.iter().zip(function.takes) {
            let (argument, names) = match sort {
                Sort::Date => self.number(argument).map(|(date, names)| (Given::Date(date), names))?,
                Sort::Text => self.text(argument).map(|(text, names)| (Given::Text(text), names))?,
                Sort::Decimal | Sort::Condition => return None,
            };
            given.push(argument);
            all |= names;
        }
        Some((Call { function, arguments: given }, all))
    }

    /// The table of a row that is looked up by what takes one step and is no error.
    fn row(&mut self, row: &Expr) -> Option<usize> {
        self.count(0);
        match row {
            Expr::Lookup(lookup) if lookup.key.is_plain() && lookup.as_of.is_plain() => Some(lookup.table),
            _ => None,
        }
    }

    fn place(&mut self, path: &Path, kind: Kind) -> Option<Made<Place>> {
        let (scope, slot) = (path.near.scope, path.near.place);
        let list = match scope.checked_sub(1) {
            None => None,
            Some(variable) => match self.variables.get(variable)? {
                Variable::Item(list) => Some(*list),
                Variable::Constant(..) => return None,
            },
        };
        let names = if scope == 0 { 0 } else { 1 << (scope - 1) };
        let column = list.map_or(slot, |list| self.sheet().column(list, slot, kind));
        Some((Place { scope, column, kind }, names))
    }

    /// What names no variable is computed once for a record.
    fn uniform(&mut self, (condition, names): Made<Condition>) -> Made<Condition> {
        let leaf = matches!(
            condition,
            Condition::Constant(_)
                | Condition::Has(_)
                | Condition::Field(_)
                | Condition::Row(_)
                | Condition::Shared(_)
                | Condition::NotHere
        );
        if names != 0 || leaf {
            return (condition, names);
        }
        (Condition::Shared(intern(&mut self.lanes.conditions, condition)), 0)
    }

    fn uniform_number(&mut self, (number, names): Made<Number>) -> Made<Number> {
        let leaf = matches!(number, Number::Constant(..) | Number::KeyedOn | Number::Field(_) | Number::Shared(_));
        if names != 0 || leaf {
            return (number, names);
        }
        (Number::Shared(intern(&mut self.lanes.numbers, number)), 0)
    }
}

/// The place of an equal one, or of this one, added.
fn intern<T: PartialEq>(all: &mut Vec<T>, one: T) -> usize {
    all.iter().position(|other| *other == one).unwrap_or_else(|| {
        all.push(one);
        all.len() - 1
    })
}

/// A number or a date that is written in the rule.
fn constant(expr: &Expr) -> Option<Number> {
    match expr {
        Expr::Decimal(number) => number.small().map(|(value, scale)| Number::Constant(value, scale)),
        Expr::Date(date) => Some(Number::Constant((*date).into(), 0)),
        _ => None,
    }
}
