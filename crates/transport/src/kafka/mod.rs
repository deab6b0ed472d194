//! Apache Kafka: any number of workers, exactly once.
//!
//! ```text
//! raw ────┐                                  ┌─► clean, rejects, duplicates
//!         ├─► consumer ─► … ─► one transaction ─► claims
//! keyed ──┘   (group)           (producer)   ├─► keyed (shards of other workers)
//!                                            └─► positions of raw and keyed
//! ```
//! One consumer and one transactional producer per worker. A worker owns the shards whose partitions of `keyed` the group
//! gave it; only it decides their duplicates. What is read, judged and written in vain (a rebalance, a refused commit, a
//! crash) is read again from the positions that the broker has committed.
//!
//! # Bounds
//! 32 MiB are fetched ahead, 64 MiB wait to be acknowledged, one chunk is judged while another is committed.
//!
//! # Time
//! A chunk is handed out when it is full, or when the commit interval has passed since the last one. Every call that can
//! hang has a time limit; the broker is waited for as long as [`Settings::patience`].

pub mod admin;
mod audit;
mod beginning;
mod client;
mod convert;
mod deliveries;
mod error;
mod fetch;
mod figures;
mod gaps;
mod intake;
mod lag;
mod notes;
mod numbers;
mod outbox;
mod partitions;
mod reach;
mod reserved;
mod restore;
mod returns;
mod settings;
mod silence;
mod submit;
mod watchdog;

pub use audit::{Audit, Extent, Progress, Seen};
pub use error::Error;
pub use gaps::Gaps;
pub use notes::{Notes, Span};
pub use reserved::reserved;
pub use returns::Returns;
pub use settings::{Protocol, Settings, Start, Topics};
pub use submit::Submitter;

use crate::{Again, Commit, Committed, Ending, Error as TransportError, Event, Known, Lag, Topic, Transport, Vitals};
use admin::Role;
use fetch::Fetcher;
use intake::Intake;
use lag::Survey;
use outbox::{Ended, Fan, Outbox};
use rdkafka::{consumer::Consumer, metadata::Metadata};
use reach::reach;
use record::{Input, Position, chunk::Bound};
use restore::Restore;
use silence::Silence;
use std::time::{Duration, Instant};

/// How long metrics wait for the ends of raw.
const VITALS_WAIT: Duration = Duration::from_secs(1);

/// How long after it was made a topic may be unknown to a broker.
const TOPIC_AGE: Duration = Duration::from_secs(5);

/// A worker's end of Kafka.
#[derive(Debug)]
pub struct Kafka {
    settings: Settings,
    intake: Intake,
    outbox: Outbox,
    restore: Option<Restore>,
    fetcher: Option<Fetcher>,
    cluster: String,
    survey: Survey,
    silence: Silence,
    /// What happened since metrics were asked last.
    vitals: Vitals,
    /// Since when partitions come and go.
    rebalancing: Option<Instant>,
}

impl Kafka {
    /// Joins the group.
    ///
    /// # Errors
    /// When the cluster does not answer, or its topics are missing or unfit.
    pub fn open(settings: Settings) -> Result<Self, Error> {
        let (surveyor, fan) = patiently(|| {
            let (surveyor, metadata) = reach(&settings)?;
            Ok((surveyor, survey(&settings, &metadata)?))
        })?;
        let cluster = surveyor.client().fetch_cluster_id(settings.patience).unwrap_or_default();
        // The producer first: what a former life of this worker left open is ended before its positions are asked.
        let outbox = Outbox::open(&settings, fan)?;
        if settings.start == Start::Latest {
            beginning::at_the_ends(&settings)?;
        }
        let intake = Intake::open(&settings)?;
        Ok(Self {
            intake,
            outbox,
            restore: None,
            fetcher: None,
            cluster,
            settings,
            survey: Survey::default(),
            silence: Silence::default(),
            vitals: Vitals::default(),
            rebalancing: None,
        })
    }

    /// Id of the cluster.
    #[must_use]
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// How often the producer was replaced because the end of a transaction was in doubt.
    #[must_use]
    pub const fn reinits(&self) -> u64 {
        self.outbox.reinits
    }

    /// Whether a chunk may be given out: no claims are waited for.
    fn restored(&mut self, wait: Duration) -> Result<Option<Event>, Error> {
        let Some(restore) = &mut self.restore else { return Ok(None) };
        if let Some(event) = self.intake.serve(Duration::ZERO)? {
            return Ok(Some(event));
        }
        if let Some(event) = restore.poll(wait)? {
            return Ok(Some(event));
        }
        if !restore.is_done() {
            return Ok(Some(Event::Joining));
        }
        self.restore = None;
        self.intake.resume()?;
        Ok(None)
    }

