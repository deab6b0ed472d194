//! The forms: those built into the binary, and those of a directory.
