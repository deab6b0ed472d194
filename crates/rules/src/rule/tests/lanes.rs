//! What the short way says of a rule, the evaluator says.

use super::{REFUSED, TIME, node, numbered, types};
use crate::{
    json::Node,
    rule::{
        Facts, Index, Names, Rule, Truth, Type,
        lanes::{Lanes, Run, Speaks, Truths},
    },
};
use proptest::prelude::*;
use serde_json::json;

/// Conditions on numbers `N`, dates `D`, texts `T` and flags `F`, which are replaced by any of their kind.
const CONDITIONS: [&str; 12] = [
    "N R N",
    "D R D",
    "T == T",
    "T != T",
    "T in ['a', 'c', 'b']",
    "N in [0, 1.50, 2]",
    "(F == F)",
    "(F ? N R N : F)",
    "!F",
    "T.startsWith(T)",
    "(T != 'a' || N R N) && (T != 'b' || D R D)",
    "[1, 2].all(w, D R D - days(w) || N < w)",
];
const NUMBERS: [&str; 14] = [
    "0",
    "2",
    "1.50",
    "-0.001",
    "subtotal",
    "tax",
    "(has(tax) ? tax : 0)",
    "(has(terms) ? terms : 1.5)",
    "N + N",
    "N - N",
    "N * N",
    "abs(N)",
    "(F ? N : N)",
    "age(D, D)",
];
const DATES: [&str; 6] = ["dated", "due", "keyed_on", "date('2026-11-02')", "D + days(terms)", "D - days(3)"];
const TEXTS: [&str; 6] = ["iban", "vat", "currency", "'a'", "'b'", "country_of_iban(iban)"];
const FLAGS: [&str; 6] = ["paid", "has(tax)", "has(lines)", "true", "(N R N || F)", "(F && D R D)"];
/// Of a list, whose item is `V`.
const OF_LINES: [&str; 12] = [
    "lines.all(V, C)",
    "lines.exists(V, C)",
    "lines.filter(V, C).all(V, C)",
    "N R sum(lines.map(V, N))",
    "D R min(lines.map(V, D))",
    "N R max(lines.map(V, N))",
    "N R sum(lines.filter(V, C).map(V, N))",
    "N R min(lines.filter(V, C).map(V, N))",
    "N R size(lines)",
    "N R lines.filter(V, C).size()",
    "N R sum(lines.filter(V, V.on == D).map(V, N))",
    "!lines.exists(V, V.qty R N && C)",
];

/// Rules made by replacing each letter by one of its kind, as `choices` say; what is deep becomes plain.
struct Grammar {
    choices: Vec<u8>,
    at: usize,
    variables: Vec<String>,
}

impl Grammar {
    fn choose<'t>(&mut self, from: &[&'t str]) -> &'t str {
        self.at += 1;
        from[usize::from(self.choices[self.at % self.choices.len()]).wrapping_add(self.at / self.choices.len())
            % from.len()]
    }

    fn fill(&mut self, template: &str, depth: usize) -> String {
        let variable = format!("v{}", self.variables.len());
        let mut text = String::new();
        let words = template.split_inclusive(|char: char| !char.is_alphanumeric() && char != '_');
        for word in words {
            let (name, after) =
                word.split_at(word.trim_end_matches(|char: char| !char.is_alphanumeric() && char != '_').len());
            // What stands before a list does not see its variable.
            match name {
                "V" => {
                    if !self.variables.contains(&variable) {
                        self.variables.push(variable.clone());
                    }
                    text.push_str(&variable);
                }
                "R" => text.push_str(self.choose(&["==", "!=", "<", "<=", ">", ">="])),
                "C" if depth == 0 => text.push_str("paid"),
                "C" => {
                    let template = if depth > 1 && self.choose(&["", "", "list"]) == "list" {
                        self.choose(&OF_LINES)
                    } else {
                        self.choose(&CONDITIONS)
                    };
                    text.push_str(&self.nested(template, depth));
                }
                "N" => text.push_str(&self.value(&NUMBERS, &["qty", "price", "amount", "pto"], depth)),
                "D" => text.push_str(&self.value(&DATES, &["on"], depth)),
                "T" => text.push_str(&self.value(&TEXTS, &["sku"], depth)),
                "F" => text.push_str(&self.value(&FLAGS, &[], depth)),
                other => text.push_str(other),
            }
            text.push_str(after);
        }
        self.variables.retain(|known| *known != variable);
        text
    }

    fn nested(&mut self, template: &str, depth: usize) -> String {
        // A variable of its own for what runs through a list.
        let text = self.fill(template, depth - 1);
        format!("({text})")
    }

    fn value(&mut self, values: &[&str], fields: &[&str], depth: usize) -> String {
        let item = self
            .variables
            .last()
            .cloned()
            .filter(|_| !fields.is_empty() && self.choose(&["", "item", "item"]) == "item");
        if let Some(item) = item {
            let field = self.choose(fields);
            return if field == "pto" {
                format!("(has({item}.pto) ? {item}.pto : 0)")
            } else {
                format!("{item}.{field}")
            };
        }
        let template = self.choose(values);
        let deep = template.chars().any(|char| matches!(char, 'N' | 'D' | 'F'));
        if !deep {
            return template.to_owned();
        }
        if depth == 0 { values[0].to_owned() } else { self.nested(template, depth) }
    }
}

