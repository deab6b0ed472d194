//! The reader against tables, serde_json, and a public collection of texts.

use super::{Fault, Kind, Value, read};
use proptest::prelude::*;
use record::limits::{
    DEPTH_MAX, MEMBERS_MAX, NAME_BYTES_MAX, NODES_MAX, NUMBER_BYTES_MAX, RECORD_BYTES_MAX, STRING_BYTES_MAX,
};

fn faults(raw: &[u8]) -> Vec<Fault> {
    read(raw).err().unwrap_or_default()
}

/// The one fault of `raw`: what, where in the bytes, and at which pointer.
#[track_caller]
fn check(raw: impl AsRef<[u8]>, at: usize, path: &str, wanted: fn(Kind) -> bool) {
    let raw = raw.as_ref();
    let found = faults(raw);
    let shown = String::from_utf8_lossy(&raw[..raw.len().min(60)]);
    let [fault] = &found[..] else { panic!("{shown}: {found:?}") };
    assert!(wanted(fault.kind), "{shown}: {fault:?}");
    assert_eq!((fault.at, fault.path.as_str()), (at, path), "{shown}: {fault:?}");
}

#[test]
fn what_is_no_json_is_told_apart() {
    check("", 0, "", |kind| kind == Kind::Empty);
    check(" \r\n\t", 4, "", |kind| kind == Kind::Empty);
    check("\u{feff}", 3, "", |kind| kind == Kind::Empty);
    check("\u{feff}\u{feff}{}", 3, "", |kind| matches!(kind, Kind::Syntax(..)));
    check(b"{\0}\0", 0, "", |kind| kind == Kind::Encoding("utf-16le"));
    check(b"\xff\xfe{\0}\0", 0, "", |kind| kind == Kind::Encoding("utf-16le"));
    check(b"\xfe\xff\0{\0}", 0, "", |kind| kind == Kind::Encoding("utf-16be"));
    check(b"\0{\0}", 0, "", |kind| kind == Kind::Encoding("utf-16be"));
    check(b"\x1f\x8b\x08\0", 0, "", |kind| matches!(kind, Kind::NotJson(hint) if hint.contains("gzip")));
    check(b"\x28\xb5\x2f\xfd\0", 0, "", |kind| matches!(kind, Kind::NotJson(hint) if hint.contains("zstd")));
    check(b"\0\0\0\0\x07Rest", 0, "", |kind| matches!(kind, Kind::NotJson(hint) if hint.contains("Avro")));
    check(b"{\"a\":\"\xff\xfe\"}", 6, "", |kind| kind == Kind::InvalidUtf8);
    check(b"{\"a\":\"\xc0\xaf\"}", 6, "", |kind| kind == Kind::InvalidUtf8);
    check(b"{\"a\":\"\xed\xa0\x80\"}", 6, "", |kind| kind == Kind::InvalidUtf8);
}

#[test]
fn what_is_against_the_grammar_is_pointed_at() {
    let syntax = |kind| matches!(kind, Kind::Syntax(..));
    for (raw, at, path) in [
        ("{", 1, ""),
        ("{\"a\":1", 6, "/a"),
        ("{\"a\"", 4, "/a"),
        ("[1,", 3, "/1"),
        ("{\"a\":\"x", 7, "/a"),
        ("{\"a\":NaN}", 5, "/a"),
        ("{\"a\":-Infinity}", 6, "/a"),
        ("{\"a\":1,}", 7, ""),
        ("[1,]", 3, "/1"),
        ("{'a':1}", 1, ""),
        ("{\"a\":'x'}", 5, "/a"),
        ("{\"a\":1 /* x */}", 7, "/a"),
        ("{} // x", 3, ""),
        ("{\"a\":\"\t\"}", 6, "/a"),
        ("{\"a\":\"\0\"}", 6, "/a"),
        ("{\"a\":007}", 6, "/a"),
        ("{\"a\":+1}", 5, "/a"),
        ("{\"a\":0x10}", 6, "/a"),
        ("{\"a\":1.}", 7, "/a"),
        ("{\"a\":.5}", 5, "/a"),
        ("{\"a\":1e}", 7, "/a"),
        ("{\"a\":True}", 5, "/a"),
        ("{\"a\":nul}", 5, "/a"),
        ("{\"a\" 1}", 5, "/a"),
        ("{a:1}", 1, ""),
        ("{\"a\":}", 5, "/a"),
        ("[1 2]", 3, "/0"),
        ("\u{feff}{\"a\":]}", 8, "/a"),
        ("{\"a\":[{\"b\":[0,?]}]}", 14, "/a/0/b/1"),
    ] {
        check(raw, at, path, syntax);
    }
    for raw in ["{} x", "{}{}", "[] ]", "1 2", "\"a\"\"b\""] {
        let at = raw.rfind(['x', '{', ']', '2', 'b']).unwrap_or_default();
        check(raw, if raw.ends_with("\"b\"") { 3 } else { at }, "", |kind| kind == Kind::TrailingData);
    }
    for escape in [r"\ud800", r"\udc00\ud800", r"\ud800\u0041", r"\ud800x", r"\x", r"\u12g4", r"\u+123", r"\U0041"] {
        check(format!("{{\"a\":\"-{escape}\"}}"), 7, "/a", |kind| kind == Kind::InvalidEscape);
    }
}

