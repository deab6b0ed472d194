//! Which form judges a record: its envelope names form, version and source.

use crate::{Error, earlier};
use record::{Code, Finding, Message, Param, Stage, envelope::Envelope, finding::Params, header};
use rules::{
    Form, Judge, Profile, nearest,
    table::{BindError, Tables},
};
use std::{collections::BTreeMap, sync::Arc};

/// How the text of every source is to be read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// For records that name no source.
    pub default: Source,
    /// By source name. A record that names another source is rejected as `ENV.INVALID`: a misspelt name read with the
    /// default profile might turn day and month around, and nobody would ever see it.
    pub named: BTreeMap<String, Source>,
}

/// One source: its profile, and others for single forms.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// For every form not in `forms`.
    pub profile: Profile,
    /// By form name.
    pub forms: BTreeMap<String, Profile>,
}

impl Source {
    fn profile(&self, form: &str) -> &Profile {
        self.forms.get(form).unwrap_or(&self.profile)
    }
}

/// A form bound to a profile.
#[derive(Clone, Debug)]
pub struct BoundForm {
    /// Form name.
    pub name: Arc<str>,
    /// Form version as in headers.
    pub version: Arc<str>,
    /// Hash of its rules as in headers.
    pub rules_hash: Arc<str>,
    /// What judges.
    pub judge: Arc<Judge>,
    /// Versions of the reference tables that it looks into, by name.
    pub tables: BTreeMap<String, String>,
    /// The same as JSON, for headers; empty without tables.
    pub tables_header: String,
    /// More bytes than the warnings take that earlier records give rise to, or none does.
    pub earlier_room: usize,
}

/// The forms that are loaded, each bound to the profile of every source.
#[derive(Debug)]
pub struct Forms {
    by_name: BTreeMap<String, BTreeMap<u32, Versions>>,
    sources: Vec<String>,
    default_form: Option<String>,
}

/// One version of a form, by source.
#[derive(Debug)]
struct Versions {
    default: Arc<BoundForm>,
    named: BTreeMap<String, Arc<BoundForm>>,
}

impl Versions {
    /// Binds the form once per distinct profile, however many sources share it.
    fn bind(form: &Form, sources: &Sources, tables: &Tables) -> Result<Self, BindError> {
        let mut known: Vec<(&Profile, Arc<BoundForm>)> = Vec::new();
        let default = bound(form, sources.default.profile(form.name()), tables, &mut known)?;
        let mut named = BTreeMap::new();
        for (name, source) in &sources.named {
            named.insert(name.clone(), bound(form, source.profile(form.name()), tables, &mut known)?);
        }
        Ok(Self { default, named })
    }
}

fn bound<'a>(
    form: &Form,
    profile: &'a Profile,
    tables: &Tables,
    known: &mut Vec<(&'a Profile, Arc<BoundForm>)>,
) -> Result<Arc<BoundForm>, BindError> {
    if let Some((_, bound)) = known.iter().find(|(other, _)| *other == profile) {
        return Ok(Arc::clone(bound));
    }
    let judge = Judge::with_tables(form, profile, tables)?;
    let tables: BTreeMap<_, _> = judge.tables().map(|(name, version)| (name.to_owned(), version.to_owned())).collect();
    let bound = Arc::new(BoundForm {
        name: Arc::from(form.name()),
        version: Arc::from(form.version().to_string()),
        rules_hash: Arc::from(judge.rules_hash()),
        judge: Arc::new(judge),
        // Texts under texts: this cannot fail.
        earlier_room: earlier::room(form),
        tables_header: serde_json::to_string(&tables).ok().filter(|_| !tables.is_empty()).unwrap_or_default(),
        tables,
    });
    known.push((profile, Arc::clone(&bound)));
    Ok(bound)
}

