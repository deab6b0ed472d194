//! What a run did, in numbers: for people, or as one JSON object.

use clap::ValueEnum;
use serde::Serialize;
use std::collections::BTreeMap;

/// How the summary is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error when records go to standard output.
    #[default]
    Text,
    /// One JSON object on standard output.
    Json,
}

/// Records by outcome, and errors by code.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Records read.
    pub received: u64,
    /// Clean ones.
    pub clean: u64,
    /// Rejected ones.
    pub reject: u64,
    /// Duplicates of the same content.
    pub duplicate: u64,
    /// Records gone before they were read.
    pub gap: u64,
    /// Wall time in seconds.
    pub seconds: f64,
    /// Records read per second of wall time.
    pub records_per_s: f64,
    /// Errors on rejects, by code.
    pub by_code: BTreeMap<&'static str, u64>,
    /// Outcomes that differ from the generator's truth; absent when nobody knows the truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wrong: Option<u64>,
}
