//! The naive chain: a tree of `serde_json`, normalizers of a few lines each, the `jsonschema` crate, a hash of the key, and
//! the tree written out again. It reads the same form files as the judge, compiled once.
//!
//! It does less than the judge, so its ratio is a lower bound: no check digits, no bounds of decimals, no record rules, no list of what was
//! changed, no codes, no places in the bytes. Where the judge calls a value ambiguous, it guesses.

use crate::normalize::Step;
use jsonschema::{Draft, Validator};
use serde_json::{Map, Value};
use std::{collections::HashMap, error::Error};

/// What the chain says of a record. Nobody reads it here; making it is the work.
pub(crate) enum Outcome {
    Clean { _bytes: Vec<u8>, _key: [u8; 16] },
    Reject(#[expect(dead_code, reason = "making the texts is the work")] Vec<String>),
}

/// A form as the chain uses it.
pub(crate) struct Chain {
    validator: Validator,
    root: Field,
    key: Vec<String>,
}

/// How the values at one place are normalized.
#[derive(Default)]
struct Field {
    steps: Vec<Step>,
    members: HashMap<String, Field>,
    item: Option<Box<Field>>,
}

impl Chain {
    pub(crate) fn new(form: &str) -> Result<Self, Box<dyn Error>> {
        let form: Value = serde_json::from_str(form)?;
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .build(&form)
            .map_err(|error| error.to_string())?;
        let key = form["x-faircopy"]["key"].as_array().ok_or("a form has a key")?;
        // The one computed part of a key among the forms is the first day of service of a claim.
        let key = key.iter().map(|part| part.as_str().unwrap_or("/lines/0/service_from").to_owned()).collect();
        Ok(Self { validator, root: Field::of(&form, &form)?, key })
    }

    pub(crate) fn judge(&self, raw: &[u8]) -> Outcome {
        let mut record: Value = match serde_json::from_slice(raw) {
            Ok(record) => record,
            Err(error) => return Outcome::Reject(vec![error.to_string()]),
        };
        self.root.normalize(&mut record);
        let errors: Vec<String> =
            self.validator.iter_errors(&record).map(|error| format!("{}: {error}", error.instance_path())).collect();
        if !errors.is_empty() {
            return Outcome::Reject(errors);
        }
        let key = self.key(&record);
        match serde_json::to_vec(&record) {
            Ok(bytes) => Outcome::Clean { _bytes: bytes, _key: key },
            Err(error) => Outcome::Reject(vec![error.to_string()]),
        }
    }

    fn key(&self, record: &Value) -> [u8; 16] {
        let mut hasher = blake3::Hasher::new();
        for pointer in &self.key {
            hasher.update(record.pointer(pointer).and_then(Value::as_str).unwrap_or_default().as_bytes());
            hasher.update(&[0]);
        }
        let mut key = [0; 16];
        key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        key
    }
}

impl Field {
    /// Reads a schema: its annotations become steps.
    fn of(schema: &Value, form: &Value) -> Result<Self, Box<dyn Error>> {
        let schema = match schema["$ref"].as_str() {
            Some(reference) => form.pointer(reference.trim_start_matches('#')).ok_or("a $ref leads nowhere")?,
            None => schema,
        };
        let annotation = &schema["x-faircopy"];
        let names = annotation["normalize"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut field = Self { steps: names.map(|name| Step::of(name, annotation)).collect(), ..Self::default() };
        for (name, member) in schema["properties"].as_object().into_iter().flatten() {
            field.members.insert(name.clone(), Self::of(member, form)?);
        }
        if schema["items"].is_object() {
            field.item = Some(Box::new(Self::of(&schema["items"], form)?));
        }
        Ok(field)
    }

    fn normalize(&self, value: &mut Value) {
        match value {
            Value::Object(members) => self.members(members),
            Value::Array(items) => {
                if let Some(item) = &self.item {
                    items.iter_mut().for_each(|value| item.normalize(value));
                }
            }
            _ => self.steps.iter().for_each(|step| step.run(value)),
        }
    }

    /// Normalizes members; what is blank counts as not there.
    fn members(&self, members: &mut Map<String, Value>) {
        members.retain(|name, value| {
            if let Some(field) = self.members.get(name) {
                field.normalize(value);
            }
            !(value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()))
        });
    }
}
