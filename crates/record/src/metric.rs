//! Names of all metrics, one place for code, dashboards and alerts. Base units, counters end in `_total`, labels come
//! from closed sets only.

/// Counter of raw records read. Labels: topic, partition.
pub const RECORDS_RECEIVED_TOTAL: &str = "faircopy_records_received_total";
/// Counter of raw bytes read. Labels: topic, partition.
pub const RECEIVED_BYTES_TOTAL: &str = "faircopy_received_bytes_total";
/// Counter of records taken over from other workers that judged them.
pub const RECORDS_TAKEN_TOTAL: &str = "faircopy_records_taken_total";
/// Counter of records handed over to the worker that owns their shard.
pub const RECORDS_HANDED_TOTAL: &str = "faircopy_records_handed_total";
/// Counter of records by what became of them, counted at commit. Labels: outcome, form.
pub const RECORDS_OUTCOME_TOTAL: &str = "faircopy_records_outcome_total";
/// Counter of errors on rejects. Labels: code, form.
pub const REJECTS_TOTAL: &str = "faircopy_rejects_total";
/// Counter of duplicates. Labels: kind (same, conflict).
pub const DUPLICATES_TOTAL: &str = "faircopy_duplicates_total";
/// Counter of changes made. Labels: rule (the normalizer), form.
pub const NORMALIZATIONS_TOTAL: &str = "faircopy_normalizations_total";
/// Counter of records whose schema the validator held, since the compiled form could not tell. Labels: form.
pub const PLAN_FALLBACKS_TOTAL: &str = "faircopy_plan_fallbacks_total";
/// Histogram of seconds one chunk spent in a stage. Labels: stage (read, judge, dedupe, commit).
pub const STAGE_DURATION_SECONDS: &str = "faircopy_stage_duration_seconds";
/// Histogram of seconds from a chunk's arrival to its commit.
pub const E2E_LATENCY_SECONDS: &str = "faircopy_e2e_latency_seconds";
/// Histogram of records per chunk.
pub const CHUNK_RECORDS: &str = "faircopy_chunk_records";
/// Histogram of bytes per chunk.
pub const CHUNK_BYTES: &str = "faircopy_chunk_bytes";
/// Gauge of raw records not yet committed; NaN where unknown, or another worker's by now. Labels: topic, partition.
pub const CONSUMER_LAG_RECORDS: &str = "faircopy_consumer_lag_records";
/// Gauge of seconds since the record time of the first raw record not yet committed; 0 when there is none, NaN where
/// unknown. Labels: topic, partition.
pub const CONSUMER_LAG_SECONDS: &str = "faircopy_consumer_lag_seconds";
/// Gauge of raw bytes of the embedded store that wait to be judged.
pub const BACKLOG_BYTES: &str = "faircopy_backlog_bytes";
/// Gauge of how many raw bytes of the embedded store may wait.
pub const BACKLOG_MAX_BYTES: &str = "faircopy_backlog_max_bytes";
/// Gauge of records read and not yet committed.
pub const INFLIGHT_RECORDS: &str = "faircopy_inflight_records";
/// Gauge of bytes read and not yet committed.
pub const INFLIGHT_BYTES: &str = "faircopy_inflight_bytes";
/// Counter of seconds producers waited because the raw backlog was full. Labels: cause.
pub const BACKPRESSURE_SECONDS_TOTAL: &str = "faircopy_backpressure_seconds_total";
/// Counter of commits. Labels: result (commit, abort, fenced, failed).
pub const TXN_TOTAL: &str = "faircopy_txn_total";
/// Histogram of seconds from the begin of a transaction to its end, whichever that was.
pub const TXN_DURATION_SECONDS: &str = "faircopy_txn_duration_seconds";
/// Gauge of when the transaction began that is open now, in seconds since 1970; 0 when there is none. Whoever looks takes the
/// age from it and from [`CLOCK_SECONDS`]: a worker that hangs within a transaction could not tell an age that grows.
pub const TXN_OPEN_SINCE_SECONDS: &str = "faircopy_txn_open_since_seconds";
/// Counter of producers replaced because the end of a transaction was in doubt. Labels: reason (slow, disconnect, error).
pub const PRODUCER_REINIT_TOTAL: &str = "faircopy_producer_reinit_total";
/// Counter of times that partitions came or went. Labels: kind (assign, revoke, lost).
pub const REBALANCES_TOTAL: &str = "faircopy_rebalances_total";
/// Histogram of seconds from when partitions came or went until records were read again.
pub const REBALANCE_DURATION_SECONDS: &str = "faircopy_rebalance_duration_seconds";
/// Gauge of partitions of this worker. Labels: topic.
pub const ASSIGNED_PARTITIONS: &str = "faircopy_assigned_partitions";
/// Counter of caches of claims that were thrown away. Labels: reason (missing, identity, checksum, ahead).
pub const STATE_REBUILD_TOTAL: &str = "faircopy_state_rebuild_total";
/// Gauge of claims in the window: keys and traces.
pub const DEDUPE_KEYS: &str = "faircopy_dedupe_keys";
/// Gauge of bytes of the claim log.
pub const DEDUPE_STORE_BYTES: &str = "faircopy_dedupe_store_bytes";
/// Gauge, always 1; on Kafka only, where workers have to agree. Labels: group, `window_days`, slices.
pub const DEDUPE_WINDOW_INFO: &str = "faircopy_dedupe_window_info";
/// Counter of claims read from their topic for newly owned shards.
pub const RESTORED_CLAIMS_TOTAL: &str = "faircopy_restored_claims_total";
/// Gauge of the mean seconds from request to answer in the last interval. Labels: broker.
pub const KAFKA_RTT_SECONDS: &str = "faircopy_kafka_rtt_seconds";
/// Counter of requests without an answer in time. Labels: broker.
pub const KAFKA_REQUEST_TIMEOUTS_TOTAL: &str = "faircopy_kafka_request_timeouts_total";
/// Counter of connections that ended. Labels: broker.
pub const KAFKA_DISCONNECTS_TOTAL: &str = "faircopy_kafka_disconnects_total";
/// Counter of seconds that answers were held back because of a quota. Labels: broker.
pub const KAFKA_THROTTLE_SECONDS_TOTAL: &str = "faircopy_kafka_throttle_seconds_total";
/// Histogram of seconds to rebuild the index at start, or to read the claims of newly owned shards.
pub const STATE_REBUILD_SECONDS: &str = "faircopy_state_rebuild_seconds";
/// Counter of raw records that were gone before they were read. Labels: topic, partition, cause.
pub const DATA_GAP_RECORDS_TOTAL: &str = "faircopy_data_gap_records_total";
/// Counter of panics caught. Labels: stage.
pub const PANICS_CAUGHT_TOTAL: &str = "faircopy_panics_caught_total";
/// Gauge, always 1. Labels: schema, version.
pub const SCHEMA_INFO: &str = "faircopy_schema_info";
/// Gauge, always 1. Labels: table, version (of its contents).
pub const REFERENCE_INFO: &str = "faircopy_reference_info";
/// Gauge of seconds that a reference table was old when it was loaded: since its file was written, or a row was put
/// last. Labels: table.
pub const REFERENCE_AGE_SECONDS: &str = "faircopy_reference_age_seconds";
/// Counter of records put back on the raw topic. Labels: result (sent, skipped, loop_guard).
pub const REPLAY_RECORDS_TOTAL: &str = "faircopy_replay_records_total";
/// Gauge: 1 while the worker takes records.
pub const READY: &str = "faircopy_ready";
/// Gauge of what the clock of this process shows at the moment of the scrape, in seconds since 1970.
pub const CLOCK_SECONDS: &str = "faircopy_clock_seconds";
/// Gauge, always 1. Labels: version.
pub const BUILD_INFO: &str = "faircopy_build_info";
