//! The file of a case -> a case. Whatever could be silently ignored is refused, as in forms.

use super::{Case, Expect, Made, Rows, Told};
use crate::{
    DateOrder, DecimalSign, Profile, Soft,
    json::{self, Node, Place, Value},
    suggest::nearest,
};
use record::RecordTime;

const MEMBERS: &[&str] = &["about", "version", "record", "raw", "client", "time_ms", "profile", "tables", "expect"];
const EXPECT: &[&str] = &["outcome", "errors", "clean", "warnings", "changes"];
const PROFILE: &[&str] = &["date_order", "decimal_sign", "region", "soft"];

/// Why a text is no case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: {what}")]
pub struct CaseError {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub what: String,
    /// What to do: often "did you mean …".
    pub hint: Option<String>,
}

/// What is wrong at a byte.
struct Wrong {
    at: usize,
    what: String,
    hint: Option<String>,
}

type Read<T> = Result<T, Wrong>;

fn wrong<T>(at: usize, what: impl Into<String>) -> Read<T> {
    Err(Wrong { at, what: what.into(), hint: None })
}

pub(super) fn parse(text: &str) -> Result<Case, CaseError> {
    let read = match json::read(text.as_bytes()) {
        Ok(document) => case(text, &document.root),
        Err(faults) => {
            let first = faults.first().map(|fault| (fault.at, fault.kind.what(), fault.kind.hint()));
            let (at, what, hint) = first.unwrap_or((0, "a case is a JSON object", None));
            Err(Wrong { at, what: what.to_owned(), hint: hint.map(str::to_owned) })
        }
    };
    read.map_err(|Wrong { at, what, hint }| {
        let Place { line, column } = Place::of(text.as_bytes(), at);
        CaseError { line, column, what, hint }
    })
}

fn case(text: &str, root: &Node<'_>) -> Read<Case> {
    known(root, "member of a case", MEMBERS)?;
    let raw = match (root.member("raw"), root.member("record")) {
        (Some(raw), None) => text_of(raw, "\"raw\"")?.as_bytes().to_vec(),
        (None, Some(record)) => text.as_bytes()[record.start..record.end].to_vec(),
        _ => return wrong(root.start, "a case has either a \"record\", or \"raw\" text"),
    };
    let time = root.member("time_ms").map(|node| number(node, "\"time_ms\"")).transpose()?.map(RecordTime);
    let version = root.member("version").map(|node| number(node, "\"version\"")).transpose()?;
    let Some(expected) = root.member("expect") else { return wrong(root.start, "a case says what to \"expect\"") };
    Ok(Case {
        version: version.and_then(|version: i64| u32::try_from(version).ok()),
        raw,
        client: root.member("client").map_or(Ok(""), |node| text_of(node, "\"client\""))?.to_owned(),
        time,
        profile: root.member("profile").map_or_else(|| Ok(Profile::default()), profile)?,
        tables: root.member("tables").map_or_else(|| Ok(Vec::new()), |node| tables(text, node))?,
        expect: expect(text, expected)?,
    })
}

/// The rows of reference tables; what is in them only the form knows.
fn tables(text: &str, node: &Node<'_>) -> Read<Vec<Rows>> {
    let Some(members) = node.members() else { return wrong(node.start, "\"tables\" is an object of lists of rows") };
    let rows = |node: &Node<'_>| {
        let Some(items) = node.items() else { return wrong(node.start, "a table is a list of rows") };
        let line = |item: &Node<'_>| u64::from(Place::of(text.as_bytes(), item.start).line);
        Ok(items.iter().map(|item| (line(item), text[item.start..item.end].to_owned())).collect())
    };
    members.iter().map(|member| Ok(Rows { table: member.name.to_string(), rows: rows(&member.node)? })).collect()
}

/// Refuses members that have no effect.
fn known(node: &Node<'_>, what: &str, names: &[&str]) -> Read<()> {
    let Some(members) = node.members() else { return wrong(node.start, "an object is wanted here") };
    let Some(member) = members.iter().find(|member| !names.contains(&&*member.name)) else { return Ok(()) };
    let hint = match nearest(&member.name, names.iter().copied()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => format!("known are: {}", names.join(", ")),
    };
    Err(Wrong { at: member.name_start, what: format!("unknown {what} \"{}\"", member.name), hint: Some(hint) })
}

