//! What a person at the terminal sees while records flow.

use super::latency::Latencies;
use crate::text;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use pipeline::{ChunkReport, Tally};
use std::time::{Duration, Instant};

/// How often the picture changes: fast enough to be alive, slow enough to be read.
const REDRAW: Duration = Duration::from_millis(200);
/// Codes shown.
const CODES: usize = 5;

/// The picture: a bar and three lines. Hidden when standard error is no terminal.
#[derive(Debug)]
pub(super) struct Live {
    bar: ProgressBar,
    outcomes: ProgressBar,
    codes: ProgressBar,
    latency: ProgressBar,
    tally: Tally,
    latencies: Latencies,
    drawn: Instant,
    before: u64,
    /// Since when records can come.
    began: Option<Instant>,
}

impl Live {
    pub(super) fn new(records: u64) -> Self {
        let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let line = || {
            let line = ProgressBar::new_spinner();
            styled(all.add(line), "  {msg}")
        };
        let bar = styled(all.add(ProgressBar::new(records)), "{bar:40} {human_pos} of {human_len} records, {prefix}");
        let (outcomes, codes, latency) = (line(), line(), line());
        let (tally, latencies) = (Tally::default(), Latencies::new());
        Self { bar, outcomes, codes, latency, tally, latencies, drawn: Instant::now(), before: 0, began: None }
    }

    /// Records can come.
    pub(super) fn ready(&mut self) {
        self.began.get_or_insert_with(Instant::now);
    }

    /// How long records could come until now.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.map_or(Duration::ZERO, |began| began.elapsed())
    }

    /// A chunk was committed.
    pub(super) fn add(&mut self, report: &ChunkReport<'_>) {
        self.tally.add(report.tally);
        self.latencies.add(report.latency, report.tally.ledger.received);
        if self.drawn.elapsed() >= REDRAW {
            self.draw(report.lag);
        }
    }

    fn draw(&mut self, lag: u64) {
        let ledger = self.tally.ledger;
        let rate = text::per_second(ledger.received - self.before, self.drawn.elapsed());
        (self.drawn, self.before) = (Instant::now(), ledger.received);
        self.bar.set_position(ledger.received);
        self.bar.set_prefix(format!("{}/s, {} waiting", text::grouped(rate), text::grouped(lag)));
        self.outcomes.set_message(format!(
            "clean {}   reject {}   duplicate {}",
            text::grouped(ledger.clean),
            text::grouped(ledger.reject),
            text::grouped(ledger.duplicate)
        ));
        self.codes.set_message(self.top_codes());
        self.latency.set_message(self.latency());
    }

    /// The most frequent codes with their counts.
    fn top_codes(&self) -> String {
        let mut codes: Vec<_> = self.tally.codes.iter().collect();
        codes.sort_by_key(|(code, count)| (std::cmp::Reverse(**count), **code));
        let top = codes.iter().take(CODES).map(|(code, count)| format!("{code} {}", text::grouped(**count)));
        top.collect::<Vec<_>>().join("   ")
    }

    /// The latency from reading a record to its commit, in words.
    pub(super) fn latency(&self) -> String {
        let millis = |percent| self.latencies.percentile(percent).as_millis();
        format!("read to commit: half within {} ms, 99 % within {} ms", millis(50), millis(99))
    }

    /// Takes the picture away, and says what was counted.
    pub(super) fn finish(&self) {
        for bar in [&self.bar, &self.outcomes, &self.codes, &self.latency] {
            bar.finish_and_clear();
        }
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
