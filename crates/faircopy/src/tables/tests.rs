use super::*;
use record::RecordTime;
use rules::table::Found;
use std::{fs, time::SystemTime};
use tempfile::TempDir;
use transport::local::{self, TableAppender};

fn form() -> Form {
    let text = r#"{
        "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "x/1", "type": "object",
        "additionalProperties": false, "required": ["id"],
        "properties": { "id": { "type": "string", "x-faircopy": { "normalize": ["id"], "table": { "name": "books" } } } },
        "x-faircopy": { "key": ["/id"], "tables": { "books": { "required": false, "columns": { "name": "text" } } } }
    }"#;
    Form::parse("x/1.json", text).unwrap_or_else(|errors| panic!("{errors:?}"))
}

struct Dir(TempDir);

impl Dir {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn setting(&self, file: &str) -> TableSetting {
        TableSetting {
            said: "f.toml:3".to_owned(),
            ..TableSetting::parse(&format!("books={}", self.0.path().join(file).display())).unwrap()
        }
    }

    fn load(&self, file: &str, bytes: impl AsRef<[u8]>) -> Result<Table, String> {
        fs::write(self.0.path().join(file), bytes).unwrap();
        self.with(&self.setting(file))
    }

    fn with(&self, setting: &TableSetting) -> Result<Table, String> {
        let loaded = load(&[form()], std::slice::from_ref(setting), self.0.path());
        let told = |failure: Failure| failure.to_string().replace(&format!("{}/", self.0.path().display()), "");
        loaded.map(|mut loaded| loaded.remove(0).table).map_err(told)
    }
}

fn name<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    match table.find(key, Some(20_000)) {
        Found::Row(row) => row.text(0),
        _ => None,
    }
}

#[test]
fn csv_and_ndjson_of_the_same_rows_are_the_same_version() {
    let dir = Dir::new();
    let csv = dir.load("a.csv", "key,from,to,name,note\nv1,2020-01-01,,\"Acme, Ltd\",x\nv2,,2019-12-31,,\n").unwrap();
    assert_eq!((name(&csv, "V1"), name(&csv, "V2"), csv.rows()), (Some("Acme, Ltd"), None, 2));
    let semicolon = dir.load("b.csv", "\u{feff}name;to;key;from\nAcme, Ltd;;V1;2020-01-01\n;2019-12-31;V2;\n").unwrap();
    assert_eq!(semicolon.version(), csv.version());
    let lines = "{\"key\":\"V2\",\"to\":\"2019-12-31\",\"name\":null}\n\n{\"key\":\"V1\",\"from\":\"2020-01-01\",\"name\":\"Acme, Ltd\"}";
    assert_eq!(dir.load("c.ndjson", lines).unwrap().version(), csv.version());
}

#[test]
fn the_same_contents_are_the_same_version_whenever_they_were_written() {
    let dir = Dir::new();
    let text = "key,from,to,name\nv1,,,x\n";
    let version = dir.load("a.csv", text).unwrap().version().to_owned();
    let file = fs::File::options().write(true).open(dir.0.path().join("a.csv")).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    assert_eq!(dir.with(&dir.setting("a.csv")).unwrap().version(), version);
}

#[test]
fn mistakes_name_file_line_and_column() {
    let dir = Dir::new();
    let told = dir.load("a.csv", b"key,from,to,name\nv1,1.2.2020,,x\n,,,y\nv3,,\nv4,,,\xff\nv5,,,z\n").unwrap_err();
    let expected = "error: a.csv:2: column from: this is not a date\nhint: write dates as 2026-01-31, from the year 1000 on; leave it empty when there is no such day\n\
        error: a.csv:3: column key: a row needs its key\n\
        error: a.csv:4: the row has 3 cells, the header 4\nhint: check the quotes and delimiters of the row\n\
        error: a.csv:5: the row is not UTF-8\nhint: save the file as UTF-8";
    assert_eq!(told, expected);
    let told = dir.load("a.ndjson", "{\"key\":\"a\"}\n{\"key\":\"a\",}\n[1]\n").unwrap_err();
    assert!(told.contains("a.ndjson:2: ") && told.contains("a.ndjson:3: a row is a JSON object"), "{told}");
}

#[test]
fn a_column_that_is_misspelt_is_no_column_that_is_empty() {
    let dir = Dir::new();
    let told = dir.load("a.csv", "key,form,to,name\nv1,,,x\n").unwrap_err();
    assert!(told.contains("a.csv:1: the header has no column from") && told.contains("did you mean form?"), "{told}");
    let told = dir.load("a.csv", "key,from,to,nme\nv1,,,x\n").unwrap_err();
    assert!(told.contains("a.csv: column name: no row has this column"), "{told}");
    let undated = TableSetting { from: String::new(), to: String::new(), key: "no".to_owned(), ..dir.setting("b.csv") };
    fs::write(dir.0.path().join("b.csv"), "no,name\nv1,x\n").unwrap();
    assert_eq!(dir.with(&undated).unwrap().version().split('/').next_back(), Some("-"));
}

#[test]
fn of_two_columns_of_one_name_none_is_taken() {
    let dir = Dir::new();
    let told = dir.load("a.csv", "key,from,to,name,name\nv1,,,x,y\n").unwrap_err();
    assert!(told.starts_with("error: a.csv:1: the header has 2 columns name\nhint: drop or rename"), "{told}");
    dir.load("b.csv", "key,from,to,name,note,note\nv1,,,x,y,z\n").unwrap();
}

