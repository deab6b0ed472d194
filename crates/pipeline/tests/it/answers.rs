use crate::{
    bench::{Bench, both_ways, claims, commit, outcomes, owner},
    hire::{hire, line},
    world::{ATTEMPTS_MAX, LOCAL, WINDOW, World, json},
};
use dedupe::Window;
use pipeline::{Keys, replay};
use record::{Message, Outcome, RecordTime, header};
use serde_json::{Value, json};
use store::Store;
use tempfile::TempDir;
use transport::{Claims as _, Topic};

/// What is told of a value that nobody answers for.
fn not_found(path: &str, found: &str, severity: &str) -> Value {
    json!({
        "code": "REF.NOT_FOUND", "severity": severity, "stage": "check", "path": path, "rule": "table",
        "params": {"table": "people", "found": found}, "value_class": "none",
        "message": record::Code::RefNotFound.sentence(),
    })
}

/// Place and errors of each reject.
fn rejects(world: &World) -> Vec<(Value, Value)> {
    let of = |reject: Value| (reject["origin"]["offset"].clone(), reject["errors"].clone());
    world.topic(Topic::Rejects).iter().map(|(_, reject)| of(json(reject))).collect()
}

/// Number and warnings of each clean record.
fn clean(world: &World) -> Vec<(String, Value)> {
    let of = |clean: &Message| {
        let warnings = clean.header(header::WARNINGS).unwrap_or("[]");
        (json(clean)["id"].as_str().unwrap().to_owned(), serde_json::from_str(warnings).unwrap())
    };
    world.topic(Topic::Clean).iter().map(|(_, message)| of(message)).collect()
}

