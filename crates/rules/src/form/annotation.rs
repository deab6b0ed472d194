//! The `x-faircopy` annotation of a field.

use super::{loader::Loader, table};
use crate::{
    check,
    field::{Annotation, Check, DecimalRange, MatchForm, NameCase, Normalizer, PercentUnit, TwoDigitYear},
    json::{Node, Value},
    matching, normalize,
    shape::Kind,
};
use record::{Class, Severity};
use rust_decimal::Decimal;

const NAMES: &[&str] = &[
    "normalize",
    "check",
    "class",
    "severity",
    "decimal",
    "two_digit_year",
    "values",
    "unique_by",
    "minor_units",
    "currency",
    "table",
    "region",
    "case",
    "match",
    "unit",
    "blank_is_false",
    "serials",
];
const CLASSES: &[(&str, Class)] =
    &[("none", Class::None), ("pii", Class::Pii), ("phi", Class::Phi), ("pci", Class::Pci), ("secret", Class::Secret)];
const SEVERITIES: &[(&str, Severity)] = &[("hard", Severity::Hard), ("soft", Severity::Soft)];
const YEARS: &[(&str, TwoDigitYear)] =
    &[("past", TwoDigitYear::Past), ("future", TwoDigitYear::Future), ("nearest", TwoDigitYear::Nearest)];
const CASES: &[(&str, NameCase)] = &[("keep", NameCase::Keep), ("title", NameCase::Title)];
const UNITS: &[(&str, PercentUnit)] = &[("percent", PercentUnit::Percent), ("fraction", PercentUnit::Fraction)];
const SERIALS: &[(&str, bool)] = &[("1900", false), ("1904", true)];
/// Normalizers and checks that read the annotation `region`.
const REGIONAL: &[&str] = &["phone"];
/// Normalizers that write decimals.
const DECIMAL: &[&str] = &["decimal", "money", "percent"];

/// The class of a field, when it says one.
pub(super) fn class(loader: &mut Loader<'_>, chain: &[&Node<'_>]) -> Option<Class> {
    word(loader, get(chain, "class")?, "class", CLASSES)
}

/// Reads a severity, of a field or rule.
pub(super) fn severity(loader: &mut Loader<'_>, node: &Node<'_>) -> Option<Severity> {
    word(loader, node, "severity", SEVERITIES)
}

/// Reads the annotation of a field; what the field itself leaves open is taken from what it refers to.
pub(super) fn compile(loader: &mut Loader<'_>, chain: &[&Node<'_>], kind: &Kind, class: Class) -> Annotation {
    let topic = loader.topic("annotation");
    for annotation in chain.iter().filter_map(|schema| schema.member("x-faircopy")) {
        match &annotation.value {
            Value::Object(members) => {
                for member in members.iter().filter(|member| !NAMES.contains(&&*member.name)) {
                    loader.unknown(member.name_start, "annotation", &member.name, NAMES);
                }
            }
            _ => loader.error(annotation.start, "an annotation is an object", None),
        }
    }
    let scalar = !matches!(kind, Kind::List(_) | Kind::Record(_));
    let text = matches!(kind, Kind::Text { .. });
    let mut read = Reader { loader, chain };
    let mut annotation = Annotation {
        normalize: read
            .only(scalar, "normalize", "single values")
            .map(|node| read.normalizers(node))
            .unwrap_or_default(),
        check: read.only(text, "check", "texts").map(|node| read.checks(node)).unwrap_or_default(),
        class,
        severity: get(chain, "severity").and_then(|node| severity(read.loader, node)),
        decimal: read.only(text, "decimal", "texts").and_then(|node| read.decimal(node)),
        two_digit_year: get(chain, "two_digit_year").and_then(|node| word(read.loader, node, "century", YEARS)),
        values: get(chain, "values").map(|node| read.values(node)).unwrap_or_default(),
        unique_by: read.unique_by(kind),
        minor_units: read.minor_units(),
        currency: read.currency(),
        table: read.only(text, "table", "texts").and_then(|node| table::looked_up(read.loader, node)),
        region: read.region(),
        case: get(chain, "case").and_then(|node| word(read.loader, node, "case", CASES)),
        unit: get(chain, "unit").and_then(|node| word(read.loader, node, "unit", UNITS)),
        blank_is_false: read
            .only(matches!(kind, Kind::Bool), "blank_is_false", "true and false")
            .is_some_and(|node| read.truth(node)),
        serials_1904: get(chain, "serials").and_then(|node| word(read.loader, node, "system", SERIALS)) == Some(true),
        matching: read.only(text, "match", "texts").and_then(|node| read.matching(node)),
    };
    read.agreement(&annotation);
    loader.topic(topic);
    complete(&mut annotation);
    annotation
}