#[test]
fn each_limit_holds_at_its_value_and_breaks_one_beyond() {
    let too_large = |kind| matches!(kind, Kind::TooLarge(..));
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(nested(DEPTH_MAX).as_bytes()).is_ok());
    let path = "/0".repeat(DEPTH_MAX);
    check(nested(DEPTH_MAX + 1), DEPTH_MAX, &path, |kind| kind == Kind::TooDeep(DEPTH_MAX));
    check("[".repeat(RECORD_BYTES_MAX), DEPTH_MAX, &path, |kind| kind == Kind::TooDeep(DEPTH_MAX));

    let text = |length: usize| format!("[\"{}\"]", "x".repeat(length));
    assert!(read(text(STRING_BYTES_MAX).as_bytes()).is_ok());
    check(text(STRING_BYTES_MAX + 1), 1, "/0", too_large);
    let escaped = format!("[\"{}\"]", r"\u00e9".repeat(STRING_BYTES_MAX / 2));
    assert!(read(escaped.as_bytes()).is_ok(), "the limit counts what the text is, not how it is written");

    let name = |length: usize| format!("{{\"{}\":1}}", "n".repeat(length));
    assert!(read(name(NAME_BYTES_MAX).as_bytes()).is_ok());
    check(name(NAME_BYTES_MAX + 1), 1, "", too_large);

    let number = |length: usize| format!("[{}]", "1".repeat(length));
    assert!(read(number(NUMBER_BYTES_MAX).as_bytes()).is_ok());
    check(number(NUMBER_BYTES_MAX + 1), 1, "/0", too_large);

    let items = |count: usize| format!("[{}]", vec!["0"; count].join(","));
    assert!(read(items(NODES_MAX - 1).as_bytes()).is_ok());
    check(items(NODES_MAX), 2 * NODES_MAX - 1, &format!("/{}", NODES_MAX - 1), too_large);

    let members =
        |count: usize| format!("{{{}}}", (0..count).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(","));
    assert!(read(members(MEMBERS_MAX).as_bytes()).is_ok());
    assert!(matches!(
        faults(members(MEMBERS_MAX + 1).as_bytes())[..],
        [Fault { kind: Kind::TooLarge("members", _), .. }]
    ));

    let mut bytes = vec![b' '; RECORD_BYTES_MAX];
    bytes[0] = b'0';
    assert!(read(&bytes).is_ok());
    bytes.push(b' ');
    check(&bytes, RECORD_BYTES_MAX, "", too_large);
}

