//! The forms: those built into the binary, and those of a directory.

use crate::{
    config::{Config, FormsDir, Name, NamedForm},
    failure::{Failure, Mistake},
    tables, text,
};
use pipeline::Forms;
use rules::{Form, FormError, table::Tables};
use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

/// Forms that the binary carries, so that it works anywhere: file and text.
const BUILT_IN: [(&str, &str); 5] = [
    ("schemas/customer_kyc/1.json", include_str!("../../../schemas/customer_kyc/1.json")),
    ("schemas/employee_onboarding/1.json", include_str!("../../../schemas/employee_onboarding/1.json")),
    ("schemas/medical_claim/1.json", include_str!("../../../schemas/medical_claim/1.json")),
    ("schemas/timesheet/1.json", include_str!("../../../schemas/timesheet/1.json")),
    ("schemas/vendor_invoice/1.json", include_str!("../../../schemas/vendor_invoice/1.json")),
];

/// The text of every form by name and version: the built-in ones, overridden by `dir`, which holds
/// `<name>/<version>.json`.
#[derive(Debug, Default)]
pub struct Texts(BTreeMap<(String, u32), Source>);

/// Where a form is written.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file, as told in errors.
    pub file: String,
    /// Its text.
    pub text: String,
    /// Whether the binary carries it.
    pub built_in: bool,
}

impl Texts {
    /// Reads them.
    ///
    /// # Errors
    /// When the directory cannot be read, or holds a version that is not a number.
    pub fn read(dir: Option<&FormsDir>) -> Result<Self, Failure> {
        let mut texts = Self::default();
        for (file, text) in BUILT_IN {
            texts.add(Path::new(file), text.to_owned(), true)?;
        }
        let files = dir.map(files_in).transpose()?.unwrap_or_default();
        if let Some(dir) = dir.filter(|_| files.is_empty()) {
            return Err(Failure::usage(format!("{dir}: there is no form below this directory"))
                .hint("forms are files as in receipt/1.json; name the directory that holds receipt"));
        }
        for file in files {
            let text = text::of_file(&file)?;
            texts.add(&file, text, false)?;
        }
        Ok(texts)
    }

    fn add(&mut self, file: &Path, text: String, built_in: bool) -> Result<(), Failure> {
        let name = file.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy().into_owned();
        let version = file.file_stem().and_then(|stem| stem.to_str()?.parse().ok()).ok_or_else(|| {
            Failure::usage(format!("{}: the file name of a form is its version, a number", file.display()))
                .hint("name it as in vendor_invoice/1.json")
        })?;
        self.0.insert((name, version), Source { file: file.display().to_string(), text, built_in });
        Ok(())
    }

    /// File and text of a form; the newest version when none is named.
    #[must_use]
    pub fn get(&self, name: &str, version: Option<u32>) -> Option<(&str, &str)> {
        self.source(name, version).map(|source| (source.file.as_str(), source.text.as_str()))
    }

    /// As [`Self::get`], with where it comes from.
    #[must_use]
    pub fn source(&self, name: &str, version: Option<u32>) -> Option<&Source> {
        let mut versions =
            self.0.iter().filter(|((form, number), _)| form == name && version.is_none_or(|v| v == *number));
        versions.next_back().map(|(_, source)| source)
    }

    /// All of them, by name and version.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.0.values()
    }

    /// `name/version` of every form.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.0.keys().map(|(name, version)| format!("{name}/{version}")).collect()
    }

    /// Parses all of them.
    ///
    /// # Errors
    /// Every mistake in every file.
    pub fn parse(&self) -> Result<Vec<Form>, Failure> {
        let mut forms = Vec::new();
        let mut mistakes = Vec::new();
        for Source { file, text, .. } in self.0.values() {
            match Form::parse(file, text) {
                Ok(form) => forms.push(form),
                Err(errors) => mistakes.extend(errors.into_iter().map(mistake)),
            }
        }
        if mistakes.is_empty() { Ok(forms) } else { Err(Failure::mistakes(mistakes)) }
    }
}

/// A mistake of a form as the user is told it.
#[must_use]
pub fn mistake(error: FormError) -> Mistake {
    Mistake { what: error.to_string(), hint: error.hint }
}

fn files_in(dir: &FormsDir) -> Result<Vec<PathBuf>, Failure> {
    files_of(&dir.path).map_err(|error| {
        Failure::io(dir, &error).hint("name a directory of <form>/<version>.json with forms.dir or --schemas")
    })
}

