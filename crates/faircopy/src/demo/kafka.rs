//! A demo on a Kafka cluster: topics and a group of its own, which are removed in the end.

use super::{
    Args, WINDOW,
    site::{Door, Places, Site},
};
use crate::{
    config::Config,
    failure::{Failure, tell},
};
use pipeline::reconcile::{self, Report};
use record::{Message, header, metric};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use transport::{
    Topic,
    kafka::{
        Audit, Settings, Start, Submitter,
        admin::{self, Step, Wish},
    },
};

/// Records that may wait: some seconds of work, so that stopping is quick.
const BACKLOG_RECORDS: u64 = 50_000;
/// How often it is looked whether fewer wait.
const TICK: Duration = Duration::from_millis(5);
/// Partitions of `keyed` and `claims`: one worker needs no more.
const SHARDS: u32 = 8;
/// A person at a terminal waits no longer for a cluster that is away.
const PATIENCE: Duration = Duration::from_secs(20);
const NO_BROKER: &str = "`deploy/kafka/kafka start --dir target/broker` starts one and prints its address (Java 17 and Maven), \
                         `docker compose -f deploy/compose.yaml up -d` one at localhost:9092; then `faircopy demo --kafka ADDRESS`";

/// Topics of the demo's own on a cluster.
pub(super) struct Cluster {
    config: Config,
    settings: Settings,
    prefix: String,
    is_kept: bool,
    /// The cache of claims.
    _scratch: TempDir,
}

impl Cluster {
    /// Makes the topics. `brokers` are those of the configuration when left out.
    pub(super) fn open(args: &Args, brokers: Option<&str>) -> Result<Self, Failure> {
        let brokers = brokers.map(|brokers| ("FAIRCOPY__KAFKA__BROKERS".to_owned(), brokers.to_owned()));
        let (configured, _) = Config::load_with(args.config.as_deref(), brokers)?;
        let Some(mut settings) = configured.kafka else {
            return Err(Failure::usage("neither --kafka nor the configuration names a broker").hint(NO_BROKER));
        };
        let scratch = super::scratch()?;
        let prefix = rename(&mut settings, &scratch);
        settings.shards = SHARDS;
        settings.window = Duration::from_millis(u64::try_from(WINDOW.window_ms).unwrap_or(0));
        settings.slices = WINDOW.slices;
        settings.is_static = false;
        settings.start = Start::Earliest;
        settings.patience = settings.patience.min(PATIENCE);
        make(&settings)?;
        tell(&format!("topics: {prefix}* on {}", settings.brokers));
        let mut config = super::config(args, scratch.path().to_owned());
        config.dedupe.shards = SHARDS;
        config.kafka = Some(settings.clone());
        Ok(Self { config, settings, prefix, is_kept: args.keep, _scratch: scratch })
    }

    fn audit(&self) -> Result<Audit, Failure> {
        Ok(Audit::open(&self.settings).map_err(transport::Error::from)?)
    }
}

/// Gives topics and group names that nobody has: those of the configuration with that of the scratch directory behind. The
/// rights that a worker has by prefix are enough for them.
fn rename(settings: &mut Settings, scratch: &TempDir) -> String {
    let name = scratch.path().file_name().map(|name| name.to_string_lossy().replace("faircopy-", ""));
    let name = name.unwrap_or_default();
    let prefix = settings.topics.raw.strip_suffix("raw").unwrap_or_default();
    let prefix = format!("{prefix}{name}.");
    settings.topics = transport::kafka::Topics::prefixed(&prefix);
    settings.group = format!("{}-{name}", settings.group);
    prefix
}

fn make(settings: &Settings) -> Result<(), Failure> {
    let wish = Wish { single_copy: true, ..Wish::default() };
    let plan = admin::apply(settings, &wish).map_err(|error| {
        let is_away = matches!(error, transport::kafka::Error::Cluster { .. } | transport::kafka::Error::Silent { .. });
        let failure = Failure::from(transport::Error::from(error));
        if is_away { failure.hint(NO_BROKER) } else { failure }
    })?;
    let refused = plan.topics.into_iter().find_map(|(topic, step)| match step {
        Step::Refused(reasons) => Some(format!("topic {topic}: {}", reasons.join("; "))),
        _ => None,
    });
    refused.map_or(Ok(()), |reason| Err(Failure::usage(reason).hint("see `faircopy topics plan`, and docs/kafka.md")))
}

