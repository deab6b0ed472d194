use crate::{
    bench::{Bench, both_ways, claims, commit, outcomes, owner},
    stay::{line, stay},
    world::{WINDOW, World, json},
};
use dedupe::Window;
use pipeline::Keys;
use record::{Message, Outcome, RecordTime, header};
use serde_json::{Value, json};
use store::Store;
use tempfile::TempDir;
use transport::{Claims as _, Topic};

/// Code, path and first record of each warning.
fn warnings(clean: &Message) -> Vec<(String, String, String)> {
    let warnings: Value = serde_json::from_str(clean.header(header::WARNINGS).unwrap_or("[]")).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let warnings = warnings.as_array().unwrap().iter();
    warnings.map(|found| (text(&found["code"]), text(&found["path"]), text(&found["params"]["first"]))).collect()
}

fn near(first: &str) -> (String, String, String) {
    ("DUP.NEAR".to_owned(), "/no".to_owned(), first.to_owned())
}

#[test]
fn a_near_number_is_told_and_accepted() {
    let mut suspect = stay("G1", "INV-1O0", 5, 6);
    suspect.value.truncate(suspect.value.len() - 1);
    suspect.value.extend_from_slice(br#","code":"78"}"#);
    let records = [
        stay("G1", "INV-100", 1, 2),
        stay("G2", "INV-1O0", 1, 2),
        suspect,
        stay("G1", "inv 1oo", 7, 8),
        stay("G1", "INV-100", 1, 2),
    ];
    both_ways(&line(), &records, |world| {
        let clean: Vec<Message> = world.topic(Topic::Clean).into_iter().map(|(_, message)| message).collect();
        assert_eq!(clean.len(), 4);
        assert_eq!([&clean[0], &clean[1]].map(|clean| warnings(clean).len()), [0, 0]);
        // Behind what judging found, in the same header.
        let told = warnings(&clean[2]);
        assert_eq!(told.iter().map(|(code, ..)| code.as_str()).collect::<Vec<_>>(), ["VAL.CHECK_DIGIT", "DUP.NEAR"]);
        assert_eq!(told[1], near("raw/0/0"));
        assert_eq!(warnings(&clean[3]), [near("raw/0/0")]);
        assert_eq!(clean[3].header(header::STATUS), Some("accepted_with_warning"));
        let names: Vec<&str> = clean[3].headers.iter().map(|(name, _)| name).collect();
        assert_eq!(names[5..], [header::STATUS, header::WARNINGS, header::CLIENT]);
        // The record that was there before is told of nothing near.
        assert_eq!(world.topic(Topic::Duplicates).len(), 1);
    });
}

#[test]
fn an_overlap_is_rejected_and_claims_nothing() {
    let records = [
        stay("G1", "A", 1, 7),
        stay("G1", "B", 7, 14),
        stay("G2", "B", 7, 14),
        // Would overlap with the second if that had been accepted.
        stay("G1", "C", 8, 14),
        // Its number is still to be had.
        stay("G1", "B", 15, 16),
    ];
    both_ways(&line(), &records, |world| {
        assert_eq!(world.topic(Topic::Clean).len(), 4);
        let rejects = world.topic(Topic::Rejects);
        let reject = json(&rejects[0].1);
        let expected = json!([{
            "code": "REL.RULE", "severity": "hard", "stage": "dedupe", "path": "/from", "related": ["/to"],
            "rule": "stay.overlap", "params": {"first": "raw/0/0"}, "value_class": "none",
            "message": "no two stays of a guest share a day",
        }]);
        assert_eq!((rejects.len(), &reject["errors"], &reject["error_count"]), (1, &expected, &json!(1)));
        assert_eq!(reject["origin"]["offset"], 1);
    });
}

#[test]
fn what_left_the_window_is_forgotten() {
    let at = |mut message: Message, days: i64| {
        message.time = RecordTime(days * 86_400_000);
        message
    };
    let (early, late) = (stay("G1", "A", 1, 7), stay("G1", "B", 7, 14));
    for (days, rejects) in [(99, 1), (100, 0)] {
        let world = World::new(&[at(early.clone(), 0), at(late.clone(), days)]);
        assert_eq!(world.drain_line(&line(), 100).ledger.reject, rejects, "after {days} days");
    }
}

#[test]
fn an_overlap_cannot_be_overridden() {
    let mut second = stay("G1", "B", 7, 14);
    let record: Value = serde_json::from_slice(&second.value).unwrap();
    let accept = json!({"code": "REL.RULE", "path": "/from", "by": "sup-7", "reason": "seen"});
    let envelope = json!({
        "v": 1, "form": "stay", "client": "acme", "key": {"operator": "op-1"}, "overrides": [accept], "data": record,
    });
    second.value = serde_json::to_vec(&envelope).unwrap();
    second.headers = [(header::ENVELOPE, "1")].into();
    let world = World::new(&[stay("G1", "A", 1, 7), second]);
    world.drain_line(&line(), 100);
    let reject = json(&world.topic(Topic::Rejects)[0].1);
    assert_eq!(
        (&reject["errors"][0]["code"], &reject["errors"][0]["params"]["reason"]),
        (&json!("OVR.NOT_ALLOWED"), &json!("no_finding")),
        "{reject}"
    );
}

#[test]
fn a_record_that_is_processed_again_becomes_the_same() {
    let dir = TempDir::new().unwrap();
    let mut store = Store::open(dir.path(), store::Sync::Off).unwrap();
    let writer = store.writer(dedupe::GROUP).unwrap();
    let mut keys = Keys::All(Box::new(Window::open(&store, WINDOW, &mut |_| {}).unwrap()));
    let records = [
        (0, stay("G1", "1O0", 1, 7)),
        (1, stay("G1", "100", 8, 9)),
        (2, stay("G1", "B", 7, 8)),
        (3, stay("G1", "IOO", 10, 11)),
    ];
    let bench = Bench::new(line());
    let first = outcomes(&bench.decide(&mut keys, &records, Vec::new()));
    assert_eq!(
        first.iter().map(|(outcome, _)| *outcome).collect::<Vec<_>>(),
        [Outcome::Clean, Outcome::Clean, Outcome::Reject, Outcome::Clean]
    );
    assert_eq!([1, 3].map(|at: usize| warnings(&first[at].1)), [[near("raw/0/0")], [near("raw/0/0")]]);
    // The commit came to nothing: nobody knows of them.
    keys.abandon();
    assert_eq!(outcomes(&bench.decide(&mut keys, &records, Vec::new())), first);
    commit(&mut store, &writer, &mut keys);
    // The commit stands, and yet they come again.
    assert_eq!(outcomes(&bench.decide(&mut keys, &records, Vec::new())), first);
    assert_eq!(outcomes(&bench.decide(&mut keys, &records[2..], Vec::new())), first[2..]);
}

#[test]
fn the_owner_of_a_shard_decides_what_others_judged() {
    let dirs = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let mut nobody = owner(dirs[0].path(), std::iter::empty());
    let mut everybody = owner(dirs[1].path(), 0..WINDOW.shards);
    let bench = Bench::new(line());
    let guests = ["G1", "G2", "G3", "G4", "G5", "G6"];
    let records = |no: &'static str, from: u64| -> Vec<(u64, Message)> {
        guests.iter().zip(from..).map(|(guest, offset)| (offset, stay(guest, no, 1, 7))).collect()
    };
    let accepted = bench.decide(&mut everybody, &records("1O0", 0), Vec::new());
    assert_eq!(accepted.tally.ledger.clean, 6);
    let staged = claims(&everybody);
    // Number, seven days, and the key: all of a guest in one shard.
    assert_eq!(staged.len(), 6 * (1 + 1 + 7));
    assert!(staged.chunks(9).all(|of_one| of_one.iter().all(|(shard, _)| *shard == of_one[0].0)));
    // Judged by another; the first one overlaps.
    let from = |offset: u64| if offset == 6 { 7 } else { 8 };
    let later = guests.iter().zip(6..).map(|(guest, offset)| (offset, stay(guest, "100", from(offset), 9)));
    let later: Vec<_> = later.collect();
    let judged = bench.decide(&mut nobody, &later, Vec::new());
    assert_eq!((judged.handed.len(), judged.records.len()), (6, 0));
    let decided = bench.decide(&mut everybody, &[], judged.handed);
    let [refused, warned @ ..] = &outcomes(&decided)[..] else { panic!("six outcomes") };
    assert_eq!(refused.0, Outcome::Reject);
    let errors = json(&refused.1)["errors"].clone();
    let codes: Vec<&str> = errors.as_array().unwrap().iter().map(|error| error["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["DUP.NEAR", "REL.RULE"]);
    for ((outcome, message), first) in warned.iter().zip(1..) {
        assert_eq!((*outcome, warnings(message)), (Outcome::Clean, vec![near(&format!("raw/0/{first}"))]));
    }
    // The same that one worker alone says of them.
    let dir = TempDir::new().unwrap();
    let mut alone = owner(dir.path(), 0..WINDOW.shards);
    bench.decide(&mut alone, &records("1O0", 0), Vec::new());
    assert_eq!(outcomes(&bench.decide(&mut alone, &later, Vec::new())), outcomes(&decided));
}
