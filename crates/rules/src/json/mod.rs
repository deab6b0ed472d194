//! JSON as submitted: a strict RFC 8259 reader that keeps what a person needs to find a mistake again.
//!
//! Reading has two passes over the same [`lexer`]: [`scan`] checks syntax, limits and duplicate names with memory bounded by
//! the depth and the names of open objects, and only what it passes becomes a [`tree`]. Form files are read by it, too.
//! What is as it should be takes one pass, [`quick`], which gives the same tree.

mod decode;
mod expected;
mod fault;
mod lexer;
pub mod pointer;
mod quick;
mod scan;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub(crate) use expected::{Anything, Expected, ExpectedMember, Quoted};
pub use fault::{Fault, Kind, Place};
pub(crate) use quick::plain;
pub(crate) use tree::at_slot;
pub use tree::{Member, Node, Value};
pub(crate) use write::write_string;

/// A record or form file as a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document<'a> {
    /// The value at the top.
    pub root: Node<'a>,
    /// Whether a byte order mark stood before it and was dropped.
    pub bom: bool,
}

/// Reads one JSON value of any type, within [`record::limits`].
///
/// Offsets count from the first byte of `raw`, a byte order mark included.
///
/// # Errors
/// Everything wrong up to the first fault after which the rest cannot be read, in byte order; never empty.
pub fn read(raw: &[u8]) -> Result<Document<'_>, Vec<Fault>> {
    read_expecting(raw, &Anything)
}

/// The same of a document that should look like this: its names are guessed before they are read. The tree is the same,
/// but members that were guessed have their [`Member::slot`] already.
pub(crate) fn read_expecting<'a>(raw: &'a [u8], expected: &'a impl Expected) -> Result<Document<'a>, Vec<Fault>> {
    let (text, start) = decode::decode(raw).map_err(|fault| vec![fault])?;
    match quick::read(text, start, expected) {
        Some(root) => Ok(Document { root, bom: start > 0 }),
        None => in_two_passes(text, start),
    }
}

/// The same, but always in two passes: what the one pass is held against.
pub(crate) fn reference(raw: &[u8]) -> Result<Document<'_>, Vec<Fault>> {
    let (text, start) = decode::decode(raw).map_err(|fault| vec![fault])?;
    in_two_passes(text, start)
}

fn in_two_passes(text: &str, start: usize) -> Result<Document<'_>, Vec<Fault>> {
    scan::scan(text, start)?;
    let root = tree::build(text, start).map_err(|fault| vec![fault])?;
    Ok(Document { root, bom: start > 0 })
}