#[test]
fn an_accepted_record_answers_for_a_table_that_lacks_it() {
    let records = [
        hire(r#""id":"1","no":"n7","boss":"P1""#),
        hire(r#""id":"2","no":"N8","boss":" N7""#),
        // Of one who reports to another that was accepted so.
        hire(r#""id":"3","boss":"N8","mate":"N7""#),
        // Of another client.
        Message { headers: [(header::FORM, "hire")].into(), ..hire(r#""id":"4","boss":"N7""#) },
    ];
    both_ways(&line(true), &records, |world| {
        assert_eq!(clean(world), ["1", "2", "3"].map(|id| (id.to_owned(), json!([]))));
        assert_eq!(rejects(world), [(json!(3), json!([not_found("/boss", "N7", "hard")]))]);
    });
}

#[test]
fn nobody_answers_who_comes_later_or_was_rejected_or_is_oneself() {
    let records = [
        hire(r#""id":"1","boss":"N7""#),
        // Rejected for a reason of its own, and by a look-up that nobody answers.
        hire(r#""id":"2","no":"N7","code":"78""#),
        hire(r#""id":"3","no":"N7","boss":"X1""#),
        hire(r#""id":"4","boss":"N7""#),
        hire(r#""id":"5","no":"N9","boss":"N9""#),
        // A rejected record claims nothing: its key is still to be had, and so is its number.
        hire(r#""id":"3","no":"N7""#),
        hire(r#""id":"4","boss":"N7""#),
    ];
    both_ways(&line(true), &records, |world| {
        assert_eq!(clean(world), ["3", "4"].map(|id| (id.to_owned(), json!([]))));
        let rejects = rejects(world);
        let told = |offset: u64, found: &str| (json!(offset), json!([not_found("/boss", found, "hard")]));
        assert_eq!(rejects[0], told(0, "N7"));
        assert_eq!((&rejects[1].0, &rejects[1].1[0]["code"]), (&json!(1), &json!("VAL.CHECK_DIGIT")));
        assert_eq!(rejects[2..], [told(2, "X1"), told(3, "N7"), told(4, "N9")]);
    });
}

#[test]
fn a_soft_look_up_that_nobody_answers_warns() {
    let records = [
        hire(r#""id":"1","no":"N7","mate":"N8""#),
        hire(r#""id":"2","no":"N8","mate":"N7""#),
        // Both at once: what rejects, and what would only have warned.
        hire(r#""id":"3","boss":"P2","mate":"N9""#),
        // A duplicate of the first is told nothing.
        hire(r#""id":"1","no":"N7","mate":"N8""#),
        // Whoever was not there yet on the day of the record was not meant.
        hire(r#""id":"4","boss":"P4""#),
    ];
    both_ways(&line(true), &records, |world| {
        let warned = json!([not_found("/mate", "N8", "soft")]);
        assert_eq!(clean(world), [("1".to_owned(), warned), ("2".to_owned(), json!([]))]);
        let status = world.topic(Topic::Clean)[0].1.header(header::STATUS).map(str::to_owned);
        assert_eq!(status.as_deref(), Some(header::ACCEPTED_WITH_WARNING));
        let mut near = not_found("/boss", "P2", "hard");
        near["params"] = json!({"table": "people", "suggestion": "P22", "found": "P2"});
        let both = json!([near, not_found("/mate", "N9", "soft")]);
        assert_eq!(rejects(world), [(json!(2), both), (json!(4), json!([not_found("/boss", "P4", "hard")]))]);
        assert_eq!(world.topic(Topic::Duplicates).len(), 1);
    });
}

#[test]
fn without_a_table_nothing_is_asked_and_yet_known_later() {
    let world = World::new(&[hire(r#""id":"1","no":"N7","boss":"X1""#)]);
    world.drain_line(&line(false), 100);
    world.submit(&[hire(r#""id":"2","boss":"N7""#)]);
    world.drain_line(&line(true), 100);
    assert_eq!((clean(&world).len(), rejects(&world)), (2, vec![]));
}

#[test]
fn who_left_the_window_no_longer_answers() {
    let at = |mut message: Message, days: i64| {
        message.time = RecordTime(days * 86_400_000);
        message
    };
    let (boss, report) = (hire(r#""id":"1","no":"N7""#), hire(r#""id":"2","boss":"N7""#));
    for (days, rejects) in [(99, 0), (100, 1)] {
        let world = World::new(&[at(boss.clone(), 0), at(report.clone(), days)]);
        assert_eq!(world.drain_line(&line(true), 100).ledger.reject, rejects, "after {days} days");
    }
}

#[test]
fn a_reject_is_replayed_once_somebody_answers() {
    let line = line(true);
    let world = World::new(&[hire(r#""id":"2","boss":"N7""#)]);
    world.drain_line(&line, 100);
    assert_eq!(rejects(&world).len(), 1);
    world.submit(&[hire(r#""id":"1","no":"N7""#)]);
    world.drain_line(&line, 100);
    let settings = replay::Settings { run: true, attempts_max: ATTEMPTS_MAX };
    let report =
        replay::run(&replay::Site::Store(world.dir(), LOCAL), &line, &replay::Selection::default(), None, &settings)
            .unwrap();
    assert_eq!((report.would_pass, report.sent), (1, 1));
    world.drain_line(&line, 100);
    assert_eq!(clean(&world).iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["1", "2"]);
    world.assert_accounted();
}

#[test]
fn a_record_that_is_processed_again_is_told_what_it_was_told() {
    let dir = TempDir::new().unwrap();
    let mut store = Store::open(dir.path(), store::Sync::Off).unwrap();
    let writer = store.writer(dedupe::GROUP).unwrap();
    let mut keys = Keys::All(Box::new(Window::open(&store, WINDOW, &mut |_| {}).unwrap()));
    let records = [
        (0, hire(r#""id":"1","mate":"N7""#)),
        (1, hire(r#""id":"2","no":"N7""#)),
        (2, hire(r#""id":"3","mate":"N7","boss":"N7""#)),
        (3, hire(r#""id":"4","boss":"X1""#)),
    ];
    let bench = Bench::new(line(true));
    let first = outcomes(&bench.decide(&mut keys, &records, Vec::new()));
    let outcome = |decided: &[(Outcome, Message)]| decided.iter().map(|(outcome, _)| *outcome).collect::<Vec<_>>();
    assert_eq!(outcome(&first), [Outcome::Clean, Outcome::Clean, Outcome::Clean, Outcome::Reject]);
    let warned = |(_, message): &(Outcome, Message)| message.header(header::WARNINGS).is_some();
    assert_eq!(first.iter().map(warned).collect::<Vec<_>>(), [true, false, false, false]);
    // The commit came to nothing: nobody knows of them.
    keys.abandon();
    assert_eq!(outcomes(&bench.decide(&mut keys, &records, Vec::new())), first);
    commit(&mut store, &writer, &mut keys);
    // The commit stands, and yet they come again: somebody else has left by now what the first one sought in vain.
    assert_eq!(outcomes(&bench.decide(&mut keys, &records, Vec::new())), first);
}

#[test]
fn the_owner_of_a_shard_tells_what_others_sought() {
    let dirs = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let mut nobody = owner(dirs[0].path(), std::iter::empty());
    let mut everybody = owner(dirs[1].path(), 0..WINDOW.shards);
    // The owner has no table: what the other found there is not his to know.
    let (bench, bare) = (Bench::new(line(true)), Bench::new(line(false)));
    let records = [
        (0, hire(r#""id":"1","no":"N7","mate":"N8""#)),
        (1, hire(r#""id":"2","boss":"N7""#)),
        (2, hire(r#""id":"3","boss":"N8""#)),
    ];
    let judged = bench.decide(&mut nobody, &records, Vec::new());
    assert_eq!((judged.handed.len(), judged.records.len()), (3, 0));
    let decided = outcomes(&bare.decide(&mut everybody, &[], judged.handed));
    let dir = TempDir::new().unwrap();
    let mut alone = owner(dir.path(), 0..WINDOW.shards);
    let by_one = bench.decide(&mut alone, &records, Vec::new());
    // Two keys, a number, and that nobody answered.
    assert_eq!((claims(&everybody).len(), claims(&everybody)), (4, claims(&alone)));
    let told = |(outcome, message): &(Outcome, Message)| {
        (*outcome, json(message)["errors"].clone(), message.header(header::WARNINGS).map(str::to_owned))
    };
    assert_eq!(decided.iter().map(told).collect::<Vec<_>>(), outcomes(&by_one).iter().map(told).collect::<Vec<_>>());
    assert_eq!(told(&decided[2]).1, json!([not_found("/boss", "N8", "hard")]));
    assert_eq!(by_one.records[0].findings.len(), 1);
}
