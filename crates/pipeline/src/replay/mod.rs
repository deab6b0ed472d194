//! The way back for rejects: judge them now, and put them back on raw with the same root and the next attempt number.
//!
//! Each goes back at most once per attempt: in a store the mark of that is committed together with the record, on a cluster
//! the record itself is the mark. So a replay that was killed resumes where it stopped. On a cluster a replay that begins shuts
//! out the one that runs.

mod same;
mod site;
mod stored;

pub use site::{Marks, Site};

use crate::{Error, Line, panics::caught, submission::Submission};
use record::{Code, Finding, Message, Position, Severity, Verdict, metric};
use same::is_same;
use site::Door;
use std::collections::{BTreeMap, BTreeSet};
use stored::Stored;
use transport::{Topic, local};

/// Most records and bytes put back in one transaction.
const SEND_RECORDS_MAX: usize = 500;
const SEND_BYTES_MAX: usize = 8 << 20;
/// Most corrections that would fail, or that no reject is there for, of which more than a count is kept.
const NAMED_MAX: usize = 20;

/// Which rejects; all parts must hold, an empty list holds for all.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Any error has one of these codes.
    pub codes: Vec<Code>,
    /// Form names.
    pub forms: Vec<String>,
    /// Source names.
    pub sources: Vec<String>,
    /// Reject ids.
    pub ids: Vec<String>,
    /// Record time from, inclusive, in milliseconds.
    pub from_ms: Option<i64>,
    /// Record time to, exclusive.
    pub to_ms: Option<i64>,
}

/// What came, or would come, of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Rejects that the selection holds for.
    pub selected: u64,
    /// That would be judged clean now. Duplicates are not foreseen, nor what only other earlier records than those of the reject
    /// itself would be found for.
    pub would_pass: u64,
    /// Errors that would remain, by code.
    pub would_fail: BTreeMap<Code, u64>,
    /// The first corrected records that would fail.
    pub failing: Vec<Failing>,
    /// Put back on raw, or what would be without [`Settings::run`].
    pub sent: u64,
    /// Not put back, by reason: `attempts` used up, `done` before, `unchanged` and failing as before, `unknown` form or source,
    /// `too_large`, `absent` since the reject could not carry the raw bytes.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Corrections whose reject id was not found among the selected.
    pub unknown_corrections: u64,
    /// The first of their ids.
    pub unknown_ids: Vec<String>,
}

/// A correction that does not mend its record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// The reject that it is for.
    pub reject_id: String,
    /// Code and JSON Pointer of what would reject it.
    pub errors: Vec<(Code, String)>,
}

/// What judging a record now comes to.
struct Judged {
    /// Code and JSON Pointer of all that would be found; none: it would pass.
    findings: Vec<(Code, String)>,
    /// How many there are, those beyond the cap included.
    count: usize,
    /// Those of them that would reject it.
    errors: Vec<(Code, String)>,
    /// Its form and source are there.
    is_known: bool,
}

impl Judged {
    fn new(findings: &[Finding], count: usize) -> Self {
        let told = |finding: &Finding| (finding.code, finding.path.clone());
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Hard).map(told).collect();
        Self { findings: findings.iter().map(told).collect(), count, errors, is_known: true }
    }

    /// A record on which judging itself fails.
    fn panicked() -> Self {
        let errors = vec![(Code::EnvJudgePanic, String::new())];
        Self { findings: errors.clone(), count: 1, errors, is_known: true }
    }
}

/// A reject that a selection holds for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Its id.
    pub reject_id: String,
    /// The once-only mark that is there when it was put back.
    pub mark: String,
    /// Its original bytes; `None` where they were too many to be carried.
    pub raw: Option<Vec<u8>>,
}

/// Settings of a replay.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Put them back; otherwise only judge.
    pub run: bool,
    /// Attempts a record may have in all.
    pub attempts_max: u32,
}

