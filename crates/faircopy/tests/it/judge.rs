use crate::program::{Place, faircopy, stderr, stdout, timesheet};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader, Write as _},
    process::Stdio,
};

const JUDGE: &str =
    "judge --form timesheet --clean clean.ndjson --rejects rejects.ndjson --duplicates duplicates.ndjson";

fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Compresses with the same crates that read it: the formats have fixed magic bytes, which is what is looked at.
fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_layout_of_the_same_records_gives_the_same_clean_bytes() {
    let place = Place::new();
    let records = [timesheet("E1"), timesheet("E2"), timesheet("E1")];
    let csv = "employee_no;period_start;period_end;/days/0/date;/days/0/project;/days/0/regular;total_regular;\
               total_overtime;Total Hours\n";
    let rows: String = ["E1", "E2", "E1"]
        .iter()
        .map(|employee| format!("{employee};2026-03-01;2026-03-07;2026-03-02;AUDIT;7.75;7.75;0.00;7.75\r\n"))
        .collect();
    let utf16: Vec<u8> = format!("{csv}{rows}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    place.write("lines.ndjson", records.join("\r\n\n"));
    place.write("array.json", format!("[\n{}\n]", records.join(",\n")));
    place.write("rows.csv", format!("\u{feff}{csv}{rows}"));
    place.write("wide.csv", utf16);
    place.write("packed", gzip(records.join("\n").as_bytes()));
    place.write("packed.zst", zstd::encode_all(records.join("\n").as_bytes(), 1).unwrap());
    let expected = format!("{}\n{}\n", records[0], records[1]);
    for file in ["lines.ndjson", "array.json", "rows.csv", "wide.csv", "packed", "packed.zst"] {
        place.expect(0, &format!("{JUDGE} {file}"));
        assert_eq!(place.read("clean.ndjson"), expected, "{file}");
        assert_eq!(place.read("rejects.ndjson"), "", "{file}");
        assert_eq!(json_lines(&place.read("duplicates.ndjson")).len(), 1, "{file}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let place = Place::new();
    place.expect(0, "generate --form timesheet --records 3000 --seed 7 --out in.ndjson");
    let outputs = ["1", "2", "8"].map(|threads| {
        place.expect(1, &format!("{JUDGE} in.ndjson --changes changes.ndjson --threads {threads}"));
        ["clean", "rejects", "duplicates", "changes"].map(|name| place.read(&format!("{name}.ndjson")))
    });
    assert!(outputs.iter().all(|output| *output == outputs[0]));
    assert!(outputs[0].iter().all(|text| !text.is_empty()));
}

#[test]
fn warnings_of_clean_records_go_where_they_are_wanted() {
    let place = Place::new();
    place.expect(0, "generate --form timesheet --records 300 --seed 7 --out in.ndjson --oracle truth.ndjson");
    place.expect(1, &format!("{JUDGE} in.ndjson --warnings warnings.ndjson"));
    place.expect(1, &format!("{JUDGE} in.ndjson --warnings warnings.csv"));
    let (lines, table) = (json_lines(&place.read("warnings.ndjson")), place.read("warnings.csv"));
    let truths = json_lines(&place.read("truth.ndjson"));
    let expected: usize = truths.iter().map(|truth| truth["warning_codes"].as_array().unwrap().len()).sum();
    assert!(expected > 0 && lines.len() == expected, "{} of {expected}", lines.len());
    assert!(lines.iter().all(|line| line["severity"] == "soft" && line["file"] == "in.ndjson"), "{lines:?}");
    assert_eq!(table.lines().next(), Some("file,line,code,path,rule,message"));
    assert_eq!(table.lines().count(), expected + 1);
}

#[test]
fn a_reject_names_file_and_line_and_a_conflict_names_what_differs() {
    let place = Place::new();
    place.write("a.ndjson", format!("\n{}\n", timesheet("E1")));
    let other = timesheet("E1").replace("7.75", "8.00");
    place.write("b.ndjson", format!("not json\n{other}\n{}\n", timesheet("E1")));
    place.expect(1, &format!("{JUDGE} a.ndjson b.ndjson"));
    let rejects = json_lines(&place.read("rejects.ndjson"));
    assert_eq!(rejects[0]["origin"], serde_json::json!({"file": "b.ndjson", "line": 1}));
    assert_eq!(rejects[0]["errors"][0]["code"], "ENV.UNDECODABLE");
    assert_eq!(rejects[0]["raw"]["body"], "not json");
    assert_eq!(rejects[1]["reject_id"], "b.ndjson/2");
    assert_eq!(rejects[1]["errors"][0]["code"], "DUP.CONFLICT");
    let differing = rejects[1]["errors"][0]["params"]["paths"].to_string();
    assert!(differing.contains("/total_hours"), "{}", rejects[1]);
    let duplicates = json_lines(&place.read("duplicates.ndjson"));
    assert_eq!(duplicates[0]["first"], serde_json::json!({"file": "a.ndjson", "line": 2}));
}

#[test]
fn a_reject_carries_what_stood_in_the_file_not_what_was_made_of_it() {
    let place = Place::new();
    place.write("mapping.toml", "ignore = [\"_row\"]\n[fields]\nStaff = \"/employee_no\"\n");
    let foreign = timesheet("E1").replace("employee_no", "Staff").replace("7.75", "7.80");
    let foreign = foreign.replacen('{', "{\"_row\": 1, ", 1);
    place.write("in.ndjson", format!("{foreign}\n"));
    place.write("in.csv", "Staff,period_start\r\n \"E\"\"1\" ,31/31/2026 \r\n");
    for (file, original) in [("in.ndjson", foreign.as_str()), ("in.csv", " \"E\"\"1\" ,31/31/2026 ")] {
        place.expect(1, &format!("{JUDGE} {file} --mapping mapping.toml"));
        let rejects = json_lines(&place.read("rejects.ndjson"));
        assert_eq!((rejects.len(), &rejects[0]["raw"]["body"]), (1, &Value::from(original)), "{file}");
        assert!(rejects[0]["errors"].as_array().unwrap().iter().all(|error| error["code"] != "STR.UNKNOWN_FIELD"));
    }
}

#[test]
fn json_whose_members_want_a_mapping_says_so_once() {
    let place = Place::new();
    place.write("mapping.toml", "[fields]\n\"Employee No\" = \"/employee_no\"\n");
    let [one, other] = ["E1", "E2"].map(|employee| timesheet(employee).replace("employee_no", "Employee No"));
    place.write("in.json", format!("[\n{one},\n{other}]\n"));
    place.write("in.ndjson", format!("{one}\n{other}\n"));
    for (file, line) in [("in.json", 2), ("in.ndjson", 1)] {
        let told = stderr(&place.expect(1, &format!("{JUDGE} {file}")));
        let expected = format!(
            "note: {file}:{line}: 1 of 7 members is no field of the form, which rejects the record: map it (`\"Employee No\" = \
             \"/employee_no\"`) or ignore it in a file given with --mapping\n"
        );
        assert_eq!(told, expected);
        assert!(stderr(&place.expect(0, &format!("put --form timesheet {file}"))).starts_with(&expected));
        assert_eq!(stderr(&place.expect(0, &format!("{JUDGE} {file} --mapping mapping.toml"))), "");
    }
}

#[test]
fn a_line_beyond_the_limit_is_one_reject_and_its_neighbours_are_clean() {
    let place = Place::new();
    let long = "x".repeat(5 << 20);
    place.write("in.ndjson", format!("{}\n{long}\n{}", timesheet("E1"), timesheet("E2")));
    place.expect(1, &format!("{JUDGE} in.ndjson"));
    assert_eq!(json_lines(&place.read("clean.ndjson")).len(), 2);
    let rejects = json_lines(&place.read("rejects.ndjson"));
    assert_eq!((rejects.len(), &rejects[0]["errors"][0]["code"]), (1, &Value::from("ENV.TOO_LARGE")));
    assert_eq!(rejects[0]["origin"]["line"], 2);
}

#[test]
fn csv_out_reads_back_as_the_same_records() {
    let place = Place::new();
    place.expect(0, "generate --form timesheet --records 300 --seed 3 --out in.ndjson");
    place.expect(1, "judge in.ndjson --form timesheet --clean clean.csv --rejects rejects.csv");
    let table = place.read("rejects.csv");
    assert!(table.starts_with("file,line,reject_id,form,code,severity,path,"));
    place.expect(1, "judge in.ndjson --form timesheet --clean first.ndjson --rejects rejects.ndjson");
    let mut rows = table.lines().skip(1);
    for reject in json_lines(&place.read("rejects.ndjson")) {
        for error in reject["errors"].as_array().unwrap() {
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            let row =
                [&reject["reject_id"], &reject["form"], &error["code"], &error["severity"], &error["path"]].map(text);
            let shown = rows.next().unwrap();
            assert!(shown.contains(&format!(",{},", row.join(","))), "{shown}\n{row:?}");
        }
    }
    assert_eq!(rows.next(), None);
    place.expect(0, "judge clean.csv --form timesheet --clean second.ndjson --rejects rejects.ndjson");
    assert!(place.read("first.ndjson") == place.read("second.ndjson"));
}

#[test]
fn the_summary_in_json_is_one_object_and_counts_every_record() {
    let place = Place::new();
    place.write("in.ndjson", format!("{}\n{{}}\n{}\n", timesheet("E1"), timesheet("E1")));
    let output = place.expect(1, &format!("{JUDGE} in.ndjson --summary json"));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(["received", "clean", "reject", "duplicate", "gap"].map(count), [3, 1, 1, 1, 0]);
    assert!(summary["by_code"]["STR.REQUIRED"].as_u64().unwrap() > 1);
    assert!(summary["seconds"].is_number() && summary["records_per_s"].is_number());
}

#[test]
fn standard_input_and_output_are_files_too_and_a_closed_pipe_is_quiet() {
    let place = Place::new();
    let mut child = faircopy()
        .current_dir(place.dir())
        .args("judge - --form timesheet --clean - --rejects rejects.ndjson".split(' '))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writing = std::thread::spawn(move || {
        for employee in 0..20_000 {
            // The binary stops reading once nobody reads what it writes.
            if writeln!(stdin, "{}", timesheet(&format!("E{employee}"))).is_err() {
                break;
            }
        }
    });
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert_eq!(first.trim_end(), timesheet("E0"));
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
}

#[track_caller]
fn check_refused(place: &Place, arguments: &str, error: &str, hint: &str) {
    let output = place.expect(2, arguments);
    assert!(stderr(&output).contains(&format!("error: {error}")), "{}", stderr(&output));
    assert!(stderr(&output).contains(&format!("hint: {hint}")), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
}

#[test]
fn a_wrong_setup_is_refused_before_the_first_record() {
    let place = Place::new();
    place.write("in.ndjson", timesheet("E1"));
    place.write("in.csv", "employe_no,colour,total_hours\nE1,red,1\n");
    let outs = "--clean clean.ndjson --rejects rejects.ndjson";
    let unmapped = "in.csv:1: column \"employe_no\" is no field of the form";
    check_refused(&place, &format!("judge in.csv --form timesheet {outs}"), unmapped, "did you mean /employee_no?");
    place.write("bare.csv", "E1,Jane Roe\nE2,John Doe\n");
    let bare = "bare.csv:1: no column of 2 is a field of the form: this may be a record\nhint: the first row names";
    check_refused(&place, &format!("judge bare.csv --form timesheet {outs}"), bare, "the first row names");
    let unknown = "--form timesheets: no form of this name is loaded";
    check_refused(&place, &format!("judge in.ndjson --form timesheets {outs}"), unknown, "did you mean timesheet?");
    let source = "the configuration has no source acme";
    check_refused(
        &place,
        &format!("judge in.ndjson --form timesheet --source acme {outs}"),
        source,
        "add [sources.acme]",
    );
    let overwrite = "in.ndjson: an output would overwrite an input";
    let over = "judge in.ndjson --form timesheet --clean ./in.ndjson --rejects rejects.ndjson";
    check_refused(&place, over, &format!("./{overwrite}"), "choose another name");
    check_refused(
        &place,
        &format!("judge nowhere.ndjson --form timesheet {outs}"),
        "nowhere.ndjson: ",
        "check the path",
    );
    assert_eq!(place.read("in.ndjson"), timesheet("E1"));
    assert!(!place.path("clean.ndjson").exists());
}

/// A run that cannot be completed leaves what was there before.
#[test]
fn a_damaged_archive_leaves_no_half_of_an_output() {
    let place = Place::new();
    place.expect(0, "generate --form timesheet --records 3000 --seed 1 --out in.ndjson");
    let whole = gzip(&std::fs::read(place.path("in.ndjson")).unwrap());
    place.write("cut.gz", &whole[..whole.len() / 2]);
    place.write("clean.ndjson", "before");
    check_refused(&place, &format!("{JUDGE} cut.gz"), "cut.gz: ", "the archive is damaged");
    assert_eq!(place.read("clean.ndjson"), "before");
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 3, "nothing else was left");
}

#[test]
fn an_output_takes_no_name_but_its_own_and_has_the_rights_of_any_new_file() {
    let place = Place::new();
    place.write("in.ndjson", timesheet("E1"));
    place.write("clean.ndjson.part", "the user's");
    place.expect(0, "judge in.ndjson --form timesheet --clean clean.ndjson --rejects r.ndjson");
    assert_eq!(place.read("clean.ndjson.part"), "the user's");
    assert_eq!(std::fs::read_dir(place.dir()).unwrap().count(), 4, "nothing else was left");
    let rights = |name| std::fs::metadata(place.path(name)).unwrap().permissions();
    assert_eq!(rights("clean.ndjson"), rights("in.ndjson"));
}

/// An export that failed looks like one that had nothing to give.
#[test]
fn an_input_without_a_record_is_told() {
    let place = Place::new();
    place.write("one.ndjson", timesheet("E1"));
    for (file, text) in [("a.ndjson", ""), ("b.ndjson", "\n \n"), ("c.csv", "employee_no\n"), ("d.json", "[]")] {
        place.write(file, text);
        let judged = place.expect(0, &format!("{JUDGE} one.ndjson {file}"));
        assert_eq!(stderr(&judged), format!("note: {file}: there is no record in it\n"));
        let put = place.expect(0, &format!("put {file} --form timesheet --data-dir data"));
        assert!(stderr(&put).ends_with(&format!("note: {file}: there is no record in it\n")), "{}", stderr(&put));
    }
    let put = place.expect(0, "put one.ndjson --form timesheet --data-dir data --skip 3");
    assert_eq!(stderr(&put), "note: --skip leaves out 2 records more than there are\n");
}

#[test]
fn an_ambiguous_date_needs_a_source_profile() {
    let place = Place::new();
    place.write("in.ndjson", timesheet("E1").replace("2026-03-02", "02/03/2026").replace("2026-03-01", "01/03/2026"));
    place.write("f.toml", "[sources.berlin]\ndate_order = \"dmy\"\n");
    place.expect(1, &format!("{JUDGE} in.ndjson"));
    assert!(place.read("rejects.ndjson").contains("FMT.DATE_AMBIGUOUS"));
    place.expect(0, &format!("{JUDGE} in.ndjson --config f.toml --source berlin"));
    assert_eq!(place.read("clean.ndjson").trim_end(), timesheet("E1"));
}

/// A customer of sixteen was clean, and nothing said that nobody had looked.
#[test]
fn rules_that_no_record_is_held_against_for_want_of_a_day_are_named() {
    let place = Place::new();
    place.expect(0, "generate --form customer_kyc --records 1 --invalid 0 --duplicates 0 --out in.ndjson");
    let judge = "judge in.ndjson --form customer_kyc --clean c.ndjson --rejects r.ndjson";
    let told = stderr(&place.expect(0, judge));
    assert!(
        told.starts_with("note: skipped, for nobody says when the records were keyed (--keyed-on DATE does): "),
        "{told}"
    );
    assert!(told.contains("kyc.age") && !told.contains("kyc.pep"), "{told}");
    assert_eq!(stderr(&place.expect(0, &format!("{judge} --keyed-on 2026-03-01"))), "");
}
