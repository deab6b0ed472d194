//! Normalizes every field of the record in place, and notes each change.

use super::findings::{Draft, Findings};
use crate::{
    DecimalSign, Profile,
    field::{Annotation, Normalizer, Refusal, Settings},
    json::{
        Member, Node, Value,
        pointer::{self, Path},
    },
    normalize::{currencies_of, is_plain, mojibake, normalizer},
    shape::{Fields, Kind, Shape},
};
use record::{Changes, Code, RecordTime, Severity, Stage};
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

    /// Normalizes the record, on the short way without asking the normalizers about texts of which it can be seen that they would
    /// leave them. Afterwards members stand in form order, blanks are [`Value::Null`], and what a normalizer
    /// refused is [`Value::Refused`].
    pub(super) fn run(
        &self,
        root: &mut Node<'_>,
        shape: &Shape,
        (time, short): (Option<RecordTime>, bool),
        findings: &mut Findings,
        changes: &mut Changes,
    ) {
        let mut walk = Walk { with: self, time, short, findings, changes, by: Vec::new(), marked: Vec::new() };
        walk.value(root, Site { shape, path: &Path::ROOT, slot: 0 });
        let marked = std::mem::take(&mut walk.marked);
        contradicted(root, marked, findings);
    }
}

struct Walk<'w> {
    with: &'w Normalizing,
    time: Option<RecordTime>,
    /// Whether texts that are settled are passed over.
    short: bool,
    findings: &'w mut Findings,
    changes: &'w mut Changes,
    /// The normalizers that changed the value that is being looked at.
    by: Vec<&'static str>,
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

/// What a value should be, and where it stands.
#[derive(Clone, Copy)]
struct Site<'s> {
    shape: &'s Shape,
    path: &'s Path<'s>,
    /// Place of its field in form order; 0 of an item.
    slot: usize,
}

