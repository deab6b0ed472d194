//! Properties of a table that is read from the topic: of the messages that `tables put` writes, and of any others among them.

use super::*;
use proptest::{collection::vec, prelude::*, sample};
use rules::{Form, table::Found};
use std::collections::BTreeMap;
use transport::local::Settings;

/// A value that no message may show.
const CANARY: &str = "Zaphod";
/// Values of messages that are rows of a key, but for what each lacks or has too much.
const WRONG: [&str; 8] = [
    "{}",
    "7",
    "[]",
    "Zaphod",
    r#"{"key":["Zaphod"]}"#,
    r#"{"key":"A","name":{"Zaphod":1}}"#,
    r#"{"key":"A","from":"Zaphod"}"#,
    r#"{"key":"A","from":"2020-02-01","to":"2020-01-31","name":"Zaphod"}"#,
];

/// A message of the topic.
#[derive(Clone, Debug)]
enum Put {
    /// A row of this table: its key, and what it says.
    Row(&'static str, &'static str),
    /// The row of a key is taken back.
    Back(&'static str),
    /// Whatever it is, of another table.
    Another(Vec<u8>),
    /// Something of this table, or of nobody knows which, that cannot be read: key and value.
    Wrong(Vec<u8>, Vec<u8>),
}

fn any_put() -> impl Strategy<Value = Put> {
    let keys = || sample::select(vec!["A", "B", "C"]);
    // No text of JSON begins with this byte.
    let noise = || vec(any::<u8>(), 0..20).prop_map(|bytes| [&[0xff], bytes.as_slice()].concat());
    let values = prop_oneof![sample::select(WRONG.to_vec()).prop_map(|value| value.as_bytes().to_vec()), noise()];
    let nobodys = sample::select(vec!["", "[]", r#"["books","A"]"#, r#"["books","A",""]]"#, r#"["books",1,""]"#, "{}"]);
    let nobodys = prop_oneof![nobodys.prop_map(|key| key.as_bytes().to_vec()), noise()];
    prop_oneof![
        20 => (keys(), sample::select(vec!["one", "two"])).prop_map(|(key, name)| Put::Row(key, name)),
        10 => keys().prop_map(Put::Back),
        4 => vec(any::<u8>(), 0..20).prop_map(Put::Another),
        1 => (keys(), values).prop_map(|(name, value)| Put::Wrong(key("books", name, ""), value)),
        1 => (nobodys, vec(any::<u8>(), 0..20)).prop_map(|(key, value)| Put::Wrong(key, value)),
    ]
}

fn message(put: &Put) -> Message {
    let (key, value) = match put {
        Put::Row(name, says) => {
            (key("books", name, ""), format!(r#"{{"key":"{name}","from":"","to":"","name":"{says}"}}"#).into_bytes())
        }
        Put::Back(name) => (key("books", name, ""), Vec::new()),
        Put::Another(value) => (key("other", "A", ""), value.clone()),
        Put::Wrong(key, value) => (key.clone(), value.clone()),
    };
    Message { time: RecordTime(1), key, headers: Headers::default(), value }
}

/// The table as it is read from these messages.
fn read_back(puts: &[Put]) -> Result<Table, Vec<Mistake>> {
    let form = r#"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
        "additionalProperties": false, "required": ["id"], "properties": {"id": {"type": "string", "x-faircopy":
        {"normalize": ["id"], "table": {"name": "books"}}}}, "x-faircopy": {"key": ["/id"], "tables": {"books":
        {"required": false, "columns": {"name": "text"}}}}}"#;
    let form = Form::parse("x/1.json", form).unwrap_or_else(|errors| panic!("{errors:?}"));
    let setting =
        TableSetting { origin: crate::config::TableOrigin::Topic, ..TableSetting::parse("books=topic").unwrap() };
    let declaration = super::super::declaration(&[form], &setting).unwrap_or_else(|mistake| panic!("{mistake:?}"));
    let store = tempfile::tempdir().unwrap();
    let settings = Settings { sync: store::Sync::Off, ..Settings::default() };
    let mut appender = TableAppender::open(store.path(), settings).unwrap();
    appender.append(&puts.iter().map(message).collect::<Vec<_>>()).unwrap();
    read(store.path(), &declaration, &setting).map(|(table, _)| table)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_last_word_of_each_key_holds_and_what_cannot_be_read_is_told(puts in vec(any_put(), 1..24)) {
        let mut model = BTreeMap::new();
        let (mut wrong, mut has_row) = (Vec::new(), false);
        for (offset, put) in puts.iter().enumerate() {
            match put {
                Put::Row(key, name) => drop(model.insert(*key, *name)),
                Put::Back(key) => drop(model.remove(key)),
                Put::Another(_) => {}
                Put::Wrong(..) => wrong.push(format!("topic tables, offset:{offset}:")),
            }
            let of = serde_json::from_slice::<(String, String, String)>(&message(put).key);
            has_row |= of.is_ok_and(|(table, ..)| table == "books");
        }
        let table = match read_back(&puts) {
            Ok(table) => table,
            Err(mistakes) => {
                let told: Vec<_> = mistakes.iter().map(|mistake| mistake.what.as_str()).collect();
                prop_assert!(told.iter().all(|what| !what.contains(CANARY)), "{:?}", told);
                if has_row && wrong.is_empty() {
                    prop_assert!(model.is_empty() && told[0].contains("the table has no row"), "{:?}", told);
                } else if has_row {
                    prop_assert!(told.len() == wrong.len(), "{:?}", told);
                    prop_assert!(wrong.iter().zip(&told).all(|(at, what)| what.starts_with(at)), "{:?}", told);
                } else {
                    prop_assert!(told[0].contains("has no row of the table"), "{:?}", told);
                }
                return Ok(());
            }
        };
        prop_assert!(has_row && wrong.is_empty(), "{:?}", wrong);
        prop_assert_eq!(table.rows(), model.len());
        for (key, name) in model {
            let Found::Row(row) = table.find(key, Some(20_000)) else { panic!("{key} is not found") };
            prop_assert_eq!(row.text(0), Some(name));
        }
    }
}
