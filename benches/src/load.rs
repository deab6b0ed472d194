//! What the benches of the pipeline feed it with.

use faircopy::{
    forms,
    generate::{Generated, Generator, sources},
};
use pipeline::Forms;
use record::{Headers, Message, header, time::DAY_MS};
use std::error::Error;

/// A window that no record of a bench leaves.
pub const WINDOW: dedupe::Settings = dedupe::Settings { shards: 64, window_ms: 400 * DAY_MS, slices: 10 };

/// Raw records of all forms, 8 % invalid, 3 % duplicates; the same with every call.
#[must_use]
pub fn messages(records: u64) -> Vec<Message> {
    let generator =
        Generator { seed: 1, invalid_ppm: 80_000, duplicate_ppm: 30_000, kind: None, envelope: true, tables: false };
    (0..records).map(|index| message(generator.record(index))).collect()
}

fn message(generated: Generated) -> Message {
    let Generated { kind, source, client, time, bytes, .. } = generated;
    let mut headers = Headers::from([(header::FORM, kind.form()), (header::CLIENT, client)]);
    if !source.is_empty() {
        headers.push(header::SOURCE, source.as_bytes());
    }
    Message { time, key: Vec::new(), headers, value: bytes }
}

/// The forms that judge them.
///
/// # Errors
/// When a form has a mistake.
pub fn bound() -> Result<Forms, Box<dyn Error>> {
    let forms = forms::load(None).map_err(|failure| failure.to_string())?;
    Ok(Forms::new(&forms, &sources(), None)?)
}
