//! What is published for one record. No wall clock, no chunk, no thread enters here: same in, same out.

use crate::{
    Places,
    forms::BoundForm,
    json::{append, json},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{
    Changes, Clean, Code, Finding, Headers, Key, Message, Origin, Position, RawRecord, Reject, Severity, Stage,
    envelope::Envelope,
    finding::Params,
    header, limits,
    reject::{RawBody, RejectEnvelope},
};
use serde::Serialize;
use std::{borrow::Cow, collections::BTreeMap};
use transport::local::RAW_BYTES_MAX;

/// Version of the JSON layouts on the rejects and duplicates topics.
const LAYOUT: u32 = 1;
/// What an output names that no form judged.
static NO_TABLES: BTreeMap<String, String> = BTreeMap::new();
/// Room left for the transport's own lengths and names around a message.
const SLACK: usize = 4 << 10;
/// More than the headers of a clean record are in all, but for its changes, those that it carries, and the versions of tables: hashes, names,
/// and a place, which is a path of at most 4 KiB.
const HEADERS_ROOM: usize = 8 << 10;
/// Headers that a clean record has at most, but for those of a replay.
const HEADERS: usize = 12;
/// Bytes of their values that most have room in, but for changes and warnings; and of what stands around the texts of a change.
const VALUES_ROOM: usize = 256;
const CHANGE_ROOM: usize = 64;
/// Up to this many bytes text stays text within JSON, however much of it must be escaped.
const ESCAPED_SMALL: usize = 4 << 10;

/// One raw record, and what every output says of it.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    record: &'a RawRecord,
    envelope: Envelope<'a>,
    origin: Origin<'a>,
    places: &'a dyn Places,
}

impl<'a> Subject<'a> {
    pub(crate) fn new(record: &'a RawRecord, places: &'a dyn Places) -> Self {
        Self { record, envelope: Envelope::of(&record.message), origin: places.origin(record.position), places }
    }

    fn name(&self) -> String {
        self.places.name(self.record.position)
    }

    /// The clean record; a reject when it and its changes are more than a message may hold.
    pub(crate) fn clean(&self, bound: &BoundForm, clean: &mut Clean) -> Result<Message, Box<Reject>> {
        if !self.places.headers() && self.surely_fits(bound, clean) {
            return Ok(self.message(Vec::new(), Headers::default(), std::mem::take(&mut clean.bytes)));
        }
        let status = match (clean.warnings.is_empty(), clean.changes.is_empty()) {
            (true, true) => "accepted",
            (true, false) => "accepted_with_change",
            (false, _) => header::ACCEPTED_WITH_WARNING,
        };
        let room = clean.changes.text_bytes() + clean.changes.len() * CHANGE_ROOM + VALUES_ROOM;
        let mut headers = Headers::with_capacity(HEADERS, room);
        headers.push(header::FORM, bound.name.as_bytes());
        headers.push(header::FORM_VERSION, bound.version.as_bytes());
        headers.push(header::ORIGIN, self.name().as_bytes());
        headers.push(header::RULES_HASH, bound.rules_hash.as_bytes());
        headers.push(header::CONTENT_HASH, &clean.content.digits());
        headers.push(header::STATUS, status.as_bytes());
        headers.extend(references(bound));
        if !clean.changes.is_empty() {
            headers.write(header::CHANGES, |out| clean.changes.write(out));
        }
        if !clean.overrides.is_empty() {
            headers.write(header::OVERRIDES, |out| append(out, &clean.overrides));
        }
        if !clean.warnings.is_empty() {
            headers.write(header::WARNINGS, |out| append(out, &clean.warnings));
        }
        self.carry(&mut headers);
        let message = self.message(clean.key.digits().to_vec(), headers, std::mem::take(&mut clean.bytes));
        if size(&message) + bound.earlier_room > limits::MESSAGE_BYTES_MAX {
            Err(Box::new(too_large("message_bytes", limits::MESSAGE_BYTES_MAX)))
        } else {
            Ok(message)
        }
    }

