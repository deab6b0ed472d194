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
    check_refused(
        "[source.default]\ndate_order = \"dmy\"\n[sources.berlin]\ndate_order = \"dmy\"\n[table.books]\n",
        &[
            "dir/my.toml:2: there is no setting source.default.date_order|did you mean sources.default.date_order?",
            "dir/my.toml:5: there is no setting table|did you mean tables?",
            "dir/my.toml:5: there is no setting table.books|did you mean tables.books?",
        ],
    );
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
    check_refused("[store]\ndir = true\n", &["dir/my.toml:2: store.dir must be text in quotes|"]);
    check_refused("[store]\ndir = [1]\n", &["dir/my.toml:2: store.dir cannot be a list|"]);
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

#[test]
fn a_key_with_dots_in_it_is_one_key() {
    let text = "[sources.\"acme.example\"]\ndate_order = \"dmy\"\n[sources.acme]\nregion = \"DE\"\n";
    let (config, _) = Config::parse(Path::new("x.toml"), text, std::iter::empty()).unwrap();
    assert_eq!(config.sources.named["acme.example"].profile.date_order, Some(DateOrder::Dmy));
    assert_eq!(config.sources.named["acme"].profile.date_order, None);
    check_refused(
        "\"store.dir\" = \"x\"\n[sources.\"a.b\"]\nregoin = \"DE\"\n[\"tables.t\"]\n",
        &[
            "dir/my.toml:3: there is no setting sources.\"a.b\".regoin|did you mean sources.\"a.b\".region?",
            "dir/my.toml:1: there is no setting \"store.dir\"|did you mean store.dir?",
            "dir/my.toml:4: there is no setting \"tables.t\"|`faircopy config show` prints every setting",
        ],
    );
}

#[test]
fn a_property_of_the_client_has_one_name_however_it_is_written() {
    check_refused(
        &format!("{BROKERS}[kafka.client]\nssl.ca.location = \"a\"\n\"ssl.ca.location\" = \"b\"\n"),
        &["dir/my.toml:5: kafka.client.\"ssl.ca.location\" is set twice|"],
    );
}

const BROKERS: &str = "[kafka]\nbrokers = \"b:9092\"\n";

#[test]
fn brokers_make_it_kafka_with_as_many_partitions_as_shards() {
    let text = format!("{BROKERS}topic_prefix = \"x.\"\nstatic_member = false\n[dedupe]\nshards = 8\n");
    let (config, _) = Config::parse(Path::new("x.toml"), &text, std::iter::empty()).unwrap();
    let kafka = config.kafka.unwrap();
    assert_eq!((kafka.shards, kafka.topics.raw.as_str(), kafka.is_static), (8, "x.raw", false));
    assert!(!kafka.instance.is_empty(), "the host's name by default");
    assert!(Config::default().kafka.is_none());
}

#[test]
fn without_brokers_nothing_of_kafka_may_be_set() {
    check_refused(
        "[kafka]\ncommit_ms = 200\n[kafka.client]\n\"ssl.ca.location\" = \"ca.pem\"\n",
        &[
            "dir/my.toml:2: kafka.commit_ms has no effect without kafka.brokers|name the brokers, or leave it out",
            "dir/my.toml:4: kafka.client.\"ssl.ca.location\" has no effect without kafka.brokers|name the brokers, or leave it out",
        ],
    );
}

#[test]
fn what_the_worker_must_set_itself_is_refused_with_the_reason() {
    let refused = |line: &str| parse(&format!("{BROKERS}{line}\n")).unwrap_err();
    assert_eq!(
        refused("[kafka.client]\n\"isolation.level\" = \"read_uncommitted\"\nacks = \"1\""),
        [
            "dir/my.toml:5: kafka.client.acks cannot be set: records must be written once, in order, to all replicas|",
            "dir/my.toml:4: kafka.client.\"isolation.level\" cannot be set: what an aborted transaction left must never be read|",
        ]
    );
    for (line, said) in [
        ("session_timeout_s = 20", "protocol = \"classic\" only"),
        ("socket_timeout_s = 20", "must not exceed kafka.transaction_timeout_s"),
        ("protocol = \"classic\"\nsession_timeout_s = 20\npoll_interval_s = 19", "must not be less than"),
        ("static_member = 1", "must be true or false"),
        ("topic_prefix = \"a b\"", "must be 1 to 230 letters"),
        ("compression = \"zstd\"", "must be one of"),
    ] {
        let refused = refused(line);
        assert!(refused.len() == 1 && refused[0].contains(said), "{refused:?}");
    }
}

#[test]
fn secrets_of_the_client_are_not_shown() {
    let text = format!(
        "{BROKERS}[kafka.client]\n\"ssl.key.pem\" = \"canary\"\nmy.token = \"canary\"\nssl.ca.location = \"ca.pem\"\n"
    );
    let shown = parse_with(&text, &[("FAIRCOPY__KAFKA__CLIENT__SASL__PASSWORD", "canary")]).unwrap();
    let client: Vec<_> = shown.iter().filter(|shown| shown.section == Name::from(["kafka", "client"])).collect();
    let values: Vec<_> = client.iter().map(|shown| (shown.key.as_str(), shown.value.as_str())).collect();
    let hidden = |name| (name, "\"***\"");
    let expected =
        [hidden("my.token"), hidden("sasl.password"), ("ssl.ca.location", "\"ca.pem\""), hidden("ssl.key.pem")];
    assert_eq!(values, expected);
}

/// A unit that is mistaken drops what should be kept, or waits for weeks.
#[test]
fn every_number_has_the_unit_that_its_name_says() {
    let text = format!(
        "{BROKERS}commit_ms = 7\ntransaction_timeout_s = 12\nsocket_timeout_s = 9\npoll_interval_s = 400\npatience_s = 60\n\
         [retention]\nraw_days = 1\nclean_days = 2\nclean_bytes = 5\n[dedupe]\nwindow_days = 30\n\
         [store]\nbacklog_bytes = \"7 MiB\"\nsegment_bytes = \"3 MiB\"\n[judge]\nchunk_ms = 30\nwait_ms = 20\n"
    );
    let (config, _) = Config::parse(Path::new("my.toml"), &text, std::iter::empty()).unwrap();
    let days = |days: i64| days * 24 * 60 * 60 * 1000;
    let local = &config.local;
    assert_eq!([local.raw, local.clean, local.rejects].map(|keep| keep.age_ms), [Some(days(1)), Some(days(2)), None]);
    assert_eq!([local.raw, local.clean].map(|keep| keep.bytes), [None, Some(5)]);
    assert_eq!((local.backlog_bytes, local.segment_bytes, config.dedupe.window_ms), (7 << 20, 3 << 20, days(30)));
    let kafka = config.kafka.unwrap();
    let times = [kafka.transaction_timeout, kafka.socket_timeout, kafka.poll_interval, kafka.patience];
    assert_eq!(times, [12, 9, 400, 60].map(Duration::from_secs));
    let times = [kafka.commit_interval, config.worker.judging, config.worker.wait];
    assert_eq!(times, [7, 30, 20].map(Duration::from_millis));
    assert_eq!(kafka.window.as_millis(), 30 * 86_400_000);
}
