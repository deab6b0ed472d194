//! Record rules as a form writes them: what must hold, where it is told, and with which code.

use super::{annotation, loader::Loader};
use crate::{
    json::{Node, Value},
    rule::{
        Names, Rule, RuleError, TableType,
        lanes::{Lanes, Speaks},
    },
    shape::{Kind, Shape},
    suggest::nearest,
};
use record::{Code, Severity, code::Allowed};

const NAMES: &[&str] = &["id", "rule", "each", "as", "path", "related", "code", "severity", "message", "description"];

/// A record rule of a form.
#[derive(Debug)]
pub struct RecordRule {
    /// Its name, unique within the form, as in `inv.total`.
    pub id: String,
    /// What must hold.
    pub rule: Rule,
    /// Pointer of the list whose items it speaks of; `None`: it speaks of the whole record.
    pub each: Option<String>,
    /// Pointer of the value it accuses, relative to the item of an `each` rule.
    pub path: String,
    /// Pointers of other values that take part, relative likewise.
    pub related: Vec<String>,
    /// Code of its findings.
    pub code: Code,
    /// Whether it rejects.
    pub severity: Severity,
    /// What must hold, in words.
    pub message: String,
}

/// What the rules of a form may name.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) shape: &'s Shape,
    pub(super) tables: &'s [TableType],
}

/// Compiles the rules of a form.
pub(super) fn compile(loader: &mut Loader<'_>, annotation: Option<&Node<'_>>, scope: Scope<'_>) -> Vec<RecordRule> {
    let Some(list) = annotation.and_then(|annotation| annotation.member("rules")) else { return Vec::new() };
    let Value::Array(items) = &list.value else {
        loader.error(list.start, "\"rules\" is a list", None);
        return Vec::new();
    };
    let mut rules: Vec<RecordRule> = Vec::new();
    for node in items {
        let Some(rule) = compile_one(loader, node, scope) else { continue };
        if rules.iter().any(|earlier| earlier.id == rule.id) {
            loader.error(node.start, format!("the rule \"{}\" is there twice", rule.id), None);
        }
        rules.push(rule);
    }
    rules
}

fn compile_one(loader: &mut Loader<'_>, node: &Node<'_>, scope: Scope<'_>) -> Option<RecordRule> {
    let shape = scope.shape;
    for member in node.members().unwrap_or_default() {
        if !NAMES.contains(&&*member.name) {
            loader.unknown(member.name_start, "member of a rule", &member.name, NAMES);
        }
    }
    let id = wanted(loader, node, "id");
    let message = wanted(loader, node, "message");
    let each = node.member("each").and_then(|each| loader.want_text(each, "\"each\""));
    let item = each.and_then(|pointer| item_shape(loader, node, shape, pointer));
    if each.is_some() && item.is_none() {
        return None;
    }
    let base = item.unwrap_or(shape);
    let path = wanted(loader, node, "path").map(str::to_owned);
    let related: Vec<(usize, &str)> =
        node.member("related").map(|list| loader.want_texts(list, "\"related\"")).unwrap_or_default();
    let path_at = node.member("path").map(|path| (path.start, path.text().unwrap_or_default()));
    for &(at, pointer) in related.iter().chain(path_at.iter()) {
        if base.find(pointer).is_none() {
            loader.error(at, format!("nothing stands at \"{pointer}\""), None);
        }
    }
    let (code, severity) = code_and_severity(loader, node);
    let rule = parse(loader, node, scope, item)?;
    let related = related.into_iter().map(|(_, pointer)| pointer.to_owned()).collect();
    let each = each.map(str::to_owned);
    Some(RecordRule {
        id: id?.to_owned(),
        rule,
        each,
        path: path?,
        related,
        code,
        severity,
        message: message?.to_owned(),
    })
}

/// The short ways of the rules.
pub(super) fn lanes(rules: &[RecordRule], shape: &Shape) -> Lanes {
    let speaks = |rule: &RecordRule| match &rule.each {
        None => Speaks::Record,
        Some(list) => {
            // A name with these signs is written in another way in a pointer.
            let name = list.strip_prefix('/').filter(|name| !name.contains(['/', '~']));
            let slot = shape.fields().zip(name).and_then(|(fields, name)| fields.slot(name, 0));
            slot.map_or(Speaks::Elsewhere, Speaks::List)
        }
    };
    Lanes::new(rules.iter().map(|rule| (&rule.rule, speaks(rule))))
}

