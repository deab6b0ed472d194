use super::*;
use crate::generate::Expected;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use record::{Code, Position};

const RECORDS: u64 = 2_000;
const TOPIC: &str = "some.raw";

fn generator() -> Generator {
    Generator { seed: 4, invalid_ppm: 300_000, duplicate_ppm: 200_000, kind: None, envelope: true, tables: false }
}

/// Records on two partitions, the odd ones on the second.
fn places() -> Places {
    let found = (0..RECORDS).map(|index| (at(index), Some(index)));
    Places::learn(TOPIC, found, RECORDS)
}

fn at(index: u64) -> Position {
    Position { partition: u32::from(index % 2 == 1), offset: index / 2 }
}

fn truths(generator: &Generator) -> Truths<'_> {
    Truths { generator, places: places(), firsts: BTreeMap::new(), alike: BTreeMap::new() }
}

/// The message that a correct line would publish.
fn published(generated: &Generated, index: u64) -> Message {
    let truth = &generated.truth;
    let value = match truth.outcome {
        Outcome::Clean => truth.clean.clone(),
        Outcome::Duplicate => {
            let Position { partition, offset } = at(truth.first.unwrap());
            let first = serde_json::json!({"topic": TOPIC, "partition": partition, "offset": offset});
            serde_json::json!({ "first": first }).to_string().into_bytes()
        }
        _ => {
            let errors: Vec<_> = truth.errors.iter().map(|error| finding_json(error, "hard", truth.first)).collect();
            let raw = serde_json::json!({"encoding": "base64", "body": STANDARD.encode(&generated.bytes)});
            serde_json::json!({"errors": errors, "raw": raw}).to_string().into_bytes()
        }
    };
    let warnings: Vec<_> = truth.warnings.iter().map(|warning| finding_json(warning, "soft", None)).collect();
    let headers = [
        (header::ORIGIN, format!("{TOPIC}/{}", at(index))),
        (header::SUBMISSION_ID, index.to_string()),
        (header::WARNINGS, serde_json::Value::from(warnings).to_string()),
    ];
    Message { value, headers: headers.into(), ..Message::default() }
}

fn finding_json(error: &Expected, severity: &str, first: Option<u64>) -> serde_json::Value {
    let params =
        first.map_or(serde_json::json!({}), |first| serde_json::json!({"first": format!("{TOPIC}/{}", at(first))}));
    let path = error.path.as_deref().unwrap_or("/somewhere");
    serde_json::json!({"code": error.code.as_str(), "severity": severity, "path": path, "params": params})
}

#[test]
fn a_correct_line_has_nothing_wrong() {
    let generator = generator();
    let topics = topics(&generator, &|document| document);
    assert_eq!(wrong(&generator, &topics), Vec::<u64>::new());
}

/// Of two documents that resemble each other exactly one is warned, and on one partition it is the later.
#[test]
fn of_two_that_resemble_each_other_one_is_warned() {
    // New documents enough.
    let generator = Generator { invalid_ppm: 0, duplicate_ppm: 0, ..generator() };
    let likeness = |later: &u64| generator.likeness_of(*later).filter(|(other, _)| other < later);
    let later = (0..RECORDS).find(|later| likeness(later).is_some()).unwrap();
    let (earlier, expected) = likeness(&later).unwrap();
    assert!(at(earlier).partition != at(later).partition && !expected.is_empty());
    let warned = |[first, second]: [bool; 2], swap: bool| {
        let mut topics = topics(&generator, &|document| document);
        for (index, is_warned) in [(earlier, first), (later, second)] {
            let mut generated = generator.record(index);
            generated.truth.warnings.retain(|warning| !expected.contains(warning));
            generated.truth.warnings.extend(is_warned.then_some(&expected).into_iter().flatten().cloned());
            generated.truth.warnings.sort();
            topics[usize::try_from(index).unwrap()].2 = published(&generated, index);
        }
        if swap { wrong_on(Places::in_order(TOPIC), &generator, &topics) } else { wrong(&generator, &topics) }
    };
    let none = Vec::<u64>::new();
    assert_eq!([warned([false, true], false), warned([true, false], false)], [none.clone(), none]);
    assert_eq!(warned([false, false], false), [earlier, later]);
    assert_eq!(warned([true, true], false), [earlier, later]);
    // With both on one partition.
    assert!(warned([true, false], true).contains(&earlier));
}

/// Each record is compared with a truth that was changed in one point.
#[test]
fn every_planted_lie_is_found() {
    let generator = generator();
    let lies: [fn(&mut Generated); 5] = [
        |generated| match generated.truth.outcome {
            Outcome::Clean if generated.truth.warnings.pop().is_some() => {}
            Outcome::Clean => {
                generated.truth.warnings.push(Expected { code: Code::RelRule, path: Some("/z".to_owned()) });
            }
            _ => generated.truth.outcome = Outcome::Gap,
        },
        |generated| generated.truth.outcome = Outcome::Gap,
        |generated| generated.truth.first = Some(generated.truth.first.map_or(7, |first| first + 1)),
        |generated| match generated.truth.outcome {
            Outcome::Clean => generated.truth.clean.push(b' '),
            Outcome::Reject => generated.bytes.push(b' '),
            _ => generated.truth.first = None,
        },
        |generated| {
            let more = Expected { code: Code::ValRange, path: Some("/z".to_owned()) };
            generated.truth.errors.push(more);
        },
    ];
    for index in 0..200 {
        let generated = generator.record(index);
        let message = published(&generated, index);
        for (number, lie) in lies.iter().enumerate() {
            let mut lying = generated.clone();
            lie(&mut lying);
            let wrong = differs(&message, generated.truth.outcome, index, &lying, &places());
            assert!(wrong.is_some(), "record {index}, lie {number}");
        }
    }
}

