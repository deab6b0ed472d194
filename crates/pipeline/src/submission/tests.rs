//! Properties of envelopes: as they should be, and damaged in every way.

use super::*;
use proptest::{collection::vec, option, prelude::*, sample};
use record::RecordTime;
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

/// Members that hold a value, as paths, with what it may be.
fn leaves() -> Vec<(Vec<&'static str>, Want)> {
    let leaf = |(name, want): &(&'static str, Want)| match want {
        Want::Group(members) => members.iter().map(|(inner, want)| (vec![*name, *inner], *want)).collect(),
        _ => vec![(vec![*name], *want)],
    };
    MEMBERS.iter().flat_map(leaf).collect()
}

/// A value that the member may have; what is missing may also be `null`.
fn right(want: Want) -> BoxedStrategy<Option<Json>> {
    let value = match want {
        Want::Text(_) => "[^\\p{Cc}]{0,20}".prop_map(Json::from).boxed(),
        Want::Count(_) => (0..1_000_000_000_000_000_000_u64).prop_map(Json::from).boxed(),
        Want::Only("1") => sample::select(vec![json!(1), json!("1")]).boxed(),
        Want::Only(only) => Just(json!(only)).boxed(),
        Want::Group(_) | Want::Absent | Want::Apart => Just(Json::Null).boxed(),
    };
    option::of(prop_oneof![1 => Just(Json::Null), 6 => value]).boxed()
}

fn override_of_one() -> impl Strategy<Value = Json> {
    ("[A-Z.]{0,9}", "(/[a-z]{0,3}){0,3}", "\\PC{0,9}", "\\PC{0,9}")
        .prop_map(|(code, path, by, reason)| json!({"code": code, "path": path, "by": by, "reason": reason}))
}

/// An envelope as it should be, its members in any order.
fn envelope() -> impl Strategy<Value = Json> {
    let values: Vec<_> = leaves().iter().map(|(_, want)| right(*want)).collect();
    let data = sample::select(vec![json!({}), json!({"no": "1", "amount": [1.50]}), json!([1]), json!("x"), json!(7)]);
    (values, "[a-z_]{1,9}", data, option::of(vec(override_of_one(), 0..4)))
        .prop_map(|(values, form, data, overrides)| {
            let mut members = serde_json::Map::new();
            for ((path, _), value) in leaves().into_iter().zip(values) {
                let Some(value) = value else { continue };
                match path.as_slice() {
                    [group, name] => members.entry(*group).or_insert_with(|| json!({}))[*name] = value,
                    path => drop(members.insert(path[0].to_owned(), value)),
                }
            }
            members.insert("form".to_owned(), form.into());
            members.insert("data".to_owned(), data);
            members.extend(overrides.map(|overrides| ("overrides".to_owned(), overrides.into())));
            members.into_iter().collect::<Vec<_>>()
        })
        .prop_shuffle()
        .prop_map(|members| members.into_iter().collect())
}

/// An envelope of which some members are others than they should be, or gone, or nobody knows them.
fn changed() -> impl Strategy<Value = Json> {
    let apart = [vec!["data"], vec!["batch"], vec!["key"], vec!["action"], vec!["rework"]];
    let unknown = [vec!["note"], vec!["batch", "note"], vec!["document", "id"], vec!["rework", "reason"]];
    let paths: Vec<_> = leaves().into_iter().map(|(path, _)| path).chain(apart).chain(unknown).collect();
    let values =
        [Json::Null, json!(true), json!(1), json!("1"), json!("acme"), json!([]), json!({}), json!({"id": "b"})];
    let anything = (sample::select(paths), option::weighted(0.8, sample::select(values.to_vec())));
    let edge = sample::select(edges()).prop_map(|(path, value)| (path, Some(value)));
    (envelope(), vec(prop_oneof![anything, edge], 0..3)).prop_map(|(mut envelope, changes)| {
        changes.into_iter().for_each(|(path, value)| change(&mut envelope, &path, value));
        envelope
    })
}

/// What a member may just be, and what it may just not be.
fn edges() -> Vec<(Vec<&'static str>, Json)> {
    let texts =
        || [1_000, 1_001].map(|length| Json::from("x".repeat(length))).into_iter().chain([json!("a\u{1}"), json!("")]);
    let counts = || [json!(0), json!(-1), json!(1.5), json!(10_u64.pow(18) - 1), json!(10_u64.pow(18))];
    let mut edges = Vec::new();
    for (path, want) in leaves() {
        let values: Vec<Json> = match want {
            Want::Text(_) => texts().collect(),
            Want::Count(_) => counts().to_vec(),
            _ => vec![json!(1), json!("1"), json!(1.0), json!("original")],
        };
        edges.extend(values.into_iter().map(|value| (path.clone(), value)));
    }
    let overrides =
        [json!([{"path": "/a", "by": "b"}]), json!([{"path": "a"}]), json!([{"path": "", "note": 1}]), json!([7])];
    let many = [100, 101].map(|count| Json::from(vec![json!({"path": ""}); count]));
    // Often enough, beside those of all texts.
    let given = overrides.into_iter().chain(many).map(|value| (vec!["overrides"], value));
    edges.extend(given.flat_map(|edge| vec![edge; 5]));
    edges
}