    /// Offsets do not tell, because markers of transactions have some too: what lies beyond the group's position is read.
    fn is_keyed_drained(&self) -> Result<bool, Error> {
        let audit = Audit::open(&self.settings)?;
        let mut extents = audit.extents(Topic::Keyed)?;
        for (extent, progress) in extents.iter_mut().zip(audit.progress(Input::Keyed)?) {
            extent.low = progress.committed.unwrap_or(0).max(extent.low);
        }
        let mut is_drained = true;
        audit.read(Topic::Keyed, &extents, &mut |_| is_drained = false)?;
        Ok(is_drained)
    }

    /// Times how long partitions that come and go keep records from being read.
    fn clock(&mut self, event: &Event) {
        match event {
            Event::Assigned(_) | Event::Revoked { .. } => {
                self.rebalancing.get_or_insert_with(Instant::now);
            }
            Event::Chunk(_) | Event::Idle | Event::Gap { .. } => {
                self.vitals.rebalances.extend(self.rebalancing.take().map(|began| began.elapsed()));
            }
            Event::Claims { .. } | Event::Joining => {}
        }
    }

    fn waiting(&mut self, limit: Duration) -> Result<Vec<Lag>, Error> {
        if let Some(lag) = self.survey.fresh() {
            return Ok(lag.to_vec());
        }
        self.ask_lag(limit)
    }

    fn ask_lag(&mut self, limit: Duration) -> Result<Vec<Lag>, Error> {
        let behind = self.intake.behind(limit)?;
        Ok(self.survey.take(&self.settings, &behind)?.to_vec())
    }

    fn settle(&mut self, commit: &Commit<'_>, ended: Ended) -> Result<Option<Vec<(u32, u64)>>, Error> {
        let gap = commit.ledger.gap > 0;
        let (is_done, ends) = match ended {
            Ended::Done(ends) => (true, ends),
            Ended::Refused => (false, Vec::new()),
            Ended::Doubtful(ends) => (self.intake.is_committed(&self.intake.positions(commit.next, gap)?)?, ends),
        };
        if is_done {
            self.intake.note_committed(commit.next, gap);
            return Ok(Some(ends));
        }
        self.intake.rewind()?;
        Ok(None)
    }
}

impl Transport for Kafka {
    fn poll(&mut self, bound: Bound, wait: Duration) -> Result<Event, TransportError> {
        // A producer that has nothing to write tells of its connections, and wants tokens, all the same.
        self.outbox.hear_all();
        let left = self.intake.settle_leaving()?;
        if let Some(restore) = &mut self.restore {
            restore.remove(&left)?;
        }
        let event = match self.restored(wait)? {
            Some(event) => event,
            None => self.intake.poll(bound, wait)?,
        };
        self.clock(&event);
        Ok(event)
    }

    fn fetch(&mut self, positions: &[Position], found: &mut dyn FnMut(Position, Again)) -> Result<(), TransportError> {
        let fetcher = match self.fetcher.take() {
            Some(fetcher) => fetcher,
            None => Fetcher::open(&self.settings)?,
        };
        Ok(self.fetcher.insert(fetcher).fetch(positions, found)?)
    }

    fn commit(&mut self, commit: Commit<'_>) -> Result<Ending, TransportError> {
        let result = check(&commit, self.intake.handed_out(commit.next)).and_then(|()| {
            let positions = self.intake.positions(commit.next, commit.ledger.gap > 0)?;
            let began = Instant::now();
            let ended = self.outbox.commit(commit.outputs, commit.claims, &positions, || self.intake.group());
            self.vitals.transactions.push(began.elapsed());
            let ended = ended?;
            Ok(self.settle(&commit, ended)?)
        });
        match result {
            Ok(Some(ends)) => {
                commit.claims.committed(Committed::Topic(&ends))?;
                Ok(Ending::Committed)
            }
            Ok(None) => {
                commit.claims.abandon();
                Ok(Ending::Void)
            }
            Err(error) => {
                commit.claims.abandon();
                Err(error)
            }
        }
    }

    fn restore(&mut self, known: &[Known]) -> Result<Vec<u32>, TransportError> {
        let restore = match self.restore.take() {
            Some(restore) => restore,
            None => Restore::new(&self.settings)?,
        };
        Ok(self.restore.insert(restore).add(known)?)
    }

