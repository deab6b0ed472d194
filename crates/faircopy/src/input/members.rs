//! Members of JSON records, renamed as the mapping says; their values keep every byte.

use super::{
    header::{Known, Target},
    template::Template,
};
use record::limits::MEMBERS_MAX;
use serde::de::IgnoredAny;
use serde_json::Deserializer;

/// What JSON takes for white space, and nothing else: other spaces make a text that is no JSON.
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Name and value of each member of an object, in order, the value as it stands; `None` when the text is not an object.
#[must_use]
pub fn members(object: &str) -> Option<Vec<(String, &str)>> {
    let mut rest = object.trim_matches(SPACE).strip_prefix('{')?.strip_suffix('}')?.trim_matches(SPACE);
    let mut members = Vec::new();
    while !rest.is_empty() {
        if !members.is_empty() {
            rest = rest.strip_prefix(',')?.trim_start_matches(SPACE);
        }
        let mut names = Deserializer::from_str(rest).into_iter::<String>();
        let name = names.next()?.ok()?;
        rest = rest[names.byte_offset()..].trim_start_matches(SPACE).strip_prefix(':')?.trim_start_matches(SPACE);
        let mut values = Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        values.next()?.ok()?;
        let (value, after) = rest.split_at(values.byte_offset());
        members.push((name, value));
        rest = after.trim_start_matches(SPACE);
    }
    Some(members)
}

/// What the members of a foreign record are called in the form.
#[derive(Debug)]
pub(super) struct Renames(Known);

impl Renames {
    /// `None` when the mapping is empty.
    pub(super) fn new(known: &Known) -> Option<Self> {
        (!known.mapping.is_empty()).then(|| Self(known.clone()))
    }

    /// The record with its members renamed and those to be ignored left out. `None` when it stays as it is, for judging to see: it
    /// is not an object or has more members than a record may have, or two of its members would be the same field, or one a
    /// part of the other.
    pub(super) fn apply(&self, record: &[u8]) -> Option<Vec<u8>> {
        let members = members(std::str::from_utf8(record).ok()?).filter(|members| members.len() <= MEMBERS_MAX)?;
        let targets: Vec<_> = members.iter().map(|(name, _)| self.0.renamed(name)).collect();
        let clashes = |(at, target): (usize, &Target)| targets[..at].iter().any(|before| clash(before, target));
        if targets.iter().enumerate().any(clashes) {
            return None;
        }
        let mut out = Vec::with_capacity(record.len());
        let write = |member: usize, out: &mut Vec<u8>| {
            out.extend_from_slice(members[member].1.as_bytes());
            true
        };
        Template::new(&targets).write(write, &mut out);
        Some(out)
    }
}

/// Whether two members cannot both be written: they are the same field, or one stands within the other.
fn clash(a: &Target, b: &Target) -> bool {
    let (Target::Field(a), Target::Field(b)) = (a, b) else { return false };
    let (outer, inner) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    inner.strip_prefix(outer.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Mapping;

    fn renames() -> Renames {
        let mapping = "ignore = [\"_row\"]\n[fields]\n\"Contract ID\" = \"/id\"\nAmount = \"/lines/0/amount\"\n";
        let mapping = Mapping::parse("m.toml", mapping).unwrap();
        Renames::new(&Known { fields: vec!["/id".into(), "/lines/*/amount".into()], mapping }).unwrap()
    }

    #[track_caller]
    fn check(record: &str, expected: Option<&str>) {
        let renamed = renames().apply(record.as_bytes()).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(renamed.as_deref(), expected, "{record}");
    }

    #[test]
    fn values_keep_every_byte_and_other_members_their_names() {
        check(
            r#"{"_row": 7, "Contract ID":"\u0041 ", "Amount" : 1.50e0 , "a/b":{"Amount": [ 1 ]}}"#,
            Some(r#"{"id":"\u0041 ","lines":[{"amount":1.50e0}],"a/b":{"Amount": [ 1 ]}}"#),
        );
        check("{}", Some("{}"));
        check("{\"\u{feff}Contract ID\":\"1\"}", Some(r#"{"id":"1"}"#));
    }

    #[test]
    fn what_is_no_object_or_would_hide_a_member_stays_as_it_is() {
        for record in
            ["", "[1]", "{\"Amount\":1", "{\"Amount\":1,}", "{\"id\":1,\"Contract ID\":2}", "{\"x\":1,\"x\":2}"]
        {
            check(record, None);
        }
        for record in [r#"{"lines":[{"qty":1}],"Amount":2}"#, r#"{"Amount":2,"lines":[{"qty":1}]}"#] {
            check(record, None);
        }
        check(r#"{"Amount":2,"lines2":1,"line":3}"#, Some(r#"{"lines":[{"amount":2}],"lines2":1,"line":3}"#));
    }

    #[test]
    fn what_is_no_json_is_not_made_json() {
        for space in ["\u{b}", "\u{c}", "\u{85}", "\u{a0}", "\u{2028}", "\u{feff}"] {
            let record = r#"_{_"Amount"_:_1_,_"x"_:_2_}_"#;
            assert!(renames().apply(record.replace('_', " ").as_bytes()).is_some());
            for (at, _) in record.match_indices('_') {
                let (before, after) = record.split_at(at);
                let record = [before, &after.replacen('_', space, 1)].concat().replace('_', " ");
                check(&record, None);
            }
        }
    }

    #[test]
    fn more_members_than_a_record_may_have_are_left_to_judging() {
        let record =
            |count| format!("{{{}}}", (0..count).map(|nth| format!("\"m{nth}\":0")).collect::<Vec<_>>().join(","));
        assert!(renames().apply(record(MEMBERS_MAX).as_bytes()).is_some());
        assert!(renames().apply(record(MEMBERS_MAX + 1).as_bytes()).is_none());
    }
}
