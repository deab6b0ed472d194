//! The line a record takes: poll -> judge -> decide -> commit, and what proves and mends it.
//!
//! ```text
//! raw ─Bound─► judge (rayon, pure) ─Judged─► decide (in order, window of claims) ─Decided─► commit ─► clean, rejects, duplicates
//! ```
//! [`Line`] judges and decides without knowing any transport; [`run`] drives it over one; [`reconcile`] proves that no
//! position is lost or doubled; [`replay`] puts rejects back.

mod conflict;
mod earlier;
mod error;
mod forms;
mod handover;
mod joining;
mod json;
mod keys;
mod line;
mod output;
mod oversize;
mod pace;
mod panics;
mod places;
pub mod reconcile;
pub mod replay;
mod report;
mod stop;
mod submission;
mod tally;
mod telemetry;
mod worker;

pub use error::Error;
pub use forms::{BoundForm, Forms, Source, Sources};
pub use keys::Keys;
pub use line::{Decided, Judged, Line, LineSettings, Settled};
pub use panics::install_panic_hook;
pub use places::{InFiles, InTopic, Places};
pub use report::{ChunkReport, Told};
pub use stop::Stop;
pub use tally::{FormTally, Tally};
pub use worker::{WorkerSettings, run};
