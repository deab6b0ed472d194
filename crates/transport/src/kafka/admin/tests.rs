use super::*;

/// A topic just as `create` makes it, but for some settings.
fn found(role: Role, changed: &[(&str, &str)]) -> Found {
    let cluster = Cluster { brokers: 3, default_replicas: 3 };
    let step = wanted::step(role, &settings(), &Wish::default(), cluster, None);
    let Step::Create { partitions, replicas, settings } = step else { panic!("{step:?}") };
    let mut values: BTreeMap<_, _> = settings.into_iter().collect();
    values.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    Found { partitions, replicas, values, own: BTreeMap::new() }
}

fn settings() -> Settings {
    Settings::new("localhost:9092", "worker-1")
}

fn step(role: Role, found: &Found) -> Step {
    step_for(role, &Wish::default(), found)
}

fn step_for(role: Role, wish: &Wish, found: &Found) -> Step {
    wanted::step(role, &settings(), wish, Cluster { brokers: 3, default_replicas: 3 }, Some(found))
}

fn changed(setting: &str, from: &str, to: &str) -> Step {
    Step::Change(vec![Change { setting: setting.to_owned(), from: from.to_owned(), to: to.to_owned() }])
}

fn is_refused(step: &Step, word: &str) -> bool {
    matches!(step, Step::Refused(reasons) if reasons.len() == 1 && reasons[0].contains(word))
}

#[test]
fn what_is_made_is_fine() {
    for role in Role::ALL {
        let found = found(role, &[]);
        assert_eq!(step(role, &found), Step::Fine, "{role:?}");
        assert_eq!(unfit(role, &settings(), &found), [""; 0], "{role:?}");
    }
}

#[test]
fn retention_of_a_week_is_lifted_where_nothing_is_lost_yet() {
    let week = [("retention.ms", "604800000")];
    assert_eq!(step(Role::Raw, &found(Role::Raw, &week)), changed("retention.ms", "604800000", "-1"));
    assert_eq!(step(Role::Clean, &found(Role::Clean, &week)), changed("retention.ms", "604800000", "-1"));
    assert!(unfit(Role::Clean, &settings(), &found(Role::Clean, &week)).is_empty());
    assert!(is_refused(&step(Role::Keyed, &found(Role::Keyed, &week)), "nobody has decided"));
    assert_eq!(unfit(Role::Keyed, &settings(), &found(Role::Keyed, &week)).len(), 1);
    let wish = Wish { ages: [(Role::Raw, Duration::from_secs(604_800))].into(), ..Wish::default() };
    assert_eq!(step_for(Role::Raw, &wish, &found(Role::Raw, &week)), Step::Fine);
}

#[test]
fn claims_outlive_the_window() {
    let kept = (2 * 400 * 86_400_000_u64).to_string();
    let claims = |changed: &[(&str, &str)]| found(Role::Claims, changed);
    let short = claims(&[("retention.ms", "604800000")]);
    assert_eq!(step(Role::Claims, &short), changed("retention.ms", "604800000", &kept));
    assert_eq!(unfit(Role::Claims, &settings(), &short).len(), 1);
    let by_record_time = claims(&[("message.timestamp.type", "CreateTime")]);
    assert!(is_refused(&step(Role::Claims, &by_record_time), "record time"));
    let deleted = claims(&[("cleanup.policy", "delete"), ("retention.ms", "604800000")]);
    assert!(matches!(step(Role::Claims, &deleted), Step::Refused(reasons) if reasons.len() == 2));
    assert_eq!(step(Role::Claims, &claims(&[("cleanup.policy", "delete,compact")])), Step::Fine);
    assert_eq!(step(Role::Claims, &claims(&[("cleanup.policy", "compact")])), Step::Fine);
    // Never dropped, so nothing is in danger; but the topic grows.
    let lasting =
        claims(&[("cleanup.policy", "delete"), ("retention.ms", "-1"), ("message.timestamp.type", "CreateTime")]);
    assert_eq!(step(Role::Claims, &lasting), changed("cleanup.policy", "delete", "compact,delete"));
    assert!(unfit(Role::Claims, &settings(), &lasting).is_empty());
}

