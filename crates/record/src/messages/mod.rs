//! What findings mean, in plain words of several languages. Only what people read on a screen comes from here: rejects
//! carry the sentence of the registry, so that their bytes do not depend on who reads them.
//!
//! `en.txt`, `de.txt` and `es.txt` hold the words; their layout stands in `en.txt`. Adding a language is adding a file and
//! a line in [`Locale`].

use crate::Code;
use std::{collections::HashMap, fmt::Write as _, str::FromStr, sync::OnceLock};

/// A language.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// German.
    De,
    /// Spanish.
    Es,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::En, Self::De, Self::Es];

    /// As written: `en`, `de`, `es`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Es => "es",
        }
    }

    /// The language of a POSIX locale, as in `de_DE.UTF-8`; `None` when there are no words in it.
    #[must_use]
    pub fn of_posix(name: &str) -> Option<Self> {
        let language = name.split(['_', '.', '@', '-']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| locale.as_str() == language)
    }

    fn catalogue(self) -> &'static Catalogue {
        static CATALOGUES: [OnceLock<Catalogue>; 3] = [const { OnceLock::new() }; 3];
        let (place, text) = match self {
            Self::En => (0, include_str!("en.txt")),
            Self::De => (1, include_str!("de.txt")),
            Self::Es => (2, include_str!("es.txt")),
        };
        CATALOGUES[place].get_or_init(|| Catalogue::read(text))
    }

    /// What a code means.
    #[must_use]
    pub fn sentence(self, code: Code) -> &'static str {
        self.entry(code).map_or(code.sentence(), |entry| entry.says)
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(self, code: Code) -> &'static str {
        self.entry(code).map_or(code.advice(), |entry| entry.advice)
    }

    /// What makes a finding of this code particular: a sentence for each template whose parameters are all there.
    /// `param` gives a parameter as text; what is a phrase of the program is told in the language.
    #[must_use]
    pub fn details(self, code: Code, param: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
        let details = self.entry(code).map_or(&[][..], |entry| &entry.details);
        let told = |name: &str| {
            let text = param(name)?;
            let phrase = if PHRASED.contains(&name) { self.phrase(&text) } else { None };
            Some(phrase.map_or(text, str::to_owned))
        };
        details.iter().filter_map(|detail| detail.fill(&told)).collect()
    }

    /// A word of the program, as in `received`; the name itself when the language has none.
    #[must_use]
    pub fn word(self, name: &'static str) -> &'static str {
        self.catalogue().words.get(name).copied().unwrap_or(name)
    }

    /// A phrase that rejects have in English, as in `9 digits`; `None` when the language has no other words for it.
    #[must_use]
    pub fn phrase(self, english: &str) -> Option<&'static str> {
        self.catalogue().phrases.get(english).copied()
    }

    /// The English phrases that the language has words for.
    pub fn phrases(self) -> impl Iterator<Item = &'static str> {
        self.catalogue().phrases.keys().copied()
    }

    fn entry(self, code: Code) -> Option<&'static Entry> {
        self.catalogue().entries.get(&code)
    }
}

/// There are no words in this language.
#[derive(Debug, thiserror::Error)]
#[error("the languages are en, de and es")]
pub struct UnknownLocale;

impl FromStr for Locale {
    type Err = UnknownLocale;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|locale| locale.as_str().eq_ignore_ascii_case(text)).ok_or(UnknownLocale)
    }
}

#[derive(Debug, Default)]
struct Catalogue {
    entries: HashMap<Code, Entry>,
    words: HashMap<&'static str, &'static str>,
    phrases: HashMap<&'static str, &'static str>,
}

/// The parameters that hold phrases of the program. In every other one stands data: names, values, codes.
const PHRASED: [&str; 3] = ["actual", "detail", "expected"];

/// The words for one code.
#[derive(Debug, Default)]
struct Entry {
    says: &'static str,
    advice: &'static str,
    details: Vec<Detail>,
}

/// A sentence with `{parameters}`.
#[derive(Debug)]
struct Detail {
    /// A parameter that must have a value.
    only: Option<(&'static str, &'static str)>,
    text: &'static str,
}

impl Catalogue {
    /// Reads a file; lines that fit nowhere are left out, which the tests do not let pass.
    fn read(text: &'static str) -> Self {
        let mut catalogue = Self::default();
        let mut code = None;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            if let Some((english, phrase)) = line.strip_prefix('"').and_then(|line| line.split_once('"')) {
                catalogue.phrases.insert(english, phrase.trim_start());
                continue;
            }
            let (word, rest) = line.trim_start().split_once(' ').unwrap_or((line.trim(), ""));
            let rest = rest.trim_start();
            if !line.starts_with(' ') {
                code = word.parse::<Code>().ok();
                if code.is_none() {
                    catalogue.words.insert(word, rest);
                }
                continue;
            }
            let Some(entry) = code.map(|code| catalogue.entries.entry(code).or_default()) else { continue };
            match word {
                "says" => entry.says = rest,
                "do" => entry.advice = rest,
                _ => entry.details.push(Detail::read(rest)),
            }
        }
        catalogue
    }
}

