use super::*;
use crate::rule::{DEPTH_MAX, STEPS_MAX, TEXT_BYTES_MAX};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn deep_rules_are_refused_not_run() {
    let deep = |n: usize, open: &str, inner: &str, close: &str| {
        Rule::parse(&(open.repeat(n) + inner + &close.repeat(n)), Names { record: &types(), item: None, tables: &[] })
            .map(|_| ())
    };
    for (open, inner, close) in [("(", "true", ")"), ("!", "true", ""), ("", "true", " && true"), ("[", "1", "]")] {
        let longest = (TEXT_BYTES_MAX - inner.len()) / (open.len() + close.len());
        let error = deep(longest, open, inner, close).unwrap_err();
        assert!(error.what.starts_with("the rule is nested more than 64 deep"), "{error:?}");
        assert!(open == "[" || deep(DEPTH_MAX - 1, open, inner, close).is_ok(), "{open}");
    }
    assert!(deep(TEXT_BYTES_MAX, " ", "true", "").unwrap_err().what.starts_with("the rule is longer than"));
}

#[test]
fn no_record_makes_a_rule_slow() {
    let lines = |n: usize| json!({ "lines": vec![json!({"sku": "A", "qty": "1"}); n] });
    let pairs = "lines.all(l, lines.all(m, m.sku == l.sku))";
    assert_eq!(evaluate(pairs, lines(500)), Truth::Inexact("too_many_steps"));
    assert_eq!(evaluate("lines.all(l, l.qty * 2 - 1 == 1 && l.sku == 'A')", lines(500)), Truth::Holds);
    let n = usize::try_from(STEPS_MAX).unwrap();
    assert_eq!(evaluate("size(lines) > 0", lines(n)), Truth::Inexact("too_many_steps"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_makes_the_parser_fail_otherwise_than_by_an_error_within_it(text in "\\PC{0,60}") {
        if let Err(error) = Rule::parse(&text, Names { record: &types(), item: None, tables: &[] }) {
            prop_assert!(error.at <= text.len() && text.is_char_boundary(error.at));
        }
    }

    #[test]
    fn words_of_the_language_in_any_order_are_a_rule_or_an_error(
        words in prop::collection::vec(prop::sample::select(vec![
            "total", "lines", "l", ".", "all", "map", "filter", "exists", "(", ")", ",", "l.qty", "==", "<", "&&", "||", "!", "-", "+", "*",
            "/", "?", ":", "1", "0.5", "'x'", "[", "]", "in", "has", "size", "sum", "min", "paid", "due", "days", "true", "tags", "lines.map(l, ",
            "lines.all(l, ", "sum(lines.map(l, l.qty))", "keyed_on", "date('2026-01-01')",
        ]), 0..14),
        record in prop::sample::select(vec![
            json!({}), json!({"total": "1", "lines": [{"qty": "2"}, {}], "paid": false, "due": "2026-01-01", "tags": ["x"]}),
            json!({"total": REFUSED, "lines": REFUSED, "tags": [REFUSED]}),
        ]),
    ) {
        let text = words.join(" ");
        match Rule::parse(&text, Names { record: &types(), item: None, tables: &[] }) {
            Ok(rule) => {
                let record = node(record);
                let facts = Facts::new(&record, None, Some(TIME));
                prop_assert_eq!(rule.evaluate(facts), rule.evaluate(facts));
            }
            Err(error) => prop_assert!(error.at <= text.len() && !error.what.is_empty()),
        }
    }
}
