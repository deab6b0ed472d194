//! Normalizes every field of the record in place, and notes each change.

use super::findings::{Draft, Findings};
use crate::{
    DecimalSign, Profile,
    field::{Annotation, Normalizer, Refusal, Settings},
    form::{Fields, Kind, Shape},
    json::{
        Member, Node, Value,
        pointer::{self, Path},
    },
    normalize::{currencies_of, is_plain, mojibake, normalizer},
};
use record::{Change, Code, RecordTime, Severity, Stage};
use std::borrow::Cow;

/// What normalizing needs besides form and record.
#[derive(Clone, Debug)]
pub(super) struct Normalizing {
    profile: Profile,
    /// For JSON numbers: their decimal sign is a point wherever they come from.
    json: Profile,
    /// Runs on every string before the field's own normalizers.
    text: (&'static str, Normalizer),
    /// Writes a JSON number as a decimal.
    decimal: (&'static str, Normalizer),
    /// Writes a JSON number such as `1e2` as a whole number.
    integer: (&'static str, Normalizer),
}

impl Normalizing {
    pub(super) fn new(profile: &Profile) -> Self {
        let standard = |name| normalizer(name).expect("the registry has it: a test of the registry says so");
        Self {
            profile: profile.clone(),
            json: Profile { decimal_sign: Some(DecimalSign::Point), ..profile.clone() },
            text: standard("text"),
            decimal: standard("decimal"),
            integer: standard("integer"),
        }
    }

    /// The profile records are read with.
    pub(super) const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Normalizes the record. Afterwards members stand in form order, blanks are [`Value::Null`], and what a normalizer
    /// refused is [`Value::Refused`].
    pub(super) fn run(
        &self,
        root: &mut Node<'_>,
        shape: &Shape,
        time: Option<RecordTime>,
        findings: &mut Findings,
        changes: &mut Vec<Change>,
    ) {
        let mut walk = Walk { with: self, time, findings, changes, marked: Vec::new() };
        walk.value(root, shape, &Path::ROOT, 0);
        let marked = std::mem::take(&mut walk.marked);
        contradicted(root, marked, findings);
    }
}

struct Walk<'w> {
    with: &'w Normalizing,
    time: Option<RecordTime>,
    findings: &'w mut Findings,
    changes: &'w mut Vec<Change>,
    marked: Vec<Marked>,
}

/// An amount that was keyed with a currency, and where the record says what its currency is.
struct Marked {
    at: usize,
    slot: usize,
    path: String,
    /// What the mark beside it can mean.
    currencies: &'static [&'static str],
    field: String,
}

impl<'w> Walk<'w> {
    // Recursion is as deep as the record, which the depth limit bounds.
    fn value(&mut self, node: &mut Node<'_>, shape: &Shape, path: &Path<'_>, slot: usize) {
        match (&shape.kind, &mut node.value) {
            (Kind::Record(fields), Value::Object(members)) => self.members(members, fields, path),
            (Kind::List(item), Value::Array(items)) => {
                for (index, node) in items.iter_mut().enumerate() {
                    self.item(node, item, &path.index(index));
                }
            }
            (Kind::Record(_) | Kind::List(_), _) => {}
            _ => self.scalar(node, shape, path, slot),
        }
    }

