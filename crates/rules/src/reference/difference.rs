//! Where two clean records differ.

use crate::{
    json::{self, Node, Value, pointer::Path},
    shape::{Kind, Shape},
};

pub(super) fn differences(shape: &Shape, a: &[u8], b: &[u8]) -> Vec<String> {
    let (Ok(a), Ok(b)) = (json::read(a), json::read(b)) else { return vec![String::new()] };
    let mut paths = Vec::new();
    compare(&a.root, &b.root, shape, &Path::ROOT, &mut paths);
    paths
}

// Recursion is as deep as the records, which the depth limit bounds.
fn compare(a: &Node<'_>, b: &Node<'_>, shape: &Shape, path: &Path<'_>, paths: &mut Vec<String>) {
    match (&a.value, &b.value, &shape.kind) {
        (Value::Object(_), Value::Object(_), Kind::Record(fields)) => {
            for field in fields {
                both(a.member(&field.name), b.member(&field.name), &field.shape, &path.step(&field.step), paths);
            }
        }
        (Value::Array(ours), Value::Array(theirs), Kind::List(item)) => {
            for index in 0..ours.len().max(theirs.len()) {
                both(ours.get(index), theirs.get(index), item, &path.index(index), paths);
            }
        }
        (a, b, _) if a == b => {}
        _ => paths.push(path.render()),
    }
}

fn both(a: Option<&Node<'_>>, b: Option<&Node<'_>>, shape: &Shape, path: &Path<'_>, paths: &mut Vec<String>) {
    match (a, b) {
        (Some(a), Some(b)) => compare(a, b, shape, path, paths),
        (None, None) => {}
        _ => paths.push(path.render()),
    }
}
