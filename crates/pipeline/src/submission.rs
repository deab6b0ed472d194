//! What was submitted: the record, and what is said of it. With the header `faircopy-envelope: 1` a message holds both in
//! one JSON object; `docs/envelope.md` lists its members. What it says becomes the headers that a bare record would have.

use record::{
    Code, Finding, Headers, Message, Param, RawRecord, Reject, Stage, finding::Params, header, limits::FINDINGS_MAX,
};
use rules::{
    Context, Override,
    json::{self, Node, Value},
};
use std::borrow::Cow;

/// Rule of every finding about a JSON envelope that cannot be taken off: its record keeps the headers it came with.
pub(crate) const RULE: &str = "json_envelope";
/// Most bytes of one text of the envelope. All of them fit the headers of a message.
const TEXT_MAX: usize = 1_000;
/// Most overrides of one record.
const OVERRIDES_MAX: usize = 100;

/// A raw message without its envelope.
#[derive(Debug)]
pub(crate) struct Submission<'a> {
    /// A bare record: what the envelope says stands in headers, and the value is the record.
    pub(crate) message: Cow<'a, Message>,
    overrides: Vec<Given>,
}

#[derive(Debug)]
struct Given {
    code: String,
    path: String,
    by: String,
    reason: String,
}

/// What a member of the envelope may be.
#[derive(Clone, Copy)]
enum Want {
    /// A text; with the header that says the same.
    Text(Option<&'static str>),
    /// A whole number, not negative; with the header that says the same.
    Count(Option<&'static str>),
    /// This number or text only: no other is supported.
    Only(&'static str),
    /// An object.
    Group(&'static [(&'static str, Want)]),
    /// Nothing, until corrections are supported.
    Absent,
    /// The record, and the overrides: they are read apart.
    Apart,
}

const MEMBERS: &[(&str, Want)] = &[
    ("v", Want::Only("1")),
    ("submission_id", Want::Text(Some(header::SUBMISSION_ID))),
    ("idempotency_key", Want::Text(None)),
    ("client", Want::Text(Some(header::CLIENT))),
    ("source", Want::Text(Some(header::SOURCE))),
    ("form", Want::Text(Some(header::FORM))),
    ("schema_version", Want::Text(Some(header::FORM_VERSION))),
    (
        "batch",
        Want::Group(&[("id", Want::Text(Some(header::BATCH_ID))), ("seq", Want::Count(Some(header::BATCH_SEQ)))]),
    ),
    (
        "document",
        Want::Group(&[
            ("ref", Want::Text(Some(header::DOCUMENT_REF))),
            ("page", Want::Count(None)),
            ("sha256", Want::Text(None)),
        ]),
    ),
    (
        "key",
        Want::Group(&[
            ("operator", Want::Text(Some(header::OPERATOR))),
            ("pass", Want::Count(Some(header::PASS))),
            ("keyed_at", Want::Text(Some(header::KEYED_AT))),
            ("session", Want::Text(None)),
            ("keystrokes", Want::Count(None)),
            ("duration_ms", Want::Count(None)),
            ("ime", Want::Text(None)),
        ]),
    ),
    ("action", Want::Group(&[("type", Want::Only("original")), ("target", Want::Absent), ("reason", Want::Absent)])),
    ("rework", Want::Group(&[("of", Want::Absent), ("attempt", Want::Only("1"))])),
    ("overrides", Want::Apart),
    ("locale", Want::Text(None)),
    ("data", Want::Apart),
];

impl<'a> Submission<'a> {
    /// Takes the envelope off, when there is one.
    ///
    /// # Errors
    /// Why the envelope cannot be read: the reject of its record.
    pub(crate) fn of(message: &'a Message) -> Result<Self, Box<Reject>> {
        let bare = Self { message: Cow::Borrowed(message), overrides: Vec::new() };
        match message.headers.get(header::ENVELOPE) {
            None | Some(b"0") => Ok(bare),
            Some(b"1") => unwrap(message),
            Some(_) => Err(Box::new(Reject::one(invalid("envelope", "unknown")))),
        }
    }

    /// Its overrides, as the judge wants them.
    pub(crate) fn overrides(&self) -> Vec<Override<'_>> {
        let given = self.overrides.iter();
        given.map(|Given { code, path, by, reason }| Override { code, path, by, reason }).collect()
    }

    /// What a verdict depends on besides the record's bytes.
    pub(crate) fn context<'s>(&'s self, overrides: &'s [Override<'s>]) -> Context<'s> {
        let record::envelope::Envelope { client, operator, .. } = record::envelope::Envelope::of(&self.message);
        Context { client, time: self.message.time.known(), operator, overrides }
    }

    /// The bare record at the place of the one that was submitted, which its reject carries.
    pub(crate) fn record(&self, submitted: &'a RawRecord) -> Cow<'a, RawRecord> {
        match &self.message {
            Cow::Borrowed(_) => Cow::Borrowed(submitted),
            Cow::Owned(message) => Cow::Owned(RawRecord {
                position: submitted.position,
                message: message.clone(),
                original: Some(submitted.original.as_ref().unwrap_or(&submitted.message.value).clone()),
            }),
        }
    }
}

