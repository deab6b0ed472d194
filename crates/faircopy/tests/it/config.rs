use crate::program::{Place, faircopy, stderr, stdout};
use std::{ffi::OsStr, os::unix::ffi::OsStrExt as _};

#[test]
fn the_reference_file_is_good() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/faircopy.toml");
    let output = faircopy().args(["config", "check", "--config", file]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("timesheet/1"), "{}", stdout(&output));
}

#[test]
fn every_mistake_is_reported_with_file_and_line() {
    let place = Place::new();
    place.write("f.toml", "[judge]\nthread = 2\nattempts_max = 0\n");
    let output = place.expect(2, "config check --config f.toml");
    let expected = "error: f.toml:3: judge.attempts_max must be a whole number from 1 to 100\n\
                    error: f.toml:2: there is no setting judge.thread\nhint: did you mean judge.threads?\n";
    assert_eq!(stderr(&output), expected);
}

#[test]
fn what_a_worker_would_stop_at_is_found_without_a_cluster() {
    let place = Place::new();
    for (text, says) in [
        ("[store]\ndir = \"\"\n", "error: f.toml:2: store.dir must name a directory\n"),
        (
            "[forms]\ndefault = \"timeshet\"\n",
            "error: f.toml:2: forms.default names form timeshet, which is not loaded\nhint: did you mean timesheet?\n",
        ),
        (
            "[forms]\ndir = \"nowhere\"\n",
            "error: f.toml:2: forms.dir: nowhere: No such file or directory (os error 2)\n\
             hint: name a directory of <form>/<version>.json with forms.dir or --schemas\n",
        ),
        (
            "[sources.a.forms.x_form_of_ours]\ndate_order = \"dmy\"\n[sources.b.forms.timesheets]\nregion = \"DE\"\n",
            "error: f.toml:1: sources.a.forms.x_form_of_ours names form x_form_of_ours, which is not loaded\n\
             hint: `faircopy forms list` names the built-in ones; forms.dir adds others\n\
             error: f.toml:3: sources.b.forms.timesheets names form timesheets, which is not loaded\n\
             hint: did you mean timesheet?\n",
        ),
        (
            "[kafka]\nbrokers = \"b:9092 c:9092\"\n",
            "error: f.toml:2: kafka.brokers must be as in \"broker-1:9092,broker-2:9092\"\n",
        ),
        ("[kafka]\nbrokers = \"b:9092, c:9092\"\n", ""),
        (
            "[kafka]\nbrokers = \"b:9092\"\n[kafka.client]\n\"linger\" = \"5\"\n",
            "error: Kafka's client refuses the settings: No such configuration property: \"linger\"\n\
             hint: correct the [kafka] section of the configuration\n",
        ),
        ("[kafka]\nbrokers = \"b:9092\"\n[kafka.client]\n\"socket.keepalive.enable\" = \"true\"\n", ""),
    ] {
        place.write("f.toml", text);
        let output = place.run("config check --config f.toml");
        assert_eq!(stderr(&output), says);
        assert_eq!(output.status.code(), Some(if says.is_empty() { 0 } else { 2 }));
    }
}

#[test]
fn a_name_is_told_as_it_is_written_in_the_file() {
    let place = Place::new();
    place.write("in.ndjson", "{}\n");
    place.write("f.toml", "[sources.\"acme.example\".forms.timesheets]\ndate_order = \"dmy\"\n");
    let refused = stderr(&place.expect(2, "config check --config f.toml"));
    assert!(refused.starts_with("error: f.toml:1: sources.\"acme.example\".forms.timesheets names form"), "{refused}");
    let judge = "judge in.ndjson --form timesheet --clean c --rejects r --source acme.example";
    let refused = stderr(&place.expect(2, judge));
    assert!(refused.contains("hint: add [sources.\"acme.example\"] to the configuration"), "{refused}");
}

#[test]
fn what_is_no_toml_is_answered_with_how_it_is_written() {
    let place = Place::new();
    for text in ["[log]\nlevel = info\n", "[log]\n[log]\n", "[log]\nlevel: \"info\"\n"] {
        place.write("f.toml", text);
        let refused = stderr(&place.expect(2, "config check --config f.toml"));
        assert!(refused.starts_with("error: f.toml:2: "), "{refused}");
        assert!(refused.contains("\nhint: a text stands in quotes, as in level = \"info\""), "{refused}");
    }
}

#[test]
fn a_path_that_is_no_directory_is_no_passing_fault() {
    let place = Place::new();
    place.write("file", "");
    place.write("in.ndjson", "{}\n");
    for command in ["run --drain", "put in.ndjson --form timesheet", "reconcile"] {
        let refused = stderr(&place.expect(2, &format!("{command} --data-dir file")));
        assert!(refused.contains("file: this is no directory"), "{command}: {refused}");
    }
    std::os::unix::fs::symlink("nowhere", place.path("link")).unwrap();
    for (dir, told) in [("file/below", "file"), ("link", "link"), ("link/a/b", "link")] {
        let refused = stderr(&place.expect(2, &format!("run --drain --data-dir {dir}")));
        assert!(refused.contains(&format!("error: {told}: this is no directory")), "{dir}: {refused}");
    }
    place.write("f.toml", "[forms]\ndir = \"file\"\n");
    place.expect(2, "config check --config f.toml");
    place.expect(2, "judge in.ndjson --form timesheet --clean file/c --rejects r");
}

