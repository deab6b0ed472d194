//! What rules mean, what is refused, and what no rule can do.

mod against_cel;
mod bounds;
mod errors;
mod lanes;
mod lookup;
mod meaning;
mod once;
mod short;

use super::{Facts, Index, Names, Rule, Truth, Type};
use crate::json::{Member, Node, Value};
use record::RecordTime;
use std::borrow::Cow;

/// A text that stands for a value which a normalizer refused.
const REFUSED: &str = "(refused)";
/// 2026-11-20, the date of every record here.
const TIME: RecordTime = RecordTime(1_795_132_800_000);

fn node(json: serde_json::Value) -> Node<'static> {
    let value = match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => Value::Number(Cow::Owned(number.to_string())),
        serde_json::Value::String(text) if text == REFUSED => Value::Refused,
        serde_json::Value::String(text) => Value::Text(Cow::Owned(text)),
        serde_json::Value::Array(items) => Value::Array(items.into_iter().map(node).collect()),
        serde_json::Value::Object(members) => {
            let member = |(name, value)| Member::new(Cow::Owned(name), 0, node(value));
            Value::Object(members.into_iter().map(member).collect())
        }
    };
    Node { start: 0, end: 0, value }
}

fn record(fields: Vec<(&str, Type)>) -> Type {
    Type::Record(fields.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect())
}

fn list(item: Type) -> Type {
    Type::List(Box::new(item))
}

/// An invoice, and a little of everything else.
fn types() -> Type {
    let line = record(vec![
        ("qty", Type::Decimal),
        ("price", Type::Decimal),
        ("amount", Type::Decimal),
        ("pto", Type::Decimal),
        ("sku", Type::Text),
        ("on", Type::Date),
        ("days", list(Type::Decimal)),
    ]);
    record(vec![
        ("subtotal", Type::Decimal),
        ("tax", Type::Decimal),
        ("total", Type::Decimal),
        ("terms", Type::Decimal),
        ("currency", Type::Text),
        ("method", Type::Choice(vec!["ach".into(), "wire".into()])),
        ("iban", Type::Text),
        ("vat", Type::Text),
        ("dated", Type::Date),
        ("due", Type::Date),
        ("paid", Type::Bool),
        ("lines", list(line)),
        ("tags", list(Type::Text)),
        ("amounts", list(Type::Decimal)),
        ("vendor", record(vec![("name", Type::Text), ("country", Type::Text)])),
    ])
}

fn evaluate(rule: &str, json: serde_json::Value) -> Truth {
    let parsed = Rule::parse(rule, Names { record: &types(), item: None, tables: &[] })
        .unwrap_or_else(|error| panic!("{rule}: {error:?}"));
    both(&parsed, &types(), &node(json), Some(TIME))
}

/// The record as normalizing leaves it: members know their places in the form and stand in that order.
fn numbered(record: &Node<'static>, ty: &Type) -> Node<'static> {
    let mut record = record.clone();
    match (ty, &mut record.value) {
        (Type::Record(fields), Value::Object(members)) => {
            for member in &mut *members {
                let field = fields.iter().zip(0..).find(|((name, _), _)| *name == member.name);
                if let Some(((_, ty), slot)) = field {
                    (member.slot, member.node) = (slot, numbered(&member.node, ty));
                }
            }
            members.sort_by_key(|member| member.slot);
        }
        (Type::List(ty), Value::Array(items)) => items.iter_mut().for_each(|item| *item = numbered(item, ty)),
        _ => {}
    }
    record
}

/// What a rule says of a record. It must be the same whether the rule looks for its fields itself or they were found for
/// all rules, by name or by number.
fn both(rule: &Rule, types: &Type, record: &Node<'static>, time: Option<RecordTime>) -> Truth {
    let Type::Record(fields) = types else { panic!("a record") };
    let truth = rule.evaluate(Facts::new(record, None, time));
    let numbered = numbered(record, types);
    for record in [record, &numbered] {
        let index = Index::new(record, fields.iter().map(|(name, _)| name.as_str())).with_lists(record);
        let alone = Facts::new(record, None, time);
        let indexed = alone.indexed(&index);
        assert_eq!(rule.evaluate(alone), truth);
        assert_eq!(rule.evaluate(indexed), truth);
        assert_eq!(rule.evaluate(indexed), truth, "what was read before is read again");
    }
    truth
}