#[test]
fn what_the_broker_would_never_take_is_noticed_before_it_is_sent() {
    for (setting, value) in [
        ("max.message.bytes", "1048588"),
        ("message.timestamp.type", "LogAppendTime"),
        ("message.timestamp.after.max.ms", "3599999"),
        ("message.timestamp.before.max.ms", "86400000"),
    ] {
        let rejects = found(Role::Rejects, &[(setting, value)]);
        assert!(matches!(step(Role::Rejects, &rejects), Step::Change(_)), "{setting}");
        assert!(unfit(Role::Rejects, &settings(), &rejects)[0].contains(setting));
    }
}

#[test]
fn raw_takes_nothing_that_cannot_be_read_or_rejected() {
    for (setting, value) in [("compression.type", "producer"), ("message.timestamp.after.max.ms", "86400000")] {
        let raw = found(Role::Raw, &[(setting, value)]);
        assert!(matches!(step(Role::Raw, &raw), Step::Change(_)), "{setting}");
        assert!(unfit(Role::Raw, &settings(), &raw)[0].contains(setting));
    }
    let large = found(Role::Raw, &[("max.message.bytes", "104857600")]);
    assert!(matches!(step(Role::Raw, &large), Step::Change(_)));
}

#[test]
fn compaction_drops_records_of_these_topics() {
    for role in [Role::Raw, Role::Keyed, Role::Clean, Role::Rejects, Role::Duplicates] {
        assert!(is_refused(&step(role, &found(role, &[("cleanup.policy", "compact")])), "compaction"), "{role:?}");
    }
}

#[test]
fn shards_never_change_and_raw_only_grows() {
    let with = |role, partitions| Found { partitions, ..found(role, &[]) };
    assert!(is_refused(&step(Role::Keyed, &with(Role::Keyed, 32)), "64 shards"));
    assert!(is_refused(&step(Role::Claims, &with(Role::Claims, 128)), "64 shards"));
    assert_eq!(step(Role::Raw, &with(Role::Raw, 100)), Step::Fine);
    let wish = Wish { raw_partitions: Some(12), ..Wish::default() };
    assert_eq!(step_for(Role::Raw, &wish, &with(Role::Raw, 6)), changed(Change::PARTITIONS, "6", "12"));
    assert!(is_refused(&step_for(Role::Raw, &wish, &with(Role::Raw, 24)), "fewer"));
}

#[test]
fn copies_outlive_a_broker() {
    let with = |replicas, in_sync| Found { replicas, ..found(Role::Raw, &[("min.insync.replicas", in_sync)]) };
    assert!(is_refused(&step(Role::Raw, &with(1, "1")), "--single-copy"));
    let single = Wish { single_copy: true, ..Wish::default() };
    assert_eq!(step_for(Role::Raw, &single, &with(1, "1")), Step::Fine);
    assert!(is_refused(&step_for(Role::Raw, &single, &with(1, "2")), "nothing can be written"));
    assert!(is_refused(&step(Role::Raw, &with(3, "3")), "while a broker is away"));
    assert_eq!(step(Role::Raw, &with(3, "1")), changed("min.insync.replicas", "1", "2"));
    let more = Wish { replicas: Some(3), ..Wish::default() };
    assert!(is_refused(&step_for(Role::Raw, &more, &with(2, "1")), "3 wanted"));
    let unclean = found(Role::Raw, &[("unclean.leader.election.enable", "true")]);
    assert!(is_refused(&step(Role::Raw, &unclean), "lags"));
    let alone = Cluster { brokers: 1, default_replicas: 1 };
    let three = wanted::step(Role::Raw, &settings(), &more, alone, None);
    assert!(is_refused(&three, "on 1 brokers"), "{three:?}");
}
