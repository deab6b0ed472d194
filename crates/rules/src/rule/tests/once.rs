//! What is kept for the items to come must be what each of them would find.

use super::{REFUSED, TIME, lanes, node, numbered, types};
use crate::{
    json::{Node, Value},
    rule::{Facts, Index, Names, Rule, Truth, Type, program::Expr},
};
use proptest::prelude::*;
use serde_json::json;

/// Rules for each line that run through all lines, and whether what is kept are the sums of each date.
const RULES: [(&str, bool); 8] = [
    ("sum(lines.filter(l, l.on == line.on).map(l, l.qty + (has(l.pto) ? l.pto : 0))) <= 2", true),
    ("sum(lines.filter(l, line.on == l.on).map(l, l.qty / l.price)) == line.amount", true),
    ("lines.all(a, sum(lines.filter(l, l.on == a.on).map(l, l.qty * subtotal)) <= 2 || line.qty > 0)", true),
    ("1 / sum(lines.filter(l, l.on == line.on && l.qty > 0).map(l, l.qty)) >= line.qty", false),
    ("sum(lines.filter(l, l.on == line.on).map(l, l.qty + line.qty)) <= 2", false),
    ("line.qty <= max(lines.map(l, l.qty))", false),
    ("line.qty > 0 || lines.exists(l, l.qty / l.price > 1)", false),
    ("line.on >= min(lines.filter(l, l.qty > 0).map(l, l.on))", false),
];

fn line() -> impl Strategy<Value = serde_json::Value> {
    let amount =
        || prop_oneof![Just(json!(null)), Just(json!(REFUSED)), (-1..4).prop_map(|n: i32| json!(n.to_string()))];
    let date =
        prop_oneof![Just(json!(null)), Just(json!(REFUSED)), (1..4).prop_map(|n: i32| json!(format!("2026-11-0{n}")))];
    let sound = (0..3_i32, 1..3_i32, 1..4_i32)
        .prop_map(|(qty, price, day)| json!({"qty": qty.to_string(), "price": price.to_string(), "on": format!("2026-11-0{day}")}));
    let any = (amount(), amount(), amount(), date)
        .prop_map(|(qty, price, pto, on)| json!({"qty": qty, "price": price, "amount": "1", "pto": pto, "on": on}));
    prop_oneof![6 => sound, 2 => any, 1 => Just(json!(REFUSED))]
}

fn rule(text: &str) -> Rule {
    let types = types();
    let Type::Record(fields) = &types else { panic!("a record") };
    let Some((_, Type::List(line))) = fields.iter().find(|(name, _)| name == "lines") else { panic!("a list") };
    Rule::parse(text, Names { record: &types, item: Some(("line", line)), tables: &[] }).unwrap()
}

/// What a rule says of each line, with what the lines before it left and without.
fn truths(rule: &Rule, record: &Node<'_>) -> (Vec<Truth>, Vec<Truth>) {
    let Type::Record(fields) = types() else { panic!("a record") };
    let index = Index::new(record, fields.iter().map(|(name, _)| name.as_str())).with_lists(record);
    let lines = record.member("lines").and_then(Node::items).unwrap_or_default();
    let facts = Facts::new(record, None, Some(TIME));
    let of = |facts: Facts<'_>| facts.of_each(lines).map(|facts| rule.evaluate(facts)).collect();
    (of(facts.indexed(&index)), of(facts))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn every_item_is_told_what_it_would_find_itself(lines in prop::collection::vec(line(), 0..8), subtotal in 0..3_i32) {
        let record = node(json!({"subtotal": subtotal.to_string(), "lines": lines}));
        for (text, _) in RULES {
            let (kept, plain) = truths(&rule(text), &record);
            prop_assert_eq!(&kept, &plain, "{}", text);
            let numbered = numbered(&record, &types());
            prop_assert_eq!(truths(&rule(text), &numbered), (kept, plain), "{}", text);
            let (short, slow) = lanes::both(&rule(text), true, &numbered);
            prop_assert!(short.is_none_or(|short| short == slow), "{}", text);
        }
    }
}

#[test]
fn sums_are_kept_where_list_and_part_depend_on_the_item_alone() {
    for (text, expected) in RULES {
        let program = format!("{:?}", rule(text).program);
        assert_eq!(program.contains("SumOfDate("), expected, "{text}");
    }
    assert!(matches!(rule(RULES[5].0).program, Expr::Compare(_, _, sides) if matches!(sides[1], Expr::Same(_))));
}

#[test]
fn a_sum_over_many_dates_takes_no_more_steps_than_over_one() {
    let lines: Vec<_> = (0..9_000).map(|at| json!({"qty": "1", "on": format!("{:04}-01-01", at + 1)})).collect();
    let record = node(json!({ "lines": lines }));
    let rule = rule("sum(lines.filter(l, l.on == line.on).map(l, l.qty + l.qty + l.qty + l.qty + l.qty + l.qty)) == 6");
    let Some(Node { value: Value::Array(lines), .. }) = record.member("lines") else { panic!("a list") };
    let Type::Record(fields) = types() else { panic!("a record") };
    let index = Index::new(&record, fields.iter().map(|(name, _)| name.as_str())).with_lists(&record);
    let facts = Facts::new(&record, Some(&lines[0]), None);
    assert_eq!((rule.evaluate(facts), rule.evaluate(facts.indexed(&index))), (Truth::Holds, Truth::Holds));
}