/// `<dir>/<name>/<version>.json`, sorted. Other files, as the cases beside a form, are left alone.
pub(crate) fn files_of(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for form in fs::read_dir(dir)? {
        let form = form?.path();
        if !form.is_dir() {
            continue;
        }
        for file in fs::read_dir(&form)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "json") {
                files.push(file);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// All forms: the built-in ones and those of `dir`.
///
/// # Errors
/// Every mistake in every file.
pub fn load(dir: Option<&FormsDir>) -> Result<Vec<Form>, Failure> {
    Texts::read(dir)?.parse()
}

/// Binds the forms to the sources and the reference tables of the configuration.
///
/// # Errors
/// When the configuration names a form that is not loaded, a table cannot be loaded, or one that a form requires is not
/// configured.
pub fn bind(forms: &[Form], config: &Config) -> Result<Forms, Failure> {
    let loaded = tables::load(forms, &config.tables, &config.store)?;
    bind_tables(forms, config, &tables::only(loaded))
}

/// As [`bind`], to tables that are loaded already.
///
/// # Errors
/// When the configuration names a form that is not loaded, or a table that a form requires is not configured.
pub fn bind_tables(forms: &[Form], config: &Config, tables: &Tables) -> Result<Forms, Failure> {
    refuse_unknown(forms, config)?;
    let unbound = forms.iter().flat_map(|form| form.tables().iter().map(move |table| (form, table)));
    if let Some((form, table)) =
        unbound.into_iter().find(|(_, table)| table.required && tables.get(&table.name).is_none())
    {
        let (form, version, table) = (form.name(), form.version(), &table.name);
        return Err(Failure::usage(format!(
            "form {form}/{version} requires the table {table}, which is not configured"
        ))
        .hint(format!("add [{}] to the configuration, or give --table {table}=FILE", Name::from(["tables", table]))));
    }
    Forms::with_tables(forms, &config.sources, config.default_form.as_deref(), tables).map_err(Failure::usage)
}

/// Refuses names of forms in the configuration that are not loaded.
fn refuse_unknown(forms: &[Form], config: &Config) -> Result<(), Failure> {
    let is_loaded = |name: &str| forms.iter().any(|form| form.name() == name);
    let mistake = |NamedForm { name, said }: &NamedForm| {
        let hint = rules::nearest(name, forms.iter().map(Form::name)).map_or_else(
            || "`faircopy forms list` names the built-in ones; forms.dir adds others".to_owned(),
            |near| format!("did you mean {near}?"),
        );
        Mistake { what: format!("{said} names form {name}, which is not loaded"), hint: Some(hint) }
    };
    let unknown: Vec<_> = config.named_forms.iter().filter(|form| !is_loaded(&form.name)).map(mistake).collect();
    if unknown.is_empty() { Ok(()) } else { Err(Failure::mistakes(unknown)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dir_at(path: &Path) -> FormsDir {
        FormsDir::set(path.to_owned(), "f.toml:2")
    }

    /// A form that is added to `schemas/` must be added to the binary as well.
    #[test]
    fn every_form_of_the_repository_is_built_in() {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas");
        assert_eq!(Texts::read(Some(&dir_at(&dir))).unwrap().names(), Texts::read(None).unwrap().names());
    }

    #[test]
    fn a_directory_without_a_form_below_it_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("1.json"), "{}").unwrap();
        let refused = Texts::read(Some(&dir_at(dir.path()))).unwrap_err().to_string();
        let expected = format!("error: f.toml:2: forms.dir: {}: there is no form below", dir.path().display());
        assert!(refused.starts_with(&expected), "{refused}");
        let refused = Texts::read(Some(&std::ffi::OsString::from("nowhere").into())).unwrap_err().to_string();
        assert!(refused.starts_with("error: --schemas: nowhere: No such file"), "{refused}");
    }

    #[test]
    fn a_form_of_the_directory_replaces_the_built_in_one_and_the_newest_version_is_found() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("timesheet")).unwrap();
        fs::write(dir.path().join("timesheet/1.json"), "one").unwrap();
        fs::write(dir.path().join("timesheet/10.json"), "ten").unwrap();
        let forms = dir_at(dir.path());
        let texts = Texts::read(Some(&forms)).unwrap();
        assert_eq!(texts.get("timesheet", Some(1)).unwrap().1, "one");
        assert_eq!(texts.get("timesheet", None).unwrap().1, "ten");
        assert!(texts.get("timesheet", Some(2)).is_none());
        fs::write(dir.path().join("timesheet/new.json"), "").unwrap();
        assert!(Texts::read(Some(&forms)).unwrap_err().to_string().contains("hint: name it as in"));
    }
}
