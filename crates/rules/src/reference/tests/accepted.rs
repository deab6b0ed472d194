//! What is accepted although something was found.

use super::{FORM, any_record, record};
use crate::{
    Context, Form, Judge, Override, Profile, Soft, json,
    table::{Builder, Names, Same},
};
use proptest::prelude::*;
use record::{Finding, Param, Severity, Verdict};
use serde_json::json;

#[test]
fn soft_findings_reject_when_the_form_or_the_source_says_so() {
    let strict = FORM.replacen("\"key\":", "\"soft\": \"reject\", \"key\":", 1);
    let severities = |form: &str, soft: Option<Soft>, changes: &[&str]| {
        let form = Form::parse("form.json", form).unwrap();
        let judge = Judge::new(&form, &Profile { soft, ..Profile::default() });
        let (word, found) = match judge.judge(record(changes).as_bytes(), Context::default()) {
            Verdict::Clean(clean) => ("clean", clean.warnings),
            Verdict::Reject(reject) => ("reject", reject.errors),
        };
        let found = found.iter().map(|found| format!(" {} {:?}", found.code, found.severity));
        format!("{word}{}", found.collect::<String>())
    };
    let late = ["due=\"2026-01-30\""];
    assert_eq!(severities(FORM, None, &late), "clean REL.ORDER Soft");
    assert_eq!(severities(FORM, Some(Soft::Reject), &late), "reject REL.ORDER Hard");
    assert_eq!(severities(&strict, None, &late), "reject REL.ORDER Hard");
    assert_eq!(severities(&strict, Some(Soft::Reject), &late), "reject REL.ORDER Hard");
    assert_eq!(severities(&strict, Some(Soft::Warn), &late), "clean REL.ORDER Soft", "the source is more particular");
    assert_eq!(severities(&strict, None, &["note=\"Ã©\""]), "clean CHR.MOJIBAKE Soft", "always soft");
    assert_eq!(severities(&strict, None, &[]), "clean");
    let misspelt = strict.replacen("\"reject\"", "\"rejects\"", 1);
    assert!(Form::parse("form.json", &misspelt).is_err_and(|errors| errors[0].hint.is_some()));
}

/// The sample form with a rule of each kind that overrides meet.
fn judge(soft: Option<Soft>) -> Judge {
    let guarded = FORM.replacen(
        r#""rules": ["#,
        r#""rules": [
        { "id": "sample.exact", "rule": "total != 1.00 || total / 3.00 >= 0.00", "path": "/total", "message": "must be a third of something" },"#,
        1,
    );
    let form = Form::parse("form.json", &guarded).unwrap_or_else(|errors| panic!("{errors:#?}"));
    Judge::new(&form, &Profile { soft, ..Profile::default() })
}

const OK: Override<'_> = Override { code: "REL.ORDER", path: "/due", by: "sup-7", reason: "as on the image" };

