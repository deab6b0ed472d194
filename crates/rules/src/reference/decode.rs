//! Faults of the bytes -> findings.

use super::findings::{Draft, Findings};
use crate::json::{Fault, Kind, Node, Place, Value};
use record::{Code, Param, Stage};

/// The findings of bytes that could not be read.
pub(super) fn faults(raw: &[u8], faults: &[Fault]) -> Findings {
    let mut findings = Findings::default();
    for fault in faults {
        let (code, rule, params) = describe(raw, fault);
        findings.add(Draft { rule, params, ..Draft::new(code, Stage::Decode, fault.at, fault.path.clone()) });
    }
    findings
}

/// The finding of a value that is no object.
pub(super) fn not_an_object(root: &Node<'_>) -> Findings {
    let mut findings = Findings::default();
    let params = vec![("expected", Param::from("object")), ("actual", Param::from(type_name(root)))];
    findings.add(Draft { rule: "type", params, ..Draft::new(Code::StrType, Stage::Decode, root.start, String::new()) });
    findings
}

/// The JSON type of a value, as schemas call it.
pub(super) fn type_name(node: &Node<'_>) -> &'static str {
    match node.value {
        Value::Null | Value::Refused => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::Text(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

type Params = Vec<(&'static str, Param)>;

fn describe(raw: &[u8], fault: &Fault) -> (Code, &'static str, Params) {
    let number = |number: usize| Param::Number(i64::try_from(number).unwrap_or(i64::MAX));
    let reason = match fault.kind {
        Kind::TooLarge(limit, max) => {
            return (Code::EnvTooLarge, "limits", vec![("limit", limit.into()), ("max", number(max))]);
        }
        Kind::TooDeep(max) => {
            return (Code::EnvTooDeep, "limits", vec![("limit", "depth".into()), ("max", number(max))]);
        }
        Kind::DuplicateName => return (Code::EnvDuplicateJsonKey, "json", vec![("byte", number(fault.at))]),
        Kind::Empty => "empty",
        Kind::Encoding(_) => "encoding",
        Kind::NotJson(_) => "not_json",
        Kind::InvalidUtf8 => "invalid_utf8",
        Kind::InvalidEscape => "invalid_escape",
        Kind::TrailingData => "trailing_data",
        Kind::Syntax(..) => "syntax",
    };
    let Place { line, column } = Place::of(raw, fault.at);
    let mut params: Params = vec![
        ("reason", reason.into()),
        ("byte", number(fault.at)),
        ("line", Param::Number(line.into())),
        ("column", Param::Number(column.into())),
        ("detail", fault.kind.what().into()),
    ];
    if let Kind::Encoding(name) = fault.kind {
        params.push(("encoding", name.into()));
    }
    params.extend(fault.kind.hint().map(|hint| ("hint", Param::from(hint))));
    (Code::EnvUndecodable, "json", params)
}
