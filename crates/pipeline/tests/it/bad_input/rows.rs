//! The rows that are one record each.

use super::{
    Expected::{self, Changed, Clean, Duplicate, Reject},
    Row, entry,
};
use crate::world::headed;
use record::{Message, header};

const SYNTAX: Expected = Reject("ENV.UNDECODABLE", "syntax");

pub(super) fn rows() -> Vec<Row> {
    let mut rows = bytes();
    rows.extend(numbers());
    rows.extend(structure());
    rows.extend(text());
    rows.extend(envelope());
    rows
}

fn row(number: u32, value: impl AsRef<[u8]>, expected: Expected) -> Row {
    Row { number, message: entry(value), expected }
}

/// A record with one more field, whose JSON text is `value`.
fn with(number: u32, field: &'static str, value: &str, expected: Expected) -> Row {
    // Its number tells one record from the next.
    let key: u64 = value.bytes().fold(u64::from(number), |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
    row(number, format!(r#"{{"no":"ROW-{number}-{key}","{field}":{value}}}"#), expected)
}

fn clean(field: &'static str, value: &str) -> Expected {
    Clean(field, Some(value.to_owned()))
}

fn changed(field: &'static str, value: &str) -> Expected {
    Changed(field, value.to_owned())
}

fn bytes() -> Vec<Row> {
    let decode = |reason| Reject("ENV.UNDECODABLE", reason);
    let utf16: Vec<u8> = r#"{"no":"1"}"#.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut rows = vec![
        row(1, "", decode("empty")),
        row(3, " \r\n\t", decode("empty")),
        row(5, "\u{feff}{\"no\":\"ROW-5\"}", changed("", "")),
        row(6, utf16, decode("encoding")),
        row(7, "{} x", decode("trailing_data")),
        row(7, "{}{}", decode("trailing_data")),
        row(8, "{\"no\":\"1\",\n\"amount\":", SYNTAX),
        row(9, b"{\"no\":\"\xff\xfe\"}", decode("invalid_utf8")),
        row(10, b"{\"no\":\"\xc0\xaf\"}", decode("invalid_utf8")),
        row(11, b"{\"no\":\"\xed\xa0\x80\"}", decode("invalid_utf8")),
        row(12, r#"{"no":"\ud800"}"#, decode("invalid_escape")),
        row(13, r#"{"no":"\udc00\ud800"}"#, decode("invalid_escape")),
        row(14, r#"{"no":"a\u0000b"}"#, Reject("CHR.INVALID", "control")),
        row(15, "{\"no\":\"a\0b\"}", SYNTAX),
        row(15, "{\"no\":\"a\tb\"}", SYNTAX),
        row(16, b"\x1f\x8b\x08\0\0\0\0\0", decode("not_json")),
        row(75, b"\0\0\0\0\x07Rest", decode("not_json")),
        row(75, b"Obj\x01\x04", decode("not_json")),
    ];
    rows.extend(["null", "42", "[1]", "\"x\""].map(|value| row(4, value, Reject("STR.TYPE", ""))));
    rows.extend(["NaN", "Infinity", "-Infinity"].map(|value| with(17, "amount", value, SYNTAX)));
    rows.extend(["{\"no\":\"1\"/**/}", "{\"no\":\"1\",}", "{'no':'1'}", "// x"].map(|value| row(18, value, SYNTAX)));
    rows
}

fn numbers() -> Vec<Row> {
    let number = |reason| Reject("FMT.NUMBER", reason);
    let mut rows = vec![
        with(19, "amount", "1e400", number("")),
        with(20, "amount", "1e-400", number("")),
        with(21, "amount", "-0", clean("amount", "0.00")),
        with(22, "amount", "18446744073709551616", clean("amount", "18446744073709551616.00")),
        with(23, "amount", "12345678901234567.89", clean("amount", "12345678901234567.89")),
        with(24, "ratio", &format!("0.1{}", "2".repeat(55)), Reject("FMT.SCALE", "")),
        with(25, "amount", "1e28", number("")),
        with(25, "amount", "1e29", number("")),
        with(26, "ratio", "\"1.00000000000000000000000000005\"", Reject("FMT.SCALE", "")),
        with(27, "amount", "\"1_000\"", number("")),
        with(28, "amount", "\"+1\"", changed("amount", "1.00")),
        with(28, "amount", "\".5\"", changed("amount", "0.50")),
        with(28, "amount", "\"5.\"", number("")),
        with(29, "ratio", "\"9999999999999999999999999999\"", Reject("REL.RULE", "inexact")),
        with(30, "amount", &"9".repeat(1_000_000), Reject("ENV.TOO_LARGE", "number_bytes")),
        with(31, "amount", "0e9999999999", number("")),
        with(33, "amount", "\"\u{661}\u{662}\u{663}\"", number("")),
        with(34, "amount", "\"1,234\"", Reject("FMT.MONEY_AMBIGUOUS", "")),
        with(34, "amount", "\"1.234,56\"", changed("amount", "1234.56")),
        with(34, "amount", "\"1,234.56\"", changed("amount", "1234.56")),
        with(35, "amount", "\"(100.00)\"", changed("amount", "-100.00")),
        with(35, "amount", "\"100-\"", changed("amount", "-100.00")),
        with(35, "amount", "\"USD 100\"", changed("amount", "100.00")),
    ];
    rows.extend(["007", "+1", "0x10", "1.", ".5"].map(|value| with(32, "amount", value, SYNTAX)));
    rows
}

fn structure() -> Vec<Row> {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let members = |count: usize| (0..count).map(|at| format!("\"m{at}\":0")).collect::<Vec<_>>().join(",");
    let tags = |count: usize| format!("[{}]", (0..count).map(|at| format!("\"{at}\"")).collect::<Vec<_>>().join(","));
    let large = |limit| Reject("ENV.TOO_LARGE", limit);
    vec![
        row(36, r#"{"no":"1","no":"2"}"#, Reject("ENV.DUPLICATE_JSON_KEY", "")),
        row(36, r#"{"no":"1","\u006eo":"2"}"#, Reject("ENV.DUPLICATE_JSON_KEY", "")),
        with(37, "note", &nested(32), Reject("ENV.TOO_DEEP", "")),
        row(38, "[".repeat(1_000_000), Reject("ENV.TOO_DEEP", "")),
        with(39, "note", &nested(31), Reject("STR.TYPE", "")),
        row(40, format!("{{\"{}\":1}}", "k".repeat(1_000_000)), large("name_bytes")),
        row(41, format!("{{{}}}", members(70_000)), large("members")),
        row(42, format!("{{{}}}", members(2_000)), Reject("STR.UNKNOWN_FIELD", "")),
        with(43, "note", &format!("\"{}\"", "x".repeat(1_000_000)), large("string_bytes")),
        with(43, "note", &format!("[{}]", vec!["0"; 400_000].join(",")), large("nodes")),
        row(43, vec![b' '; (1 << 20) + 1], large("record_bytes")),
        with(44, "tags", &tags(15_000), Clean("note", None)),
        with(44, "tags", r#"["a","b","a"]"#, Reject("REL.DUPLICATE_ITEM", "")),
        with(46, "Amount", "\"1\"", Reject("STR.UNKNOWN_FIELD", "")),
        with(47, "code", &format!("\"{}b\"", "a".repeat(60_000)), Reject("FMT.PATTERN", "")),
        with(73, "note", &format!("\"{}\"", "\\u0001".repeat(60_000)), Reject("CHR.INVALID", "control")),
    ]
}

fn text() -> Vec<Row> {
    let impossible = Reject("FMT.DATE_IMPOSSIBLE", "");
    let mut rows = vec![
        row(59, "{\"no\":\"CAF\u{c9}\"}", clean("no", "CAF\u{c9}")),
        row(59, "{\"no\":\"CAFE\u{301}\"}", Duplicate),
        row(60, "{\"no\":\"ZW\u{200b}1\"}", changed("no", "ZW1")),
        row(60, "{\"no\":\"RLO\u{202e}1\"}", changed("no", "RLO1")),
        row(60, "{\"no\":\"SHY\u{ad}1\"}", Reject("CHR.INVALID", "invisible")),
        row(60, "{\"no\":\"\u{410}BC-1\"}", Reject("CHR.INVALID", "look_alike")),
        with(61, "note", r#""\u001b[31mred""#, Reject("CHR.INVALID", "control")),
        with(61, "note", r#""one\r\ntwo""#, changed("note", "one two")),
        with(64, "date", "\"2026-02-30\"", impossible),
        with(64, "date", "\"29/02/2025\"", Reject("FMT.DATE_IMPOSSIBLE", "")),
        with(64, "date", "\"0000-01-01\"", Reject("FMT.DATE_IMPOSSIBLE", "")),
        with(65, "date", "\"01/02/2026\"", Reject("FMT.DATE_AMBIGUOUS", "")),
        with(68, "amount", "\"\u{a0}\u{ff11}\u{ff12}\u{a0}\"", changed("amount", "12.00")),
        with(68, "note", "\"\u{a0}x\u{a0}\"", changed("note", "x")),
    ];
    for data in ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "<script>alert(1)</script>"] {
        let number = if data.starts_with('<') { 63 } else { 62 };
        rows.push(with(number, "note", &format!("\"{data}\""), clean("note", data)));
    }
    rows
}

fn envelope() -> Vec<Row> {
    let headed = |number, name: &str, value: &[u8], expected| {
        let row = row(number, r#"{"no":"ROW-57"}"#, expected);
        Row { message: headed(row.message, name, value), ..row }
    };
    let keyed = |key: &[u8], expected| {
        let message = Message { key: key.to_vec(), ..entry(r#"{"no":"ROW-69"}"#) };
        Row { number: 69, message, expected }
    };
    vec![
        headed(57, header::FORM, b"entrie", Reject("ENV.UNKNOWN_FORM", "")),
        headed(57, header::FORM_VERSION, b"9", Reject("ENV.UNKNOWN_SCHEMA_VERSION", "")),
        headed(58, header::FORM, b"../../etc/passwd", Reject("ENV.UNKNOWN_FORM", "")),
        headed(58, header::FORM_VERSION, b"../1", Reject("ENV.UNKNOWN_SCHEMA_VERSION", "")),
        keyed(b"", clean("no", "ROW-69")),
        keyed(b"any", Duplicate),
        headed(70, header::CLIENT, b"\xff", Reject("ENV.INVALID", "not UTF-8")),
        headed(78, header::SOURCE, b"nobody", Reject("ENV.INVALID", "")),
    ]
}
