//! Reading raw records again that lie far from each other.

use crate::{
    client::PATIENCE,
    conformance::{Fresh as _, World as _, message, messages},
    world::Topical,
};
use record::Position;
use std::{collections::BTreeMap, time::Instant};
use transport::{
    Topic, Transport as _, Unread,
    kafka::{Audit, Error},
};

/// A reader jumps from one to the next, and gives up the rest where that would take too long.
pub(crate) fn records_far_apart_are_read_up_to_a_bound() {
    const APART: u64 = 250;
    const ASKED: u64 = 270;
    let world = Topical::fresh();
    world.submit(&messages(0..APART * ASKED));
    let mut transport = world.open();
    let positions: Vec<Position> = (0..ASKED).map(|nth| Position { partition: 0, offset: 7 + APART * nth }).collect();
    let mut found = BTreeMap::new();
    transport.fetch(&positions, &mut |position, again| drop(found.insert(position, again))).unwrap();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), positions);
    let (read, unread) = found.iter().partition::<Vec<_>, _>(|(_, again)| again.is_ok());
    assert!(read.iter().all(|(position, again)| again.as_ref() == Ok(&message(position.offset))));
    assert_eq!(read.len(), 256);
    assert!(unread.iter().all(|(_, again)| **again == Err(Unread::TooMany)));

    // Close together, any number is read.
    let near: Vec<Position> = (0..20_000).map(|offset| Position { partition: 0, offset: 40_000 + offset }).collect();
    let mut count = 0;
    transport.fetch(&near, &mut |_, again| count += usize::from(again.is_ok())).unwrap();
    assert_eq!(count, near.len());
}

/// That is said at once, and not taken for brokers that are away.
pub(crate) fn what_is_removed_before_it_is_read_is_told() {
    let world = Topical::fresh();
    world.submit(&messages(0..300));
    let audit = Audit::open(world.settings()).unwrap();
    let extents = audit.extents(Topic::Raw).unwrap();
    let first = world.drop_raw_begin();
    let began = Instant::now();
    let error = audit.messages(Topic::Raw, &extents, &mut |_, _| true).unwrap_err();
    assert!(matches!(error, Error::Overtaken { .. }) && began.elapsed() < PATIENCE, "{error}");
    let mut read = 0;
    audit.messages(Topic::Raw, &audit.extents(Topic::Raw).unwrap(), &mut |_, _| (read += 1, true).1).unwrap();
    assert_eq!(read, 300 - first);
}
