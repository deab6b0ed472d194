//! The judge on a small form that has one of everything; what the real forms do stands in their cases.

use crate::{Context, DateOrder, DecimalSign, Form, Judge, Profile, Soft, normalize};
use proptest::prelude::*;
use record::{Change, Clean, Code, Finding, Param, RecordTime, Severity, Stage, Verdict, limits::FINDINGS_MAX};
use std::sync::LazyLock;

mod accepted;
mod answers;
mod key;
mod once;
mod traces;

const FORM: &str = include_str!("tests/form.json");
/// 2026-11-22.
const TIME: RecordTime = RecordTime(1_795_305_600_000);

fn judge() -> &'static Judge {
    static JUDGE: LazyLock<Judge> = LazyLock::new(|| {
        let profile =
            Profile { date_order: Some(DateOrder::Dmy), decimal_sign: Some(DecimalSign::Comma), ..Profile::default() };
        let form = Form::parse("form.json", FORM).unwrap_or_else(|errors| panic!("{errors:#?}"));
        Judge::new(&form, &profile)
    });
    &JUDGE
}

fn verdict(raw: &[u8]) -> Verdict {
    judge().judge(raw, Context { client: "acme", time: Some(TIME), ..Context::default() })
}

#[track_caller]
fn clean(raw: &str) -> Clean {
    match verdict(raw.as_bytes()) {
        Verdict::Clean(clean) => clean,
        Verdict::Reject(reject) => panic!("{raw}: {:#?}", reject.errors),
    }
}

#[track_caller]
fn errors(raw: impl AsRef<[u8]>) -> Vec<Finding> {
    match verdict(raw.as_ref()) {
        Verdict::Clean(clean) => panic!("{}", String::from_utf8_lossy(&clean.bytes)),
        Verdict::Reject(reject) => reject.errors,
    }
}

/// Findings as `CODE path`, in order.
#[track_caller]
fn check(raw: impl AsRef<[u8]>, expected: &[&str]) {
    let found: Vec<String> = errors(&raw).iter().map(|error| format!("{} {}", error.code, error.path)).collect();
    assert_eq!(found, expected, "{}", String::from_utf8_lossy(raw.as_ref()));
}

/// A record that conforms, with members set: the last text wins; `-name` leaves one out.
fn record(changes: &[&str]) -> String {
    let mut members = vec![
        ("id".to_owned(), "\"A-1\"".to_owned()),
        ("kind".to_owned(), "\"small\"".to_owned()),
        ("day".to_owned(), "\"2026-01-31\"".to_owned()),
        ("total".to_owned(), "\"3.00\"".to_owned()),
        ("lines".to_owned(), r#"[{"no":1,"amount":"1.00"},{"no":2,"amount":"2.00"}]"#.to_owned()),
    ];
    for change in changes {
        let (name, value) = change.split_once('=').unwrap_or((change.trim_start_matches('-'), ""));
        members.retain(|(known, _)| known != name);
        if !change.starts_with('-') {
            members.push((name.to_owned(), value.to_owned()));
        }
    }
    let members: Vec<String> = members.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(","))
}

fn param<'f>(finding: &'f Finding, name: &str) -> Option<&'f Param> {
    finding.params.0.iter().find(|(known, _)| *known == name).map(|(_, param)| param)
}

