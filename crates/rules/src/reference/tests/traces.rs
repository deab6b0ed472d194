//! What a record leaves for later ones, and how it lies in its shard.

use super::{FORM, record};
use crate::{Context, Form, Judge, Profile, Soft};
use record::{Asks, Clean, Param, Severity, Trace, Verdict};
use serde_json::{Value, json};

/// The small form with a home and rules about earlier records.
fn judge(home: &Value, earlier: &Value, soft: Option<Soft>) -> impl Fn(&str, &str) -> Verdict + use<> {
    let mut form: Value = serde_json::from_str(FORM).unwrap();
    form["x-faircopy"]["home"] = home.clone();
    form["x-faircopy"]["earlier"] = earlier.clone();
    let form = Form::parse("form.json", &form.to_string()).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let judge = Judge::new(&form, &Profile { soft, ..Profile::default() });
    move |raw, client| judge.judge(raw.as_bytes(), Context { client, ..Context::default() })
}

fn clean(verdict: Verdict) -> Clean {
    match verdict {
        Verdict::Clean(clean) => clean,
        Verdict::Reject(reject) => panic!("{reject:?}"),
    }
}

fn rule(members: &Value) -> Value {
    let mut rule = json!({"id": "near", "path": "/id", "message": "m"});
    for (name, value) in members.as_object().unwrap() {
        rule[name] = value.clone();
    }
    json!([rule])
}

/// The traces of a record with these changes.
fn left(rules: &Value, changes: &[&str], client: &str) -> Vec<Trace> {
    clean(judge(&json!(["/day"]), rules, None)(&record(changes), client)).traces
}

#[test]
fn a_key_and_its_traces_lie_where_the_home_says() {
    let rules = rule(&json!({"on": ["/total"]}));
    let of = |home: Value, changes: &[&str], client: &str| clean(judge(&home, &rules, None)(&record(changes), client));
    let first = of(json!(["/day"]), &[], "acme");
    let head = |clean: &Clean| clean.key.0[..4].to_vec();
    assert_eq!(first.traces[0].key.0[..4], head(&first));
    assert_eq!(first.traces[0].key.shard(64), first.key.shard(64));
    // Another id: another key, the same home and the same trace.
    let other = of(json!(["/day"]), &[r#"id="B-2""#], "acme");
    assert!(other.key != first.key && head(&other) == head(&first) && other.traces == first.traces);
    assert_ne!(other.key.stamp(), first.key.stamp());
    // Another day or client: another home.
    let elsewhere = of(json!(["/day"]), &[r#"day="2026-02-01""#], "acme");
    assert!(head(&elsewhere) != head(&first));
    assert!(head(&of(json!(["/day"]), &[], "other")) != head(&first));
    // The client alone.
    assert_eq!(head(&of(json!([]), &[r#"day="2026-02-01""#], "acme")), head(&of(json!([]), &[], "acme")));
    // The home counts with all its bits, not with four bytes alone.
    assert_ne!(elsewhere.traces[0].key.0[4..], first.traces[0].key.0[4..]);
}

#[test]
fn what_is_compared_makes_the_trace_and_nothing_else() {
    let rules = rule(&json!({"on": [{"expr": "document_no(note)"}], "code": "DUP.NEAR", "severity": "soft"}));
    let of = |note: &str| left(&rules, &[&format!("note={note:?}")], "acme");
    assert_eq!(of("INV-1O0"), of("inv 100"));
    assert_ne!(of("INV-1O0"), of("inv 101"));
    assert_eq!(of("x")[0].asks, Asks::Nobody { rule: 0, severity: Severity::Soft });
    assert_ne!(left(&rules, &[r#"note="x""#], "other")[0].key, of("x")[0].key);
    assert_eq!(left(&rules, &[], "acme"), [], "a part is missing");
}

#[test]
fn a_period_leaves_each_of_its_days() {
    let rules = rule(&json!({"days": ["/day", "/due"]}));
    let days =
        |from: &str, to: &str| left(&json!(rules), &[&format!("day={from:?}"), &format!("due={to:?}")], "acme").len();
    assert_eq!([days("2026-01-31", "2026-02-01"), days("2026-01-01", "2026-01-31")], [2, 31]);
    assert_eq!([days("2026-01-02", "2026-01-01"), left(&rules, &[], "acme").len()], [0, 0]);
    let long = record(&[r#"day="2026-01-01""#, r#"due="2026-02-01""#]);
    let Verdict::Reject(reject) = judge(&json!([]), &rules, None)(&long, "acme") else { panic!("31 days at most") };
    let error = &reject.errors[0];
    assert_eq!((error.rule.as_str(), error.path.as_str()), ("near", "/id"));
    assert!(error.params.0.contains(&("reason", Param::from("too_many_days"))), "{error:?}");
    // What two periods share is one trace.
    let at = |from: &str, to: &str| {
        let home = judge(&json!([]), &rules, None);
        clean(home(&record(&[&format!("day={from:?}"), &format!("due={to:?}")]), "acme")).traces
    };
    let (one, other) = (at("2026-01-01", "2026-01-07"), at("2026-01-07", "2026-01-08"));
    assert_eq!(one.iter().filter(|trace| other.contains(trace)).count(), 1);
}

#[test]
fn soft_rules_reject_where_soft_findings_do() {
    let severity = |members: Value| {
        let judge = judge(&json!([]), &rule(&members), Some(Soft::Reject));
        clean(judge(&record(&[]), "acme")).traces[0].asks
    };
    let asks = |severity| Asks::Nobody { rule: 0, severity };
    assert_eq!(severity(json!({"on": ["/total"], "severity": "soft"})), asks(Severity::Hard));
    assert_eq!(severity(json!({"on": ["/total"], "severity": "soft", "code": "DUP.NEAR"})), asks(Severity::Soft));
}

#[test]
fn what_cannot_be_computed_rejects() {
    let rules = rule(&json!({"on": [{"expr": "total / (total - total)"}]}));
    let Verdict::Reject(reject) = judge(&json!([]), &rules, None)(&record(&[]), "acme") else { panic!("not clean") };
    assert_eq!(reject.errors[0].params.0[0], ("reason", Param::from("division_by_zero")));
}
