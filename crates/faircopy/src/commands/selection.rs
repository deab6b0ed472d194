//! Conditions of `--where`: which rejects are meant.

use crate::time;
use pipeline::replay::Selection;
use record::{Code, RecordTime};

pub(super) const HELP: &str = "Conditions, separated by blanks or given with --where again; all must hold:
  code=STR.REQUIRED     one of the errors has this code
  form=vendor_invoice   the form that judged it
  source=acme           the source profile it named
  id=raw/0/17           this reject
  since=2026-01-31      submitted then or later (also 2026-01-31T13:45:00Z)
  until=2026-02-28      submitted before
The same key again means either.";

/// Conditions of one `--where`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition(Vec<One>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum One {
    Code(Code),
    Form(String),
    Source(String),
    Id(String),
    Since(RecordTime),
    Until(RecordTime),
}

const KEYS: [&str; 6] = ["code", "form", "source", "id", "since", "until"];

/// Reads `key=value` pairs separated by blanks.
pub(super) fn parse(text: &str) -> Result<Condition, String> {
    text.split_whitespace().map(one).collect::<Result<_, _>>().map(Condition)
}

fn one(text: &str) -> Result<One, String> {
    let (key, value) =
        text.split_once('=').ok_or_else(|| format!("{text} is not a condition as in code=STR.REQUIRED"))?;
    // `==` is what people write who know other query languages; quotes are what is left of a shell's.
    let value = value.strip_prefix('=').unwrap_or(value).trim_matches(['"', '\'']);
    match key {
        "code" => value.parse().map(One::Code).map_err(|_| {
            let near = rules::nearest(value, Code::ALL.iter().map(|code| code.as_str()));
            format!("no code is named {value}{}", did_you_mean(near))
        }),
        "form" if value.contains('/') => {
            Err("a form is named without its version, as in form=vendor_invoice".to_owned())
        }
        "form" => Ok(One::Form(value.to_owned())),
        "source" => Ok(One::Source(value.to_owned())),
        "id" => Ok(One::Id(value.to_owned())),
        "since" => time::parse(value).map(One::Since),
        "until" => time::parse(value).map(One::Until),
        _ => Err(format!(
            "there is no condition {key}{}; there are {}",
            did_you_mean(rules::nearest(key, KEYS)),
            KEYS.join(", ")
        )),
    }
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!(", did you mean {near}?")).unwrap_or_default()
}

/// The selection that all conditions make together.
pub(super) fn of(conditions: &[Condition]) -> Selection {
    let mut selection = Selection::default();
    for one in conditions.iter().flat_map(|condition| condition.0.clone()) {
        match one {
            One::Code(code) => selection.codes.push(code),
            One::Form(form) => selection.forms.push(form),
            One::Source(source) => selection.sources.push(source),
            One::Id(id) => selection.ids.push(id),
            One::Since(time) => selection.from_ms = Some(selection.from_ms.unwrap_or(i64::MIN).max(time.0)),
            One::Until(time) => selection.to_ms = Some(selection.to_ms.unwrap_or(i64::MAX).min(time.0)),
        }
    }
    selection
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_add_up() {
        let conditions = ["code=SUM.MISMATCH form=timesheet", "code==\"str.required\" since=1970-01-02"]
            .map(|text| parse(text).unwrap());
        let selection = of(&conditions);
        assert_eq!(selection.codes, [Code::SumMismatch, Code::StrRequired]);
        assert_eq!((selection.forms.as_slice(), selection.from_ms), (&["timesheet".to_owned()][..], Some(86_400_000)));
    }

    #[test]
    fn of_two_days_the_narrower_holds() {
        let days = parse("since=1970-01-02 since=1970-01-03 until=1970-01-09 until=1970-01-08").unwrap();
        let selection = of(&[days]);
        assert_eq!((selection.from_ms, selection.to_ms), (Some(2 * 86_400_000), Some(7 * 86_400_000)));
    }

    #[test]
    fn a_misspelt_condition_is_answered_with_the_nearest() {
        assert!(parse("cod=SUM.MISMATCH").unwrap_err().contains("did you mean code?"));
        assert!(parse("code=SUM.MISMTCH").unwrap_err().contains("did you mean SUM.MISMATCH?"));
        assert!(parse("SUM.MISMATCH").is_err() && parse("since=yesterday").is_err());
        // No reject has it, which would pass for good news.
        assert!(parse("form=timesheet/1").unwrap_err().contains("without its version"));
    }
}
