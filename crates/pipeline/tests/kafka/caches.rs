use crate::world::{Plan, World};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the worker tells of it, and how it is done.
type Damage = (&'static str, fn(&Path));

/// Between two lives of a worker its cache is lost, or bytes of it change.
pub(crate) fn a_cache_is_gone_or_damaged() {
    let mut world = World::new(Plan::default());
    world.send(2_000);
    world.start("one");
    let damages: [Damage; 3] =
        [("rebuild-missing", remove), ("rebuild-checksum", flip_claims), ("rebuild-checksum", flip_database)];
    for (nth, (told, damage)) in damages.into_iter().enumerate() {
        world.until("every record has an outcome", |world| world.waiting() == 0);
        world.worker("one").stop();
        let before = world.worker("one").total(told).0;
        damage(&world.worker("one").job().cache.join("claims-cache"));
        world.send(2_000);
        world.worker("one").restart();
        world.until("it works again", |world| world.workers[0].said("committed") > 0);
        let rebuilds = world.worker("one").total(told).0 - before;
        assert!(rebuilds > 0, "damage {nth} went unnoticed, or untold");
    }
    world.finish();
}

fn remove(cache: &Path) {
    fs::remove_dir_all(cache).unwrap();
}

/// Changes a byte in the middle of every file of claims.
fn flip_claims(cache: &Path) {
    let files = files(cache).into_iter().filter(|file| !file.to_str().unwrap().contains("store.db"));
    let changed = files.filter(|file| fs::metadata(file).unwrap().len() > 0).map(|file| flip(&file)).count();
    assert!(changed > 0, "there is no file of claims");
}

/// Changes bytes all over the database.
fn flip_database(cache: &Path) {
    let file = cache.join("store.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes.iter_mut().skip(100).step_by(37).for_each(|byte| *byte ^= 0x55);
    fs::write(file, bytes).unwrap();
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(file, bytes).unwrap();
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}
