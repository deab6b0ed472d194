//! What is counted, once per chunk. Labels come from closed sets: outcomes, codes, normalizers, loaded forms.

use crate::ChunkReport;
use metrics::{counter, gauge, histogram};
use record::{Chunk, Position, metric};
use std::{collections::BTreeMap, time::Duration};

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
pub(crate) fn rebuild(reason: &'static str) {
    counter!(metric::STATE_REBUILD_TOTAL, "reason" => reason).increment(1);
    tracing::warn!(reason, "the cache of claims is thrown away and read from their topic again");
}

/// The claims of new shards are here.
pub(crate) fn restored(claims: usize, keys: u64, took: Duration) {
    histogram!(metric::STATE_REBUILD_SECONDS).record(took);
    tracing::info!(claims, keys, seconds = took.as_secs_f64(), "the claims of new shards are read");
}

/// A commit succeeded or not.
pub(crate) fn commit(committed: bool) {
    counter!(metric::TXN_TOTAL, "result" => if committed { "commit" } else { "abort" }).increment(1);
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
pub(crate) fn chunk(report: &ChunkReport<'_>, lag: &[(u32, u64)]) {
    for (form, tally) in &report.tally.forms {
        for (outcome, count) in &tally.outcomes {
            let labels = [("outcome", outcome.as_str().to_owned()), ("form", form.to_string())];
            counter!(metric::RECORDS_OUTCOME_TOTAL, &labels).increment(*count);
        }
        for (code, count) in &tally.codes {
            let labels = [("code", code.as_str().to_owned()), ("form", form.to_string())];
            counter!(metric::REJECTS_TOTAL, &labels).increment(*count);
        }
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
    for (partition, records) in lag {
        let labels = [("topic", "raw".to_owned()), ("partition", partition.to_string())];
        gauge!(metric::CONSUMER_LAG_RECORDS, &labels).set(*records as f64);
    }
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
