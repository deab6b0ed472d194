//! Judging one record, and encoding what it would become.

use super::Line;
use crate::{
    Error, Places, earlier, forms::BoundForm, handover, output::Subject, oversize, panics::caught,
    submission::Submission,
};
use dedupe::{Candidate, Met};
use record::{
    Changes, Claim, Clean, Code, Finding, HandedRecord, Message, RawRecord, Reject, Stage, Trace, Verdict,
    finding::Params, header,
};
use std::sync::Arc;

/// What judging made of one record.
#[derive(Debug)]
pub(super) enum Prepared {
    Clean {
        bound: Arc<BoundForm>,
        claim: Claim,
        traces: Vec<Trace>,
        message: Message,
        changed: Vec<&'static str>,
        changes: Changes,
        warnings: Vec<Finding>,
    },
    Reject {
        bound: Option<Arc<BoundForm>>,
        message: Message,
        reject: Reject,
        panicked: bool,
    },
}

impl Line {
    /// What another worker judged. Its changes and warnings were counted there.
    pub(super) fn take_over(&self, handed: &HandedRecord) -> Result<(RawRecord, Prepared), Error> {
        let handover::Handed { raw, clean, claim, traces } = handover::read(handed)?;
        let bound = match Submission::of(&raw.message) {
            Ok(submission) => self.judged_by(&submission.message, &clean),
            Err(_) => None,
        };
        let bound = bound.filter(|bound| earlier::knows(bound.judge.form(), &traces));
        let bound = bound.ok_or_else(|| Error::OtherForms { position: raw.position })?;
        let (changed, changes, warnings) = (Vec::new(), Changes::default(), Vec::new());
        let prepared = Prepared::Clean { bound, claim, traces, message: clean, changed, changes, warnings };
        Ok((raw, prepared))
    }

    /// The form that judged a clean record, as it names it: whatever else becomes of it names the same. A worker that does not have that
    /// version takes the one by which it would judge.
    fn judged_by(&self, message: &Message, clean: &Message) -> Option<Arc<BoundForm>> {
        let version = clean.header(header::FORM_VERSION)?;
        let found = self.forms.find_version(message, Some(version)).or_else(|_| self.forms.find(message));
        Some(found.ok()?.as_named_on(clean))
    }

    /// What judging makes of a record, and whether the compiled form could not tell if it holds its schema. A panic on the way
    /// is an error of that record alone.
    pub(super) fn prepare(&self, record: &RawRecord, places: &dyn Places) -> (Prepared, bool) {
        caught(|| self.prepare_or_panic(record, places)).unwrap_or_else(|| (self.panicked(record, places), false))
    }

    pub(super) fn panicked(&self, record: &RawRecord, places: &dyn Places) -> Prepared {
        let bound = self.forms.find(&record.message).ok().cloned();
        let reject = Reject::one(Finding::whole(Code::EnvJudgePanic, Stage::Decode, "judge", Params::default()));
        let message = Subject::new(record, places).reject(bound.as_deref(), &reject, self.attempts_max);
        Prepared::Reject { bound, message, reject, panicked: true }
    }

    fn prepare_or_panic(&self, record: &RawRecord, places: &dyn Places) -> (Prepared, bool) {
        let refuse = |record: &RawRecord, bound: Option<&Arc<BoundForm>>, reject: Reject| {
            let bound = bound.cloned();
            let message = Subject::new(record, places).reject(bound.as_deref(), &reject, self.attempts_max);
            Prepared::Reject { bound, message, reject, panicked: false }
        };
        if let Some((record, reject)) = oversize::refused(record) {
            return (refuse(&record, None, reject), false);
        }
        let submission = match Submission::of(&record.message) {
            Ok(submission) => submission,
            Err(reject) => return (refuse(record, None, *reject), false),
        };
        let record = &*submission.record(record);
        let bound = match self.forms.find(&record.message) {
            Ok(bound) => bound,
            Err(finding) => return (refuse(record, None, Reject::one(*finding)), false),
        };
        let overrides = submission.overrides();
        let context = submission.context(&overrides);
        let (verdict, fell_back) = bound.judge.judge_noting(&record.message.value, context);
        let prepared = match verdict {
            Verdict::Clean(mut clean) => match Subject::new(record, places).clean(bound, &mut clean) {
                Ok(message) => accepted(bound, record, clean, message, places),
                Err(reject) => refuse(record, Some(bound), *reject),
            },
            Verdict::Reject(reject) => refuse(record, Some(bound), reject),
        };
        (prepared, fell_back)
    }
}

