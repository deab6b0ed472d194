use crate::{
    common::{ATTEMPTS_MAX, line},
    reconcile,
    world::{Plan, World},
};
use pipeline::replay::{self, Report, Selection, Settings, Site};
use record::header;
use std::{collections::BTreeMap, thread};
use transport::{Topic, kafka, kafka::Audit};

/// Two replay the same corrections at the same time, and another does once they are done. Each is on raw once.
pub(crate) fn two_at_once_put_nothing_back_twice() {
    let mut world = World::new(Plan::default());
    world.send(500);
    world.start("one");
    world.finish();
    let settings = world.settings();
    let corrected = corrections(&settings);
    assert!(corrected.len() > 20);
    let results = thread::scope(|scope| {
        let started = [(); 2].map(|()| scope.spawn(|| run(&settings, &corrected)));
        started.map(|replay| replay.join().unwrap())
    });
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert!(error.exit_code() == 75 && error.to_string().contains("was shut out"), "{error}");
    }
    let again = run(&settings, &corrected).unwrap();
    let sent: u64 = results.iter().flatten().chain([&again]).map(|report| report.sent).sum();
    assert_eq!(usize::try_from(sent).unwrap(), corrected.len(), "{results:?}, {again:?}");
    let on_raw = put_back(&settings);
    assert!(on_raw.keys().eq(corrected.keys()) && on_raw.values().all(|count| *count == 1), "{on_raw:?}");
    world.worker("one").restart();
    world.until("they are judged", |world| world.workers[0].total("committed").1 >= 500 + sent);
    world.stop_all();
    let (report, offenders) = reconcile::check(&settings, &[], &[]);
    assert_eq!((report.ok(), report.positions, report.waiting), (true, 500 + sent, 0), "{offenders:?}");
}

fn run(settings: &kafka::Settings, corrected: &BTreeMap<String, Vec<u8>>) -> Result<Report, pipeline::Error> {
    let settings_of = Settings { run: true, attempts_max: ATTEMPTS_MAX };
    replay::run(&Site::Cluster(settings), &line(1), &Selection::default(), Some(corrected), &settings_of)
}

/// A correction of each reject.
fn corrections(settings: &kafka::Settings) -> BTreeMap<String, Vec<u8>> {
    let mut corrected = BTreeMap::new();
    let mut correct = |_, message| {
        let chosen = Selection::default().choose(&message).unwrap().unwrap();
        let record = format!(r#"{{"no":"C{}","amount":"1.00"}}"#, corrected.len());
        corrected.insert(chosen.reject_id, record.into_bytes());
        Ok(true)
    };
    Site::Cluster(settings).each(Topic::Rejects, &mut correct).unwrap();
    corrected
}

/// How often each reject was put back on raw.
fn put_back(settings: &kafka::Settings) -> BTreeMap<String, u32> {
    let audit = Audit::open(settings).unwrap();
    let mut found = BTreeMap::new();
    let extents = audit.settled(Topic::Raw).unwrap();
    let read = audit.read(Topic::Raw, &extents, &mut |seen| {
        if let Some(id) = seen.header(header::PARENT_REJECT) {
            *found.entry(String::from_utf8(id.to_vec()).unwrap()).or_default() += 1;
        }
    });
    read.unwrap();
    found
}