#[test]
fn a_file_that_is_no_utf8_is_a_mistake_with_its_line_and_no_passing_fault() {
    let place = Place::new();
    place.write("f.toml", b"[store]\ndir = \"caf\xe9\"\n");
    let output = place.expect(2, "run --config f.toml");
    assert_eq!(stderr(&output), "error: f.toml:2: this is no UTF-8\nhint: save the file as UTF-8\n");
    place.write("f.toml", "\u{feff}[store]\r\ndir = \"x\"\r\n");
    place.expect(0, "config check --config f.toml");
}

#[test]
fn rows_that_only_one_host_has_are_refused_on_a_cluster() {
    let place = Place::new();
    place.write("f.toml", "[tables.vendors]\ntopic = \"tables\"\n[kafka]\nbrokers = \"127.0.0.1:1\"\n");
    let output = place.expect(2, "config check --config f.toml");
    let expected = "error: f.toml:1: tables.vendors is read from a file where kafka.brokers is set\n\
                    hint: give every worker the same file, as in file = \"vendors.csv\"\n";
    assert_eq!(stderr(&output), expected);
    place.write("f.toml", "[kafka]\nbrokers = \"127.0.0.1:1\"\n");
    place.write("vendors.csv", "key\nV1\n");
    let output = place.expect(2, "tables put vendors vendors.csv --config f.toml");
    assert!(stderr(&output).contains("hint: give every worker the same table file"), "{}", stderr(&output));
    assert!(!place.path("faircopy-data").exists());
}

#[test]
fn a_store_is_not_mistaken_for_the_cluster_of_the_environment() {
    let place = Place::new();
    place.write("in.ndjson", "{}\n");
    for command in ["put in.ndjson --form timesheet", "read clean", "replay", "reconcile"] {
        let mut faircopy = faircopy();
        faircopy.current_dir(place.dir()).env("FAIRCOPY__KAFKA__BROKERS", "127.0.0.1:1");
        let output = faircopy.args(command.split(' ')).args(["--data-dir", "data"]).output().unwrap();
        let error = "error: --data-dir names a store, and the configuration or FAIRCOPY__KAFKA__BROKERS a cluster";
        assert!(
            output.status.code() == Some(2) && stderr(&output).starts_with(error),
            "{command}: {}",
            stderr(&output)
        );
    }
}

#[test]
fn a_variable_that_misses_an_underscore_is_no_silent_default() {
    let check = |name: &str| faircopy().args(["config", "check"]).env(name, "2").output().unwrap();
    let output = check("FAIRCOPY_JUDGE__THREADS");
    let expected = "error: FAIRCOPY_JUDGE__THREADS: does not set judge.threads\n\
                    hint: two underscores stand for each dot: FAIRCOPY__JUDGE__THREADS\n";
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(2), expected));
    assert_eq!(check("FAIRCOPY_JUDGE_THREADS").status.code(), Some(2));
    assert_eq!(check("FAIRCOPY_TEST_BROKERS").status.code(), Some(0), "others may use the name for what they like");
}

#[test]
fn a_variable_that_is_no_utf8_is_no_silent_default() {
    let check = |name: &str| {
        let value = OsStr::from_bytes(b"caf\xe9");
        faircopy().args(["config", "check"]).env(name, value).output().unwrap()
    };
    let output = check("FAIRCOPY__STORE__DIR");
    let expected = "error: FAIRCOPY__STORE__DIR: this is no UTF-8\n";
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(2), expected));
    assert_eq!(check("SOMEBODY_ELSES").status.code(), Some(0));
}

#[test]
fn a_level_of_the_log_that_is_none_is_refused_and_does_not_silence_it() {
    let place = Place::new();
    for (level, code) in [("verbose", 2), ("warn,pipelin", 2), ("", 2), ("warn,pipeline=debug", 0), ("trace", 0)] {
        place.write("f.toml", format!("[log]\nlevel = \"{level}\"\n"));
        let output = place.expect(code, "config check --config f.toml");
        let refused = stderr(&output).starts_with("error: f.toml:2: log.level must be \"error\"");
        assert_eq!(refused, code == 2, "{level}: {}", stderr(&output));
    }
}

#[test]
fn what_is_shown_is_a_configuration_again_and_says_where_it_comes_from() {
    let place = Place::new();
    place.write("f.toml", "[store]\nbacklog_bytes = \"2 GiB\"\n[sources.x]\nregion = \"DE\"\n");
    let show = |file: &str| {
        let mut command = faircopy();
        command
            .current_dir(place.dir())
            .args(["config", "show", "--config", file])
            .env("FAIRCOPY__JUDGE__THREADS", "3");
        stdout(&command.output().unwrap())
    };
    let shown = show("f.toml");
    assert!(shown.contains("backlog_bytes = \"2 GiB\"") && shown.contains("# f.toml:2"), "{shown}");
    assert!(shown.contains("# FAIRCOPY__JUDGE__THREADS"), "{shown}");
    place.write("again.toml", &shown);
    let values = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split(" # ").next().unwrap_or_default().trim_end().to_owned()).collect()
    };
    assert_eq!(values(&show("again.toml")), values(&shown));
}
