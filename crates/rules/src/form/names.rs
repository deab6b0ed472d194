//! Names within assertions: a condition on a field that does not exist never speaks, so it is refused.

use super::{
    loader::Loader,
    shape::{Kind, Shape},
};
use crate::json::{Member, Node};

/// Checks the names that conditions and alternatives use against the shape they speak of.
pub(super) fn check(loader: &mut Loader<'_>, node: &Node<'_>, shape: &Shape) {
    for Member { name, node, .. } in node.members().unwrap_or_default() {
        match &**name {
            "if" | "then" | "else" | "not" => check(loader, node, shape),
            "allOf" | "anyOf" | "oneOf" => {
                node.items().unwrap_or_default().iter().for_each(|item| check(loader, item, shape));
            }
            "required" => required(loader, node, shape),
            "dependentRequired" => {
                for member in node.members().unwrap_or_default() {
                    known(loader, member.name_start, &member.name, shape);
                    required(loader, &member.node, shape);
                }
            }
            "properties" => {
                for member in node.members().unwrap_or_default() {
                    if let Some(below) = known(loader, member.name_start, &member.name, shape) {
                        check(loader, &member.node, below);
                    }
                }
            }
            "items" => {
                if let Kind::List(item) = &shape.kind {
                    check(loader, node, item);
                }
            }
            _ => {}
        }
    }
}

fn required(loader: &mut Loader<'_>, node: &Node<'_>, shape: &Shape) {
    for (at, name) in loader.want_texts(node, "a list of names") {
        known(loader, at, name, shape);
    }
}

fn known<'s>(loader: &mut Loader<'_>, at: usize, name: &str, shape: &'s Shape) -> Option<&'s Shape> {
    let found = shape.field(name).map(|field| &field.shape);
    if found.is_none() {
        let names: Vec<&str> = shape.fields().into_iter().flatten().map(|field| field.name.as_str()).collect();
        loader.unknown(at, "field", name, &names);
    }
    found
}
