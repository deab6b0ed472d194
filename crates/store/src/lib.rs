//! Durable bytes on one host. Append-only files of checksummed frames hold the bulk; one SQLite transaction says how
//! much of each file is committed, together with counters and once-only marks.
//!
//! Layout of a store directory:
//! ```text
//! store.db              SQLite (WAL, synchronous as [`Sync`] says): identity, committed lengths, counters, marks
//! <group>/<name>.log    frames: length u32 LE | CRC-32C u32 LE | payload, padded with zeros to 8 bytes
//! .opening              flock held while a process opens the store
//! <group>.lock          flock held by the one process that may append to the group's files; holds a stamp
//! ```
//!
//! # What a commit does
//! ```text
//! append ─► write all files at their committed length ─► fdatasync each ─► SQLite COMMIT ─► unlink removed files
//! ```
//! Until SQLite commits, nothing has happened: whoever takes the writer lock next cuts the files back to the lengths
//! that SQLite knows. So atomicity and recovery of the decision rest on SQLite; the files hold only bytes.
//!
//! # What is refused
//! A file that is missing or shorter than committed, or a checksum that does not match, is [`Error::Corrupt`]: this is
//! the only copy, so nothing is repaired, skipped or wiped. After a failed write, sync or commit the open store refuses
//! every further commit ([`Error::Poisoned`]): the kernel may have dropped the dirty pages and called them clean, so a
//! second sync that succeeds proves nothing. A new process starts from the last commit.
//!
//! # Bounds
//! One frame's payload is at most [`FRAME_BYTES_MAX`]; a reader holds at most one frame and one window of 256 KiB.
//! A transaction holds what was appended to it: the caller's chunk bounds it.

mod db;
mod error;
mod files;
mod frame;
mod group;
mod pieces;
mod reader;
mod store;
mod txn;

#[cfg(test)]
mod tests;

pub use db::{FileInfo, Sync};
pub use error::Error;
pub use frame::{FRAME_BYTES_MAX, frame, framed_len};
pub use group::Writer;
pub use reader::Reader;
pub use store::Store;
pub use txn::Txn;
