//! A form without what the naive chain leaves out: what judging costs where it does the same job, and so what the rest costs.

use serde_json::Value;
use std::error::Error;

/// Annotations of a field that the chain knows nothing of.
const OF_FIELD: [&str; 4] = ["check", "table", "unique_by", "minor_units"];
/// The same of the whole record.
const OF_RECORD: [&str; 4] = ["rules", "tables", "earlier", "home"];

/// The form without checks, bounds of decimals, look-ups and record rules. What is left is what both do, but for the places and codes of
/// errors and the list of changes, which the judge always makes.
pub(crate) fn of(form: &str) -> Result<String, Box<dyn Error>> {
    let mut form: Value = serde_json::from_str(form)?;
    strip(&mut form);
    Ok(form.to_string())
}

fn strip(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Object(annotation)) = members.get_mut("x-faircopy") {
                annotation.retain(|name, _| !OF_FIELD.contains(&&**name) && !OF_RECORD.contains(&&**name));
                if let Some(Value::Object(decimal)) = annotation.get_mut("decimal") {
                    decimal.retain(|name, _| !matches!(&**name, "min" | "max"));
                }
            }
            members.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}