fn rule(text: &str, each: bool) -> Result<Rule, String> {
    let types = types();
    let Type::Record(fields) = &types else { panic!("a record") };
    let line = fields.iter().find_map(|(name, ty)| match ty {
        Type::List(line) if name == "lines" => Some(&**line),
        _ => None,
    });
    let item = line.filter(|_| each).map(|line| ("line", line));
    Rule::parse(text, Names { record: &types, item, tables: &[] }).map_err(|error| format!("{text}: {error:?}"))
}

/// What the short way says of a record or of each line, if it knows, and what the evaluator says.
pub(super) fn both(rule: &Rule, each: bool, record: &Node<'_>) -> (Option<Vec<Truth>>, Vec<Truth>) {
    let Type::Record(fields) = types() else { panic!("a record") };
    let names = || fields.iter().map(|(name, _)| name.as_str());
    let place = names().position(|name| name == "lines").unwrap();
    let lanes = Lanes::new([(rule, if each { Speaks::List(place) } else { Speaks::Record })].into_iter());
    let (index, facts) = (Index::new(record, names()), Facts::new(record, None, Some(TIME)));
    let mut run = Run::new(&lanes, &index, &facts);
    let short = run.truths(0);
    assert_eq!(run.truths(0), short, "what was computed before is computed again");
    assert_eq!(run.finds_nothing(0), short.is_some_and(|truths| truths.no == 0));
    let full = Index::new(record, names()).with_lists(record);
    let facts = facts.indexed(&full);
    let lines = record.member("lines").and_then(Node::items).unwrap_or_default();
    let slow: Vec<Truth> = if each {
        facts.of_each(lines).map(|facts| rule.evaluate(facts)).collect()
    } else {
        vec![rule.evaluate(facts)]
    };
    let truth = |truths: Truths, lane: usize| match (truths.yes >> lane & 1, truths.no >> lane & 1) {
        (1, 0) => Truth::Holds,
        (0, 1) => Truth::Fails,
        (0, 0) => Truth::Unknown,
        both => panic!("{both:?}"),
    };
    (short.map(|truths| (0..slow.len()).map(|lane| truth(truths, lane)).collect()), slow)
}

fn amount() -> impl Strategy<Value = serde_json::Value> {
    let sound = prop::sample::select(vec!["0", "0.00", "1", "1.50", "2", "-1", "0.5", "12.345"]);
    let hard = prop::sample::select(vec![
        json!(null),
        json!(REFUSED),
        json!("4611686018427387904"),
        json!("-9223372036854775808"),
        json!("0.0000000000000000001"),
        json!("79228162514264337593543950335"),
    ]);
    prop_oneof![20 => sound.prop_map(|text| json!(text)), 1 => hard]
}

fn date() -> impl Strategy<Value = serde_json::Value> {
    let odd = prop::sample::select(vec![
        json!(null),
        json!(REFUSED),
        json!("9999-12-31"),
        json!("0001-01-01"),
        json!("2026-10-31"),
    ]);
    prop_oneof![12 => (1..6).prop_map(|day: i32| json!(format!("2026-11-{day:02}"))), 1 => odd]
}

fn text() -> impl Strategy<Value = serde_json::Value> {
    prop::sample::select(vec![json!("a"), json!("b"), json!("c"), json!("ab"), json!(""), json!(REFUSED), json!(null)])
}

fn line() -> impl Strategy<Value = serde_json::Value> {
    let all = (amount(), amount(), amount(), amount(), text(), date(), 0..40_u8);
    all.prop_map(|(qty, price, amount, pto, sku, on, gone)| {
        let mut line = json!({"qty": qty, "price": price, "amount": amount, "pto": pto, "sku": sku, "on": on});
        let field = ["qty", "price", "amount", "pto", "sku", "on"].get(usize::from(gone));
        field.map(|field| line.as_object_mut().unwrap().remove(*field));
        if gone == 39 { json!(REFUSED) } else { line }
    })
}