#[test]
fn an_output_of_no_record_or_with_the_headers_of_another_is_wrong() {
    let generator = generator();
    let truths = truths(&generator);
    let index = (0..).find(|index| generator.truth(*index).outcome == Outcome::Clean).unwrap();
    let message = published(&generator.record(index), index);
    for (name, wrong) in [
        (header::ORIGIN, format!("other.raw/{}", at(index))),
        (header::ORIGIN, format!("{TOPIC}/0/{RECORDS}")),
        (header::ORIGIN, format!("{TOPIC}/{}", at(index + 1))),
        (header::SUBMISSION_ID, (index + 1).to_string()),
    ] {
        let mut message = message.clone();
        let all = message.headers.iter().map(|(header, value)| {
            let value = if header == name { wrong.as_bytes() } else { value };
            (header::interned(header), value)
        });
        message.headers = all.collect();
        assert!(truths.check(&message, Outcome::Clean).is_some());
    }
}

/// What is on the topics when of each document `first` is decided first: by outcome, with the number of the record.
fn topics(generator: &Generator, first: &dyn Fn(u64) -> u64) -> Vec<(u64, Outcome, Message)> {
    let outputs = (0..RECORDS).map(|index| {
        let generated = generator.record_given(index, first(generator.document_of(index)));
        (index, generated.truth.outcome, published(&generated, index))
    });
    outputs.collect()
}

/// What the proof says of all that is on the topics: the numbers of the records that are wrong.
fn wrong(generator: &Generator, topics: &[(u64, Outcome, Message)]) -> Vec<u64> {
    wrong_on(places(), generator, topics)
}

fn wrong_on(places: Places, generator: &Generator, topics: &[(u64, Outcome, Message)]) -> Vec<u64> {
    let mut truths = Truths { places, ..truths(generator) };
    let clean = topics.iter().filter(|(_, outcome, _)| *outcome == Outcome::Clean);
    truths.learn(&clean.map(|(_, _, message)| message.clone()).collect::<Vec<_>>());
    let wrong = topics.iter().filter_map(|(_, outcome, message)| truths.check(message, *outcome));
    wrong.map(|wrong| wrong.index).collect()
}

/// A document with two records on a partition and others elsewhere: its number, and the records that came later.
fn document(generator: &Generator, is_wanted: &dyn Fn(u64, &[u64]) -> bool) -> (u64, Vec<u64>) {
    let mut documents: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for index in 0..RECORDS {
        let document = generator.document_of(index);
        if document != index {
            documents.entry(document).or_default().push(index);
        }
    }
    documents.into_iter().find(|(document, later)| is_wanted(*document, later)).unwrap()
}

#[test]
fn another_partition_may_come_first_whatever_its_record_says() {
    let generator = generator();
    for outcome in [Outcome::Duplicate, Outcome::Reject] {
        let is_wanted = |document: u64, later: &[u64]| {
            let is_other = |index: &u64| index % 2 != document % 2;
            let mixed = later.iter().any(|index| generator.truth(*index).outcome != generator.truth(later[0]).outcome);
            mixed && is_other(&later[0]) && generator.truth(later[0]).outcome == outcome
        };
        let (swapped, later) = document(&generator, &is_wanted);
        let topics = topics(&generator, &|document| if document == swapped { later[0] } else { document });
        assert_eq!(topics.iter().find(|(index, ..)| *index == later[0]).unwrap().1, Outcome::Clean);
        assert_eq!(topics.iter().find(|(index, ..)| *index == swapped).unwrap().1, outcome);
        assert_eq!(wrong(&generator, &topics), Vec::<u64>::new());
    }
}

#[test]
fn nothing_else_may_change_with_the_order() {
    let generator = generator();
    let other = |document: u64, later: &[u64]| later.len() > 1 && later[0] % 2 != document % 2;
    let (swapped, later) = document(&generator, &other);
    let given = |first: u64| topics(&generator, &move |document| if document == swapped { first } else { document });
    let at = |topics: &[(u64, Outcome, Message)], index: u64| {
        topics.iter().find(|(found, ..)| *found == index).cloned().unwrap()
    };
    let replaced = |index: usize, by: (u64, Outcome, Message)| {
        let mut topics = given(later[0]);
        topics[index] = by;
        wrong(&generator, &topics)
    };
    let number = |index: u64| usize::try_from(index).unwrap();
    // Two of one document are clean, each rightly if it had been first.
    assert_eq!(replaced(number(swapped), at(&given(swapped), swapped)), [swapped]);
    // Nobody is: the one that came first is what it would have been if it had not.
    assert!(!replaced(number(later[0]), at(&given(swapped), later[0])).is_empty());
    // A third one names the wrong first.
    assert_eq!(replaced(number(later[1]), at(&given(swapped), later[1])), [later[1]]);
    // One that came later on the same partition.
    let same = |document: u64, later: &[u64]| later[0] % 2 == document % 2;
    let (swapped, later) = document(&generator, &same);
    let topics = topics(&generator, &|document| if document == swapped { later[0] } else { document });
    assert!(wrong(&generator, &topics).contains(&swapped));
}