#[test]
fn a_clean_record_is_written_in_form_order_with_its_changes() {
    let raw = r#"{"note":"  a\u00a0b ","total":3,"lines":[{"amount":"1,00","no":"1"},{"no":2.0,"amount":2.0}],"day":"31.1.2026",
        "id":" a-1","kind":"small","paid":"yes","due":null,"count":""}"#;
    let clean = clean(raw);
    let text = String::from_utf8(clean.bytes).unwrap();
    let wanted = r#"{"id":"A-1","kind":"small","day":"2026-01-31","paid":true,"total":"3.00","note":"a b","lines":[{"no":1,"amount":"1.00"},{"no":2,"amount":"2.00"}]}"#;
    assert_eq!(text, wanted);
    let changed: Vec<String> =
        clean.changes.iter().map(|c| format!("{} {:?} {:?} {}", c.path, c.raw, c.value, c.by.join("+"))).collect();
    assert_eq!(
        changed,
        [
            r#"/note "  a\u{a0}b " Some("a b") text"#,
            r#"/total "3" Some("3.00") decimal"#,
            r#"/lines/0/amount "1,00" Some("1.00") money"#,
            r#"/lines/0/no "1" Some("1") integer"#,
            r#"/lines/1/no "2.0" Some("2") integer"#,
            r#"/lines/1/amount "2.0" Some("2.00") decimal"#,
            r#"/day "31.1.2026" Some("2026-01-31") date"#,
            r#"/id " a-1" Some("A-1") text+id"#,
            r#"/paid "yes" Some("true") boolean"#,
            r#"/due "null" None blank"#,
            r#"/count "" None blank"#,
        ]
    );
    assert!(clean.warnings.is_empty(), "{:?}", clean.warnings);
}

