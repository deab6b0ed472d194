//! The reference judge: written to be read. A faster one must agree with it byte for byte.
//!
//! decode -> limits -> normalize each field -> schema -> checks -> record rules -> key and traces. Each stage adds to one list of
//! findings; no stage stops the next, but a value with a hard finding is unknown to those after it: it is told once.

mod check;
mod conform;
mod decode;
mod difference;
mod findings;
mod key;
mod lookup;
mod normalize;
mod overrides;
mod record_rule;
#[cfg(test)]
mod tests;
pub(crate) mod trace;
mod validator;
mod write;

use crate::{
    Context, Form, Profile, Soft,
    form::Parts,
    json,
    rule::Facts,
    table::{BindError, BoundTable, Tables},
};
use findings::Findings;
use overrides::Overrides;
use record::{Change, Changes, Clean, Reject, Verdict};

/// Whether short ways are taken where there are any.
enum Way<'w> {
    /// Notes whether the schema's was not enough.
    Short(&'w mut bool),
    Slow,
}

type Read<'a> = Result<json::Document<'a>, Vec<json::Fault>>;

/// A form bound to a profile and reference tables: what judges.
#[derive(Clone, Debug)]
pub struct Judge {
    form: Form,
    normalizing: normalize::Normalizing,
    /// By the form's declarations; `None`: not configured, its look-ups are skipped.
    tables: Vec<Option<BoundTable>>,
    hash: String,
}

impl Judge {
    /// Binds a form to a profile, without reference tables: its look-ups are skipped, even those of tables that it
    /// requires.
    #[must_use]
    pub fn new(form: &Form, profile: &Profile) -> Self {
        Self {
            form: form.clone(),
            normalizing: normalize::Normalizing::new(profile),
            tables: vec![None; form.tables().len()],
            hash: key::rules_hash(&form.parts().hash, profile),
        }
    }

    /// Binds a form to a profile and to the reference tables that are configured. The look-ups of a table that is
    /// neither there nor required are skipped.
    ///
    /// # Errors
    /// When a required table is missing, or a table lacks a column that the form declares.
    pub fn with_tables(form: &Form, profile: &Profile, tables: &Tables) -> Result<Self, BindError> {
        let name = format!("{}/{}", form.name(), form.version());
        Ok(Self { tables: BoundTable::all(&name, form.tables(), tables)?, ..Self::new(form, profile) })
    }

