//! Checks of single values and lists, on the normalized record: check digits, bounds of decimals, minor units,
//! look-ups in reference tables, items that stand twice. A value that does not conform to the schema was refused, and is
//! not checked.

use super::{
    findings::{Draft, Findings},
    lookup,
};
use crate::{
    Profile, check,
    field::{Refusal, Settings},
    form::{OrEarlier, Parts},
    json::{Node, Value, pointer, pointer::Path},
    rule::Number,
    shape::{Below, Kind, Shape},
    table::BoundTable,
};
use record::{Code, RecordTime, Severity, Stage, code::Allowed};

/// Most values that items are held against each other by without a list of them.
const RISING_MAX: usize = 4;

/// What checks need besides form and record.
#[derive(Clone, Copy)]
pub(super) struct With<'w> {
    pub(super) profile: &'w Profile,
    pub(super) time: Option<RecordTime>,
    /// By the form's declarations.
    pub(super) tables: &'w [Option<BoundTable>],
    /// The look-ups that earlier records answer.
    pub(super) or_earlier: &'w [OrEarlier],
}

/// Adds what the checks say.
pub(super) fn run(parts: &Parts, with: With<'_>, root: &Node<'_>, findings: &mut Findings) {
    Walk { root, with, item: None, units: None, findings }.value(root, &parts.shape, &Path::ROOT, 0);
}

