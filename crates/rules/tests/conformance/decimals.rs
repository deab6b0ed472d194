//! Decimals read by the normalizers and computed by record rules, against whole numbers of any size.

mod oracle;

use crate::{
    field::Field,
    report::{
        Decision,
        Outcome::{self, Accepted, Agree, Refused},
        Set,
    },
};
use oracle::{Big, Random, Written};
use record::Verdict;
use rules::{Context, DecimalSign, Form, Judge, Profile, field::DecimalRange};
use std::env;

const DECISIONS: &[Decision] = &[Decision {
    row: "read, decimal comma",
    outcome: Refused,
    cases: &["one group*"],
    why: "under a comma, `1.234` in a field of three decimals or more is a keyed 1234 and the clean form of a keyed 1,234: `FMT.MONEY_AMBIGUOUS`",
}];

/// Each record is read in two ways and computed in six.
const CASES: usize = 8;
/// A run of the tests; `FAIRCOPY_CONFORMANCE=full` makes it a million cases, which the page quotes.
const RECORDS: usize = 100_000 / CASES;
const RECORDS_FULL: usize = 1_000_000 / CASES;

#[test]
fn decimals_agree_with_whole_numbers_of_any_size() {
    let full = env::var("FAIRCOPY_CONFORMANCE").is_ok_and(|size| size == "full");
    let mut set = Set::own("decimals", DECISIONS);
    let mut random = Random(20_260_401);
    let readers = [("read, decimal point", DecimalSign::Point, '.'), ("read, decimal comma", DecimalSign::Comma, ',')];
    let readers = readers.map(|(row, sign, mark)| (row, mark, [any(sign), money(sign)]));
    let judge = Judge::new(&form(), &Profile { decimal_sign: Some(DecimalSign::Point), ..Profile::default() });
    for _ in 0..if full { RECORDS_FULL } else { RECORDS } {
        for (row, mark, fields) in &readers {
            read(&mut set, row, &Written::draw(&mut random, *mark), &fields[random.below(2)]);
        }
        compute(&mut set, &judge, &mut random);
    }
    if full { set.finish() } else { set.finish_part() }
}

fn any(sign: DecimalSign) -> (Field, u32) {
    field(sign, 0, 28)
}

fn money(sign: DecimalSign) -> (Field, u32) {
    field(sign, 2, 2)
}

fn field(sign: DecimalSign, scale_min: u32, scale_max: u32) -> (Field, u32) {
    let mut field = Field::new(&["decimal"], &[]);
    field.profile.decimal_sign = Some(sign);
    field.annotation.decimal = Some(DecimalRange { scale_min, scale_max, min: None, max: None });
    (field, scale_max)
}

/// A number as people write it: its exact value in canonical form, or none when a limit of the field is exceeded.
fn read(set: &mut Set, row: &str, written: &Written, (field, scale): &(Field, u32)) {
    let least = if *scale == 2 { 2 } else { 0 };
    let expected = written.value.canonical(least, *scale as usize);
    let ours = field.run(&written.text).ok();
    let name = format!("{} {} to {scale}", written.layout, written.text);
    set.case(row, &name, Outcome::of_value(expected.as_deref(), ours.as_deref()));
}

/// Rules of the form and what they compute.
const RULES: [(&str, &str, &str); 6] = [
    ("sum", "a + b == sum", "a + b"),
    ("difference", "a - b == difference", "a - b"),
    ("product", "a * b == product", "a * b"),
    ("quotient", "a / b == quotient", "a / b"),
    ("order", "a < b == less", "a < b"),
    ("scale", "abs(a) == abs(-a) && min(a, b) <= max(a, b)", "abs, min, max"),
];

fn form() -> Form {
    let decimal = r#"{ "title": "D", "type": "string", "x-faircopy": { "decimal": { "scale": [0, 28] } } }"#;
    let names = ["a", "b", "sum", "difference", "product", "quotient"];
    let fields = names.map(|name| format!(r#""{name}": {decimal}"#)).join(",");
    let rules = RULES.map(|(id, rule, _)| {
        format!(r#"{{ "id": "{id}", "rule": "{rule}", "path": "/a", "message": "it must hold" }}"#)
    });
    let text = format!(
        r#"{{ "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://faircopy.example/schemas/sums/1",
        "title": "Sums", "type": "object", "additionalProperties": false, "required": ["a"],
        "properties": {{ {fields}, "less": {{ "title": "L", "type": "boolean" }} }},
        "x-faircopy": {{ "key": ["/a"], "rules": [{}] }} }}"#,
        rules.join(",")
    );
    Form::parse("sums/1.json", &text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// One record with the results of the oracle, half of them off by one in the last place: each rule must hold, fail, or
/// say that it cannot be computed within the limits, exactly as the oracle says.
fn compute(set: &mut Set, judge: &Judge, random: &mut Random) {
    let (a, b) = Big::pair(random);
    let results = [a.plus(&b), a.minus(&b), a.times(&b)].map(Some);
    let [sum, difference, product] = results;
    let results = [sum, difference, product, a.over(&b)];
    let mut members = vec![("a", a.text()), ("b", b.text())];
    let mut expected = Vec::new();
    for ((name, ..), result) in RULES.iter().zip(&results) {
        let off = random.below(2) == 1;
        let result = result.as_ref().map(|exact| (if off { exact.off_by_one() } else { exact.clone() }, exact));
        match result.and_then(|(given, exact)| exact.canonical(0, 28).and(given.canonical(0, 28))) {
            Some(text) => {
                members.push((name, text));
                expected.push(Some(!off));
            }
            None => {
                members.push((name, "0".to_owned()));
                expected.push(None);
            }
        }
    }
    let less = a.is_less(&b);
    let given = random.below(2) == 1;
    expected.extend([Some(less == given), Some(true)]);
    let members: Vec<String> = members.iter().map(|(name, text)| format!(r#""{name}":"{text}""#)).collect();
    let raw = format!(r#"{{{},"less":{given}}}"#, members.join(","));
    let findings = match judge.judge(raw.as_bytes(), Context::default()) {
        Verdict::Clean(_) => Vec::new(),
        Verdict::Reject(reject) => reject.errors,
    };
    for ((id, _, row), expected) in RULES.iter().zip(expected) {
        let found = findings.iter().find(|finding| finding.rule == *id);
        let undecided = found.is_some_and(|found| found.params.0.iter().any(|(name, _)| *name == "reason"));
        let ours = if undecided { None } else { Some(found.is_none()) };
        let outcome = match (expected, ours) {
            (expected, ours) if expected == ours => Agree,
            // The exact result has more digits than a field holds: whatever is given is wrong, and must not pass.
            (None, Some(false)) => Agree,
            (_, Some(true)) => Accepted,
            _ => Refused,
        };
        set.case(row, &raw, outcome);
    }
}
