//! How many faults were injected, and how many of them bit.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

/// By fault: how many were injected, and how many bit.
static FAULTS: Mutex<BTreeMap<&'static str, (u64, u64)>> = Mutex::new(BTreeMap::new());

/// Rounds of one fault, told as they pass.
pub(crate) struct Rounds {
    fault: &'static str,
    of: u64,
    nth: u64,
    bitten: u64,
    began: Instant,
}

impl Rounds {
    pub(crate) fn new(fault: &'static str, of: u64) -> Self {
        Self { fault, of, nth: 0, bitten: 0, began: Instant::now() }
    }

    /// The next round, unless all are over.
    pub(crate) fn next(&mut self) -> bool {
        self.nth += 1;
        self.nth <= self.of
    }

    /// The number of this round, from 1.
    pub(crate) fn nth(&self) -> u64 {
        self.nth
    }

    /// The fault of this round was injected.
    pub(crate) fn injected(&mut self, bit: bool) {
        self.bitten += u64::from(bit);
        let Self { fault, of, nth, began, .. } = self;
        eprintln!("{fault}: {nth} of {of} after {} s{}", began.elapsed().as_secs(), if bit { "" } else { ", in vain" });
        let mut faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = faults.entry(fault).or_default();
        *entry = (entry.0 + 1, entry.1 + u64::from(bit));
    }

    /// How many bit.
    pub(crate) fn bitten(&self) -> u64 {
        self.bitten
    }
}

/// One fault, which bit.
pub(crate) fn once(fault: &'static str) {
    let mut rounds = Rounds::new(fault, 1);
    rounds.next();
    rounds.injected(true);
}

/// What all runs of this process injected.
pub(crate) fn tell() {
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    for (fault, (injected, bitten)) in faults.iter() {
        eprintln!("{fault}: {injected} injected, {bitten} bit");
    }
}