    fn seek(&mut self, position: Position) -> Result<(), TransportError> {
        if self.intake.seek(position)? {
            return Ok(());
        }
        Err(TransportError::NoPartition { partition: position.partition })
    }

    fn lag(&mut self) -> Result<Vec<(u32, u64)>, TransportError> {
        let lag = self.waiting(self.settings.patience)?;
        Ok(lag.into_iter().map(|lag| (lag.partition, lag.records)).collect())
    }

    fn vitals(&mut self) -> Vitals {
        let lag = self.waiting(VITALS_WAIT);
        self.silence.note(&lag);
        let reinits = std::mem::take(&mut self.outbox.reasons);
        let (assigned, brokers) = (self.intake.assigned(), self.intake.brokers());
        Vitals { lag: lag.ok(), assigned, reinits, brokers, ..std::mem::take(&mut self.vitals) }
    }

    /// Nothing on this worker's partitions of raw, and on none of keyed: what it handed over, and whose owner has left
    /// meanwhile, comes back to it or to another that is still there.
    fn is_drained(&mut self) -> Result<bool, TransportError> {
        let lag = self.ask_lag(self.settings.patience)?;
        Ok(lag.iter().all(|lag| lag.records == 0) && self.is_keyed_drained()?)
    }
}

/// Checks that the ledger agrees with itself, with the outputs and with what was handed out (promise 1).
fn check(commit: &Commit<'_>, handed_out: Option<u64>) -> Result<(), TransportError> {
    let ledger = commit.ledger;
    if handed_out != Some(ledger.received + ledger.taken) {
        return Err(TransportError::Unbalanced { what: "what came in differs from what was handed out" });
    }
    if !ledger.balances() {
        return Err(TransportError::Unbalanced { what: "what came in differs from the sum of outcomes" });
    }
    let mut counts = [0_u64; 4];
    for (topic, _) in commit.outputs {
        let count = match topic {
            Topic::Clean => &mut counts[0],
            Topic::Rejects => &mut counts[1],
            Topic::Duplicates => &mut counts[2],
            Topic::Keyed => &mut counts[3],
            Topic::Raw | Topic::Tables => {
                return Err(TransportError::Unbalanced { what: "an outcome for the raw topic" });
            }
        };
        *count += 1;
    }
    if counts != [ledger.clean, ledger.reject, ledger.duplicate, ledger.handed] {
        return Err(TransportError::Unbalanced { what: "outputs differ from their outcomes in number" });
    }
    Ok(())
}

/// Looks at the topics: all must be there, the sharded ones with as many partitions as there are shards, and none with
/// settings that would break a promise.
fn survey(settings: &Settings, metadata: &Metadata) -> Result<Fan, Error> {
    let found = admin::find(settings, metadata)?;
    let partitions = |role: Role| {
        let topic = role.name(&settings.topics);
        let wrong = |what: String| Error::Topic { topic: topic.to_owned(), what };
        let found = found.get(&role).ok_or_else(|| wrong("is missing".to_owned()))?;
        let unfit = admin::unfit(role, settings, found);
        if unfit.is_empty() { Ok(found.partitions) } else { Err(wrong(unfit.join("; "))) }
    };
    partitions(Role::Raw)?;
    for role in [Role::Keyed, Role::Claims] {
        let count = partitions(role)?;
        if count != settings.shards {
            let what = format!("has {count} partitions, but there are {} shards", settings.shards);
            return Err(Error::Topic { topic: role.name(&settings.topics).to_owned(), what });
        }
    }
    Ok(Fan {
        shards: settings.shards,
        clean: partitions(Role::Clean)?,
        rejects: partitions(Role::Rejects)?,
        duplicates: partitions(Role::Duplicates)?,
    })
}

/// Looks again for a while when a topic is missing: a broker may not know yet what was made a moment ago.
fn patiently<T>(look: impl Fn() -> Result<T, Error>) -> Result<T, Error> {
    let began = Instant::now();
    loop {
        match look() {
            Err(Error::Topic { .. }) if began.elapsed() < TOPIC_AGE => std::thread::sleep(Duration::from_millis(100)),
            result => return result,
        }
    }
}

/// How many partitions a topic has.
fn partitions(metadata: &Metadata, name: &str) -> Result<u32, Error> {
    let found = metadata.topics().iter().find(|topic| topic.name() == name && !topic.partitions().is_empty());
    let count = found.map(|topic| u32::try_from(topic.partitions().len()).unwrap_or(u32::MAX));
    count.ok_or_else(|| Error::Topic { topic: name.to_owned(), what: "is missing".to_owned() })
}