    fn members(&mut self, members: &mut [Member<'_>], fields: &Fields, path: &Path<'_>) {
        let mut in_order = true;
        let mut next = 0;
        for Member { name, slot: place, node, .. } in members.iter_mut() {
            let slot = match *place {
                Member::NO_FIELD => fields.slot(name, next),
                // The reader has guessed it.
                slot => Some(slot as usize),
            };
            let Some((slot, field)) = slot.and_then(|slot| Some((slot, fields.at(slot)?))) else {
                // An unknown member is an error whatever its value; as a null it would count as missing.
                if node.is_missing() {
                    node.value = Value::Refused;
                }
                in_order = false;
                continue;
            };
            *place = u32::try_from(slot).unwrap_or(Member::NO_FIELD);
            in_order &= slot >= next;
            next = slot + 1;
            let path = path.step(&field.step);
            if node.is_missing() {
                let is_box = field.shape.annotation.blank_is_false;
                let (value, by) = if is_box { (Some("false".to_owned()), "boolean") } else { (None, "blank") };
                self.note(Change { path: path.render(), raw: "null".to_owned(), value, by: vec![by] });
                if is_box {
                    node.value = Value::Bool(false);
                }
            } else {
                self.value(node, &field.shape, &path, slot);
            }
        }
        if !in_order {
            members.sort_by_key(|member| member.slot);
        }
    }

    /// An item cannot be left out without renumbering the others, so a blank one is an error.
    fn item(&mut self, node: &mut Node<'_>, shape: &Shape, path: &Path<'_>) {
        let changes = self.changes.len();
        self.value(node, shape, path, 0);
        if node.is_missing() {
            self.changes.truncate(changes);
            let class = shape.annotation.class;
            let draft = Draft::new(Code::StrRequired, Stage::Normalize, node.start, path.render());
            self.findings.add(Draft { rule: "blank", class, ..draft });
            node.value = Value::Refused;
        }
    }

    fn scalar(&mut self, node: &mut Node<'_>, shape: &Shape, path: &Path<'_>, slot: usize) {
        let Some(steps) = self.with.steps(shape, &node.value) else { return };
        let (Value::Text(raw) | Value::Number(raw)) = &node.value else { return };
        if steps.first.is_some() && matches!(shape.kind, Kind::Text { .. }) {
            self.suspect(raw, node.start, shape, path, slot);
        }
        let settings = Settings { profile: steps.profile, annotation: &shape.annotation, time: self.time };
        let result = steps.run(raw, &settings);
        if !raw.is_empty() && matches!(result, Ok(None)) && keeps(&shape.kind, &node.value) {
            return;
        }
        let written = matches!(node.value, Value::Number(_));
        let (Value::Text(raw) | Value::Number(raw)) = std::mem::replace(&mut node.value, Value::Refused) else {
            return;
        };
        let result = result.and_then(|changed| {
            let (text, mut by) = changed.map_or_else(|| (raw.clone(), Vec::new()), |(text, by)| (Cow::Owned(text), by));
            if text.is_empty() && shape.annotation.blank_is_false {
                by.push("boolean");
                return Ok((Value::Bool(false), by));
            }
            let value = typed(&shape.kind, text, written, written || !steps.rest.is_empty())?;
            Ok((value, by))
        });
        match result {
            Ok((value, by)) => {
                if by.contains(&"money")
                    && let currencies @ [_, ..] = currencies_of(&raw, steps.profile)
                {
                    self.mark(currencies, node.start, shape, path, slot);
                }
                let retyped = matches!(value, Value::Number(_) | Value::Bool(_)) != written;
                if value == Value::Null || retyped || !by.is_empty() {
                    self.note(steps.change(path, raw.into_owned(), &value, by));
                }
                node.value = value;
            }
            Err((rule, refusal)) => {
                let draft = Draft::new(refusal.code, Stage::Normalize, node.start, path.render());
                let class = shape.annotation.class;
                self.findings.add(Draft { slot, rule, params: refusal.params, class, found: Some(&raw), ..draft });
            }
        }
    }
}

impl Walk<'_> {
    fn note(&mut self, change: Change) {
        if self.changes.is_empty() {
            // A record in which one value was keyed in another way has several, mostly.
            self.changes.reserve(8);
        }
        self.changes.push(change);
    }

    /// Notes the currency that an amount was keyed with, to be held against that of the record or of the field.
    fn mark(&mut self, currencies: &'static [&'static str], at: usize, shape: &Shape, path: &Path<'_>, slot: usize) {
        let Annotation { minor_units, currency: fixed, .. } = &shape.annotation;
        if let Some(field) = minor_units {
            self.marked.push(Marked { at, slot, path: path.render(), currencies, field: field.clone() });
        } else if fixed.is_some_and(|fixed| !currencies.contains(&fixed)) {
            self.findings.add(another_currency(at, slot, path.render()));
        }
    }

    /// Warns of text that was decoded wrongly on its way here. It is never repaired: the unlikely text may be the true one.
    fn suspect(&mut self, raw: &str, at: usize, shape: &Shape, path: &Path<'_>, slot: usize) {
        if let Some(refusal) = mojibake(raw) {
            let draft = Draft::new(refusal.code, Stage::Normalize, at, path.render());
            let (severity, class, params) = (Severity::Soft, shape.annotation.class, refusal.params);
            self.findings.add(Draft { severity, slot, rule: "mojibake", params, class, found: Some(raw), ..draft });
        }
    }
}

/// An amount keyed with another currency than the record's is an error: the normalizer takes the currency off it, and
/// which of the two is right nobody can know here.
fn contradicted(root: &Node<'_>, marked: Vec<Marked>, findings: &mut Findings) {
    for Marked { at, slot, path, currencies, field } in marked {
        let stated = pointer::find(root, &field).and_then(Node::text);
        if stated.is_some_and(|stated| !currencies.contains(&stated)) {
            findings.add(Draft { related: vec![field], ..another_currency(at, slot, path) });
        }
    }
}