pub(super) fn wanted<'n>(loader: &mut Loader<'_>, node: &'n Node<'_>, name: &str) -> Option<&'n str> {
    match node.member(name) {
        Some(member) => loader.want_text(member, &format!("\"{name}\"")),
        None => {
            loader.error(node.start, format!("a rule needs \"{name}\""), None);
            None
        }
    }
}

fn item_shape<'s>(loader: &mut Loader<'_>, node: &Node<'_>, shape: &'s Shape, pointer: &str) -> Option<&'s Shape> {
    match shape.find(pointer).map(|found| &found.kind) {
        Some(Kind::List(item)) => Some(item),
        _ => {
            let at = node.member("each").map_or(node.start, |each| each.start);
            loader.error(at, format!("no list stands at \"{pointer}\""), None);
            None
        }
    }
}

pub(super) fn code_and_severity(loader: &mut Loader<'_>, node: &Node<'_>) -> (Code, Severity) {
    let mut code = Code::RelRule;
    if let Some(member) = node.member("code") {
        let text = member.text().unwrap_or_default();
        match Code::ALL.iter().find(|code| code.as_str() == text) {
            Some(found) => code = *found,
            None => {
                let near = nearest(text, Code::ALL.iter().map(|code| code.as_str()));
                loader.error(member.start, "unknown code", near.map(|near| format!("did you mean \"{near}\"?")));
            }
        }
    }
    let severity =
        node.member("severity").and_then(|node| annotation::severity(loader, node)).unwrap_or(Severity::Hard);
    let contradiction = match code.allowed() {
        Allowed::Hard => severity == Severity::Soft,
        Allowed::Soft => severity == Severity::Hard,
        Allowed::Either => false,
        Allowed::Batch => true,
    };
    if contradiction {
        let at = node.member("severity").or_else(|| node.member("code")).unwrap_or(node).start;
        loader.error(at, format!("{code} cannot have this severity in a record"), None);
    }
    (code, severity)
}

fn parse(
    loader: &mut Loader<'_>,
    node: &Node<'_>,
    Scope { shape, tables }: Scope<'_>,
    item: Option<&Shape>,
) -> Option<Rule> {
    let text = wanted(loader, node, "rule")?;
    let name = node.member("as").map(|name| loader.want_text(name, "\"as\""));
    let name = match (item, name) {
        (Some(_), Some(name)) => Some(name?),
        (None, None) => None,
        _ => {
            let hint = "as in {\"each\": \"/lines\", \"as\": \"line\", \"rule\": \"line.qty != 0\"}";
            loader.error(node.start, "\"each\" and \"as\" go together", Some(hint.to_owned()));
            return None;
        }
    };
    let item = item.map(Shape::rule_type);
    let record = shape.rule_type();
    match Rule::parse(text, Names { record: &record, item: name.zip(item.as_ref()), tables }) {
        Ok(rule) => Some(rule),
        Err(error) => {
            mistake(loader, node.member("rule").unwrap_or(node), error);
            None
        }
    }
}

/// Tells a mistake in an expression, which is the string `node`.
pub(super) fn mistake(loader: &mut Loader<'_>, node: &Node<'_>, error: RuleError) {
    let at = place(loader, node, error.at);
    loader.error(at, error.what, error.hint);
}

/// Where byte `at` of an expression stands in the file; the expression is the string `node`.
pub(super) fn place(loader: &Loader<'_>, node: &Node<'_>, at: usize) -> usize {
    node.start + source_offset(&loader.text()[node.start..], at)
}

/// Where byte `at` of a string stands in its JSON source, which begins with the opening quote.
pub(crate) fn source_offset(source: &str, at: usize) -> usize {
    let mut offset = 1;
    let mut passed = 0;
    while passed < at && offset < source.len() {
        let escape = match source.as_bytes().get(offset..offset + 2) {
            Some(b"\\u") => 6,
            Some([b'\\', _]) => 2,
            _ => 1,
        };
        // Rules are ASCII but for texts they compare with; there an escape may count for more than one byte, and the
        // place told is then a few columns late.
        passed += 1;
        offset += escape;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::source_offset;

    #[test]
    fn escapes_before_the_mistake_are_counted() {
        assert_eq!(source_offset(r#""abc""#, 0), 1);
        assert_eq!(source_offset(r#""a\"c""#, 2), 4);
        assert_eq!(source_offset(r#""\u0041bc""#, 1), 7);
        assert_eq!(source_offset(r#""a""#, 99), 3);
    }
}
