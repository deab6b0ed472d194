//! The JSON Schema over the normalized record: what the validator says becomes findings in our words.

use super::{
    decode::type_name,
    findings::{Draft, Findings, closing, slot_of},
};
use crate::{
    form::{Parts, Shape},
    json::{Node, Value as Json, pointer},
    plan::{Fault, Wrong},
};
use jsonschema::{ValidationError, error::ValidationErrorKind as Kind};
use record::{Class, Code, Param, Stage};
use serde_json::Value;
use std::collections::HashSet;

/// Most alternatives listed; a table of countries would bury the message.
const LISTED_MAX: usize = 20;

/// Adds what does not conform, as the validator says.
pub(super) fn run(parts: &Parts, root: &Node<'_>, findings: &mut Findings) {
    let errors: Vec<_> = parts.schema.errors(root).collect();
    let mut found: Vec<_> = errors.iter().filter_map(|error| Some((Place::of(parts, root, error)?, error))).collect();
    // A wrong type explains whatever else is wrong with a value, and a wrong value what follows from it elsewhere.
    found.sort_by_key(|(place, error)| (place.because.is_some(), !matches!(error.kind(), Kind::Type { .. })));
    let mut told = HashSet::new();
    for (place, error) in found {
        let follows = place.values.iter().any(|pointer| told.contains(pointer));
        if !follows && place.speaks_of(error).is_none_or(|pointer| told.insert(pointer)) {
            place.tell(error, findings);
        }
    }
}

/// Adds what a plan has found.
pub(super) fn tell(parts: &Parts, faults: Vec<Fault<'_>>, findings: &mut Findings) {
    for Fault { node, shape, path, slot, wrong } in faults {
        let place = Place { parts, node, shape: Some(shape), slot, path: &path, because: None, values: Vec::new() };
        let (rule, draft) = match wrong {
            Wrong::Required(name) => ("required", place.missing(name)),
            Wrong::Unknown(name) => ("additionalProperties", place.unknown(name, findings)),
            Wrong::Among(listed, keyword) => (keyword, place.not_among(listed.to_vec(), findings)),
            Wrong::Type(expected) => ("type", place.of_type(expected)),
            Wrong::Pattern(pattern) => ("pattern", place.plain(Code::FmtPattern, vec![("pattern", pattern.into())])),
            Wrong::Minimum(min) => ("minimum", place.plain(Code::ValRange, vec![("min", min.into())])),
            Wrong::Maximum(max) => ("maximum", place.plain(Code::ValRange, vec![("max", max.into())])),
            Wrong::MinLength(min) => ("minLength", place.length(Code::StrTooShort, "min", min)),
            Wrong::MaxLength(max) => ("maxLength", place.length(Code::StrTooLong, "max", max)),
            Wrong::MinItems(min) => ("minItems", place.items("min", min)),
            Wrong::MaxItems(max) => ("maxItems", place.items("max", max)),
        };
        findings.add(Draft { rule, ..draft });
    }
}

/// The value an error speaks of.
struct Place<'p> {
    parts: &'p Parts,
    node: &'p Node<'p>,
    shape: Option<&'p Shape>,
    slot: usize,
    path: &'p str,
    /// Pointers of the fields whose values made the error possible, when it stands under a condition.
    because: Option<Vec<String>>,
    /// Those of them that must have, or not have, certain values. Of the others it matters only that they are there.
    values: Vec<String>,
}

impl<'p> Place<'p> {
    /// `None` when the error follows from a value that was refused: nothing may be concluded from that.
    fn of(parts: &'p Parts, root: &'p Node<'p>, error: &'p ValidationError<'_>) -> Option<Self> {
        let path = error.instance_path().as_str();
        let mut place =
            Self { parts, node: root, shape: Some(&parts.shape), slot: 0, path, because: None, values: Vec::new() };
        for segment in pointer::segments(path)? {
            place.node = pointer::step(place.node, &segment)?;
            place.slot = slot_of(place.shape, &segment);
            place.shape = place.shape.and_then(|shape| shape.step(&segment));
        }
        if place.node.value == Json::Refused {
            return None;
        }
        let property = if let Kind::Required { property } = error.kind() { property.as_str() } else { None };
        (place.because, place.values) = place.condition(error.evaluation_path().as_str(), property);
        let refused = |pointer: &String| pointer::find(root, pointer).is_some_and(|node| node.value == Json::Refused);
        (!place.values.iter().any(refused)).then_some(place)
    }