/// `clean` or `reject`, then each finding as `CODE path reason`, then who accepted what.
fn told(judge: &Judge, changes: &[&str], operator: &str, overrides: &[Override<'_>]) -> Vec<String> {
    let context = Context { operator, overrides, ..Context::default() };
    let verdict = judge.judge(record(changes).as_bytes(), context);
    assert_eq!(verdict, judge.judge(record(changes).as_bytes(), context), "same in, same out");
    let (word, found, accepted) = match verdict {
        Verdict::Clean(clean) => ("clean", clean.warnings, clean.overrides),
        Verdict::Reject(reject) => ("reject", reject.errors, Vec::new()),
    };
    let reason = |finding: &Finding| match finding.params.0.iter().find(|(name, _)| *name == "reason") {
        Some((_, Param::Text(text))) => format!(" {text}"),
        _ => String::new(),
    };
    let found = found.iter().map(|found| format!("{} {}{}", found.code, found.path, reason(found)));
    let accepted = accepted.iter().map(|one| format!("{} {} by {}: {}", one.code, one.rule, one.by, one.reason));
    std::iter::once(word.to_owned()).chain(found).chain(accepted).collect()
}

const NEGATIVE: [&str; 2] = ["total=\"2.00\"", r#"lines=[{"no":1,"amount":"-1.00"},{"no":2,"amount":"3.00"}]"#];

#[test]
fn somebody_else_accepts_a_finding_and_the_record_says_so() {
    let range = Override { code: "VAL.RANGE", path: "/lines/0/amount", ..OK };
    let rule = Override { code: "REL.RULE", path: "/lines/0/amount", ..OK };
    let judge = judge(None);
    let both = ["reject", "VAL.RANGE /lines/0/amount", "REL.RULE /lines/0/amount"];
    assert_eq!(told(&judge, &NEGATIVE, "op-1", &[]), both[..2], "rules do not see a value that is wrong by itself");
    assert_eq!(
        told(&judge, &NEGATIVE, "op-1", &[range]),
        both,
        "a value that was accepted is seen, and one of two is not enough"
    );
    assert_eq!(
        told(&judge, &NEGATIVE, "op-1", &[rule, range]),
        [
            "clean",
            "VAL.RANGE /lines/0/amount",
            "REL.RULE /lines/0/amount",
            "VAL.RANGE decimal by sup-7: as on the image",
            "REL.RULE sample.amount by sup-7: as on the image",
        ]
    );
}

#[test]
fn an_override_changes_neither_bytes_nor_key_nor_content() {
    let of = |overrides: &[Override<'_>]| {
        let context = Context { operator: "op-1", overrides, ..Context::default() };
        match judge(None).judge(record(&["due=\"2026-01-30\""]).as_bytes(), context) {
            Verdict::Clean(clean) => (clean.bytes, clean.key, clean.content, clean.warnings),
            Verdict::Reject(reject) => panic!("{:#?}", reject.errors),
        }
    };
    assert_eq!(of(&[]), of(&[OK]));
}

#[test]
fn a_soft_finding_that_would_reject_can_be_accepted() {
    let late = ["due=\"2026-01-30\""];
    let strict = judge(Some(Soft::Reject));
    assert_eq!(told(&strict, &late, "op-1", &[]), ["reject", "REL.ORDER /due"]);
    let accepted = ["clean", "REL.ORDER /due", "REL.ORDER sample.due by sup-7: as on the image"];
    assert_eq!(told(&strict, &late, "op-1", &[OK]), accepted);
    assert_eq!(told(&judge(None), &late, "op-1", &[OK]), accepted);
    let mojibake = Override { code: "CHR.MOJIBAKE", path: "/note", ..OK };
    let accepted = ["clean", "CHR.MOJIBAKE /note", "CHR.MOJIBAKE mojibake by sup-7: as on the image"];
    assert_eq!(told(&strict, &["note=\"Ã©\""], "op-1", &[mojibake]), accepted);
}

#[test]
fn nobody_approves_what_they_keyed() {
    let late = ["due=\"2026-01-30\""];
    for (operator, by, reason) in [
        ("sup-7", "sup-7", "operator"),
        ("SUP-7", " sup-7", "operator"),
        ("", "sup-7", "operator_unknown"),
        (" ", "sup-7", "operator_unknown"),
        ("op-1", "", "no_approver"),
        ("op-1", " ", "no_approver"),
    ] {
        let told = told(&judge(None), &late, operator, &[Override { by, ..OK }]);
        let expected = ["reject", "REL.ORDER /due", &format!("OVR.SELF_APPROVED /due {reason}")];
        assert_eq!(told, expected, "{operator:?} {by:?}");
    }
}

#[test]
fn what_always_rejects_cannot_be_accepted() {
    let check = |changes: &[&str], code: &'static str, path: &'static str, expected: &[&str]| {
        assert_eq!(told(&judge(None), changes, "op-1", &[Override { code, path, ..OK }]), expected);
    };
    let sum = ["reject", "SUM.MISMATCH /total", "OVR.NOT_ALLOWED /total always_hard"];
    check(&["total=\"4.00\""], "SUM.MISMATCH", "/total", &sum);
    // A value that was refused cannot be written, one outside of the schema's bounds would not be clean.
    check(&["due=\"soon\""], "FMT.DATE", "/due", &["reject", "FMT.DATE /due word", "OVR.NOT_ALLOWED /due always_hard"]);
    check(&["count=100"], "VAL.RANGE", "/count", &["reject", "VAL.RANGE /count", "OVR.NOT_ALLOWED /count always_hard"]);
    let unknown = ["reject", "STR.UNKNOWN_FIELD /bogus", "OVR.NOT_ALLOWED /bogus always_hard"];
    check(&["bogus=1"], "STR.UNKNOWN_FIELD", "/bogus", &unknown);
    let twice = ["reject", "REL.DUPLICATE_ITEM /tags", "OVR.NOT_ALLOWED /tags always_hard"];
    check(&[r#"tags=["a","a"]"#], "REL.DUPLICATE_ITEM", "/tags", &twice);
    // What cannot be computed is no finding that somebody could see to be right.
    let large = ["total=\"1.00\"", r#"lines=[{"no":1,"amount":"1.00"}]"#];
    let inexact = ["reject", "REL.RULE /total inexact", "OVR.NOT_ALLOWED /total always_hard"];
    check(&large, "REL.RULE", "/total", &inexact);
}

#[test]
fn an_override_that_accepts_nothing_rejects() {
    let check = |given: Override<'_>, expected: &str| {
        let told = told(&judge(None), &["due=\"2026-01-30\""], "op-1", &[OK, given]);
        assert_eq!(told.iter().filter(|told| told.starts_with("OVR")).collect::<Vec<_>>(), [expected]);
        assert_eq!(told[0], "reject");
    };
    check(Override { path: "/day", ..OK }, "OVR.NOT_ALLOWED /day no_finding");
    check(Override { code: "VAL.RANGE", ..OK }, "OVR.NOT_ALLOWED /due no_finding");
    check(Override { path: "due", ..OK }, "OVR.NOT_ALLOWED due no_finding");
    check(Override { code: "REL.ODER", ..OK }, "OVR.NOT_ALLOWED /due unknown_code");
    check(Override { reason: " ", ..OK }, "OVR.NOT_ALLOWED /due no_reason");
    check(Override { code: "DUP.CONFLICT", path: "", ..OK }, "OVR.NOT_ALLOWED  always_hard");
}

#[test]
fn a_value_that_is_accepted_is_still_looked_up() {
    let form = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
        "additionalProperties": false, "required": ["id"],
        "properties": {"id": {"type": "string", "x-faircopy": {"check": ["luhn"], "table": {"name": "books"}}}},
        "x-faircopy": {"key": ["/id"], "tables": {"books": {"required": true}}}
    });
    let form = Form::parse("x/1.json", &form.to_string()).unwrap();
    let mut builder = Builder::new(&form.tables()[0], Names::default(), Same::Refuse);
    builder.object(1, &json::read(br#"{"key": "18", "from": "2020-01-01", "to": "2029-12-31"}"#).unwrap().root);
    let tables = [builder.finish().unwrap()];
    let judge = Judge::with_tables(&form, &Profile::default(), &tables.into_iter().collect()).unwrap();
    let digit = Override { code: "VAL.CHECK_DIGIT", path: "/id", ..OK };
    let context = Context { operator: "op-1", overrides: &[digit], ..Context::default() };
    let Verdict::Reject(reject) = judge.judge(br#"{"id":"77"}"#, context) else { panic!("not looked up") };
    let found: Vec<_> = reject.errors.iter().map(|error| (error.code.as_str(), error.severity)).collect();
    assert_eq!(found, [("VAL.CHECK_DIGIT", Severity::Soft), ("REF.NOT_FOUND", Severity::Hard)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// What overrides let pass is what is clean without them, or what they name; nothing else changes.
    #[test]
    fn overrides_let_nothing_else_pass(
        raw in any_record(),
        code in prop::sample::select(vec!["REL.ORDER", "VAL.RANGE", "REL.RULE", "REL.DUPLICATE_ITEM", "SUM.MISMATCH"]),
        path in prop::sample::select(vec!["/due", "/lines/0/amount", "/lines/1", "/total", "/count", ""]),
        operator in prop::sample::select(vec!["op-1", "sup-7", ""]),
    ) {
        let judge = judge(None);
        let given = [Override { code, path, ..OK }];
        let context = Context { operator, overrides: &given, ..Context::default() };
        let verdict = judge.judge(raw.as_bytes(), context);
        prop_assert_eq!(&verdict, &judge.judge(raw.as_bytes(), context));
        if let Verdict::Clean(clean) = verdict {
            prop_assert!(operator == "op-1" && !clean.overrides.is_empty());
            match judge.judge(raw.as_bytes(), Context::default()) {
                Verdict::Clean(without) => prop_assert_eq!((clean.bytes, clean.key), (without.bytes, without.key)),
                Verdict::Reject(reject) => {
                    let hard = reject.errors.iter().filter(|error| error.severity == Severity::Hard);
                    prop_assert!(hard.into_iter().all(|error| error.code.as_str() == code && error.path == path));
                }
            }
        }
    }
}
