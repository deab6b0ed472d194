//! What all tests of the line share: a form, its records, numbers that look random.

use pipeline::{Forms, Line, LineSettings, Sources};
use record::{Message, RecordTime, header};
use rules::Form;

const SLIP: &str = r##"{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "https://faircopy.example/schemas/slip/1",
  "title": "Slip",
  "type": "object",
  "additionalProperties": false,
  "required": ["no", "amount"],
  "properties": {
    "no": {"type": "string", "maxLength": 20},
    "amount": {"type": "string", "pattern": "^[0-9]+\\.[0-9]{2}$"},
    "note": {"type": "string", "maxLength": 200},
    "code": {"type": "string", "x-faircopy": {"check": ["luhn"]}}
  },
  "x-faircopy": {"key": ["/no"]}
}"##;

pub(crate) const ATTEMPTS_MAX: u32 = 3;

pub(crate) fn form() -> Form {
    Form::parse("schemas/slip/1.json", SLIP).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub(crate) fn line(threads: usize) -> Line {
    let mut sources = Sources::default();
    sources.named.insert("scan".into(), pipeline::Source::default());
    let forms = Forms::new(&[form()], &sources, None).unwrap();
    Line::new(forms, LineSettings { threads, attempts_max: ATTEMPTS_MAX }).unwrap()
}

pub(crate) fn slip(value: &str) -> Message {
    Message {
        time: RecordTime(1_000),
        key: Vec::new(),
        headers: [(header::FORM, "slip"), (header::CLIENT, "acme"), (header::SOURCE, "scan")].into(),
        value: value.as_bytes().to_vec(),
    }
}

/// Numbers that depend on the seed alone (SplitMix64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}
