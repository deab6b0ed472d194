//! Where the `cel` crate and these rules mean the same (integers, conditions, texts, and `has`-less absence, which is an
//! error there and unknown here), they must say the same.

use super::*;
use cel::{Context, Program};
use proptest::prelude::*;
use serde_json::json;

/// Values of `a b c` (integers), `p q` (conditions), `s t` (texts), `xs` (integers). Of each, and of `gone` and `lost`,
/// which are a condition and an integer that no record has.
type Values = ([i64; 3], [bool; 2], [String; 2], Vec<i64>);

fn number(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned),
        2 => (-9i64..10).prop_map(|n| if n < 0 { format!("({n})") } else { n.to_string() }),
        1 => Just("lost".to_owned()),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = number(depth - 1);
    prop_oneof![
        2 => leaf,
        3 => (inner.clone(), prop::sample::select(vec!["+", "-", "*"]), inner.clone())
            .prop_map(|(a, operator, b)| format!("{a} {operator} {b}")),
        1 => inner.clone().prop_map(|a| format!("-({a})")),
        1 => (condition(depth - 1), inner.clone(), inner).prop_map(|(c, a, b)| format!("({c} ? {a} : {b})")),
        1 => number_of_items(),
    ]
    .boxed()
}

fn number_of_items() -> BoxedStrategy<String> {
    prop_oneof![
        Just("size(xs)".to_owned()),
        Just("xs.filter(x, x > a).size()".to_owned()),
        Just("size(s)".to_owned()),
        Just("xs.map(x, x * b).size()".to_owned()),
    ]
    .boxed()
}

fn text() -> BoxedStrategy<String> {
    prop::sample::select(vec!["s", "t", "'x'", "\"xy\"", "(p ? s : t)"]).prop_map(str::to_owned).boxed()
}

fn condition(depth: u32) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        3 => prop::sample::select(vec!["p", "q", "true", "false"]).prop_map(str::to_owned),
        1 => Just("gone".to_owned()),
        1 => (text(), prop::sample::select(vec!["==", "!="]), text()).prop_map(|(s, o, t)| format!("{s} {o} {t}")),
        1 => (text(), text()).prop_map(|(s, t)| format!("{s}.startsWith({t})")),
        1 => text().prop_map(|s| format!("{s} in ['x', 'y', t]")),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let (inner, value) = (condition(depth - 1), number(depth - 1));
    let relation = prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    prop_oneof![
        1 => leaf,
        4 => (inner.clone(), prop::sample::select(vec!["&&", "||"]), inner.clone())
            .prop_map(|(p, o, q)| format!("{p} {o} {q}")),
        2 => (inner.clone(), prop::sample::select(vec!["==", "!="]), inner.clone())
            .prop_map(|(p, o, q)| format!("({p}) {o} ({q})")),
        2 => inner.clone().prop_map(|p| format!("!({p})")),
        4 => (value.clone(), relation, value.clone()).prop_map(|(a, o, b)| format!("{a} {o} {b}")),
        1 => value.clone().prop_map(|a| format!("{a} in xs")),
        2 => (prop::sample::select(vec!["all", "exists"]), inner.clone())
            .prop_map(move |(m, p)| format!("xs.{m}(x{depth}, x{depth} > b && {p})")),
        1 => value.prop_map(move |a| format!("xs.map(y{depth}, y{depth} + 1).exists(z{depth}, z{depth} == {a})")),
        1 => Just("xs.exists_one(x, x < c)".to_owned()),
        1 => (inner.clone(), inner.clone(), inner).prop_map(|(c, p, q)| format!("({c} ? {p} : {q})")),
    ]
    .boxed()
}

fn ours(rule: &str, ([a, b, c], [p, q], [s, t], xs): &Values) -> Truth {
    let types = record(vec![
        ("a", Type::Decimal),
        ("b", Type::Decimal),
        ("c", Type::Decimal),
        ("p", Type::Bool),
        ("q", Type::Bool),
        ("s", Type::Text),
        ("t", Type::Text),
        ("xs", list(Type::Decimal)),
        ("gone", Type::Bool),
        ("lost", Type::Decimal),
    ]);
    let rule = Rule::parse(rule, Names { record: &types, item: None, tables: &[] })
        .unwrap_or_else(|error| panic!("{rule}: {error:?}"));
    let record = node(json!({"a": a, "b": b, "c": c, "p": p, "q": q, "s": s, "t": t, "xs": xs}));
    both(&rule, &types, &record, None)
}

fn theirs(rule: &str, ([a, b, c], [p, q], [s, t], xs): &Values) -> Truth {
    let mut context = Context::default();
    for (name, value) in [("a", a), ("b", b), ("c", c)] {
        context.add_variable_from_value(name, *value);
    }
    for (name, value) in [("p", p), ("q", q)] {
        context.add_variable_from_value(name, *value);
    }
    for (name, value) in [("s", s), ("t", t)] {
        context.add_variable_from_value(name, value.clone());
    }
    context.add_variable_from_value("xs", xs.clone());
    match Program::compile(rule).unwrap_or_else(|error| panic!("{rule}: {error}")).execute(&context) {
        Ok(cel::Value::Bool(true)) => Truth::Holds,
        Ok(cel::Value::Bool(false)) => Truth::Fails,
        Ok(other) => panic!("{rule}: {other:?}"),
        Err(_) => Truth::Unknown,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_same_rule_means_the_same(
        rule in condition(3),
        values in (any::<[bool; 2]>(), [-9i64..10, -9i64..10, -9i64..10], prop::collection::vec(-9i64..10, 0..4))
            .prop_flat_map(|(bools, numbers, xs)| {
                ["[xyü]{0,2}", "[xyü]{0,2}"].prop_map(move |texts| (numbers, bools, texts, xs.clone()))
            }),
    ) {
        prop_assert_eq!(ours(&rule, &values), theirs(&rule, &values), "{}", rule);
    }
}
