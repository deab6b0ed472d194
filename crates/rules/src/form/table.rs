//! Reference tables in forms: their declarations at the root, and what fields say of them.

use super::{RecordRule, annotation, loader::Loader};
use crate::{
    field::LookedUp,
    json::{Member, Node, Value},
    shape::{Kind, Shape},
    suggest::nearest,
    table::{Column, ColumnKind, Declaration, Reading},
};

const MEMBERS: &[&str] = &["required", "columns"];
const USE: &[&str] = &["name", "as_of", "or_earlier", "severity"];
/// What every row has besides its columns.
const RESERVED: &[&str] = &["key", "from", "to"];

/// The names of the declared tables, in the order written: fields name them before their columns are known.
pub(super) fn names(root: &Node<'_>) -> Vec<String> {
    let declared = root.member("x-faircopy").and_then(|annotation| annotation.member("tables"));
    let members = declared.and_then(Node::members).unwrap_or_default();
    members.iter().map(|member| member.name.to_string()).collect()
}

/// Reads what a field says of a table.
pub(super) fn looked_up(loader: &mut Loader<'_>, node: &Node<'_>) -> Option<LookedUp> {
    for member in node.members().unwrap_or_default() {
        if !USE.contains(&&*member.name) {
            loader.unknown(member.name_start, "member of a look-up", &member.name, USE);
        }
    }
    let Some(name) = node.member("name") else {
        let hint = "as in \"table\": {\"name\": \"vendors\", \"as_of\": \"/invoice_date\"}";
        loader.error(node.start, "a look-up names its table", Some(hint.to_owned()));
        return None;
    };
    let text = loader.want_text(name, "\"name\"")?;
    let Some(table) = loader.tables.iter().position(|known| known == text) else {
        loader.unknown_table(name.start, text);
        return None;
    };
    let as_of = match node.member("as_of") {
        None => Vec::new(),
        Some(list @ Node { value: Value::Array(items), .. }) if items.len() == 2 => {
            loader.want_texts(list, "\"as_of\"").into_iter().map(|(_, text)| text.to_owned()).collect()
        }
        Some(one @ Node { value: Value::Text(_), .. }) => vec![loader.want_text(one, "\"as_of\"")?.to_owned()],
        Some(other) => {
            let hint = "as in \"/invoice_date\", or [\"/period_start\", \"/period_end\"]";
            loader.error(other.start, "\"as_of\" is one date, or a first and a last day", Some(hint.to_owned()));
            return None;
        }
    };
    let severity = node.member("severity").and_then(|node| annotation::severity(loader, node));
    let or_earlier = node.member("or_earlier").and_then(|node| loader.want_text(node, "\"or_earlier\""));
    Some(LookedUp { table, as_of, severity, or_earlier: or_earlier.map(str::to_owned), at: node.start })
}

/// Compiles the declarations, and checks every look-up against the shape of the whole record.
pub(super) fn compile(loader: &mut Loader<'_>, annotation: Option<&Node<'_>>, shape: &Shape) -> Vec<Declaration> {
    let mut keys = vec![None; loader.tables.len()];
    walk(loader, shape, shape, None, &mut keys);
    let Some(list) = annotation.and_then(|annotation| annotation.member("tables")) else { return Vec::new() };
    let Value::Object(members) = &list.value else {
        let hint = "as in \"tables\": {\"vendors\": {\"required\": false, \"columns\": {\"name\": \"text\"}}}";
        loader.error(list.start, "\"tables\" is an object", Some(hint.to_owned()));
        return Vec::new();
    };
    members.iter().zip(keys).map(|(member, key)| declaration(loader, member, shape, key.unwrap_or_default())).collect()
}

fn declaration(loader: &mut Loader<'_>, member: &Member<'_>, shape: &Shape, key: Reading) -> Declaration {
    let Member { name, name_start, node, .. } = member;
    // Tables are named in settings, headers and commands.
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.bytes().all(plain) {
        loader.error(*name_start, "the name of a table is made of small letters, digits and _", None);
    }
    for member in node.members().unwrap_or_default() {
        if !MEMBERS.contains(&&*member.name) {
            loader.unknown(member.name_start, "member of a table", &member.name, MEMBERS);
        }
    }
    let required = match node.member("required").map(|node| (node.start, &node.value)) {
        Some((_, Value::Bool(required))) => *required,
        Some((at, _)) => {
            loader.error(at, "\"required\" is true or false", None);
            false
        }
        None => {
            let hint = "true: it cannot be judged without the table; false: look-ups are skipped then";
            loader.error(node.start, "a table says whether it is \"required\"", Some(hint.to_owned()));
            false
        }
    };
    let mut columns = Vec::new();
    match node.member("columns").map(|node| (node.start, &node.value)) {
        Some((_, Value::Object(members))) => {
            columns = members.iter().filter_map(|member| column(loader, member, shape)).collect();
        }
        Some((at, _)) => loader.error(at, "\"columns\" maps each column to what its values are", None),
        None => {}
    }
    Declaration { name: name.to_string(), required, columns, key }
}

