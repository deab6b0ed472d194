//! What stands at the root of a form only: its name and version, and the business key.

use super::{annotation, loader::Loader, record_rule};
use crate::{
    Soft,
    json::{Node, Value, pointer},
    rule::{Formula, Names},
    shape::{Kind, Shape},
};

/// Annotations of the root.
const NAMES: &[&str] = &["key", "home", "tables", "rules", "earlier", "soft"];
const SOFT: &[(&str, Soft)] = &[("warn", Soft::Warn), ("reject", Soft::Reject)];
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Name and version, from `$id`: its last two segments, as in `https://example.com/schemas/vendor_invoice/1`.
pub(super) fn name_and_version(loader: &mut Loader<'_>, root: &Node<'_>) -> (String, u32) {
    let at = |name| root.member(name).map_or(root.start, |node| node.start);
    if root.member("$schema").and_then(Node::text) != Some(DIALECT) {
        loader.error(
            at("$schema"),
            "a form is written in JSON Schema 2020-12",
            Some(format!("\"$schema\": \"{DIALECT}\"")),
        );
    }
    let id = root.member("$id").and_then(Node::text).unwrap_or_default();
    split(id).unwrap_or_else(|| {
        let hint = "as in \"https://example.com/schemas/vendor_invoice/1\"";
        loader.error(at("$id"), "\"$id\" ends in the form's name and version", Some(hint.to_owned()));
        (String::new(), 0)
    })
}

fn split(id: &str) -> Option<(String, u32)> {
    let mut parts = id.strip_suffix(".json").unwrap_or(id).rsplit(['/', ':']);
    let version = parts.next()?;
    let name = parts.next()?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let good = name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(plain);
    // Written in one way only: the name of a form is part of file names, headers and metrics.
    let version = version.parse().ok().filter(|&number: &u32| number > 0 && number.to_string() == version)?;
    good.then(|| (name.to_owned(), version))
}

/// One part of a business key.
#[derive(Debug)]
pub enum KeyPart {
    /// A value: a required scalar.
    Field {
        /// Where it stands, as a JSON Pointer.
        pointer: String,
        /// Its place in form order, when it stands right below the root.
        slot: Option<usize>,
    },
    /// What an expression comes to; it names no field that may be missing.
    Formula(Formula),
}

impl std::fmt::Display for KeyPart {
    /// As the form writes it: the pointer, or the expression.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Field { pointer, .. } => pointer,
            Self::Formula(formula) => formula.text(),
        })
    }
}

/// What soft findings do: warn unless the form says otherwise.
pub(super) fn soft(loader: &mut Loader<'_>, root: Option<&Node<'_>>) -> Soft {
    let said = root.and_then(|root| root.member("soft"));
    said.and_then(|node| annotation::word(loader, node, "soft", SOFT)).unwrap_or_default()
}

/// The parts of the business key: required scalars, and expressions over fields that are required.
pub(super) fn key(
    loader: &mut Loader<'_>,
    root: &Node<'_>,
    annotation: Option<&Node<'_>>,
    shape: &Shape,
) -> Vec<KeyPart> {
    for member in annotation.and_then(Node::members).unwrap_or_default() {
        if !NAMES.contains(&&*member.name) {
            loader.unknown(member.name_start, "annotation", &member.name, NAMES);
        }
    }
    let Some(list) = annotation.and_then(|annotation| annotation.member("key")) else {
        let hint = "as in \"x-faircopy\": {\"key\": [\"/vendor_id\", \"/invoice_no\"]}";
        loader.error(
            annotation.map_or(root.start, |node| node.start),
            "a form needs its \"key\"",
            Some(hint.to_owned()),
        );
        return Vec::new();
    };
    let Value::Array(items) = &list.value else {
        loader.error(list.start, "\"key\" is a list of pointers and expressions", None);
        return Vec::new();
    };
    let mut key: Vec<KeyPart> = Vec::new();
    for item in items {
        let Some(part) = part(loader, item, shape, true) else { continue };
        if key.iter().any(|earlier| earlier.to_string() == part.to_string()) {
            loader.error(item.start, "this part is in the key twice", None);
        }
        key.push(part);
    }
    if items.is_empty() {
        loader.error(list.start, "the key has no field", None);
    }
    key
}

