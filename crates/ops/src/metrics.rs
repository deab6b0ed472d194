//! The metrics of the process, kept in memory and written in the Prometheus text format when asked.

use crate::Error;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use record::metric as name;
use std::time::{SystemTime, UNIX_EPOCH};

/// Bounds of the latency buckets in seconds: those of the OpenTelemetry messaging conventions, and minutes for a backlog.
const SECONDS: [f64; 17] =
    [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0, 300.0];
/// Bounds of the buckets for records per chunk: powers of four up to the largest chunk that can be configured.
const RECORDS: [f64; 9] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0, 4096.0, 16_384.0, 65_536.0];
/// Bounds of the buckets for bytes per chunk.
const BYTES: [f64; 8] = [1024.0, 8192.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 8_388_608.0, 67_108_864.0];

/// What kind of series a name stands for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Counter,
    Gauge,
    /// With the bounds of its buckets.
    Histogram(&'static [f64]),
}

/// A name, its kind, its labels and the text that `/metrics` shows beside it.
type Described = (&'static str, Kind, &'static [&'static str], &'static str);

/// Every metric of [`record::metric`].
pub(crate) const DESCRIBED: [Described; 46] = [
    (name::RECORDS_RECEIVED_TOTAL, Kind::Counter, &["topic", "partition"], "Raw records read."),
    (name::RECEIVED_BYTES_TOTAL, Kind::Counter, &["topic", "partition"], "Raw bytes read."),
    (name::RECORDS_TAKEN_TOTAL, Kind::Counter, &[], "Records taken over from other workers that judged them."),
    (name::RECORDS_HANDED_TOTAL, Kind::Counter, &[], "Records handed over to the worker that owns their shard."),
    (
        name::RECORDS_OUTCOME_TOTAL,
        Kind::Counter,
        &["outcome", "form"],
        "Records by what became of them, counted at commit.",
    ),
    (name::REJECTS_TOTAL, Kind::Counter, &["code", "form"], "Errors on rejects, by code."),
    (name::DUPLICATES_TOTAL, Kind::Counter, &["kind"], "Duplicates, by kind."),
    (name::NORMALIZATIONS_TOTAL, Kind::Counter, &["rule", "form"], "Changes made to values, by normalizer."),
    (
        name::PLAN_FALLBACKS_TOTAL,
        Kind::Counter,
        &["form"],
        "Records whose schema the validator held, since the compiled form could not tell.",
    ),
    (name::STAGE_DURATION_SECONDS, Kind::Histogram(&SECONDS), &["stage"], "Seconds one chunk spent in a stage."),
    (name::E2E_LATENCY_SECONDS, Kind::Histogram(&SECONDS), &[], "Seconds from a chunk's arrival to its commit."),
    (name::CHUNK_RECORDS, Kind::Histogram(&RECORDS), &[], "Records per chunk."),
    (name::CHUNK_BYTES, Kind::Histogram(&BYTES), &[], "Bytes per chunk."),
    (name::CONSUMER_LAG_RECORDS, Kind::Gauge, &["topic", "partition"], "Raw records not yet committed."),
    (
        name::CONSUMER_LAG_SECONDS,
        Kind::Gauge,
        &["topic", "partition"],
        "Seconds since the record time of the first raw record not yet committed.",
    ),
    (name::BACKLOG_BYTES, Kind::Gauge, &[], "Raw bytes of the embedded store that wait to be judged."),
    (name::BACKLOG_MAX_BYTES, Kind::Gauge, &[], "How many raw bytes of the embedded store may wait; then `put` does."),
    (name::INFLIGHT_RECORDS, Kind::Gauge, &[], "Records read and not yet committed."),
    (name::INFLIGHT_BYTES, Kind::Gauge, &[], "Bytes read and not yet committed."),
    (
        name::BACKPRESSURE_SECONDS_TOTAL,
        Kind::Counter,
        &["cause"],
        "Seconds producers waited because the raw backlog was full.",
    ),
    (name::TXN_TOTAL, Kind::Counter, &["result"], "Commits, by result."),
    (name::TXN_DURATION_SECONDS, Kind::Histogram(&SECONDS), &[], "Seconds from the begin of a transaction to its end."),
    (
        name::TXN_OPEN_SINCE_SECONDS,
        Kind::Gauge,
        &[],
        "When the transaction began that is open now, in seconds since 1970; 0 without one.",
    ),
    (
        name::PRODUCER_REINIT_TOTAL,
        Kind::Counter,
        &["reason"],
        "Producers replaced because the end of a transaction was in doubt.",
    ),
    (name::REBALANCES_TOTAL, Kind::Counter, &["kind"], "Times that partitions came or went, by kind."),
    (
        name::REBALANCE_DURATION_SECONDS,
        Kind::Histogram(&SECONDS),
        &[],
        "Seconds from when partitions came or went until records were read again.",
    ),
    (name::ASSIGNED_PARTITIONS, Kind::Gauge, &["topic"], "Partitions of this worker, by topic."),
    (name::STATE_REBUILD_TOTAL, Kind::Counter, &["reason"], "Caches of claims that were thrown away, by reason."),
    (name::RESTORED_CLAIMS_TOTAL, Kind::Counter, &[], "Claims read from their topic for newly owned shards."),
    (
        name::DEDUPE_KEYS,
        Kind::Gauge,
        &[],
        "Claims in the window: keys, and the traces of forms that hold records against earlier ones.",
    ),
    (name::DEDUPE_STORE_BYTES, Kind::Gauge, &[], "Bytes of the claim log."),
    (
        name::DEDUPE_WINDOW_INFO,
        Kind::Gauge,
        &["group", "window_days", "slices"],
        "Always 1; its labels name the window of keys by which the worker of a group decides.",
    ),
    (
        name::STATE_REBUILD_SECONDS,
        Kind::Histogram(&SECONDS),
        &[],
        "Seconds to rebuild the index at start, or to read the claims of newly owned shards.",
    ),
    (
        name::DATA_GAP_RECORDS_TOTAL,
        Kind::Counter,
        &["topic", "partition", "cause"],
        "Raw records that were gone before they were read.",
    ),
    (
        name::KAFKA_RTT_SECONDS,
        Kind::Gauge,
        &["broker"],
        "Mean seconds from request to answer in the last interval; of the consumer.",
    ),
    (
        name::KAFKA_REQUEST_TIMEOUTS_TOTAL,
        Kind::Counter,
        &["broker"],
        "Requests without an answer in time; of the consumer.",
    ),
    (name::KAFKA_DISCONNECTS_TOTAL, Kind::Counter, &["broker"], "Connections that ended; of the consumer."),
    (
        name::KAFKA_THROTTLE_SECONDS_TOTAL,
        Kind::Counter,
        &["broker"],
        "Seconds that answers were held back because of a quota; of the consumer.",
    ),
    (name::PANICS_CAUGHT_TOTAL, Kind::Counter, &["stage"], "Panics caught, by stage."),
    (name::SCHEMA_INFO, Kind::Gauge, &["schema", "version"], "Always 1; its labels name a form in force."),
    (
        name::REFERENCE_INFO,
        Kind::Gauge,
        &["table", "version"],
        "Always 1; its labels name a reference table in force and its version.",
    ),
    (name::REFERENCE_AGE_SECONDS, Kind::Gauge, &["table"], "Seconds a reference table was old when it was loaded."),
    (name::REPLAY_RECORDS_TOTAL, Kind::Counter, &["result"], "Rejects put back on the raw topic, by result."),
    (
        name::CLOCK_SECONDS,
        Kind::Gauge,
        &[],
        "What the clock of the worker shows at the moment of the scrape, in seconds since 1970.",
    ),
    (name::BUILD_INFO, Kind::Gauge, &["version"], "Always 1; its labels name the program's version."),
    (name::READY, Kind::Gauge, &[], "1 while the worker takes records, 0 while it starts, stops or has failed."),
];

/// The metrics of this process. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics(pub(crate) PrometheusHandle);

impl Metrics {
    /// Begins to keep the metrics of this process; `version` goes into `faircopy_build_info`.
    ///
    /// # Errors
    /// When the process keeps its metrics already.
    pub fn install(version: &'static str) -> Result<Self, Error> {
        let mut builder = PrometheusBuilder::new();
        for (name, kind, ..) in DESCRIBED {
            if let Kind::Histogram(bounds) = kind {
                builder = builder
                    .set_buckets_for_metric(Matcher::Full(name.to_owned()), bounds)
                    .map_err(|error| Error::Metrics(error.to_string()))?;
            }
        }
        let handle = builder.install_recorder().map_err(|error| Error::Metrics(error.to_string()))?;
        for (name, kind, _, text) in DESCRIBED {
            match kind {
                Kind::Counter => metrics::describe_counter!(name, text),
                Kind::Gauge => metrics::describe_gauge!(name, text),
                Kind::Histogram(_) => metrics::describe_histogram!(name, text),
            }
        }
        metrics::gauge!(name::BUILD_INFO, "version" => version).set(1.0);
        metrics::gauge!(name::READY).set(0.0);
        Ok(Self(handle))
    }

    /// All series in the Prometheus text format, version 0.0.4.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        reason = "what the clock shows is what is asked; no record takes its time from here"
    )]
    pub fn render(&self) -> String {
        // A clock before 1970 is told as 1970: it is wrong by more than anybody could overlook.
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        metrics::gauge!(name::CLOCK_SECONDS).set(clock.as_secs_f64());
        self.0.render()
    }

    /// Folds what histograms gathered into their buckets, so that memory stays flat when nobody asks for metrics.
    pub fn upkeep(&self) {
        self.0.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The registry of names is one file; a name added there must be described here.
    #[test]
    fn every_metric_is_described_with_the_kind_its_name_says() {
        let names: Vec<_> = include_str!("../../record/src/metric.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("pub const ")?.split('"').nth(1))
            .collect();
        assert!(names.len() > 20, "the registry was not read");
        for name in &names {
            let (_, kind, _, text) = DESCRIBED.iter().find(|(described, ..)| described == name).expect(name);
            assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
            assert!(text.ends_with('.'), "{name}");
        }
        assert_eq!(names.len(), DESCRIBED.len());
    }
}
