//! Compiles the shape of a record from the schema of its form.

use super::{annotation, loader::Loader};
use crate::{
    field::Annotation,
    json::{Member, Node, Value},
    normalize::Settled,
    rule::Number,
    shape::{Below, Field, Fields, Kind, Shape},
};
use record::Class;

/// The shapes right below.
fn below(kind: &Kind) -> impl Iterator<Item = &Shape> {
    let (item, fields) = match kind {
        Kind::List(item) => (Some(&**item), None),
        Kind::Record(fields) => (None, Some(fields)),
        _ => (None, None),
    };
    item.into_iter().chain(fields.into_iter().flatten().map(|field| &field.shape))
}

/// The texts of an `enum`.
fn choices(options: Option<&Node<'_>>) -> Vec<String> {
    let options = options.and_then(Node::items).unwrap_or_default();
    options.iter().filter_map(Node::text).map(str::to_owned).collect()
}

/// Compiles the shape of the whole record.
pub(super) fn compile(loader: &mut Loader<'_>, root: &Node<'_>) -> Option<Shape> {
    if root.member("type").and_then(Node::text) != Some("object") {
        loader.error(root.start, "the root of a form has \"type\": \"object\"", None);
        return None;
    }
    Compiler { loader, root, inside: Vec::new() }.shape(root, Class::None)
}

struct Compiler<'c, 't, 'n> {
    loader: &'c mut Loader<'t>,
    root: &'n Node<'n>,
    /// Definitions that are being resolved, to find recursion.
    inside: Vec<&'n str>,
}

impl<'n> Compiler<'_, '_, 'n> {
    fn shape(&mut self, node: &'n Node<'n>, above: Class) -> Option<Shape> {
        let outside = self.inside.len();
        let shape = self.chain(node).and_then(|chain| self.resolved(node, &chain, above));
        self.inside.truncate(outside);
        shape
    }

    /// The schema and those it refers to. The first that has a keyword decides what the field is.
    fn chain(&mut self, node: &'n Node<'n>) -> Option<Vec<&'n Node<'n>>> {
        let mut chain = vec![node];
        let mut here = node;
        while let Some(reference) = here.member("$ref") {
            let target = reference.text().and_then(|text| text.strip_prefix("#/$defs/"));
            let known = self.root.member("$defs").and_then(Node::members).unwrap_or_default();
            let found = target.and_then(|name| known.iter().find(|member| member.name == name));
            let Some(Member { name, node: definition, .. }) = found else {
                let names: Vec<String> = known.iter().map(|member| format!("#/$defs/{}", member.name)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                self.loader.unknown(reference.start, "definition", reference.text().unwrap_or_default(), &names);
                return None;
            };
            if self.inside.contains(&&**name) {
                self.loader.error(reference.start, "a definition refers to itself: records have a bounded depth", None);
                return None;
            }
            self.inside.push(name);
            chain.push(definition);
            here = definition;
        }
        Some(chain)
    }

    fn resolved(&mut self, node: &'n Node<'n>, chain: &[&'n Node<'n>], above: Class) -> Option<Shape> {
        let keyword = |name: &str| chain.iter().find_map(|schema| schema.member(name));
        let Some(type_node) = keyword("type") else {
            self.loader.error(node.start, "a field needs a \"type\"", None);
            return None;
        };
        let class = annotation::class(self.loader, chain).unwrap_or(above);
        let kind = match type_node.text()? {
            "string" => Kind::Text { date: keyword("format").is_some(), choices: choices(keyword("enum")) },
            "integer" => Kind::Integer,
            "boolean" => Kind::Bool,
            "array" => Kind::List(Box::new(self.item(type_node, keyword("items"), class)?)),
            "object" => {
                if keyword("additionalProperties").is_none() {
                    let hint = "add \"additionalProperties\": false";
                    self.loader.error(type_node.start, "an object lists all its fields", Some(hint.to_owned()));
                }
                Kind::Record(self.fields(type_node, keyword("properties"), keyword("required"), class)?)
            }
            // The keyword check has named the unknown type.
            _ => return None,
        };
        let title = keyword("title").and_then(Node::text).unwrap_or_default().to_owned();
        let is_root = std::ptr::eq(node, self.root);
        let annotation =
            if is_root { Annotation::default() } else { annotation::compile(self.loader, chain, &kind, class) };
        let checked = annotation.checks() || below(&kind).any(|shape| shape.checked);
        let settled = match kind {
            Kind::Text { .. } => Settled::under(&annotation),
            _ => Settled::NONE,
        };
        let bounds =
            annotation.decimal.map_or([None; 2], |range| [range.min, range.max]).map(|bound| bound.map(Number::from));
        let unique_by = match &kind {
            Kind::List(item) => annotation.unique_by.iter().map(|pointer| Below::new(item, pointer)).collect(),
            _ => Vec::new(),
        };
        Some(Shape { kind, title, annotation, checked, settled, bounds, unique_by })
    }

    fn item(&mut self, type_node: &Node<'_>, items: Option<&'n Node<'n>>, class: Class) -> Option<Shape> {
        let Some(items) = items else {
            self.loader.error(type_node.start, "a list needs \"items\"", None);
            return None;
        };
        self.shape(items, class)
    }

    fn fields(
        &mut self,
        type_node: &Node<'_>,
        properties: Option<&'n Node<'n>>,
        required: Option<&'n Node<'n>>,
        class: Class,
    ) -> Option<Fields> {
        let Some(Value::Object(members)) = properties.map(|node| &node.value) else {
            self.loader.error(type_node.start, "an object needs \"properties\"", None);
            return None;
        };
        let names: Vec<&str> = members.iter().map(|member| &*member.name).collect();
        let required = required.map(|node| self.loader.want_texts(node, "\"required\"")).unwrap_or_default();
        for &(at, name) in &required {
            if !names.contains(&name) {
                self.loader.unknown(at, "field", name, &names);
            }
        }
        let mut complete = true;
        let mut list = Vec::with_capacity(members.len());
        for member in members {
            match self.shape(&member.node, class) {
                Some(shape) => {
                    let required = required.iter().any(|&(_, name)| name == member.name);
                    list.push(Field::new(&member.name, required, shape));
                }
                None => complete = false,
            }
        }
        complete.then(|| Fields::new(list))
    }
}
