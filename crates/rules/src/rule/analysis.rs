//! What can be said of a rule before any record is judged: which fields it uses, and which of its conditions always come
//! out the same. Works on the rule as written, so that every answer has a place; what it does not know is "anything".

use super::{
    ast::{Ast, Kind, Operator, Relation},
    parse,
};
use crate::json::pointer;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What the form says of the value at a pointer, `*` standing for the items of a list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fact {
    /// There in every clean record, or in every item.
    pub(crate) always: bool,
    /// Least and greatest value of a decimal.
    pub(crate) value: Span,
    /// Least and greatest number of characters or items.
    pub(crate) size: Span,
    /// The texts that are possible; empty when any is.
    pub(crate) choices: Vec<String>,
}

/// Bounds, where there are any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    /// Least.
    pub(crate) min: Option<Decimal>,
    /// Greatest.
    pub(crate) max: Option<Decimal>,
}

/// Facts by pointer.
pub(crate) type Facts = BTreeMap<String, Fact>;

/// A condition that always comes out the same whenever it can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Constant {
    /// Byte in the rule's text: the operator or name.
    pub(crate) at: usize,
    /// What it comes out as.
    pub(crate) value: bool,
    /// Whether it is the whole rule.
    pub(crate) whole: bool,
}

/// What is known of a rule.
#[derive(Debug, Default)]
pub(crate) struct Analysis {
    /// Pointers of the fields it uses, and where each is named first.
    pub(crate) fields: BTreeMap<String, usize>,
    /// Outermost conditions that always come out the same.
    pub(crate) constants: Vec<Constant>,
}

/// Analyses a rule that the form's loader has accepted; `item` is the name of an `each` rule's item and the pointer of
/// its list. `None` when the text is no rule.
pub(crate) fn analyse(text: &str, item: Option<(&str, &str)>, facts: &Facts) -> Option<Analysis> {
    let ast = parse::parse(text).ok()?;
    let mut analyser = Analyser { facts, variables: Vec::new(), found: Analysis::default() };
    if let Some((name, list)) = item {
        analyser.variables.push((name.to_owned(), Some(format!("{list}/*"))));
    }
    let verdict = analyser.value(&ast);
    let mut found = analyser.found;
    if let Value::Truth(Some(value)) = verdict {
        found.constants = vec![Constant { at: ast.at, value, whole: true }];
    }
    Some(found)
}

/// What an expression may come to.
#[derive(Clone, Debug)]
enum Value {
    Number(Span),
    Truth(Option<bool>),
    /// The texts possible; `None`: any.
    Text(Option<Vec<String>>),
    Anything,
}

struct Analyser<'f> {
    facts: &'f Facts,
    /// Name of each variable, and the pointer of what it stands for when that is known.
    variables: Vec<(String, Option<String>)>,
    found: Analysis,
}