/// A row with a list or an object in a column that nobody reads was left out, and a column that is called as the key usually is
/// took its place.
#[test]
fn a_table_that_was_put_is_the_one_of_the_file() {
    for (file, rows) in [
        (
            "a.ndjson",
            "{\"no\":\"v1\",\"key\":\"w\",\"from\":\"here\",\"name\":\"x\",\"tags\":[{}]}\n{\"no\":\"v2\",\"name\":7}\n",
        ),
        ("a.csv", "key,no,from,name,\nw,v1,here,x,?\n,v2,,7,\n"),
    ] {
        let dir = Dir::new();
        let setting =
            TableSetting { key: "no".to_owned(), from: String::new(), to: String::new(), ..dir.setting(file) };
        fs::write(dir.0.path().join(file), rows).unwrap();
        let read = dir.with(&setting).unwrap();
        let mut appender = TableAppender::open(dir.0.path(), local::Settings::default()).unwrap();
        let rows = put(&dir.0.path().join(file), &setting, RecordTime(1), &mut appender).unwrap();
        let topic = dir.with(&TableSetting { origin: TableOrigin::Topic, ..setting }).unwrap();
        assert_eq!((rows, topic.version()), (2, read.version()), "{file}");
    }
}

#[test]
fn a_table_that_is_missing_or_too_old_or_nobodys_stops_the_start() {
    let dir = Dir::new();
    let told = dir.with(&dir.setting("none.csv")).unwrap_err();
    assert!(
        told.contains("none.csv: ") && told.contains("hint: give the file of the table books (f.toml:3)"),
        "{told}"
    );
    let told = dir.load("a.xlsx", "").unwrap_err();
    assert!(told.contains("ends in .csv, .ndjson or .jsonl"), "{told}");
    dir.load("a.csv", "key,from,to,name\nv1,,,x\n").unwrap();
    let file = fs::File::options().write(true).open(dir.0.path().join("a.csv")).unwrap();
    let now = file.metadata().unwrap().modified().unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH).unwrap();
    let told = dir.with(&TableSetting { max_age_days: 30, ..dir.setting("a.csv") }).unwrap_err();
    assert!(
        told.starts_with("error: f.toml:3: the table books (a.csv) is ") && told.contains("more than 30"),
        "{told}"
    );
    let days_ago = |days: u64| now - Duration::from_secs(days * 86_400 + 60);
    file.set_modified(days_ago(30)).unwrap();
    assert!(dir.with(&TableSetting { max_age_days: 30, ..dir.setting("a.csv") }).is_err());
    file.set_modified(days_ago(29)).unwrap();
    assert!(dir.with(&TableSetting { max_age_days: 30, ..dir.setting("a.csv") }).is_ok());
    let told = dir.with(&TableSetting { name: "boks".to_owned(), ..dir.setting("a.csv") }).unwrap_err();
    assert_eq!(told, "error: f.toml:3: no form declares a table boks\nhint: did you mean books?");
    let told = dir.with(&TableSetting { origin: TableOrigin::Topic, ..dir.setting("a.csv") }).unwrap_err();
    assert!(told.contains("there is no store") && told.contains("faircopy tables put books FILE"), "{told}");
}

/// It was taken for fresh.
#[test]
fn an_age_that_nobody_knows_is_a_mistake() {
    let dir = Dir::new();
    let setting = dir.setting("gone.csv");
    let TableOrigin::File(path) = &setting.origin else { panic!("a table of a file") };
    let mistake = file::written(path, &setting).unwrap_err();
    assert!(mistake.what.contains("gone.csv: nobody says when it was written"), "{mistake:?}");
}

/// Dated by a clock that was ahead, it passed for fresh until that day came; on the topic even after it was put again.
#[test]
fn a_table_from_the_future_has_no_age() {
    let dir = Dir::new();
    dir.load("a.csv", "key,from,to,name\nv1,,,x\n").unwrap();
    let path = dir.0.path().join("a.csv");
    let file = fs::File::options().write(true).open(&path).unwrap();
    let now = file.metadata().unwrap().modified().unwrap();
    let bounded = TableSetting { max_age_days: 30, ..dir.setting("a.csv") };
    let days = |days: u64| Duration::from_secs(days * 86_400);
    file.set_modified(now + days(1)).unwrap();
    assert!(dir.with(&bounded).is_ok(), "the time of another zone");
    file.set_modified(now + days(400)).unwrap();
    let told = dir.with(&bounded).unwrap_err();
    assert!(told.contains("the table books (a.csv) was written 399 days from now"), "{told}");
    assert!(dir.with(&dir.setting("a.csv")).is_ok(), "it may be as old as it likes");

    let topic = TableSetting { origin: TableOrigin::Topic, ..bounded.clone() };
    let put_at = |time: SystemTime| {
        let millis = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
        let time = RecordTime(i64::try_from(millis).unwrap());
        let mut appender = TableAppender::open(dir.0.path(), local::Settings::default()).unwrap();
        put(&path, &bounded, time, &mut appender).unwrap();
        dir.with(&topic)
    };
    assert!(put_at(now + days(400)).is_err());
    assert!(put_at(now).is_ok(), "by a clock that is right again");
    assert!(put_at(now - days(31)).is_err());
}

#[test]
fn a_table_of_the_command_line_replaces_a_configured_one() {
    let mut settings = vec![TableSetting::parse("a=1.csv").unwrap(), TableSetting::parse("b=2.csv").unwrap()];
    override_with(&mut settings, &[TableSetting::parse("a=3.csv").unwrap()]);
    let origins: Vec<_> = settings.iter().map(|setting| format!("{} {}", setting.name, setting.origin)).collect();
    assert_eq!(origins, ["b 2.csv", "a 3.csv"]);
    assert!(TableSetting::parse("vendors.csv").unwrap_err().contains("NAME=FILE"));
}