    /// Whether the clean record fits a message with all its headers, told without making them. Files hold no headers, and yet take the
    /// same records as a topic.
    fn surely_fits(&self, bound: &BoundForm, clean: &Clean) -> bool {
        let changes = changes_len_max(&clean.changes);
        let carried = self.record.message.headers.bytes();
        let len = clean.bytes.len() + changes + carried + bound.tables_header.len() + bound.earlier_room + HEADERS_ROOM;
        clean.warnings.is_empty() && clean.overrides.is_empty() && SLACK + len <= limits::MESSAGE_BYTES_MAX
    }

    /// The reject, with as many of its errors as a message can hold.
    pub(crate) fn reject(&self, bound: Option<&BoundForm>, reject: &Reject, attempts_max: u32) -> Message {
        let mut headers = self.headers(bound);
        if self.places.headers() {
            let said = self.record.message.headers.get(header::ENVELOPE);
            headers.extend(said.map(|said| (header::ENVELOPE, said)));
        }
        let submitted = self.submitted();
        let mut errors = reject.errors.as_slice();
        loop {
            let value = json(&self.reject_envelope(bound, reject, errors, &submitted, attempts_max));
            if value.len() + SLACK + limits::HEADER_BYTES_MAX <= limits::MESSAGE_BYTES_MAX || errors.is_empty() {
                return self.message(self.name().into_bytes(), headers, value);
            }
            errors = &errors[..errors.len() / 2];
        }
    }

    fn reject_envelope<'b>(
        &'b self,
        bound: Option<&'b BoundForm>,
        reject: &'b Reject,
        errors: &'b [Finding],
        submitted: &'b BTreeMap<&'b str, Cow<'b, str>>,
        attempts_max: u32,
    ) -> RejectEnvelope<'b> {
        let first = errors.iter().find(|error| error.severity == Severity::Hard).or(errors.first());
        RejectEnvelope {
            v: LAYOUT,
            reject_id: self.name(),
            form: bound.map(|bound| &*bound.name).or(self.envelope.form),
            schema_version: bound.map(|bound| &*bound.version),
            ruleset_hash: bound.map(|bound| &*bound.rules_hash),
            reference_versions: bound.map_or(&NO_TABLES, |bound| &bound.tables),
            envelope: submitted.iter().map(|(name, value)| (*name, &**value)).collect(),
            attempt: self.envelope.attempt,
            root: self.root(),
            disposition: if self.envelope.attempt < attempts_max { "rework" } else { "terminal" },
            owner: first.map_or(record::Owner::Ops, |error| error.code.owner()),
            errors,
            error_count: reject.error_count,
            truncated: reject.error_count > errors.len(),
            raw: body(self.record.original.as_deref().unwrap_or(&self.record.message.value)),
            origin: self.origin,
            submitted_ms: self.record.message.time.0,
            engine: env!("CARGO_PKG_VERSION"),
        }
    }

    /// The pointer from a duplicate to the record that was accepted.
    pub(crate) fn duplicate(&self, bound: &BoundForm, key: Key, first: Origin<'_>) -> Message {
        let key = key.to_string();
        let headers = self.headers(Some(bound));
        let submitted = self.submitted();
        let value = json(&DuplicateEnvelope {
            v: LAYOUT,
            origin: self.origin,
            first,
            key: &key,
            form: &bound.name,
            schema_version: &bound.version,
            reference_versions: &bound.tables,
            code: Code::DupRecord,
            envelope: &submitted,
            attempt: self.envelope.attempt,
            root: self.root(),
            submitted_ms: self.record.message.time.0,
        });
        self.message(key.into_bytes(), headers, value)
    }

    fn message(&self, key: Vec<u8>, headers: Headers, value: Vec<u8>) -> Message {
        Message { time: self.record.message.time, key, headers, value }
    }

    /// Headers of a reject or duplicate.
    fn headers(&self, bound: Option<&BoundForm>) -> Headers {
        let mut headers = Headers::default();
        if !self.places.headers() {
            return headers;
        }
        match bound {
            Some(bound) => {
                headers.push(header::FORM, bound.name.as_bytes());
                headers.push(header::FORM_VERSION, bound.version.as_bytes());
                headers.push(header::RULES_HASH, bound.rules_hash.as_bytes());
                headers.extend(references(bound));
            }
            None => headers.extend(self.envelope.form.map(|form| (header::FORM, form))),
        }
        headers.push(header::ORIGIN, self.name().as_bytes());
        self.carry(&mut headers);
        headers
    }

    /// What the submitter said, and which attempt this is.
    fn carry(&self, headers: &mut Headers) {
        let message = &self.record.message;
        for name in header::CARRIED {
            headers.extend(message.headers.get(name).map(|said| (name, said)));
        }
        if self.envelope.attempt > 1 {
            headers.push(header::ATTEMPT, self.envelope.attempt.to_string().as_bytes());
        }
        headers.extend(self.said_root().map(|root| (header::ROOT_POSITION, root.to_string())));
    }

    /// What the submitter said, by name without the prefix.
    fn submitted(&self) -> BTreeMap<&'a str, Cow<'a, str>> {
        let headers = &self.record.message.headers;
        let names = [header::FORM, header::FORM_VERSION].into_iter().chain(header::CARRIED);
        let said = names.filter_map(|name| Some((name, headers.get(name)?)));
        said.map(|(name, value)| (header::bare(name), String::from_utf8_lossy(value))).collect()
    }

    /// Position of the first attempt; in a file, where every attempt is the first, the place.
    fn root(&self) -> String {
        match self.origin {
            Origin::Topic { .. } => self.said_root().unwrap_or(self.record.position).to_string(),
            Origin::File { .. } => self.name(),
        }
    }

    /// The root a replay gave; whatever else a submitter puts there is no position and not repeated.
    fn said_root(&self) -> Option<Position> {
        self.record.message.header(header::ROOT_POSITION)?.parse().ok()
    }
}

