//! What the benchmarks share: clocks that count CPU time, medians, ratios, samples of fields.
//!
//! CPU time instead of wall time, because other work on the machine would be measured too; ratios within one run, because
//! absolute times are of one machine.

pub mod load;
pub mod samples;

use rustix::time::{ClockId, clock_gettime};
use std::error::Error;

/// Counts CPU time from its start, exact to the nanosecond: what stands in `/proc` lags by a tick of the kernel, up to 10 ms.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    of: ClockId,
    began: u64,
}

impl Clock {
    /// CPU time of this thread.
    ///
    /// # Errors
    /// When the kernel's clock stands before its epoch.
    pub fn thread() -> Result<Self, Box<dyn Error>> {
        Self::start(ClockId::ThreadCPUTime)
    }

    /// CPU time of all threads of this process, ended ones too.
    ///
    /// # Errors
    /// As [`Self::thread`].
    pub fn process() -> Result<Self, Box<dyn Error>> {
        Self::start(ClockId::ProcessCPUTime)
    }

    fn start(of: ClockId) -> Result<Self, Box<dyn Error>> {
        Ok(Self { of, began: now(of)? })
    }

    /// Nanoseconds since the start.
    ///
    /// # Errors
    /// As [`Self::thread`].
    pub fn nanos(&self) -> Result<u64, Box<dyn Error>> {
        Ok(now(self.of)?.saturating_sub(self.began))
    }
}

fn now(of: ClockId) -> Result<u64, Box<dyn Error>> {
    let time = clock_gettime(of);
    Ok(u64::try_from(time.tv_sec)? * 1_000_000_000 + u64::try_from(time.tv_nsec)?)
}

/// The middle value; 0 of none.
pub fn median(values: &mut [u64]) -> u64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

/// `of / by` with two decimals.
#[must_use]
pub fn ratio(of: u64, by: u64) -> String {
    let hundredths = u128::from(of) * 100 / u128::from(by.max(1));
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_a_thread_runs_while_it_works() {
        let clock = Clock::thread().unwrap();
        let busy: u64 = (0..2_000_000_u64).map(std::hint::black_box).sum();
        assert!(busy > 0 && clock.nanos().unwrap() > 100_000);
    }

    #[test]
    fn medians_and_ratios_are_exact() {
        assert_eq!(median(&mut [3, 1, 2]), 2);
        assert_eq!(ratio(1, 3), "0.33");
        assert_eq!(ratio(250, 100), "2.50");
    }
}