impl Walk<'_> {
    // Recursion is as deep as the record, which the depth limit bounds.
    #[inline(always)]
    fn value(&mut self, node: &mut Node<'_>, site: Site<'_>) {
        match (&site.shape.kind, &mut node.value) {
            (Kind::Record(fields), Value::Object(members)) => self.members(members, fields, site.path),
            (Kind::List(item), Value::Array(items)) => self.items(items, item, site.path),
            (Kind::Record(_) | Kind::List(_), _) => {}
            (_, Value::Text(_) | Value::Number(_)) => self.scalar(node, site),
            _ => {}
        }
    }

    /// Whether it can be seen that the normalizers leave a value as it is.
    #[inline(always)]
    fn settled(&self, node: &Node<'_>, shape: &Shape) -> bool {
        self.short && matches!(&node.value, Value::Text(text) if shape.settled.has(text))
    }

    #[inline(never)]
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
            // Most values are as they should be.
            if self.settled(node, &field.shape) {
                continue;
            }
            let path = path.step(&field.step);
            if node.is_missing() {
                self.missing(node, &field.shape, &path);
            } else {
                self.value(node, Site { shape: &field.shape, path: &path, slot });
            }
        }
        if !in_order {
            members.sort_by_key(|member| member.slot);
        }
    }

    /// A member that is there as `null`.
    fn missing(&mut self, node: &mut Node<'_>, shape: &Shape, path: &Path<'_>) {
        let (value, by) = if shape.annotation.blank_is_false { (Some("false"), "boolean") } else { (None, "blank") };
        self.changes.push(|pointer| path.append(pointer), "null", value, &[by]);
        if shape.annotation.blank_is_false {
            node.value = Value::Bool(false);
        }
    }

    #[inline(never)]
    fn items(&mut self, items: &mut [Node<'_>], shape: &Shape, path: &Path<'_>) {
        for (index, node) in items.iter_mut().enumerate() {
            if self.settled(node, shape) {
                continue;
            }
            let path = path.index(index);
            let changes = self.changes.len();
            self.value(node, Site { shape, path: &path, slot: 0 });
            if node.is_missing() {
                self.changes.truncate(changes);
                self.blank_item(node, shape, &path);
            }
        }
    }

    /// An item cannot be left out without renumbering the others, so a blank one is an error.
    #[cold]
    fn blank_item(&mut self, node: &mut Node<'_>, shape: &Shape, path: &Path<'_>) {
        let class = shape.annotation.class;
        let draft = Draft::new(Code::StrRequired, Stage::Normalize, node.start, path.render());
        self.findings.add(Draft { rule: "blank", class, ..draft });
        node.value = Value::Refused;
    }

    #[inline(never)]
    fn scalar(&mut self, node: &mut Node<'_>, site: Site<'_>) {
        let Some(steps) = self.with.steps(site.shape, &node.value) else { return };
        let (Value::Text(raw) | Value::Number(raw)) = &node.value else { return };
        let settings = Settings { profile: steps.profile, annotation: &site.shape.annotation, time: self.time };
        self.by.clear();
        if steps.strange {
            self.suspect(raw, node.start, site);
            let (name, normalizer) = self.with.text;
            match normalizer(raw, &settings) {
                Ok(None) => {}
                Ok(Some(text)) => return self.changing(node, site, &steps, name, text, steps.list),
                Err(refusal) => return self.refused(node, site, name, refusal),
            }
        }
        // What is blank is missing: the normalizers need not know blanks.
        let mut rest = if raw.is_empty() { &[] } else { steps.list };
        while let [(name, normalizer), after @ ..] = rest {
            rest = after;
            match normalizer(raw, &settings) {
                Ok(None) => {}
                Ok(Some(text)) => return self.changing(node, site, &steps, name, text, rest),
                Err(refusal) => return self.refused(node, site, name, refusal),
            }
        }
        if raw.is_empty() || !keeps(&site.shape.kind, &node.value) {
            self.changed(node, site, &steps, None);
        }
    }

    /// Goes on with the normalizers after the first that changed the value.
    #[inline(never)]
    fn changing(
        &mut self,
        node: &mut Node<'_>,
        site: Site<'_>,
        steps: &Steps<'_>,
        name: &'static str,
        mut text: String,
        rest: &[Step],
    ) {
        let settings = Settings { profile: steps.profile, annotation: &site.shape.annotation, time: self.time };
        self.by.push(name);
        for (name, normalizer) in rest {
            if text.is_empty() {
                break;
            }
            match normalizer(&text, &settings) {
                Ok(None) => {}
                Ok(Some(further)) => {
                    text = further;
                    self.by.push(name);
                }
                Err(refusal) => return self.refused(node, site, name, refusal),
            }
        }
        // A text that is not blank is what it says.
        match site.shape.kind {
            Kind::Text { .. } if !text.is_empty() => self.rewritten(node, site, steps, text),
            _ => self.changed(node, site, steps, Some(text)),
        }
    }

    /// Puts another text in the place of a value that is a text, and notes it.
    fn rewritten(&mut self, node: &mut Node<'_>, site: Site<'_>, steps: &Steps<'_>, text: String) {
        let (Value::Text(raw) | Value::Number(raw)) = &node.value else { return };
        self.mark(raw, node.start, site, steps);
        self.changes.push(|pointer| site.path.append(pointer), raw, Some(&text), &self.by);
        node.value = Value::Text(Cow::Owned(text));
    }

    /// Puts what the normalizers made of a value in its place, and notes it.
    #[inline(never)]
    fn changed(&mut self, node: &mut Node<'_>, site: Site<'_>, steps: &Steps<'_>, changed: Option<String>) {
        let written = matches!(node.value, Value::Number(_));
        let (Value::Text(raw) | Value::Number(raw)) = std::mem::replace(&mut node.value, Value::Null) else { return };
        let text = changed.map_or_else(|| raw.clone(), Cow::Owned);
        let value = if text.is_empty() && site.shape.annotation.blank_is_false {
            self.by.push("boolean");
            Ok(Value::Bool(false))
        } else {
            typed(&site.shape.kind, text, written, !steps.list.is_empty())
        };
        match value {
            Ok(value) => {
                self.mark(&raw, node.start, site, steps);
                let retyped = matches!(value, Value::Number(_) | Value::Bool(_)) != written;
                if matches!(value, Value::Null) || retyped || !self.by.is_empty() {
                    self.note(steps, site.path, &raw, &value);
                }
                node.value = value;
            }
            Err((rule, refusal)) => {
                node.value = Value::Text(raw);
                self.refused(node, site, rule, refusal);
            }
        }
    }

    /// Tells that a value cannot be normalized; nothing may be concluded from it any more.
    #[cold]
    fn refused(&mut self, node: &mut Node<'_>, site: Site<'_>, rule: &'static str, refusal: Refusal) {
        let found = match &node.value {
            Value::Text(raw) | Value::Number(raw) => Some(&**raw),
            _ => None,
        };
        let draft = Draft::new(refusal.code, Stage::Normalize, node.start, site.path.render());
        let (slot, class) = (site.slot, site.shape.annotation.class);
        self.findings.add(Draft { slot, rule, params: refusal.params, class, found, ..draft });
        node.value = Value::Refused;
    }

    /// Notes a change of which `by` has the normalizers.
    fn note(&mut self, steps: &Steps<'_>, path: &Path<'_>, raw: &str, value: &Value<'_>) {
        let value = match value {
            Value::Text(text) | Value::Number(text) => Some(&**text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => {
                self.by.push("blank");
                None
            }
        };
        // The text stayed, the JSON type did not: the field's last normalizer stands for that.
        if self.by.is_empty() {
            self.by.extend(steps.list.last().map(|(name, _)| *name));
        }
        self.changes.push(|pointer| path.append(pointer), raw, value, &self.by);
    }

    /// Notes the currency that an amount was keyed with, to be held against that of the record or of the field.
    fn mark(&mut self, raw: &str, at: usize, Site { shape, path, slot }: Site<'_>, steps: &Steps<'_>) {
        if !self.by.contains(&"money") {
            return;
        }
        let currencies @ [_, ..] = currencies_of(raw, steps.profile) else { return };
        let Annotation { minor_units, currency: fixed, .. } = &shape.annotation;
        if let Some(field) = minor_units {
            self.marked.push(Marked { at, slot, path: path.render(), currencies, field: field.clone() });
        } else if fixed.is_some_and(|fixed| !currencies.contains(&fixed)) {
            self.findings.add(another_currency(at, slot, path.render()));
        }
    }

    /// Warns of text that was decoded wrongly on its way here. It is never repaired: the unlikely text may be the true one.
    fn suspect(&mut self, raw: &str, at: usize, Site { shape, path, slot }: Site<'_>) {
        if matches!(shape.kind, Kind::Text { .. })
            && let Some(refusal) = mojibake(raw)
        {
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
    /// Whether it is a text in which `text` may find something to do, which comes before the others.
    strange: bool,
    list: &'s [Step],
    profile: &'s Profile,
}

impl Normalizing {
    /// What runs on a value of this shape; `None`: the value is of a type that no normalizer reads, or needs none.
    #[inline]
    fn steps<'s>(&'s self, shape: &'s Shape, value: &Value<'_>) -> Option<Steps<'s>> {
        let Annotation { normalize, decimal, .. } = &shape.annotation;
        let list = match (&shape.kind, value) {
            (_, Value::Text(text)) => {
                return Some(Steps { strange: !is_plain(text.as_bytes()), list: normalize, profile: &self.profile });
            }
            (Kind::Text { .. }, Value::Number(_)) if decimal.is_some() => std::slice::from_ref(&self.decimal),
            (Kind::Integer, Value::Number(_)) => std::slice::from_ref(&self.integer),
            (Kind::Bool, Value::Number(_)) if !normalize.is_empty() => normalize,
            _ => return None,
        };
        Some(Steps { strange: false, list, profile: &self.json })
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
