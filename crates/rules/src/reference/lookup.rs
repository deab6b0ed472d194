//! Look-ups of single values in reference tables.

use super::{
    Judge,
    check::{With, within},
    findings::{Draft, Findings, Sought},
};
use crate::{
    calendar::{CivilDate, parse_date},
    field::{Annotation, LookedUp},
    json::{self, Node, pointer, pointer::Path},
    shape::Shape,
    table::{BoundTable, Found},
};
use record::{Class, Code, Finding, Param, RecordTime, Severity, Stage};

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
    let days = place.days(look, with.time);
    let mut params = vec![("table", Param::Text(bound.table.name().to_owned()))];
    let severity = |code| within(code, look.severity.or(annotation.severity).unwrap_or(Severity::Hard));
    let code = match bound.table.find_within(text, days) {
        Found::Row(_) | Found::Undated => return,
        Found::Absent => {
            let code = Code::RefNotFound;
            if look.or_earlier.is_some() && seek(with, severity(code), &place.path.render(), findings) {
                return;
            }
            let near = if findings.may_suggest_key() { nearest(bound, text, days, annotation) } else { None };
            params.extend(near);
            code
        }
        Found::Inactive { from, to } => {
            for (name, day) in [("from", from), ("to", to)] {
                let date = day.filter(|_| is_shown(annotation)).and_then(|day| CivilDate::from_epoch_day(day.into()));
                params.extend(date.map(|date| (name, Param::Text(date.iso()))));
            }
            Code::RefInactive
        }
    };
    let draft = Draft::new(code, Stage::Check, place.node.start, place.path.render());
    let dated = look.as_of.iter().filter(|_| code == Code::RefInactive);
    let related = dated.filter_map(|pointer| place.date_path(pointer)).collect();
    let (severity, slot, class) = (severity(code), place.slot, annotation.class);
    findings.add(Draft { severity, slot, related, rule: "table", params, class, found: Some(text), ..draft });
}

/// What a private value might be, and since when somebody is known, is as private as the value.
fn is_shown(annotation: &Annotation) -> bool {
    annotation.class == Class::None
}

/// The key that was probably meant, as a parameter.
fn nearest(
    bound: &BoundTable,
    text: &str,
    days: Option<(i32, i32)>,
    annotation: &Annotation,
) -> Option<(&'static str, Param)> {
    let near = bound.table.nearest(text, days.map(|(_, last)| last)).filter(|_| is_shown(annotation));
    near.map(|near| ("suggestion", near.into()))
}

/// Leaves the value at `path` to earlier records.
fn seek(with: &With<'_>, severity: Severity, path: &str, findings: &mut Findings) -> bool {
    let known = (0..).zip(with.or_earlier).find(|(_, look_up)| look_up.path == path);
    known.is_some_and(|(look_up, _)| findings.seek(Sought { look_up, severity }, Code::RefNotFound, path))
}

impl Judge {
    /// What is told of a clean record that no earlier record answers a look-up, by its place among
    /// [`crate::Form::or_earlier`]: what the table alone would have told. `None` when the form has no such look-up.
    #[must_use]
    pub fn not_found(
        &self,
        clean: &[u8],
        time: Option<RecordTime>,
        look_up: u16,
        severity: Severity,
    ) -> Option<Finding> {
        let parts = self.form.parts();
        let path = &parts.or_earlier.get(usize::from(look_up))?.path;
        let annotation = &parts.shape.find(path)?.annotation;
        let look = annotation.table.as_ref()?;
        let document = json::read(clean).ok();
        let root = document.as_ref().map(|document| &document.root);
        let found = root.and_then(|root| pointer::find(root, path)?.text());
        let mut params = vec![("table", parts.tables.get(look.table)?.name.as_str().into())];
        // Not there when another worker judged the record, who has it.
        let bound = self.tables.get(look.table).and_then(Option::as_ref);
        if let (Some(bound), Some(root), Some(text)) = (bound, root, found) {
            let place = Place { node: root, path: &Path::ROOT, slot: 0, root, item: None };
            params.extend(nearest(bound, text, place.days(look, time), annotation));
        }
        let mut findings = Findings::default();
        let draft = Draft::new(Code::RefNotFound, Stage::Check, 0, path.clone());
        findings.add(Draft { severity, rule: "table", params, class: annotation.class, found, ..draft });
        findings.into_sorted().0.pop()
    }
}

impl<'p> Place<'p> {
    /// The item around the value, when the form has a field at `pointer` there; else the date is the record's.
    fn dated_item(&self, pointer: &str) -> Option<&'p Node<'p>> {
        self.item.filter(|(_, shape)| shape.find(pointer).is_some()).map(|(node, _)| node)
    }

