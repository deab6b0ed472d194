use crate::program::{Place, stderr, stdout, timesheet};

/// A place whose workers take any free port, since others of these tests run at the same time.
fn place() -> Place {
    let place = Place::new();
    place.write("f.toml", "[ops]\nlisten = \"127.0.0.1:0\"\n");
    place
}

/// A store with one clean record, one reject for a total and one for a missing field.
fn judged() -> Place {
    let place = place();
    let wrong = timesheet("E2").replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"9.75\"");
    let missing = timesheet("E3").replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"\"");
    place.write("in.ndjson", format!("{}\n{wrong}\n{missing}\n", timesheet("E1")));
    place.expect(0, "put in.ndjson --form timesheet --data-dir data");
    place.expect(0, "run --drain --data-dir data --config f.toml");
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
    let again = place.expect(0, run);
    assert!(stderr(&again).contains("hint: all of them were put back before"), "{}", stderr(&again));
    let again = stdout(&again);
    assert_eq!((count(&again, "put back "), count(&again, "skip: put back before")), (0, 1), "{again}");

    place.expect(0, "run --drain --data-dir data --config f.toml");
    let clean = stdout(&place.expect(0, "read clean --data-dir data --headers"));
    let last: serde_json::Value = serde_json::from_str(clean.lines().last().unwrap()).unwrap();
    assert_eq!(last["headers"]["attempt"], "2");
    assert_eq!(last["value"].to_string(), timesheet("E2"));
    let proof = stdout(&place.expect(0, "reconcile --data-dir data"));
    assert_eq!((count(&proof, "judged"), count(&proof, "clean"), count(&proof, "reject")), (4, 2, 2), "{proof}");
}

/// What has been put anew is another record: only its own correction closes a reject, and then counts as a duplicate.
#[test]
fn a_reject_whose_record_was_put_anew_is_open_until_its_correction_is_put_back() {
    let place = judged();
    let open = || {
        let output = place.expect(0, "read rejects --data-dir data --open --where code=SUM.MISMATCH");
        (stdout(&output).lines().count(), stderr(&output).contains("open until `faircopy replay` puts it back"))
    };
    let judge = || place.expect(0, "run --drain --data-dir data --config f.toml");
    place.write("anew.ndjson", timesheet("E2"));
    place.expect(0, "put anew.ndjson --form timesheet --data-dir data");
    judge();
    assert_eq!(open(), (1, true));
    place.write("corrected.ndjson", format!("{{\"reject_id\": \"raw/0/1\", \"record\": {}}}\n", timesheet("E2")));
    place.expect(0, "replay --data-dir data --file corrected.ndjson --run");
    judge();
    assert_eq!(open(), (0, false));
    let proof = stdout(&place.expect(0, "reconcile --data-dir data"));
    assert_eq!((count(&proof, "duplicate"), count(&proof, "reject")), (1, 2), "{proof}");
}

#[test]
fn a_proof_that_fails_says_so_and_ends_with_another_code() {
    let place = judged();
    place.expect(0, "reconcile --data-dir data");
    let mut store = store::Store::open(&place.path("data"), store::Sync::Full).unwrap();
    let received = store.counter("ledger/0/received").unwrap();
    let mut txn = store.begin();
    txn.set("ledger/0/received", received + 1);
    txn.commit().unwrap();
    drop(store);
    let page = stdout(&place.expect(1, "reconcile --data-dir data"));
    assert!(page.contains("NOT every judged record is accounted for"), "{page}");
    let summary = stdout(&place.expect(1, "reconcile --data-dir data --json"));
    let summary: serde_json::Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["ok"], false, "{summary}");
}

#[test]
fn rejects_are_chosen_printed_to_be_corrected_and_gone_from_the_open_ones_once_they_are_back() {
    let place = judged();
    let read = |options: &str| stdout(&place.expect(0, &format!("read rejects --data-dir data {options}")));
    assert_eq!(read("--where code=STR.REQUIRED").lines().count(), 1);
    assert_eq!(read("--where source=berlin"), "");
    let none = place.expect(0, "read rejects --data-dir data --where source=berlin");
    assert_eq!(stderr(&none), "note: the conditions hold for no reject\n");
    assert_eq!(read("--open --limit 1 --where form=timesheet").lines().count(), 1);
    place.expect(2, "read clean --data-dir data --open");

    let lines = read("--open --to-correct --where code=STR.REQUIRED");
    assert!(lines.starts_with("{\"reject_id\":\"raw/0/2\",\"record\":{"), "{lines}");
    place.write("corrected.ndjson", lines.replace("\"total_hours\":\"\"", "\"total_hours\":\"7.75\""));
    let foreseen = place.expect(0, "replay --data-dir data --file corrected.ndjson");
    assert_eq!(count(&stdout(&foreseen), "would be put back"), 1);
    assert!(stderr(&foreseen).contains("--run does it"), "{}", stderr(&foreseen));
    place.expect(0, "replay --data-dir data --file corrected.ndjson --run");
    assert_eq!(read("--open --to-correct --where code=STR.REQUIRED"), "");
    let again = stdout(&place.expect(0, "replay --data-dir data --file corrected.ndjson"));
    assert_eq!((count(&again, "would be put back"), count(&again, "skip: put back before")), (0, 1), "{again}");
}

