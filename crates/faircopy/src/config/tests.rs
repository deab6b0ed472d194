use super::*;

const REFERENCE: &str = include_str!("../../../../config/faircopy.toml");

fn parse(text: &str) -> Result<Vec<Shown>, Vec<String>> {
    parse_with(text, &[])
}

fn parse_with(text: &str, variables: &[(&str, &str)]) -> Result<Vec<Shown>, Vec<String>> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    match Config::parse(Path::new("dir/my.toml"), text, variables) {
        Ok((_, shown)) => Ok(shown),
        Err(mistakes) => Err(mistakes
            .into_iter()
            .map(|mistake| format!("{}|{}", mistake.what, mistake.hint.unwrap_or_default()))
            .collect()),
    }
}

#[track_caller]
fn check_refused(text: &str, mistakes: &[&str]) {
    assert_eq!(parse(text).unwrap_err(), mistakes);
}

/// The reference cannot rot: it names every setting there is, with the value that is in force without it.
#[test]
fn the_reference_file_names_every_setting_with_its_default() {
    let shown = parse(REFERENCE).unwrap();
    let defaults = parse("").unwrap();
    for (setting, default) in shown.iter().zip(&defaults) {
        assert_eq!((&setting.section, &setting.key, &setting.value), (&default.section, &default.key, &default.value));
        assert!(matches!(setting.place, Place::File(..)), "{}.{} is missing", setting.section, setting.key);
    }
    assert_eq!(shown.len(), defaults.len());
}

/// Every setting of the reference is explained, its bounds and default among it.
#[test]
fn the_reference_file_explains_every_setting() {
    let mut comment = String::new();
    for line in REFERENCE.lines() {
        if let Some(text) = line.strip_prefix('#') {
            comment.push_str(text);
        } else if line.contains(" = ") {
            assert!(comment.contains("Default"), "no default in the comment above: {line}");
            comment.clear();
        } else {
            comment.clear();
        }
    }
}

/// Lines that begin with `#: ` are an example: it must work.
#[test]
fn the_example_in_the_reference_file_is_valid() {
    let example: String =
        REFERENCE.lines().filter_map(|line| line.strip_prefix("#: ")).map(|line| format!("{line}\n")).collect();
    let (config, _) = Config::parse(Path::new("x.toml"), &example, std::iter::empty()).unwrap();
    assert!(!config.sources.named.is_empty());
    assert_eq!(config.sources.named["berlin"].profile.soft, Some(Soft::Reject));
    assert!(config.sources.named.values().any(|source| !source.forms.is_empty()));
}

#[test]
fn an_unknown_key_is_refused_with_file_line_and_suggestion() {
    check_refused(
        "[store]\n\ndri = \"x\"\n",
        &["dir/my.toml:3: there is no setting store.dri|did you mean store.dir?"],
    );
    check_refused("[stroe]\n", &["dir/my.toml:1: there is no setting stroe|did you mean store?"]);
    check_refused("threads = 2\n", &["dir/my.toml:1: there is no setting threads|did you mean judge.threads?"]);
    let refused = parse_with("", &[("FAIRCOPY__STORE__DRI", "x")]).unwrap_err();
    assert_eq!(refused, ["FAIRCOPY__STORE__DRI: there is no setting store.dri|did you mean store.dir?"]);
}

#[test]
fn every_mistake_is_reported_at_once() {
    check_refused(
        "[judge]\nthreads = 1000\nchunk_bytes = \"8 MB\"\n[log]\nformat = \"jsno\"\n",
        &[
            "dir/my.toml:2: judge.threads must be a whole number from 0 to 256|",
            "dir/my.toml:3: judge.chunk_bytes must be a size from 1 MiB to 256 MiB|",
            "dir/my.toml:5: log.format must be one of \"auto\", \"text\", \"json\"; did you mean \"json\"?|",
        ],
    );
    check_refused("[store]\ndir = true\n", &["dir/my.toml:2: store.dir cannot be boolean|"]);
    assert!(parse("[store\n").unwrap_err()[0].starts_with("dir/my.toml:1: "));
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
    let shown = parse_with("[judge]\nthreads = 2\n", &[("FAIRCOPY__JUDGE__THREADS", "3"), ("PATH", "/bin")]).unwrap();
    let threads = shown.iter().find(|shown| shown.key == "threads").unwrap();
    assert_eq!((threads.value.as_str(), threads.place.to_string().as_str()), ("3", "FAIRCOPY__JUDGE__THREADS"));
}

#[test]
fn a_relative_path_counts_from_the_directory_of_the_file() {
    let (config, _) =
        Config::parse(Path::new("/etc/faircopy/f.toml"), "[store]\ndir = \"data\"\n", std::iter::empty()).unwrap();
    assert_eq!(config.store, Path::new("/etc/faircopy/data"));
    assert_eq!(Config::default().store, Path::new("faircopy-data"));
}

#[test]
fn a_source_has_a_profile_for_itself_and_others_for_single_forms() {
    let text = "[sources.acme]\ndate_order = \"dmy\"\n[sources.acme.forms.timesheet]\ndecimal_sign = \"comma\"\n";
    let (config, _) = Config::parse(Path::new("x.toml"), text, std::iter::empty()).unwrap();
    let acme = &config.sources.named["acme"];
    assert_eq!(acme.profile.date_order, Some(DateOrder::Dmy));
    assert_eq!(acme.forms["timesheet"].decimal_sign, Some(DecimalSign::Comma));
    check_refused(
        "[sources.acme]\ndate_ordr = \"dmy\"\n",
        &["dir/my.toml:2: there is no setting sources.acme.date_ordr|did you mean sources.acme.date_order?"],
    );
}
