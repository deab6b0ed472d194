//! Properties of rejects that are read back: as they were written, and as somebody else may have.

use super::*;
use crate::{InTopic, output::Subject};
use proptest::{collection::vec, option, prelude::*, sample};
use record::{Finding, Position, RawRecord, RecordTime, Reject, Stage, finding::Params};
use serde_json::{Value as Json, json};

/// A value that no message may show.
const CANARY: &str = "Zaphod";

fn any_header() -> impl Strategy<Value = (&'static str, Vec<u8>)> {
    let carried = header::CARRIED.into_iter().chain([header::FORM, header::FORM_VERSION, header::ROOT_POSITION]);
    (sample::select(carried.collect::<Vec<_>>()), vec(any::<u8>(), 0..9))
}

/// A raw record of any bytes, of some attempt.
fn any_raw() -> impl Strategy<Value = RawRecord> {
    let value = prop_oneof!["\\PC{0,40}".prop_map(String::into_bytes), vec(any::<u8>(), 0..40)];
    let attempt = option::of(1..=u32::MAX);
    (any::<u32>(), any::<u64>(), any::<i64>(), vec(any_header(), 0..5), attempt, value).prop_map(
        |(partition, offset, time, headers, attempt, value)| {
            let mut headers: Headers = headers.into_iter().collect();
            headers.extend(attempt.map(|attempt| (header::ATTEMPT, attempt.to_string())));
            let message = Message { time: RecordTime(time), key: Vec::new(), headers, value };
            RawRecord { position: Position { partition, offset }, message, original: None }
        },
    )
}

/// The reject of a record, as it is written.
fn rejected(raw: &RawRecord, codes: &[Code]) -> Message {
    let finding = |code: &Code| Finding::whole(*code, Stage::Decode, "rule", Params::default());
    let reject = Reject { errors: codes.iter().map(finding).collect(), error_count: codes.len() };
    Subject::new(raw, &InTopic("raw".into())).reject(None, &reject, 3)
}

fn any_codes() -> impl Strategy<Value = Vec<Code>> {
    vec(sample::select(vec![Code::EnvInvalid, Code::EnvTooLarge, Code::DupConflict]), 1..4)
}

/// Another value for a part of a reject, or none.
fn change() -> impl Strategy<Value = (Vec<&'static str>, Option<Json>)> {
    let paths = [
        vec!["v"],
        vec!["reject_id"],
        vec!["form"],
        vec!["envelope"],
        vec!["envelope", "client"],
        vec!["attempt"],
        vec!["root"],
        vec!["errors"],
        vec!["raw"],
        vec!["raw", "encoding"],
        vec!["raw", "body"],
        vec!["submitted_ms"],
        vec!["engine"],
    ];
    let error = json!({"code": "A.B", "severity": "hard", "stage": "dedupe", "path": "/x", "rule": "r"});
    let errors = [json!([error]), json!([{"code": "A.B", "path": "/x"}]), json!([CANARY])];
    let texts = ["", "utf8", "base64", "absent", "AAA=", CANARY].map(Json::from).to_vec();
    let others = vec![Json::Null, json!(true), json!({}), json!([]), json!({"encoding": "utf8", "body": CANARY})];
    let numbers = vec![json!(1), json!(2), json!(-1), json!(1.5), json!(u32::MAX), json!(1_u64 << 32), json!(u64::MAX)];
    let values = [texts, others, numbers, errors.to_vec()].concat();
    let edges = vec![
        (vec!["v"], Some(json!(2))),
        (vec!["attempt"], Some(json!(u32::MAX))),
        (vec!["attempt"], Some(json!(1_u64 << 32))),
        (vec!["raw"], Some(json!({"encoding": "base64", "body": CANARY}))),
        (vec!["raw"], Some(json!({"encoding": CANARY, "body": ""}))),
    ];
    prop_oneof![
        2 => (sample::select(paths.to_vec()), option::weighted(0.8, sample::select(values))),
        1 => sample::select(edges),
    ]
}

/// Whether a tree of somebody else's parser is a reject that can be put back.
fn is_right(tree: &Json) -> bool {
    let is_error =
        |error: &Json| ["code", "severity", "stage", "path", "rule"].iter().all(|name| error[*name].is_string());
    tree["v"] == 1
        && ["reject_id", "root"].iter().all(|name| tree[*name].is_string())
        && (tree["form"].is_null() || tree["form"].is_string())
        && tree["envelope"].as_object().is_some_and(|said| said.values().all(Json::is_string))
        && tree["attempt"].as_u64().is_some_and(|attempt| u32::try_from(attempt).is_ok())
        && tree["errors"].as_array().is_some_and(|errors| errors.iter().all(is_error))
        && ["encoding", "body"].iter().all(|name| tree["raw"][*name].is_string())
        && tree["submitted_ms"].is_i64()
}