/// A decimal is written by one of the normalizers that know scales.
fn complete(annotation: &mut Annotation) {
    let writes = annotation.normalize.iter().any(|(name, _)| DECIMAL.contains(name));
    if annotation.decimal.is_some() && !writes {
        annotation.normalize.extend(normalize::normalizer("decimal"));
    }
}

fn get<'n>(chain: &[&'n Node<'n>], name: &str) -> Option<&'n Node<'n>> {
    chain.iter().find_map(|schema| schema.member("x-faircopy")?.member(name))
}

/// One word of a closed list.
pub(super) fn word<T: Copy>(loader: &mut Loader<'_>, node: &Node<'_>, what: &str, words: &[(&str, T)]) -> Option<T> {
    let text = node.text().unwrap_or_default();
    let found = words.iter().find(|(word, _)| *word == text).map(|&(_, value)| value);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|&(word, _)| word).collect();
        loader.unknown(node.start, what, text, &known);
    }
    found
}

struct Reader<'r, 't, 'n> {
    loader: &'r mut Loader<'t>,
    chain: &'r [&'n Node<'n>],
}

impl<'n> Reader<'_, '_, 'n> {
    /// The member, refused where it has no effect.
    fn only(&mut self, allowed: bool, name: &str, of: &str) -> Option<&'n Node<'n>> {
        let node = get(self.chain, name)?;
        if !allowed {
            self.loader.error(node.start, format!("\"{name}\" is for {of} only"), None);
        }
        allowed.then_some(node)
    }

    fn normalizers(&mut self, node: &Node<'_>) -> Vec<(&'static str, Normalizer)> {
        self.named(node, "normalizer", normalize::NAMES, normalize::normalizer)
    }

    fn checks(&mut self, node: &Node<'_>) -> Vec<(&'static str, Check)> {
        self.named(node, "check", check::NAMES, check::check)
    }