/// A part of a key, or of what records are held against each other by: there nothing needs to be `required`.
pub(super) fn part(loader: &mut Loader<'_>, item: &Node<'_>, shape: &Shape, required: bool) -> Option<KeyPart> {
    if item.members().is_some() {
        formula(loader, item, shape, required).map(KeyPart::Formula)
    } else {
        let pointer = field(loader, item, shape, required)?;
        let name = pointer.strip_prefix('/').filter(|name| !name.contains(['/', '~']));
        let slot = name.and_then(|name| shape.fields()?.slot(name, usize::MAX));
        Some(KeyPart::Field { pointer, slot })
    }
}

fn field(loader: &mut Loader<'_>, item: &Node<'_>, shape: &Shape, required: bool) -> Option<String> {
    let pointer = loader.want_text(item, "each part")?;
    match shape.find(pointer) {
        Some(found) if found.is_scalar() && (!required || always_there(shape, pointer)) => {}
        Some(_) if required => {
            loader.error(item.start, "a field of the key is a single value that is required", None);
        }
        Some(_) => loader.error(item.start, "what is compared is a single value", None),
        None => loader.error(item.start, format!("the form has no field at \"{pointer}\""), None),
    }
    Some(pointer.to_owned())
}

fn formula(loader: &mut Loader<'_>, item: &Node<'_>, shape: &Shape, required: bool) -> Option<Formula> {
    for member in item.members().unwrap_or_default().iter().filter(|member| member.name != "expr") {
        loader.unknown(member.name_start, "member of a key part", &member.name, &["expr"]);
    }
    let Some(node) = item.member("expr") else {
        let hint = "as in {\"expr\": \"min(lines.map(line, line.day))\"}";
        loader.error(item.start, "a computed part of the key needs its \"expr\"", Some(hint.to_owned()));
        return None;
    };
    let text = loader.want_text(node, "\"expr\"")?;
    let record = shape.rule_type();
    let formula = match Formula::parse(text, Names { record: &record, item: None, tables: &[] }) {
        Ok(formula) => formula,
        Err(error) => {
            record_rule::mistake(loader, node, error);
            return None;
        }
    };
    for need in formula.needs() {
        let at = record_rule::place(loader, node, need.at);
        match &need.field {
            None if required => loader.error(at, "a key must not depend on when the record was keyed", None),
            None => loader.error(at, "what is compared must not depend on when the record was keyed", None),
            Some(pointer) if required && !is_required(shape, pointer) => {
                let hint = "ask has() first, and say what stands for it otherwise: (has(x) ? x : …)";
                let what = format!("the field at \"{pointer}\" may be missing, and then the record has no key");
                loader.error(at, what, Some(hint.to_owned()));
            }
            Some(_) => {}
        }
    }
    Some(formula)
}

/// Whether the last step of a pointer is required, or an item of a list.
fn is_required(shape: &Shape, pointer: &str) -> bool {
    let Some((owner, _)) = pointer.rsplit_once('/') else { return true };
    let name = pointer::segments(&pointer[owner.len()..]).and_then(|mut segments| segments.next());
    match (shape.find(owner), name) {
        (Some(Shape { kind: Kind::List(_), .. }), _) => true,
        (Some(owner), Some(name)) => owner.field(&name).is_some_and(|field| field.required),
        _ => false,
    }
}

/// Whether every step of the pointer is required. Items of lists never are.
fn always_there(shape: &Shape, pointer: &str) -> bool {
    let mut here = shape;
    pointer::segments(pointer).into_iter().flatten().all(|segment| match here.field(&segment) {
        Some(field) => {
            here = &field.shape;
            field.required
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn name_and_version_are_the_last_two_segments() {
        let good = Some(("vendor_invoice".to_owned(), 12));
        assert_eq!(split("https://example.com/schemas/vendor_invoice/12"), good);
        assert_eq!(split("https://example.com/schemas/vendor_invoice/12.json"), good);
        assert_eq!(split("urn:faircopy:vendor_invoice:12"), good);
        for bad in ["", "vendor_invoice", "vendor_invoice/0", "vendor_invoice/01", "../1", "Vendor/1", "a-b/1", "a/x"] {
            assert_eq!(split(bad), None, "{bad}");
        }
    }
}
