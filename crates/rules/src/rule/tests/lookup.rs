//! What a rule knows of a row of a reference table.

use super::{Facts, Names, Rule, TIME, Truth, node, types};
use crate::{
    json,
    rule::{RuleError, TableType},
    table::{BoundTable, Builder, Column, ColumnKind, Declaration, Names as Members, Reading, Same},
};
use serde_json::json;

fn declaration() -> Declaration {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind, reading: Reading::plain(kind) };
    Declaration {
        name: "vendors".to_owned(),
        required: false,
        columns: vec![
            column("name", ColumnKind::Text),
            column("limit", ColumnKind::Decimal),
            column("since", ColumnKind::Date),
            column("open", ColumnKind::Condition),
        ],
        key: Reading::default(),
    }
}

fn parse(rule: &str) -> Result<Rule, RuleError> {
    Rule::parse(rule, Names { record: &types(), item: None, tables: &[TableType::of(&declaration())] })
}

/// Over a record of 2026-11-20 whose currency is USD; `configured`: whether the table is there.
fn evaluate(rule: &str, configured: bool) -> Truth {
    let mut builder = Builder::new(&declaration(), Members::default(), Same::Refuse).partial();
    let rows = [
        r#"{"key": "USD", "from": "2026-01-01", "to": "2026-12-31", "name": "Dollar", "limit": 100.50, "open": false}"#,
        r#"{"key": "2026-11-19"}"#,
        r#"{"key": "USD", "from": "2027-01-01", "name": "New dollar", "limit": 7, "since": "2027-01-01"}"#,
    ];
    for (line, row) in (1..).zip(rows) {
        builder.object(line, &json::read(row.as_bytes()).unwrap().root);
    }
    let tables = builder.finish().ok().filter(|_| configured).into_iter().collect();
    let bound = BoundTable::all("f/1", &[declaration()], &tables).unwrap();
    let record = node(json!({
        "currency": "USD", "iban": "EUR", "dated": "2026-11-19", "due": "2027-02-01", "total": "100.51",
        "lines": [{"sku": "USD", "on": "2027-05-01"}, {"sku": "?", "on": "2027-05-01"}],
    }));
    let rule = parse(rule).unwrap_or_else(|error| panic!("{rule}: {error:?}"));
    assert_eq!(rule.tables(), [0]);
    rule.evaluate(Facts::new(&record, None, Some(TIME)).with_tables(&bound))
}

#[test]
fn columns_of_the_row_in_force_are_values_like_any_others() {
    use Truth::{Fails, Holds, Unknown};
    for (rule, expected) in [
        ("lookup('vendors', currency, dated).name == 'Dollar'", Holds),
        ("lookup('vendors', currency, due).name == 'Dollar'", Fails),
        ("lookup('vendors', currency, keyed_on).limit < total", Holds),
        ("total - lookup('vendors', currency, dated).limit == 0.01", Holds),
        ("lookup('vendors', currency, due).since <= due", Holds),
        ("lookup('vendors', currency, dated).open", Fails),
        ("!lookup('vendors', currency, dated).open", Holds),
        ("has(lookup('vendors', currency, due).since)", Holds),
        ("has(lookup('vendors', currency, dated).since)", Fails),
        ("lookup('vendors', currency, dated).since <= due", Unknown),
        ("lookup('vendors', iban, dated).name == 'x'", Unknown),
        ("has(lookup('vendors', iban, dated).name)", Unknown),
        ("lookup('vendors', currency, date('2025-12-31')).name == 'x'", Unknown),
        ("lookup('vendors', vat, dated).name == 'x'", Unknown),
        ("has(lookup('vendors', currency, dated))", Holds),
        ("has(lookup('vendors', currency, date('2025-12-31')))", Fails),
        ("!has(lookup('vendors', iban, dated))", Holds),
        ("has(lookup('vendors', vat, dated))", Unknown),
        ("has(lookup('vendors', dated, dated))", Holds),
        ("has(lookup('vendors', due, dated))", Fails),
        ("lines.exists(line, lookup('vendors', line.sku, line.on).limit == 7)", Holds),
        ("lines.map(line, lookup('vendors', line.sku, line.on)).exists(row, row.limit == 7)", Holds),
        ("lines.all(line, has(lookup('vendors', line.sku, line.on).name))", Unknown),
    ] {
        assert_eq!(evaluate(rule, true), expected, "{rule}");
        assert_eq!(evaluate(rule, false), Unknown, "without the table: {rule}");
    }
}

#[test]
fn tables_and_columns_are_known_when_the_form_is_loaded() {
    for (rule, words) in [
        ("lookup('vendor', currency, dated).open", ["no table 'vendor'", "`vendors`"]),
        ("lookup('vendors', currency, dated).opne", ["no field `opne`", "`open`"]),
        ("lookup('vendors', currency, dated).limit", ["a condition is wanted", ""]),
        ("lookup(currency, currency, dated).open", ["in quotes", ""]),
        ("lookup('vendors', total, dated).open", ["a text or a date is wanted", ""]),
        ("lookup('vendors', currency, currency).open", ["a date is wanted", ""]),
        ("lookup('vendors', currency).open", ["does not take these arguments", ""]),
        ("lookup('vendors', currency, dated)", ["a condition is wanted", ""]),
        ("has(lookup('vendors', currency, dated).opne)", ["no field `opne`", "`open`"]),
        ("lokup('vendors', currency, dated).open", ["no function `lokup`", "`lookup`"]),
    ] {
        let error = parse(rule).expect_err(rule);
        let told = format!("{} {}", error.what, error.hint.unwrap_or_default());
        assert!(words.iter().all(|word| told.contains(word)), "{rule}: {told}");
    }
}

