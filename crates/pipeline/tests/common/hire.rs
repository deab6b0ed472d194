//! A form whose look-up earlier records answer.

use crate::common::ATTEMPTS_MAX;
use pipeline::{Forms, Line, LineSettings, Sources};
use record::{Message, RecordTime, header};
use rules::{
    Form,
    table::{Builder, Names, Same, Tables},
};

const HIRE: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://faircopy.example/schemas/hire/1",
  "title": "Hire",
  "type": "object",
  "additionalProperties": false,
  "required": ["id"],
  "properties": {
    "id": {"type": "string", "maxLength": 20},
    "no": {"type": "string", "maxLength": 20, "x-faircopy": {"normalize": ["id"]}},
    "boss": {"type": "string", "maxLength": 20, "x-faircopy": {
      "normalize": ["id"], "table": {"name": "people", "or_earlier": "/no"}}},
    "mate": {"type": "string", "maxLength": 20, "x-faircopy": {
      "normalize": ["id"], "table": {"name": "people", "or_earlier": "/no", "severity": "soft"}}},
    "code": {"type": "string", "x-faircopy": {"check": ["luhn"]}}
  },
  "x-faircopy": {"key": ["/id"], "home": [], "tables": {"people": {"required": false}}}
}"##;

/// With a table of P1, P22 and P44, who came in 2000, or with none.
pub(crate) fn line(with_table: bool) -> Line {
    let form = Form::parse("schemas/hire/1.json", HIRE).unwrap_or_else(|errors| panic!("{errors:?}"));
    let mut builder = Builder::new(&form.tables()[0], Names::default(), Same::Refuse).partial();
    for (key, from) in [("P1", None), ("P22", None), ("P44", Some("2000-01-01"))] {
        builder.row(1, |column| if column == "key" { Some(key) } else { from.filter(|_| column == "from") });
    }
    let tables: Tables = with_table.then(|| builder.finish().unwrap()).into_iter().collect();
    let forms = Forms::with_tables(&[form], &Sources::default(), None, &tables).unwrap();
    Line::new(forms, LineSettings { threads: 2, attempts_max: ATTEMPTS_MAX }).unwrap()
}

/// A hire, from its members, as in `"id":"1","no":"N1"`.
pub(crate) fn hire(members: &str) -> Message {
    let headers = [(header::FORM, "hire"), (header::CLIENT, "acme")];
    Message {
        time: RecordTime(1_000),
        key: Vec::new(),
        headers: headers.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())).into(),
        value: format!("{{{members}}}").into_bytes(),
    }
}
