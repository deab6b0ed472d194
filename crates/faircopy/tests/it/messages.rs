use crate::program::{Place, faircopy, stderr, stdout, timesheet};

fn place() -> Place {
    let place = Place::new();
    let bad = timesheet("E2").replace("\"project\":", "\"projct\":").replace("2026-03-02", "02/03/2026");
    place.write("in.ndjson", format!("{}\n{bad}\n", timesheet("E1")));
    place
}

const JUDGE: &str = "judge in.ndjson --form timesheet --clean clean.ndjson --rejects";

#[test]
fn the_summary_speaks_the_language_and_the_rejects_do_not() {
    let place = place();
    for (lang, word) in [("en", "\nreject "), ("de", "\nabgewiesen "), ("es", "\nrechazados ")] {
        let page = stdout(&place.expect(1, &format!("{JUDGE} {lang}.ndjson --lang {lang}")));
        assert!(page.contains(word), "{page}");
        assert!(place.read(&format!("{lang}.ndjson")) == place.read("en.ndjson"), "the rejects of {lang} differ");
    }
    let page = stdout(&place.expect(1, &format!("{JUDGE} r.ndjson --lang de")));
    assert!(page.contains("Das Datum lässt sich auf zwei Arten lesen."), "{page}");
    place.expect(2, "explain --lang fr");
}

#[test]
fn rejects_are_explained_with_what_was_meant() {
    let place = place();
    place.expect(1, &format!("{JUDGE} rejects.ndjson"));
    let page = stdout(&place.expect(0, "explain rejects.ndjson"));
    assert!(page.starts_with("in.ndjson/2  form timesheet\n"), "{page}");
    assert!(page.contains("The form has no field of this name. Did you mean project?"), "{page}");
    assert!(page.contains("Day and month cannot be told apart"), "{page}");
    let page = stdout(&place.expect(0, "explain rejects.ndjson --lang es"));
    assert!(page.contains("¿Quiso decir project?"), "{page}");
    place.expect(2, "explain in.ndjson");

    let all = place.expect(0, "explain rejects.ndjson --limit 1");
    assert_eq!(stderr(&all), "");
    place.write("rejects.ndjson", place.read("rejects.ndjson").repeat(2));
    let first = place.expect(0, "explain rejects.ndjson --limit 1");
    assert!(stderr(&first).contains("note: these are the first 1, and there are more"), "{}", stderr(&first));
    place.write("none.ndjson", "");
    assert_eq!(stderr(&place.expect(0, "explain none.ndjson")), "note: there is no reject\n");
}

/// What should have written them may have failed: that there is none is more than we know.
#[test]
fn of_an_empty_pipe_is_said_that_nothing_came() {
    assert_eq!(stderr(&place().expect(0, "explain -")), "note: no reject came in\n");
}

#[test]
fn rejects_are_explained_from_a_compressed_file_and_what_is_none_is_no_passing_fault() {
    let place = place();
    place.expect(1, &format!("{JUDGE} rejects.ndjson.gz"));
    let page = stdout(&place.expect(0, "explain rejects.ndjson.gz"));
    assert!(page.starts_with("in.ndjson/2  form timesheet\n"), "{page}");
    place.write("program", b"\x7fELF\xff\xfe\x00\n\x80");
    let refused = stderr(&place.expect(2, "explain program"));
    assert!(refused.starts_with("error: program:1: this is no reject\nhint: name a file"), "{refused}");
    let refused = stderr(&place.expect(2, "explain nowhere.ndjson"));
    assert!(refused.starts_with("error: no code and no file is named nowhere.ndjson\n"), "{refused}");
}

#[test]
fn the_environment_chooses_the_language() {
    let explain = |variable: &str, value: &str| {
        let output = faircopy().args(["explain", "STR.REQUIRED"]).env(variable, value).output().unwrap();
        stdout(&output).lines().next().unwrap().to_owned()
    };
    assert_eq!(explain("LANG", "de_DE.UTF-8"), "STR.REQUIRED: Ein Pflichtfeld ist leer.");
    assert_eq!(explain("LC_ALL", "es_ES"), "STR.REQUIRED: Un campo obligatorio está vacío.");
    assert_eq!(explain("LANG", "C"), "STR.REQUIRED: A required field is blank.");
}
