//! What a broken condition asks for, where that is certain. Conditions that depend on a value that was refused ask for nothing.

use super::{
    condition::{Condition, Constant, Expected, Object, Said},
    fault::{Fault, Finder, Site, Wrong},
};
use crate::{
    json::{Value, pointer},
    shape::{Field, Fields},
};
use record::Code;
use std::borrow::Cow;

/// An object whose members conditions are about.
pub(super) struct Of<'s, 'f> {
    pub(super) object: Object<'f>,
    pub(super) fields: &'f Fields,
    pub(super) site: Site<'s, 'f>,
}

impl<'f> Of<'_, 'f> {
    fn field(&self, slot: u32) -> Option<&'f Field> {
        self.fields.at(slot as usize)
    }

    fn name(&self, slot: u32) -> &'f str {
        self.field(slot).map_or("", |field| &field.name)
    }

    fn is_there(&self, slot: u32) -> bool {
        self.object.there.has(slot)
    }

    fn is_refused(&self, slot: u32) -> bool {
        self.object.node(slot).is_some_and(|node| node.value == Value::Refused)
    }

    fn missing(&self, slots: &[u32]) -> Vec<&'f str> {
        slots.iter().filter(|slot| !self.is_there(**slot)).map(|slot| self.name(*slot)).collect()
    }

    fn pointer(&self, slot: u32) -> String {
        pointer::below(&self.site.path.render(), self.name(slot))
    }

    fn pointers(&self, slots: &[u32]) -> Vec<String> {
        let mut pointers: Vec<String> = slots.iter().map(|slot| self.pointer(*slot)).collect();
        pointers.sort_unstable();
        pointers.dedup();
        pointers
    }

    /// A fault of the object, or of one of its members.
    fn fault(&self, because: Option<&[u32]>, wrong: Wrong<'f>) -> Fault<'f> {
        let Site { node, shape, path, slot } = self.site;
        let because = because.map(|slots| self.pointers(slots));
        let values = because.clone().unwrap_or_default();
        Fault { node, shape: Some(shape), path: path.render(), slot, because, values, wrong }
    }
}

impl<'f> Finder<'f> {
    /// Adds what a condition asks for that is not so; `None` when that is not certain. `because` are the fields whose values
    /// the conditions around it depend on, if there are any such conditions.
    // Recursion is as deep as the form.
    pub(super) fn broken(&mut self, asked: &'f Condition, of: &Of<'_, 'f>, because: Option<&[u32]>) -> Option<()> {
        match asked {
            Condition::All(parts) => parts.iter().try_for_each(|part| self.broken(part, of, because))?,
            Condition::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                let because = with(because, condition);
                if !because.iter().any(|slot| of.is_refused(*slot)) {
                    let asked = if of.object.holds(condition)? { then } else { otherwise };
                    self.broken(asked, of, Some(&because))?;
                }
            }
            Condition::There(slots) => {
                let missing = of.missing(slots).into_iter();
                self.0.extend(missing.map(|name| of.fault(because, Wrong::Required(name))));
            }
            Condition::Asks(pairs) => self.asks(pairs, of, because),
            Condition::Value(slot, expected) => self.value_of(*slot, expected, of, because)?,
            Condition::Not(_, names) => {
                let names = names.iter().map(|slot| of.name(*slot)).collect();
                self.unless_refused(asked, of, because, |_| Some(Wrong::Excluded(names)))?;
            }
            Condition::Any(parts) => {
                self.unless_refused(asked, of, because, |of| no_alternative(parts, of, "anyOf"))?;
            }
            Condition::One(parts) => self.unless_refused(asked, of, because, |of| {
                let holds = |part| of.object.holds(part) == Some(true);
                if parts.iter().any(holds) {
                    Some(Wrong::Other(Code::StrNotAllowed, "oneOf"))
                } else {
                    no_alternative(parts, of, "oneOf")
                }
            })?,
        }
        Some(())
    }

    /// Adds what is wrong when a condition does not hold.
    fn unless_refused(
        &mut self,
        asked: &'f Condition,
        of: &Of<'_, 'f>,
        because: Option<&[u32]>,
        wrong: impl FnOnce(&Of<'_, 'f>) -> Option<Wrong<'f>>,
    ) -> Option<()> {
        let because = with(because, asked);
        if !because.iter().any(|slot| of.is_refused(*slot)) && !of.object.holds(asked)? {
            self.0.push(of.fault(Some(&because), wrong(of)?));
        }
        Some(())
    }

    fn asks(&mut self, pairs: &'f [(u32, Vec<u32>)], of: &Of<'_, 'f>, because: Option<&[u32]>) {
        let there = || pairs.iter().filter(|(slot, _)| of.is_there(*slot));
        let missing = there().flat_map(|(_, wanted)| wanted).filter(|wanted| !of.is_there(**wanted));
        for wanted in missing {
            let mut fault = of.fault(because, Wrong::Required(of.name(*wanted)));
            let asking = there().filter(|(_, others)| others.contains(wanted));
            fault.because.get_or_insert_default().extend(asking.map(|(slot, _)| of.pointer(*slot)));
            self.0.push(fault);
        }
    }

    fn value_of(&mut self, slot: u32, expected: &Expected, of: &Of<'_, 'f>, because: Option<&[u32]>) -> Option<()> {
        let (Some(node), Some(field)) = (of.object.node(slot), of.field(slot)) else { return Some(()) };
        if !of.is_there(slot) || node.value == Value::Refused || expected.holds(&node.value)? {
            return Some(());
        }
        let listed = || Cow::Owned(expected.constants.iter().map(Constant::shown).collect());
        let wrong = match expected.said {
            Said::Never => Wrong::Other(Code::StrNotAllowed, "falseSchema"),
            Said::Const => Wrong::Among(listed(), "const"),
            Said::Enum => Wrong::Among(listed(), "enum"),
            Said::Not => Wrong::Excluded(Vec::new()),
        };
        // A `not` is a condition itself.
        let because = because.or_else(|| (expected.said == Said::Not).then_some(&[]));
        let (shape, path) = (Some(&field.shape), of.pointer(slot));
        self.0.push(Fault { node, shape, path, slot: slot as usize, ..of.fault(because, wrong) });
        Some(())
    }
}

/// These fields and those whose values a condition depends on.
fn with(because: Option<&[u32]>, condition: &Condition) -> Vec<u32> {
    let mut slots = because.unwrap_or_default().to_vec();
    condition.values(&mut slots);
    slots
}

/// That none of these holds; `None` unless they ask for members alone: what else is wrong with them, only the validator words.
fn no_alternative<'f>(parts: &'f [Condition], of: &Of<'_, 'f>, keyword: &'static str) -> Option<Wrong<'f>> {
    let missing = parts.iter().map(|part| match part {
        Condition::There(slots) => Some(of.missing(slots)),
        _ => None,
    });
    Some(Wrong::NoAlternative(Some(missing.collect::<Option<_>>()?), keyword))
}