#[test]
fn a_box_that_is_not_ticked_is_false_on_demand() {
    let form =
        FORM.replacen("\"normalize\": [\"boolean\"]", "\"normalize\": [\"boolean\"], \"blank_is_false\": true", 1);
    assert_ne!(form, FORM);
    let judge = Judge::new(&Form::parse("form.json", &form).unwrap(), &Profile::default());
    let judged = |paid: &str| match judge.judge(record(&[paid, "note=\"x\""]).as_bytes(), Context::default()) {
        Verdict::Clean(clean) => {
            let changed = clean.changes.iter().find(|change| change.path == "/paid");
            let changed = changed.map(|change| (change.value.map(str::to_owned), change.by.to_vec()));
            (String::from_utf8(clean.bytes).unwrap(), changed)
        }
        Verdict::Reject(reject) => panic!("{:#?}", reject.errors),
    };
    let by = |by: &[&'static str]| Some((Some("false".to_owned()), by.to_vec()));
    for (paid, changed) in
        [("paid=null", by(&["boolean"])), ("paid=\"\"", by(&["boolean"])), ("paid=\" \"", by(&["text", "boolean"]))]
    {
        let (bytes, change) = judged(paid);
        assert!(bytes.contains("\"paid\":false"), "{paid}");
        assert_eq!(change, changed, "{paid}");
    }
    assert!(judged("paid=\"X\"").0.contains("\"paid\":true"));
    assert!(!judged("-paid").0.contains("paid"), "a field that is not there stays away");
}

#[test]
fn bytes_and_json_have_their_codes() {
    let undecodable = |raw: &[u8], reason: &str| {
        let found = errors(raw);
        assert_eq!((found.len(), found[0].code, found[0].stage), (1, Code::EnvUndecodable, Stage::Decode));
        assert_eq!(param(&found[0], "reason"), Some(&Param::from(reason)), "{found:?}");
    };
    undecodable(b"", "empty");
    undecodable(b" \n", "empty");
    undecodable(b"{\0}\0", "encoding");
    undecodable(b"{} x", "trailing_data");
    undecodable(b"{}{}", "trailing_data");
    undecodable(b"{\"a\":", "syntax");
    undecodable(b"{\"a\":\"\xff\xfe\"}", "invalid_utf8");
    undecodable(b"{\"a\":\"\xc0\xaf\"}", "invalid_utf8");
    undecodable(b"{\"a\":\"\xed\xa0\x80\"}", "invalid_utf8");
    undecodable(br#"{"a":"\ud800"}"#, "invalid_escape");
    undecodable(br#"{"a":"\udc00\ud800"}"#, "invalid_escape");
    undecodable(b"{\"a\":\"\t\"}", "syntax");
    undecodable(b"\x1f\x8b\x08", "not_json");
    undecodable(b"{\"a\":NaN}", "syntax");
    undecodable(b"{\"a\":1,}", "syntax");
    for top in ["null", "42", "[1]", "\"x\"", "true"] {
        check(top, &["STR.TYPE "]);
    }
    check("{\"a\":1,\"\\u0061\":2}", &["ENV.DUPLICATE_JSON_KEY /a"]);
    check(format!("{{\"a\":{}", "[".repeat(1 << 19)), &[&format!("ENV.TOO_DEEP /a{}", "/0".repeat(31))]);
    check(vec![b' '; (1 << 20) + 1], &["ENV.TOO_LARGE "]);
    check(format!("{{\"{}\":1}}", "k".repeat(257)), &["ENV.TOO_LARGE "]);
    check(format!("{{\"a\":{}}}", "1".repeat(65)), &["ENV.TOO_LARGE /a"]);
    check(format!("{{\"a\":[{}]}}", vec!["0"; 30_000].join(",")), &["ENV.TOO_LARGE /a/19998"]);
    let place = errors(b"{\"a\":1,\n \"b\": x}");
    assert_eq!(
        (param(&place[0], "byte"), param(&place[0], "line"), param(&place[0], "column")),
        (Some(&Param::Number(14)), Some(&Param::Number(2)), Some(&Param::Number(7)))
    );
}

#[test]
fn a_byte_order_mark_is_dropped_and_noted() {
    let clean = clean(&format!("\u{feff}{}", record(&[])));
    let mark = Change { path: "", raw: "\u{feff}", value: None, by: &["text", "blank"] };
    assert_eq!(clean.changes.iter().collect::<Vec<_>>(), [mark]);
}

#[test]
fn numbers_are_exact_or_refused() {
    let total =
        |text: &str| record(&[&format!("total={text}"), r#"lines=[{"no":1,"amount":0}]"#, "-kind", r#"kind="free""#]);
    for (text, exact) in [("-0", "0.00"), ("12345678901234567.89", "12345678901234567.89"), ("3.1", "3.10")] {
        assert!(
            String::from_utf8(clean(&total(text)).bytes).unwrap().contains(&format!("\"total\":\"{exact}\"")),
            "{text}"
        );
    }
    for text in
        ["1e400", "1e-400", "0e9999999999", "1e29", "18446744073709551616e10", "\"1_000\"", "\"--5\"", "\"1.2.3\""]
    {
        let found = errors(total(text));
        assert_eq!((found[0].code, found[0].path.as_str()), (Code::FmtNumber, "/total"), "{text}: {found:?}");
    }
    check(total("0.125"), &["FMT.SCALE /total"]);
    check(total("1.00000000000000000000000000005"), &["FMT.SCALE /total"]);
    for (text, code) in
        [("9223372036854775808", "FMT.NUMBER"), ("1.5", "FMT.SCALE"), ("\"x\"", "FMT.NUMBER"), ("true", "STR.TYPE")]
    {
        check(record(&[&format!("count={text}")]), &[&format!("{code} /count")]);
    }
    check(record(&["total=true"]), &["STR.TYPE /total"]);
    check(record(&["id=7"]), &["STR.TYPE /id"]);
}

#[test]
fn structure_has_its_codes() {
    check(record(&["Total=1", "-total"]), &["STR.UNKNOWN_FIELD /Total", "STR.REQUIRED /total"]);
    assert_eq!(param(&errors(record(&["Total=1"]))[0], "suggestion"), Some(&Param::from("total")));
    check(record(&["__proto__=1", "a/b~=null"]), &["STR.UNKNOWN_FIELD /__proto__", "STR.UNKNOWN_FIELD /a~1b~0"]);
    check(record(&["lines=[]"]), &["STR.CARDINALITY /lines"]);
    check(record(&["lines={}"]), &["STR.TYPE /lines"]);
    check(
        record(&[r#"lines=[1,null,{"no":3}]"#]),
        &["STR.TYPE /lines/0", "STR.REQUIRED /lines/1", "STR.REQUIRED /lines/2/amount"],
    );
    check(record(&["tags=[\"a\",\"\",\"b\"]"]), &["STR.REQUIRED /tags/1"]);
    check(record(&["tags=[\"a\",\"b\",\"a\"]"]), &["REL.DUPLICATE_ITEM /tags"]);
    check(record(&["note=\"\""]).replace("\"id\":\"A-1\"", "\"id\":\" \""), &["STR.REQUIRED /id"]);
    check(record(&[r#"id="ABCDEFGHIJKLMNOPQRSTUVWXYZ""#]), &["STR.TOO_LONG /id"]);
    check(record(&[r#"id="?""#]), &["FMT.PATTERN /id"]);
    check(record(&["count=100"]), &["VAL.RANGE /count"]);
    check(record(&[r#"kind="smal""#]), &["VAL.ENUM /kind"]);
    assert_eq!(param(&errors(record(&[r#"kind="smal""#]))[0], "suggestion"), Some(&Param::from("small")));
    check(record(&[r#"note="a\u0000b""#]), &["CHR.INVALID /note"]);
}

#[test]
fn conditions_say_which_field_asks() {
    check(record(&[r#"kind="big""#]), &["STR.CONDITIONAL_REQUIRED /count", "STR.CONDITIONAL_REQUIRED /note"]);
    let found = errors(record(&[r#"kind="big""#]));
    assert_eq!(
        (found[0].related[..].to_vec(), found[1].related[..].to_vec()),
        (vec!["/kind".to_owned()], vec!["/tags".to_owned(), "/kind".to_owned()])
    );
    check(record(&[r#"kind="free""#, "count=1"]), &["STR.NOT_ALLOWED /count"]);
    check(record(&["paid=true"]), &["STR.CONDITIONAL_REQUIRED /note"]);
    check(record(&[r#"kind="none""#, "tags=[\"a\"]"]), &["STR.NOT_ALLOWED /tags"]);
    // The kind was refused, so nothing follows from it.
    check(record(&[r#"kind="\u0000""#]), &["CHR.INVALID /kind"]);
    // Whether it was paid nobody can read, but somebody said something of it.
    check(record(&[r#"paid="maybe""#]), &["VAL.ENUM /paid", "STR.CONDITIONAL_REQUIRED /note"]);
}

#[test]
fn findings_stand_in_document_order_then_stage_then_form_order() {
    let raw = r#"{"lines":[{"no":"x","amount":"1"}],"bogus":1,"count":500,"day":"31.02.2026","kind":"smal"}"#;
    check(
        raw,
        &[
            "FMT.NUMBER /lines/0/no",
            "STR.UNKNOWN_FIELD /bogus",
            "VAL.RANGE /count",
            "FMT.DATE_IMPOSSIBLE /day",
            "VAL.ENUM /kind",
            "STR.REQUIRED /id",
            "STR.REQUIRED /total",
        ],
    );
}

#[test]
fn findings_are_capped_and_counted() {
    let unknown: Vec<String> = (0..250).map(|n| format!("\"x{n}\":0")).collect();
    let raw = format!("{{{}}}", unknown.join(","));
    let Verdict::Reject(reject) = verdict(raw.as_bytes()) else { panic!() };
    assert_eq!((reject.errors.len(), reject.error_count, reject.truncated()), (FINDINGS_MAX, 255, true));
    assert_eq!(reject.errors[99].path, "/x99");
}

/// What one record can cost is bounded by the limits; these are the dearest that were thought of. In an optimised build
/// each takes some milliseconds to some ten; the test ends because none is quadratic.
#[test]
fn the_dearest_records_end_soon() {
    let many = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let unknown = many(2_000, &|n| format!("\"{n:0>256}\":null"));
    let dear = [
        (format!("{{{unknown}}}"), 2_005),
        (record(&[&format!("lines=[{}]", many(19_000, &|_| "1".to_owned()))]), 19_001),
        (record(&[&format!("lines=[{}]", many(6_000, &|n| format!("{{\"no\":\"x{n}\",\"amount\":\"?\"}}")))]), 12_001),
        (record(&[&format!("lines=[{}]", many(6_000, &|n| format!("{{\"nO\":{n}}}")))]), 18_001),
        (record(&[&format!("lines=[{}]", many(6_000, &|_| "{\"no\":1,\"amount\":\"0\"}".to_owned()))]), 6_001),
        (record(&[&format!("tags=[{}]", many(19_000, &|_| "\"\"".to_owned()))]), 19_001),
        (record(&[&format!("note=\"{}\"", "Ã©".repeat(16_000))]), 2),
    ];
    for (raw, wanted) in dear {
        let start = std::time::Instant::now();
        let Verdict::Reject(reject) = verdict(raw.as_bytes()) else { panic!() };
        println!("{} bytes: {:?}", raw.len(), start.elapsed());
        assert_eq!((reject.error_count, reject.errors.len()), (wanted, wanted.min(FINDINGS_MAX)), "{:.80}", raw);
    }
}

#[test]
fn personal_values_never_stand_in_findings() {
    const CANARY: &str = "Canary7Zq";
    for class in ["pii", "phi", "pci", "secret"] {
        let form = FORM.replace("\"class\": \"none\"", &format!("\"class\": \"{class}\""));
        let form = Form::parse("form.json", &form).unwrap();
        let judge = Judge::new(&form, &Profile::default());
        for raw in [
            format!(r#"{{"guarded":{{"code":"{CANARY}","digits":"{CANARY}","amount":"{CANARY}","choice":"{CANARY}","on":"{CANARY}"}}}}"#),
            format!(r#"{{"guarded":{{"code":["{CANARY}"],"digits":true,"amount":"{CANARY}\u0000","choice":"\ufffd{CANARY}","{CANARY}x":"{CANARY}"}}}}"#)
                .replace(&format!("{CANARY}x"), "x"),
            format!(r#"{{"guarded":"{CANARY}"}}"#),
        ] {
            let Verdict::Reject(reject) = judge.judge(raw.as_bytes(), Context::default()) else { panic!() };
            let text = serde_json::to_string(&reject.errors).unwrap();
            assert!(!text.contains("Canary") && !text.contains("7Zq"), "{class}: {text}");
            assert!(class != "secret" || !text.contains("Aaaaaa9Aa"), "{text}");
        }
    }
    let shown = errors(record(&[&format!(r#"guarded={{"code":"{CANARY}"}}"#)]));
    assert_eq!(param(&shown[0], "found"), Some(&Param::from(CANARY)), "a value of no class is shown: {shown:?}");
}

#[test]
fn differences_are_named_in_form_order() {
    let a = clean(&record(&[r#"note="x""#])).bytes;
    let b = clean(&record(&[r#"lines=[{"no":1,"amount":"3.00"}]"#, "count=1"])).bytes;
    assert_eq!(judge().differences(&a, &b), ["/count", "/note", "/lines/0/amount", "/lines/1"]);
    assert!(judge().differences(&a, &a).is_empty());
    assert_eq!(judge().differences(&a, b"?"), [""]);
}

#[test]
fn the_rules_hash_names_form_and_profile() {
    let form = Form::parse("form.json", FORM).unwrap();
    let other = Form::parse("form.json", &FORM.replace("A small form", "Another")).unwrap();
    let plain = Judge::new(&form, &Profile::default());
    assert_eq!(plain.rules_hash().len(), 16);
    assert_eq!(plain.rules_hash(), Judge::new(&form, &Profile::default()).rules_hash());
    assert_ne!(plain.rules_hash(), Judge::new(&other, &Profile::default()).rules_hash());
    assert_ne!(plain.rules_hash(), judge().rules_hash());
    let soft = |soft| Judge::new(&form, &Profile { soft: Some(soft), ..Profile::default() }).rules_hash().to_owned();
    assert_ne!(soft(Soft::Warn), soft(Soft::Reject));
    assert_ne!(plain.rules_hash(), soft(Soft::Reject));
}

#[test]
fn a_judge_is_shared_by_threads_and_survives_a_caught_panic() {
    fn shared<T: Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>() {}
    shared::<Judge>();
}

/// Replays a change: running `by` on `raw` gives `value`.
fn replayed(change: Change<'_>) -> Option<String> {
    let judge = judge();
    let shape = judge.form().shape().find(change.path).unwrap();
    let json = Profile { decimal_sign: Some(DecimalSign::Point), ..judge.normalizing.profile().clone() };
    let number = change.by == ["decimal"] || change.by == ["integer"];
    let profile = if number { &json } else { judge.normalizing.profile() };
    let settings = crate::field::Settings { profile, annotation: &shape.annotation, time: Some(TIME) };
    let mut text = Some(change.raw.to_owned());
    for name in change.by {
        match (*name, normalize::normalizer(name)) {
            ("blank", _) => text = None,
            (_, Some((_, run))) => text = text.map(|text| run(&text, &settings).unwrap().unwrap_or(text)),
            (unknown, None) => panic!("{unknown}"),
        }
    }
    text
}

fn scalar() -> impl Strategy<Value = String> {
    let texts = [
        "",
        " ",
        "a-1",
        "A1",
        "small",
        "big",
        "free",
        "31.1.2026",
        "2026-01-31",
        "31/12/26",
        "1.234,56",
        "(3,00)",
        "3",
        "3.00",
        "0",
        "-0",
        "1,5",
        "yes",
        "NO",
        "true",
        "x",
        "\u{a0}3 ",
        "é",
        "e\u{301}",
        "\u{ff11}",
        "Ã©",
        "\u{200b}",
        "1e2",
        "=1+1",
        "\\u0000",
    ];
    let words = ["1", "2", "3.00", "-0", "1e2", "1e400", "0.125", "true", "false", "null", "{}", "[]", "[\"a\",\"b\"]"];
    prop_oneof![
        prop::sample::select(texts.to_vec()).prop_map(|text| format!("\"{text}\"")),
        prop::sample::select(words.to_vec()).prop_map(str::to_owned),
    ]
}

fn any_record() -> impl Strategy<Value = String> {
    let names = ["id", "kind", "day", "due", "paid", "count", "total", "note", "tags", "bogus"];
    let lines = prop::collection::vec((scalar(), scalar()), 0..3).prop_map(|lines| {
        let lines: Vec<String> =
            lines.iter().map(|(no, amount)| format!("{{\"no\":{no},\"amount\":{amount}}}")).collect();
        format!("lines=[{}]", lines.join(","))
    });
    let fields = prop::collection::vec((prop::sample::select(names.to_vec()), scalar()), 0..4);
    (fields, prop::option::of(lines)).prop_map(|(fields, lines)| {
        let mut changes: Vec<String> = fields.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        changes.extend(lines);
        record(&changes.iter().map(String::as_str).collect::<Vec<_>>())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_record_is_judged_the_same_twice_and_a_clean_one_is_its_own_clean_record(raw in any_record()) {
        let judge = judge();
        let context = Context { client: "acme", time: Some(TIME), ..Context::default() };
        let verdict = judge.judge(raw.as_bytes(), context);
        prop_assert_eq!(&verdict, &judge.judge(raw.as_bytes(), context));
        match verdict {
            Verdict::Clean(clean) => {
                for change in clean.changes.iter() {
                    prop_assert_eq!(replayed(change), change.value.map(str::to_owned), "{:?}", change);
                }
                let again = Clean { changes: record::Changes::default(), ..clean.clone() };
                let Verdict::Clean(second) = judge.judge(&clean.bytes, context) else { panic!("{raw}") };
                prop_assert_eq!(second.warnings.iter().filter(|w| w.code != Code::ChrMojibake).count(),
                    again.warnings.iter().filter(|w| w.code != Code::ChrMojibake).count());
                prop_assert_eq!((second.bytes, second.key, second.content, second.changes), (again.bytes, again.key, again.content, again.changes));
                let tree: serde_json::Value = serde_json::from_slice(&clean.bytes).unwrap();
                let schema: serde_json::Value = serde_json::from_str(FORM).unwrap();
                prop_assert!(jsonschema::options().should_validate_formats(true).build(&schema).unwrap().is_valid(&tree), "{}", raw);
            }
            Verdict::Reject(reject) => prop_assert!(reject.errors.iter().any(|error| error.severity == Severity::Hard)),
        }
    }

    #[test]
    fn no_bytes_make_it_panic(raw in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(matches!(verdict(&raw), Verdict::Reject(_)));
    }

    #[test]
    fn no_change_of_a_byte_makes_it_panic(raw in any_record(), at in any::<prop::sample::Index>(), byte: u8) {
        let mut raw = raw.into_bytes();
        let at = at.index(raw.len());
        raw[at] = byte;
        let _verdict = verdict(&raw);
    }
}
