use super::program::{Place, stderr, stdout, timesheet};
use serde_json::Value;

/// A timesheet that its own employee approved, in an envelope in which `by` accepts that.
fn approved(employee: &str, by: &str) -> String {
    let total = r#""total_hours":"7.75"}"#;
    let sheet = timesheet(employee).replace(total, &format!(r#""total_hours":"7.75","approved_by":"{employee}"}}"#));
    format!(
        concat!(
            r#"{{"v":1,"form":"timesheet","client":"acme","key":{{"operator":"op-1"}},"#,
            r#""overrides":[{{"code":"REL.RULE","path":"/approved_by","by":"{}","reason":"sole proprietor"}}],"data":{}}}"#
        ),
        by, sheet
    )
}

#[test]
fn somebody_else_may_accept_what_was_found_and_nobody_their_own() {
    let place = Place::new();
    place.write("in.ndjson", format!("{}\n{}\n", approved("E1", "sup-7"), approved("E2", "op-1")));
    let judged = place.expect(1, "judge in.ndjson --envelopes --clean clean.ndjson --rejects rejects.ndjson");
    assert!(!stdout(&judged).is_empty());
    let clean: Value = serde_json::from_str(place.read("clean.ndjson").trim()).unwrap();
    assert_eq!((&clean["employee_no"], &clean["approved_by"]), (&"E1".into(), &"E1".into()));
    let reject: Value = serde_json::from_str(place.read("rejects.ndjson").trim()).unwrap();
    let told: Vec<_> =
        reject["errors"].as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(told, ["REL.RULE", "OVR.SELF_APPROVED"]);
    assert_eq!(reject["raw"]["body"], approved("E2", "op-1"), "the whole message");

    assert_eq!(
        stdout(&place.expect(0, "put in.ndjson --envelopes --data-dir store")),
        "put 2 records at raw/0/0 to raw/0/1\n"
    );
    assert!(stdout(&place.expect(0, "read raw --headers --data-dir store")).contains(r#""headers":{"envelope":"1"}"#));
}

#[test]
fn envelopes_stand_in_json_only_and_name_their_own_form() {
    let place = Place::new();
    place.write("in.csv", "a,b\n1,2\n");
    let refused = place.expect(2, "judge in.csv --envelopes --clean clean.ndjson --rejects rejects.ndjson");
    assert!(stderr(&refused).contains("CSV holds no envelopes"), "{}", stderr(&refused));
    place.expect(2, "judge in.csv --envelopes --form timesheet --clean clean.ndjson --rejects rejects.ndjson");
}