proptest! {
    #[test]
    fn a_reject_reads_back_as_it_was_written(raw in any_raw(), codes in any_codes()) {
        let written = rejected(&raw, &codes);
        let stored = Stored::parse(&written).map_err(TestCaseError::fail)?;
        prop_assert_eq!(stored.raw(), Ok(raw.message.value.clone()));
        prop_assert!(stored.codes().eq(codes.iter().map(|code| code.as_str())));
        prop_assert_eq!(stored.submitted_ms, raw.message.time.0);
        let attempt = raw.message.header(header::ATTEMPT).map_or(1, |attempt| attempt.parse::<u32>().unwrap());
        let again = stored.again(&written, b"mended".to_vec());
        let expected = attempt.saturating_add(1).to_string();
        prop_assert_eq!(again.header(header::ATTEMPT), Some(expected.as_str()));
        prop_assert_eq!(stored.mark(), format!("replay/raw/{}/{expected}", raw.position));
        let root = raw.message.header(header::ROOT_POSITION).and_then(|root| root.parse::<Position>().ok());
        let root = root.unwrap_or(raw.position).to_string();
        prop_assert_eq!(again.header(header::ROOT_POSITION), Some(root.as_str()));
        prop_assert_eq!((again.time, again.value.as_slice()), (raw.message.time, b"mended".as_slice()));
        for name in header::CARRIED {
            prop_assert_eq!(again.headers.get(name), raw.message.headers.get(name), "{}", name);
        }
    }

    /// Half of them can still be put back.
    #[test]
    fn a_changed_reject_is_refused_exactly_where_it_is_wrong(
        raw in any_raw(), codes in any_codes(), changes in vec(change(), 0..3),
    ) {
        let mut message = rejected(&raw, &codes);
        let mut tree: Json = serde_json::from_slice(&message.value).unwrap();
        for (path, value) in changes {
            let (name, above) = path.split_last().unwrap();
            let node = above.iter().try_fold(&mut tree, |node, name| node.get_mut(*name));
            let Some(members) = node.and_then(Json::as_object_mut) else { continue };
            match value {
                Some(value) => drop(members.insert((*name).to_owned(), value)),
                None => drop(members.remove(*name)),
            }
        }
        message.value = tree.to_string().into_bytes();
        match Stored::parse(&message) {
            Ok(stored) => {
                prop_assert!(is_right(&tree));
                prop_assert_eq!(Some(stored.reject_id.as_str()), tree["reject_id"].as_str());
                let body = tree["raw"]["body"].as_str().unwrap();
                let bytes = match tree["raw"]["encoding"].as_str().unwrap() {
                    "utf8" => Some(body.as_bytes().to_vec()),
                    "base64" => STANDARD.decode(body).ok(),
                    _ => None,
                };
                prop_assert_eq!(stored.raw().ok(), bytes);
                prop_assert!(stored.raw().err().is_none_or(|error| !error.contains(CANARY)));
            }
            Err(error) => prop_assert!(!is_right(&tree) && !error.contains(CANARY), "{}", error),
        }
    }

    #[test]
    fn no_bytes_make_reading_panic(value in vec(any::<u8>(), 0..200)) {
        let message = Message { value, ..Message::default() };
        if let Ok(stored) = Stored::parse(&message) {
            drop((stored.raw(), stored.mark(), stored.again(&message, Vec::new())));
        }
    }
}

/// A reject is cut to what a message holds, and was never known again.
#[test]
fn a_reject_without_room_for_its_errors_is_known_by_those_it_has_and_their_number() {
    let raw = RawRecord { position: Position { partition: 0, offset: 1 }, message: Message::default(), original: None };
    let mut errors = vec![(Code::StrRequired, "/a".to_owned()), (Code::FmtDate, "/b".to_owned())];
    let finding = |(code, path): &(Code, String)| {
        let whole = Finding::whole(*code, Stage::Decode, "rule", Params::default());
        record::Finding { path: path.clone(), ..whole }
    };
    let stored = |errors: &[(Code, String)], error_count| {
        let reject = Reject { errors: errors.iter().map(finding).collect(), error_count };
        Stored::parse(&Subject::new(&raw, &InTopic("raw".into())).reject(None, &reject, 3)).unwrap()
    };
    assert!(stored(&errors, 2).has_errors(&errors, 2) && stored(&errors[..1], 2).has_errors(&errors, 2));
    assert!(stored(&[], 2).has_errors(&errors, 2));
    assert!(stored(&errors, 150).has_errors(&errors, 140), "the first ones are what it fails for");
    assert!(!stored(&errors[..1], 1).has_errors(&errors, 2) && !stored(&errors[..1], 3).has_errors(&errors, 2));
    assert!(!stored(&errors, 2).has_errors(&errors[..1], 1));
    let mended = stored(&errors[1..], 2);
    errors.swap(0, 1);
    assert!(mended.has_errors(&errors, 2) && !stored(&errors[1..], 2).has_errors(&errors, 2));
}
