//! Rows of the topic `tables` of the store. The key of a message is a JSON array of table, key and first day, its value
//! the row as a JSON object; the last message of a key holds, and one without value takes the row back.

use super::{file, mistakes};
use crate::config::TableSetting;
use crate::failure::{Failure, Mistake};
use record::{Headers, Message, RecordTime};
use rules::{
    json,
    table::{Builder, Declaration, Names, Same, Table},
};
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    path::Path,
    time::{Duration, SystemTime},
};
use transport::{
    Topic,
    local::{Reader, TableAppender},
};

/// Most rows appended in one transaction.
const CHUNK_ROWS: usize = 4096;

/// Reads a table to the end of the topic, and when a row of it was put last: a clock that was ahead before is mended by putting it again.
pub(super) fn read(
    store: &Path,
    declaration: &Declaration,
    setting: &TableSetting,
) -> Result<(Table, SystemTime), Vec<Mistake>> {
    let told = |what: String| {
        let hint = format!("`faircopy tables put {} FILE` makes it", declaration.name);
        vec![Mistake { what: format!("{}: {what}", setting.said), hint: Some(hint) }]
    };
    if !store.join("store.db").is_file() {
        return Err(told(format!("there is no store in {} that could hold the table", store.display())));
    }
    let failed = |error: transport::Error| told(error.to_string());
    let mut reader = Reader::open(store, Topic::Tables, 0).map_err(failed)?;
    let mut builder = Builder::new(declaration, Names::default(), Same::Last);
    let mut last = None;
    while let Some((offset, message)) = reader.read().map_err(failed)? {
        let Ok((table, key, from)) = serde_json::from_slice::<(String, String, String)>(&message.key) else {
            builder.refuse(offset, "the key of the message is not [table, key, first day]".to_owned(), None);
            continue;
        };
        if table != declaration.name {
            continue;
        }
        last = Some(message.time);
        if message.value.is_empty() {
            builder.remove(offset, &key, &from);
            continue;
        }
        match json::read(&message.value) {
            Ok(document) => builder.object(offset, &document.root),
            Err(_) => builder.refuse(offset, "the message is no JSON".to_owned(), None),
        }
    }
    let Some(last) = last else {
        return Err(told(format!("the topic tables has no row of the table {}", declaration.name)));
    };
    let table = builder.finish();
    let table = table.map_err(|(errors, count)| mistakes("topic tables, offset", &setting.said, errors, count))?;
    Ok((table, moment(last)))
}

fn moment(time: RecordTime) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(time.0).unwrap_or(0))
}

/// Appends the rows of a file, which was read as a table before. Returns how many.
///
/// # Errors
/// When the file or the store fails.
pub fn put(
    path: &Path,
    setting: &TableSetting,
    time: RecordTime,
    appender: &mut TableAppender,
) -> Result<u64, Failure> {
    let mut messages = Vec::new();
    let mut count = 0;
    let mut failed = None;
    let read = file::rows(path, setting, &[], &mut |_, row| {
        if failed.is_some() {
            return;
        }
        messages.extend(message(setting, time, &row));
        if messages.len() >= CHUNK_ROWS {
            failed = flush(&mut messages, &mut count, appender).err();
        }
    });
    read.map_err(|mistake| Failure::mistakes(vec![mistake]))?;
    match failed {
        Some(failure) => Err(failure),
        None => flush(&mut messages, &mut count, appender).map(|()| count),
    }
}

fn flush(messages: &mut Vec<Message>, count: &mut u64, appender: &mut TableAppender) -> Result<(), Failure> {
    if !messages.is_empty() {
        appender.append(messages)?;
        *count += u64::try_from(messages.len()).unwrap_or(u64::MAX);
        messages.clear();
    }
    Ok(())
}

/// The message of a row: its columns, those for key and days under their usual names. Another column of such a name is left out: it
/// would stand in their place.
fn message(setting: &TableSetting, time: RecordTime, row: &file::Row<'_>) -> Option<Message> {
    let mut members = Map::new();
    let usual = [(&setting.key, "key"), (&setting.from, "from"), (&setting.to, "to")];
    let mut put = |name: &str, value: Value| {
        let meant = usual.iter().find(|(said, _)| !said.is_empty() && *said == name);
        match meant {
            Some((_, usual)) => members.insert((*usual).to_owned(), value),
            None if usual.iter().any(|(_, usual)| *usual == name) => None,
            None => members.insert(name.to_owned(), value),
        };
    };
    match row {
        file::Row::Cells { header, get } => {
            header.iter().for_each(|name| put(name, get(name).unwrap_or_default().into()))
        }
        file::Row::Object(node) => {
            for member in node.members().unwrap_or_default() {
                // A list or an object stands in no column of the table, or the file would not have been read.
                if let Some(value) = value_of(&member.node.value) {
                    put(&member.name, value);
                }
            }
        }
        file::Row::Bad(..) => return None,
    }
    for name in ["from", "to"] {
        members.entry(name).or_insert_with(|| "".into());
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
    let key = key(&setting.name, text("key"), text("from"));
    let value = serde_json::to_vec(&members).unwrap_or_default();
    Some(Message { time, key, headers: Headers::default(), value })
}

/// Values become texts, so that no digit of a number is lost; `None` for lists and objects.
fn value_of(value: &json::Value<'_>) -> Option<Value> {
    Some(match value {
        json::Value::Text(text) | json::Value::Number(text) => text.to_string().into(),
        json::Value::Bool(value) => value.to_string().into(),
        json::Value::Null => "".into(),
        json::Value::Refused | json::Value::Array(_) | json::Value::Object(_) => return None,
    })
}

fn key(table: &str, key: &str, from: &str) -> Vec<u8> {
    serde_json::to_vec(&(table, key, from)).unwrap_or_default()
}

/// Takes back the rows of `before` that `now` does not have. Returns how many.
///
/// # Errors
/// When the store fails.
pub fn remove_missing(
    before: &Table,
    now: &Table,
    time: RecordTime,
    appender: &mut TableAppender,
) -> Result<u64, Failure> {
    let kept: BTreeSet<(&str, String)> = now.entries().collect();
    let (mut messages, mut count) = (Vec::new(), 0);
    for (row, from) in before.entries().filter(|entry| !kept.contains(entry)) {
        let key = key(before.name(), row, &from);
        messages.push(Message { time, key, headers: Headers::default(), value: Vec::new() });
        if messages.len() >= CHUNK_ROWS {
            flush(&mut messages, &mut count, appender)?;
        }
    }
    flush(&mut messages, &mut count, appender)?;
    Ok(count)
}

#[cfg(test)]
mod tests;
