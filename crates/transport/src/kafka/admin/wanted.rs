//! The topics as they should be, and what differs. `docs/kafka.md` tells users the reasons that stand here.

use super::{Change, Cluster, Found, Role, Step, Wish};
use crate::{kafka::Settings, kafka::client::WIRE_BYTES_MAX, local::RAW_BYTES_MAX};
use record::limits::{HEADER_BYTES_MAX, MESSAGE_BYTES_MAX};
use std::{collections::BTreeMap, fmt::Display, time::Duration};

/// What Kafka's batches add to one message: 61 bytes, some numbers of variable length, and room for compression that makes
/// longer.
const BATCH_BYTES: usize = 64 << 10;
/// How far ahead of the broker's clock the time of a raw record may be: what Kafka 4 does by itself (KIP-1030). What is
/// written later is not further ahead.
const AHEAD_MS: i64 = 3_600_000;
/// Partitions of a topic when nobody says how many.
const PARTITIONS: u32 = 6;
const UNLIMITED: &str = "-1";

/// A setting as it should be.
struct Want {
    name: &'static str,
    /// What a new topic gets, and one that is to be changed.
    value: String,
    accept: Accept,
    fault: Fault,
}

/// What a topic that is there may have instead.
enum Accept {
    Anything,
    Equal,
    AtLeast(i64),
    /// At least as much, or no limit at all.
    Longer(i64),
    AtMost(i64),
    OneOf(&'static [&'static str]),
}

