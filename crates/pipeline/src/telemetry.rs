//! What is counted, once per chunk. Labels come from closed sets: outcomes, codes, normalizers, loaded forms.

use crate::ChunkReport;
use dedupe::Doubt;
use metrics::{counter, gauge, histogram};
use record::{Chunk, Position, RecordTime, metric};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, SystemTime},
};
use transport::{Ending, Lag, Vitals};

/// A chunk was read.
pub(crate) fn read(chunk: &Chunk) {
    let mut partitions: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    for record in &chunk.records {
        let (records, bytes) = partitions.entry(record.position.partition).or_default();
        *records += 1;
        *bytes += record.message.value.len() as u64;
    }
    for (partition, (records, bytes)) in partitions {
        let labels = [("topic", chunk.topic.to_string()), ("partition", partition.to_string())];
        counter!(metric::RECORDS_RECEIVED_TOTAL, &labels).increment(records);
        counter!(metric::RECEIVED_BYTES_TOTAL, &labels).increment(bytes);
    }
    let handed = chunk.handed.iter().map(|handed| handed.message.value.len());
    let bytes: usize = chunk.records.iter().map(|record| record.message.value.len()).chain(handed).sum();
    let records = chunk.records.len() + chunk.handed.len();
    counter!(metric::RECORDS_TAKEN_TOTAL).increment(chunk.handed.len() as u64);
    histogram!(metric::CHUNK_RECORDS).record(records as f64);
    histogram!(metric::CHUNK_BYTES).record(bytes as f64);
    histogram!(metric::STAGE_DURATION_SECONDS, "stage" => "read").record(chunk.arrived.elapsed());
}

/// What is read and not yet committed.
pub(crate) fn inflight<'a>(chunks: impl Iterator<Item = &'a Chunk>) {
    let (mut records, mut bytes) = (0, 0);
    for chunk in chunks {
        let raw = chunk.records.iter().map(|record| record.message.value.len());
        let handed = chunk.handed.iter().map(|handed| handed.message.value.len());
        records += chunk.records.len() + chunk.handed.len();
        bytes += raw.chain(handed).sum::<usize>();
    }
    gauge!(metric::INFLIGHT_RECORDS).set(records as f64);
    gauge!(metric::INFLIGHT_BYTES).set(bytes as f64);
}

/// Shards came or went.
pub(crate) fn rebalance(kind: &'static str, shards: &[u32]) {
    counter!(metric::REBALANCES_TOTAL, "kind" => kind).increment(1);
    tracing::info!(kind, shards = shards.len(), "partitions are assigned anew");
}

/// Claims have to be read from their topic because the cache of them was thrown away.
pub(crate) fn rebuild(doubt: Doubt) {
    let reason = doubt.as_str();
    counter!(metric::STATE_REBUILD_TOTAL, "reason" => reason).increment(1);
    if doubt == Doubt::Missing {
        tracing::info!("there is no cache of claims yet: they are read from their topic");
    } else {
        tracing::warn!(reason, "the cache of claims is thrown away and read from their topic again");
    }
}

/// The claims of new shards are here.
pub(crate) fn restored(claims: usize, keys: u64, took: Duration) {
    histogram!(metric::STATE_REBUILD_SECONDS).record(took);
    counter!(metric::RESTORED_CLAIMS_TOTAL).increment(claims as u64);
    tracing::info!(claims, keys, seconds = took.as_secs_f64(), "the claims of new shards are read");
}

/// A transaction that is open until this is dropped.
#[derive(Debug)]
pub(crate) struct OpenTransaction(());

impl OpenTransaction {
    pub(crate) fn begin() -> Self {
        gauge!(metric::TXN_OPEN_SINCE_SECONDS).set(now().as_secs_f64());
        Self(())
    }
}

impl Drop for OpenTransaction {
    fn drop(&mut self) {
        gauge!(metric::TXN_OPEN_SINCE_SECONDS).set(0.0);
    }
}

/// A commit succeeded or not.
pub(crate) fn commit(result: &Result<Ending, transport::Error>) {
    let result = match result {
        Ok(Ending::Committed) => "commit",
        Ok(Ending::Void) => "abort",
        Err(error) if error.is_fenced() => "fenced",
        Err(_) => "failed",
    };
    counter!(metric::TXN_TOTAL, "result" => result).increment(1);
}

/// Raw partitions whose lag is shown. Of one that this worker has no more, or of which nothing is known now, neither figure is
/// shown: 0 would be a promise.
#[derive(Debug, Default)]
pub(crate) struct Shown(BTreeSet<u32>);