    /// Names and versions of the tables that its look-ups read, in the order the form declares them.
    pub fn tables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.iter().flatten().map(|bound| (bound.table.name(), bound.table.version()))
    }

    /// The form.
    #[must_use]
    pub const fn form(&self) -> &Form {
        &self.form
    }

    /// Hash over form file and profile, 16 hexadecimal digits: names what judged a record, together with the versions
    /// of the tables.
    #[must_use]
    pub fn rules_hash(&self) -> &str {
        &self.hash
    }

    /// Judges one record. Pure: the same form, profile, tables, bytes and context give the same verdict.
    #[must_use]
    pub fn judge(&self, raw: &[u8], context: Context<'_>) -> Verdict {
        self.judge_noting(raw, context).0
    }

    /// The same, and whether the validator held the record's schema because the compiled form could not tell: it is not
    /// compiled, or the record has, or breaks, what a plan knows nothing of.
    #[must_use]
    pub fn judge_noting(&self, raw: &[u8], context: Context<'_>) -> (Verdict, bool) {
        let mut fell_back = false;
        let document = json::read_expecting(raw, self.form.shape());
        let verdict = self.run(raw, document, context, Way::Short(&mut fell_back));
        (verdict, fell_back)
    }

    /// The same by the slow way alone, where a short one is taken besides: records read in two passes, every text to its
    /// normalizers, the schema by its validator,
    /// record rules one item after the other. It is what [`Judge::judge`] is held against.
    #[must_use]
    pub fn reference(&self, raw: &[u8], context: Context<'_>) -> Verdict {
        self.run(raw, json::reference(raw), context, Way::Slow)
    }

    fn run(&self, raw: &[u8], document: Read<'_>, context: Context<'_>, mut way: Way<'_>) -> Verdict {
        let parts = self.form.parts();
        let json::Document { mut root, bom } = match document {
            Ok(document) => document,
            Err(faults) => return decode::faults(raw, &faults).into_reject(),
        };
        if root.members().is_none() {
            return decode::not_an_object(&root).into_reject();
        }
        let mut findings = Findings::under(Overrides::new(&context));
        let mut changes: Changes = bom.then_some(DROPPED_MARK).into_iter().collect();
        let short = matches!(way, Way::Short(_));
        self.normalizing.run(&mut root, &parts.shape, (context.time, short), &mut findings, &mut changes);
        findings.refuse(&mut root);
        hold_schema(parts, &root, &mut way, &mut findings);
        findings.refuse(&mut root);
        let with = check::With {
            profile: self.normalizing.profile(),
            time: context.time,
            tables: &self.tables,
            or_earlier: &parts.or_earlier,
        };
        check::run(parts, with, &root, &mut findings);
        findings.refuse(&mut root);
        let facts = Facts::new(&root, None, context.time).with_tables(&self.tables);
        let (index, open) = record_rule::open(parts, &facts, matches!(way, Way::Short(_)));
        record_rule::run(parts, &open, &index, facts.indexed(&index), &mut findings);
        findings.hold_overrides(&root);
        let harden = self.normalizing.profile().soft.unwrap_or(parts.soft) == Soft::Reject;
        if harden {
            findings.harden();
        }
        if findings.reject() {
            return findings.into_reject();
        }
        let facts = Facts::new(&root, None, None).indexed(&index);
        let Some(key) = key::key(parts, context.client, facts, &mut findings) else { return findings.into_reject() };
        let traces = trace::traces(parts, (context.client, key), harden, facts, &mut findings);
        let Some(traces) = traces else { return findings.into_reject() };
        let bytes = match way {
            Way::Short(_) => write::quick(&root, &parts.shape),
            Way::Slow => write::to_bytes(&root),
        };
        let (warnings, overrides) = findings.into_warnings();
        let content = key::content(&bytes);
        Verdict::Clean(Clean { bytes, key, content, traces, changes, warnings, overrides })
    }

    /// The record as the schema sees it, when it can be read and no normalizer refused a value.
    #[cfg(test)]
    pub(crate) fn normalized<'a>(&self, raw: &'a [u8]) -> Option<json::Node<'a>> {
        let mut root = json::read(raw).ok()?.root;
        let mut findings = Findings::default();
        let slow = (None, false);
        self.normalizing.run(&mut root, &self.form.parts().shape, slow, &mut findings, &mut Changes::default());
        (findings.count() == 0 && root.members().is_some()).then_some(root)
    }

    /// JSON Pointers at which two clean records of this form differ, in form order. Records that are no JSON objects
    /// differ as a whole: at the root, which is the empty pointer.
    #[must_use]
    pub fn differences(&self, a: &[u8], b: &[u8]) -> Vec<String> {
        difference::differences(self.form.shape(), a, b)
    }
}

/// Adds what does not conform to the schema; on the short way by the plan, unless that is not certain.
fn hold_schema(parts: &Parts, root: &json::Node<'_>, way: &mut Way<'_>, findings: &mut Findings) {
    if let Way::Short(fell_back) = way {
        if let Ok(plan) = &parts.plan {
            if plan.conforms(root) {
                return;
            }
            if let Some(faults) = plan.faults(root, &parts.shape) {
                return conform::tell(faults, findings);
            }
        }
        **fell_back = true;
    }
    if !parts.schema.is_valid(root) {
        conform::run(parts, root, findings);
    }
}

/// The reject of bytes that could not be read.
pub(crate) fn unreadable(raw: &[u8], faults: &[json::Fault]) -> Reject {
    let (errors, error_count) = decode::faults(raw, faults).into_sorted();
    Reject { errors, error_count }
}

/// What is noted when a byte order mark before the record was dropped.
const DROPPED_MARK: Change<'static> = Change { path: "", raw: "\u{feff}", value: None, by: &["text", "blank"] };