/// What it means when it has not.
enum Fault {
    /// Worth changing; nothing is in danger.
    Change,
    /// To be changed before a worker may start.
    ChangeFirst,
    /// Whoever runs the cluster has to look: records may be gone.
    Refuse(&'static str),
}

impl Accept {
    fn takes(&self, found: &str, wanted: &str) -> bool {
        let number = found.parse::<i64>();
        match self {
            Self::Anything => true,
            Self::Equal => found == wanted,
            Self::AtLeast(least) => number.is_ok_and(|number| number >= *least),
            Self::Longer(least) => number.is_ok_and(|number| number >= *least || number == -1),
            Self::AtMost(most) => number.is_ok_and(|number| number <= *most),
            Self::OneOf(words) => words.contains(&found),
        }
    }
}

fn want(name: &'static str, value: &dyn Display, accept: Accept, fault: Fault) -> Want {
    Want { name, value: value.to_string(), accept, fault }
}

fn bytes(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// How a topic should be, but for its copies and partitions.
fn wants(role: Role, settings: &Settings, wish: &Wish) -> Vec<Want> {
    let mut wants = vec![want(
        "unclean.leader.election.enable",
        &false,
        Accept::Equal,
        Fault::Refuse("a replica that lags may be made leader, and what was committed is then gone"),
    )];
    wants.extend(match role {
        Role::Raw => raw(wish.age(role)),
        Role::Keyed => keyed(),
        Role::Claims => claims(settings.window),
        Role::Clean | Role::Rejects | Role::Duplicates => outcome(wish.age(role)),
    });
    wants
}

const COMPACTED: &str = "compaction drops all but the newest record of a key, and these are all wanted";

/// Retention goes by record time. A record that is sent late, such as one of a backlog, would vanish at once: so it is
/// unlimited unless asked for.
fn retention(age: Option<Duration>) -> Want {
    let value = age.map_or_else(|| UNLIMITED.to_owned(), |age| millis(age).to_string());
    want("retention.ms", &value, Accept::Equal, Fault::Change)
}

/// - A record in a foreign compression would be passed over by a client that does not know it (zstd); the broker therefore
///   writes all of them in one that every client knows.
/// - A record time far in the future would end the dedupe window of all keys early, so the broker refuses it (KIP-937).
/// - No record is longer than its reject can hold, unless it comes compressed: the bound is on batches as they are sent.
fn raw(age: Option<Duration>) -> Vec<Want> {
    let most = RAW_BYTES_MAX + HEADER_BYTES_MAX + BATCH_BYTES;
    vec![
        want("cleanup.policy", &"delete", Accept::Equal, Fault::Refuse(COMPACTED)),
        retention(age),
        want("max.message.bytes", &most, Accept::AtMost(bytes(most)), Fault::Change),
        want("compression.type", &"lz4", Accept::OneOf(&["lz4", "snappy", "gzip", "uncompressed"]), Fault::ChangeFirst),
        want("message.timestamp.type", &"CreateTime", Accept::Anything, Fault::Change),
        want("message.timestamp.after.max.ms", &AHEAD_MS, Accept::AtMost(AHEAD_MS), Fault::ChangeFirst),
    ]
}

/// What the pipeline writes under the time of the raw record. What raw took is never refused for its time or its size: that
/// would be a transaction which can never be committed.
fn written(most: usize) -> Vec<Want> {
    let room = most + BATCH_BYTES;
    let ever = || Accept::AtLeast(i64::MAX);
    vec![
        want("max.message.bytes", &room, Accept::AtLeast(bytes(room)), Fault::ChangeFirst),
        want("message.timestamp.type", &"CreateTime", Accept::Equal, Fault::ChangeFirst),
        want("message.timestamp.after.max.ms", &i64::MAX, Accept::AtLeast(AHEAD_MS), Fault::ChangeFirst),
        want("message.timestamp.before.max.ms", &i64::MAX, ever(), Fault::ChangeFirst),
    ]
}

fn outcome(age: Option<Duration>) -> Vec<Want> {
    let mut wants = written(MESSAGE_BYTES_MAX);
    wants.push(want("cleanup.policy", &"delete", Accept::Equal, Fault::Refuse(COMPACTED)));
    wants.push(retention(age));
    wants
}

/// Records on `keyed` wait to be decided, and stand nowhere else but on raw, behind its position.
fn keyed() -> Vec<Want> {
    const DROPPED: Fault = Fault::Refuse("records that nobody has decided may be dropped");
    let mut wants = written(WIRE_BYTES_MAX);
    wants.push(want("cleanup.policy", &"delete", Accept::Equal, Fault::Refuse(COMPACTED)));
    wants.push(want("retention.ms", &UNLIMITED, Accept::Equal, DROPPED));
    wants.push(want("retention.bytes", &UNLIMITED, Accept::Equal, DROPPED));
    wants
}

/// The window runs by record time, and Kafka drops by the time it keeps: so it keeps the time of appending, and twice as
/// long as the window, for a claim that was made late or a stream that stood still.
fn claims(window: Duration) -> Vec<Want> {
    let kept = millis(window).saturating_mul(2);
    // Claims are small; a batch of them is not.
    let room = (1 << 20) + BATCH_BYTES;
    vec![
        want("cleanup.policy", &"compact,delete", Accept::OneOf(&["compact,delete", "compact"]), Fault::Change),
        want("retention.ms", &kept, Accept::Longer(kept), Fault::ChangeFirst),
        want("retention.bytes", &UNLIMITED, Accept::Equal, Fault::Refuse("claims within the window may be dropped")),
        want("message.timestamp.type", &"LogAppendTime", Accept::Equal, Fault::Change),
        want("max.message.bytes", &room, Accept::AtLeast(bytes(room)), Fault::ChangeFirst),
    ]
}

/// A setting as it is compared: the policies of a list have no order.
fn plain(name: &str, value: &str) -> String {
    if name != "cleanup.policy" {
        return value.to_owned();
    }
    let mut policies: Vec<_> = value.split(',').map(str::trim).collect();
    policies.sort_unstable();
    policies.join(",")
}

/// What differs: each setting that should be another, and why it may not be changed just so. `None`: it may.
fn differences(role: Role, settings: &Settings, wish: &Wish, found: &Found) -> Vec<(Want, String, Option<String>)> {
    let lasting = role == Role::Claims && found.values.get("retention.ms").is_some_and(|value| value == UNLIMITED);
    let mut all = Vec::new();
    for want in wants(role, settings, wish) {
        // Older brokers have fewer settings.
        let Some(value) = found.values.get(want.name) else { continue };
        // Claims that are kept for ever may bear any time: to change it would have the old ones dropped by record time.
        if want.accept.takes(&plain(want.name, value), &want.value)
            || (lasting && want.name == "message.timestamp.type")
        {
            continue;
        }
        let mut why = match &want.fault {
            Fault::Refuse(why) => Some((*why).to_owned()),
            Fault::Change | Fault::ChangeFirst => None,
        };
        if role == Role::Claims && !lasting && why.is_none() && want.name != "max.message.bytes" {
            why = dropped(&found.values);
        }
        let value = value.clone();
        all.push((want, value, why));
    }
    all
}

/// Whether claims of a topic with limited retention may be gone already.
fn dropped(values: &BTreeMap<String, String>) -> Option<String> {
    let is = |name: &str, wanted: &str| values.get(name).is_some_and(|value| plain(name, value) == wanted);
    if is("cleanup.policy", "compact") {
        return None;
    }
    let why = if is("message.timestamp.type", "CreateTime") {
        "claims of old records are dropped at once: retention goes by record time"
    } else if is("cleanup.policy", "delete") {
        "claims within the window may be dropped"
    } else {
        return None;
    };
    Some(why.to_owned())
}

/// What a worker must not start with.
pub(in crate::kafka) fn unfit(role: Role, settings: &Settings, found: &Found) -> Vec<String> {
    let differences = differences(role, settings, &Wish::default(), found);
    let unfit =
        differences.into_iter().filter(|(want, _, why)| why.is_some() || matches!(want.fault, Fault::ChangeFirst));
    unfit.map(|(want, value, why)| told(&want, &value, why.as_deref())).collect()
}

fn told(want: &Want, value: &str, why: Option<&str>) -> String {
    let named = format!("{} is {value}, {} is wanted", want.name, want.value);
    why.map_or_else(|| named.clone(), |why| format!("{named}: {why}"))
}

/// What is to be done about a topic.
pub(super) fn step(role: Role, settings: &Settings, wish: &Wish, cluster: Cluster, found: Option<&Found>) -> Step {
    let Some(found) = found else { return create(role, settings, wish, cluster) };
    let (mut changes, mut refused) = (Vec::new(), Vec::new());
    for (want, value, why) in differences(role, settings, wish, found) {
        match why {
            Some(_) => refused.push(told(&want, &value, why.as_deref())),
            None => changes.push(Change { setting: want.name.to_owned(), from: value, to: want.value }),
        }
    }
    let wanted = partitions(role, settings, wish);
    let is_fixed = matches!(role, Role::Keyed | Role::Claims);
    let has = found.partitions;
    match wanted {
        Some(wanted) if is_fixed && has != wanted => {
            refused.push(format!("{has} partitions, but there are {wanted} shards: keys would change their owners"));
        }
        Some(wanted) if has > wanted => refused.push(format!("{has} partitions: they cannot become fewer ({wanted})")),
        Some(wanted) if has < wanted => {
            let (from, to) = (has.to_string(), wanted.to_string());
            changes.push(Change { setting: Change::PARTITIONS.to_owned(), from, to });
        }
        _ => {}
    }
    let in_sync = found.values.get("min.insync.replicas").and_then(|value| value.parse().ok()).unwrap_or(1);
    refused.extend(copies(wish, cluster, found.replicas, in_sync));
    if found.replicas > 2 && in_sync < 2 {
        let (from, to) = (in_sync.to_string(), "2".to_owned());
        changes.push(Change { setting: "min.insync.replicas".to_owned(), from, to });
    }
    if !refused.is_empty() {
        Step::Refused(refused)
    } else if changes.is_empty() {
        Step::Fine
    } else {
        Step::Change(changes)
    }
}

/// Partitions of a topic; `None` when any number will do.
fn partitions(role: Role, settings: &Settings, wish: &Wish) -> Option<u32> {
    match role {
        Role::Raw => wish.raw_partitions,
        Role::Keyed | Role::Claims => Some(settings.shards),
        Role::Clean | Role::Rejects | Role::Duplicates => None,
    }
}

/// What is wrong with the number of copies.
fn copies(wish: &Wish, cluster: Cluster, replicas: u32, in_sync: u32) -> Vec<String> {
    let mut wrong = Vec::new();
    if replicas == 1 && cluster.brokers >= 3 && !wish.single_copy {
        wrong.push(format!(
            "one copy on a cluster of {} brokers: what is on a disk that breaks is lost; --single-copy accepts that",
            cluster.brokers
        ));
    }
    if let Some(wanted) = wish.replicas.filter(|wanted| replicas < *wanted) {
        wrong.push(format!("{replicas} copies, {wanted} wanted: kafka-reassign-partitions.sh makes more"));
    }
    if in_sync > replicas {
        wrong.push(format!("min.insync.replicas is {in_sync} of {replicas}: nothing can be written"));
    } else if in_sync == replicas && replicas > 1 {
        wrong.push(format!(
            "min.insync.replicas is {in_sync} of {replicas}: nothing can be written while a broker is away"
        ));
    }
    wrong
}

fn create(role: Role, settings: &Settings, wish: &Wish, cluster: Cluster) -> Step {
    let replicas = wish.replicas.unwrap_or(cluster.default_replicas);
    let in_sync = if replicas > 2 { 2 } else { 1 };
    let mut refused = copies(wish, cluster, replicas, in_sync);
    if replicas > cluster.brokers {
        refused.push(format!("{replicas} copies on {} brokers", cluster.brokers));
    }
    if !refused.is_empty() {
        return Step::Refused(refused);
    }
    let partitions = partitions(role, settings, wish).or(wish.raw_partitions).unwrap_or(PARTITIONS);
    let mut values: Vec<_> =
        wants(role, settings, wish).into_iter().map(|want| (want.name.to_owned(), want.value)).collect();
    values.push(("min.insync.replicas".to_owned(), in_sync.to_string()));
    Step::Create { partitions, replicas, settings: values }
}