/// What stands on the duplicates topic.
#[derive(Debug, Serialize)]
struct DuplicateEnvelope<'a> {
    v: u32,
    origin: Origin<'a>,
    first: Origin<'a>,
    key: &'a str,
    form: &'a str,
    schema_version: &'a str,
    reference_versions: &'a BTreeMap<String, String>,
    code: Code,
    envelope: &'a BTreeMap<&'a str, Cow<'a, str>>,
    attempt: u32,
    root: String,
    submitted_ms: i64,
}

/// The reject of a record that is beyond a limit as a whole.
pub(crate) fn too_large(limit: &'static str, max: usize) -> Reject {
    let max = i64::try_from(max).unwrap_or(i64::MAX);
    let params = Params(vec![("limit", limit.into()), ("max", max.into())]);
    Reject::one(Finding::whole(Code::EnvTooLarge, Stage::Decode, "limits", params))
}

fn size(message: &Message) -> usize {
    SLACK + message.headers.bytes() + message.key.len() + message.value.len()
}

/// More bytes than changes have as JSON: a byte becomes six at most, and there are far fewer normalizers than fill the rest.
const fn changes_len_max(changes: &Changes) -> usize {
    changes.text_bytes() * 6 + changes.len() * 512
}

/// The header that names the versions of the reference tables, if there are any.
fn references(bound: &BoundForm) -> Option<(&'static str, &str)> {
    let versions = bound.tables_header.as_str();
    (!versions.is_empty()).then_some((header::REFERENCE_VERSIONS, versions))
}

/// The raw bytes unchanged: as text when they are UTF-8 and do not swell too much by escapes, else as base64. Either
/// way at most twice their length (or small), so that a reject always fits its topic. More bytes than may stand on raw are
/// left there.
fn body(raw: &[u8]) -> RawBody<'_> {
    if raw.len() > RAW_BYTES_MAX {
        return RawBody { encoding: "absent", body: Cow::Borrowed("") };
    }
    match std::str::from_utf8(raw) {
        Ok(text) if escaped_len(raw) <= (raw.len() * 2).max(ESCAPED_SMALL) => {
            RawBody { encoding: "utf8", body: Cow::Borrowed(text) }
        }
        _ => RawBody { encoding: "base64", body: Cow::Owned(STANDARD.encode(raw)) },
    }
}

