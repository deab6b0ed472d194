//! `faircopy generate`: realistic records with keying mistakes of known truth.
//!
//! ```text
//! seed, i ─► fate ─► document ─► mistakes ─► keyed in the layouts of a source ─► record i
//!                        └────────────► written in canonical form, or codes and paths ─► truth i
//! ```
//!
//! Nothing is remembered between two records. A record that repeats an earlier one finds the number of that one by
//! computation, so records are made on all threads at once and the truth about any of them can be made again later.

mod calendar;
mod claim;
mod claim_line_mistakes;
mod claim_mistakes;
mod customer;
mod customer_mistakes;
mod draft;
mod employee;
mod employee_mistakes;
mod generator;
mod invoice;
mod invoice_mistakes;
mod keyed;
mod misdated;
mod mistyped;
mod number;
mod pen;
mod person;
mod random;
mod source;
mod tables;
mod tax;
mod timesheet;
mod timesheet_mistakes;
mod truth;
mod vendor;
mod warned;
mod words;

pub use draft::Expected;
pub use generator::{Generated, Generator, Kind, MILLION};
pub use source::sources;
pub use truth::Truth;

use crate::failure::{Exit, Failure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use std::{
    fs::{self, File},
    io::{self, Write},
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

/// Records made by one thread at a time.
const PIECE: u64 = 256;
/// Records in memory at once: enough pieces for any number of cores, and about 20 MB.
const BLOCK: u64 = 64 * PIECE;

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
    /// Share of records to be rejected, from 0 to 1: a keying mistake, or a key taken by other content
    #[arg(long, value_name = "SHARE", default_value = "0.08", value_parser = share)]
    pub invalid: u64,
    /// Share of records sent before, keyed in another layout, from 0 to 1
    #[arg(long, value_name = "SHARE", default_value = "0.03", value_parser = share)]
    pub duplicates: u64,
    /// Where the records go, one a line; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Directory for the reference tables that the records agree with; mistakes are then made that only a look-up finds
    #[arg(long, value_name = "DIR")]
    pub tables: Option<PathBuf>,
    /// Where the truth goes: one line per record with its outcome, codes and paths, and the clean record expected
    #[arg(long, value_name = "FILE")]
    pub oracle: Option<PathBuf>,
}

/// A share as parts of a million. Text, not a float: 0.08 must be the same number everywhere.
fn share(text: &str) -> Result<u64, String> {
    Decimal::from_str_exact(text)
        .ok()
        .filter(|share| !share.is_sign_negative() && *share <= Decimal::ONE)
        .and_then(|share| share.checked_mul(Decimal::from(MILLION)))
        .filter(|parts| parts.fract().is_zero())
        .and_then(|parts| parts.to_u64())
        .ok_or_else(|| "a share is a number from 0 to 1 with at most 6 decimals, as in 0.08".to_owned())
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be written or the form is not known.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let generator = generator(args)?;
    if let (Some(dir), Some(kind)) = (&args.tables, generator.kind) {
        write_tables(dir, kind, args)?;
    }
    let mut out = Output::create(&args.out)?;
    let mut oracle = args.oracle.as_deref().map(Output::create).transpose()?;
    let bar = progress(args.records);
    let mut next = 0;
    while next < args.records {
        let block = next..args.records.min(next + BLOCK);
        for (records, truths) in make(&generator, block.clone(), oracle.is_some()) {
            out.write(&records)?;
            if let Some(oracle) = &mut oracle {
                oracle.write(&truths)?;
            }
        }
        bar.set_position(block.end);
        next = block.end;
    }
    bar.finish_and_clear();
    out.finish()?;
    oracle.map(Output::finish).transpose()?;
    Ok(Exit::Clean)
}

fn write_tables(dir: &Path, kind: Kind, args: &Args) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(|error| Failure::io(dir.display(), &error))?;
    for (name, text) in tables::of(kind, args.seed, args.records) {
        let path = dir.join(name);
        fs::write(&path, text).map_err(|error| Failure::io(path.display(), &error))?;
    }
    Ok(())
}

fn generator(args: &Args) -> Result<Generator, Failure> {
    let name = args.form.strip_suffix("/1").unwrap_or(&args.form);
    let Some(kind) = Kind::of(name) else {
        let hint = rules::nearest(name, Kind::ALL.map(Kind::form)).map(|near| format!("did you mean `{near}`?"));
        return Err(Failure::usage(format!("no records can be generated for form `{}`", args.form)).maybe_hint(hint));
    };
    if args.invalid + args.duplicates > MILLION {
        return Err(Failure::usage("--invalid and --duplicates are more than 1 together"));
    }
    Ok(Generator {
        seed: args.seed,
        invalid_ppm: args.invalid,
        duplicate_ppm: args.duplicates,
        kind: Some(kind),
        envelope: false,
        tables: args.tables.is_some(),
    })
}

/// Records and truths of a block, as lines, in order.
fn make(generator: &Generator, block: Range<u64>, with_truth: bool) -> Vec<(Vec<u8>, Vec<u8>)> {
    let pieces = (block.end - block.start).div_ceil(PIECE);
    (0..pieces)
        .into_par_iter()
        .map(|piece| {
            let from = block.start + piece * PIECE;
            let (mut records, mut truths) = (Vec::new(), Vec::new());
            for index in from..block.end.min(from + PIECE) {
                let Generated { bytes, truth, .. } = generator.record(index);
                records.extend_from_slice(&bytes);
                records.push(b'\n');
                if with_truth {
                    truth.write_line(index, &mut truths);
                }
            }
            (records, truths)
        })
        .collect()
}

/// A file, or standard output, with its name for errors.
struct Output {
    name: String,
    to: Box<dyn Write>,
}

impl Output {
    fn create(path: &Path) -> Result<Self, Failure> {
        if path == Path::new("-") {
            return Ok(Self { name: "standard output".to_owned(), to: Box::new(io::stdout()) });
        }
        let name = path.display().to_string();
        let file = File::create(path).map_err(|error| Failure::io(&name, &error))?;
        Ok(Self { name, to: Box::new(file) })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.to.write_all(bytes).map_err(|error| Failure::io(&self.name, &error))
    }

    fn finish(mut self) -> Result<(), Failure> {
        self.to.flush().map_err(|error| Failure::io(&self.name, &error))
    }
}

/// A bar on a terminal, nothing elsewhere.
fn progress(records: u64) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(records), ProgressDrawTarget::stderr());
    let template = "{bar:40} {human_pos} of {human_len} records, {per_sec}, {eta} left";
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests;