fn another_currency(at: usize, slot: usize, path: String) -> Draft<'static> {
    Draft {
        slot,
        rule: "money",
        params: vec![("reason", "currency".into())],
        message: Some("the amount names another currency than the record"),
        ..Draft::new(Code::RelRule, Stage::Normalize, at, path)
    }
}

type Step = (&'static str, Normalizer);
type Refused = (&'static str, Refusal);

/// The normalizers of one value.
struct Steps<'s> {
    /// `None` for a text in which it finds nothing to do, either.
    first: Option<&'s Step>,
    rest: &'s [Step],
    profile: &'s Profile,
}

impl Normalizing {
    /// What runs on a value of this shape; `None`: the value is of a type that no normalizer reads, or needs none.
    fn steps<'s>(&'s self, shape: &'s Shape, value: &Value<'_>) -> Option<Steps<'s>> {
        let Annotation { normalize, decimal, .. } = &shape.annotation;
        let number = |step| Some(Steps { first: Some(step), rest: &[], profile: &self.json });
        match (&shape.kind, value) {
            (_, Value::Text(text)) => {
                let first = (!is_plain(text.as_bytes())).then_some(&self.text);
                Some(Steps { first, rest: normalize, profile: &self.profile })
            }
            (Kind::Text { .. }, Value::Number(_)) if decimal.is_some() => number(&self.decimal),
            (Kind::Integer, Value::Number(_)) => number(&self.integer),
            (Kind::Bool, Value::Number(_)) if !normalize.is_empty() => {
                Some(Steps { first: None, rest: normalize, profile: &self.json })
            }
            _ => None,
        }
    }
}

impl Steps<'_> {
    /// The text after all normalizers, when they changed it, and which did.
    fn run(&self, raw: &str, settings: &Settings<'_>) -> Result<Option<(String, Vec<&'static str>)>, Refused> {
        let mut run: Option<(String, Vec<&'static str>)> = None;
        for (name, normalizer) in self.first.into_iter().chain(self.rest) {
            let current = run.as_ref().map_or(raw, |(text, _)| text);
            // What is blank is missing: the normalizers need not know blanks.
            if current.is_empty() {
                break;
            }
            let Some(changed) = normalizer(current, settings).map_err(|refusal| (*name, refusal))? else { continue };
            match &mut run {
                None => run = Some((changed, vec![*name])),
                Some((text, by)) => {
                    *text = changed;
                    by.push(*name);
                }
            }
        }
        Ok(run)
    }

    fn change(&self, path: &Path<'_>, raw: String, value: &Value<'_>, mut by: Vec<&'static str>) -> Change {
        let value = match value {
            Value::Text(text) | Value::Number(text) => Some(text.to_string()),
            Value::Bool(bool) => Some(bool.to_string()),
            _ => {
                by.push("blank");
                None
            }
        };
        // The text stayed, the JSON type did not: the field's last normalizer stands for that.
        if by.is_empty() {
            by.extend(self.rest.last().or(self.first).map(|(name, _)| *name));
        }
        Change { path: path.render(), raw, value, by }
    }
}

/// Whether a value that no normalizer changed is what its text stands for already.
const fn keeps(kind: &Kind, value: &Value<'_>) -> bool {
    matches!((kind, value), (Kind::Text { .. }, Value::Text(_)) | (Kind::Integer, Value::Number(_)))
}

/// The value that a normalized text stands for. What does not fit the field's type stays as it is: the schema says so.
fn typed<'a>(kind: &Kind, text: Cow<'a, str>, written: bool, convert: bool) -> Result<Value<'a>, Refused> {
    Ok(match (kind, &*text) {
        (_, "") => Value::Null,
        (Kind::Bool, "true") if convert => Value::Bool(true),
        (Kind::Bool, "false") if convert => Value::Bool(false),
        (Kind::Integer, whole) if convert && is_whole(whole) => match whole.parse::<i64>() {
            Ok(_) => Value::Number(text),
            Err(_) => return Err(("integer", Refusal::new(Code::FmtNumber).with("reason", "range"))),
        },
        (Kind::Integer | Kind::Bool, _) if written => Value::Number(text),
        _ => Value::Text(text),
    })
}

/// Whether the text is a whole number in canonical form.
fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let leading_zero = digits.first() == Some(&b'0') && text != "0";
    !digits.is_empty() && !leading_zero && digits.iter().all(u8::is_ascii_digit)
}