/// Replays rejects. `corrected`: new bytes by reject id; when given, only these are replayed.
///
/// # Errors
/// When the topics cannot be used; a full backlog among them. What was put back stays so and is not put back again by
/// another run.
pub fn run(
    site: &Site<'_>,
    line: &Line,
    selection: &Selection,
    corrected: Option<&BTreeMap<String, Vec<u8>>>,
    settings: &Settings,
) -> Result<Report, Error> {
    // The door first: behind it nobody else puts anything back.
    let door = settings.run.then(|| Door::open(site)).transpose()?;
    let marks = if door.is_some() { Marks::settled(site)? } else { Marks::open(site)? };
    let mut replay = Replay { line, settings, door, marks, report: Report::default(), pending: Pending::default() };
    let mut corrections: BTreeSet<&str> = corrected.into_iter().flatten().map(|(id, _)| id.as_str()).collect();
    // Rejects that come in meanwhile, those of this very replay among them, are left for the next.
    site.each(Topic::Rejects, &mut |position, message| {
        let stored = Stored::parse(&message).map_err(|what| Error::Reject { position, what })?;
        let correction = corrected.and_then(|corrected| corrected.get(&stored.reject_id));
        if (corrected.is_none() || correction.is_some()) && selection.holds(&stored) {
            corrections.remove(stored.reject_id.as_str());
            replay.consider(&stored, &message, correction, position)?;
        }
        Ok(true)
    })?;
    replay.send()?;
    replay.report.unknown_corrections = u64::try_from(corrections.len()).unwrap_or(u64::MAX);
    replay.report.unknown_ids = corrections.into_iter().take(NAMED_MAX).map(str::to_owned).collect();
    count(&replay.report, settings.run);
    Ok(replay.report)
}

impl Selection {
    /// What there is to know of a message of the reject topic, if the selection holds for it.
    ///
    /// # Errors
    /// When it is no reject; what is wrong, without values of the record.
    pub fn choose(&self, reject: &Message) -> Result<Option<Chosen>, String> {
        let stored = Stored::parse(reject)?;
        let chosen = || Chosen { mark: stored.mark(), raw: stored.raw().ok(), reject_id: stored.reject_id.clone() };
        Ok(self.holds(&stored).then(chosen))
    }

    fn holds(&self, reject: &Stored) -> bool {
        let any = |wanted: &[String], found: Option<&str>| {
            wanted.is_empty() || found.is_some_and(|found| wanted.iter().any(|wanted| wanted == found))
        };
        let time = reject.submitted_ms;
        (self.codes.is_empty() || reject.codes().any(|code| self.codes.iter().any(|wanted| wanted.as_str() == code)))
            && any(&self.forms, reject.form.as_deref())
            && any(&self.sources, reject.source())
            && any(&self.ids, Some(&reject.reject_id))
            && self.from_ms.is_none_or(|from| time >= from)
            && self.to_ms.is_none_or(|to| time < to)
    }
}

/// A replay under way.
struct Replay<'a> {
    line: &'a Line,
    settings: &'a Settings,
    /// `None`: nothing is put back.
    door: Option<Door>,
    marks: Marks,
    report: Report,
    pending: Pending,
}

/// What the next transaction puts back.
#[derive(Debug, Default)]
struct Pending {
    messages: Vec<Message>,
    marks: Vec<String>,
    bytes: usize,
}

