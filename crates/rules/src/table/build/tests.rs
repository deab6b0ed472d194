//! The bounds of a table: what is at one is a table, what is beyond is refused where it begins to be.

use super::{Bounds, Builder, Column, ColumnKind, Declaration, Names, Reading, RowError, Same, Table};

type Built = Result<Table, (Vec<RowError>, usize)>;

fn builder(same: Same, bounds: Bounds) -> Builder<'static> {
    let declaration = Declaration {
        name: "vendors".to_owned(),
        required: false,
        columns: vec![Column {
            name: "name".to_owned(),
            kind: ColumnKind::Text,
            reading: Reading::plain(ColumnKind::Text),
        }],
        key: Reading::default(),
    };
    Builder { bounds, room: bounds, ..Builder::new(&declaration, Names::default(), same).partial() }
}

/// Rows of 14 bytes of texts, as many as `keys` has, one a line.
fn gather(builder: &mut Builder<'_>, keys: impl IntoIterator<Item = u32>) {
    for (line, key) in (1..).zip(keys) {
        let key = format!("key-{key:03}");
        builder.row(line, |name| match name {
            "key" => Some(&*key),
            "name" => Some("1234567"),
            _ => None,
        });
    }
}

fn built(same: Same, bounds: Bounds, keys: impl IntoIterator<Item = u32>) -> Built {
    let mut builder = builder(same, bounds);
    gather(&mut builder, keys);
    builder.finish()
}

fn refused(built: Built) -> (u64, String) {
    let (errors, count) = built.expect_err("more than may be held");
    assert_eq!((errors.len(), count), (1, 1), "{errors:#?}");
    assert_eq!(errors[0].hint, Some("leave out rows and columns that no record can need"));
    (errors[0].line, errors[0].what.clone())
}

const ROWS: Bounds = Bounds { rows: 10, text_bytes: usize::MAX / 2 };
const TEXTS: Bounds = Bounds { rows: usize::MAX / 2, text_bytes: 140 };

#[test]
fn a_table_is_refused_from_the_first_row_beyond_a_bound() {
    for same in [Same::Refuse, Same::Last] {
        for bounds in [ROWS, TEXTS] {
            assert_eq!(built(same, bounds, 0..10).unwrap().rows(), 10, "{same:?} {bounds:?}");
        }
        let rows = "the table has more than 10 rows".to_owned();
        assert_eq!(refused(built(same, ROWS, 0..11)), (11, rows.clone()));
        assert_eq!(refused(built(same, ROWS, 0..100)), (11, rows));
        let texts = "the texts of the table have more than 140 bytes".to_owned();
        assert_eq!(refused(built(same, TEXTS, 0..11)), (11, texts));
    }
    let Bounds { rows, text_bytes } = builder(Same::Last, Bounds::ALL).bounds;
    assert_eq!((rows, text_bytes), (4_000_000, 1 << 30), "as docs/tables.md says");
}

/// A table as large as may be, put again and again: of its log only what holds counts.
#[test]
fn a_log_of_changes_may_be_as_long_as_it_will() {
    for bounds in [ROWS, TEXTS] {
        for held in 1..=10 {
            let puts = (0..20).flat_map(|_| 0..held);
            assert_eq!(built(Same::Last, bounds, puts).unwrap().rows(), held as usize, "{bounds:?}");
        }
        let beyond = (0..20).flat_map(|_| 0..11);
        assert_eq!(refused(built(Same::Last, bounds, beyond)).0, 11, "{bounds:?}");
    }
}

/// Rows that come after the last time that room was made.
#[test]
fn a_log_of_changes_that_ends_beyond_a_bound_is_refused() {
    let mut log: Vec<u32> = (0..10).chain(0..10).collect();
    log.extend(10..11);
    let (line, what) = refused(built(Same::Last, ROWS, log));
    assert_eq!((line, &*what), (21, "the table has more than 10 rows"));
}

fn take_back(builder: &mut Builder<'_>, keys: impl IntoIterator<Item = u32>) {
    keys.into_iter().for_each(|key| builder.remove(100, &format!("key-{key:03}"), ""));
}

#[test]
fn rows_taken_back_make_room() {
    let mut builder = builder(Same::Last, ROWS);
    for first in (0..500).step_by(10) {
        gather(&mut builder, first..first + 10);
        take_back(&mut builder, first..first + 10);
        assert!(builder.table.rows.len() <= 2 * ROWS.rows, "what is gathered is bounded");
    }
    assert_eq!(builder.finish().unwrap().rows(), 0);
}

#[test]
fn a_table_that_is_full_gathers_no_more_and_tells_it_once() {
    let mut builder = builder(Same::Last, ROWS);
    gather(&mut builder, 0..11);
    take_back(&mut builder, 0..50);
    gather(&mut builder, 0..50);
    assert_eq!(builder.table.rows.len(), 11);
    assert_eq!(refused(builder.finish()), (11, "the table has more than 10 rows".to_owned()));
}