    /// The value or the member that an error speaks of, of which one finding is enough; `None` for what is wrong between
    /// the members of an object.
    fn speaks_of(&self, error: &ValidationError<'_>) -> Option<String> {
        match error.kind() {
            Kind::Required { property } => Some(Self::below(self.path, property.as_str()?)),
            Kind::Type { .. } => Some(self.path.to_owned()),
            _ => self.shape.and_then(Shape::fields).is_none().then(|| self.path.to_owned()),
        }
    }

    /// The fields that the conditions around a keyword name, `None` outside of any condition; and those of them whose
    /// values decide. `property` is what is missing, if anything is.
    fn condition(&self, keyword: &str, property: Option<&str>) -> (Option<Vec<String>>, Vec<String>) {
        let mut schema = &self.parts.schema.text;
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
                            asking.push(Self::below(&base, name));
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
                    target.and_then(|target| self.parts.schema.text.pointer(target))
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

    fn draft(&self, code: Code) -> Draft<'_> {
        let draft = Draft::new(code, Stage::Schema, self.node.start, self.path.to_owned());
        let found = match &self.node.value {
            Json::Text(text) | Json::Number(text) => Some(&**text),
            Json::Bool(true) => Some("true"),
            Json::Bool(false) => Some("false"),
            _ => None,
        };
        let class = self.shape.map_or(Class::None, |shape| shape.annotation.class);
        Draft { slot: self.slot, class, found, ..draft }
    }

    fn tell(&self, error: &ValidationError<'_>, findings: &mut Findings) {
        let rule = error.kind().keyword();
        let draft = match error.kind() {
            Kind::Required { property } => self.missing(property.as_str().unwrap_or_default()),
            Kind::AdditionalProperties { unexpected } => {
                for name in unexpected {
                    let draft = self.unknown(name, findings);
                    findings.add(Draft { rule, ..draft });
                }
                return;
            }
            Kind::Enum { options } => {
                let options = options.as_array().map_or(&[][..], Vec::as_slice);
                self.not_among(options.iter().map(text_of).collect(), findings)
            }
            Kind::Constant { expected_value } => self.not_among(vec![text_of(expected_value)], findings),
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.no_alternative(context),
            Kind::Not { schema } => self.excluded(schema),
            kind => self.simple(kind, error.schema_path().as_str()),
        };
        findings.add(Draft { rule, ..draft });
    }