#[test]
fn look_ups_count_for_more_than_a_step() {
    let lines: Vec<_> =
        (0..500).map(|_| json!({"sku": "USD", "on": "2026-05-01", "days": [1, 2, 3, 4, 5, 6, 7, 8, 9]})).collect();
    let record = node(json!({"currency": "USD", "lines": lines}));
    let tables = [None];
    let rule = "lines.all(line, line.days.all(day, has(lookup('vendors', line.sku, line.on).name)))";
    let mut facts = Facts::new(&record, None, None).with_tables(&tables);
    assert_eq!(parse(rule).unwrap().evaluate(facts), Truth::Unknown, "a table that is not there costs nothing");
    let built = Builder::new(&declaration(), Members::default(), Same::Refuse).partial().finish().unwrap();
    let bound = BoundTable::all("f/1", &[declaration()], &[built].into_iter().collect()).unwrap();
    facts.tables = &bound;
    assert_eq!(parse(rule).unwrap().evaluate(facts), Truth::Inexact("too_many_steps"));
}

/// Rules of the shapes that forms have, and whether they are silent without the table.
const WITHOUT: [(&str, bool); 15] = [
    ("lookup('vendors', currency, dated).name == iban", true),
    ("has(lookup('vendors', currency, dated))", true),
    ("total == 0 || !has(lookup('vendors', currency, dated))", true),
    ("!has(tax) || tax == 0 || has(lookup('vendors', currency, dated))", true),
    ("paid || !(paid && has(lookup('vendors', currency, dated)))", true),
    ("similarity(company(iban), company(lookup('vendors', currency, dated).name)) >= 0.85", true),
    ("paid && has(lookup('vendors', currency, dated))", false),
    ("total / tax > 1 || has(lookup('vendors', currency, dated))", false),
    ("lookup('vendors', currency, dated + days(9999999)).name == iban", false),
    ("lookup('vendors', dated + days(9999999), dated).name == iban", false),
    ("has(lookup('vendors', currency, dated + days(9999999)))", false),
    ("has(lookup('vendors', dated + days(9999999), dated))", false),
    ("lines.all(l, has(lookup('vendors', l.sku, l.on)))", false),
    ("has(lookup('vendors', currency, dated)) ? total > 1 : total > 2", false),
    ("abs(total) == 7", false),
];

#[test]
fn a_rule_that_is_idle_makes_no_finding() {
    let records =
        [json!({}), json!({ "total": "7", "tax": "0", "currency": "USD", "iban": "EUR", "dated": "2026-11-19" })];
    for (text, idle) in WITHOUT {
        let rule = parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
        for tables in [&[][..], &[None]] {
            assert_eq!(rule.is_idle(tables), idle, "{text}");
            for (record, paid) in records.iter().flat_map(|record| [(record, false), (record, true)]) {
                let mut record = record.clone();
                record["paid"] = paid.into();
                let record = node(record);
                let truth = rule.evaluate(Facts::new(&record, None, Some(TIME)).with_tables(tables));
                assert!(!idle || matches!(truth, Truth::Holds | Truth::Unknown), "{text}: {truth:?}");
            }
        }
        let built = Builder::new(&declaration(), Members::default(), Same::Refuse).partial().finish().unwrap();
        let bound = BoundTable::all("f/1", &[declaration()], &[built].into_iter().collect()).unwrap();
        assert!(!rule.is_idle(&bound), "{text}");
    }
}

#[test]
fn a_rule_is_not_idle_without_one_table_when_another_can_break_it() {
    let other = Declaration { name: "others".to_owned(), ..declaration() };
    let types_of = [TableType::of(&declaration()), TableType::of(&other)];
    let built = Builder::new(&other, Members::default(), Same::Refuse).partial().finish().unwrap();
    let bound = BoundTable::all("f/1", &[declaration(), other], &[built].into_iter().collect()).unwrap();
    let record = node(json!({ "currency": "USD", "dated": "2026-11-19" }));
    for text in [
        "has(lookup('others', currency, dated)) || !has(lookup('others', currency, dated)) && lookup('vendors', currency, dated).open",
        "has(lookup('others', currency, dated)) && has(lookup('vendors', currency, dated))",
    ] {
        let rule = Rule::parse(text, Names { record: &types(), item: None, tables: &types_of }).unwrap();
        assert!(!rule.is_idle(&bound), "{text}");
    }
    let text = "has(lookup('others', currency, dated)) && has(lookup('vendors', currency, dated))";
    let rule = Rule::parse(text, Names { record: &types(), item: None, tables: &types_of }).unwrap();
    let truth = rule.evaluate(Facts::new(&record, None, Some(TIME)).with_tables(&bound));
    assert_eq!(truth, Truth::Fails, "what is in no table breaks it, whatever the one that is absent says");
}
