//! The fields of a form that a cell can hold: JSON Pointers of every scalar in its schema, `*` standing for an index.

use serde_json::Value;

/// Deepest schema that is followed; a record may not be deeper (`record::limits::DEPTH_MAX`).
const DEPTH_MAX: usize = record::limits::DEPTH_MAX;

/// Pointers of the scalar fields in form order, as in `/total` and `/lines/*/amount`.
pub(super) fn of(schema: &str) -> Vec<String> {
    let mut fields = Vec::new();
    if let Ok(root) = serde_json::from_str::<Value>(schema) {
        walk(&root, &root, "", 0, &mut fields);
    }
    fields
}

fn walk(root: &Value, schema: &Value, path: &str, depth: usize, fields: &mut Vec<String>) {
    if depth > DEPTH_MAX {
        return;
    }
    if let Some(target) = schema.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#')) {
        if let Some(schema) = root.pointer(target) {
            walk(root, schema, path, depth + 1, fields);
        }
    } else if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
        for (name, schema) in properties {
            let name = name.replace('~', "~0").replace('/', "~1");
            walk(root, schema, &format!("{path}/{name}"), depth + 1, fields);
        }
    } else if let Some(items) = schema.get("items") {
        walk(root, items, &format!("{path}/*"), depth + 1, fields);
    } else {
        fields.push(path.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_of_objects_lists_and_references_are_found_in_form_order() {
        let schema = r##"{"type": "object", "$defs": {"money": {"type": "string"}, "line": {"properties": {"amount": {"$ref": "#/$defs/money"}}}},
            "properties": {"no": {"type": "string"}, "total": {"$ref": "#/$defs/money"}, "tags": {"items": {"type": "string"}},
            "lines": {"type": "array", "items": {"$ref": "#/$defs/line"}}, "a/b": {}}}"##;
        assert_eq!(of(schema), ["/no", "/total", "/tags/*", "/lines/*/amount", "/a~1b"]);
    }

    #[test]
    fn a_schema_that_names_itself_is_not_followed_for_ever() {
        let found = of(r##"{"properties": {"child": {"$ref": "#"}, "name": {}}}"##);
        assert!(found.contains(&"/name".to_owned()));
    }
}
