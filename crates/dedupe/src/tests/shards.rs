//! The windows of the shards of one worker.

use super::{SETTINGS, claim, plain};
use crate::{Decision, Doubt, Settings, Shards, shards::Applied};
use std::fs;
use tempfile::TempDir;

const ONE: Settings = Settings { shards: 1, ..SETTINGS };

/// The client may deliver a claim and not know where: then it was sent twice, and the broker kept the first.
#[test]
fn a_committed_claim_stays_whether_or_not_its_offset_is_known() {
    let dir = TempDir::new().unwrap();
    let mut shards = Shards::open(dir.path(), ONE, "cluster", "claims").unwrap();
    assert_eq!(shards.own(0).unwrap(), Applied::default());
    let first = claim(1, 7, 0, 0);
    shards.decide(&plain(&[first])).unwrap();
    shards.committed(&[]).unwrap();
    assert_eq!(shards.keys(), 1);
    shards.decide(&plain(&[claim(2, 7, 1, 0)])).unwrap();
    shards.abandon();
    let again = |shards: &mut Shards| shards.decide(&plain(&[claim(1, 7, 2, 0)])).unwrap().0;
    assert_eq!(again(&mut shards), [Some(Decision::Same { first: first.position })]);
    shards.abandon();
    // Another time it is read from the topic once more.
    shards.disown(0);
    assert_eq!(shards.own(0).unwrap(), Applied::default());
    shards.restore(0, &[first], Applied { next: 1, last: 5 }).unwrap();
    assert_eq!((shards.keys(), again(&mut shards)), (1, vec![Some(Decision::Same { first: first.position })]));
}

/// What is known is known up to a message of the topic, which is told again: also of a shard that had none since.
#[test]
fn the_last_claim_of_each_shard_is_known_again() {
    let dir = TempDir::new().unwrap();
    let open = || Shards::open(dir.path(), Settings { shards: 2, ..SETTINGS }, "cluster", "claims").unwrap();
    let mut shards = open();
    assert_eq!([0, 1].map(|shard| shards.own(shard).unwrap()), [Applied::default(); 2]);
    let claims: Vec<_> = (0..40).map(|number| claim(number, 7, number.into(), 0)).collect();
    shards.decide(&plain(&claims)).unwrap();
    let last = |wanted: u32| shards.messages().filter(|(shard, _)| *shard == wanted).last().unwrap().1.fingerprint();
    let expected = [Applied { next: 30, last: last(0) }, Applied::default()];
    assert_ne!(last(0), last(1));
    shards.committed(&[(0, 30)]).unwrap();
    shards.restore(0, &[], Applied { next: 90, last: 0 }).unwrap();
    drop(shards);
    let mut shards = open();
    assert_eq!([0, 1].map(|shard| shards.own(shard).unwrap()), expected);
}

/// Slices of another length are another cache: nobody should have to remove it by hand.
#[test]
fn a_cache_whose_slices_have_another_length_is_thrown_away() {
    let dir = TempDir::new().unwrap();
    let mut shards = Shards::open(dir.path(), ONE, "cluster", "claims").unwrap();
    shards.own(0).unwrap();
    shards.restore(0, &[claim(1, 7, 0, 0)], Applied { next: 1, last: 5 }).unwrap();
    drop(shards);
    let mut shards = Shards::open(dir.path(), Settings { slices: 5, ..ONE }, "cluster", "claims").unwrap();
    assert_eq!((shards.own(0).unwrap(), shards.keys()), (Applied::default(), 0));
    assert_eq!(shards.take_doubts(), [Doubt::Identity]);
}

/// Whatever is wrong with a cache, nobody should have to remove it by hand: the topic has all of it.
#[test]
fn a_damaged_cache_is_thrown_away() {
    let dir = TempDir::new().unwrap();
    let damage = |files: &[&str]| {
        let mut shards = Shards::open(dir.path(), ONE, "cluster", "claims").unwrap();
        shards.own(0).unwrap();
        shards.restore(0, &[claim(1, 7, 0, 0)], Applied { next: 1, last: 5 }).unwrap();
        drop(shards);
        for file in files.iter().map(|name| dir.path().join("claims-cache").join(name)) {
            let length = fs::metadata(&file).unwrap().len();
            fs::write(file, vec![0xA5; usize::try_from(length).unwrap()]).unwrap();
        }
        let mut shards = Shards::open(dir.path(), ONE, "cluster", "claims").unwrap();
        let owned = shards.own(0).unwrap();
        (owned, shards.keys(), shards.take_doubts())
    };
    let anew = (Applied::default(), 0, vec![Doubt::Damaged]);
    assert_eq!(damage(&[]), (Applied { next: 1, last: 5 }, 1, vec![]), "nothing was done to it");
    assert_eq!(damage(&["store.db"]), anew, "the database");
    assert_eq!(damage(&["out/shard-0-claims-0.log"]), anew, "the claims");
}

/// What is no damage is no reason to throw anything away, least of all what another worker uses.
#[test]
fn a_cache_in_use_is_left_alone() {
    let dir = TempDir::new().unwrap();
    let open = || Shards::open(dir.path(), ONE, "cluster", "claims");
    let mut shards = open().unwrap();
    shards.own(0).unwrap();
    assert!(matches!(open(), Err(store::Error::Locked { .. })));
    shards.restore(0, &[claim(1, 7, 0, 0)], Applied { next: 1, last: 5 }).unwrap();
    drop(shards);
    let mut shards = open().unwrap();
    assert_eq!((shards.own(0).unwrap().next, shards.keys(), shards.take_doubts()), (1, 1, vec![]));
}