impl BoundForm {
    /// This form under the version, hash and tables that a clean record names: those it was judged by, here or elsewhere.
    pub(crate) fn as_named_on(self: &Arc<Self>, clean: &Message) -> Arc<Self> {
        let names = [header::FORM_VERSION, header::RULES_HASH, header::REFERENCE_VERSIONS];
        let names = names.map(|name| clean.header(name).unwrap_or_default());
        if names == [&*self.version, &*self.rules_hash, self.tables_header.as_str()] {
            return Arc::clone(self);
        }
        let [version, rules_hash, tables_header] = names;
        Arc::new(Self {
            version: Arc::from(version),
            rules_hash: Arc::from(rules_hash),
            tables: serde_json::from_str(tables_header).unwrap_or_default(),
            tables_header: tables_header.to_owned(),
            ..Self::clone(self)
        })
    }
}

impl Forms {
    /// Binds every form to every source, without reference tables. `default_form`: for records whose envelope names
    /// none.
    ///
    /// # Errors
    /// As [`Self::with_tables`].
    pub fn new(forms: &[Form], sources: &Sources, default_form: Option<&str>) -> Result<Self, Error> {
        Self::with_tables(forms, sources, default_form, &Tables::default())
    }

    /// Binds every form to every source and to the reference tables that are configured.
    ///
    /// # Errors
    /// [`Error::Settings`] when a form stands twice, sources or the default name a form that is not loaded, or a table
    /// that a form requires is not there.
    pub fn with_tables(
        forms: &[Form],
        sources: &Sources,
        default_form: Option<&str>,
        tables: &Tables,
    ) -> Result<Self, Error> {
        let mut by_name: BTreeMap<String, BTreeMap<u32, Versions>> = BTreeMap::new();
        for form in forms {
            let versions = by_name.entry(form.name().to_owned()).or_default();
            let bound = Versions::bind(form, sources, tables).map_err(|error| Error::Settings(error.to_string()))?;
            if versions.insert(form.version(), bound).is_some() {
                return Err(Error::Settings(format!("form {}/{} is loaded twice", form.name(), form.version())));
            }
        }
        known("forms.default", default_form, &by_name)?;
        known("the default source", sources.default.forms.keys().map(String::as_str), &by_name)?;
        for (name, source) in &sources.named {
            known(&format!("the source \"{name}\""), source.forms.keys().map(String::as_str), &by_name)?;
        }
        Ok(Self {
            by_name,
            sources: sources.named.keys().cloned().collect(),
            default_form: default_form.map(str::to_owned),
        })
    }

    /// What judges the record of this message.
    ///
    /// # Errors
    /// The finding that rejects it when its envelope leads to no form.
    pub fn find(&self, message: &Message) -> Result<&Arc<BoundForm>, Box<Finding>> {
        self.find_version(message, Envelope::of(message).version)
    }

    /// As [`Self::find`], of this version whatever the message says; without one, of the newest.
    pub(crate) fn find_version(
        &self,
        message: &Message,
        version: Option<&str>,
    ) -> Result<&Arc<BoundForm>, Box<Finding>> {
        readable(message)?;
        returned(message)?;
        let envelope = Envelope::of(message);
        let name = envelope.form.or(self.default_form.as_deref());
        let name = name.ok_or_else(|| finding(Code::EnvMissingField, vec![("field", "form".into())]))?;
        let versions = self.by_name.get(name).ok_or_else(|| self.unknown_form(name))?;
        let found = match version {
            None => versions.last_key_value().map(|(_, newest)| newest),
            Some(text) => text.parse().ok().and_then(|version: u32| versions.get(&version)),
        };
        let version = found.ok_or_else(|| unknown_version(version.unwrap_or_default(), versions))?;
        match envelope.source {
            "" => Ok(&version.default),
            source => version.named.get(source).ok_or_else(|| self.unknown_source(source)),
        }
    }

    /// Every form with its default profile, by name and version.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<BoundForm>> {
        self.by_name.values().flat_map(|versions| versions.values().map(|version| &version.default))
    }

    /// Versions of all reference tables that forms look into, by name.
    #[must_use]
    pub fn reference_versions(&self) -> BTreeMap<String, String> {
        self.iter().flat_map(|bound| bound.tables.clone()).collect()
    }

    fn unknown_form(&self, name: &str) -> Box<Finding> {
        let mut params = vec![("field", "form".into()), ("found", found(name))];
        params.extend(nearest(name, self.by_name.keys().map(String::as_str)).map(|near| ("suggestion", near.into())));
        finding(Code::EnvUnknownForm, params)
    }

    fn unknown_source(&self, name: &str) -> Box<Finding> {
        let mut params = vec![("field", "source".into()), ("found", found(name))];
        params.extend(nearest(name, self.sources.iter().map(String::as_str)).map(|near| ("suggestion", near.into())));
        finding(Code::EnvInvalid, params)
    }
}

