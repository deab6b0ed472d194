//! An object made of columns: where the value of each goes.

use super::header::Target;

/// The shape of the records of one file.
#[derive(Debug, Default)]
pub(super) struct Template {
    root: Vec<(String, Node)>,
}

#[derive(Debug)]
enum Node {
    /// The value of a column.
    Column(usize),
    Object(Vec<(String, Node)>),
    /// Items by index.
    List(Vec<(usize, Node)>),
}

impl Template {
    /// The shape that the columns make together.
    pub(super) fn new(targets: &[Target]) -> Self {
        let mut template = Self::default();
        for (column, target) in targets.iter().enumerate() {
            if let Target::Field(pointer) = target {
                let steps: Vec<String> =
                    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
                insert(&mut template.root, &steps, column);
            }
        }
        template
    }

    /// Writes the object. `leaf` writes the value of a column and says whether there is one: what has none is not there,
    /// and so is an item or object without any.
    pub(super) fn write(&self, leaf: impl Fn(usize, &mut Vec<u8>) -> bool, out: &mut Vec<u8>) {
        out.push(b'{');
        write_members(&self.root, &leaf, out);
        out.push(b'}');
    }
}

fn insert(members: &mut Vec<(String, Node)>, steps: &[String], column: usize) {
    let Some((name, rest)) = steps.split_first() else { return };
    let at = members.iter().position(|(member, _)| member == name);
    let at = at.unwrap_or_else(|| {
        members.push((name.clone(), empty_node(rest, column)));
        members.len() - 1
    });
    descend(&mut members[at].1, rest, column);
}

fn empty_node(rest: &[String], column: usize) -> Node {
    match rest.first() {
        None => Node::Column(column),
        Some(step) if step.parse::<usize>().is_ok() => Node::List(Vec::new()),
        Some(_) => Node::Object(Vec::new()),
    }
}

fn descend(node: &mut Node, rest: &[String], column: usize) {
    match node {
        Node::Column(_) => {}
        Node::Object(members) => insert(members, rest, column),
        Node::List(items) => {
            let Some((index, rest)) = rest.split_first().and_then(|(step, rest)| Some((step.parse().ok()?, rest)))
            else {
                return;
            };
            let at = items.binary_search_by_key(&index, |(index, _)| *index).unwrap_or_else(|at| {
                items.insert(at, (index, empty_node(rest, column)));
                at
            });
            descend(&mut items[at].1, rest, column);
        }
    }
}

/// Writes the members that have a value; whether there were any.
fn write_members(members: &[(String, Node)], leaf: &impl Fn(usize, &mut Vec<u8>) -> bool, out: &mut Vec<u8>) -> bool {
    let mut any = false;
    for (name, node) in members {
        let before = out.len();
        if any {
            out.push(b',');
        }
        write_text(name.as_bytes(), out);
        out.push(b':');
        if write_node(node, leaf, out) {
            any = true;
        } else {
            out.truncate(before);
        }
    }
    any
}

fn write_node(node: &Node, leaf: &impl Fn(usize, &mut Vec<u8>) -> bool, out: &mut Vec<u8>) -> bool {
    match node {
        Node::Column(column) => leaf(*column, out),
        Node::Object(members) => {
            out.push(b'{');
            let any = write_members(members, leaf, out);
            out.push(b'}');
            any
        }
        Node::List(items) => {
            let mut any = false;
            out.push(b'[');
            for (_, item) in items {
                let before = out.len();
                if any {
                    out.push(b',');
                }
                if write_node(item, leaf, out) {
                    any = true;
                } else {
                    out.truncate(before);
                }
            }
            out.push(b']');
            any
        }
    }
}

/// Writes the text of a cell; one without text has no value.
pub(super) fn write_cell(text: &[u8], out: &mut Vec<u8>) -> bool {
    if !text.is_empty() {
        write_text(text, out);
    }
    !text.is_empty()
}

/// Writes a JSON string. Bytes that are not UTF-8 are copied: judging refuses them and names the byte.
pub(super) fn write_text(text: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => {
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(columns: &[(&str, &str)], expected: &str) {
        let targets: Vec<_> = columns.iter().map(|(pointer, _)| Target::Field((*pointer).to_owned())).collect();
        let mut out = Vec::new();
        Template::new(&targets).write(|column, out| write_cell(columns[column].1.as_bytes(), out), &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn columns_become_members_items_and_objects() {
        check(
            &[("/no", "7"), ("/lines/0/amount", "1"), ("/lines/1/amount", "2"), ("/lines/0/qty", "3"), ("/a/b", "x")],
            r#"{"no":"7","lines":[{"amount":"1","qty":"3"},{"amount":"2"}],"a":{"b":"x"}}"#,
        );
    }

    #[test]
    fn what_has_no_text_is_not_there() {
        check(
            &[("/no", ""), ("/lines/0/amount", ""), ("/lines/1/amount", "2"), ("/a/b", "")],
            r#"{"lines":[{"amount":"2"}]}"#,
        );
        check(&[("/no", "")], "{}");
    }

    #[test]
    fn text_is_escaped() {
        check(&[("/a~1b", "\"\\\n\u{1}é")], r#"{"a/b":"\"\\\n\u0001é"}"#);
    }
}