impl Analyser<'_> {
    // Recursion is as deep as the rule, which the parser bounds.
    fn value(&mut self, ast: &Ast) -> Value {
        match &ast.kind {
            Kind::Decimal(number) => Value::Number(Span { min: Some(*number), max: Some(*number) }),
            Kind::Text(text) => Value::Text(Some(vec![text.clone()])),
            Kind::Bool(value) => Value::Truth(Some(*value)),
            Kind::List(items) => {
                items.iter().for_each(|item| drop(self.value(item)));
                Value::Anything
            }
            Kind::Name(_) | Kind::Member(..) => self.field(ast),
            Kind::Not(inner) => match self.value(inner) {
                Value::Truth(value) => Value::Truth(value.map(|value| !value)),
                other => other,
            },
            Kind::Negate(inner) => match self.value(inner) {
                Value::Number(span) => Value::Number(negated(span)),
                other => other,
            },
            Kind::Call { target, name, arguments } => self.call(target.as_deref(), name, arguments),
            Kind::Binary(operator, sides) => self.binary(*operator, sides),
            Kind::If(parts) => {
                let condition = self.condition(&parts[0]);
                let (then, otherwise) = (self.value(&parts[1]), self.value(&parts[2]));
                match condition {
                    Some(true) => then,
                    Some(false) => otherwise,
                    None => either(then, otherwise),
                }
            }
        }
    }

    /// A condition within the rule: one that always comes out the same is told, unless it is written so.
    fn condition(&mut self, ast: &Ast) -> Option<bool> {
        let known = self.found.constants.len();
        let Value::Truth(value) = self.value(ast) else { return None };
        if let Some(value) = value
            && !matches!(ast.kind, Kind::Bool(_))
        {
            // The outermost says it for those within.
            self.found.constants.truncate(known);
            self.found.constants.push(Constant { at: ast.at, value, whole: false });
        }
        value
    }

    fn pointer(&self, ast: &Ast) -> Option<String> {
        match &ast.kind {
            Kind::Name(name) => match self.variables.iter().rev().find(|(variable, _)| variable == name) {
                Some((_, pointer)) => pointer.clone(),
                None => Some(pointer::below("", name)),
            },
            Kind::Member(of, name) => Some(pointer::below(&self.pointer(of)?, name)),
            _ => None,
        }
    }

    fn field(&mut self, ast: &Ast) -> Value {
        let Some(pointer) = self.pointer(ast) else {
            // A member of what a function gives: the fields are its arguments.
            if let Kind::Member(of, _) = &ast.kind {
                self.value(of);
            }
            return Value::Anything;
        };
        let Some(fact) = self.facts.get(&pointer) else { return Value::Anything };
        self.found.fields.entry(pointer).or_insert(ast.at);
        if fact.value != Span::default() {
            return Value::Number(fact.value);
        }
        if fact.choices.is_empty() { Value::Anything } else { Value::Text(Some(fact.choices.clone())) }
    }

    /// What the form says of the field that an expression names, if it names one.
    fn fact(&mut self, ast: &Ast) -> Option<Fact> {
        self.value(ast);
        self.facts.get(&self.pointer(ast)?).cloned()
    }

    fn call(&mut self, target: Option<&Ast>, name: &str, arguments: &[Ast]) -> Value {
        match (target, name, arguments) {
            (None, "has", [field]) => {
                let always = self.fact(field).is_some_and(|fact| fact.always);
                Value::Truth(always.then_some(true))
            }
            (None, "size", [of]) | (Some(of), "size", []) => {
                let size = self.fact(of).map(|fact| fact.size).unwrap_or_default();
                Value::Number(Span { min: size.min.or(Some(Decimal::ZERO)), max: size.max })
            }
            (None, "abs", [number]) => {
                self.value(number);
                Value::Number(Span { min: Some(Decimal::ZERO), max: None })
            }
            (Some(text), "startsWith", [prefix]) => match (self.value(text), self.value(prefix)) {
                (Value::Text(Some(texts)), Value::Text(Some(prefixes))) if prefixes.len() == 1 => {
                    Value::Truth(all_or_none(&texts, |text| text.starts_with(&prefixes[0])))
                }
                _ => Value::Truth(None),
            },
            (Some(list), "all" | "exists" | "exists_one", [variable, body]) => {
                self.quantified(list, variable, body);
                Value::Truth(None)
            }
            (Some(list), "map" | "filter", [variable, body]) => {
                self.quantified(list, variable, body);
                Value::Anything
            }
            // The last says as of which day the table is asked: the finding is not about that day.
            (None, "lookup", [_table, key, _as_of]) => {
                self.value(key);
                Value::Anything
            }
            _ => {
                target.into_iter().chain(arguments).for_each(|part| drop(self.value(part)));
                Value::Anything
            }
        }
    }

    fn quantified(&mut self, list: &Ast, variable: &Ast, body: &Ast) {
        self.value(list);
        let Kind::Name(name) = &variable.kind else { return };
        let items = self.pointer(list).map(|pointer| format!("{pointer}/*"));
        self.variables.push((name.clone(), items));
        self.condition(body);
        self.variables.pop();
    }

    fn binary(&mut self, operator: Operator, [left, right]: &[Ast; 2]) -> Value {
        match operator {
            Operator::And => match (self.condition(left), self.condition(right)) {
                (Some(false), _) | (_, Some(false)) => Value::Truth(Some(false)),
                (Some(true), Some(true)) => Value::Truth(Some(true)),
                _ => Value::Truth(None),
            },
            Operator::Or => match (self.condition(left), self.condition(right)) {
                (Some(true), _) | (_, Some(true)) => Value::Truth(Some(true)),
                (Some(false), Some(false)) => Value::Truth(Some(false)),
                _ => Value::Truth(None),
            },
            Operator::Compare(relation) => {
                let sides = (self.value(left), self.value(right));
                Value::Truth(if same(left, right) { of_same(relation) } else { compare(relation, &sides.0, &sides.1) })
            }
            Operator::In => Value::Truth(self.membership(left, right)),
            Operator::Add | Operator::Subtract => match (self.value(left), self.value(right)) {
                (Value::Number(a), Value::Number(b)) if operator == Operator::Add => Value::Number(sum(a, b)),
                (Value::Number(a), Value::Number(b)) => Value::Number(sum(a, negated(b))),
                _ => Value::Anything,
            },
            _ => {
                self.value(left);
                self.value(right);
                Value::Anything
            }
        }
    }

    fn membership(&mut self, left: &Ast, right: &Ast) -> Option<bool> {
        let value = self.value(left);
        let Kind::List(items) = &right.kind else {
            self.value(right);
            return None;
        };
        let texts: Option<Vec<&str>> = items
            .iter()
            .map(|item| if let Kind::Text(text) = &item.kind { Some(text.as_str()) } else { None })
            .collect();
        match (value, texts) {
            (Value::Text(Some(choices)), Some(texts)) => {
                all_or_none(&choices, |choice| texts.contains(&choice.as_str()))
            }
            _ => None,
        }
    }
}