impl Shown {
    /// How the transport is doing.
    pub(crate) fn show(&mut self, vitals: Vitals) {
        self.lag(vitals.lag.unwrap_or_default());
        if let Some(backlog) = vitals.backlog {
            gauge!(metric::BACKLOG_BYTES).set(backlog.bytes as f64);
            gauge!(metric::BACKLOG_MAX_BYTES).set(backlog.max as f64);
        }
        for (topic, count) in vitals.assigned {
            gauge!(metric::ASSIGNED_PARTITIONS, "topic" => topic).set(count as f64);
        }
        for reason in vitals.reinits {
            counter!(metric::PRODUCER_REINIT_TOTAL, "reason" => reason).increment(1);
        }
        let durations = [
            (metric::TXN_DURATION_SECONDS, vitals.transactions),
            (metric::REBALANCE_DURATION_SECONDS, vitals.rebalances),
        ];
        for (name, durations) in durations {
            durations.into_iter().for_each(|duration| histogram!(name).record(duration));
        }
        for (id, broker) in vitals.brokers {
            let labels = [("broker", id)];
            if let Some(round_trip) = broker.round_trip {
                gauge!(metric::KAFKA_RTT_SECONDS, &labels).set(round_trip.as_secs_f64());
            }
            counter!(metric::KAFKA_REQUEST_TIMEOUTS_TOTAL, &labels).absolute(broker.timeouts);
            counter!(metric::KAFKA_DISCONNECTS_TOTAL, &labels).absolute(broker.disconnects);
            counter!(metric::KAFKA_THROTTLE_SECONDS_TOTAL, &labels).absolute(broker.throttled.as_secs());
        }
    }

    fn lag(&mut self, lag: Vec<Lag>) {
        let known = lag.iter().map(|lag| lag.partition).collect();
        let gone: Vec<_> = self.0.difference(&known).copied().collect();
        self.0 = known;
        let now = now();
        let waits = lag.into_iter().map(|lag| (lag.partition, (lag.records + lag.undecided) as f64, age(&lag, now)));
        for (partition, records, seconds) in waits.chain(gone.into_iter().map(|gone| (gone, f64::NAN, f64::NAN))) {
            let labels = [("topic", "raw".to_owned()), ("partition", partition.to_string())];
            gauge!(metric::CONSUMER_LAG_RECORDS, &labels).set(records);
            gauge!(metric::CONSUMER_LAG_SECONDS, &labels).set(seconds);
        }
    }
}

/// Seconds that the first record has waited. A record may be stamped by a clock that is ahead: never negative.
fn age(lag: &Lag, now: Duration) -> f64 {
    if lag.records + lag.undecided == 0 {
        return 0.0;
    }
    let since = lag.since.filter(|since| *since != RecordTime::UNKNOWN);
    let since = since.and_then(|since| u64::try_from(since.0).ok()).map(Duration::from_millis);
    since.map_or(f64::NAN, |since| now.saturating_sub(since).as_secs_f64())
}

#[expect(clippy::disallowed_methods, reason = "a figure for people, which reaches no output")]
fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

/// Raw records were gone before they were read.
pub(crate) fn gap(from: Position, to: Position) {
    let records = to.offset - from.offset;
    let labels =
        [("topic", "raw".to_owned()), ("partition", from.partition.to_string()), ("cause", "retention".to_owned())];
    counter!(metric::DATA_GAP_RECORDS_TOTAL, &labels).increment(records);
    tracing::error!(partition = from.partition, from = from.offset, to = to.offset, "raw records are gone unread");
}

/// A chunk was committed.
pub(crate) fn chunk(report: &ChunkReport<'_>) {
    for (form, tally) in &report.tally.forms {
        for (outcome, count) in &tally.outcomes {
            let labels = [("outcome", outcome.as_str().to_owned()), ("form", form.to_string())];
            counter!(metric::RECORDS_OUTCOME_TOTAL, &labels).increment(*count);
        }
        for (code, count) in &tally.codes {
            let labels = [("code", code.as_str().to_owned()), ("form", form.to_string())];
            counter!(metric::REJECTS_TOTAL, &labels).increment(*count);
        }
        counter!(metric::PLAN_FALLBACKS_TOTAL, "form" => form.to_string()).increment(tally.fallbacks);
        for (rule, count) in &tally.normalizations {
            let labels = [("rule", (*rule).to_owned()), ("form", form.to_string())];
            counter!(metric::NORMALIZATIONS_TOTAL, &labels).increment(*count);
        }
    }
    counter!(metric::RECORDS_HANDED_TOTAL).increment(report.tally.ledger.handed);
    counter!(metric::DUPLICATES_TOTAL, "kind" => "same").increment(report.tally.ledger.duplicate);
    counter!(metric::DUPLICATES_TOTAL, "kind" => "conflict").increment(report.tally.conflicts);
    counter!(metric::PANICS_CAUGHT_TOTAL, "stage" => "judge").increment(report.tally.panics);
    durations(report);
    gauge!(metric::DEDUPE_KEYS).set(report.keys as f64);
    gauge!(metric::DEDUPE_STORE_BYTES).set(report.claim_bytes as f64);
}

fn durations(report: &ChunkReport<'_>) {
    let Some(decided) = report.decided else { return };
    let stages = [("judge", decided.judging), ("dedupe", decided.deciding), ("commit", report.commit)];
    for (stage, took) in stages {
        histogram!(metric::STAGE_DURATION_SECONDS, "stage" => stage).record(took);
    }
    histogram!(metric::E2E_LATENCY_SECONDS).record(report.latency);
}

