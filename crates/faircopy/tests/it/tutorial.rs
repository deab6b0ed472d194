//! Runs every command of `docs/tutorial.md` as it is written, and compares what the page shows with what is printed.
//! `FAIRCOPY_BLESS=1` writes what is printed into the page.

use crate::program::Place;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Runs a line in a shell that finds the binary; what it prints, errors included.
fn run(place: &Place, line: &str) -> String {
    let binary = Path::new(env!("CARGO_BIN_EXE_faircopy")).parent().unwrap().display().to_string();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{line} 2>&1")])
        .current_dir(place.dir())
        .env_clear()
        .env("PATH", path)
        .output()
        .unwrap();
    let code = output.status.code().unwrap();
    assert!(code < 2, "{line} ended with {code}: {}", String::from_utf8_lossy(&output.stdout));
    without_speed(&String::from_utf8(output.stdout).unwrap())
}

/// Time and speed differ from run to run.
fn without_speed(text: &str) -> String {
    let line = |line: &str| match line.strip_suffix(" records/s").and_then(|line| line.rsplit_once("  in ")) {
        Some((before, _)) => format!("{}\n", before.trim_end()),
        None => format!("{line}\n"),
    };
    text.lines().map(line).collect()
}

#[test]
fn the_commands_of_the_tutorial_print_what_it_shows() {
    let place = Place::new();
    for file in fs::read_dir(docs().join("examples/tutorial")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), place.path(file.file_name().to_str().unwrap())).unwrap();
    }
    let page = fs::read_to_string(docs().join("tutorial.md")).unwrap();
    let mut parts = page.split("```");
    let mut again = parts.next().unwrap().to_owned();
    let mut printed = String::new();
    let mut commands = 0;
    while let Some(block) = parts.next() {
        let (kind, body) = block.split_once('\n').unwrap();
        let body = match kind {
            "sh" => {
                printed = body.lines().map(|line| run(&place, line)).collect();
                commands += body.lines().count();
                body.to_owned()
            }
            "text" => printed.clone(),
            _ => body.to_owned(),
        };
        again.push_str(&format!("```{kind}\n{body}```"));
        again.push_str(parts.next().unwrap());
    }
    assert!(commands >= 10, "only {commands} commands were found");
    if std::env::var_os("FAIRCOPY_BLESS").is_some() {
        fs::write(docs().join("tutorial.md"), &again).unwrap();
    }
    let shown = fs::read_to_string(docs().join("tutorial.md")).unwrap();
    assert!(shown == again, "{}", first_difference(&shown, &again));
}

fn first_difference(shown: &str, printed: &str) -> String {
    let differs = shown.lines().zip(printed.lines()).enumerate().find(|(_, (a, b))| a != b);
    match differs {
        Some((line, (shown, printed))) => {
            format!(
                "docs/tutorial.md:{} shows\n  {shown}\nbut printed is\n  {printed}\n(just bless writes it)",
                line + 1
            )
        }
        None => "docs/tutorial.md shows more or less than is printed (just bless writes it)".to_owned(),
    }
}
