//! The windows of the shards of one worker.

use super::{SETTINGS, claim, plain};
use crate::{Decision, Doubt, Settings, Shards};
use tempfile::TempDir;

const ONE: Settings = Settings { shards: 1, ..SETTINGS };

/// The client may deliver a claim and not know where: then it was sent twice, and the broker kept the first.
#[test]
fn a_committed_claim_stays_whether_or_not_its_offset_is_known() {
    let dir = TempDir::new().unwrap();
    let mut shards = Shards::open(dir.path(), ONE, "cluster", "claims").unwrap();
    assert_eq!(shards.own(0).unwrap(), 0);
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
    assert_eq!(shards.own(0).unwrap(), 0);
    shards.restore(0, &[first], 1).unwrap();
    assert_eq!((shards.keys(), again(&mut shards)), (1, vec![Some(Decision::Same { first: first.position })]));
}

/// Slices of another length are another cache: nobody should have to remove it by hand.
#[test]
fn a_cache_whose_slices_have_another_length_is_thrown_away() {
    let dir = TempDir::new().unwrap();
    let mut shards = Shards::open(dir.path(), ONE, "cluster", "claims").unwrap();
    shards.own(0).unwrap();
    shards.restore(0, &[claim(1, 7, 0, 0)], 1).unwrap();
    drop(shards);
    let mut shards = Shards::open(dir.path(), Settings { slices: 5, ..ONE }, "cluster", "claims").unwrap();
    assert_eq!((shards.own(0).unwrap(), shards.keys()), (0, 0));
    assert_eq!(shards.take_doubts(), [Doubt::Identity]);
}
