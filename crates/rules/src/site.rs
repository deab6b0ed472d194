//! The places of a form where a value of the record is described, each with what the form made of it.

use crate::{
    json::{Node, Value, pointer},
    rule::analysis::{Fact, Facts, Span},
    shape::{Kind, Shape},
};
use rust_decimal::Decimal;

/// Where a value is described.
pub(crate) struct Site<'f> {
    /// Its pointer in the record, `*` for the items of a list.
    pub(crate) pointer: String,
    /// Its name; empty for items.
    pub(crate) name: &'f str,
    /// Byte of the name in the form's text.
    pub(crate) at: usize,
    /// Whether every record, or every item, has it.
    pub(crate) always: bool,
    pub(crate) shape: &'f Shape,
    /// Its schema and those it refers to; the first that has a keyword decides.
    chain: Vec<&'f Node<'f>>,
}

impl<'f> Site<'f> {
    /// The value of a keyword.
    pub(crate) fn keyword(&self, name: &str) -> Option<&'f Node<'f>> {
        self.chain.iter().find_map(|schema| schema.member(name))
    }

    /// A member of the annotation.
    pub(crate) fn annotation(&self, name: &str) -> Option<&'f Node<'f>> {
        self.chain.iter().find_map(|schema| schema.member("x-faircopy")?.member(name))
    }

    /// A keyword that is a count or a whole number.
    pub(crate) fn number(&self, name: &str) -> Option<i64> {
        match &self.keyword(name)?.value {
            Value::Number(number) => number.parse().ok(),
            _ => None,
        }
    }

    /// Byte of a keyword's value, or of the name when it has none.
    pub(crate) fn place(&self, keyword: &str) -> usize {
        self.keyword(keyword).map_or(self.at, |node| node.start)
    }

    /// The texts of `enum` and `const`, with their places.
    pub(crate) fn allowed(&self) -> Vec<(&'f str, usize)> {
        let constant = self.keyword("const").and_then(|node| Some((node.text()?, node.start)));
        texts(self.keyword("enum")).chain(constant).collect()
    }
}

/// All places, in form order.
pub(crate) fn of<'f>(root: &'f Node<'f>, shape: &'f Shape) -> Vec<Site<'f>> {
    let mut sites = Vec::new();
    fields(root, &[root], shape, "", true, &mut sites);
    sites
}

/// The schema and those it refers to. The form has been loaded: every reference leads somewhere, and none to itself.
pub(crate) fn chain<'f>(root: &'f Node<'f>, node: &'f Node<'f>) -> Vec<&'f Node<'f>> {
    let mut chain = vec![node];
    let next = |node: &'f Node<'f>| pointer::find(root, node.member("$ref")?.text()?.strip_prefix('#')?);
    while let Some(definition) = chain.last().copied().and_then(next) {
        chain.push(definition);
    }
    chain
}

// Recursion is as deep as the form, which has no circles.
fn fields<'f>(
    root: &'f Node<'f>,
    schemas: &[&'f Node<'f>],
    shape: &'f Shape,
    path: &str,
    always: bool,
    sites: &mut Vec<Site<'f>>,
) {
    let keyword = |name: &str| schemas.iter().find_map(|schema| schema.member(name));
    match &shape.kind {
        Kind::Record(fields) => {
            let members = keyword("properties").and_then(Node::members).unwrap_or_default();
            for (member, field) in members.iter().zip(fields) {
                let pointer = pointer::below(path, &member.name);
                let always = always && field.required;
                add(root, &member.node, &field.shape, (pointer, &member.name, member.name_start, always), sites);
            }
        }
        Kind::List(item) => {
            if let Some(items) = keyword("items") {
                // Whatever an item requires is there in every item.
                add(root, items, item, (format!("{path}/*"), "", items.start, true), sites);
            }
        }
        _ => {}
    }
}

fn add<'f>(
    root: &'f Node<'f>,
    node: &'f Node<'f>,
    shape: &'f Shape,
    (pointer, name, at, always): (String, &'f str, usize, bool),
    sites: &mut Vec<Site<'f>>,
) {
    let chain = chain(root, node);
    let (path, schemas) = (pointer.clone(), chain.clone());
    sites.push(Site { pointer, name, at, always, shape, chain });
    fields(root, &schemas, shape, &path, always, sites);
}

/// What record rules may take for granted.
pub(crate) fn facts(sites: &[Site<'_>]) -> Facts {
    sites.iter().map(|site| (site.pointer.clone(), fact(site))).collect()
}

fn fact(site: &Site<'_>) -> Fact {
    let whole = |name: &str| site.number(name).map(Decimal::from);
    let annotation = &site.shape.annotation;
    // A soft bound is only a warning: values beyond it stand in clean records.
    let hard = annotation.severity != Some(record::Severity::Soft);
    let value = match (&site.shape.kind, annotation.decimal) {
        (_, Some(range)) if hard => Span { min: range.min, max: range.max },
        (Kind::Integer, _) => Span { min: whole("minimum"), max: whole("maximum") },
        _ => Span::default(),
    };
    let size = match &site.shape.kind {
        Kind::List(_) => Span { min: whole("minItems"), max: whole("maxItems") },
        Kind::Text { .. } => Span { min: whole("minLength"), max: whole("maxLength") },
        _ => Span::default(),
    };
    let choices = match &site.shape.kind {
        Kind::Text { choices, .. } => choices.clone(),
        _ => Vec::new(),
    };
    Fact { always: site.always, value, size, choices }
}

/// The texts of a list.
pub(crate) fn texts<'n>(node: Option<&'n Node<'n>>) -> impl Iterator<Item = (&'n str, usize)> {
    node.and_then(Node::items).unwrap_or_default().iter().filter_map(|item| Some((item.text()?, item.start)))
}
