//! What the benchmarks share: clocks that count CPU time, medians, ratios, samples of fields.
//!
//! CPU time instead of wall time, because other work on the machine would be measured too; ratios within one run, because
//! absolute times are of one machine.

pub mod load;
pub mod samples;

use std::{error::Error, fs};

/// Counts CPU time from its start.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    of: Of,
    began: u64,
}

#[derive(Clone, Copy, Debug)]
enum Of {
    Thread,
    Process,
}

impl Clock {
    /// CPU time of this thread, exact to the nanosecond.
    ///
    /// # Errors
    /// Where the kernel does not tell (it is no Linux, or keeps no scheduler statistics).
    pub fn thread() -> Result<Self, Box<dyn Error>> {
        Self::start(Of::Thread)
    }

    /// CPU time of all threads of this process that still live or were joined, in steps of 10 ms.
    ///
    /// # Errors
    /// Where the kernel does not tell (it is no Linux).
    pub fn process() -> Result<Self, Box<dyn Error>> {
        Self::start(Of::Process)
    }

    fn start(of: Of) -> Result<Self, Box<dyn Error>> {
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

fn now(of: Of) -> Result<u64, Box<dyn Error>> {
    match of {
        // The first field is the time spent on a CPU (Documentation/scheduler/sched-stats.rst).
        Of::Thread => {
            let text = fs::read_to_string("/proc/thread-self/schedstat")?;
            Ok(text.split_whitespace().next().unwrap_or_default().parse()?)
        }
        // User and system time in ticks of 10 ms: fields 14 and 15 of proc_pid_stat(5).
        Of::Process => {
            let stat = fs::read_to_string("/proc/self/stat")?;
            let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
            let ticks: u64 = fields.skip(11).take(2).map(|field| field.parse().unwrap_or(0)).sum();
            Ok(ticks * 10_000_000)
        }
    }
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