/// Forgets, on the thread that made it, what the message says: freeing many small things of another thread is dear.
fn accepted(
    bound: &Arc<BoundForm>,
    record: &RawRecord,
    clean: Clean,
    message: Message,
    places: &dyn Places,
) -> Prepared {
    let claim = Claim { key: clean.key, content: clean.content, position: record.position, time: record.message.time };
    let (bound, traces) = (Arc::clone(bound), clean.traces);
    let (changed, changes) = if places.headers() {
        (clean.changes.into_by(), Changes::default())
    } else {
        (clean.changes.by().to_vec(), clean.changes)
    };
    Prepared::Clean { bound, claim, traces, message, changed, changes, warnings: clean.warnings }
}

impl Prepared {
    pub(super) const fn bound(&self) -> Option<&Arc<BoundForm>> {
        match self {
            Self::Clean { bound, .. } => Some(bound),
            Self::Reject { bound, .. } => bound.as_ref(),
        }
    }

    /// What the traces that it came upon say of it.
    pub(super) fn told(&self, met: &[Met], places: &dyn Places) -> Vec<Finding> {
        match self {
            Self::Clean { bound, message, .. } => earlier::findings(&bound.judge, message, met, places),
            Self::Reject { .. } => Vec::new(),
        }
    }

    pub(super) fn candidate(&self) -> Option<Candidate<'_>> {
        match self {
            Self::Clean { claim, traces, .. } => Some(Candidate { claim: *claim, traces }),
            Self::Reject { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Forms, InTopic, LineSettings, Source, Sources, line::settled::Told};
    use dedupe::Decision;
    use record::Position;
    use rules::{Form, Profile, Soft};
    use std::collections::BTreeMap;

    /// A line with these versions of a form.
    fn line(versions: &[u32], soft: Option<Soft>) -> Line {
        let form = |version: &u32| {
            let text = format!(
                r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "slip/{version}", "type": "object",
                "additionalProperties": false, "required": ["no"], "properties": {{"no": {{"type": "string", "maxLength": 9}}}},
                "x-faircopy": {{"key": ["/no"]}}}}"#
            );
            Form::parse("slip.json", &text).unwrap_or_else(|errors| panic!("{errors:?}"))
        };
        let forms: Vec<_> = versions.iter().map(form).collect();
        let profile = Profile { soft, ..Profile::default() };
        let sources = Sources { default: Source { profile, forms: BTreeMap::new() }, named: BTreeMap::new() };
        Line::new(Forms::new(&forms, &sources, Some("slip")).unwrap(), LineSettings::default()).unwrap()
    }

    /// While one worker after the other gets new rules, a record may be judged by one and decided by another.
    #[test]
    fn what_others_judged_is_named_as_they_judged_it() {
        let places = InTopic("raw".into());
        let message = Message { value: br#"{"no":"1"}"#.to_vec(), ..Message::default() };
        let mut raw = RawRecord { position: Position::default(), message, original: None };
        let (Prepared::Clean { message: clean, .. }, _) = line(&[1], None).prepare(&raw, &places) else { panic!() };
        let handed = handover::message(&mut raw, &clean, &[]).unwrap();
        let handed = HandedRecord { position: Position::default(), message: handed };
        // The same; a newer version beside it, and other settings; only a newer one.
        for owner in [line(&[1], None), line(&[1, 2], Some(Soft::Reject)), line(&[2], None)] {
            let first = Position::default();
            for decision in [Decision::Same { first }, Decision::Conflict { first }] {
                let (record, verdict) = owner.take_over(&handed).unwrap();
                let told = Told { earlier: Vec::new(), differing: None };
                let (settled, _) = owner.settle(&record, verdict, Some(decision), &places, told);
                for name in [header::FORM_VERSION, header::RULES_HASH] {
                    assert_eq!(settled.message.header(name), clean.header(name), "{name}");
                }
                let value: serde_json::Value = serde_json::from_slice(&settled.message.value).unwrap();
                assert_eq!(value["schema_version"], "1");
                let hash = value["ruleset_hash"].as_str().or_else(|| clean.header(header::RULES_HASH));
                assert_eq!(hash, clean.header(header::RULES_HASH));
            }
        }
    }

    #[test]
    fn a_version_that_is_here_is_taken_for_its_own_rules() {
        let owner = line(&[1, 2], None);
        let message = Message { value: br#"{"no":"1"}"#.to_vec(), ..Message::default() };
        let of = |version| owner.forms.find_version(&message, Some(version)).unwrap();
        for version in ["1", "2"] {
            let headers = [(header::FORM_VERSION, version), (header::RULES_HASH, &*of(version).rules_hash)].into();
            let clean = Message { headers, ..message.clone() };
            assert!(Arc::ptr_eq(&owner.judged_by(&message, &clean).unwrap(), of(version)));
        }
    }
}
