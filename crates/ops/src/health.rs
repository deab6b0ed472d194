//! Whether the worker is up to its work. Written by the worker, read by the HTTP server and by nothing that decides.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

/// Where a worker is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Opening the store, rebuilding the index.
    Starting = 0,
    /// Taking records.
    Ready = 1,
    /// Finishing the chunk in hand; takes no more.
    Stopping = 2,
    /// Stopped by a fault.
    Failed = 3,
}

impl State {
    /// The word in `/healthz`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Stopping => "stopping",
            Self::Failed => "failed",
        }
    }
}

/// A handle on the state, cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<AtomicU8>);

impl Health {
    /// Sets the state.
    pub fn set(&self, state: State) {
        // Nothing else is published through this flag, so no ordering is needed.
        self.0.store(state as u8, Ordering::Relaxed);
        metrics::gauge!(record::metric::READY).set(if state == State::Ready { 1.0 } else { 0.0 });
    }

    /// The state now; `Starting` until set.
    #[must_use]
    pub fn state(&self) -> State {
        match self.0.load(Ordering::Relaxed) {
            0 => State::Starting,
            1 => State::Ready,
            2 => State::Stopping,
            _ => State::Failed,
        }
    }

    /// Whether restarting the process would not help: it runs, or stops by itself.
    #[must_use]
    pub fn alive(&self) -> bool {
        self.state() != State::Failed
    }

    /// Whether it takes records.
    #[must_use]
    pub fn ready(&self) -> bool {
        self.state() == State::Ready
    }
}
