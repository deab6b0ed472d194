use crate::{
    program::{faircopy, stderr, stdout, timesheet},
    world::World,
};
use std::{
    collections::BTreeMap,
    process::{Command, Stdio},
    thread,
    time::Duration,
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

/// Told to stop while it has a transaction open, a replay ends at once; the next one puts the rest back.
pub(crate) fn a_replay_that_is_stopped_half_way_puts_nothing_back_twice() {
    const RECORDS: usize = 10_000;
    let world = World::new("stopped.");
    world.create_topics();
    let wrong =
        |number| timesheet(&format!("E{number}")).replace("\"total_hours\":\"7.75\"", "\"total_hours\":\"9.75\"");
    world.submit_all(0, &[("faircopy-form", "timesheet")], (0..RECORDS).map(wrong));
    world.place.expect(0, "run --drain --config f.toml");
    let rejects = stdout(&world.place.expect(0, "read rejects --open --to-correct --config f.toml"));
    let corrected = rejects.replace("\"total_hours\":\"9.75\"", "\"total_hours\":\"7.75\"");
    assert_eq!(corrected.lines().count(), RECORDS);
    world.place.write("corrected.ndjson", corrected);
    let replay = "replay --file corrected.ndjson --run --config f.toml";
    let written = world.watch_raw();
    let mut stopped = 0;
    for _ in 0..4 {
        let before = written();
        let mut child = faircopy();
        child.current_dir(world.place.dir()).args(replay.split(' ')).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = child.spawn().unwrap();
        while written() == before && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        // One that has ended by now is no longer there.
        let _sent =
            Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status().unwrap();
        stopped += u32::from(child.wait().unwrap().code().is_none() && put_back(&world).len() < RECORDS);
    }
    assert!(stopped > 0, "each had put all of them back");
    world.place.expect(0, replay);
    let put_back = put_back(&world);
    assert_eq!((put_back.len(), put_back.values().max()), (RECORDS, Some(&1)));
    world.place.expect(0, "run --drain --config f.toml");
    assert_eq!(world.read("clean").len(), RECORDS);
    world.place.expect(0, "reconcile --config f.toml");
}

/// How often each reject stands on raw again.
fn put_back(world: &World) -> BTreeMap<String, u32> {
    let mut found = BTreeMap::new();
    for seen in world.read("raw") {
        seen.headers
            .get("faircopy-parent-reject")
            .into_iter()
            .for_each(|id| *found.entry(id.clone()).or_default() += 1);
    }
    found
}