#[test]
fn what_is_no_json_cannot_be_corrected_and_is_told() {
    let place = place();
    place.write("in.ndjson", "{\"a\": \n");
    place.expect(0, "put in.ndjson --form timesheet --data-dir data");
    place.expect(0, "run --drain --data-dir data --config f.toml");
    let output = place.expect(0, "read rejects --to-correct --data-dir data");
    assert_eq!((stdout(&output).as_str(), stderr(&output).contains("note: 1 reject left out")), ("", true));
}

#[test]
fn a_correction_without_its_reject_or_that_mends_nothing_is_named() {
    let place = judged();
    let wrong = timesheet("E2").replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"8.75\"");
    let lines = ["raw/0/1", "raw/0/77"].map(|id| format!("{{\"reject_id\": \"{id}\", \"record\": {wrong}}}\n"));
    place.write("corrected.ndjson", format!("\u{feff}{}", lines.concat()));
    let output = place.expect(1, "replay --data-dir data --file corrected.ndjson");
    assert!(stdout(&output).contains("still wrong: raw/0/1  SUM.MISMATCH  /total_hours\n"), "{}", stdout(&output));
    let error = "error: corrected.ndjson: no selected reject has the id raw/0/77\n";
    assert!(stderr(&output).contains(error), "{}", stderr(&output));
    place.write("corrected.ndjson", b"{\"reject_id\": \"raw/0/1\", \"record\": \"\xe9\"}\n");
    place.expect(2, "replay --data-dir data --file corrected.ndjson");
    let none = place.expect(0, "replay --data-dir data --where source=berlin");
    assert!(stderr(&none).contains("hint: no reject is selected"), "{}", stderr(&none));
}

/// As with a `--config` that was left out: nothing would pass, and each record lose an attempt.
#[test]
fn rejects_of_a_source_that_is_not_known_here_stay_where_they_are() {
    let place = place();
    place.write("berlin.toml", "[ops]\nlisten = \"\"\n[sources.berlin]\ndate_order = \"dmy\"\n");
    place.write("in.ndjson", timesheet("E1").replace("AUDIT", ""));
    place.expect(0, "put in.ndjson --form timesheet --source berlin --data-dir data --config berlin.toml");
    place.expect(0, "run --drain --data-dir data --config berlin.toml");
    let ran = place.expect(0, "replay --data-dir data --run");
    assert_eq!(count(&stdout(&ran), "put back "), 0);
    assert_eq!(count(&stdout(&ran), "skip: unknown form, source"), 1);
    assert!(stderr(&ran).contains("give the --config that the worker has"), "{}", stderr(&ran));
}

#[test]
fn what_is_to_be_done_follows_from_why_nothing_goes_back() {
    let place = judged();
    let replay = |text: &str, options: &str| {
        place.write("corrected.ndjson", text);
        stderr(&place.expect(0, &format!("replay --data-dir data --file corrected.ndjson {options}")))
    };
    let correction = |record: &str| format!("{{\"reject_id\": \"raw/0/1\", \"record\": {record}}}\n");
    let as_it_was = timesheet("E2").replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"9.75\"");
    assert!(replay(&correction(&as_it_was), "").contains("correct the records in the file, they are as they were"));
    assert!(
        replay(&correction(&timesheet("E2")), "--max-attempts 1")
            .contains("hint: nothing is to be put back: --max-attempts N")
    );
    assert!(replay("\n", "").contains("hint: there is no correction in the file"));
}

#[test]
fn corrections_that_are_not_named_one_by_one_are_counted() {
    let place = place();
    let record = |no: u32| timesheet(&format!("E{no}")).replace("AUDIT", "");
    place.write("in.ndjson", (0..23).map(|no| record(no) + "\n").collect::<String>());
    place.expect(0, "put in.ndjson --form timesheet --data-dir data");
    place.expect(0, "run --drain --data-dir data --config f.toml");
    place.write("corrected.ndjson", stdout(&place.expect(0, "read rejects --to-correct --data-dir data")));
    let page = stdout(&place.expect(0, "replay --data-dir data --file corrected.ndjson"));
    assert!(page.ends_with("still wrong: 3 more\n"), "{page}");
}

#[test]
fn a_mistake_in_the_conditions_is_answered_with_what_was_meant() {
    let place = judged();
    let output = place.expect(2, "replay --data-dir data --where code=SUM.MISMTCH");
    assert!(stderr(&output).contains("did you mean SUM.MISMATCH?"), "{}", stderr(&output));
    place.write("corrected.ndjson", "{\"reject_id\": \"raw/0/1\"}\n");
    let output = place.expect(2, "replay --data-dir data --file corrected.ndjson");
    assert!(stderr(&output).contains("error: corrected.ndjson:1: this is no correction"), "{}", stderr(&output));
}
