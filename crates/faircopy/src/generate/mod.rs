//! `faircopy generate`: realistic records with keying mistakes of known truth.

use crate::failure::{Exit, Failure};
use std::path::PathBuf;

/// Arguments of `faircopy generate`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Form of the records, as in `vendor_invoice` or `vendor_invoice/1`
    #[arg(long, value_name = "NAME")]
    pub form: String,
    /// How many records
    #[arg(long, value_name = "N")]
    pub records: u64,
    /// Same seed, same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Share of records with a keying mistake, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.08")]
    pub invalid: rust_decimal::Decimal,
    /// Share of records sent twice, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.03")]
    pub duplicates: rust_decimal::Decimal,
    /// Where the records go, one a line; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Where the truth goes: one line per record with its outcome and codes
    #[arg(long, value_name = "FILE")]
    pub oracle: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be written or the form is not known.
pub fn run(_args: &Args) -> Result<Exit, Failure> {
    Err(Failure::usage("`generate` is not built yet"))
}
