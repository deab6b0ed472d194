use crate::program::Place;
use serde_json::Value;

fn root(file: &str) -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Every line of `output` conforms to `schema`, judged by a validator that knows nothing of Faircopy.
#[track_caller]
fn check(output: &str, schema: &Value) {
    let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
    assert!(!output.is_empty());
    for line in output.lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}\n{line}");
    }
}

#[test]
fn clean_records_and_rejects_conform_to_the_published_schemas() {
    for form in ["vendor_invoice", "timesheet", "medical_claim"] {
        let place = Place::new();
        place.expect(0, &format!("generate --form {form} --records 2000 --seed 5 --invalid 0.3 --out in.ndjson"));
        place.expect(1, &format!("judge --form {form} in.ndjson --clean clean.ndjson --rejects rejects.ndjson"));
        check(&place.read("clean.ndjson"), &root(&format!("{form}/1.json")));
        check(&place.read("rejects.ndjson"), &root("reject-envelope.json"));
    }
}

#[test]
fn a_reject_that_lacks_a_member_does_not_conform() {
    let schema = root("reject-envelope.json");
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(!validator.is_valid(&serde_json::json!({ "v": 1, "reject_id": "raw/0/1" })));
}