    fn named<T>(&mut self, node: &Node<'_>, what: &str, names: &[&str], find: fn(&str) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for (at, name) in self.loader.want_texts(node, &format!("\"{what}\"")) {
            match find(name) {
                Some(item) => found.push(item),
                None => self.loader.unknown(at, what, name, names),
            }
        }
        found
    }

    fn decimal(&mut self, node: &Node<'_>) -> Option<DecimalRange> {
        for member in node.members().unwrap_or_default() {
            if !["scale", "min", "max"].contains(&&*member.name) {
                self.loader.unknown(member.name_start, "bound", &member.name, &["scale", "min", "max"]);
            }
        }
        let places = |node: &Node<'_>| match &node.value {
            Value::Number(number) => number.parse::<u32>().ok().filter(|&places| places <= Decimal::MAX_SCALE),
            _ => None,
        };
        let scale = node.member("scale").and_then(Node::items).unwrap_or_default();
        let [Some(scale_min), Some(scale_max)] = [0, 1].map(|index| scale.get(index).and_then(places)) else {
            let hint = "as in {\"scale\": [2, 2], \"min\": \"0\", \"max\": \"999.99\"}; scales are at most 28";
            self.loader.error(node.start, "a decimal needs its fewest and most decimals", Some(hint.to_owned()));
            return None;
        };
        let (min, max) = (self.bound(node, "min"), self.bound(node, "max"));
        let contradiction = scale_min > scale_max || min.zip(max).is_some_and(|(min, max)| min > max);
        if contradiction || scale.len() != 2 {
            self.loader.error(node.start, "no decimal satisfies these bounds", None);
        }
        Some(DecimalRange { scale_min, scale_max, min, max })
    }

    fn bound(&mut self, node: &Node<'_>, name: &str) -> Option<Decimal> {
        let bound = node.member(name)?;
        let value = bound.text().and_then(|text| Decimal::from_str_exact(text).ok());
        if value.is_none() {
            let hint = "as in \"0\" or \"-9999.99\"";
            self.loader.error(bound.start, "a bound is a decimal written as a text", Some(hint.to_owned()));
        }
        value
    }

    fn values(&mut self, node: &Node<'_>) -> Vec<(String, String)> {
        let members = node.members().unwrap_or_default();
        if members.is_empty() {
            self.loader.error(node.start, "\"values\" maps what is keyed to what it means", None);
        }
        let mut table = Vec::new();
        for member in members {
            if let Some(meaning) = self.loader.want_text(&member.node, "a meaning") {
                table.push((member.name.to_string(), meaning.to_owned()));
            }
        }
        table
    }

    fn unique_by(&mut self, kind: &Kind) -> Vec<String> {
        let Some(node) = self.only(matches!(kind, Kind::List(_)), "unique_by", "lists") else { return Vec::new() };
        let Kind::List(item) = kind else { return Vec::new() };
        let mut pointers = Vec::new();
        for (at, pointer) in self.loader.want_texts(node, "\"unique_by\"") {
            match item.find(pointer) {
                Some(shape) if shape.is_scalar() => pointers.push(pointer.to_owned()),
                _ => self.loader.error(at, format!("an item has no single value at \"{pointer}\""), None),
            }
        }
        pointers
    }

    fn minor_units(&mut self) -> Option<String> {
        let node = get(self.chain, "minor_units")?;
        let pointer = self.loader.want_text(node, "a pointer")?;
        // The currency may stand after this field, so it is looked for when the whole record is known.
        self.loader.currency(node.start, pointer);
        Some(pointer.to_owned())
    }

    fn region(&mut self) -> Option<String> {
        let node = get(self.chain, "region")?;
        let region = self.loader.want_text(node, "a region")?;
        if normalize::find_country(region).is_none() {
            let hint = "as in \"US\"".to_owned();
            self.loader.error(node.start, "a region is an ISO 3166 code of two capital letters", Some(hint));
        }
        Some(region.to_owned())
    }

    fn truth(&mut self, node: &Node<'_>) -> bool {
        if node.value != Value::Bool(true) {
            self.loader.error(node.start, "leave it out, or say true", None);
        }
        node.value == Value::Bool(true)
    }

    fn matching(&mut self, node: &Node<'_>) -> Option<MatchForm> {
        let name = self.loader.want_text(node, "a match form")?;
        let found = matching::match_form(name);
        match found {
            Some(_) => self.loader.matched(node.start),
            None => self.loader.unknown(node.start, "match form", name, matching::NAMES),
        }
        found
    }

    fn currency(&mut self) -> Option<&'static str> {
        let node = get(self.chain, "currency")?;
        let found = self.loader.want_text(node, "a currency").and_then(normalize::find_currency);
        if found.is_none() {
            let hint = "as in \"USD\"; a currency that the record names is meant by \"minor_units\"";
            self.loader.error(node.start, "no currency has this ISO 4217 code", Some(hint.to_owned()));
        }
        found.map(|(code, _)| code)
    }

    /// Settings without the normalizer that reads them would be silently ignored.
    fn agreement(&mut self, annotation: &Annotation) {
        let runs = |wanted: &str| annotation.normalize.iter().any(|(name, _)| *name == wanted);
        for (setting, normalizer) in [
            ("values", "values"),
            ("two_digit_year", "date"),
            ("case", "name"),
            ("currency", "money"),
            ("unit", "percent"),
            ("blank_is_false", "boolean"),
            ("serials", "date"),
        ] {
            if let Some(node) = get(self.chain, setting)
                && !runs(normalizer)
            {
                self.loader.error(node.start, format!("\"{setting}\" needs the normalizer \"{normalizer}\""), None);
            }
        }
        let is_regional = annotation.check.iter().any(|(name, _)| REGIONAL.contains(name));
        if let Some(node) = get(self.chain, "region")
            && !is_regional
            && !REGIONAL.iter().any(|name| runs(name))
        {
            let what = format!("\"region\" needs a normalizer or check that reads it: {}", REGIONAL.join(", "));
            self.loader.error(node.start, what, None);
        }
        if let Some(node) = get(self.chain, "normalize")
            && runs("values")
            && annotation.values.is_empty()
        {
            self.loader.error(node.start, "the normalizer \"values\" needs a table \"values\"", None);
        }
        if let Some(node) = get(self.chain, "minor_units")
            && annotation.decimal.is_none()
        {
            self.loader.error(node.start, "\"minor_units\" needs a \"decimal\"", None);
        }
    }
}