/// Refuses names of forms that are not loaded.
fn known<'a>(
    who: &str,
    names: impl IntoIterator<Item = &'a str>,
    forms: &BTreeMap<String, BTreeMap<u32, Versions>>,
) -> Result<(), Error> {
    match names.into_iter().find(|name| !forms.contains_key(*name)) {
        None => Ok(()),
        Some(name) => {
            let near = nearest(name, forms.keys().map(String::as_str))
                .map_or_else(String::new, |near| format!("; did you mean {near}?"));
            Err(Error::Settings(format!("{who} names form {name}, which is not loaded{near}")))
        }
    }
}

fn unknown_version(found_version: &str, versions: &BTreeMap<u32, Versions>) -> Box<Finding> {
    let known: Vec<String> = versions.keys().map(u32::to_string).collect();
    let params = vec![("field", "schema-version".into()), ("found", found(found_version)), ("known", known.into())];
    finding(Code::EnvUnknownSchemaVersion, params)
}

/// Headers that decide how a record is judged must be text: read as if they were absent, they would decide wrongly and
/// silently. Nor may one stand twice and say two things: programs take the first of them or the last, and which is meant nobody knows.
fn readable(message: &Message) -> Result<(), Box<Finding>> {
    const DECIDING: [&str; 4] = [header::FORM, header::FORM_VERSION, header::CLIENT, header::SOURCE];
    for (name, value) in message.headers.iter() {
        if !DECIDING.contains(&name) {
            continue;
        }
        let invalid = |reason: &str| vec![("field", header::bare(name).into()), ("reason", reason.into())];
        let Ok(text) = std::str::from_utf8(value) else {
            return Err(finding(Code::EnvInvalid, invalid("not UTF-8")));
        };
        let first = message.headers.get(name).and_then(|first| std::str::from_utf8(first).ok()).unwrap_or_default();
        if first != text {
            // The envelope of the reject has room for one of them.
            let both = [first, text].map(shortened).to_vec();
            return Err(finding(Code::EnvInvalid, [invalid("twice"), vec![("found", both.into())]].concat()));
        }
    }
    Ok(())
}

/// What we write for a record is no record: put back as it is, a reject would be wrapped into another one at every turn.
/// `replay` takes the raw record out of it.
fn returned(message: &Message) -> Result<(), Box<Finding>> {
    const LAYOUTS: [&[u8]; 2] = [b"{\"v\":1,\"reject_id\":", b"{\"v\":1,\"origin\":{\"topic\":"];
    if LAYOUTS.iter().any(|begin| message.value.starts_with(begin)) {
        return Err(finding(Code::EnvInvalid, vec![("field", "value".into()), ("reason", "loop".into())]));
    }
    Ok(())
}