/// A column: the word of its kind, or the pointer of the field whose values it holds.
fn column(loader: &mut Loader<'_>, member: &Member<'_>, shape: &Shape) -> Option<Column> {
    let Member { name, name_start, node, .. } = member;
    if RESERVED.contains(&&**name) {
        loader.error(*name_start, "every row has this: it is no column", None);
    }
    let said = loader.want_text(node, "a column")?;
    let (kind, reading) = if said.starts_with('/') {
        let Some(field) = shape.find(said) else {
            loader.error(node.start, format!("the form has no field at \"{said}\""), None);
            return None;
        };
        let Some(kind) = kind_of(field) else {
            loader.error(node.start, "a column holds single values", None);
            return None;
        };
        (kind, Reading::of(&field.annotation))
    } else if let Some((_, kind)) = ColumnKind::WORDS.iter().find(|(word, _)| *word == said) {
        (*kind, Reading::plain(*kind))
    } else {
        let words: Vec<&str> = ColumnKind::WORDS.iter().map(|(word, _)| *word).collect();
        let hint = match nearest(said, words.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are: {}, and the pointer of a field", words.join(", ")),
        };
        loader.error(node.start, format!("unknown kind of column \"{said}\""), Some(hint));
        return None;
    };
    Some(Column { name: name.to_string(), kind, reading })
}

fn kind_of(field: &Shape) -> Option<ColumnKind> {
    match &field.kind {
        Kind::Text { date: true, .. } => Some(ColumnKind::Date),
        Kind::Text { .. } if field.annotation.decimal.is_some() => Some(ColumnKind::Decimal),
        Kind::Text { .. } => Some(ColumnKind::Text),
        Kind::Integer => Some(ColumnKind::Decimal),
        Kind::Bool => Some(ColumnKind::Condition),
        Kind::List(_) | Kind::Record(_) => None,
    }
}

/// Refuses tables that nothing looks into: whoever declared them expects that something is checked.
pub(super) fn refuse_unused(
    loader: &mut Loader<'_>,
    annotation: Option<&Node<'_>>,
    shape: &Shape,
    rules: &[RecordRule],
) {
    let declared = annotation.and_then(|annotation| annotation.member("tables")).and_then(Node::members);
    for (place, member) in declared.unwrap_or_default().iter().enumerate() {
        if !looks_into(shape, place) && !rules.iter().any(|rule| rule.rule.tables().contains(&place)) {
            let hint = "name it in the \"table\" of a field, or look it up in a rule";
            loader.error(member.name_start, "nothing looks into this table", Some(hint.to_owned()));
        }
    }
}

fn looks_into(shape: &Shape, table: usize) -> bool {
    match &shape.kind {
        Kind::Record(fields) => fields.iter().any(|field| looks_into(&field.shape, table)),
        Kind::List(item) => looks_into(item, table),
        _ => shape.annotation.table.as_ref().is_some_and(|look| look.table == table),
    }
}

/// Checks the look-ups of all fields. `item`: the innermost list item around them. Recursion is as deep as the form.
fn walk(loader: &mut Loader<'_>, root: &Shape, here: &Shape, item: Option<&Shape>, keys: &mut [Option<Reading>]) {
    match &here.kind {
        Kind::Record(fields) => fields.iter().for_each(|field| walk(loader, root, &field.shape, item, keys)),
        Kind::List(inner) => walk(loader, root, inner, Some(inner), keys),
        _ => {}
    }
    let Some(look) = &here.annotation.table else { return };
    for pointer in &look.as_of {
        let found = item.and_then(|item| item.find(pointer)).or_else(|| root.find(pointer));
        if !found.is_some_and(|found| matches!(found.kind, Kind::Text { date: true, .. })) {
            loader.error(look.at, format!("no date stands at \"{pointer}\""), None);
        }
    }
    let reading = Reading::of(&here.annotation);
    match &mut keys[look.table] {
        Some(earlier) if !earlier.agrees(&reading) => {
            let hint = "give both fields the same normalizers, or look them up in two tables";
            let what = "another field that is looked up in this table is normalized in another way";
            loader.error(look.at, what, Some(hint.to_owned()));
        }
        key => *key = Some(reading),
    }
}