#[test]
fn every_name_that_stands_twice_is_told_in_byte_order() {
    check(r#"{"a":1,"a":2}"#, 7, "/a", |kind| kind == Kind::DuplicateName);
    check(r#"{"a":1,"\u0061":2}"#, 7, "/a", |kind| kind == Kind::DuplicateName);
    let raw = br#"{"b":[{"x/y":1,"x/y":2}],"a":1,"b":2,"a":3,"a":4}"#;
    let paths: Vec<(usize, String)> = faults(raw).into_iter().map(|fault| (fault.at, fault.path)).collect();
    let wanted = [(15, "/b/0/x~1y"), (31, "/b"), (37, "/a"), (43, "/a")].map(|(at, path)| (at, path.to_owned()));
    assert_eq!(paths, wanted);
    let broken = faults(br#"{"a":1,"a":2,"#);
    assert!(
        matches!(broken[..], [Fault { kind: Kind::DuplicateName, .. }, Fault { kind: Kind::Syntax(..), .. }]),
        "{broken:?}"
    );
    let twice = faults(format!("[{}]", vec![r#"{"a":1,"a":1}"#; 1000].join(",")).as_bytes());
    assert_eq!(twice.len(), record::limits::FINDINGS_MAX);
}

#[test]
fn every_node_knows_its_bytes_and_numbers_keep_their_text() {
    let raw = "\u{feff} { \"n\" : -0.10e+2 , \"s\" : \"a\\ud83d\\ude00\" }".as_bytes();
    let document = read(raw).unwrap();
    assert!(document.bom);
    let at = |name: &str| document.root.member(name).map(|node| &raw[node.start..node.end]).unwrap_or_default();
    assert_eq!(at("n"), b"-0.10e+2");
    assert_eq!(document.root.member("n").map(|node| &node.value), Some(&Value::Number("-0.10e+2".into())));
    assert_eq!(at("s"), br#""a\ud83d\ude00""#);
    assert_eq!(document.root.member("s").and_then(|node| node.text()), Some("a\u{1f600}"));
}

/// The tree as serde_json would have it, apart from numbers, which it rounds.
fn same(ours: &Value<'_>, theirs: &serde_json::Value) -> bool {
    match (ours, theirs) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Value::Number(_), serde_json::Value::Number(_)) => true,
        (Value::Text(a), serde_json::Value::String(b)) => a == b,
        (Value::Array(a), serde_json::Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.value, b))
        }
        (Value::Object(a), serde_json::Value::Object(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, (name, b))| a.name == *name && same(&a.node.value, b))
        }
        _ => false,
    }
}

#[track_caller]
fn agrees_with_serde_json(raw: &[u8]) {
    let theirs: Result<serde_json::Value, _> = serde_json::from_slice(raw);
    match (read(raw), theirs) {
        (Ok(ours), Ok(theirs)) => assert!(ours.bom || same(&ours.root.value, &theirs), "{raw:?}"),
        (Ok(ours), Err(error)) => {
            // Ours drops a mark that theirs refuses, and keeps numbers that theirs cannot hold.
            assert!(ours.bom || error.to_string().contains("number out of range"), "{raw:?}: {error}");
        }
        (Err(faults), Ok(_)) => {
            assert!(faults.iter().all(|fault| fault.kind == Kind::DuplicateName), "{raw:?}: {faults:?}")
        }
        (Err(_), Err(_)) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_bytes_are_read_as_serde_json_reads_them(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
        agrees_with_serde_json(&raw);
    }

    #[test]
    fn any_words_of_json_are_read_as_serde_json_reads_them(words in proptest::collection::vec(prop::sample::select(vec![
        "{", "}", "[", "]", ",", ":", " ", "\n", "\"", "\"a\"", "\"b\"", "\\", "\\u", "\\ud83d", "\\ude00", "00e9", "n", "é",
        "0", "-", "1", "9", ".", "e", "E", "+", "true", "false", "null", "tru", "{\"a\":", "[1,", "\u{feff}", "\u{1f600}", "\t",
    ]), 0..14)) {
        agrees_with_serde_json(words.concat().as_bytes());
    }
}

/// `../shared/data/json_parsing`: texts every parser must accept or refuse, from nst/JSONTestSuite.
#[test]
fn the_public_collection_is_judged_as_it_says() {
    let here = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = here
        .ancestors()
        .map(|folder| folder.join("shared/data/json_parsing/test_parsing.ndjson"))
        .find(|file| file.exists());
    let Some(file) = file else {
        println!("skipped: ../shared/data is not here");
        return;
    };
    let lines = std::fs::read_to_string(file).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for line in lines.lines() {
        let case: serde_json::Value = serde_json::from_str(line).unwrap();
        let raw = base64(case["b64"].as_str().unwrap());
        let result = read(&raw);
        match case["expect"].as_str().unwrap() {
            "accept" => {
                // Two limits of ours, as RFC 8259 allows them: one number is longer than 64 characters, one name is twice.
                let ours =
                    |fault: &Fault| matches!(fault.kind, Kind::DuplicateName | Kind::TooLarge("number_bytes", _));
                let faults = result.err().unwrap_or_default();
                assert!(faults.iter().all(ours), "{}: {faults:?}", case["name"]);
                accepted += 1;
            }
            "reject" => {
                assert!(result.is_err(), "{}", case["name"]);
                refused += 1;
            }
            _ => {}
        }
    }
    assert_eq!((accepted, refused), (95, 188));
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut out, mut bits, mut have) = (Vec::new(), 0_u32, 0);
    for digit in text.bytes().filter_map(|byte| DIGITS.iter().position(|&digit| digit == byte)) {
        bits = (bits << 6) | u32::try_from(digit).unwrap();
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push(u8::try_from((bits >> have) & 0xff).unwrap());
        }
    }
    out
}
