//! Runs the steps of loading a form, and collects what they find.

use super::{
    FormError, Parts, applies, earlier, keyword, or_earlier,
    record_rule::{self, Scope},
    root, shape, table,
};
use crate::{
    field::MatchForm,
    json::{self, Node, Place, Value, pointer},
    plan,
    rule::TableType,
    schema::Schema,
    shape::{Kind, Shape},
    suggest::nearest,
};
use std::borrow::Cow;

/// Collects mistakes.
pub(super) struct Loader<'t> {
    file: &'t str,
    text: &'t str,
    errors: Vec<(usize, FormError)>,
    /// What is being looked at: the name of the mistakes found there.
    topic: &'static str,
    /// Pointers that must lead to a currency, with their places.
    currencies: Vec<(usize, String)>,
    /// Names of the declared tables.
    pub(super) tables: Vec<String>,
    /// Places of the annotations `match`, in form order: each must be of a field of the key.
    matches: Vec<usize>,
}

/// Loads a form.
pub(super) fn load(file: &str, text: &str) -> Result<Parts, Vec<FormError>> {
    let mut loader = Loader {
        file,
        text,
        errors: Vec::new(),
        topic: "syntax",
        currencies: Vec::new(),
        tables: Vec::new(),
        matches: Vec::new(),
    };
    let parts = match json::read(text.as_bytes()) {
        Ok(document) => loader.parts(&document.root),
        Err(faults) => {
            for fault in faults {
                loader.error(fault.at, fault.kind.what(), fault.kind.hint().map(str::to_owned));
            }
            None
        }
    };
    match parts {
        Some(parts) if loader.errors.is_empty() => Ok(parts),
        _ => Err(loader.finish()),
    }
}

impl<'t> Loader<'t> {
    fn parts(&mut self, root: &Node<'_>) -> Option<Parts> {
        self.topic = "form";
        if root.members().is_none() {
            self.error(root.start, "a form is an object", None);
            return None;
        }
        self.topic = "keyword";
        keyword::check(self, root);
        self.topic = "form";
        let (name, version) = root::name_and_version(self, root);
        self.tables = table::names(root);
        self.topic = "field";
        let shape = shape::compile(self, root)?;
        self.topic = "keyword";
        applies::check(self, root, &shape);
        self.topic = "annotation";
        for (at, pointer) in std::mem::take(&mut self.currencies) {
            if !shape.find(&pointer).is_some_and(|found| matches!(found.kind, Kind::Text { .. })) {
                self.error(at, format!("no currency stands at \"{pointer}\""), None);
            }
        }
        let annotation = root.member("x-faircopy");
        self.topic = "key";
        let key = root::key(self, root, annotation, &shape);
        let key_match = self.key_match(&shape, &key);
        let or_earlier = or_earlier::of(&shape);
        let home = earlier::home(self, annotation, &shape, &key, !or_earlier.is_empty());
        self.topic = "table";
        let tables = table::compile(self, annotation, &shape);
        or_earlier::check(self, &or_earlier, &shape, home.as_deref());
        let types: Vec<TableType> = tables.iter().map(TableType::of).collect();
        self.topic = "rule";
        let rules = record_rule::compile(self, annotation, Scope { shape: &shape, tables: &types });
        let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        let earlier = earlier::compile(self, annotation, &shape, &ids);
        self.topic = "annotation";
        let soft = root::soft(self, annotation);
        self.topic = "table";
        if self.errors.is_empty() {
            table::refuse_unused(self, annotation, &shape, &rules);
        }
        self.topic = "schema";
        let schema = if self.errors.is_empty() { self.schema(root) } else { None }?;
        let plan = plan::compile(&schema.text, &shape);
        let lanes = record_rule::lanes(&rules, &shape);
        let title = root.member("title").and_then(Node::text).unwrap_or(&name).to_owned();
        Some(Parts {
            name,
            version,
            title,
            shape,
            key,
            home,
            tables,
            key_match,
            rules,
            lanes,
            earlier,
            or_earlier,
            soft,
            schema,
            plan,
            hash: blake3::hash(self.text.as_bytes()),
        })
    }