impl Site for Cluster {
    fn config(&self) -> &Config {
        &self.config
    }

    fn door<'a>(&'a self, judged: &'a AtomicU64) -> Result<Box<dyn Door + 'a>, Failure> {
        let raw = Submitter::open(&self.settings).map_err(transport::Error::from)?;
        Ok(Box::new(Submission { raw, judged, waited: Duration::ZERO }))
    }

    fn account(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Failure> {
        Ok(reconcile::topics(&self.settings, (&[], &[]), &mut |_, _| {}, progress)?)
    }

    fn places(&self, records: u64) -> Result<Places, Failure> {
        let audit = self.audit()?;
        let extents = audit.extents(Topic::Raw).map_err(transport::Error::from)?;
        let mut found = Vec::new();
        let read = audit.read(Topic::Raw, &extents, &mut |seen| {
            let id = seen.header(header::SUBMISSION_ID).and_then(|id| std::str::from_utf8(id).ok()?.parse().ok());
            found.push((seen.position, id));
        });
        read.map_err(transport::Error::from)?;
        Ok(Places::learn(&self.settings.topics.raw, found.into_iter(), records))
    }

    fn read(&self, topic: Topic, tell: &mut dyn FnMut(Message)) -> Result<(), Failure> {
        let audit = self.audit()?;
        let extents = audit.extents(topic).map_err(transport::Error::from)?;
        let read = audit.messages(topic, &extents, &mut |_, message| {
            tell(message);
            true
        });
        Ok(read.map_err(transport::Error::from)?)
    }

    fn next_steps(&self) -> String {
        if !self.is_kept {
            return "next: `faircopy demo --kafka --keep` keeps the topics; `faircopy topics apply` makes those of a pipeline"
                .to_owned();
        }
        let Settings { brokers, group, .. } = &self.settings;
        format!(
            "kept: topics {0}*, group {group}\nnext: `FAIRCOPY__KAFKA__BROKERS={brokers} FAIRCOPY__KAFKA__TOPIC_PREFIX={0} FAIRCOPY__KAFKA__GROUP={group} faircopy reconcile`",
            self.prefix
        )
    }

    fn close(&self) {
        if self.is_kept {
            return;
        }
        if let Err(error) = admin::remove(&self.settings) {
            tell(&format!(
                "note: topics {}* or group {} may still be there: {error}",
                self.prefix, self.settings.group
            ));
        }
    }
}

/// The raw topic of a cluster. It takes any number of records; so that the demo can be stopped, few wait.
struct Submission<'a> {
    raw: Submitter,
    judged: &'a AtomicU64,
    waited: Duration,
}

impl Submission<'_> {
    fn waiting(&self) -> u64 {
        let sent = self.raw.acknowledged() + self.raw.in_doubt();
        sent.saturating_sub(self.judged.load(Ordering::Relaxed))
    }
}

impl Door for Submission<'_> {
    fn put(&mut self, messages: &[Message], stop: &AtomicBool) -> Result<bool, Failure> {
        let began = Instant::now();
        while self.waiting() > BACKLOG_RECORDS {
            if stop.load(Ordering::Relaxed) {
                return Ok(false);
            }
            thread::sleep(TICK);
        }
        self.waited += began.elapsed();
        metrics::counter!(metric::BACKPRESSURE_SECONDS_TOTAL, "cause" => "backlog").absolute(self.waited.as_secs());
        Ok(self.raw.submit(messages, stop)?)
    }

    fn close(&mut self) -> Result<u64, Failure> {
        self.raw.finish().map_err(transport::Error::from)?;
        Ok(self.raw.acknowledged())
    }
}