fn any_record() -> impl Strategy<Value = Node<'static>> {
    let lines = prop_oneof![
        10 => prop::collection::vec(line(), 0..6).prop_map(|lines| json!(lines)),
        1 => prop::collection::vec(line(), 14..19).prop_map(|lines| json!(lines)),
        1 => prop::collection::vec(line(), 63..66).prop_map(|lines| json!(lines)),
        1 => Just(json!(null)),
    ];
    let all = (
        (amount(), amount(), amount()),
        (text(), text(), text()),
        (date(), date()),
        lines,
        prop::option::of(any::<bool>()),
    );
    all.prop_map(|((subtotal, tax, terms), (iban, vat, currency), (dated, due), lines, paid)| {
        let record = node(json!({
            "subtotal": subtotal, "tax": tax, "terms": terms, "iban": iban, "vat": vat, "currency": currency, "dated": dated,
            "due": due, "lines": lines, "paid": paid,
        }));
        numbered(&record, &types())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6000))]

    #[test]
    fn what_the_short_way_knows_the_evaluator_says(
        choices in prop::collection::vec(any::<u8>(), 12..40), each in any::<bool>(), record in any_record(),
    ) {
        let variables = if each { vec!["line".to_owned()] } else { Vec::new() };
        let mut grammar = Grammar { choices, at: 0, variables };
        let template = if each && grammar.choose(&["any", "list"]) == "any" { "C" } else { grammar.choose(&OF_LINES) };
        let text = grammar.fill(template, 3);
        let rule = rule(&text, each);
        prop_assert!(rule.is_ok(), "{:?}", rule);
        let (short, slow) = both(&rule.unwrap(), each, &record);
        prop_assert!(short.is_none_or(|short| short == slow), "{} of {:?}", text, record);
    }
}

/// Rules of a whole record or of each line, which the short way settles.
const SETTLED: [(&str, bool); 10] = [
    ("sum(lines.map(l, l.qty + (has(l.pto) ? l.pto : 0))) == total", false),
    ("line.on >= dated && line.on <= due", true),
    ("sum(lines.filter(l, l.on == line.on).map(l, l.qty)) <= 24", true),
    ("!lines.exists(other, other.qty < line.qty && other.sku == line.sku && line.days.all(d, d == 1))", true),
    ("abs(line.qty * line.price - line.amount) <= minor_unit(currency)", true),
    ("dated <= min(lines.map(l, l.on))", false),
    ("line.sku in ['x', 'y', 'z']", true),
    ("due - dated in [13, 29] || line.qty == 0 || [0, 7].all(w, line.on < dated + days(w) || line.qty > w)", true),
    ("lines.all(l, line.sku != l.sku || line.qty == l.qty)", true),
    ("has(tax) || sum(lines.filter(l, l.on == due + days(1)).map(l, l.qty)) == 0", false),
];

#[test]
fn the_short_way_settles_what_is_as_it_should_be() {
    for count in [1, 4, 5, 16, 17, 64] {
        let line = |at: u32| {
            let (sku, amount) = (["x", "y", "z"][at as usize % 3], ["1.50", "1.51"][at as usize % 2]);
            let on = format!("2026-11-{:02}", at % 28 + 1);
            json!({"qty": "1", "price": "1.50", "amount": amount, "sku": sku, "on": on})
        };
        let lines: Vec<_> = (0..count).map(line).collect();
        let record = node(json!({
            "total": count.to_string(), "currency": "USD", "dated": "2026-11-01", "due": "2026-11-30", "lines": lines,
        }));
        let record = numbered(&record, &types());
        for (text, each) in SETTLED {
            let (short, slow) = both(&rule(text, each).unwrap(), each, &record);
            assert!(slow.iter().all(|truth| *truth == Truth::Holds), "{text} of {count} lines");
            assert_eq!(short, Some(slow), "{text} of {count} lines");
        }
    }
}

#[test]
fn what_is_out_of_the_ordinary_is_left_to_the_evaluator() {
    let line = json!({"qty": "1", "price": "2"});
    let one = |line: &serde_json::Value| json!({ "lines": [line] });
    let rows = [
        ("a list that is too long", "sum(lines.map(l, l.qty)) > 0", json!({ "lines": vec![line.clone(); 65] })),
        ("an item that is none", "sum(lines.map(l, l.qty)) > 0", one(&json!(REFUSED))),
        ("a large number", "lines.all(l, l.qty > 0)", one(&json!({"qty": "9223372036854775807"}))),
        ("a large sum", "lines.all(l, l.qty + l.qty > 0)", one(&json!({"qty": "4611686018427387903"}))),
        ("a large product", "lines.all(l, l.qty * l.qty > 0)", one(&json!({"qty": "4294967296"}))),
        (
            "a sum that is large",
            "sum(lines.map(l, l.qty)) > 0",
            json!({ "lines": vec![json!({"qty": "4611686018427387903"}); 3] }),
        ),
        ("a division", "lines.all(l, l.qty / l.price > 0)", one(&line)),
        (
            "a run within a run within a run",
            "lines.all(a, lines.all(b, lines.all(c, a.qty + b.qty + c.qty > 0)))",
            one(&line),
        ),
    ];
    for (why, text, record) in rows {
        let record = numbered(&node(record), &types());
        assert_eq!(both(&rule(text, false).unwrap(), false, &record).0, None, "{why}");
    }
}
