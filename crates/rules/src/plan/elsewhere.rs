//! What of a compiled form only the validator words when it is broken, as far as the form alone tells. What depends on the
//! record besides, as several faults in one place, only the metric counts.

use super::{
    condition::Condition,
    test::{Plan, RecordTest, Test, TextTest},
};
use crate::json::pointer;
use crate::shape::{Fields, Kind, Shape};

/// A keyword whose faults take the slower way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Elsewhere {
    /// Pointer of the value that it is about, `*` for the items of a list; of a condition, that of the object.
    pub pointer: String,
    /// The keyword; empty where several schemas say more than one thing of a text.
    pub keyword: &'static str,
}

impl Plan {
    /// The keywords of which only the validator tells what is wrong, in form order.
    pub(crate) fn elsewhere(&self, shape: &Shape) -> Vec<Elsewhere> {
        let mut found = Vec::new();
        if let Kind::Record(fields) = &shape.kind {
            record(&self.0, fields, "", &mut found);
        }
        found
    }
}

fn record(test: &RecordTest, fields: &Fields, at: &str, found: &mut Vec<Elsewhere>) {
    test.conditions.iter().for_each(|asked| condition(asked, at, found));
    for (test, field) in test.fields.iter().zip(fields) {
        value(test, &field.shape, &pointer::below(at, &field.name), found);
    }
}

// Recursion is as deep as the form.
fn value(test: &Test, shape: &Shape, at: &str, found: &mut Vec<Elsewhere>) {
    match (test, &shape.kind) {
        (Test::Text(test), _) if test.is_mixed && test.asks() > 1 => {
            found.push(Elsewhere { pointer: at.to_owned(), keyword: "" });
        }
        (Test::List { each, .. }, Kind::List(item)) => value(each, item, &pointer::below(at, "*"), found),
        (Test::Record(test), Kind::Record(fields)) => record(test, fields, at, found),
        _ => {}
    }
}

// As `Finder::broken` goes through them. Recursion is as deep as the form.
fn condition(asked: &Condition, at: &str, found: &mut Vec<Elsewhere>) {
    let (alternatives, keyword) = match asked {
        Condition::All(parts) => return parts.iter().for_each(|part| condition(part, at, found)),
        Condition::If(parts) => return parts.iter().skip(1).for_each(|part| condition(part, at, found)),
        Condition::Any(parts) => (parts, "anyOf"),
        Condition::One(parts) => (parts, "oneOf"),
        Condition::Not(..) | Condition::There(_) | Condition::Asks(_) | Condition::Value(..) => return,
    };
    if !alternatives.iter().all(|part| matches!(part, Condition::There(_))) {
        found.push(Elsewhere { pointer: at.to_owned(), keyword });
    }
}

impl TextTest {
    /// How many things it asks for.
    fn asks(&self) -> usize {
        let bounded = self.length != (0, usize::MAX);
        [!self.choices.is_empty(), bounded, self.pattern.is_some(), self.date].into_iter().filter(|asks| *asks).count()
    }
}
