//! Asking a worker to stop.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Asks a worker to stop. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    now: Arc<AtomicBool>,
    drained: Arc<AtomicBool>,
}

// The flags carry no data with them and each is only ever raised, so relaxed order suffices.
impl Stop {
    /// Stop now: what is in flight is committed, nothing more is read.
    pub fn now(&self) {
        self.now.store(true, Ordering::Relaxed);
    }

    /// Stop as soon as nothing waits on the raw topic.
    pub fn when_drained(&self) {
        self.drained.store(true, Ordering::Relaxed);
    }

    /// The flag behind [`Self::now`], for a signal handler.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.now)
    }

    /// Whether [`Self::now`] was called.
    #[must_use]
    pub fn is_now(&self) -> bool {
        self.now.load(Ordering::Relaxed)
    }

    pub(crate) fn is_when_drained(&self) -> bool {
        self.drained.load(Ordering::Relaxed)
    }
}
