//! What a schema says of a value must apply to it. JSON Schema passes over a keyword that is for another type, a field that does not
//! exist and a constant that the value can never be: a form that has one would check nothing there, so it is refused.

use super::loader::Loader;
use crate::{
    json::{Member, Node, Value},
    shape::{Kind, Shape},
};

/// Checks all that the form says of the record and its values against their shapes, in conditions and definitions too.
pub(super) fn check<'n>(loader: &mut Loader<'_>, root: &'n Node<'n>, shape: &Shape) {
    Checker { loader, root, inside: Vec::new() }.schema(root, shape);
}

struct Checker<'c, 't, 'n> {
    loader: &'c mut Loader<'t>,
    root: &'n Node<'n>,
    /// Definitions that are being followed, to find recursion.
    inside: Vec<&'n str>,
}

impl<'n> Checker<'_, '_, 'n> {
    // Recursion is as deep as the form, in which no definition may lead to itself.
    fn schema(&mut self, node: &'n Node<'n>, shape: &Shape) {
        for Member { name, name_start, node, .. } in node.members().unwrap_or_default() {
            match &**name {
                "$ref" => self.definition(node, shape),
                "if" | "then" | "else" | "not" => self.schema(node, shape),
                "allOf" | "anyOf" | "oneOf" => {
                    node.items().unwrap_or_default().iter().for_each(|item| self.schema(item, shape));
                }
                "type" => self.of_type(node, shape),
                "const" => self.constant(node, shape),
                "enum" => node.items().unwrap_or_default().iter().for_each(|value| self.constant(value, shape)),
                keyword => match kind_of(keyword) {
                    Some(kind) if kind != word(shape) => self.other_kind(*name_start, keyword, kind, shape),
                    _ => self.keyword(keyword, node, shape),
                },
            }
        }
    }

    fn definition(&mut self, reference: &'n Node<'n>, shape: &Shape) {
        let name = reference.text().and_then(|text| text.strip_prefix("#/$defs/"));
        let known = self.root.member("$defs").and_then(Node::members).unwrap_or_default();
        let Some(Member { name, node, .. }) = known.iter().find(|member| Some(&*member.name) == name) else {
            let names: Vec<String> = known.iter().map(|member| format!("#/$defs/{}", member.name)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            return self.loader.unknown(reference.start, "definition", reference.text().unwrap_or_default(), &names);
        };
        if self.inside.contains(&&**name) {
            return self.loader.error(reference.start, "a definition refers to itself", None);
        }
        self.inside.push(name);
        self.schema(node, shape);
        self.inside.pop();
    }

    /// A keyword that is for values of this shape.
    fn keyword(&mut self, keyword: &str, node: &'n Node<'n>, shape: &Shape) {
        match (keyword, &shape.kind) {
            ("required", _) => self.required(node, shape),
            ("dependentRequired", _) => {
                for member in node.members().unwrap_or_default() {
                    self.known(member.name_start, &member.name, shape);
                    self.required(&member.node, shape);
                }
            }
            ("properties", _) => {
                for member in node.members().unwrap_or_default() {
                    if let Some(below) = self.known(member.name_start, &member.name, shape) {
                        self.schema(&member.node, below);
                    }
                }
            }
            ("items", Kind::List(item)) => self.schema(node, item),
            _ => {}
        }
    }

    fn required(&mut self, node: &Node<'_>, shape: &Shape) {
        for (at, name) in self.loader.want_texts(node, "a list of names") {
            self.known(at, name, shape);
        }
    }

    fn known<'s>(&mut self, at: usize, name: &str, shape: &'s Shape) -> Option<&'s Shape> {
        let found = shape.field(name).map(|field| &field.shape);
        if found.is_none() {
            let names: Vec<&str> = shape.fields().into_iter().flatten().map(|field| field.name.as_str()).collect();
            self.loader.unknown(at, "field", name, &names);
        }
        found
    }

    fn other_kind(&mut self, at: usize, keyword: &str, kind: &str, shape: &Shape) {
        let hint = if shape.annotation.decimal.is_some() && matches!(keyword, "minimum" | "maximum") {
            let bound = if keyword == "minimum" { "min" } else { "max" };
            format!("a decimal has its bounds under \"x-faircopy\": \"decimal\": {{\"{bound}\": \"0.00\"}}")
        } else {
            format!("it is for {kind}; drop it, or correct the \"type\"")
        };
        self.loader.error(at, format!("\"{keyword}\" says nothing of {}", word(shape)), Some(hint));
    }

    fn constant(&mut self, value: &Node<'_>, shape: &Shape) {
        let is_other = match (&value.value, &shape.kind) {
            (Value::Text(_), kind) => !matches!(kind, Kind::Text { .. }),
            (Value::Number(_), kind) => !matches!(kind, Kind::Integer),
            (Value::Bool(_), kind) => !matches!(kind, Kind::Bool),
            // The keyword check has refused what no field can be.
            _ => false,
        };
        if is_other {
            let hint = match &shape.kind {
                Kind::Text { .. } => "write it in quotes, as clean records have it",
                _ => "correct it, or the \"type\" of the field",
            };
            self.loader.error(value.start, format!("{} are never this value", word(shape)), Some(hint.to_owned()));
        }
    }

    fn of_type(&mut self, name: &Node<'_>, shape: &Shape) {
        if name.text().is_some_and(|name| name != type_of(&shape.kind)) {
            let hint = format!("the field has the type \"{}\"", type_of(&shape.kind));
            self.loader.error(name.start, format!("{} are never of this type", word(shape)), Some(hint));
        }
    }
}

/// The values that a keyword is for, as [`word`] names them; `None`: any, or it says nothing of values.
fn kind_of(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "minLength" | "maxLength" | "pattern" | "format" => "texts",
        "minimum" | "maximum" => "whole numbers",
        "items" | "minItems" | "maxItems" | "uniqueItems" => "lists",
        "properties" | "required" | "additionalProperties" | "dependentRequired" => "objects",
        _ => return None,
    })
}

const fn word(shape: &Shape) -> &'static str {
    match shape.kind {
        Kind::Text { .. } => "texts",
        Kind::Integer => "whole numbers",
        Kind::Bool => "true and false",
        Kind::List(_) => "lists",
        Kind::Record(_) => "objects",
    }
}

const fn type_of(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text { .. } => "string",
        Kind::Integer => "integer",
        Kind::Bool => "boolean",
        Kind::List(_) => "array",
        Kind::Record(_) => "object",
    }
}
