//! Same key, other content: which values differ?

use crate::{forms::Bound, forms::Forms, output, panics::caught, submission::Submission};
use record::{Code, Finding, Message, Position, Reject, Stage, Verdict, finding::Params};

/// Reads a raw record again; `None` when it is gone.
pub(crate) type Fetch<'a> = &'a mut dyn FnMut(Position) -> Result<Option<Message>, transport::Error>;

/// The reject of a record whose clean bytes are `clean`, while its key was taken by the record at `first`.
pub(crate) fn reject(
    forms: &Forms,
    bound: &Bound,
    clean: &[u8],
    (first, name): (Position, String),
    fetch: Fetch<'_>,
) -> Result<Reject, transport::Error> {
    let paths = fetch(first)?.map_or(Err("first_is_gone"), |message| paths(forms, bound, clean, &message));
    let paths = match paths {
        Ok(paths) => ("paths", paths.into()),
        Err(reason) => ("paths_unknown", reason.into()),
    };
    Ok(Reject::one(finding(vec![("first", name.into()), paths])))
}

/// Judges the first record again, as its own envelope says, and compares.
fn paths(forms: &Forms, bound: &Bound, clean: &[u8], first: &Message) -> Result<Vec<String>, &'static str> {
    let submission = Submission::of(first).map_err(|_| "first_has_no_form")?;
    let theirs = forms.find(&submission.message).map_err(|_| "first_has_no_form")?;
    let overrides = submission.overrides();
    let context = submission.context(&overrides);
    match caught(|| theirs.judge.judge(&submission.message.value, context)) {
        // The rules may have changed since the first record was accepted.
        None | Some(Verdict::Reject(_)) => Err("first_is_not_clean_now"),
        Some(Verdict::Clean(theirs)) => {
            caught(|| bound.judge.differences(clean, &theirs.bytes)).ok_or("comparison_failed")
        }
    }
}

fn finding(params: Vec<(&'static str, record::Param)>) -> Finding {
    output::whole(Code::DupConflict, Stage::Dedupe, "key", Params(params))
}
