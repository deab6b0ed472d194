use crate::program::{Place, stderr, stdout, timesheet};

/// A store with one clean record, one reject for a total and one for a missing field.
fn judged() -> Place {
    let place = Place::new();
    let wrong = timesheet("E2").replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"9.75\"");
    let missing = timesheet("E3").replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"\"");
    place.write("in.ndjson", format!("{}\n{wrong}\n{missing}\n", timesheet("E1")));
    place.expect(0, "put in.ndjson --form timesheet --data-dir data");
    place.expect(0, "run --drain --data-dir data");
    place
}

fn count(page: &str, word: &str) -> u64 {
    let line = page.lines().find(|line| line.starts_with(word)).unwrap_or_else(|| panic!("no {word} in:\n{page}"));
    line.rsplit(' ').next().unwrap().replace(',', "").parse().unwrap()
}

#[test]
fn corrected_rejects_go_back_once_and_become_clean() {
    let place = judged();
    let dry = stdout(&place.expect(0, "replay --data-dir data --where code=SUM.MISMATCH"));
    assert_eq!((count(&dry, "selected"), count(&dry, "would pass now")), (1, 0), "{dry}");

    let correction = format!("{{\"reject_id\": \"raw/0/1\", \"record\": {}}}\n", timesheet("E2"));
    place.write("corrected.ndjson", correction);
    let run = "replay --data-dir data --file corrected.ndjson --run";
    let ran = stdout(&place.expect(0, run));
    assert_eq!((count(&ran, "would pass now"), count(&ran, "put back")), (1, 1), "{ran}");
    let again = stdout(&place.expect(0, run));
    assert_eq!((count(&again, "put back "), count(&again, "skip: put back before")), (0, 1), "{again}");

    place.expect(0, "run --drain --data-dir data");
    let clean = stdout(&place.expect(0, "read clean --data-dir data --headers"));
    let last: serde_json::Value = serde_json::from_str(clean.lines().last().unwrap()).unwrap();
    assert_eq!(last["headers"]["attempt"], "2");
    assert_eq!(last["value"].to_string(), timesheet("E2"));
    let proof = stdout(&place.expect(0, "reconcile --data-dir data"));
    assert_eq!((count(&proof, "judged"), count(&proof, "clean"), count(&proof, "reject")), (4, 2, 2), "{proof}");
}

#[test]
fn a_mistake_in_the_conditions_is_answered_with_what_was_meant() {
    let place = judged();
    let output = place.expect(2, "replay --data-dir data --where code=SUM.MISMTCH");
    assert!(stderr(&output).contains("did you mean SUM.MISMATCH?"), "{}", stderr(&output));
    place.write("corrected.ndjson", "{\"reject_id\": \"raw/0/1\"}\n");
    let output = place.expect(2, "replay --data-dir data --file corrected.ndjson");
    assert!(stderr(&output).contains("error: corrected.ndjson:1: not a correction"), "{}", stderr(&output));
}
