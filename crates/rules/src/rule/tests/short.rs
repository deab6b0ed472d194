//! Short ways come to the same as the long ones, and count the steps that those take.

use super::{REFUSED, TIME, node, numbered, types};
use crate::{
    json::Node,
    rule::{Evaluation, Facts, Index, Names, Rule, Type, evaluate::Run, exact::Reason, texts::Texts},
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A rule that takes a short way, one that says the same and takes none, and how many steps more that counts for so many
/// tags, when it goes through all of them.
type Pair = (&'static str, &'static str, fn(usize) -> usize);

const PAIRS: [Pair; 6] = [
    ("iban in ['b', 'a', 'd', 'c', 'aa']", "iban in ['b', 'a', 'd', 'c', country_of_iban('aa')]", |_| 0),
    ("tags.all(a, tags.exists_one(b, b == a))", "tags.all(a, tags.exists_one(b, b == a && true))", |n| n * n + n),
    ("tags.all(a, tags.exists_one(b, a == b))", "tags.all(a, tags.exists_one(b, a == b && true))", |n| n * n + n),
    ("iban != 'a' || paid", "!(iban == 'a') || paid", |_| 1),
    (
        "(iban != 'a' || paid) && (iban != 'b' || total > 1) && (iban != 'c' || total / tax > 1 || paid) && total > 0",
        "(!(iban == 'a') || paid) && (!(iban == 'b') || total > 1) && (!(iban == 'c') || total / tax > 1 || paid) && total > 0",
        |_| 3,
    ),
    (
        "paid && (vendor.name != 'a' || has(total)) && (vendor.name != 'b' || total > tax)",
        "paid && (!(vendor.name == 'a') || has(total)) && (!(vendor.name == 'b') || total > tax)",
        |_| 2,
    ),
];

fn rule(text: &str) -> Rule {
    Rule::parse(text, Names { record: &types(), item: None, tables: &[] }).unwrap()
}

/// What a rule comes to, and in how many steps.
fn run(rule: &Rule, record: &Node<'_>) -> (Result<Option<bool>, Reason>, u32) {
    let Type::Record(fields) = types() else { panic!("a record") };
    let index = Index::new(record, fields.iter().map(|(name, _)| name.as_str())).with_lists(record);
    let (texts, facts) = (Texts::default(), Facts::new(record, None, Some(TIME)));
    let mut run = Run::new(facts.indexed(&index), &texts);
    let truth = run.truth(&rule.program);
    assert_eq!(Evaluation::new(&index, facts).evaluate(rule, &facts), rule.evaluate(facts));
    (truth, run.steps)
}

fn text() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!("a"), json!("b"), json!("c"), json!("d"), json!("aa"), json!(REFUSED), json!(null)])
}

fn number() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![json!("0"), json!("1"), json!("2"), json!(REFUSED), json!(null)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn short_ways_come_to_the_same(
        tags in prop::collection::vec(text(), 0..6), iban in text(), name in text(), total in number(), tax in number(),
        paid in prop::sample::select(vec![json!(true), json!(false), json!(null)]),
    ) {
        let record = node(json!({
            "tags": tags, "iban": iban, "total": total, "tax": tax, "paid": paid, "vendor": { "name": name },
        }));
        for (short, long, _) in PAIRS {
            for record in [&record, &numbered(&record, &types())] {
                prop_assert_eq!(run(&rule(short), record).0, run(&rule(long), record).0, "{}", short);
            }
        }
    }
}

#[test]
fn short_ways_count_the_steps_of_long_ones() {
    for tags in [0, 1, 2, 7, 16, 17] {
        let tags: Vec<String> = (0..tags).map(|tag| format!("tag {tag}")).collect();
        for iban in ["a", "b", "c", "d"] {
            let record = node(json!({
                "tags": tags, "iban": iban, "total": "3", "tax": "1", "paid": true, "vendor": { "name": iban },
            }));
            let record = numbered(&record, &types());
            for (short, long, more) in PAIRS {
                let ((short_truth, steps), (truth, all)) = (run(&rule(short), &record), run(&rule(long), &record));
                assert_eq!((short_truth, truth), (Ok(Some(true)), Ok(Some(true))), "{short}");
                assert_eq!(usize::try_from(all - steps).unwrap(), more(tags.len()), "{short}");
            }
        }
    }
}

#[test]
fn short_ways_are_taken() {
    for (short, _, _) in PAIRS {
        let program = format!("{:?}", rule(short).program);
        assert!(["AllDiffer", "Cases(", "Among("].iter().any(|way| program.contains(way)), "{short}");
    }
    let program = format!("{:?}", rule("subtotal - tax + total - (has(terms) ? terms : 0) == 0").program);
    assert!(program.contains("Total("), "{program}");
}

#[test]
fn fields_of_items_are_found_once_for_every_rule_that_names_them() {
    let names = ["lines.all(line, line.amount > 0)", "sum(lines.map(line, line.amount)) == total"];
    assert!(names.iter().all(|text| rule(text).names_items()));
    let keeps_to_the_record = ["subtotal + tax == total", "size(tags) > 1", "'a' in tags"];
    assert!(!keeps_to_the_record.iter().any(|text| rule(text).names_items()));
}
