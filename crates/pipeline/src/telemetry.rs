//! What is counted, once per chunk. Labels come from closed sets: outcomes, codes, normalizers, loaded forms.

use crate::ChunkReport;
use metrics::{counter, gauge, histogram};
use record::{Chunk, Position, metric};

/// A chunk was read.
pub(crate) fn read(chunk: &Chunk) {
    let bytes: usize = chunk.records.iter().map(|record| record.message.value.len()).sum();
    let labels = [("topic", chunk.topic.to_string()), ("partition", chunk.next.partition.to_string())];
    counter!(metric::RECORDS_RECEIVED_TOTAL, &labels).increment(chunk.records.len() as u64);
    counter!(metric::RECEIVED_BYTES_TOTAL, &labels).increment(bytes as u64);
    histogram!(metric::CHUNK_RECORDS).record(chunk.records.len() as f64);
    histogram!(metric::CHUNK_BYTES).record(bytes as f64);
    gauge!(metric::INFLIGHT_RECORDS).increment(chunk.records.len() as f64);
    gauge!(metric::INFLIGHT_BYTES).increment(bytes as f64);
    histogram!(metric::STAGE_DURATION_SECONDS, "stage" => "read").record(chunk.arrived.elapsed());
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
    gauge!(metric::INFLIGHT_RECORDS).decrement(decided.records.len() as f64);
    gauge!(metric::INFLIGHT_BYTES).decrement(report.tally.bytes as f64);
}
