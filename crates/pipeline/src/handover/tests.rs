//! What is handed over, as it should be and damaged.

use super::*;
use proptest::{collection::vec, prelude::*, sample};
use record::{Headers, RecordTime};

fn raw() -> RawRecord {
    let message = Message {
        time: RecordTime(1_700_000_000_000),
        key: Vec::new(),
        headers: [(header::FORM, "slip")].into(),
        value: b"{ \"no\" : 1 }".to_vec(),
    };
    RawRecord { position: Position { partition: 4, offset: 70 }, message, original: None }
}

fn clean() -> Message {
    let headers = [(header::ORIGIN, "raw/4/70"), (header::CONTENT_HASH, "00000000000000ff")];
    Message {
        time: RecordTime(1_700_000_000_000),
        key: Key([0xab; 16]).to_string().into_bytes(),
        headers: headers.into(),
        value: b"{\"no\":\"1\"}".to_vec(),
    }
}

#[test]
fn what_is_handed_over_arrives_whole() {
    let key = |last| Key([&[0xab; 15], [last].as_slice()].concat().try_into().unwrap());
    let (hard, soft) = (Severity::Hard, Severity::Soft);
    let asks = [
        Asks::Nobody { rule: 7, severity: hard },
        Asks::Nobody { rule: 300, severity: soft },
        Asks::Nothing,
        Asks::Somebody { look_up: 7, severity: hard },
        Asks::Somebody { look_up: 300, severity: soft },
    ];
    let traces: Vec<Trace> = (1..).zip(asks).map(|(last, asks)| Trace { key: key(last), asks }).collect();
    let message = message(&mut raw(), &clean(), &traces).unwrap();
    assert_eq!(message.key, clean().key, "the transport finds the shard by it");
    let handed = read(&HandedRecord { position: Position::default(), message }).unwrap();
    assert_eq!(handed.clean, clean());
    assert_eq!(handed.raw.message, raw().message);
    let claim =
        Claim { key: Key([0xab; 16]), content: ContentHash(255), position: raw().position, time: raw().message.time };
    assert_eq!(handed.claim, claim);
    assert_eq!(handed.traces, traces);
}

#[test]
fn a_key_of_any_length_stays_behind() {
    let mut raw = raw();
    raw.message.key = vec![b'k'; 1 << 17];
    let message = message(&mut raw, &clean(), &[]).unwrap();
    let handed = read(&HandedRecord { position: Position::default(), message }).unwrap();
    assert_eq!(handed.raw.message, self::raw().message);
}

#[test]
fn a_trace_that_another_owner_would_decide_is_not_ours() {
    let trace = Trace { key: Key([0xaa; 16]), asks: Asks::Nothing };
    let message = message(&mut raw(), &clean(), &[trace]).unwrap();
    let read = |message: Message| read(&HandedRecord { position: Position::default(), message }).unwrap_err();
    let error = read(message.clone());
    assert!(error.to_string().ends_with("a trace of another home than its record's"), "{error}");
    // As a later version might write it.
    let mut message = message;
    message.value[1 + TRACE_BYTES] = 5;
    let error = read(message);
    assert!(error.to_string().ends_with("a trace of unknown kind"), "{error}");
}

#[test]
fn what_is_not_ours_names_its_place() {
    let mut message = message(&mut raw(), &clean(), &[]).unwrap();
    message.value.truncate(40);
    let position = Position { partition: 2, offset: 9 };
    let error = read(&HandedRecord { position, message }).unwrap_err();
    assert!(error.to_string().starts_with("topic keyed, 2/9: "), "{error}");
}

fn any_asks() -> impl Strategy<Value = Asks> {
    let severity = || sample::select(vec![Severity::Soft, Severity::Hard]);
    prop_oneof![
        Just(Asks::Nothing),
        (any::<u16>(), severity()).prop_map(|(rule, severity)| Asks::Nobody { rule, severity }),
        (any::<u16>(), severity()).prop_map(|(look_up, severity)| Asks::Somebody { look_up, severity }),
    ]
}