impl Replay<'_> {
    fn consider(
        &mut self,
        reject: &Stored,
        stored: &Message,
        correction: Option<&Vec<u8>>,
        position: Position,
    ) -> Result<(), Error> {
        self.report.selected += 1;
        if correction.is_none() && reject.is_absent() {
            *self.report.skipped.entry("absent").or_default() += 1;
            return Ok(());
        }
        let body = match correction {
            Some(bytes) => bytes.clone(),
            None => reject.raw().map_err(|what| Error::Reject { position, what })?,
        };
        let changed = reject.raw().is_ok_and(|raw| !is_same(&raw, &body));
        let message = reject.again(stored, body);
        let mut judged = caught(|| self.judge(&message)).unwrap_or_else(Judged::panicked);
        let mut loops = !changed && reject.has_errors(&judged.findings, judged.count);
        if judged.findings.is_empty() && !changed {
            // Judging alone cannot find again that an earlier record is in the way, but deciding would.
            judged.errors = reject.decided();
            loops |= !judged.errors.is_empty();
        }
        let useless = match (loops, judged.is_known) {
            (true, _) => Some("unchanged"),
            // Whatever is in it. Where its form or source is known, it may pass.
            (false, false) => Some("unknown"),
            (false, true) => None,
        };
        self.tell(reject, judged.errors, correction.is_some());
        match self.refusal(reject, &message, useless)? {
            Some(reason) => *self.report.skipped.entry(reason).or_default() += 1,
            None => self.add(reject, message)?,
        }
        Ok(())
    }

    /// Adds to the report what would come of it.
    fn tell(&mut self, reject: &Stored, errors: Vec<(Code, String)>, is_corrected: bool) {
        if errors.is_empty() {
            self.report.would_pass += 1;
            return;
        }
        for (code, _) in &errors {
            *self.report.would_fail.entry(*code).or_default() += 1;
        }
        if is_corrected && self.report.failing.len() < NAMED_MAX {
            self.report.failing.push(Failing { reject_id: reject.reject_id.clone(), errors });
        }
    }

    /// What it would come to now, as far as the record itself decides.
    fn judge(&self, message: &Message) -> Judged {
        let submission = match Submission::of(message) {
            Ok(submission) => submission,
            Err(reject) => return Judged::new(&reject.errors, reject.error_count),
        };
        let overrides = submission.overrides();
        let bound = match self.line.forms().find(&submission.message) {
            Ok(bound) => bound,
            Err(finding) => return Judged { is_known: false, ..Judged::new(&[*finding], 1) },
        };
        match bound.judge.judge(&submission.message.value, submission.context(&overrides)) {
            Verdict::Clean(_) => Judged::new(&[], 0),
            Verdict::Reject(reject) => Judged::new(&reject.errors, reject.error_count),
        }
    }

    /// Why it is not put back.
    fn refusal(
        &self,
        reject: &Stored,
        message: &Message,
        useless: Option<&'static str>,
    ) -> Result<Option<&'static str>, Error> {
        if reject.attempt >= self.settings.attempts_max {
            return Ok(Some("attempts"));
        }
        if local::check(message).is_err() {
            return Ok(Some("too_large"));
        }
        if self.marks.has(&reject.reject_id, &reject.mark())? {
            return Ok(Some("done"));
        }
        Ok(useless)
    }

    fn add(&mut self, reject: &Stored, message: Message) -> Result<(), Error> {
        if self.door.is_none() {
            self.report.sent += 1;
            return Ok(());
        }
        self.pending.bytes += message.value.len();
        self.pending.messages.push(message);
        self.pending.marks.push(reject.mark());
        if self.pending.messages.len() >= SEND_RECORDS_MAX || self.pending.bytes >= SEND_BYTES_MAX {
            self.send()?;
        }
        Ok(())
    }

    fn send(&mut self) -> Result<(), Error> {
        let pending = std::mem::take(&mut self.pending);
        if let Some(door) = &mut self.door
            && !pending.messages.is_empty()
        {
            door.put(&pending.messages, &pending.marks)?;
            self.report.sent += u64::try_from(pending.messages.len()).unwrap_or(u64::MAX);
        }
        Ok(())
    }
}

fn count(report: &Report, is_run: bool) {
    let records = |result: &'static str, count| {
        metrics::counter!(metric::REPLAY_RECORDS_TOTAL, "result" => result).increment(count);
    };
    if is_run {
        records("sent", report.sent);
    }
    for (reason, count) in &report.skipped {
        records(if *reason == "unchanged" { "loop_guard" } else { "skipped" }, *count);
    }
}
