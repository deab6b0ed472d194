//! Panics of a library that are its way to say no: caught where it is asked, and as frequent as somebody likes, so nothing is
//! to be printed of them.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
};

thread_local! {
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Asks; `None` when asking panicked. What is asked must only be read, so that nothing is left half changed.
pub fn asked<T>(ask: impl FnOnce() -> T) -> Option<T> {
    let outer = ASKING.replace(true);
    let answer = panic::catch_unwind(AssertUnwindSafe(ask));
    ASKING.set(outer);
    answer.ok()
}

/// Whether this thread is asking: the panic hook of the process is to say nothing then.
#[must_use]
pub fn is_asking() -> bool {
    ASKING.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_quiet_while_asking_and_no_longer() {
        assert_eq!(asked(|| (is_asking(), asked(|| -> u8 { panic!("no") }), is_asking())), Some((true, None, true)));
        assert!(!is_asking());
    }
}
