use crate::{
    program::{stderr, stdout, timesheet},
    truth::Truth,
    world::{Seen, Worker, World, said},
};
use std::fs;

pub(crate) fn a_drained_topic_has_one_right_outcome_for_each_record() {
    let world = World::new("drain.");
    world.create_topics();
    let mut truth = Truth::new();
    for form in ["timesheet", "vendor_invoice"] {
        truth.generate(&world.place, form, 1500);
        let put = world.place.expect(0, &format!("put {form}.ndjson --form {form} --config f.toml"));
        assert_eq!(stdout(&put), "put 1,500 records on drain.raw: all acknowledged\n");
    }
    let run = world.place.expect(0, "run --drain --config f.toml");
    assert!(said(&run).contains("\"received\":3000"), "{}", stderr(&run));
    assert!(truth.check(&world) > 50);
    world.place.expect(0, "reconcile --config f.toml");
    let again = world.place.expect(0, "run --drain --config f.toml");
    assert!(said(&again).contains("\"received\":0"), "{}", stderr(&again));
}

/// One worker is stopped in the middle; two others complete the rest, and share what comes while they run.
pub(crate) fn workers_that_stop_and_share_miss_no_duplicate() {
    let world = World::new("share.");
    world.create_topics();
    let mut truth = Truth::new();
    truth.generate(&world.place, "timesheet", 2000);
    truth.generate(&world.place, "vendor_invoice", 1000);
    world.place.expect(0, "put timesheet.ndjson --form timesheet --config f.toml");
    let first = Worker::start(&world, "first");
    world.await_first_clean();
    first.stop();
    let stopped_at = world.outcomes();
    assert!((1..2000).contains(&stopped_at), "{stopped_at}: not stopped in the middle");
    let (second, third) = (Worker::start(&world, "second"), Worker::start(&world, "third"));
    let late = split(&world, "vendor_invoice.ndjson", 500);
    world.place.expect(0, "put vendor_invoice.ndjson --form vendor_invoice --config f.toml");
    world.await_outcomes(truth.records - late);
    second.stop();
    third.stop();
    world.place.expect(0, "put late.ndjson --form vendor_invoice --config f.toml");
    let drained = ["second", "third"].map(|name| Worker::start_with(&world, name, &["--drain"]));
    drained.into_iter().for_each(Worker::wait);
    assert_eq!(world.outcomes(), truth.records, "what one worker handed over, the other left behind");
    assert!(truth.check(&world) > 50);
    world.place.expect(0, "reconcile --config f.toml");
    assert!(!world.read("keyed").is_empty(), "the workers handed nothing over: they did not share the shards");
}

/// After a worker with other settings: who judged which records is told in the same pass as that they are accounted for.
pub(crate) fn outcomes_are_counted_by_the_rules_that_judged_them() {
    let world = World::new("rollout.");
    world.create_topics();
    let put = |employees: &[&str]| {
        let records: Vec<_> = employees.iter().map(|employee| timesheet(employee)).collect();
        world.place.write("in.ndjson", records.join("\n"));
        world.place.expect(0, "put in.ndjson --form timesheet --config f.toml");
        world.place.expect(0, "run --drain --config f.toml");
    };
    put(&["E1", "E2", "E2", ""]);
    world.submit(&[], "{}");
    let config = world.place.read("f.toml");
    world.place.write("f.toml", config + "[sources.default]\ndate_order = \"dmy\"\n");
    put(&["E1", "E3"]);
    let clean = world.read("clean");
    let [old, new] = ["\"E1\"", "\"E3\""].map(|employee| {
        let of_employee = |seen: &&Seen| String::from_utf8_lossy(&seen.value).contains(employee);
        clean.iter().find(of_employee).unwrap().headers["faircopy-rules-hash"].clone()
    });
    let mut rules = [(old, 4), (new, 2)].map(|(hash, outcomes)| {
        serde_json::json!({"form": "timesheet", "schema_version": "1", "ruleset_hash": hash, "outcomes": outcomes})
    });
    rules.sort_by_key(|rules| rules["ruleset_hash"].to_string());
    let proof = stdout(&world.place.expect(0, "reconcile --json --config f.toml"));
    let proof: serde_json::Value = serde_json::from_str(&proof).unwrap();
    assert_eq!(proof["judged_by"], serde_json::json!(rules));
    assert_eq!((&proof["judged_by_no_form"], &proof["judged_by_others"]), (&1.into(), &0.into()));
    // Of the range that is asked for, nothing else.
    let beyond = (0..3).map(|partition| format!("--from {partition}/1000 ")).collect::<String>();
    let proof = stdout(&world.place.expect(0, &format!("reconcile --json {beyond} --config f.toml")));
    let proof: serde_json::Value = serde_json::from_str(&proof).unwrap();
    assert_eq!((&proof["judged_by"], &proof["judged_by_no_form"]), (&serde_json::json!([]), &0.into()));
}

