//! What earlier records say of a record: findings for the traces that it came upon, and for those that nobody left.

use crate::{Places, json::json};
use dedupe::Met;
use record::{Asks, Finding, Headers, Message, Reject, Severity, Stage, Trace, finding::Params, header};
use rules::{
    Form, Judge,
    form::{EarlierRule, OrEarlier},
};

/// Bytes of the longest place that a finding names: a path of a file, and a line.
const PLACE_BYTES_MAX: usize = 4 << 10;
/// More bytes than a finding of a look-up has besides its pointer and the name of the table: a value found is shown with 64
/// characters at most, a suggestion has 33.
const LOOK_UP_BYTES_MAX: usize = 1 << 10;

/// What is told of each, in the order met. `clean`: the record as it was judged.
pub(crate) fn findings(judge: &Judge, clean: &Message, met: &[Met], places: &dyn Places) -> Vec<Finding> {
    let finding = |met: &Met| match *met {
        Met::Somebody { rule, severity, first } => {
            let rule = judge.form().earlier().get(usize::from(rule))?;
            Some(finding(rule, severity, places.name(first)))
        }
        Met::Nobody { look_up, severity } => judge.not_found(&clean.value, clean.time.known(), look_up, severity),
    };
    met.iter().filter_map(finding).collect()
}

fn finding(rule: &EarlierRule, severity: Severity, first: String) -> Finding {
    Finding {
        code: rule.code,
        severity,
        stage: Stage::Dedupe,
        path: rule.path.clone(),
        related: rule.related.clone(),
        rule: rule.id.clone(),
        params: Params(vec![("first", first.into())]),
        value_class: rule.class,
        message: rule.message.clone(),
    }
}

/// More bytes than the findings of all rules and look-ups take in the headers of a clean record.
pub(crate) fn room(form: &Form) -> usize {
    let rule = |rule: &EarlierRule| json(&[finding(rule, Severity::Soft, String::new())]).len() + PLACE_BYTES_MAX;
    let names: usize = form.tables().iter().map(|table| table.name.len()).max().unwrap_or_default();
    // A character may be escaped as six.
    let look_up = |look_up: &OrEarlier| (look_up.path.len() + names) * 6 + LOOK_UP_BYTES_MAX;
    form.earlier().iter().map(rule).sum::<usize>() + form.or_earlier().iter().map(look_up).sum::<usize>()
}

/// The reject of a record that earlier ones refuse.
pub(crate) fn reject(findings: Vec<Finding>) -> Reject {
    Reject { error_count: findings.len(), errors: findings }
}

/// Adds warnings to those that stand in the headers of a clean record.
pub(crate) fn warn(message: &mut Message, warnings: &[Finding]) {
    let told = json(&warnings);
    let has_some = message.headers.get(header::WARNINGS).is_some();
    // Where they stand when judging finds some: behind what else is said of the record itself.
    let own = [header::STATUS, header::REFERENCE_VERSIONS, header::CHANGES, header::OVERRIDES];
    let place = message.headers.iter().enumerate().filter(|(_, (name, _))| own.contains(name)).last();
    let place = place.map_or(0, |(nth, _)| nth + 1);
    let mut headers = Headers::with_capacity(message.headers.len() + 1, message.headers.bytes() + told.len());
    for (nth, (name, value)) in message.headers.iter().enumerate() {
        if nth == place && !has_some {
            headers.push(header::WARNINGS, &told);
        }
        match name {
            header::STATUS => headers.push(header::STATUS, header::ACCEPTED_WITH_WARNING.as_bytes()),
            // One list of both.
            header::WARNINGS => headers.push(header::WARNINGS, &joined(value, &told)),
            _ => headers.push(header::interned(name), value),
        }
    }
    if place == message.headers.len() && !has_some {
        headers.push(header::WARNINGS, &told);
    }
    message.headers = headers;
}

/// Two lists of JSON as one; neither is empty.
fn joined(one: &[u8], other: &[u8]) -> Vec<u8> {
    let one = one.strip_suffix(b"]").unwrap_or(one);
    let other = other.strip_prefix(b"[").unwrap_or(other);
    [one, b",", other].concat()
}

/// Whether this worker knows the rules and look-ups of the traces that were handed over to it.
pub(crate) fn knows(form: &Form, traces: &[Trace]) -> bool {
    traces.iter().all(|trace| match trace.asks {
        Asks::Nothing => true,
        Asks::Nobody { rule, .. } => usize::from(rule) < form.earlier().len(),
        Asks::Somebody { look_up, .. } => usize::from(look_up) < form.or_earlier().len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Forms, InTopic, Sources, output::Subject};
    use record::{Changes, Clean, ContentHash, Key, Position, RawRecord, limits::MESSAGE_BYTES_MAX};
    use transport::codec;

    /// A form with a rule of a long message, and a look-up.
    fn forms() -> Forms {
        let long = "x".repeat(6_000);
        let form = format!(
            r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "slip/1", "type": "object",
            "additionalProperties": false, "required": ["id"], "properties": {{"id": {{"type": "string"}}, "no":
            {{"type": "string", "x-faircopy": {{"normalize": ["id"]}}}}, "boss": {{"type": "string", "x-faircopy":
            {{"normalize": ["id"], "table": {{"name": "people", "or_earlier": "/no"}}}}}}}},
            "x-faircopy": {{"key": ["/id"], "home": [], "tables": {{"people": {{"required": false}}}}, "earlier":
            [{{"id": "near", "on": ["/no"], "path": "/no", "code": "DUP.NEAR", "severity": "soft", "message": "{long}"}}]}}}}"#
        );
        let form = Form::parse("slip/1.json", &form).unwrap_or_else(|errors| panic!("{errors:?}"));
        Forms::new(&[form], &Sources::default(), Some("slip")).unwrap()
    }

    #[test]
    fn the_longest_clean_record_has_room_for_all_that_is_told_later() {
        let (forms, places) = (forms(), InTopic("raw".into()));
        let record = RawRecord { position: Position::default(), message: Message::default(), original: None };
        let bound = forms.find(&record.message).unwrap();
        let message = |length| {
            let mut clean = Clean {
                bytes: vec![b'x'; length],
                key: Key([0; 16]),
                content: ContentHash(0),
                traces: Vec::new(),
                changes: Changes::default(),
                warnings: Vec::new(),
                overrides: Vec::new(),
            };
            Subject::new(&record, &places).clean(bound, &mut clean).ok()
        };
        let (mut fits, mut beyond) = (0, MESSAGE_BYTES_MAX);
        while beyond - fits > 1 {
            let middle = fits.midpoint(beyond);
            *if message(middle).is_some() { &mut fits } else { &mut beyond } = middle;
        }
        let mut longest = message(fits).unwrap();
        let severity = Severity::Soft;
        let first = Position { partition: u32::MAX, offset: u64::MAX };
        let met = [Met::Somebody { rule: 0, severity, first }, Met::Nobody { look_up: 0, severity }];
        let told = findings(&bound.judge, &longest, &met, &places);
        assert_eq!(told.len(), 2);
        warn(&mut longest, &told);
        codec::encode(&longest, &mut Vec::new()).unwrap();
    }
}