struct Walk<'w> {
    root: &'w Node<'w>,
    with: With<'w>,
    /// The innermost list item around the value, and its shape.
    item: Option<(&'w Node<'w>, &'w Shape)>,
    /// Decimals that a currency has, by its pointer: all amounts of a record mostly have the same.
    units: Option<(&'w str, Option<u32>)>,
    findings: &'w mut Findings,
}

impl<'w> Walk<'w> {
    // Recursion is as deep as the record, which the depth limit bounds.
    fn value(&mut self, node: &'w Node<'w>, shape: &'w Shape, path: &Path<'_>, slot: usize) {
        match (&node.value, &shape.kind) {
            (Value::Object(members), Kind::Record(fields)) => {
                for member in members {
                    let slot = member.slot as usize;
                    let Some(field) = fields.at(slot).filter(|field| field.shape.checked) else { continue };
                    self.value(&member.node, &field.shape, &path.step(&field.step), slot);
                }
            }
            (Value::Array(items), Kind::List(item)) => {
                let around = self.item;
                for (index, node) in items.iter().enumerate().filter(|_| item.checked) {
                    self.item = Some((node, item));
                    self.value(node, item, &path.index(index), index);
                }
                self.item = around;
                if !shape.unique_by.is_empty() && items.len() > 1 {
                    self.unique(items, shape, path);
                }
            }
            (Value::Text(text), Kind::Text { .. }) => {
                let before = self.findings.count();
                self.text(node, text, shape, path, slot);
                // A value that is wrong by itself is not looked up: it would only be told twice.
                if let Some(look) = shape.annotation.table.as_ref()
                    && !self.findings.hard_since(before)
                {
                    let place = lookup::Place { node, path, slot, root: self.root, item: self.item };
                    lookup::run(look, text, &shape.annotation, &self.with, &place, self.findings);
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, node: &Node<'_>, text: &str, shape: &'w Shape, path: &Path<'_>, slot: usize) {
        let annotation = &shape.annotation;
        if annotation.check.is_empty() && annotation.decimal.is_none() {
            return;
        }
        let units = annotation.minor_units.as_deref().and_then(|pointer| self.minor_units(pointer));
        let before = self.findings.count();
        // Whether the value is wrong now: then nothing more is told of it.
        let mut tell = |refusal: Refusal, rule| {
            let Refusal { code, params, advisory } = refusal;
            let otherwise = if advisory { Severity::Soft } else { Severity::Hard };
            let severity = within(code, annotation.severity.unwrap_or(otherwise));
            let draft = Draft::new(code, Stage::Check, node.start, path.render());
            let class = annotation.class;
            self.findings.add(Draft { severity, slot, rule, params, class, found: Some(text), ..draft });
            self.findings.hard_since(before)
        };
        let settings = Settings { profile: self.with.profile, annotation, time: self.with.time };
        for (name, check) in &annotation.check {
            if let Err(refusal) = check(text, &settings)
                && tell(refusal, name)
            {
                return;
            }
        }
        if annotation.decimal.is_none() {
            return;
        }
        let Some(number) = Number::parse(text) else {
            // The normalizer writes nothing else, and whatever the pattern says, no decimal leaves unread.
            tell(Refusal::new(Code::FmtNumber), "decimal");
            return;
        };
        if let Some((name, bound)) = out_of_bounds(number, shape)
            && tell(Refusal::new(Code::ValRange).with(name, bound.decimal().to_string()), "decimal")
        {
            return;
        }
        if let Some(units) = units
            && number.is_finer_than(units)
        {
            tell(Refusal::new(Code::FmtScale).with("max", i64::from(units)), "minor_units");
        }
    }

    /// Decimals that the record's currency has; `None` when it is missing, refused or unknown.
    fn minor_units(&mut self, pointer: &'w str) -> Option<u32> {
        if let Some((_, units)) = self.units.filter(|(known, _)| *known == pointer) {
            return units;
        }
        let units = pointer::find(self.root, pointer).and_then(Node::text).and_then(check::minor_unit);
        self.units = Some((pointer, units));
        units
    }

    /// Items that agree in every value named; an item that lacks one, or had one refused, agrees with none.
    fn unique(&mut self, items: &[Node<'_>], shape: &Shape, path: &Path<'_>) {
        if is_rising(items, &shape.unique_by) {
            return;
        }
        let mut seen: Vec<(Vec<&str>, usize)> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            if let Some(values) = shape.unique_by.iter().map(|by| value(item, by)).collect::<Option<Vec<_>>>() {
                seen.push((values, index));
            }
        }
        // Sorted comparison: no input makes it quadratic.
        seen.sort_unstable();
        for same in seen.chunk_by(|a, b| a.0 == b.0) {
            let [(_, first), others @ ..] = same else { continue };
            for (_, index) in others {
                let draft =
                    Draft::new(Code::RelDuplicateItem, Stage::Check, items[*index].start, path.index(*index).render());
                self.findings.add(Draft {
                    severity: shape.annotation.severity.unwrap_or(Severity::Hard),
                    slot: *index,
                    related: vec![path.index(*first).render()],
                    rule: "unique_by",
                    params: vec![("by", shape.annotation.unique_by.clone().into())],
                    class: shape.annotation.class,
                    ..draft
                });
            }
        }
    }
}

/// A value that items are held against each other by.
fn value<'i>(item: &'i Node<'_>, by: &Below) -> Option<&'i str> {
    match &by.find(item)?.value {
        Value::Text(text) | Value::Number(text) => Some(text),
        Value::Bool(true) => Some("true"),
        Value::Bool(false) => Some("false"),
        _ => None,
    }
}

/// Whether each item comes after the one before it, shorter values first: then no two are the same. Mostly they are
/// numbered, or in the order of days. `false` also where it is not clear.
fn is_rising(items: &[Node<'_>], by: &[Below]) -> bool {
    let mut before: [&str; RISING_MAX] = [""; RISING_MAX];
    let Some(before) = before.get_mut(..by.len()) else { return false };
    for (at, item) in items.iter().enumerate() {
        let mut after = at == 0;
        for (before, by) in before.iter_mut().zip(by) {
            let Some(value) = value(item, by) else { return false };
            let order = before.len().cmp(&value.len()).then_with(|| (*before).cmp(value));
            if !after && order.is_gt() {
                return false;
            }
            after |= order.is_lt();
            *before = value;
        }
        if !after {
            return false;
        }
    }
    true
}

/// What the field says, within what the code allows: a wrong shape is never just a warning.
pub(super) fn within(code: Code, said: Severity) -> Severity {
    match code.allowed() {
        Allowed::Hard => Severity::Hard,
        Allowed::Soft => Severity::Soft,
        Allowed::Either | Allowed::Batch => said,
    }
}

/// The bound that is broken: which, and where it lies.
fn out_of_bounds(number: Number, shape: &Shape) -> Option<(&'static str, Number)> {
    match shape.bounds {
        [Some(min), _] if number.order(min).is_lt() => Some(("min", min)),
        [_, Some(max)] if number.order(max).is_gt() => Some(("max", max)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_cannot_soften_what_its_code_forbids() {
        assert_eq!(within(Code::FmtPattern, Severity::Soft), Severity::Hard);
        assert_eq!(within(Code::ValRange, Severity::Soft), Severity::Soft);
        assert_eq!(within(Code::ValRange, Severity::Hard), Severity::Hard);
        assert_eq!(within(Code::ChrMojibake, Severity::Hard), Severity::Soft);
    }
}
