//! Panics: those while a record is judged are caught and counted; any other is a defect and ends the process. Both are told in the
//! log, never with what they say of a record.

use std::{
    backtrace::Backtrace,
    cell::Cell,
    panic::{self, AssertUnwindSafe, PanicHookInfo},
    thread,
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

/// Makes panics lines of the log. Of those within the judge it is told where they happened; of any other also the thread, the backtrace
/// and the message. Nothing is logged of a panic that is an answer ([`transport::quiet`]). Where no log takes errors, it is told as
/// before. To be called once, by the binary, at start.
pub fn install_panic_hook() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if transport::quiet::is_asking() {
            return;
        }
        let (file, line) = info.location().map_or(("?", 0), |at| (at.file(), at.line()));
        if JUDGING.get() {
            tracing::error!(file, line, "judging one record panicked; it becomes a reject");
        } else if tracing::enabled!(tracing::Level::ERROR) {
            let (thread, backtrace) = (thread::current(), Backtrace::force_capture());
            tracing::error!(file, line, thread = thread.name(), reason = message(info), %backtrace, "the program panicked");
        } else {
            before(info);
        }
    }));
}

/// What a panic says, when it stands in the source word for word. Messages that are put together, as those of the standard library, quote
/// the text they failed on, and record values never appear in logs.
fn message<'i>(info: &'i PanicHookInfo<'_>) -> Option<&'i str> {
    info.payload().downcast_ref::<&str>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io,
        sync::{
            Arc, Mutex,
            atomic::{AtomicU32, Ordering},
        },
    };

    /// A log of JSON in memory.
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The lines of the log while `run` runs.
    fn logged(run: impl FnOnce()) -> Vec<serde_json::Value> {
        let log = Log::default();
        let writer = log.clone();
        let subscriber =
            tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(subscriber, run);
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
    }

    #[test]
    fn a_panic_that_is_an_answer_is_not_told_of_and_any_other_is_told_once() {
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

        let value = "Erika Mustermann";
        let lines = logged(|| {
            assert!(panic::catch_unwind(|| panic!("a defect")).is_err());
            assert!(panic::catch_unwind(|| panic!("no name is {value}")).is_err());
        });
        let [plain, quoting] = &lines[..] else { panic!("{lines:?}") };
        for line in [plain, quoting] {
            assert_eq!((&line["level"], &line["message"]), (&"ERROR".into(), &"the program panicked".into()));
            assert!(
                line["file"].as_str().unwrap().ends_with("panics.rs") && line["line"].as_u64().unwrap() > 0,
                "{line}"
            );
            assert_eq!(line["thread"].as_str(), thread::current().name());
            assert!(line["backtrace"].as_str().unwrap().contains("panics::tests"), "{line}");
            assert!(!line.to_string().contains(value), "{line}");
        }
        assert_eq!((plain["reason"].as_str(), quoting["reason"].as_str()), (Some("a defect"), None));
        assert_eq!(PRINTED.load(Ordering::Relaxed), 1, "it was told of twice");
    }

    #[test]
    fn a_panic_is_caught_and_the_next_call_is_sound() {
        assert_eq!(caught(|| -> u8 { panic!("quietly") }), None);
        assert!(!JUDGING.get());
        assert_eq!(caught(|| 1), Some(1));
    }
}