    fn schema(&mut self, root: &Node<'_>) -> Option<Schema> {
        match Schema::compile(root) {
            Ok(schema) => Some(schema),
            Err((place, what)) => {
                let at = pointer::find(root, &place).unwrap_or(root).start;
                self.error(at, what, None);
                None
            }
        }
    }

    /// The match forms of the key. Anywhere else the annotation would have no effect.
    fn key_match(&mut self, shape: &Shape, key: &[root::KeyPart]) -> Vec<(String, MatchForm)> {
        let mut matched = Vec::new();
        shape.texts(&mut String::new(), &mut |pointer, text| {
            matched.extend(text.annotation.matching.map(|form| (pointer.to_owned(), form)));
        });
        for (at, (pointer, _)) in std::mem::take(&mut self.matches).into_iter().zip(&matched) {
            if !key.iter().any(|part| matches!(part, root::KeyPart::Field { pointer: field, .. } if field == pointer)) {
                self.error(at, "\"match\" is for fields of the key only", None);
            }
        }
        matched
    }

    /// The file's text.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Notes that `pointer` must lead to a currency, once the shape is known.
    pub(super) fn currency(&mut self, at: usize, pointer: &str) {
        self.currencies.push((at, pointer.to_owned()));
    }

    /// Notes that the field at `at` has a match form.
    pub(super) fn matched(&mut self, at: usize) {
        self.matches.push(at);
    }

    /// Names the mistakes found from here on; returns the name so far.
    pub(super) fn topic(&mut self, name: &'static str) -> &'static str {
        std::mem::replace(&mut self.topic, name)
    }

    /// Notes a mistake at byte `at`.
    pub(super) fn error(&mut self, at: usize, what: impl Into<String>, hint: Option<String>) {
        self.named(Cow::Borrowed(self.topic), at, what.into(), hint);
    }

    fn named(&mut self, name: Cow<'static, str>, at: usize, what: String, hint: Option<String>) {
        let Place { line, column } = Place::of(self.text.as_bytes(), at);
        self.errors.push((at, FormError { file: self.file.to_owned(), line, column, name, what, hint }));
    }

    /// Notes that `name` is none of `known`.
    pub(super) fn unknown(&mut self, at: usize, kind: &str, name: &str, known: &[&str]) {
        let hint = match nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("known are: {}", known.join(", ")),
        };
        let lint = format!("unknown-{}", kind.replace(' ', "-"));
        self.named(Cow::Owned(lint), at, format!("unknown {kind} \"{name}\""), Some(hint));
    }

    /// Notes that no table of this name is declared.
    pub(super) fn unknown_table(&mut self, at: usize, name: &str) {
        let known = std::mem::take(&mut self.tables);
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        if names.is_empty() {
            let hint = format!(
                "declare it: \"x-faircopy\": {{\"tables\": {{\"{name}\": {{\"required\": false}}}}}} at the root"
            );
            self.error(at, "the form declares no table", Some(hint));
        } else {
            self.unknown(at, "table", name, &names);
        }
        self.tables = known;
    }

    /// The text of a node, or a mistake.
    pub(super) fn want_text<'n>(&mut self, node: &'n Node<'_>, what: &str) -> Option<&'n str> {
        let text = node.text().filter(|text| !text.is_empty());
        if text.is_none() {
            self.error(node.start, format!("{what} is a text that is not empty"), None);
        }
        text
    }

    /// The texts of an array, with their places, or a mistake.
    pub(super) fn want_texts<'n>(&mut self, node: &'n Node<'_>, what: &str) -> Vec<(usize, &'n str)> {
        let Value::Array(items) = &node.value else {
            self.error(node.start, format!("{what} is a list of texts"), None);
            return Vec::new();
        };
        items.iter().filter_map(|item| Some((item.start, self.want_text(item, "each item")?))).collect()
    }

    fn finish(mut self) -> Vec<FormError> {
        // A definition that several fields use is checked for each of them.
        self.errors.sort_by(|(a, one), (b, other)| (a, &one.what).cmp(&(b, &other.what)));
        self.errors.dedup();
        self.errors.into_iter().map(|(_, error)| error).collect()
    }
}