fn all_or_none(texts: &[String], holds: impl Fn(&String) -> bool) -> Option<bool> {
    match texts.iter().filter(|text| holds(text)).count() {
        0 => Some(false),
        count if count == texts.len() => Some(true),
        _ => None,
    }
}

fn negated(span: Span) -> Span {
    Span { min: span.max.map(|max| -max), max: span.min.map(|min| -min) }
}

fn sum(a: Span, b: Span) -> Span {
    let add = |a: Option<Decimal>, b: Option<Decimal>| a.zip(b).and_then(|(a, b)| a.checked_add(b));
    Span { min: add(a.min, b.min), max: add(a.max, b.max) }
}

fn either(a: Value, b: Value) -> Value {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => {
            let least = a.min.zip(b.min).map(|(a, b)| a.min(b));
            let most = a.max.zip(b.max).map(|(a, b)| a.max(b));
            Value::Number(Span { min: least, max: most })
        }
        (Value::Truth(a), Value::Truth(b)) => Value::Truth(a.filter(|_| a == b)),
        _ => Value::Anything,
    }
}

/// A value compared with itself.
const fn of_same(relation: Relation) -> Option<bool> {
    Some(matches!(relation, Relation::Equal | Relation::LessOrEqual | Relation::GreaterOrEqual))
}

fn compare(relation: Relation, left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => match relation {
            Relation::Less => less(*a, *b),
            Relation::GreaterOrEqual => less(*a, *b).map(|less| !less),
            Relation::Greater => less(*b, *a),
            Relation::LessOrEqual => less(*b, *a).map(|less| !less),
            Relation::Equal => equal(*a, *b),
            Relation::NotEqual => equal(*a, *b).map(|equal| !equal),
        },
        (Value::Text(Some(a)), Value::Text(Some(b))) => {
            let equal = match (a.as_slice(), b.as_slice()) {
                ([a], [b]) => Some(a == b),
                (a, b) if a.iter().all(|text| !b.contains(text)) => Some(false),
                _ => None,
            };
            match relation {
                Relation::Equal => equal,
                Relation::NotEqual => equal.map(|equal| !equal),
                _ => None,
            }
        }
        _ => None,
    }
}

fn less(a: Span, b: Span) -> Option<bool> {
    if a.max.zip(b.min).is_some_and(|(a, b)| a < b) {
        return Some(true);
    }
    a.min.zip(b.max).is_some_and(|(a, b)| a >= b).then_some(false)
}

fn equal(a: Span, b: Span) -> Option<bool> {
    let one = |span: Span| span.min.filter(|_| span.min == span.max);
    if let (Some(a), Some(b)) = (one(a), one(b)) {
        return Some(a == b);
    }
    (less(a, b) == Some(true) || less(b, a) == Some(true)).then_some(false)
}

/// Whether two parts of a rule are written alike.
fn same(a: &Ast, b: &Ast) -> bool {
    let all = |a: &[Ast], b: &[Ast]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    match (&a.kind, &b.kind) {
        (Kind::Decimal(a), Kind::Decimal(b)) => a == b,
        (Kind::Text(a), Kind::Text(b)) | (Kind::Name(a), Kind::Name(b)) => a == b,
        (Kind::Bool(a), Kind::Bool(b)) => a == b,
        (Kind::Member(a, x), Kind::Member(b, y)) => x == y && same(a, b),
        (Kind::Not(a), Kind::Not(b)) | (Kind::Negate(a), Kind::Negate(b)) => same(a, b),
        (Kind::Binary(x, a), Kind::Binary(y, b)) => x == y && all(&a[..], &b[..]),
        (
            Kind::Call { target: a_target, name: a, arguments: a_arguments },
            Kind::Call { target: b_target, name: b, arguments: b_arguments },
        ) => {
            let targets = match (a_target, b_target) {
                (Some(a), Some(b)) => same(a, b),
                (None, None) => true,
                _ => false,
            };
            a == b && targets && all(a_arguments, b_arguments)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