fn text_of<'n>(node: &'n Node<'_>, what: &str) -> Read<&'n str> {
    node.text().map_or_else(|| wrong(node.start, format!("{what} is a text")), Ok)
}

fn number(node: &Node<'_>, what: &str) -> Read<i64> {
    let number = match &node.value {
        Value::Number(number) => number.parse().ok(),
        _ => None,
    };
    number.map_or_else(|| wrong(node.start, format!("{what} is a whole number")), Ok)
}

fn profile(node: &Node<'_>) -> Read<Profile> {
    known(node, "setting", PROFILE)?;
    let mut profile = Profile::default();
    if let Some(order) = node.member("date_order") {
        profile.date_order = Some(match order.text() {
            Some("dmy") => DateOrder::Dmy,
            Some("mdy") => DateOrder::Mdy,
            Some("ymd") => DateOrder::Ymd,
            _ => return wrong(order.start, "\"date_order\" is dmy, mdy or ymd"),
        });
    }
    if let Some(sign) = node.member("decimal_sign") {
        profile.decimal_sign = Some(match sign.text() {
            Some("point") => DecimalSign::Point,
            Some("comma") => DecimalSign::Comma,
            _ => return wrong(sign.start, "\"decimal_sign\" is point or comma"),
        });
    }
    if let Some(soft) = node.member("soft") {
        profile.soft = Some(match soft.text() {
            Some("warn") => Soft::Warn,
            Some("reject") => Soft::Reject,
            _ => return wrong(soft.start, "\"soft\" is warn or reject"),
        });
    }
    profile.region = node.member("region").map(|node| text_of(node, "\"region\"")).transpose()?.map(str::to_owned);
    Ok(profile)
}

fn expect(text: &str, node: &Node<'_>) -> Read<Expect> {
    known(node, "member of \"expect\"", EXPECT)?;
    let findings = |name: &str| node.member(name).map_or_else(|| Ok(Vec::new()), findings);
    match node.member("outcome").and_then(Node::text) {
        Some("clean") => {
            let Some(clean) = node.member("clean") else {
                return wrong(node.start, "a clean case shows the \"clean\" record");
            };
            // Written as the judge writes it: without blanks, and escaped in the one way that both know.
            let clean = serde_json::from_str::<serde_json::Value>(&text[clean.start..clean.end]);
            Ok(Expect::Clean {
                text: clean.map(|value| value.to_string()).unwrap_or_default(),
                warnings: findings("warnings")?,
                changes: node.member("changes").map(changes).transpose()?,
            })
        }
        Some("reject") => match findings("errors")? {
            errors if errors.is_empty() => wrong(node.start, "a reject case lists its \"errors\""),
            errors => Ok(Expect::Reject { errors }),
        },
        _ => wrong(node.start, "\"outcome\" is clean or reject"),
    }
}

fn findings(list: &Node<'_>) -> Read<Vec<Told>> {
    let Some(items) = list.items() else { return wrong(list.start, "findings are a list") };
    let told = |item: &Node<'_>| {
        known(item, "member of a finding", &["code", "path", "rule"])?;
        let member = |name: &str| match item.member(name) {
            Some(node) => text_of(node, name).map(str::to_owned),
            None => wrong(item.start, format!("a finding has a \"{name}\"")),
        };
        let rule = item.member("rule").map(|node| text_of(node, "\"rule\"")).transpose()?;
        Ok(Told { code: member("code")?, path: member("path")?, rule: rule.map(str::to_owned) })
    };
    items.iter().map(told).collect()
}

fn changes(list: &Node<'_>) -> Read<Vec<Made>> {
    let Some(items) = list.items() else { return wrong(list.start, "changes are a list") };
    let made = |item: &Node<'_>| {
        known(item, "member of a change", &["path", "raw", "value"])?;
        let member = |name: &str| item.member(name).and_then(Node::text).map(str::to_owned);
        match (member("path"), member("raw")) {
            (Some(path), Some(raw)) => Ok(Made { path, raw, value: member("value") }),
            _ => wrong(item.start, "a change has a \"path\" and a \"raw\" text"),
        }
    };
    items.iter().map(made).collect()
}