/// Bytes of the text once escaped for JSON.
fn escaped_len(raw: &[u8]) -> usize {
    let cost = |byte: &u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    raw.iter().map(cost).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn raw_bytes_survive_and_at_most_double(raw in proptest::collection::vec(prop_oneof![any::<u8>(), Just(0), Just(b'"'), Just(b'a')], 0..6000)) {
            let body = body(&raw);
            let written = json(&body);
            let read: serde_json::Value = serde_json::from_slice(&written).unwrap();
            let text = read["body"].as_str().unwrap();
            let back = match read["encoding"].as_str().unwrap() {
                "utf8" => text.as_bytes().to_vec(),
                _ => STANDARD.decode(text).unwrap(),
            };
            prop_assert!(written.len() <= (raw.len() * 2).max(ESCAPED_SMALL) + 64);
            prop_assert_eq!(back, raw);
        }
    }

    fn slips() -> crate::Forms {
        let form = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "slip/1", "type": "object",
            "additionalProperties": false, "required": ["no"], "properties": {"no": {"type": "string", "x-faircopy":
            {"check": ["luhn"]}}}, "x-faircopy": {"key": ["/no"]}}"#;
        let form = rules::Form::parse("slip/1.json", form).unwrap();
        crate::Forms::new(&[form], &crate::Sources::default(), Some("slip")).unwrap()
    }

    /// A clean record with a warning that somebody accepted says who, and that it was not accepted just so.
    #[test]
    fn what_was_overridden_stands_on_the_clean_record() {
        let forms = slips();
        let message = Message { value: br#"{"no":"77"}"#.to_vec(), ..Message::default() };
        let bound = forms.find(&message).unwrap();
        let given = rules::Override { code: "VAL.CHECK_DIGIT", path: "/no", by: "sup-7", reason: "as \"printed\"" };
        let context = rules::Context { operator: "op-1", overrides: &[given], ..rules::Context::default() };
        let record::Verdict::Clean(mut clean) = bound.judge.judge(&message.value, context) else { panic!() };
        let position = Position { partition: 0, offset: 7 };
        let record = RawRecord { position, message, original: None };
        let places = crate::InTopic("raw".into());
        let message = Subject::new(&record, &places).clean(bound, &mut clean).unwrap();
        assert_eq!(message.header(header::STATUS), Some("accepted_with_warning"));
        let expected =
            r#"[{"code":"VAL.CHECK_DIGIT","path":"/no","rule":"luhn","by":"sup-7","reason":"as \"printed\""}]"#;
        assert_eq!(message.header(header::OVERRIDES), Some(expected));
    }

    /// What a file takes without looking at headers, a topic takes with them; what neither takes is the same.
    #[test]
    fn a_file_takes_what_a_topic_takes() {
        let forms = slips();
        let message = Message { value: b"{}".to_vec(), ..Message::default() };
        let bound = forms.find(&message).unwrap();
        let record = RawRecord { position: Position { partition: 0, offset: 7 }, message, original: None };
        let (topic, file) = (crate::InTopic("raw".into()), crate::InFiles(vec!["a.ndjson".to_owned()]));
        let (topic, file) = (Subject::new(&record, &topic), Subject::new(&record, &file));
        let (raw, value) = ("\u{1}".repeat(500), "\"".repeat(500));
        let change = record::Change { path: "/no", raw: &raw, value: Some(&value), by: &["normalizer"; 20] };
        let mut taken = [0, 0];
        for count in (0..1_200).step_by(10) {
            let mut clean = Clean {
                bytes: vec![b'x'; limits::RECORD_BYTES_MAX],
                key: Key([0; 16]),
                content: record::ContentHash(0),
                traces: Vec::new(),
                changes: std::iter::repeat_n(change, count).collect(),
                warnings: Vec::new(),
                overrides: Vec::new(),
            };
            let sure = file.surely_fits(bound, &clean);
            let with_headers = topic.clean(bound, &mut clean.clone());
            let without = file.clean(bound, &mut clean);
            assert_eq!(with_headers.is_ok(), without.is_ok(), "{count} changes");
            assert!(with_headers.is_ok() || !sure, "{count} changes");
            taken[usize::from(with_headers.is_ok())] += 1;
            if sure {
                assert!(without.unwrap().headers.is_empty());
            }
        }
        assert!(taken.iter().all(|count| *count > 0), "the limit lies between: {taken:?}");
    }

    #[test]
    fn text_stays_text_and_bytes_become_base64() {
        assert_eq!(body(br#"{"a":"b"}"#).encoding, "utf8");
        assert_eq!(body(&[0xff, 0xfe]).encoding, "base64");
        assert_eq!(body(&vec![0; 1 << 20]).encoding, "base64");
    }
}
