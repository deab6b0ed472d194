//! Names of settings: the keys that lead to one.

use super::ENVIRONMENT_PREFIX;
use std::{borrow::Cow, fmt};

/// The keys that lead to a setting or to a section, from the top of the file. A key may have dots in it, as the name of the source in
/// `[sources."acme.example"]`; written, it is then in quotes.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(Vec<String>);

impl Name {
    /// The keys, from the top.
    pub(super) fn keys(&self) -> &[String] {
        &self.0
    }

    /// What is called so directly below this.
    pub(super) fn below(&self, key: &str) -> Self {
        Self(self.0.iter().cloned().chain([key.to_owned()]).collect())
    }

    /// The first key by which another name goes on below this one; `None` when it is this or stands elsewhere.
    pub(super) fn next<'o>(&self, other: &'o Self) -> Option<&'o str> {
        other.0.strip_prefix(self.0.as_slice())?.first().map(String::as_str)
    }

    /// The same below `sources` or `tables`, where the first key is nearly that. There any name may follow, so that what stands below
    /// is like no other setting.
    pub(super) fn in_section_of_names(&self) -> Option<Self> {
        let (first, rest) = self.0.split_first()?;
        let near = rules::nearest(first, ["sources", "tables"]).filter(|near| near != first && !first.contains('.'))?;
        Some(rest.iter().fold(Self::from(near), |name, key| name.below(key)))
    }

    /// The variable that sets this. Names with other than small letters, digits and single underscores have none that would be read
    /// back.
    pub(super) fn variable(&self) -> String {
        format!("{ENVIRONMENT_PREFIX}{}", self.0.join("__").replace('.', "__").to_uppercase())
    }
}

impl From<&str> for Name {
    /// A section at the top.
    fn from(key: &str) -> Self {
        Self(vec![key.to_owned()])
    }
}

impl<const N: usize> From<[&str; N]> for Name {
    fn from(keys: [&str; N]) -> Self {
        Self(keys.map(str::to_owned).into())
    }
}

impl FromIterator<String> for Name {
    fn from_iter<I: IntoIterator<Item = String>>(keys: I) -> Self {
        Self(keys.into_iter().collect())
    }
}

/// As it is written in the file.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys: Vec<_> = self.0.iter().map(|key| written(key)).collect();
        f.write_str(&keys.join("."))
    }
}

/// A key as TOML: quoted unless it is a bare one.
fn written(key: &str) -> Cow<'_, str> {
    let is_bare = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_bare { Cow::Borrowed(key) } else { Cow::Owned(toml::Value::String(key.to_owned()).to_string()) }
}
