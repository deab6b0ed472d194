//! How a worker comes to be ready: the claims of shards that are new to it have to be here first.

use crate::{Keys, telemetry};
use std::time::{Duration, Instant};
use transport::Event;

/// How often the log tells how far the claims are.
const SAY_EVERY: Duration = Duration::from_secs(2);

/// How far a worker is from being ready.
#[derive(Debug, Default)]
pub(crate) struct Joining {
    is_ready: bool,
    restoring: Option<Restoring>,
}

/// Claims are being read.
#[derive(Debug)]
struct Restoring {
    began: Instant,
    said: Instant,
    claims: usize,
}

impl Joining {
    /// Takes note of an event; whether the worker is ready from now on, when that changed.
    pub(crate) fn add(&mut self, event: &Event, keys: &Keys) -> Option<bool> {
        let is_ready = match event {
            Event::Chunk(_) | Event::Gap { .. } | Event::Idle => true,
            Event::Joining | Event::Assigned(_) | Event::Claims { .. } => false,
            Event::Revoked { .. } => self.is_ready,
        };
        if let Event::Assigned(shards) = event
            && !shards.is_empty()
        {
            let now = Instant::now();
            self.restoring.get_or_insert(Restoring { began: now, said: now, claims: 0 });
        }
        if is_ready && let Some(Restoring { began, claims, .. }) = self.restoring.take() {
            telemetry::restored(claims, keys.count(), began.elapsed());
        }
        (std::mem::replace(&mut self.is_ready, is_ready) != is_ready).then_some(is_ready)
    }

    /// So many claims more are read.
    pub(crate) fn restored(&mut self, claims: usize) {
        let Some(restoring) = &mut self.restoring else { return };
        restoring.claims += claims;
        if restoring.said.elapsed() >= SAY_EVERY {
            restoring.said = Instant::now();
            tracing::info!(claims = restoring.claims, "reading the claims of new shards");
        }
    }
}
