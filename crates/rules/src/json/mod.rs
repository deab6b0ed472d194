//! JSON as submitted: a strict RFC 8259 reader that keeps what a person needs to find a mistake again.

mod tree;

pub use tree::{Member, Node, Value};