#[cfg(test)]
mod tests {
    use super::*;
    use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
    use record::{HandedRecord, Message, RawRecord};
    use std::sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    };
    use transport::kafka;

    /// Keeps all counters and gauges, by name and values of their labels.
    #[derive(Default)]
    struct Figures(Mutex<BTreeMap<String, Arc<AtomicU64>>>);

    impl Figures {
        fn of(&self, key: &Key) -> Arc<AtomicU64> {
            let labels = key.labels().map(|label| format!(" {}", label.value()));
            let name = [key.name().to_owned()].into_iter().chain(labels).collect::<String>();
            Arc::clone(self.0.lock().unwrap().entry(name).or_default())
        }

        fn count(&self, name: &str) -> u64 {
            self.0.lock().unwrap().get(name).map_or(0, |figure| figure.load(Ordering::Relaxed))
        }

        fn gauge(&self, name: &str) -> f64 {
            f64::from_bits(self.count(name))
        }
    }

    impl Recorder for Figures {
        fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
        fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
            Counter::from_arc(self.of(key))
        }
        fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
            Gauge::from_arc(self.of(key))
        }
        fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
            Histogram::noop()
        }
    }

    fn figures(tell: impl FnOnce(&Figures)) {
        let figures = Figures::default();
        metrics::with_local_recorder(&figures, || tell(&figures));
    }

    /// Raw records with so many bytes each, all of one partition, and as many that were handed over.
    fn chunk(partition: u32, raw: &[usize], handed: &[usize]) -> Chunk {
        let position = Position { partition, offset: 0 };
        let message = |bytes: &usize| Message { value: vec![b'x'; *bytes], ..Message::default() };
        let raw = raw.iter().map(|bytes| RawRecord { position, message: message(bytes), original: None });
        let handed = handed.iter().map(|bytes| HandedRecord { position, message: message(bytes) });
        Chunk {
            topic: "raw".into(),
            records: raw.collect(),
            handed: handed.collect(),
            next: Vec::new(),
            arrived: std::time::Instant::now(),
        }
    }

    #[test]
    fn what_is_read_and_what_is_in_memory_is_counted_with_its_bytes() {
        let chunks = [chunk(0, &[5, 7], &[]), chunk(1, &[1], &[]), chunk(0, &[], &[3, 4, 9])];
        figures(|figures| {
            chunks.iter().for_each(read);
            let read = |name: &str| ["0", "1"].map(|partition| figures.count(&format!("{name} raw {partition}")));
            assert_eq!(read(metric::RECORDS_RECEIVED_TOTAL), [2, 1]);
            assert_eq!(read(metric::RECEIVED_BYTES_TOTAL), [12, 1]);
            assert_eq!(figures.count(metric::RECORDS_TAKEN_TOTAL), 3);
            let in_memory = || {
                let figures = [metric::INFLIGHT_RECORDS, metric::INFLIGHT_BYTES].map(|name| figures.gauge(name));
                figures.map(|figure| figure.to_string())
            };
            inflight(chunks.iter());
            assert_eq!(in_memory(), ["6", "29"]);
            inflight([].into_iter());
            assert_eq!(in_memory(), ["0", "0"]);
        });
    }

    #[test]
    fn a_commit_is_counted_by_how_it_ended() {
        let fenced = kafka::Error::Fenced { instance: "one".to_owned() };
        let other = kafka::Error::ShutOut { group: "one".to_owned() };
        figures(|figures| {
            let ends =
                [Ok(Ending::Committed), Ok(Ending::Committed), Ok(Ending::Void), Err(fenced.into()), Err(other.into())];
            ends.iter().for_each(commit);
            let counts =
                ["commit", "abort", "fenced", "failed"].map(|result| format!("{} {result}", metric::TXN_TOTAL));
            assert_eq!(counts.map(|name| figures.count(&name)), [2, 1, 1, 1]);
        });
    }

    #[test]
    fn a_transaction_tells_since_when_it_is_open_and_that_it_is_no_more() {
        figures(|figures| {
            let since = || figures.gauge(metric::TXN_OPEN_SINCE_SECONDS);
            let before = now().as_secs_f64();
            let open = OpenTransaction::begin();
            assert!((before..=now().as_secs_f64()).contains(&since()), "{}", since());
            drop(open);
            assert_eq!(since().to_bits(), 0.0_f64.to_bits());
        });
    }

    #[test]
    fn lag_in_seconds_is_zero_when_nothing_waits_never_negative_and_absent_when_unknown() {
        let lag = |records, since: Option<i64>| Lag { since: since.map(RecordTime), ..Lag::from((0, records)) };
        let now = Duration::from_secs(100);
        let is = |seconds: f64, lag: Lag| (age(&lag, now) - seconds).abs() < 1e-9;
        assert!(is(0.0, lag(0, None)));
        assert!(is(2.5, lag(3, Some(97_500))));
        assert!(is(0.0, lag(3, Some(101_000))), "a clock that is ahead");
        assert!(age(&lag(3, None), now).is_nan());
        assert!(age(&Lag { undecided: 2, ..lag(0, None) }, now).is_nan());
        assert!(age(&lag(3, Some(RecordTime::UNKNOWN.0)), now).is_nan());
    }
}
