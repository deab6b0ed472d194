//! Cases: what a form must accept and refuse, one file each. `docs/forms.md` describes the layout.
//!
//! A case is written by the form's author, so that its values are nobody's: differences may show them.

mod difference;
mod read;

pub use difference::Difference;
pub use read::CaseError;

use crate::{
    Context, Form, Judge, Profile, json,
    suggest::nearest,
    table::{self, Builder, Tables},
};
use record::{Asks, RecordTime, Reject, Severity, Verdict};

/// One case: a raw record, how it is to be read, and what must become of it.
#[derive(Clone, Debug)]
pub struct Case {
    version: Option<u32>,
    /// The record's bytes as they stand in the file: a JSON number keeps its digits.
    raw: Vec<u8>,
    client: String,
    time: Option<RecordTime>,
    profile: Profile,
    /// Reference tables; those it leaves out are not configured.
    tables: Vec<Rows>,
    expect: Expect,
}

/// The rows of a reference table, each with its line in the file.
#[derive(Clone, Debug)]
struct Rows {
    table: String,
    rows: Vec<(u64, String)>,
}

/// What must become of the record.
#[derive(Clone, Debug)]
enum Expect {
    /// It is clean: its text, its warnings, and its changes when the case lists them.
    Clean { text: String, warnings: Vec<Told>, changes: Option<Vec<Made>> },
    /// It is rejected with these errors and no others.
    Reject { errors: Vec<Told> },
}

/// A finding as a case tells it; the rule may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    code: String,
    path: String,
    rule: Option<String>,
}

/// A change as a case tells it; what made it is not part of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made {
    path: String,
    raw: String,
    value: Option<String>,
}

impl Case {
    /// Reads a case from the text of its file.
    ///
    /// # Errors
    /// What is wrong with the case itself: a member that no case has, or one that is missing.
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        read::parse(text)
    }

    /// Version of the form that it is for: 1 unless it says otherwise.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version.unwrap_or(1)
    }

    /// Whether the record must be rejected.
    #[must_use]
    pub const fn is_reject(&self) -> bool {
        matches!(self.expect, Expect::Reject { .. })
    }

    /// What the record is judged under besides its bytes.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context { client: &self.client, time: self.time, ..Context::default() }
    }

    /// The reference tables of the case as the form reads them. A row may leave columns out, and a table rows.
    ///
    /// # Errors
    /// What is wrong with them: a table that the form does not declare, or bad rows.
    fn tables(&self, form: &Form) -> Result<Tables, Vec<String>> {
        let mut built = Vec::new();
        let mut wrong = Vec::new();
        for Rows { table, rows } in &self.tables {
            let Some(declaration) = form.tables().iter().find(|declared| declared.name == *table) else {
                let near = nearest(table, form.tables().iter().map(|declared| declared.name.as_str()));
                let near = near.map_or_else(String::new, |near| format!("; did you mean \"{near}\"?"));
                wrong.push(format!("the form declares no table \"{table}\"{near}"));
                continue;
            };
            let mut builder = Builder::new(declaration, table::Names::default(), table::Same::Refuse).partial();
            for (line, row) in rows {
                // Read once already, as a part of the case.
                if let Ok(document) = json::read(row.as_bytes()) {
                    builder.object(*line, &document.root);
                }
            }
            match builder.finish() {
                Ok(table) => built.push(table),
                Err((errors, _)) => wrong.extend(
                    errors.into_iter().map(|error| format!("line {}: {}: {}", error.line, error.column, error.what)),
                ),
            }
        }
        if wrong.is_empty() { Ok(built.into_iter().collect()) } else { Err(wrong) }
    }

    /// Judges the record; without the case's reference tables when they are wrong.
    #[must_use]
    pub fn judge(&self, form: &Form) -> Verdict {
        self.judge_with(form, &self.tables(form).unwrap_or_default())
    }

    fn judge_with(&self, form: &Form, tables: &Tables) -> Verdict {
        let judge = Judge::with_tables(form, &self.profile, tables);
        let judge = judge.unwrap_or_else(|_| Judge::new(form, &self.profile));
        alone(&judge, judge.judge(&self.raw, self.context()), self.time)
    }

    /// Judges the record and compares: no difference means that it is judged as the case says. `others`: tables for
    /// those that the case does not bring itself.
    #[must_use]
    pub fn check(&self, form: &Form, others: &Tables) -> Vec<Difference> {
        match self.tables(form) {
            Ok(tables) => difference::compare(&self.expect, &self.judge_with(form, &tables.or(others))),
            Err(wrong) => vec![Difference { what: "tables", missing: Vec::new(), surplus: wrong }],
        }
    }
}

/// What becomes of a record before which none was accepted: only tables answer its look-ups.
fn alone(judge: &Judge, verdict: Verdict, time: Option<RecordTime>) -> Verdict {
    let Verdict::Clean(mut clean) = verdict else { return verdict };
    let not_found = clean.traces.iter().filter_map(|trace| match trace.asks {
        Asks::Somebody { look_up, severity } => judge.not_found(&clean.bytes, time, look_up, severity),
        Asks::Nothing | Asks::Nobody { .. } => None,
    });
    let (errors, warnings): (Vec<_>, Vec<_>) = not_found.partition(|finding| finding.severity == Severity::Hard);
    clean.warnings.extend(warnings);
    if errors.is_empty() {
        return Verdict::Clean(clean);
    }
    Verdict::Reject(Reject { error_count: errors.len(), errors })
}

#[cfg(test)]
mod tests;
