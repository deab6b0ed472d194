//! Labelled duplicates: which pairs share a business key after normalization.

use crate::report::{Set, grouped};
use record::{Key, Verdict};
use rules::{Context, Form, Judge, Profile};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// A pair of rows, the smaller first.
type Pairs = BTreeSet<(u64, u64)>;

/// A field of a key and its normalizer; after `!`, the match form that the key uses.
type Part = (&'static str, &'static str);

#[test]
fn persons_are_found_by_exact_keys() {
    let Some(mut set) = Set::open("dup_febrl", &[]) else { return };
    const PERSON: [Part; 3] = [("given_name", "id_squeeze"), ("surname", "id_squeeze"), ("date_of_birth", "id")];
    const NUMBER: [Part; 1] = [("soc_sec_id", "id_squeeze")];
    const NEIGHBOUR: [Part; 3] = [("surname", "id_squeeze"), ("date_of_birth", "id"), ("postcode", "id")];
    for (folder, records, true_pairs) in [("febrl1", 1_000, 500), ("febrl2", 5_000, 1_934)] {
        let lines = set.lines(&format!("{folder}/records.ndjson"));
        let truth = truth(&set.text(&format!("{folder}/true_pairs.csv")));
        set.fact(&format!("{folder}: records; true pairs"), two(records, true_pairs), two(lines.len(), truth.len()));
        let mut all = Pairs::new();
        for (what, key) in
            [("number", &NUMBER[..]), ("given name, surname, birth", &PERSON), ("surname, birth, postcode", &NEIGHBOUR)]
        {
            let (found, without) = pairs(&lines, key);
            set.measured(&format!("{folder}, key {what}: {}", records_without(without)), figures(&found, &truth));
            all.extend(found);
        }
        set.measured(&format!("{folder}, any of the three"), figures(&all, &truth));
        precise(&mut set, folder, &all, &truth);
    }
    set.finish();
}

#[test]
fn restaurants_are_found_by_exact_keys() {
    let Some(mut set) = Set::open("dup_restaurants", &[]) else { return };
    let lines = set.lines("records.ndjson");
    let truth = truth(&set.text("true_pairs.csv"));
    set.fact("records; true pairs", two(864, 112), two(lines.len(), truth.len()));
    let key = [("name", "company"), ("address", "id_squeeze"), ("city", "id")];
    let (found, without) = pairs(&lines, &key);
    set.measured(&format!("key name, address, city: {}", records_without(without)), figures(&found, &truth));
    precise(&mut set, "restaurants", &found, &truth);
    let key = [("name", "company!company"), ("address", "squeeze!address"), ("city", "id")];
    let (found, without) = pairs(&lines, &key);
    set.measured(&format!("the same in their match forms: {}", records_without(without)), figures(&found, &truth));
    precise(&mut set, "restaurants, match forms", &found, &truth);
    set.finish();
}

/// A record wrongly called a duplicate is lost data: there must be none.
fn precise(set: &mut Set, what: &str, found: &Pairs, truth: &Pairs) {
    set.fact(&format!("{what}: pairs found that are none"), 0, found.difference(truth).count());
}

fn two(a: usize, b: usize) -> String {
    format!("{}; {}", grouped(a), grouped(b))
}

fn records_without(count: usize) -> String {
    format!("{} records lack a part of the key", grouped(count))
}

/// Precision and recall, in thousandths rounded down.
fn figures(found: &Pairs, truth: &Pairs) -> String {
    let right = found.intersection(truth).count();
    let thousandths = |of: usize| match (right * 1000).checked_div(of) {
        Some(share) => format!("{}.{:03}", share / 1000, share % 1000),
        None => "–".to_owned(),
    };
    format!(
        "{} pairs, precision {}, recall {}",
        grouped(found.len()),
        thousandths(found.len()),
        thousandths(truth.len())
    )
}

fn truth(csv: &str) -> Pairs {
    let rows = csv.lines().skip(1).map(|line| line.split_once(',').unwrap());
    rows.map(|(a, b)| pair(a.trim().parse().unwrap(), b.trim().parse().unwrap())).collect()
}

fn pair(a: u64, b: u64) -> (u64, u64) {
    (a.min(b), a.max(b))
}

/// All pairs that share a key, and how many records have none, since a part of it is missing.
fn pairs(lines: &[Value], key: &[Part]) -> (Pairs, usize) {
    let judge = Judge::new(&form(key), &Profile::default());
    let mut rows: HashMap<Key, Vec<u64>> = HashMap::new();
    let mut without = 0;
    for line in lines {
        let record: serde_json::Map<_, _> =
            key.iter().map(|(name, _)| ((*name).to_owned(), line[*name].clone())).collect();
        match judge.judge(Value::Object(record).to_string().as_bytes(), Context::default()) {
            Verdict::Clean(clean) => rows.entry(clean.key).or_default().push(line["_row"].as_u64().unwrap()),
            Verdict::Reject(_) => without += 1,
        }
    }
    let mut found = Pairs::new();
    for rows in rows.values() {
        for (at, a) in rows.iter().enumerate() {
            found.extend(rows[at + 1..].iter().map(|b| pair(*a, *b)));
        }
    }
    (found, without)
}

fn form(key: &[Part]) -> Form {
    let field = |(name, normalizer): &Part| {
        let (normalizer, form) = normalizer.split_once('!').map_or((*normalizer, None), |(a, b)| (a, Some(b)));
        let mut field = json!({ "title": name, "type": "string", "x-faircopy": { "normalize": [normalizer] } });
        if let Some(form) = form {
            field["x-faircopy"]["match"] = form.into();
        }
        ((*name).to_owned(), field)
    };
    let fields: serde_json::Map<_, _> = key.iter().map(field).collect();
    let names: Vec<&str> = key.iter().map(|(name, _)| *name).collect();
    let pointers: Vec<String> = names.iter().map(|name| format!("/{name}")).collect();
    let form = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://faircopy.example/schemas/keyed/1",
        "title": "Keyed", "type": "object", "additionalProperties": false, "required": names, "properties": fields,
        "x-faircopy": { "key": pointers }
    });
    Form::parse("keyed/1.json", &form.to_string()).unwrap_or_else(|errors| panic!("{errors:#?}"))
}