fn unwrap(message: &Message) -> Result<Submission<'_>, Box<Reject>> {
    let document = json::read(&message.value).map_err(|faults| Box::new(unreadable(&message.value, &faults)))?;
    let root = &document.root;
    let mut read = Read { message, headers: Headers::default(), errors: Vec::new(), error_count: 0 };
    if root.members().is_none() {
        return Err(Box::new(Reject::one(invalid("envelope", "not_an_object"))));
    }
    read.group(root, MEMBERS, "");
    let present = |name| root.member(name).filter(|node| !node.is_missing());
    for name in ["form", "data"] {
        if present(name).is_none() {
            read.add(|| finding(Code::EnvMissingField, vec![("field", name.into())]));
        }
    }
    let overrides = present("overrides").map(|node| read.overrides(node)).unwrap_or_default();
    read.contradictions();
    let Read { headers, errors, error_count, .. } = read;
    match present("data") {
        Some(data) if errors.is_empty() => {
            let others = message.headers.iter().filter(|(name, _)| headers.get(name).is_none());
            let all = others.chain(headers.iter());
            let headers = all.map(|(name, value)| (header::interned(name), value)).collect();
            let value = message.value[data.start..data.end].to_vec();
            let message = Message { time: message.time, key: message.key.clone(), headers, value };
            Ok(Submission { message: Cow::Owned(message), overrides })
        }
        _ => Err(Box::new(Reject { errors, error_count })),
    }
}

struct Read<'m> {
    message: &'m Message,
    /// What the envelope says, as headers.
    headers: Headers,
    /// The first [`FINDINGS_MAX`] that were found.
    errors: Vec<Finding>,
    error_count: usize,
}

impl Read<'_> {
    /// Counts a finding, which is made only while there is room for it.
    fn add(&mut self, finding: impl FnOnce() -> Finding) {
        self.error_count += 1;
        if self.errors.len() < FINDINGS_MAX {
            self.errors.push(finding());
        }
    }

    fn wrong(&mut self, field: &str, reason: &'static str) {
        self.add(|| invalid(field, reason));
    }

    fn group(&mut self, node: &Node<'_>, members: &[(&str, Want)], above: &str) {
        for member in node.members().unwrap_or_default() {
            let field = format!("{above}{}", member.name);
            match members.iter().find(|(name, _)| *name == member.name) {
                None => self.wrong(&field, "unknown"),
                Some(_) if member.node.is_missing() => {}
                Some((_, want)) => self.member(&member.node, *want, &field),
            }
        }
    }

    fn member(&mut self, node: &Node<'_>, want: Want, field: &str) {
        match (want, &node.value) {
            (Want::Text(header), Value::Text(text)) => match fault(text) {
                Some(reason) => self.wrong(field, reason),
                None => self.say(header, text),
            },
            (Want::Count(header), Value::Number(text)) if text.len() <= 18 && text.parse::<u64>().is_ok() => {
                self.say(header, text);
            }
            (Want::Only(only), Value::Text(text) | Value::Number(text)) => {
                if text != only {
                    self.wrong(field, "not_supported");
                }
            }
            (Want::Group(members), Value::Object(_)) => self.group(node, members, &format!("{field}.")),
            (Want::Absent, _) => self.wrong(field, "not_supported"),
            (Want::Apart, _) => {}
            _ => self.wrong(field, "type"),
        }
    }

    fn say(&mut self, header: Option<&'static str>, text: &str) {
        self.headers.extend(header.map(|name| (name, text)));
    }

    /// A header beside the envelope says the same or nothing: which of two is right nobody knows.
    fn contradictions(&mut self) {
        for name in [header::FORM, header::FORM_VERSION].into_iter().chain(header::CARRIED) {
            for (_, beside) in self.message.headers.iter().filter(|(header, _)| *header == name) {
                if !self.headers.iter().any(|said| said == (name, beside)) {
                    let field = header::bare(name);
                    self.wrong(field, "header");
                }
            }
        }
    }

    fn overrides(&mut self, node: &Node<'_>) -> Vec<Given> {
        let Some(items) = node.items() else {
            self.wrong("overrides", "type");
            return Vec::new();
        };
        if items.len() > OVERRIDES_MAX {
            self.wrong("overrides", "too_many");
            return Vec::new();
        }
        let names = ["code", "path", "by", "reason"];
        for (index, item) in items.iter().enumerate() {
            let field = format!("overrides.{index}");
            if item.members().is_none() {
                self.wrong(&field, "type");
            }
            self.group(item, &names.map(|name| (name, Want::Text(None))), &format!("{field}."));
            let path = item.member("path").and_then(Node::text);
            if path.is_none_or(|path| !path.is_empty() && !path.starts_with('/')) {
                self.wrong(&format!("{field}.path"), "not_a_pointer");
            }
        }
        let text = |item: &Node<'_>, name| item.member(name).and_then(Node::text).unwrap_or_default().to_owned();
        let given = |item| Given {
            code: text(item, "code"),
            path: text(item, "path"),
            by: text(item, "by"),
            reason: text(item, "reason"),
        };
        items.iter().map(given).collect()
    }
}

/// What a text of the envelope must not be: it travels in headers.
fn fault(text: &str) -> Option<&'static str> {
    if text.len() > TEXT_MAX { Some("too_long") } else { text.chars().any(char::is_control).then_some("control") }
}

/// The message is no JSON object within the limits: told as the record would be, with pointers from the record.
fn unreadable(raw: &[u8], faults: &[json::Fault]) -> Reject {
    let mut reject = rules::unreadable(raw, faults);
    for error in &mut reject.errors {
        if let Some(path) = error.path.strip_prefix("/data") {
            error.path = path.to_owned();
        }
        RULE.clone_into(&mut error.rule);
    }
    reject
}

fn invalid(field: &str, reason: &'static str) -> Finding {
    // A name that no envelope has may be anything, a value among it.
    let field: String = field.chars().take(64).collect();
    finding(Code::EnvInvalid, vec![("field", field.into()), ("reason", reason.into())])
}

fn finding(code: Code, params: Vec<(&'static str, Param)>) -> Finding {
    Finding::whole(code, Stage::Decode, RULE, Params(params))
}

#[cfg(test)]
mod tests;
