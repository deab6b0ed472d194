//! Look-ups of single values in reference tables.

use super::{
    check::{With, within},
    findings::{Draft, Findings},
};
use crate::{
    field::{Annotation, LookedUp},
    form::Shape,
    json::{Node, pointer, pointer::Path},
    normalize::calendar::CivilDate,
    rule::parse_date,
    table::Found,
};
use record::{Class, Code, Param, Severity, Stage};

/// Where the value stands.
pub(super) struct Place<'p> {
    pub(super) node: &'p Node<'p>,
    pub(super) path: &'p Path<'p>,
    pub(super) slot: usize,
    pub(super) root: &'p Node<'p>,
    /// The innermost list item around it, and its shape.
    pub(super) item: Option<(&'p Node<'p>, &'p Shape)>,
}

/// Adds what the table says of a value.
pub(super) fn run(
    look: &LookedUp,
    text: &str,
    annotation: &Annotation,
    with: &With<'_>,
    place: &Place<'_>,
    findings: &mut Findings,
) {
    let Some(bound) = with.tables.get(look.table).and_then(Option::as_ref) else { return };
    let day = match &look.as_of {
        Some(pointer) => place.date(pointer).and_then(Node::text).and_then(parse_date),
        None => with.time.and_then(|time| i32::try_from(time.epoch_day()).ok()),
    };
    let mut params = vec![("table", Param::Text(bound.table.name().to_owned()))];
    // What a private value might be, and since when somebody is known, is as private as the value.
    let shown = annotation.class == Class::None;
    let code = match bound.table.find(text, day) {
        Found::Row(_) | Found::Undated => return,
        Found::Absent => {
            let near = findings.may_suggest_key().then(|| bound.table.nearest(text, day)).flatten();
            params.extend(near.filter(|_| shown).map(|near| ("suggestion", near.into())));
            Code::RefNotFound
        }
        Found::Inactive { from, to } => {
            for (name, day) in [("from", from), ("to", to)] {
                let date = day.filter(|_| shown).and_then(|day| CivilDate::from_epoch_day(day.into()));
                params.extend(date.map(|date| (name, Param::Text(date.iso()))));
            }
            Code::RefInactive
        }
    };
    let severity = within(code, look.severity.or(annotation.severity).unwrap_or(Severity::Hard));
    let draft = Draft::new(code, Stage::Check, place.node.start, place.path.render());
    let dated = look.as_of.as_ref().filter(|_| code == Code::RefInactive);
    let related = dated.and_then(|pointer| place.date_path(pointer)).into_iter().collect();
    let (slot, class) = (place.slot, annotation.class);
    findings.add(Draft { severity, slot, related, rule: "table", params, class, found: Some(text), ..draft });
}

impl<'p> Place<'p> {
    /// The item around the value, when the form has a field at `pointer` there; else the date is the record's.
    fn dated_item(&self, pointer: &str) -> Option<&'p Node<'p>> {
        self.item.filter(|(_, shape)| shape.find(pointer).is_some()).map(|(node, _)| node)
    }

    fn date(&self, pointer: &str) -> Option<&'p Node<'p>> {
        pointer::find(self.dated_item(pointer).unwrap_or(self.root), pointer)
    }

    /// Where the date stands, as a pointer from the root.
    fn date_path(&self, pointer: &str) -> Option<String> {
        let Some(item) = self.dated_item(pointer) else { return Some(pointer.to_owned()) };
        let path = self.path.render();
        let is_item = |at: &usize| pointer::find(self.root, &path[..*at]).is_some_and(|node| std::ptr::eq(node, item));
        let end = path.match_indices('/').map(|(at, _)| at).find(is_item)?;
        Some(format!("{}{pointer}", &path[..end]))
    }
}
