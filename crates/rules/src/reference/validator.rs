//! What the validator says, as faults like those that a plan finds.

use super::findings::slot_of;
use crate::{
    form::Parts,
    json::{Node, Value as Json, pointer},
    plan::{Fault, Wrong},
    shape::Shape,
};
use jsonschema::{ValidationError, error::ValidationErrorKind as Kind};
use record::Code;
use serde_json::Value;
use std::borrow::Cow;

/// The faults that these errors are, but for those that follow from a value that was refused: nothing may be concluded from that.
pub(super) fn faults<'e>(parts: &'e Parts, root: &'e Node<'e>, errors: &'e [ValidationError<'_>]) -> Vec<Fault<'e>> {
    let schema = &parts.schema.text;
    let mut faults = Vec::new();
    for error in errors {
        let Some(place) = Place::of(&parts.shape, root, error) else { continue };
        let property = if let Kind::Required { property } = error.kind() { property.as_str() } else { None };
        let (because, values) = place.condition(schema, error.evaluation_path().as_str(), property);
        let refused = |pointer: &String| pointer::find(root, pointer).is_some_and(|node| node.value == Json::Refused);
        if values.iter().any(refused) {
            continue;
        }
        let Place { node, shape, slot, path } = place;
        faults.extend(wrongs(schema, path, error).into_iter().map(|wrong| Fault {
            node,
            shape,
            path: path.to_owned(),
            slot,
            because: because.clone(),
            values: values.clone(),
            wrong,
        }));
    }
    faults
}

/// What an error says; of members that are not known, one thing each.
fn wrongs<'e>(schema: &'e Value, path: &str, error: &'e ValidationError<'_>) -> Vec<Wrong<'e>> {
    let kind = error.kind();
    vec![match kind {
        Kind::Required { property } => Wrong::Required(property.as_str().unwrap_or_default()),
        Kind::AdditionalProperties { unexpected } => {
            return unexpected.iter().map(|name| Wrong::Unknown(name)).collect();
        }
        Kind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            Wrong::Among(options.iter().map(text_of).collect::<Vec<_>>().into(), "enum")
        }
        Kind::Constant { expected_value } => Wrong::Among(Cow::Owned(vec![text_of(expected_value)]), "const"),
        Kind::AnyOf { context } => Wrong::NoAlternative(missing(path, context), "anyOf"),
        Kind::OneOfNotValid { context } => Wrong::NoAlternative(missing(path, context), "oneOf"),
        Kind::Not { schema } => match schema["required"].as_array().map_or(&[][..], Vec::as_slice) {
            names @ [Value::String(_), ..] => Wrong::Excluded(names.iter().filter_map(Value::as_str).collect()),
            _ => Wrong::Excluded(Vec::new()),
        },
        Kind::Type { .. } => {
            Wrong::Type(schema.pointer(error.schema_path().as_str()).and_then(Value::as_str).unwrap_or_default())
        }
        Kind::MinLength { limit } => Wrong::MinLength(*limit),
        Kind::MaxLength { limit } => Wrong::MaxLength(*limit),
        Kind::MinItems { limit } => Wrong::MinItems(*limit),
        Kind::MaxItems { limit } => Wrong::MaxItems(*limit),
        Kind::Pattern { pattern } => Wrong::Pattern(pattern),
        Kind::Minimum { limit } => Wrong::Minimum(text_of(limit)),
        Kind::Maximum { limit } => Wrong::Maximum(text_of(limit)),
        Kind::Format { .. } => Wrong::Date,
        kind => Wrong::Other(code(kind), kind.keyword()),
    }]
}

/// The code of an error that it explains alone.
fn code(kind: &Kind) -> Code {
    match kind {
        Kind::UniqueItems => Code::RelDuplicateItem,
        Kind::FalseSchema | Kind::OneOfMultipleValid { .. } => Code::StrNotAllowed,
        // The engine gave up on a value: that is our fault, not the value's.
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => Code::EnvJudgePanic,
        _ => Code::RelRule,
    }
}

