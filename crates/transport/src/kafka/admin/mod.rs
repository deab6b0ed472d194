//! The topics: what they should be, what they are, and how they become so.
//!
//! What a topic is refused for is never changed from here: records may be gone by then, or keys would change their owners,
//! and somebody has to look.

mod found;
#[cfg(test)]
mod tests;
mod wanted;

pub(super) use found::{Found, find};
pub(super) use wanted::unfit;

use super::{Error, Settings, Topics, client, error::is_refusal, reach::reach};
use rdkafka::{
    admin::{AdminOptions, AlterConfig, NewPartitions, NewTopic, ResourceSpecifier, TopicReplication, TopicResult},
    error::{KafkaError, KafkaResult},
    metadata::Metadata,
    types::RDKafkaErrorCode,
};
use std::{
    collections::BTreeMap,
    future::Future,
    time::{Duration, Instant},
};

/// How long a broker may take over one request.
const REQUEST: Duration = Duration::from_secs(30);

/// What topics are wished for, beyond what the settings of the workers say.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// Partitions of raw; new outputs get as many. When left out, new topics get 6, and raw keeps what it has.
    pub raw_partitions: Option<u32>,
    /// Copies of each partition; the brokers' default when left out.
    pub replicas: Option<u32>,
    /// One copy is enough, even though there are brokers for more.
    pub single_copy: bool,
    /// How long records stay, by record time; for ever where left out. Only raw and the three outputs have a choice.
    pub ages: BTreeMap<Role, Duration>,
}

impl Wish {
    fn age(&self, role: Role) -> Option<Duration> {
        self.ages.get(&role).copied()
    }
}

/// What a topic is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Records as submitted.
    Raw,
    /// Judged records on their way to the owner of their shard.
    Keyed,
    /// Accepted records.
    Clean,
    /// Rejected records.
    Rejects,
    /// Records that were accepted before.
    Duplicates,
    /// Claimed keys.
    Claims,
}

impl Role {
    /// In the order of the line.
    pub const ALL: [Self; 6] = [Self::Raw, Self::Keyed, Self::Clean, Self::Rejects, Self::Duplicates, Self::Claims];

    /// The name of its topic.
    #[must_use]
    pub fn name(self, topics: &Topics) -> &str {
        match self {
            Self::Raw => &topics.raw,
            Self::Keyed => &topics.keyed,
            Self::Clean => &topics.clean,
            Self::Rejects => &topics.rejects,
            Self::Duplicates => &topics.duplicates,
            Self::Claims => &topics.claims,
        }
    }
}

/// The brokers, as far as topics depend on them.
#[derive(Clone, Copy, Debug)]
struct Cluster {
    brokers: u32,
    default_replicas: u32,
}

/// What is to be done, topic by topic.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Each topic in the order of [`Role::ALL`].
    pub topics: Vec<(String, Step)>,
}

impl Plan {
    /// Whether every topic is as it should be.
    #[must_use]
    pub fn is_fine(&self) -> bool {
        self.topics.iter().all(|(_, step)| matches!(step, Step::Fine))
    }

    /// Whether somebody has to look before anything can be done.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.topics.iter().any(|(_, step)| matches!(step, Step::Refused(_)))
    }
}

/// What is to be done about a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// It is missing.
    Create {
        /// Its partitions.
        partitions: u32,
        /// Copies of each.
        replicas: u32,
        /// Its settings: name and value.
        settings: Vec<(String, String)>,
    },
    /// Nothing.
    Fine,
    /// It differs in what can safely be changed.
    Change(Vec<Change>),
    /// It differs in what cannot: the reasons.
    Refused(Vec<String>),
}

/// A change that loses nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The setting, or [`Self::PARTITIONS`].
    pub setting: String,
    /// What it is.
    pub from: String,
    /// What it should be.
    pub to: String,
}

impl Change {
    /// What the number of partitions is called where settings are named.
    pub const PARTITIONS: &str = "partitions";
}

/// Says what is to be done. Needs the right to describe the topics and their settings and, unless the number of copies is
/// wished for, those of the cluster.
///
/// # Errors
/// When the cluster does not answer, or refuses.
pub fn plan(settings: &Settings, wish: &Wish) -> Result<Plan, Error> {
    survey(settings, wish).map(|(plan, _)| plan)
}

fn survey(settings: &Settings, wish: &Wish) -> Result<(Plan, BTreeMap<Role, Found>), Error> {
    let (_, metadata) = reach(settings)?;
    let found = find(settings, &metadata)?;
    let cluster = cluster(settings, wish, &metadata)?;
    let topics = Role::ALL.map(|role| {
        let step = wanted::step(role, settings, wish, cluster, found.get(&role));
        (role.name(&settings.topics).to_owned(), step)
    });
    Ok((Plan { topics: topics.into() }, found))
}

fn cluster(settings: &Settings, wish: &Wish, metadata: &Metadata) -> Result<Cluster, Error> {
    let default_replicas = match wish.replicas {
        Some(replicas) => replicas,
        None => found::default_replicas(settings, metadata)?,
    };
    Ok(Cluster { brokers: u32::try_from(metadata.brokers().len()).unwrap_or(u32::MAX), default_replicas })
}

/// Makes what is missing and changes what can safely be changed, and answers what it was; nothing, when a topic is
/// refused. What was done before an error stays done: to apply again goes on from there. Other settings of a topic are
/// kept as they were when it was looked at.
///
/// # Errors
/// When the cluster does not answer, or refuses.
pub fn apply(settings: &Settings, wish: &Wish) -> Result<Plan, Error> {
    let (plan, found) = survey(settings, wish)?;
    if plan.is_refused() || plan.is_fine() {
        return Ok(plan);
    }
    create(settings, &plan)?;
    for (role, (name, step)) in Role::ALL.iter().zip(&plan.topics) {
        if let (Step::Change(changes), Some(found)) = (step, found.get(role)) {
            change(settings, name, changes, found)?;
        }
    }
    await_fine(settings, wish)?;
    Ok(plan)
}

