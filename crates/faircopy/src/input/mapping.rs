//! The mapping file: which column of a foreign file, or which member of its JSON records, is which field of the form.
//!
//! ```toml
//! ignore = ["Comment"]
//! [fields]
//! "Award ID" = "/award_id"
//! "Line 1 amount" = "/lines/0/amount"
//! ```

use crate::{
    failure::{Failure, Mistake},
    text,
};
use std::{collections::BTreeMap, path::Path};
use toml::Spanned;

/// A mapping that was read.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    /// Pointer of the field by name of the column or member.
    pub(super) fields: BTreeMap<String, String>,
    /// Columns or members that are left out.
    pub(super) ignore: Vec<String>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    fields: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    ignore: Vec<String>,
}

impl Mapping {
    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.ignore.is_empty()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, and for every mistake in it.
    pub fn load(file: &Path) -> Result<Self, Failure> {
        let text = text::of_file(file)?;
        Self::parse(&file.display().to_string(), &text).map_err(Failure::mistakes)
    }

    pub(super) fn parse(file: &str, text: &str) -> Result<Self, Vec<Mistake>> {
        let line = |byte: usize| 1 + text.bytes().take(byte).filter(|byte| *byte == b'\n').count();
        let raw: Raw = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(1, |span| line(span.start));
            let what = error.message().lines().collect::<Vec<_>>().join(": ");
            let hint = "a mapping has [fields] with \"column\" = \"/pointer\", and ignore = [\"column\", …]";
            vec![Mistake { what: format!("{file}:{at}: {what}"), hint: Some(hint.to_owned()) }]
        })?;
        let mistakes: Vec<_> = raw
            .fields
            .values()
            .filter(|pointer| !pointer.get_ref().starts_with('/'))
            .map(|pointer| Mistake {
                what: format!("{file}:{}: a field is written as a JSON Pointer", line(pointer.span().start)),
                hint: Some(format!("did you mean \"/{}\"?", pointer.get_ref())),
            })
            .collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let fields = raw.fields.into_iter().map(|(column, pointer)| (column, pointer.into_inner())).collect();
        Ok(Self { fields, ignore: raw.ignore })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_name_their_line() {
        let mistakes = Mapping::parse("m.toml", "[fields]\na = \"/x\"\nb = \"y\"\n").unwrap_err();
        assert_eq!(mistakes[0].what, "m.toml:3: a field is written as a JSON Pointer");
        assert_eq!(mistakes[0].hint.as_deref(), Some("did you mean \"/y\"?"));
        let mistakes = Mapping::parse("m.toml", "ignored = []\n").unwrap_err();
        assert!(mistakes[0].what.starts_with("m.toml:1: unknown field"), "{}", mistakes[0].what);
    }
}
