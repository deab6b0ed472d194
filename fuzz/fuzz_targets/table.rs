//! Any bytes as the file of a reference table, CSV or one JSON object a line: its mistakes are told, or each of its rows is found,
//! the order of lines makes no difference, and put on the topic it is the same table.
//! `cargo +nightly fuzz run table -- -max_len=1024`
#![no_main]

use faircopy::{
    config::{TableOrigin, TableSetting},
    tables::{self, read_file},
};
use libfuzzer_sys::fuzz_target;
use record::RecordTime;
use rules::{
    Form,
    table::{Declaration, Found, Table},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use transport::local::{Settings, TableAppender};

struct House {
    dir: PathBuf,
    forms: [Form; 1],
    declaration: Declaration,
    /// A table with columns of its own names, and one with the usual ones.
    settings: [TableSetting; 2],
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let form = Form::parse("vendor_invoice/1.json", include_str!("../../schemas/vendor_invoice/1.json"));
    let forms = [form.expect("shipped forms load")];
    let usual = TableSetting::parse("gl_accounts=gl_accounts.csv").expect("a name and a file");
    let own = TableSetting { key: "no".to_owned(), from: "since".to_owned(), to: String::new(), ..usual.clone() };
    let declaration = tables::declaration(&forms, &usual).expect("the form declares it");
    let dir = tempfile::tempdir().expect("a directory for the file").keep();
    House { dir, forms, declaration, settings: [own, usual] }
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, text)) = bytes.split_first() else { return };
    let name = if kind & 1 == 0 { "t.csv" } else { "t.ndjson" };
    let setting = &HOUSE.settings[usize::from(kind >> 1 & 1)];
    let path = HOUSE.dir.join(name);
    let Some(table) = read(&path, text, setting) else { return };
    assert!(table.rows() <= 1 + text.iter().filter(|byte| **byte == b'\n').count());
    for (key, _) in table.entries() {
        let found = table.find_within(key, Some((i32::MIN, i32::MAX)));
        assert!(matches!(found, Found::Row(_)), "a row that was read is found");
    }
    if table.rows() > 0 {
        assert_eq!(put(&path, setting), table.version(), "put on the topic");
    }
    if kind & 1 == 1 && !text.starts_with(b"\xef") {
        let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').rev().collect();
        let turned = read(&path, &lines.join(&b'\n'), setting).expect("the same rows");
        assert_eq!(turned.version(), table.version());
    }
});

fn read(path: &Path, text: &[u8], setting: &TableSetting) -> Option<Table> {
    fs::write(path, text).expect("the file is writable");
    read_file(path, &HOUSE.declaration, setting).ok()
}

/// The version of the table once its file was put on the topic of a new store.
fn put(path: &Path, setting: &TableSetting) -> String {
    let store = tempfile::tempdir().expect("a directory for the store");
    let settings = Settings { sync: store::Sync::Off, ..Settings::default() };
    let mut appender = TableAppender::open(store.path(), settings).expect("a new store");
    tables::put(path, setting, RecordTime(1), &mut appender).expect("it was read before");
    let setting = TableSetting { origin: TableOrigin::Topic, ..setting.clone() };
    let loaded = tables::load(&HOUSE.forms, &[setting], store.path()).unwrap_or_else(|failure| panic!("{failure}"));
    loaded[0].table.version().to_owned()
}
