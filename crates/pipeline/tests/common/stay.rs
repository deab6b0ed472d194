//! A form whose records are held against earlier ones.

use crate::common::ATTEMPTS_MAX;
use pipeline::{Forms, Line, LineSettings, Sources};
use record::{Message, RecordTime, header};
use rules::Form;

const STAY: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://faircopy.example/schemas/stay/1",
  "title": "Stay",
  "type": "object",
  "additionalProperties": false,
  "required": ["guest", "no", "from", "to"],
  "properties": {
    "guest": {"type": "string", "maxLength": 20},
    "no": {"type": "string", "maxLength": 20},
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "code": {"type": "string", "x-faircopy": {"check": ["luhn"], "severity": "soft"}}
  },
  "x-faircopy": {
    "key": ["/guest", "/no"],
    "home": ["/guest"],
    "earlier": [
      {"id": "stay.near_no", "on": [{"expr": "document_no(no)"}], "path": "/no", "code": "DUP.NEAR", "severity": "soft",
       "message": "an earlier stay has nearly this number"},
      {"id": "stay.overlap", "days": ["/from", "/to"], "path": "/from", "related": ["/to"],
       "message": "no two stays of a guest share a day"}
    ]
  }
}"##;

pub(crate) fn line() -> Line {
    let form = Form::parse("schemas/stay/1.json", STAY).unwrap_or_else(|errors| panic!("{errors:?}"));
    let forms = Forms::new(&[form], &Sources::default(), None).unwrap();
    Line::new(forms, LineSettings { threads: 2, attempts_max: ATTEMPTS_MAX }).unwrap()
}

/// A stay in March.
pub(crate) fn stay(guest: &str, no: &str, from: u32, to: u32) -> Message {
    let value = format!(r#"{{"guest":"{guest}","no":"{no}","from":"2026-03-{from:02}","to":"2026-03-{to:02}"}}"#);
    let headers = [(header::FORM, "stay"), (header::CLIENT, "acme")];
    Message { time: RecordTime(1_000), key: Vec::new(), headers: headers.into(), value: value.into_bytes() }
}