/// A finding about the envelope; its path is the whole record.
fn finding(code: Code, params: Vec<(&'static str, Param)>) -> Box<Finding> {
    Box::new(Finding::whole(code, Stage::Decode, "envelope", Params(params)))
}

/// Names from the envelope are no record values, but whoever confuses the two should not fill the topic with them.
fn found(text: &str) -> Param {
    shortened(text).into()
}

fn shortened(text: &str) -> String {
    text.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, version: u32) -> Form {
        let text = format!(
            r#"{{"$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": "https://faircopy.example/schemas/{name}/{version}", "title": "A form", "type": "object",
            "additionalProperties": false, "required": ["no"], "properties": {{"no": {{"type": "string", "maxLength": 9}}}},
            "x-faircopy": {{"key": ["/no"]}}}}"#
        );
        Form::parse(&format!("schemas/{name}/{version}.json"), &text).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    fn message(headers: &[(&str, &str)]) -> Message {
        let headers = headers.iter().map(|(name, value)| (header::interned(name), value)).collect();
        Message { headers, ..Message::default() }
    }

    fn found(forms: &Forms, headers: &[(&str, &str)]) -> String {
        forms.find(&message(headers)).map_or_else(
            |finding| finding.code.as_str().to_owned(),
            |bound| format!("{}/{}", bound.name, bound.version),
        )
    }

    #[test]
    fn the_envelope_leads_to_form_and_version() {
        let loaded = [form("slip", 1), form("slip", 2), form("note", 1)];
        let forms = Forms::new(&loaded, &Sources::default(), Some("note")).unwrap();
        assert_eq!(found(&forms, &[(header::FORM, "slip")]), "slip/2", "the newest is meant");
        assert_eq!(found(&forms, &[(header::FORM, "slip"), (header::FORM_VERSION, "1")]), "slip/1");
        assert_eq!(
            found(&forms, &[(header::FORM, "slip"), (header::FORM_VERSION, "one")]),
            "ENV.UNKNOWN_SCHEMA_VERSION"
        );
        assert_eq!(found(&forms, &[]), "note/1", "the default");
        assert_eq!(found(&forms, &[(header::SOURCE, "nobody")]), "ENV.INVALID");
        let names: Vec<String> = forms.iter().map(|bound| format!("{}/{}", bound.name, bound.version)).collect();
        assert_eq!(names, ["note/1", "slip/1", "slip/2"]);
    }

    #[test]
    fn a_header_that_says_two_things_decides_nothing() {
        let forms = Forms::new(&[form("slip", 1), form("note", 1)], &Sources::default(), None).unwrap();
        assert_eq!(found(&forms, &[(header::FORM, "slip"), (header::FORM, "slip")]), "slip/1", "the same");
        for (name, other) in
            [(header::FORM, "note"), (header::FORM_VERSION, "2"), (header::CLIENT, "acme"), (header::SOURCE, "x")]
        {
            let said =
                [(header::FORM, "slip"), (header::FORM_VERSION, "1"), (header::CLIENT, ""), (header::SOURCE, "")];
            assert_eq!(found(&forms, &said), "slip/1");
            let headers = [said.as_slice(), &[(name, other)]].concat();
            assert_eq!(found(&forms, &headers), "ENV.INVALID", "{name}");
        }
        assert_eq!(found(&forms, &[(header::FORM, "slip"), ("x-step", "1"), ("x-step", "2")]), "slip/1", "not ours");
    }

    #[test]
    fn sources_with_equal_profiles_share_a_judge() {
        let region = |region: &str| Profile { region: Some(region.into()), ..Profile::default() };
        let source = |profile| Source { profile, forms: BTreeMap::new() };
        let mut sources = Sources::default();
        sources.named.insert("a".into(), source(region("US")));
        sources.named.insert("b".into(), source(region("US")));
        sources
            .named
            .insert("c".into(), Source { profile: region("US"), forms: [("slip".into(), region("DE"))].into() });
        let forms = Forms::new(&[form("slip", 1)], &sources, None).unwrap();
        let of = |name| Arc::clone(forms.find(&message(&[(header::FORM, "slip"), (header::SOURCE, name)])).unwrap());
        assert!(Arc::ptr_eq(&of("a"), &of("b")));
        assert!(!Arc::ptr_eq(&of("a"), &of("c")));
        assert_ne!(of("a").judge.rules_hash(), of("c").judge.rules_hash());
    }

    #[test]
    fn names_of_forms_that_are_not_loaded_are_refused() {
        let refused = |sources: &Sources, default| match Forms::new(&[form("slip", 1)], sources, default) {
            Err(Error::Settings(text)) => text,
            other => panic!("{other:?}"),
        };
        let text = refused(&Sources::default(), Some("slipp"));
        assert_eq!(text, "forms.default names form slipp, which is not loaded; did you mean slip?");
        let mut sources = Sources::default();
        sources.named.entry("acme".into()).or_default().forms.insert("zebra".into(), Profile::default());
        assert_eq!(refused(&sources, None), "the source \"acme\" names form zebra, which is not loaded");
        let twice = Forms::new(&[form("slip", 1), form("slip", 1)], &Sources::default(), None);
        assert!(matches!(twice, Err(Error::Settings(text)) if text == "form slip/1 is loaded twice"));
    }
}
