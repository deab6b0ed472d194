//! What a table says of a key on a day, and which rows it refuses.

use super::{Builder, Column, ColumnKind, Declaration, Found, Names, Reading, RowError, Same, Table};
use crate::{calendar::parse_date, field::Annotation, json, normalize::normalizer};

fn declaration() -> Declaration {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind, reading: Reading::plain(kind) };
    let key = Annotation { normalize: normalizer("id").into_iter().collect(), ..Annotation::default() };
    Declaration {
        name: "vendors".to_owned(),
        required: false,
        columns: vec![
            column("name", ColumnKind::Text),
            column("limit", ColumnKind::Decimal),
            column("since", ColumnKind::Date),
            column("open", ColumnKind::Condition),
        ],
        key: Reading::of(&key),
    }
}

fn build(rows: &[&str], same: Same) -> Result<Table, (Vec<RowError>, usize)> {
    let mut builder = Builder::new(&declaration(), Names::default(), same);
    for (line, row) in (1..).zip(rows) {
        match row.strip_prefix('-').map(|row| row.split_once(' ').unwrap()) {
            Some((key, from)) => builder.remove(line, key, from),
            None => builder.object(line, &json::read(row.as_bytes()).unwrap().root),
        }
    }
    builder.finish()
}

fn table(rows: &[&str]) -> Table {
    // Its columns must stand somewhere.
    let all = r#"{"key": "ALL", "from": null, "to": null, "name": "-", "limit": 0, "since": null, "open": false}"#;
    build(&[&[all], rows].concat(), Same::Last).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn found(table: &Table, key: &str, day: &str) -> String {
    match table.find(key, parse_date(day)) {
        Found::Row(row) => format!("row {}", row.text(0).unwrap_or("?")),
        Found::Inactive { from, to } => format!("inactive {from:?} {to:?}"),
        Found::Undated => "undated".to_owned(),
        Found::Absent => "absent".to_owned(),
    }
}

#[test]
fn a_row_is_in_force_from_its_first_day_to_its_last() {
    let table = table(&[
        r#"{"key": "V1", "from": "1970-01-11", "to": "1970-01-20", "name": "old"}"#,
        r#"{"key": "V1", "from": "1970-01-31", "name": "new"}"#,
        r#"{"key": "V2", "to": "1970-01-20", "name": "gone"}"#,
    ]);
    for (day, expected) in [
        ("1970-01-10", "inactive Some(10) Some(19)"),
        ("1970-01-11", "row old"),
        ("1970-01-20", "row old"),
        ("1970-01-21", "inactive Some(10) Some(19)"),
        ("1970-01-30", "inactive Some(10) Some(19)"),
        ("1970-01-31", "row new"),
        ("9999-12-31", "row new"),
        ("no day", "undated"),
    ] {
        assert_eq!(found(&table, "V1", day), expected, "{day}");
    }
    assert_eq!(found(&table, "V2", "0001-01-01"), "row gone");
    assert_eq!(found(&table, "V2", "1970-01-21"), "inactive None Some(19)");
    assert_eq!(found(&table, "V", "1970-01-11"), "absent");
    assert_eq!(found(&table, "V3", "no day"), "absent");
}

#[test]
fn a_key_is_in_force_in_a_time_when_it_is_on_one_of_its_days() {
    let table = table(&[r#"{"key": "E1", "from": "2026-03-10", "to": "2026-03-20"}"#]);
    let within = |start: &str, end: &str| {
        let days = parse_date(start).zip(parse_date(end));
        format!("{:?}", table.find_within("E1", days)).split([' ', '(']).next().unwrap().to_owned()
    };
    assert_eq!(within("2026-03-01", "2026-03-10"), "Row");
    assert_eq!(within("2026-03-20", "2026-03-31"), "Row");
    assert_eq!(within("2026-03-01", "2026-03-31"), "Row");
    assert_eq!(within("2026-03-01", "2026-03-09"), "Inactive");
    assert_eq!(within("2026-03-21", "2026-03-31"), "Inactive");
    assert_eq!(within("2026-03-31", "2026-03-01"), "Undated", "a time that ends before it begins is none");
    assert_eq!(within("", "2026-03-01"), "Undated");
}

#[test]
fn texts_are_read_as_the_fields_they_are_compared_with() {
    let table = table(&[
        r#"{"key": " v-7 ", "name": " Acme\u00a0Ltd ", "limit": 1000.50, "since": "2020-02-29", "open": true}"#,
    ]);
    let Found::Row(row) = table.find("V-7", Some(0)) else { panic!("a key is normalized as the field is") };
    assert_eq!(
        (0..5).map(|column| row.text(column)).collect::<Vec<_>>(),
        [Some("Acme Ltd"), Some("1000.5"), Some("2020-02-29"), Some("true"), None]
    );
}

#[test]
fn a_key_may_have_any_number_of_rows() {
    for count in 1..=12 {
        let row =
            |key: &str, day: i32| format!(r#"{{"key": "{key}", "from": "1970-01-{day:02}", "name": "{key}{day}"}}"#);
        let last = |day: i32| {
            format!(r#"{{"key": "B", "from": "1970-01-{day:02}", "to": "1970-01-{day:02}", "name": "B{day}"}}"#)
        };
        let mut rows = vec![row("A", 1), row("C", 1)];
        rows.extend((1..=count).map(last));
        let table = table(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        for day in 1..=count {
            assert_eq!(found(&table, "B", &format!("1970-01-{day:02}")), format!("row B{day}"), "of {count}");
        }
        assert_eq!(found(&table, "B", "1970-01-31"), format!("inactive Some({0}) Some({0})", count - 1));
        assert_eq!([found(&table, "A", "1970-01-31"), found(&table, "C", "1970-01-31")], ["row A1", "row C1"]);
    }
}

#[test]
fn every_bad_row_is_told_with_line_and_column_and_without_its_values() {
    let rows = [
        r#"{"key": "A", "name": "x", "limit": "0", "since": "2020-01-01", "open": "yes"}"#,
        r#"{"key": " ", "name": "x"}"#,
        r#"{"key": "B", "limit": "SECRET"}"#,
        r#"{"key": "C", "since": "31/31/2020"}"#,
        r#"{"key": "D", "open": "perhaps"}"#,
        r#"{"key": "E", "from": "01.02.2020"}"#,
        r#"{"key": "F", "from": "2020-02-01", "to": "2020-01-31"}"#,
        r#"{"key": "G", "name": ["nested"], "other": {"is": "nobody's"}}"#,
        r#"{"key": "A", "from": "2021-01-01"}"#,
        r#"["no object"]"#,
        r#"{"key": "H", "other": {"is": "nobody's"}}"#,
    ];
    let (errors, count) = build(&rows, Same::Refuse).unwrap_err();
    let told: Vec<_> = errors.iter().map(|error| (error.line, error.column.as_str())).collect();
    let expected = [
        (2, "key"),
        (3, "limit"),
        (4, "since"),
        (5, "open"),
        (6, "from"),
        (7, "to"),
        (8, "name"),
        (9, "from"),
        (10, ""),
    ];
    assert_eq!((told.as_slice(), count), (expected.as_slice(), 9), "{errors:#?}");
    assert!(errors[7].what.contains("line 1"), "{errors:#?}");
    assert!(!format!("{errors:?}").contains("SECRET"));

    let many: Vec<_> = (0..100).map(|_| r#"{"name": "no key"}"#).collect();
    let (errors, count) = build(&many, Same::Refuse).unwrap_err();
    assert_eq!((errors.len(), count), (super::ERRORS_MAX, 100));
}

/// Both would be in force on that day.
#[test]
fn a_row_that_begins_on_the_last_day_of_another_overlaps_it() {
    let until = r#"{"key": "A", "to": "2020-12-31"}"#;
    let (errors, _) = build(&[until, r#"{"key": "A", "from": "2020-12-31"}"#], Same::Refuse).unwrap_err();
    assert!(errors[0].what.contains("overlaps that of line 1"), "{errors:#?}");
    let next_day = build(&[until, r#"{"key": "A", "from": "2021-01-01"}"#], Same::Refuse).unwrap_err();
    assert!(!format!("{next_day:?}").contains("overlaps"), "{next_day:#?}");
}

#[test]
fn a_table_without_rows_or_without_a_column_is_refused() {
    assert_eq!(build(&[], Same::Refuse).unwrap_err().0[0].what, "the table has no row");
    let (errors, _) =
        build(&[r#"{"key": "A", "from": "", "name": "", "limit": 1, "open": true}"#], Same::Refuse).unwrap_err();
    let columns: Vec<_> = errors.iter().map(|error| error.column.as_str()).collect();
    assert_eq!(columns, ["to", "since"]);
}

#[test]
fn of_a_log_of_changes_the_last_word_holds() {
    let table = table(&[
        r#"{"key": "V1", "from": "2020-01-01", "name": "first"}"#,
        r#"{"key": "V2", "from": "2020-01-01", "name": "gone"}"#,
        r#"{"key": "V1", "from": "2020-01-01", "to": "2020-12-31", "name": "second"}"#,
        "-V2 2020-01-01",
        "-V9 2020-01-01",
        r#"{"key": "V3", "name": "gone"}"#,
        "-V3 ",
        r#"{"key": "V3", "name": "back"}"#,
    ]);
    assert_eq!(table.rows(), 3);
    assert_eq!(found(&table, "V1", "2020-06-01"), "row second");
    assert_eq!(found(&table, "V1", "2021-01-01"), "inactive Some(18262) Some(18627)");
    assert_eq!(found(&table, "V2", "2020-06-01"), "absent");
    assert_eq!(found(&table, "V3", "2020-06-01"), "row back");
}

#[test]
fn the_version_follows_from_the_contents_alone() {
    let rows = [
        r#"{"key": "V1", "from": "2020-01-01", "to": "2020-12-31", "name": "one"}"#,
        r#"{"key": "V1", "from": "2021-01-01", "name": "two"}"#,
    ];
    let version = table(&rows).version().to_owned();
    assert!(version.ends_with("/3/2021-01-01") && version.find('/') == Some(16), "{version}");
    let again = r#"{"to": "2020-12-31", "from": "2020-01-01", "key": "v1", "name": " one", "note": "nobody's"}"#;
    assert_eq!(table(&[rows[1], again]).version(), version, "neither order nor writing nor other columns");
    for other in [
        r#"{"key": "V2", "from": "2020-01-01", "to": "2020-12-31", "name": "one"}"#,
        r#"{"key": "V1", "from": "2020-01-02", "to": "2020-12-31", "name": "one"}"#,
        r#"{"key": "V1", "from": "2020-01-01", "to": "2020-12-30", "name": "one"}"#,
        r#"{"key": "V1", "from": "2020-01-01", "to": "2020-12-31", "name": "onE"}"#,
        r#"{"key": "V1", "from": "2020-01-01", "to": "2020-12-31", "open": false, "name": "one"}"#,
    ] {
        assert_ne!(table(&[other, rows[1]]).version(), version, "{other}");
    }
    assert!(table(&[]).version().ends_with("/1/-"));
}

#[test]
fn the_version_tells_tables_of_the_same_rows_apart() {
    let version = |name: &str, (column, kind): (&str, ColumnKind)| {
        let columns = vec![Column { name: column.to_owned(), kind, reading: Reading::plain(kind) }];
        let declaration = Declaration { name: name.to_owned(), columns, ..declaration() };
        let mut builder = Builder::new(&declaration, Names::default(), Same::Last);
        let row = r#"{"key": "V1", "from": null, "to": null, "limit": "5", "size": "5"}"#;
        builder.object(1, &json::read(row.as_bytes()).unwrap().root);
        builder.finish().unwrap().version().to_owned()
    };
    let told = version("vendors", ("limit", ColumnKind::Text));
    assert_eq!(version("vendors", ("limit", ColumnKind::Text)), told);
    assert_ne!(version("sellers", ("limit", ColumnKind::Text)), told, "another table");
    assert_ne!(version("vendors", ("size", ColumnKind::Text)), told, "another column");
    assert_ne!(version("vendors", ("limit", ColumnKind::Decimal)), told, "a column of another kind");
}

#[test]
fn a_slip_of_the_keyboard_is_recognised_when_only_one_key_can_be_meant() {
    let table = table(&[
        r#"{"key": "V-10234"}"#,
        r#"{"key": "V-10O77"}"#,
        r#"{"key": "V-55"}"#,
        r#"{"key": "V-5"}"#,
        r#"{"key": "OLD1", "to": "2020-01-01"}"#,
    ]);
    let near = |key: &str| table.nearest(key, parse_date("2026-01-01"));
    assert_eq!(near("V-12034"), Some("V-10234"), "two neighbours exchanged");
    assert_eq!(near("V-1023"), None, "a last character that is lost could be any");
    assert_eq!(near("V-102234"), Some("V-10234"), "one twice");
    assert_eq!(near("V-10077"), Some("V-10O77"), "a double");
    assert_eq!(near("V-10235"), None, "another number");
    assert_eq!(near("V-555"), Some("V-55"));
    assert_eq!(near("V-S"), Some("V-5"));
    assert_eq!(near("V-S5"), None, "a double, or one too many: two keys can be meant");
    assert_eq!(near("OLD11"), None, "no longer in force");
    assert_eq!(near(&"9".repeat(1000)), None);
    assert_eq!(near(""), None);
}

#[test]
fn forms_that_read_a_table_in_different_ways_are_refused() {
    let one = declaration();
    let mut other = declaration();
    other.required = true;
    other.columns[0].name = "country".to_owned();
    let merged = Declaration::merged(&[&one, &other]).unwrap().unwrap();
    let names: Vec<_> = merged.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!((names, merged.required), (vec!["name", "limit", "since", "open", "country"], true));
    other.columns[1].kind = ColumnKind::Text;
    assert!(Declaration::merged(&[&one, &other]).unwrap_err().contains("column limit"));
    other.key = Reading::default();
    assert!(Declaration::merged(&[&one, &other]).unwrap_err().contains("keys"));
    assert!(Declaration::merged(&[]).unwrap().is_none());
}
