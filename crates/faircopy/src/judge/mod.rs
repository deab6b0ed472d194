//! Judging files: the line of the pipeline between readers and writers, without any topic.
//!
//! ```text
//! files ──reader thread──chunk (1 waiting)──► judge (rayon) ──► decide, write (this thread) ──► clean, rejects, …
//! ```
//! At most four chunks are in memory: one being filled, one waiting, one judged, one written. Claims live in a scratch
//! store that dies with the run. What is written depends on the files, the form and the settings alone.

mod claims;
mod findings;
mod output;
mod source;
mod table;

pub use findings::Findings;
pub use output::{Outputs, Paths};
pub use source::{Chunks, Heading, Sources};

use crate::failure::Failure;
use claims::Claims;
use pipeline::{Decided, Judged, Line, Tally};
use record::chunk::Bound;
use std::{
    panic,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

/// Bounds of a chunk of a file run: enough to keep every thread busy, small enough for a small memory.
pub const CHUNK: Bound = Bound { records: 2048, bytes: 4 << 20 };

/// What a run found.
#[derive(Debug, Default)]
pub struct Report {
    /// Counts.
    pub tally: Tally,
    /// Errors on rejects by code and field.
    pub findings: Findings,
}

/// Judges everything. `observe` is called after each chunk with the counts so far.
///
/// # Errors
/// When an input cannot be read, an output cannot be written, the scratch store fails, or `stop` was raised before the end. Nothing of
/// the outputs is kept then.
pub fn run(
    line: &Line,
    sources: Sources,
    outputs: &mut Outputs,
    stop: &AtomicBool,
    observe: &mut dyn FnMut(&Tally),
) -> Result<Report, Failure> {
    let places = &sources.places();
    let again = sources.again();
    let mut claims = Claims::new()?;
    let mut report = Report::default();
    let mut settle = |judged: Judged| -> Result<(), Failure> {
        go_on(stop)?;
        let decided = claims.decide(line, judged, places, &again)?;
        report.add(&decided);
        outputs.write(&decided, places)?;
        observe(&report.tally);
        Ok(())
    };
    thread::scope(|scope| {
        let mut chunks = sources.chunks(CHUNK)?;
        let mut ready: Option<Judged> = None;
        while let Some(chunk) = chunks.next(stop)? {
            let judging = scope.spawn(move || line.judge(chunk, places));
            if let Some(judged) = ready.take() {
                settle(judged)?;
            }
            // The judge catches the panics of single records; any other is a defect that must stop the run.
            ready = Some(judging.join().unwrap_or_else(|panic| panic::resume_unwind(panic))?);
        }
        // That there is no more may mean that it was stopped.
        go_on(stop)?;
        ready.map_or(Ok(()), &mut settle)
    })?;
    Ok(report)
}

fn go_on(stop: &AtomicBool) -> Result<(), Failure> {
    if !stop.load(Ordering::Relaxed) {
        return Ok(());
    }
    Err(Failure::temporary("stopped before the end of the input").hint("no file was written: run it again"))
}

impl Report {
    fn add(&mut self, decided: &Decided) {
        self.tally.add(&decided.tally);
        for settled in &decided.records {
            if settled.outcome == record::Outcome::Reject {
                self.findings.add(&settled.findings);
            }
        }
    }
}
