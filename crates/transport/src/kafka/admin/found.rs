//! The topics as they are.

use super::{Role, block};
use crate::kafka::{Error, Settings, client};
use rdkafka::{
    admin::{AdminClient, ConfigSource, OwnedResourceSpecifier, ResourceSpecifier},
    client::DefaultClientContext,
    error::KafkaError,
    metadata::Metadata,
    types::RDKafkaErrorCode,
};
use std::{
    collections::BTreeMap,
    thread,
    time::{Duration, Instant},
};

/// A topic as it is.
#[derive(Clone, Debug, Default)]
pub(in crate::kafka) struct Found {
    pub(in crate::kafka) partitions: u32,
    /// Copies of the partition that has the fewest.
    pub(super) replicas: u32,
    /// Every setting in force.
    pub(super) values: BTreeMap<String, String>,
    /// Settings of the topic's own, which whoever alters one has to repeat.
    pub(super) own: BTreeMap<String, String>,
}

/// The topics that are there.
///
/// # Errors
/// When their settings cannot be read.
pub(in crate::kafka) fn find(settings: &Settings, metadata: &Metadata) -> Result<BTreeMap<Role, Found>, Error> {
    let mut found = BTreeMap::new();
    for role in Role::ALL {
        let name = role.name(&settings.topics);
        let topic = metadata.topics().iter().find(|topic| topic.name() == name && !topic.partitions().is_empty());
        let Some(topic) = topic else { continue };
        let replicas = topic.partitions().iter().map(|partition| count(partition.replicas().len())).min();
        let (partitions, replicas) = (count(topic.partitions().len()), replicas.unwrap_or(0));
        found.insert(role, Found { partitions, replicas, ..Found::default() });
    }
    let admin = client::admin(settings).map_err(Error::settings)?;
    let names: Vec<_> = found.keys().map(|role| role.name(&settings.topics)).collect();
    let mut all = describe(&admin, settings, names.iter().map(|name| ResourceSpecifier::Topic(name)))?;
    for (role, found) in &mut found {
        let entries = all.remove(role.name(&settings.topics)).unwrap_or_default();
        for (name, value, is_own) in entries {
            if is_own {
                found.own.insert(name.clone(), value.clone());
            }
            found.values.insert(name, value);
        }
    }
    Ok(found)
}

/// Copies of a topic that does not say how many it wants: what the first broker does.
pub(super) fn default_replicas(settings: &Settings, metadata: &Metadata) -> Result<u32, Error> {
    let admin = client::admin(settings).map_err(Error::settings)?;
    let broker = metadata.brokers().first().map_or(1, rdkafka::metadata::MetadataBroker::id);
    let entries = describe(&admin, settings, [ResourceSpecifier::Broker(broker)])?;
    let entry = entries.values().flatten().find(|(name, ..)| name == "default.replication.factor");
    Ok(entry.and_then(|(_, value, _)| value.parse().ok()).unwrap_or(1))
}

const DESCRIBING: &str = "settings of topics or brokers could not be read";
/// A topic that is there always has settings; the client keeps to itself why none are shown. A broker that has not heard of a new topic
/// yet shows none for a moment; one that hides them never does.
const HIDDEN_AFTER: Duration = Duration::from_secs(3);

/// Settings of topics and brokers: name, value, and whether it is the resource's own.
type Entries = Vec<(String, String, bool)>;

fn describe<'a>(
    admin: &AdminClient<DefaultClientContext>,
    settings: &Settings,
    resources: impl IntoIterator<Item = ResourceSpecifier<'a>>,
) -> Result<BTreeMap<String, Entries>, Error> {
    let resources: Vec<_> = resources.into_iter().collect();
    if resources.is_empty() {
        return Ok(BTreeMap::new());
    }
    let began = Instant::now();
    loop {
        let source = match answers(admin, settings, &resources)? {
            Ok(all) => return Ok(all),
            Err(refusal) => KafkaError::AdminOp(refusal),
        };
        if began.elapsed() >= HIDDEN_AFTER {
            return Err(Error::Cluster { doing: DESCRIBING, source });
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// What a broker answers; the refusal that it may be, when it shows no setting of one of them.
fn answers(
    admin: &AdminClient<DefaultClientContext>,
    settings: &Settings,
    resources: &[ResourceSpecifier<'_>],
) -> Result<Result<BTreeMap<String, Entries>, RDKafkaErrorCode>, Error> {
    let answers =
        block(admin.describe_configs(resources, &super::options(settings))).map_err(Error::cluster(DESCRIBING))?;
    let mut all = BTreeMap::new();
    for answer in answers {
        let answer = answer.map_err(KafkaError::AdminOp).map_err(Error::cluster(DESCRIBING))?;
        let (name, refusal) = match answer.specifier {
            OwnedResourceSpecifier::Broker(id) => (id.to_string(), RDKafkaErrorCode::ClusterAuthorizationFailed),
            OwnedResourceSpecifier::Topic(name) | OwnedResourceSpecifier::Group(name) => {
                (name, RDKafkaErrorCode::TopicAuthorizationFailed)
            }
        };
        if answer.entries.is_empty() {
            return Ok(Err(refusal));
        }
        let entries = answer.entries.into_iter().filter_map(|entry| {
            let is_own = matches!(entry.source, ConfigSource::DynamicTopic);
            Some((entry.name, entry.value?, is_own))
        });
        all.insert(name, entries.collect());
    }
    Ok(Ok(all))
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
