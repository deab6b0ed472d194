//! faircopy
