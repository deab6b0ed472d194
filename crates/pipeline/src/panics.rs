//! Panics while a record is judged: caught, counted, and never printed with what they say.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
};

thread_local! {
    static JUDGING: Cell<bool> = const { Cell::new(false) };
}

/// Runs `judge`; `None` when it panicked. What is judged is only read, so nothing is left half changed.
pub(crate) fn caught<T>(judge: impl FnOnce() -> T) -> Option<T> {
    let outer = JUDGING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(judge));
    JUDGING.set(outer);
    result.ok()
}

/// Makes panics within the judge log where they happened, not what they say: messages of the standard library quote
/// the text they failed on, and record values never appear in logs. Other panics are reported as before. To be called
/// once, by the binary, at start.
pub fn install_panic_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !JUDGING.get() {
            return before(info);
        }
        let (file, line) = info.location().map_or(("?", 0), |at| (at.file(), at.line()));
        tracing::error!(file, line, "judging one record panicked; it becomes a reject");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_caught_and_the_next_call_is_sound() {
        assert_eq!(caught(|| -> u8 { panic!("quietly") }), None);
        assert!(!JUDGING.get());
        assert_eq!(caught(|| 1), Some(1));
    }
}
