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
/// the text they failed on, and record values never appear in logs. Nothing is logged of a panic that is an answer
/// ([`transport::quiet`]). Other panics are reported as before. To be called once, by the binary, at start.
pub fn install_panic_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if transport::quiet::is_asking() {
            return;
        }
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
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        thread,
    };

    #[test]
    fn a_panic_that_is_an_answer_prints_nothing_and_any_other_does() {
        static PRINTED: AtomicU32 = AtomicU32::new(0);
        let (before, this) = (panic::take_hook(), thread::current().id());
        panic::set_hook(Box::new(move |info| {
            if thread::current().id() == this {
                PRINTED.fetch_add(1, Ordering::Relaxed);
            } else {
                before(info);
            }
        }));
        install_panic_hook();
        assert_eq!(transport::quiet::asked(|| -> u8 { panic!("an answer") }), None);
        assert_eq!(PRINTED.load(Ordering::Relaxed), 0);
        assert!(panic::catch_unwind(|| panic!("a defect")).is_err());
        assert_eq!(PRINTED.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_panic_is_caught_and_the_next_call_is_sound() {
        assert_eq!(caught(|| -> u8 { panic!("quietly") }), None);
        assert!(!JUDGING.get());
        assert_eq!(caught(|| 1), Some(1));
    }
}
