//! What stands at the root of a form only: its name and version, and the business key.

use super::{loader::Loader, shape::Shape};
use crate::json::{Node, pointer};

/// Annotations of the root.
const NAMES: &[&str] = &["key", "tables", "rules"];
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

/// The pointers of the business key: required scalars, so that every clean record has a key.
pub(super) fn key(
    loader: &mut Loader<'_>,
    root: &Node<'_>,
    annotation: Option<&Node<'_>>,
    shape: &Shape,
) -> Vec<String> {
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
    let mut key: Vec<String> = Vec::new();
    for (at, pointer) in loader.want_texts(list, "\"key\"") {
        match shape.find(pointer) {
            Some(found) if found.is_scalar() && always_there(shape, pointer) => {}
            Some(_) => loader.error(at, "a field of the key is a single value that is required", None),
            None => loader.error(at, format!("the form has no field at \"{pointer}\""), None),
        }
        if key.iter().any(|earlier| earlier == pointer) {
            loader.error(at, "this field is in the key twice", None);
        }
        key.push(pointer.to_owned());
    }
    if key.is_empty() {
        loader.error(list.start, "the key has no field", None);
    }
    key
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