/// What each alternative lacks of the object at hand; `None` when one of them asks for anything else.
fn missing<'e>(here: &str, context: &'e [Vec<ValidationError<'_>>]) -> Option<Vec<Vec<&'e str>>> {
    let lacks = |error: &'e ValidationError<'_>| match error.kind() {
        Kind::Required { property } if error.instance_path().as_str() == here => property.as_str(),
        _ => None,
    };
    context.iter().map(|branch| branch.iter().map(lacks).collect()).collect()
}

/// The value an error speaks of.
struct Place<'p> {
    node: &'p Node<'p>,
    shape: Option<&'p Shape>,
    slot: usize,
    path: &'p str,
}

impl<'p> Place<'p> {
    /// `None` when the value was refused.
    fn of(shape: &'p Shape, root: &'p Node<'p>, error: &'p ValidationError<'_>) -> Option<Self> {
        let path = error.instance_path().as_str();
        let mut place = Self { node: root, shape: Some(shape), slot: 0, path };
        for segment in pointer::segments(path)? {
            place.node = pointer::step(place.node, &segment)?;
            place.slot = slot_of(place.shape, &segment);
            place.shape = place.shape.and_then(|shape| shape.step(&segment));
        }
        (place.node.value != Json::Refused).then_some(place)
    }

    /// The fields that the conditions around a keyword name, `None` outside of any condition; and those of them whose
    /// values decide. `property` is what is missing, if anything is.
    fn condition(&self, schema: &Value, keyword: &str, property: Option<&str>) -> (Option<Vec<String>>, Vec<String>) {
        let (root, mut schema) = (schema, schema);
        let mut base = String::new();
        let mut because: Option<Vec<String>> = None;
        let mut asking = Vec::new();
        let mut segments = pointer::segments(keyword).into_iter().flatten();
        while let Some(segment) = segments.next() {
            match &*segment {
                "then" | "else" => named_in(&schema["if"], &base, because.get_or_insert_default()),
                "anyOf" | "oneOf" | "not" => named_in(&schema[&*segment], &base, because.get_or_insert_default()),
                "dependentRequired" => {
                    // Which of its members asks the validator does not say: those that are there, refused or not.
                    let there = |name: &str| self.node.member(name).is_some_and(|node| node.value != Json::Null);
                    for (name, wanted) in schema["dependentRequired"].as_object().into_iter().flatten() {
                        let wants = |wanted: &Value| wanted.as_str() == property;
                        if there(name) && wanted.as_array().is_some_and(|wanted| wanted.iter().any(wants)) {
                            asking.push(pointer::below(&base, name));
                        }
                    }
                    break;
                }
                // The items of a list: the path says which one it was.
                "items" => base = self.path.split('/').take(base.split('/').count() + 1).collect::<Vec<_>>().join("/"),
                _ => {}
            }
            let below = match schema {
                Value::Array(items) => segment.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => schema.get(&*segment),
            };
            let step = match (&*segment, below) {
                ("properties", Some(properties)) => segments.next().and_then(|name| {
                    pointer::push(&mut base, &name);
                    properties.get(&*name)
                }),
                ("$ref", Some(reference)) => {
                    let target = reference.as_str().and_then(|text| text.strip_prefix('#'));
                    target.and_then(|target| root.pointer(target))
                }
                (_, below) => below,
            };
            match step {
                Some(step) => schema = step,
                None => break,
            }
        }
        let values = because.clone().unwrap_or_default();
        if !asking.is_empty() {
            because.get_or_insert_default().extend(asking);
        }
        (because, values)
    }
}

/// The fields that a condition names, as pointers.
fn named_in(schema: &Value, base: &str, named: &mut Vec<String>) {
    match schema {
        Value::Array(items) => items.iter().for_each(|item| named_in(item, base, named)),
        Value::Object(keywords) => {
            for (keyword, value) in keywords {
                match (keyword.as_str(), value) {
                    ("properties", Value::Object(properties)) => {
                        for (name, schema) in properties {
                            let pointer = pointer::below(base, name);
                            named_in(schema, &pointer, named);
                            named.push(pointer);
                        }
                    }
                    ("allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else", below) => {
                        named_in(below, base, named)
                    }
                    _ => {}
                }
            }
        }
        _ => {}
    }
    named.sort_unstable();
    named.dedup();
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
