use crate::{
    program::{stderr, stdout, timesheet},
    world::World,
};

/// The way of a data team on a cluster: find, correct, foresee, put back, and see that it is done.
pub(crate) fn rejects_are_found_corrected_and_put_back_once() {
    let world = World::new("rework.");
    world.create_topics();
    let place = &world.place;
    let wrong = |employee| timesheet(employee).replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"9.75\"");
    let lines = [timesheet("E1"), wrong("E2"), wrong("E3"), timesheet("E4").replace("AUDIT", "\u{7}")];
    place.write("in.ndjson", lines.join("\n"));
    place.expect(0, "put in.ndjson --form timesheet --client acme --config f.toml");
    place.expect(0, "run --drain --config f.toml");

    let read = |options: &str| stdout(&place.expect(0, &format!("read rejects --config f.toml {options}")));
    assert_eq!(read("").lines().count(), 3);
    assert_eq!(read("--limit 2").lines().count(), 2);
    let to_correct = "--open --to-correct --where code=SUM.MISMATCH";
    let wrong = read(to_correct);
    assert_eq!(wrong.lines().count(), 2, "{wrong}");
    assert!(wrong.starts_with("{\"reject_id\":\"rework.raw/"), "{wrong}");
    let corrected = wrong.replace("\"total_hours\":\"9.75\"", "\"total_hours\":\"7.75\"");
    place.write("corrected.ndjson", corrected.lines().next().unwrap());

    let replay = |options: &str| stdout(&place.expect(0, &format!("replay --config f.toml {options}")));
    let line = |page: &str, word: &str| {
        let line = page.lines().find(|line| line.starts_with(word)).unwrap_or_default();
        line.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    let foreseen = replay("--file corrected.ndjson");
    assert_eq!((line(&foreseen, "would pass now"), line(&foreseen, "would be put back")), ("1".into(), "1".into()));
    assert_eq!(line(&replay("--file corrected.ndjson --run"), "put back"), "1");
    let again = replay("--file corrected.ndjson --run");
    assert_eq!((line(&again, "put back "), line(&again, "skip: put back before")), ("0".into(), "1".into()), "{again}");
    assert_eq!(read(to_correct).lines().count(), 1);

    place.expect(0, "run --drain --config f.toml");
    let clean = world.read("clean");
    let mended = clean.iter().find(|seen| seen.headers.contains_key("faircopy-root-position")).unwrap();
    assert_eq!((clean.len(), mended.headers["faircopy-attempt"].as_str()), (2, "2"));
    assert_eq!(mended.headers["faircopy-client"], "acme");
    let proof = place.expect(0, "reconcile --config f.toml");
    assert!(stdout(&proof).contains("every judged record is accounted for exactly once"), "{}", stdout(&proof));
    let follow = place.expect(2, "read clean --follow --config f.toml");
    assert!(stderr(&follow).contains("hint: read the topics with Kafka's own tools"), "{}", stderr(&follow));
}