impl Detail {
    fn read(text: &'static str) -> Self {
        let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
        match first.split_once('=') {
            Some(only) => Self { only: Some(only), text: rest.trim_start() },
            None => Self { only: None, text },
        }
    }

    fn fill(&self, param: &dyn Fn(&str) -> Option<String>) -> Option<String> {
        if let Some((name, value)) = self.only
            && param(name).as_deref() != Some(value)
        {
            return None;
        }
        let mut filled = String::new();
        let mut rest = self.text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}')?;
            // Writing to a String cannot fail.
            let _infallible = write!(filled, "{before}{}", param(name)?);
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    #[cfg(test)]
    fn parameters(&self) -> Vec<&'static str> {
        let named = self.text.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0));
        self.only.map(|(name, _)| name).into_iter().chain(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    const TEXTS: [&str; 3] = [include_str!("en.txt"), include_str!("de.txt"), include_str!("es.txt")];

    #[test]
    fn every_language_has_words_for_every_code() {
        for locale in Locale::ALL {
            for code in Code::ALL {
                let entry = locale.entry(*code).unwrap_or_else(|| panic!("{code} is missing in {locale:?}"));
                for text in [entry.says, entry.advice] {
                    assert!(text.len() > 5 && text.ends_with('.'), "{locale:?} {code}: {text:?}");
                }
            }
        }
    }

    /// The sentences of a language may come in another order, but none may forget a parameter.
    #[test]
    fn every_language_uses_the_same_parameters() {
        for code in Code::ALL {
            let of = |locale: Locale| -> BTreeSet<Vec<&str>> {
                locale.entry(*code).unwrap().details.iter().map(Detail::parameters).collect()
            };
            for locale in Locale::ALL {
                assert_eq!(of(locale), of(Locale::En), "{locale:?} {code}");
            }
        }
    }

    #[test]
    fn every_language_has_the_same_words() {
        let of = |locale: Locale| locale.catalogue().words.keys().copied().collect::<BTreeSet<_>>();
        for locale in Locale::ALL {
            assert_eq!(of(locale), of(Locale::En), "{locale:?}");
            assert!(locale.catalogue().words.values().all(|word| !word.is_empty()), "{locale:?}");
        }
    }

    #[test]
    fn every_language_but_english_has_the_same_phrases() {
        let of = |locale: Locale| locale.catalogue().phrases.keys().copied().collect::<BTreeSet<_>>();
        assert!(of(Locale::En).is_empty());
        assert_eq!(of(Locale::Es), of(Locale::De));
        assert!(Locale::ALL.into_iter().all(|locale| locale.catalogue().phrases.values().all(|told| !told.is_empty())));
    }

    #[test]
    fn phrases_are_told_in_the_language_and_data_as_they_are() {
        let param = |name: &str| matches!(name, "expected" | "suggestion").then(|| "number".to_owned());
        assert!(Locale::De.details(Code::FmtPattern, &param)[0].contains(" Zahl"));
        assert!(Locale::En.details(Code::FmtPattern, &param)[0].contains(" number"));
        assert_eq!(Locale::De.details(Code::StrUnknownField, &param), ["Meinten Sie number?"]);
    }

    #[test]
    fn no_line_of_a_file_is_lost() {
        for (locale, text) in Locale::ALL.into_iter().zip(TEXTS) {
            let catalogue = locale.catalogue();
            let count = |word: &str| text.lines().filter(|line| line.starts_with(&format!("  {word} "))).count();
            assert_eq!(catalogue.entries.len(), Code::ALL.len(), "{locale:?}");
            assert_eq!(count("says") + count("do"), 2 * Code::ALL.len(), "{locale:?}");
            let details: usize = catalogue.entries.values().map(|entry| entry.details.len()).sum();
            assert_eq!(count("detail"), details, "{locale:?}");
            let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).count();
            let others = catalogue.words.len() + catalogue.phrases.len();
            assert_eq!(lines, 3 * Code::ALL.len() + details + others, "{locale:?}");
        }
    }

    #[test]
    fn details_are_told_when_their_parameters_are_there() {
        let param = |name: &str| match name {
            "suggestion" => Some("GERMANY".to_owned()),
            "reason" => Some("order".to_owned()),
            _ => None,
        };
        assert_eq!(Locale::En.details(Code::ValEnum, &param), ["Did you mean GERMANY?"]);
        assert_eq!(Locale::De.details(Code::ValEnum, &param), ["Meinten Sie GERMANY?"]);
        assert_eq!(Locale::Es.details(Code::FmtDateAmbiguous, &param).len(), 1);
        assert!(Locale::En.details(Code::StrTooLong, &param).is_empty());
    }

    #[test]
    fn languages_are_found_by_their_posix_names() {
        for (name, locale) in
            [("de_DE.UTF-8", Some(Locale::De)), ("es", Some(Locale::Es)), ("C.UTF-8", None), ("", None)]
        {
            assert_eq!(Locale::of_posix(name), locale, "{name}");
        }
        assert_eq!("DE".parse::<Locale>().unwrap(), Locale::De);
        assert!("fr".parse::<Locale>().is_err());
    }
}
