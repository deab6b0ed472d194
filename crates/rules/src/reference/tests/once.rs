//! One mistake is told once, and what is only suspect hides nothing.

use super::*;

#[test]
fn one_mistake_is_told_once() {
    check(record(&["kind=7"]), &["STR.TYPE /kind"]);
    check(record(&[r#"guarded={"choice":7,"code":"x"}"#]), &["STR.TYPE /guarded/choice", "FMT.PATTERN /guarded/code"]);
    // The amount is out of bounds, so nobody knows the sum; of another line it is still told that it is.
    check(
        record(&[r#"lines=[{"no":1,"amount":"-1"},{"no":2,"amount":"-2"}]"#]),
        &["VAL.RANGE /lines/0/amount", "VAL.RANGE /lines/1/amount"],
    );
    // Too many lines are no reason to be silent about their sum.
    let lines = (1..=51).map(|no| format!("{{\"no\":{no},\"amount\":\"1\"}}")).collect::<Vec<_>>().join(",");
    check(record(&[&format!("lines=[{lines}]")]), &["SUM.MISMATCH /total", "STR.CARDINALITY /lines"]);
}

#[test]
fn rules_see_what_is_only_suspect() {
    let soft = FORM
        .replace("\"scale\": [2, 2], \"min\": \"0\" }", "\"scale\": [2, 2], \"min\": \"0\" }, \"severity\": \"soft\"");
    assert_ne!(soft, FORM);
    let raw = record(&[r#"total="2.00""#, r#"lines=[{"no":1,"amount":"-1.00"},{"no":2,"amount":"3.00"}]"#]);
    for soft_rejects in [None, Some(Soft::Reject)] {
        let judge = Judge::new(
            &Form::parse("form.json", &soft).unwrap(),
            &Profile { soft: soft_rejects, ..Profile::default() },
        );
        let Verdict::Reject(reject) = judge.judge(raw.as_bytes(), Context::default()) else { panic!() };
        let found: Vec<_> = reject.errors.iter().map(|error| (error.code, error.path.as_str())).collect();
        assert_eq!(found, [(Code::ValRange, "/lines/0/amount"), (Code::RelRule, "/lines/0/amount")]);
    }
}

#[test]
fn checks_and_record_rules_speak_of_normalized_values() {
    check(record(&[r#"total="4""#]), &["SUM.MISMATCH /total"]);
    let apart = errors(record(&[r#"total="4""#]));
    let param = |name| param(&apart[0], name).cloned();
    assert_eq!((param("expected"), param("diff")), (Some("3.00".into()), Some("1.00".into())), "{apart:?}");
    check(record(&[r#"lines=[{"no":1,"amount":"-1"},{"no":2,"amount":"4"}]"#]), &["VAL.RANGE /lines/0/amount"]);
    check(record(&[r#"lines=[{"no":1,"amount":"1"},{"no":1,"amount":"2"}]"#]), &["REL.DUPLICATE_ITEM /lines/1"]);
    assert_eq!(errors(record(&[r#"lines=[{"no":1,"amount":"1"},{"no":1,"amount":"2"}]"#]))[0].related, ["/lines/0"]);
    // A suspicion does not spare the value its check.
    check(record(&[r#"guarded={"digits":"Ã©tÃ©"}"#]), &["CHR.MOJIBAKE /guarded/digits", "FMT.PATTERN /guarded/digits"]);
    // What a normalizer refused is told once: no schema noise, no rule over a value nobody knows.
    check(record(&[r#"total="abc""#]), &["FMT.NUMBER /total"]);
    // The due date is soft: late, but accepted with a warning.
    let warned = clean(&record(&[r#"due="2026-01-01""#]));
    assert_eq!(
        warned.warnings.iter().map(|w| (w.code, w.severity, w.path.as_str())).collect::<Vec<_>>(),
        [(Code::RelOrder, Severity::Soft, "/due")]
    );
    // A reject shows its warnings as well.
    check(record(&[r#"due="2026-01-01""#, r#"total="4""#]), &["REL.ORDER /due", "SUM.MISMATCH /total"]);
}
