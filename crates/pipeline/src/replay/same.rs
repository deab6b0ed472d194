//! Whether somebody corrected a record, or a tool only wrote it anew.

use rules::json::{self, Node, Value};

/// Whether two texts are one record: the same bytes, or the same JSON but for blanks, escapes, the order of members and zeros at the
/// end of decimals. So much changes in a record that went through `jq` or a script untouched.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other
        || matches!((json::read(one), json::read(other)), (Ok(one), Ok(other)) if is_same_value(&one.root, &other.root))
}

// Recursion is as deep as a record may be: what is deeper is not read.
fn is_same_value(one: &Node<'_>, other: &Node<'_>) -> bool {
    match (&one.value, &other.value) {
        (Value::Number(one), Value::Number(other)) => bare(one) == bare(other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same_value(one, other))
        }
        (Value::Object(members), Value::Object(others)) => {
            let is_there = |name: &str, node| other.member(name).is_some_and(|other| is_same_value(node, other));
            members.len() == others.len() && members.iter().all(|member| is_there(&member.name, &member.node))
        }
        (one, other) => one == other,
    }
}

/// A number without the zeros that end its decimals.
fn bare(number: &str) -> &str {
    let is_plain = number.contains('.') && !number.contains(['e', 'E']);
    if is_plain { number.trim_end_matches('0').trim_end_matches('.') } else { number }
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn what_a_tool_writes_anew_is_the_same() {
        let record = "{\"a\": \"\\u00e9/\", \"b\" : [1.50, 10, {\"c\":null}], \"d\":2.0}";
        assert!(is_same(record.as_bytes(), "{\"d\":2,\"a\":\"é\\/\",\"b\":[1.5,10,{\"c\":null}]}".as_bytes()));
        assert!(is_same(b"\xff", b"\xff"));
    }

    #[test]
    fn what_somebody_corrected_is_not() {
        for (one, other) in [
            ("{\"a\":1}", "{\"a\":\"1\"}"),
            ("{\"a\":1}", "{\"a\":10}"),
            ("{\"a\":10}", "{\"a\":1}"),
            ("{\"a\":1e2}", "{\"a\":1e20}"),
            ("{\"a\":12345678901234567890123}", "{\"a\":12345678901234567890124}"),
            ("{\"a\":\" x\"}", "{\"a\":\"x\"}"),
            ("{\"a\":null}", "{}"),
            ("{\"a\":1,\"b\":2}", "{\"a\":1,\"c\":2}"),
            ("[1,2]", "[2,1]"),
            ("[1,2]", "[1]"),
            ("{\"a\":1", "{\"a\":1 "),
        ] {
            assert!(!is_same(one.as_bytes(), other.as_bytes()), "{one} {other}");
        }
    }
}