    /// The days on one of which the value must be in force.
    fn days(&self, look: &LookedUp, time: Option<RecordTime>) -> Option<(i32, i32)> {
        let date = |pointer: &String| self.date(pointer).and_then(Node::text).and_then(parse_date);
        match look.as_of.as_slice() {
            [] => time.and_then(|time| i32::try_from(time.epoch_day()).ok()).map(|day| (day, day)),
            [first, .., last] => date(first).zip(date(last)),
            [day] => date(day).map(|day| (day, day)),
        }
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

#[cfg(test)]
mod tests {
    use crate::{
        Context, Form, Judge, Profile, json,
        table::{Builder, Names, Same, Tables},
    };
    use record::{Finding, Param, RecordTime, Verdict};
    use serde_json::{Value, json};

    /// Judges `{"id": …, "day": …, "lines": [{"project": …, "on": …}]}` of 2026-11-22 with a table of both.
    fn findings(change: &dyn Fn(&mut Value), record: &Value) -> Vec<Finding> {
        let look = |pointer: &str| json!({"normalize": ["id"], "table": {"name": "books", "as_of": pointer}});
        let date = || json!({"type": "string", "format": "date", "x-faircopy": {"normalize": ["date"]}});
        let mut form = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
            "additionalProperties": false, "required": ["id"],
            "properties": {
                "id": {"type": "string", "maxLength": 9, "x-faircopy": look("/day")},
                "day": date(),
                "lines": {"type": "array", "items": {
                    "type": "object", "additionalProperties": false,
                    "properties": {
                        "project": {"type": "string", "x-faircopy": look("/on")},
                        "other": {"type": "string", "x-faircopy": look("/day")},
                        "on": date()
                    }
                }}
            },
            "x-faircopy": {"key": ["/id"], "tables": {"books": {"required": true}}}
        });
        change(&mut form);
        let form = Form::parse("x/1.json", &form.to_string()).unwrap_or_else(|errors| panic!("{errors:#?}"));
        let mut builder = Builder::new(&form.tables()[0], Names::default(), Same::Refuse);
        for row in
            [r#"{"key": "A1234", "from": "2020-01-01", "to": "2025-12-31"}"#, r#"{"key": "B77", "from": "2026-01-01"}"#]
        {
            builder.object(1, &json::read(row.as_bytes()).unwrap().root);
        }
        let tables = [builder.finish().unwrap()].into_iter().collect();
        let judge = Judge::with_tables(&form, &Profile::default(), &tables).unwrap();
        let context = Context { client: "", time: Some(RecordTime(1_795_305_600_000)), ..Context::default() };
        match judge.judge(record.to_string().as_bytes(), context) {
            Verdict::Reject(reject) => reject.errors,
            Verdict::Clean(clean) => clean.warnings,
        }
    }

    /// `CODE path related`
    fn told(record: &Value) -> Vec<String> {
        let shown = |error: &Finding| format!("{} {} {}", error.code, error.path, error.related.join(" "));
        findings(&|_| {}, record).iter().map(shown).collect()
    }

    fn params(finding: &Finding) -> String {
        let param = |(name, param): &(&str, Param)| match param {
            Param::Text(text) => format!("{name}={text}"),
            other => format!("{name}={other:?}"),
        };
        finding.params.0.iter().map(param).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_value_must_be_in_force_on_the_day() {
        assert_eq!(told(&json!({"id": "a1234", "day": "2025-12-31"})), [""; 0]);
        assert_eq!(told(&json!({"id": "A1234", "day": "2026-01-01"})), ["REF.INACTIVE /id /day"]);
        assert_eq!(told(&json!({"id": "B77", "day": "2025-12-31"})), ["REF.INACTIVE /id /day"]);
        assert_eq!(told(&json!({"id": "C", "day": "2025-12-31"})), ["REF.NOT_FOUND /id "]);
    }

    #[test]
    fn without_a_day_only_a_value_that_never_stood_there_is_told() {
        assert_eq!(told(&json!({"id": "A1234"})), [""; 0]);
        assert_eq!(told(&json!({"id": "C"})), ["REF.NOT_FOUND /id "]);
        assert_eq!(told(&json!({"id": "C", "day": "no day"})), ["REF.NOT_FOUND /id ", "FMT.DATE /day "]);
    }

    #[test]
    fn within_a_list_the_day_is_that_of_the_item_where_the_item_has_such_a_field() {
        let record = json!({"id": "B77", "day": "2026-05-01", "lines": [
            {"project": "B77", "on": "2026-05-01"},
            {"project": "B77", "other": "A1234", "on": "2025-05-01"},
        ]});
        assert_eq!(told(&record), ["REF.INACTIVE /lines/1/project /lines/1/on", "REF.INACTIVE /lines/1/other /day"]);
    }

    #[test]
    fn a_value_may_be_asked_to_be_in_force_on_any_day_of_a_time() {
        let time = |form: &mut Value| {
            form["properties"]["lines"]["items"]["properties"]["other"]["x-faircopy"]["table"]["as_of"] =
                json!(["/day", "/on"]);
        };
        let told = |day: &str, on: &str| {
            let record = json!({"id": "B77", "day": day, "lines": [{"other": "A1234", "on": on}]});
            let found = findings(&time, &record);
            let other = found.iter().filter(|error| error.path == "/lines/0/other");
            other.map(|error| format!("{} {}", error.code, error.related.join(" "))).collect::<Vec<_>>()
        };
        assert_eq!(told("2025-12-31", "2026-01-31"), [""; 0]);
        assert_eq!(told("2026-01-01", "2026-01-31"), ["REF.INACTIVE /day /lines/0/on"]);
        assert_eq!(told("2026-01-31", "2025-01-01"), [""; 0], "a time that ends before it begins is none");
    }

    #[test]
    fn a_value_that_is_wrong_by_itself_is_not_looked_up() {
        assert_eq!(told(&json!({"id": "1234567890", "day": "2026-05-01"})), ["STR.TOO_LONG /id "]);
        let checked = |form: &mut Value| form["properties"]["id"]["x-faircopy"]["check"] = json!(["luhn"]);
        let found = findings(&checked, &json!({"id": "77", "day": "2026-05-01"}));
        assert_eq!(found.iter().map(|error| error.code.as_str()).collect::<Vec<_>>(), ["VAL.CHECK_DIGIT"]);
    }

    #[test]
    fn without_a_pointer_the_day_is_the_records_and_severity_is_what_the_look_up_says() {
        let soft = |form: &mut Value| {
            form["properties"]["id"]["x-faircopy"]["table"] = json!({"name": "books", "severity": "soft"});
        };
        let found = findings(&soft, &json!({"id": "A1234"}));
        assert_eq!((found[0].code.as_str(), found[0].severity), ("REF.INACTIVE", record::Severity::Soft));
        assert!(findings(&soft, &json!({"id": "B77"})).is_empty());
    }

    #[test]
    fn what_is_near_a_private_value_is_as_private() {
        let private = |form: &mut Value| form["properties"]["id"]["x-faircopy"]["class"] = json!("pii");
        let (slip, old) = (json!({"id": "B777"}), json!({"id": "A1234", "day": "2026-01-01"}));
        assert_eq!(params(&findings(&|_| {}, &slip)[0]), "table=books suggestion=B77 found=B777");
        assert_eq!(params(&findings(&private, &slip)[0]), "table=books found=A999");
        let dated = "table=books from=2020-01-01 to=2025-12-31 found=A1234";
        assert_eq!(params(&findings(&|_| {}, &old)[0]), dated);
        assert_eq!(params(&findings(&private, &old)[0]), "table=books found=A9999");
    }

    #[test]
    fn keys_are_suggested_for_a_few_values_only() {
        let lines: Vec<Value> = (0..50).map(|_| json!({"other": "B777"})).collect();
        let found = findings(&|_| {}, &json!({"id": "B77", "day": "2026-05-01", "lines": lines}));
        let suggested = found.iter().filter(|error| params(error).contains("suggestion")).count();
        assert_eq!((found.len(), suggested), (50, 3));
    }

    #[test]
    fn a_required_table_must_be_there_and_have_the_columns_the_form_declares() {
        let form = |columns: &Value| {
            let form = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
                "additionalProperties": false, "required": ["id"],
                "properties": {"id": {"type": "string", "x-faircopy": {"table": {"name": "books"}}}},
                "x-faircopy": {"key": ["/id"], "tables": {"books": {"required": true, "columns": columns}}}
            });
            Form::parse("x/1.json", &form.to_string()).unwrap()
        };
        let bind = |form: &Form, tables: &Tables| {
            let judge = Judge::with_tables(form, &Profile::default(), tables);
            judge.map(|judge| judge.tables().count()).map_err(|error| error.to_string())
        };
        let bare = form(&json!({}));
        let missing = bind(&bare, &Tables::default()).unwrap_err();
        assert_eq!(missing, "form x/1 requires the table books, which is not configured");
        let books = Builder::new(&bare.tables()[0], Names::default(), Same::Refuse).partial().finish().unwrap();
        let tables = [books].into_iter().collect();
        assert_eq!(bind(&bare, &tables), Ok(1));
        let column = bind(&form(&json!({"name": "text"})), &tables).unwrap_err();
        assert!(column.contains("column name of the table books"), "{column}");
    }
}
