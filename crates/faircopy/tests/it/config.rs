use crate::program::{Place, faircopy, stderr, stdout};

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