fn any_headers() -> impl Strategy<Value = Vec<(String, Vec<u8>)>> {
    vec(("\\PC{0,9}", vec(any::<u8>(), 0..20)), 0..4)
}

/// A raw record, the clean message it became, and its traces, which are of the home of its key.
fn any_judged() -> impl Strategy<Value = (RawRecord, Message, Vec<Trace>)> {
    let raw = (any::<u32>(), any::<u64>(), any::<i64>(), any_headers(), vec(any::<u8>(), 0..60));
    let clean = (any::<[u8; 16]>(), any::<u64>(), any_headers(), vec(any::<u8>(), 0..60));
    (raw, clean, vec((any::<[u8; 12]>(), any_asks()), 0..6)).prop_map(|(raw, clean, traces)| {
        let (partition, offset, time, headers, value) = raw;
        let position = Position { partition, offset };
        let time = RecordTime(time);
        let raw = Message { time, key: Vec::new(), headers: headers.into_iter().collect(), value };
        let (key, content, beside, value) = clean;
        let mut headers = Headers::from([
            (header::ORIGIN, format!("raw/{position}")),
            (header::CONTENT_HASH, ContentHash(content).to_string()),
        ]);
        headers.extend(beside);
        let clean = Message { time, key: Key(key).to_string().into_bytes(), headers, value };
        let of_home = |rest: [u8; 12]| Key([&key[..4], &rest].concat().try_into().unwrap());
        let traces = traces.into_iter().map(|(rest, asks)| Trace { key: of_home(rest), asks }).collect();
        (RawRecord { position, message: raw, original: None }, clean, traces)
    })
}

/// What may be done to bytes: some put in place of others.
fn damage() -> impl Strategy<Value = Vec<(sample::Index, usize, Vec<u8>)>> {
    vec((any::<sample::Index>(), 0..20_usize, vec(any::<u8>(), 0..8)), 1..4)
}

/// Reads a value as a message of the topic, at the place that an error must name.
fn read_value(value: Vec<u8>) -> Result<Handed, transport::Error> {
    read(&HandedRecord { position: PLACE, message: Message { value, ..Message::default() } })
}

const PLACE: Position = Position { partition: 2, offset: 9 };

/// Bytes are refused with their place, or are what is read of them: handed over again it is the same.
fn check(value: Vec<u8>) -> Result<(), TestCaseError> {
    match read_value(value) {
        Err(transport::Error::Undecodable { topic, position, .. }) => {
            prop_assert_eq!((topic, position), (Topic::Keyed, PLACE));
        }
        Err(other) => return Err(TestCaseError::fail(other.to_string())),
        Ok(mut handed) => {
            let again = message(&mut handed.raw, &handed.clean, &handed.traces).unwrap();
            let again = read_value(again.value).unwrap();
            prop_assert_eq!((&again.raw.message, &again.clean), (&handed.raw.message, &handed.clean));
            prop_assert_eq!((again.claim, again.traces), (handed.claim, handed.traces));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_handed_over_arrives_whole((mut raw, clean, traces) in any_judged()) {
        let message = message(&mut raw, &clean, &traces).unwrap();
        let Handed { raw: read, clean: read_clean, claim, traces: read_traces } = read_value(message.value).unwrap();
        prop_assert_eq!((&read.message, &read_clean, &read_traces), (&raw.message, &clean, &traces));
        prop_assert_eq!([claim.position, read.position], [raw.position; 2]);
        prop_assert_eq!(claim.key.to_string().into_bytes(), clean.key);
    }

    #[test]
    fn damaged_bytes_are_refused_or_are_what_is_read_of_them(
        (mut raw, clean, traces) in any_judged(), damage in damage(),
    ) {
        let mut value = message(&mut raw, &clean, &traces).unwrap().value;
        for (at, gone, new) in damage {
            let at = at.index(value.len() + 1);
            value.splice(at..value.len().min(at + gone), new);
        }
        check(value)?;
    }

    #[test]
    fn no_bytes_make_reading_panic(bytes in vec(any::<u8>(), 0..120)) {
        check(bytes)?;
    }
}