fn change(envelope: &mut Json, path: &[&str], value: Option<Json>) {
    let (name, above) = path.split_last().unwrap();
    let node = above.iter().fold(envelope, |node, name| {
        let group = node.as_object_mut().unwrap().entry(*name).or_insert(Json::Null);
        if !group.is_object() {
            *group = json!({});
        }
        group
    });
    let members = node.as_object_mut().unwrap();
    match value {
        Some(value) => drop(members.insert((*name).to_owned(), value)),
        None => drop(members.remove(*name)),
    }
}

/// What an envelope may say, told once more and more plainly: of a tree of somebody else's parser.
fn is_right(envelope: &Json, beside: &[(&'static str, String)]) -> bool {
    let told =
        |name| leaves().into_iter().find_map(|(path, want)| header_of(want).filter(|of| *of == name).map(|_| path));
    let agrees =
        |(name, said): &(_, String)| told(*name).and_then(|path| said_at(envelope, &path)).as_ref() == Some(said);
    fit(envelope, MEMBERS)
        && !envelope["form"].is_null()
        && !envelope["data"].is_null()
        && (envelope["overrides"].is_null()
            || envelope["overrides"].as_array().is_some_and(|given| are_overrides(given)))
        && beside.iter().all(agrees)
}

fn fit(node: &Json, members: &[(&str, Want)]) -> bool {
    let want = |name: &str| members.iter().find(|(known, _)| *known == name).map(|(_, want)| *want);
    node.as_object()
        .is_some_and(|node| node.iter().all(|(name, value)| want(name).is_some_and(|want| fits(value, want))))
}

fn fits(value: &Json, want: Want) -> bool {
    value.is_null()
        || match want {
            Want::Text(_) => value.as_str().is_some_and(|text| text.len() <= 1_000 && !text.contains(char::is_control)),
            Want::Count(_) => value.as_u64().is_some_and(|number| number < 1_000_000_000_000_000_000),
            Want::Only(only) => value == only || value.as_number().is_some_and(|number| number.to_string() == only),
            Want::Group(members) => fit(value, members),
            Want::Absent => false,
            Want::Apart => true,
        }
}

fn are_overrides(given: &[Json]) -> bool {
    let texts = ["code", "path", "by", "reason"].map(|name| (name, Want::Text(None)));
    let is_pointer = |path: &str| path.is_empty() || path.starts_with('/');
    given.len() <= 100 && given.iter().all(|one| fit(one, &texts) && one["path"].as_str().is_some_and(is_pointer))
}

const fn header_of(want: Want) -> Option<&'static str> {
    match want {
        Want::Text(name) | Want::Count(name) => name,
        Want::Only(_) | Want::Group(_) | Want::Absent | Want::Apart => None,
    }
}

/// What stands there, as a header says it.
fn said_at(envelope: &Json, path: &[&str]) -> Option<String> {
    match path.iter().fold(envelope, |at, name| &at[*name]) {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// What may be done to the text of an envelope: tokens and bytes put in place of others.
fn damage() -> impl Strategy<Value = Vec<(sample::Index, usize, Vec<u8>)>> {
    let tokens =
        ["\"", "{", "}", "[", "]", ",", ":", "null", "-0", "1e9", "\\", "\\ud800", "\u{feff}", "\n", "\"data\":{},"];
    let bytes = prop_oneof![
        sample::select(tokens.to_vec()).prop_map(|token| token.as_bytes().to_vec()),
        vec(any::<u8>(), 0..4),
        Just(b"0".repeat(1_001)),
    ];
    vec((any::<sample::Index>(), 0..12_usize, bytes), 1..4)
}

fn message(value: Vec<u8>, beside: &[(&'static str, String)]) -> Message {
    let beside = beside.iter().map(|(name, value)| (*name, value.as_str()));
    let headers = beside.chain([(header::ENVELOPE, "1")]).collect();
    Message { time: RecordTime(7), key: b"k".to_vec(), headers, value }
}

/// An envelope that says what was read of another one.
fn written(read: &Submission<'_>) -> Message {
    let mut envelope = json!({});
    for (path, want) in leaves() {
        let (name, number) = match want {
            Want::Text(Some(name)) => (name, false),
            Want::Count(Some(name)) => (name, true),
            _ => continue,
        };
        let Some(said) = read.message.header(name) else { continue };
        let value = if number { said.parse::<u64>().unwrap().into() } else { Json::from(said) };
        path.iter().fold(&mut envelope, |at, name| &mut at[*name]).clone_from(&value);
    }
    let given = read.overrides.iter();
    let given = given
        .map(|given| json!({"code": given.code, "path": given.path, "by": given.by, "reason": given.reason}))
        .collect::<Vec<_>>();
    envelope["overrides"] = given.into();
    let mut value = envelope.to_string().into_bytes();
    // The record is not to be touched, not even by a JSON writer.
    value.pop();
    value.extend_from_slice(b",\"data\":");
    value.extend_from_slice(&read.message.value);
    value.push(b'}');
    message(value, &[])
}

/// Everything that counts of what was read: headers in no order, and each once.
fn told(read: &Submission<'_>) -> (Message, Vec<String>) {
    let headers: BTreeSet<_> = read.message.headers.iter().filter(|(name, _)| *name != header::ENVELOPE).collect();
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let message = Message { headers, ..(*read.message).clone() };
    (message, read.overrides.iter().map(|given| format!("{given:?}")).collect())
}

/// What cannot be read is told in findings that reject; what is read is a part of the message, and reads the same from an envelope
/// that says it again.
fn check(message: &Message) -> Result<Option<Message>, TestCaseError> {
    match Submission::of(message) {
        Err(reject) => {
            prop_assert!(!reject.errors.is_empty() && reject.errors.len() <= FINDINGS_MAX);
            prop_assert!(reject.error_count >= reject.errors.len());
            prop_assert!(
                reject.errors.iter().all(|error| error.rule == RULE && error.severity == record::Severity::Hard)
            );
            Ok(None)
        }
        Ok(read) => {
            let value = &read.message.value;
            prop_assert!(message.value.windows(value.len()).any(|part| part == value));
            let again = written(&read);
            let again = Submission::of(&again).map_err(|reject| TestCaseError::fail(format!("{reject:?}")))?;
            prop_assert_eq!(told(&again), told(&read));
            Ok(Some(read.message.into_owned()))
        }
    }
}

fn says_what_stands_in(read: &Message, envelope: &Json) -> Result<(), TestCaseError> {
    for (path, want) in leaves() {
        let Some(name) = header_of(want) else { continue };
        prop_assert_eq!(read.header(name).map(str::to_owned), said_at(envelope, &path), "{}", name);
    }
    Ok(())
}

proptest! {
    #[test]
    fn an_envelope_as_it_should_be_says_what_was_put_in(envelope in envelope()) {
        let read = check(&message(envelope.to_string().into_bytes(), &[]))?;
        let read = read.ok_or_else(|| TestCaseError::fail("refused"))?;
        prop_assert_eq!(serde_json::from_slice::<Json>(&read.value).unwrap(), envelope["data"].clone());
        says_what_stands_in(&read, &envelope)?;
    }

    /// Half of them are as they should be all the same.
    #[test]
    fn a_changed_envelope_is_refused_exactly_where_it_is_wrong(
        envelope in changed(), beside in option::weighted(0.2, sample::select(vec![(header::CLIENT, "acme"), (header::FORM, "1")])),
    ) {
        let beside: Vec<_> = beside.map(|(name, said)| (name, said.to_owned())).into_iter().collect();
        let read = check(&message(envelope.to_string().into_bytes(), &beside))?;
        prop_assert_eq!(read.is_some(), is_right(&envelope, &beside));
        if let Some(read) = read {
            prop_assert_eq!(serde_json::from_slice::<Json>(&read.value).unwrap(), envelope["data"].clone());
            says_what_stands_in(&read, &envelope)?;
        }
    }

    #[test]
    fn a_damaged_envelope_is_refused_or_says_what_stands_in_it(
        envelope in envelope(), damage in damage(), beside in option::of("[a-z]{0,2}"),
    ) {
        let mut text = envelope.to_string().into_bytes();
        for (at, gone, new) in damage {
            let at = at.index(text.len() + 1);
            let end = text.len().min(at + gone);
            text.splice(at..end, new);
        }
        let beside: Vec<_> = beside.map(|client| (header::CLIENT, client)).into_iter().collect();
        check(&message(text, &beside))?;
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in vec(any::<u8>(), 0..200)) {
        check(&message(bytes, &[]))?;
    }
}