    /// Errors that one limit explains.
    fn simple(&self, kind: &Kind, keyword: &str) -> Draft<'_> {
        match kind {
            Kind::Type { .. } => {
                self.of_type(self.parts.schema.text.pointer(keyword).and_then(Value::as_str).unwrap_or_default())
            }
            Kind::MinLength { limit: min } => self.length(Code::StrTooShort, "min", *min),
            Kind::MaxLength { limit: max } => self.length(Code::StrTooLong, "max", *max),
            Kind::MinItems { limit: min } => self.items("min", *min),
            Kind::MaxItems { limit: max } => self.items("max", *max),
            Kind::Pattern { pattern } => self.plain(Code::FmtPattern, vec![("pattern", pattern.as_str().into())]),
            Kind::Minimum { limit } => self.plain(Code::ValRange, vec![("min", text_of(limit).into())]),
            Kind::Maximum { limit } => self.plain(Code::ValRange, vec![("max", text_of(limit).into())]),
            Kind::Format { .. } => self.plain(Code::FmtDate, vec![("expected", "year-month-day".into())]),
            Kind::UniqueItems => self.plain(Code::RelDuplicateItem, Vec::new()),
            Kind::FalseSchema | Kind::OneOfMultipleValid { .. } => self.plain(Code::StrNotAllowed, Vec::new()),
            // The engine gave up on a value: that is our fault, not the value's.
            Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
                self.plain(Code::EnvJudgePanic, Vec::new())
            }
            _ => self.plain(Code::RelRule, Vec::new()),
        }
    }

    /// A finding on the value that needs no more than this.
    fn plain(&self, code: Code, params: Vec<(&'static str, Param)>) -> Draft<'_> {
        let related = self.because.clone().unwrap_or_default();
        Draft { params, related, ..self.draft(code) }
    }

    fn of_type(&self, expected: &str) -> Draft<'_> {
        self.plain(Code::StrType, vec![("expected", expected.into()), ("actual", type_name(self.node).into())])
    }

    fn length(&self, code: Code, name: &'static str, limit: u64) -> Draft<'_> {
        let actual = self.node.text().map_or(0, |text| text.chars().count());
        self.plain(code, vec![(name, number(limit)), ("actual", number(actual as u64))])
    }

    fn items(&self, name: &'static str, limit: u64) -> Draft<'_> {
        let actual = self.node.items().map_or(0, <[_]>::len);
        self.plain(Code::StrCardinality, vec![(name, number(limit)), ("actual", number(actual as u64))])
    }

    /// A member that is not there, or blank.
    fn missing(&self, name: &str) -> Draft<'_> {
        let code = if self.because.is_some() { Code::StrConditionalRequired } else { Code::StrRequired };
        let related = self.because.clone().unwrap_or_default();
        Draft { related, ..self.of_member(code, name) }
    }

    /// A finding on a member of this object, there or not.
    fn of_member(&self, code: Code, name: &str) -> Draft<'_> {
        let mut path = self.path.to_owned();
        pointer::push(&mut path, name);
        let at = self.node.member(name).map_or_else(|| closing(self.node), |node| node.start);
        let class =
            self.shape.and_then(|shape| shape.field(name)).map_or(Class::None, |field| field.shape.annotation.class);
        Draft { slot: slot_of(self.shape, name), class, ..Draft::new(code, Stage::Schema, at, path) }
    }

    fn unknown(&self, name: &str, findings: &mut Findings) -> Draft<'_> {
        let known = self.shape.and_then(Shape::fields).into_iter().flatten().map(|field| field.name.as_str());
        let near = findings.nearest(name, known).map(|near| ("suggestion", Param::from(near)));
        Draft { params: near.into_iter().collect(), ..self.of_member(Code::StrUnknownField, name) }
    }

    fn not_among(&self, options: Vec<String>, findings: &mut Findings) -> Draft<'_> {
        let draft = self.draft(Code::ValEnum);
        let mut params = Vec::new();
        // The nearest allowed value tells much of a value that must not be told.
        if draft.class == Class::None
            && let Some(near) = draft.found.and_then(|text| findings.nearest(text, options.iter().map(String::as_str)))
        {
            params.push(("suggestion", near.into()));
        }
        if options.len() <= LISTED_MAX {
            params.push(("allowed", options.into()));
        }
        Draft { params, related: self.because.clone().unwrap_or_default(), ..draft }
    }

    /// None of several alternatives holds. Mostly they are sets of fields of which one must be there.
    fn no_alternative(&self, context: &[Vec<ValidationError<'_>>]) -> Draft<'_> {
        let here = self.path;
        let lacks = |error: &ValidationError<'_>| match error.kind() {
            Kind::Required { property } if error.instance_path().as_str() == here => {
                property.as_str().map(str::to_owned)
            }
            _ => None,
        };
        let missing: Vec<Vec<String>> =
            context.iter().map(|branch| branch.iter().filter_map(lacks).collect()).collect();
        let all =
            !context.is_empty() && context.iter().zip(&missing).all(|(errors, names)| errors.len() == names.len());
        match missing.first().and_then(|names| names.first()) {
            Some(first) if all => {
                let one_of: Vec<String> = missing.iter().map(|names| names.join(" + ")).collect();
                let mut draft = self.of_member(Code::StrConditionalRequired, first);
                let others = missing.iter().flatten().filter(|name| *name != first).map(|name| Self::below(here, name));
                draft.related = others.chain(self.because.clone().unwrap_or_default()).collect();
                draft.related.dedup();
                draft.params.push(("one_of", one_of.into()));
                draft
            }
            _ => self.draft(Code::RelRule),
        }
    }

    /// A schema that must not hold does.
    fn excluded(&self, schema: &Value) -> Draft<'_> {
        match schema["required"].as_array().map_or(&[][..], Vec::as_slice) {
            [Value::String(name), others @ ..] => {
                let mut draft = self.of_member(Code::StrNotAllowed, name);
                let others = others.iter().filter_map(Value::as_str).map(|name| Self::below(self.path, name));
                draft.related = others.chain(self.because.clone().unwrap_or_default()).collect();
                draft
            }
            _ => self.draft(Code::StrNotAllowed),
        }
    }

    fn below(path: &str, name: &str) -> String {
        let mut pointer = path.to_owned();
        pointer::push(&mut pointer, name);
        pointer
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
                        for (name, below) in properties {
                            let pointer = Place::below(base, name);
                            named_in(below, &pointer, named);
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

fn number(number: u64) -> Param {
    Param::Number(i64::try_from(number).unwrap_or(i64::MAX))
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