/// Each start of one of two workers of one name shuts out the other: started again at once, neither would get anything done.
pub(crate) fn who_is_shut_out_stands_aside_until_it_is_stopped() {
    let world = World::new("twins.");
    world.create_topics();
    let records: Vec<_> = (0..1000).map(|number| timesheet(&format!("E{number}"))).collect();
    world.place.write("timesheet.ndjson", records.join("\n"));
    let first = Worker::start(&world, "twin");
    let second = Worker::start_in(&world, "other", "twin", &[]);
    world.place.expect(0, "put timesheet.ndjson --form timesheet --config f.toml");
    first.await_word("stands aside");
    world.await_outcomes(records.len());
    first.stop_with(75);
    second.stop();
    world.place.expect(0, "reconcile --config f.toml");
    assert_eq!(world.read("clean").len(), records.len());
}

/// Leaves the first records in the file and moves the others to `late.ndjson`; how many those are.
fn split(world: &World, name: &str, records: usize) -> usize {
    let bytes = fs::read(world.place.path(name)).unwrap();
    let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let (early, late) = lines.split_at(records);
    world.place.write(name, early.concat());
    world.place.write("late.ndjson", late.concat());
    late.len()
}

pub(crate) fn what_is_wrong_is_said_with_its_exit_code() {
    let world = World::new("wrong.");
    let missing = world.place.expect(78, "run --drain --config f.toml");
    assert!(
        said(&missing).contains(r#""message":"topic wrong.raw: is missing","hint":"`faircopy topics"#),
        "{}",
        stderr(&missing)
    );
    let embedded = world.place.expect(2, "tables put vendors vendors.csv --config f.toml");
    assert!(said(&embedded).contains("hint: give every worker the same table file"), "{}", stderr(&embedded));
    let config = world.place.read("f.toml");
    let nobody = config
        .lines()
        .map(|line| if line.starts_with("brokers") { "brokers = \"127.0.0.1:1\"\npatience_s = 2" } else { line });
    world.place.write("nobody.toml", nobody.collect::<Vec<_>>().join("\n"));
    world.place.write("in.ndjson", "{}\n");
    let put = "put in.ndjson --form timesheet --config nobody.toml";
    for command in ["run --config nobody.toml", put, "reconcile --config nobody.toml"] {
        let gone = world.place.expect(75, command);
        let error = "the cluster does not answer: no broker of 127.0.0.1:1 did within 2 s: ";
        assert!(said(&gone).contains(error) && said(&gone).contains("Connection refused"), "{}", stderr(&gone));
        let warnings = stderr(&gone).lines().filter(|line| line.contains("\"WARN\"")).count();
        assert!(warnings <= 2, "one line of an outage is enough, not one of each attempt: {}", stderr(&gone));
    }
}

/// A broker bounds batches as they are sent: compressed, one holds far more. What no reject could carry stays on raw.
pub(crate) fn records_that_no_reject_can_carry_are_rejected_and_stop_nothing() {
    let world = World::new("oversize.");
    world.create_topics();
    let long = "x".repeat(9 << 20);
    world.submit(&[("faircopy-form", "timesheet")], &long);
    world.submit(&[("faircopy-form", "timesheet"), ("faircopy-client", &long)], "{}");
    world.submit(&[("faircopy-form", "timesheet")], &timesheet("E-100234"));
    world.place.expect(0, "run --drain --config f.toml");
    assert_eq!(world.read("clean").len(), 1);
    let mut rejects: Vec<serde_json::Value> =
        world.read("rejects").iter().map(|reject| serde_json::from_slice(&reject.value).unwrap()).collect();
    rejects.sort_by_key(|reject| reject["errors"][0]["params"]["limit"].to_string());
    let [headers, raw] = rejects.as_slice() else { panic!("{}", rejects.len()) };
    for (reject, limit) in [(headers, "header_bytes"), (raw, "raw_bytes")] {
        assert_eq!(reject["errors"][0]["code"], "ENV.TOO_LARGE");
        assert_eq!(reject["errors"][0]["params"]["limit"], limit);
        assert_eq!(reject["origin"]["topic"], "oversize.raw");
    }
    assert_eq!(raw["raw"], serde_json::json!({"encoding": "absent", "body": ""}));
    assert_eq!(raw["form"], "timesheet");
    assert_eq!(headers["raw"], serde_json::json!({"encoding": "utf8", "body": "{}"}));
    assert_eq!(headers["envelope"], serde_json::json!({}));
    world.place.expect(0, "reconcile --config f.toml");
}
