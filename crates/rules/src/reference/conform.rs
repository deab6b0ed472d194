//! What does not conform to the JSON Schema, as the validator or a plan has found it, in our words.

use super::{
    decode::type_name,
    findings::{Draft, Findings, closing, slot_of},
    validator,
};
use crate::{
    form::Parts,
    json::{Node, Value as Json, pointer},
    plan::{Fault, Wrong},
    shape::Shape,
};
use record::{Class, Code, Param, Stage};
use std::collections::HashSet;

/// Most alternatives listed; a table of countries would bury the message.
const LISTED_MAX: usize = 20;

/// Adds what does not conform, as the validator says.
pub(super) fn run(parts: &Parts, root: &Node<'_>, findings: &mut Findings) {
    let errors: Vec<_> = parts.schema.errors(root).collect();
    tell(validator::faults(parts, root, &errors), findings);
}

/// Adds what was found, each thing once.
pub(super) fn tell(mut faults: Vec<Fault<'_>>, findings: &mut Findings) {
    // A wrong type explains whatever else is wrong with a value, and a wrong value what follows from it elsewhere.
    faults.sort_by_key(|fault| (fault.because.is_some(), !matches!(fault.wrong, Wrong::Type(_))));
    let mut told = HashSet::new();
    for fault in faults {
        let follows = fault.values.iter().any(|pointer| told.contains(pointer));
        if !follows && fault.speaks_of().is_none_or(|pointer| told.insert(pointer)) {
            let draft = fault.told(findings);
            findings.add(Draft { rule: fault.wrong.keyword(), ..draft });
        }
    }
}

impl Fault<'_> {
    /// The value or the member that it is about, of which one finding is enough; `None` for what is wrong between the members
    /// of an object.
    fn speaks_of(&self) -> Option<String> {
        match self.wrong {
            Wrong::Required(name) => Some(self.below(name)),
            Wrong::Type(_) => Some(self.path.clone()),
            _ => self.shape.and_then(Shape::fields).is_none().then(|| self.path.clone()),
        }
    }

    fn told(&self, findings: &mut Findings) -> Draft<'_> {
        match &self.wrong {
            Wrong::Required(name) => self.missing(name),
            Wrong::Unknown(name) => self.unknown(name, findings),
            Wrong::Among(listed, _) => self.not_among(listed, findings),
            Wrong::Type(expected) => self.of_type(expected),
            Wrong::Pattern(pattern) => self.plain(Code::FmtPattern, vec![("pattern", (*pattern).into())]),
            Wrong::Date => self.plain(Code::FmtDate, vec![("expected", "year-month-day".into())]),
            Wrong::Minimum(min) => self.plain(Code::ValRange, vec![("min", min.clone().into())]),
            Wrong::Maximum(max) => self.plain(Code::ValRange, vec![("max", max.clone().into())]),
            Wrong::MinLength(min) => self.length(Code::StrTooShort, "min", *min),
            Wrong::MaxLength(max) => self.length(Code::StrTooLong, "max", *max),
            Wrong::MinItems(min) => self.items("min", *min),
            Wrong::MaxItems(max) => self.items("max", *max),
            Wrong::NoAlternative(missing, _) => self.no_alternative(missing.as_deref().unwrap_or_default()),
            Wrong::Excluded(names) => self.excluded(names),
            Wrong::Other(code, _) => self.plain(*code, Vec::new()),
        }
    }

    fn draft(&self, code: Code) -> Draft<'_> {
        let draft = Draft::new(code, Stage::Schema, self.node.start, self.path.clone());
        let found = match &self.node.value {
            Json::Text(text) | Json::Number(text) => Some(&**text),
            Json::Bool(true) => Some("true"),
            Json::Bool(false) => Some("false"),
            _ => None,
        };
        let class = self.shape.map_or(Class::None, |shape| shape.annotation.class);
        Draft { slot: self.slot, class, found, ..draft }
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
        let at = self.node.member(name).map_or_else(|| closing(self.node), |node| node.start);
        let class =
            self.shape.and_then(|shape| shape.field(name)).map_or(Class::None, |field| field.shape.annotation.class);
        Draft { slot: slot_of(self.shape, name), class, ..Draft::new(code, Stage::Schema, at, self.below(name)) }
    }

    fn unknown(&self, name: &str, findings: &mut Findings) -> Draft<'_> {
        let known = self.shape.and_then(Shape::fields).into_iter().flatten().map(|field| field.name.as_str());
        let near = findings.nearest(name, known).map(|near| ("suggestion", Param::from(near)));
        Draft { params: near.into_iter().collect(), ..self.of_member(Code::StrUnknownField, name) }
    }

    fn not_among(&self, options: &[String], findings: &mut Findings) -> Draft<'_> {
        let draft = self.draft(Code::ValEnum);
        let mut params = Vec::new();
        // The nearest allowed value tells much of a value that must not be told.
        if draft.class == Class::None
            && let Some(near) = draft.found.and_then(|text| findings.nearest(text, options.iter().map(String::as_str)))
        {
            params.push(("suggestion", near.into()));
        }
        if options.len() <= LISTED_MAX {
            params.push(("allowed", options.to_vec().into()));
        }
        Draft { params, related: self.because.clone().unwrap_or_default(), ..draft }
    }

    /// None of several sets of fields, of which one must be there, is.
    fn no_alternative(&self, missing: &[Vec<&str>]) -> Draft<'_> {
        let Some(first) = missing.first().and_then(|names| names.first()) else { return self.draft(Code::RelRule) };
        let one_of: Vec<String> = missing.iter().map(|names| names.join(" + ")).collect();
        let mut draft = self.of_member(Code::StrConditionalRequired, first);
        let others = missing.iter().flatten().filter(|name| *name != first).map(|name| self.below(name));
        draft.related = others.chain(self.because.clone().unwrap_or_default()).collect();
        draft.related.dedup();
        draft.params.push(("one_of", one_of.into()));
        draft
    }

    /// A schema that must not hold does.
    fn excluded(&self, names: &[&str]) -> Draft<'_> {
        let [name, others @ ..] = names else { return self.draft(Code::StrNotAllowed) };
        let mut draft = self.of_member(Code::StrNotAllowed, name);
        let others = others.iter().map(|name| self.below(name));
        draft.related = others.chain(self.because.clone().unwrap_or_default()).collect();
        draft
    }

    /// The pointer of a member.
    fn below(&self, name: &str) -> String {
        pointer::below(&self.path, name)
    }
}

fn number(number: u64) -> Param {
    Param::Number(i64::try_from(number).unwrap_or(i64::MAX))
}
