//! One field, as the judge treats it: `text`, then its normalizers, then its checks.

use record::RecordTime;
use rules::{
    Profile,
    check::check,
    field::{Annotation, Refusal, Settings},
    normalize::normalizer,
};

/// A field to try values on.
#[derive(Default)]
pub(crate) struct Field {
    normalize: Vec<&'static str>,
    check: Vec<&'static str>,
    pub(crate) profile: Profile,
    /// Scale, century and other settings; its normalizers and checks are not looked at.
    pub(crate) annotation: Annotation,
    pub(crate) time: Option<RecordTime>,
}

impl Field {
    /// A field with these normalizers and checks. An unknown name fails the test.
    pub(crate) fn new(normalize: &[&'static str], check: &[&'static str]) -> Self {
        Self { normalize: normalize.to_vec(), check: check.to_vec(), ..Self::default() }
    }

    /// The clean value; empty when the value is blank, and so missing.
    pub(crate) fn run(&self, raw: &str) -> Result<String, Refusal> {
        let settings = Settings { profile: &self.profile, annotation: &self.annotation, time: self.time };
        let mut value = raw.to_owned();
        for name in ["text"].iter().chain(&self.normalize) {
            let (_, normalize) = normalizer(name).unwrap_or_else(|| panic!("no normalizer {name}"));
            if value.is_empty() {
                return Ok(value);
            }
            value = normalize(&value, &settings)?.unwrap_or(value);
        }
        for name in &self.check {
            let (_, check) = check(name).unwrap_or_else(|| panic!("no check {name}"));
            if !value.is_empty() {
                check(&value, &settings)?;
            }
        }
        Ok(value)
    }
}