fn create(settings: &Settings, plan: &Plan) -> Result<(), Error> {
    let doing = "a topic could not be made";
    let missing = plan.topics.iter().filter_map(|(name, step)| {
        let Step::Create { partitions, replicas, settings } = step else { return None };
        let number = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
        let topic = NewTopic::new(name, number(*partitions), TopicReplication::Fixed(number(*replicas)));
        Some(settings.iter().fold(topic, |topic, (name, value)| topic.set(name, value)))
    });
    let missing: Vec<_> = missing.collect();
    if missing.is_empty() {
        return Ok(());
    }
    let admin = client::admin(settings).map_err(Error::settings)?;
    done(doing, block(admin.create_topics(&missing, &options(settings))))
}

fn change(settings: &Settings, name: &str, changes: &[Change], found: &Found) -> Result<(), Error> {
    let doing = "a topic could not be changed";
    let admin = client::admin(settings).map_err(Error::settings)?;
    // The client knows only the old request, which sets all settings of a topic's own anew.
    let mut values = found.own.clone();
    for Change { setting, to, .. } in changes {
        if setting == Change::PARTITIONS {
            let more = NewPartitions::new(name, to.parse().unwrap_or(0));
            done(doing, block(admin.create_partitions([&more], &options(settings))))?;
        } else {
            values.insert(setting.clone(), to.clone());
        }
    }
    if values == found.own {
        return Ok(());
    }
    let topic = AlterConfig::new(ResourceSpecifier::Topic(name));
    let topic = values.iter().fold(topic, |topic, (name, value)| topic.set(name, value));
    let results = block(admin.alter_configs([&topic], &options(settings))).map_err(Error::cluster(doing))?;
    results.into_iter().try_for_each(|result| result.map(|_| ()).map_err(|(_, code)| refusal(doing, name, code)))
}

/// The controller answers before every broker knows: waits until what was done is seen.
fn await_fine(settings: &Settings, wish: &Wish) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        let (now, _) = survey(settings, wish)?;
        let Some((name, step)) = now.topics.iter().find(|(_, step)| *step != Step::Fine) else { return Ok(()) };
        if began.elapsed() >= settings.patience {
            let what = format!("is not what it was made to be: {step:?}");
            return Err(Error::Topic { topic: name.clone(), what });
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Removes the topics, with all that stands on them, and the group of the settings, which nobody may be in any more.
///
/// # Errors
/// When the cluster does not answer, or refuses. What was removed before stays so.
pub fn remove(settings: &Settings) -> Result<(), Error> {
    let admin = client::admin(settings).map_err(Error::settings)?;
    let topics = Role::ALL.map(|role| role.name(&settings.topics));
    done("a topic could not be removed", block(admin.delete_topics(&topics, &options(settings))))?;
    let doing = "the group could not be removed";
    let results = block(admin.delete_groups(&[&settings.group], &options(settings))).map_err(Error::cluster(doing))?;
    results.into_iter().try_for_each(|result| match result {
        // A group that nobody joined or that never committed.
        Ok(_) | Err((_, RDKafkaErrorCode::GroupIdNotFound)) => Ok(()),
        Err((_, code)) => Err(Error::Cluster { doing, source: KafkaError::AdminOp(code) }),
    })?;
    await_removed(settings, &topics)
}

/// The controller answers before every broker knows: waits until nobody names the topics any more.
fn await_removed(settings: &Settings, topics: &[&str]) -> Result<(), Error> {
    let began = Instant::now();
    loop {
        let (_, metadata) = reach(settings)?;
        let Some(left) = metadata.topics().iter().find(|topic| topics.contains(&topic.name())) else { return Ok(()) };
        if began.elapsed() >= settings.patience {
            return Err(Error::Topic { topic: left.name().to_owned(), what: "is still there".to_owned() });
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn options(settings: &Settings) -> AdminOptions {
    let limit = REQUEST.min(settings.patience);
    AdminOptions::new().request_timeout(Some(limit)).operation_timeout(Some(limit))
}

/// The client's own thread completes it; there is nothing to be done meanwhile.
fn block<T>(request: impl Future<Output = T>) -> T {
    futures_executor::block_on(request)
}

fn done(doing: &'static str, results: KafkaResult<Vec<TopicResult>>) -> Result<(), Error> {
    let results = results.map_err(Error::cluster(doing))?;
    results.into_iter().try_for_each(|result| result.map(|_| ()).map_err(|(topic, code)| refusal(doing, &topic, code)))
}

/// Why a broker did not do it: rights, or a broker that is away, or the topic itself.
fn refusal(doing: &'static str, topic: &str, code: RDKafkaErrorCode) -> Error {
    use RDKafkaErrorCode as Code;
    let source = KafkaError::AdminOp(code);
    let is_wrong = matches!(
        code,
        Code::InvalidPartitions
            | Code::InvalidReplicationFactor
            | Code::InvalidConfig
            | Code::InvalidTopic
            | Code::PolicyViolation
            | Code::TopicAlreadyExists
    );
    if is_wrong && !is_refusal(&source) {
        return Error::Topic { topic: topic.to_owned(), what: format!("{doing}: {code}") };
    }
    Error::Cluster { doing, source }
}
