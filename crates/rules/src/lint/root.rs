//! Warnings about the form as a whole.

use super::Linter;
use crate::{
    Form,
    json::{Node, Value},
};
use std::path::Path;

pub(super) fn run(linter: &mut Linter, file: &str, root: &Node<'_>, form: &Form) {
    for (keyword, lint) in [("title", "title-missing"), ("description", "description-missing")] {
        if root.member(keyword).is_none() {
            linter.warn(root.start, lint, format!("the form has no {keyword}"), format!("add a \"{keyword}\""));
        }
    }
    file_name(linter, file, root, form);
    definitions(linter, root);
}

/// Forms are found as `<name>/<version>.json`; a file that is called otherwise is another form than it says.
fn file_name(linter: &mut Linter, file: &str, root: &Node<'_>, form: &Form) {
    let path = Path::new(file);
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let Some(directory) = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()) else { return };
    let wanted = format!("{}/{}.json", form.name(), form.version());
    if format!("{directory}/{stem}.json") != wanted {
        let at = root.member("$id").map_or(root.start, |id| id.start);
        linter.warn(at, "file-name", format!("the file is not called {wanted}"), "rename the file, or correct \"$id\"");
    }
}

fn definitions(linter: &mut Linter, root: &Node<'_>) {
    let mut used = Vec::new();
    texts_of(root, &mut |name, text| {
        if name == "$ref" {
            used.push(text.to_owned());
        }
    });
    for member in root.member("$defs").and_then(Node::members).unwrap_or_default() {
        if !used.iter().any(|reference| reference.strip_prefix("#/$defs/") == Some(&member.name)) {
            let what = format!("nothing refers to the definition \"{}\"", member.name);
            linter.warn(member.name_start, "definition-unused", what, "drop it, or refer to it with \"$ref\"");
        }
    }
}

/// Every member that is a text. Recursion is as deep as the file, which the depth limit of the reader bounds.
fn texts_of(node: &Node<'_>, found: &mut impl FnMut(&str, &str)) {
    match &node.value {
        Value::Object(members) => {
            for member in members {
                if let Some(text) = member.node.text() {
                    found(&member.name, text);
                }
                texts_of(&member.node, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| texts_of(item, found)),
        _ => {}
    }
}
