//! `company`: names of companies, without their legal form.

use super::{joined, words};

/// Legal forms as words of a match form. Forms of several words are found from their last word on.
const FORMS: &[&str] = &[
    // United States, United Kingdom, Ireland, Canada, Australia, South Africa, India, South-East Asia
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "llc",
    "llp",
    "lp",
    "lllp",
    "pllc",
    "pc",
    "pa",
    "ltd",
    "limited",
    "plc",
    "ltda",
    "pty",
    "proprietary",
    "pte",
    "pvt",
    "private",
    "bhd",
    "sdn",
    "cc",
    "npc",
    "ulc",
    // Germany, Austria, Switzerland, Netherlands, Belgium
    "gmbh",
    "ggmbh",
    "mbh",
    "ag",
    "kg",
    "kgaa",
    "ohg",
    "gbr",
    "ug",
    "ev",
    "eg",
    "eu",
    "se",
    "bv",
    "nv",
    "vof",
    "cv",
    "bvba",
    "sprl",
    "cvba",
    // France, Italy, Spain, Portugal, Latin America
    "sa",
    "sarl",
    "sas",
    "sasu",
    "snc",
    "eurl",
    "srl",
    "spa",
    "sapa",
    "sl",
    "slu",
    "sau",
    "cia",
    "lda",
    "sab",
    // the North and the East
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "ky",
    "kft",
    "zrt",
    "nyrt",
    "doo",
    "dd",
    "ad",
    "ood",
    "eood",
    "sro",
    "ooo",
    "oao",
    "pao",
    "zao",
    "kk",
    "gk",
];

/// Legal forms that are keyed as several words.
const SPACED: &[&[&str]] = &[
    &["l", "l", "c"],
    &["l", "l", "p"],
    &["l", "p"],
    &["p", "l", "c"],
    &["p", "c"],
    &["p", "a"],
    &["s", "a"],
    &["s", "l"],
    &["s", "a", "s"],
    &["s", "r", "l"],
    &["s", "p", "a"],
    &["b", "v"],
    &["n", "v"],
    &["a", "g"],
    &["a", "s"],
    &["e", "v"],
    &["e", "k"],
    &["sp", "z", "oo"],
    &["sp", "zoo"],
    &["sp", "z", "o", "o"],
    &["sa", "de", "cv"],
    &["g", "m", "b", "h"],
    &["k", "k"],
];

/// A company's name in lower case, without accents, punctuation, and the legal forms at its end: `ACME, Inc.` is
/// `acme`, `Müller & Söhne GmbH & Co. KG` is `muller and sohne`. At least one word is kept, so a company that is called
/// `The Limited` or `SA` still has a name. Numbers are kept: branches of a bank differ in nothing else.
pub(crate) fn company(text: &str) -> String {
    let mut words = words(text);
    let mut kept = words.len();
    while let Some(shorter) = without_form(&words[..kept]) {
        kept = shorter;
    }
    words.truncate(kept);
    joined(&words, text)
}

/// How many words are left without the legal form at the end; `None` when there is none, or nothing would be left.
fn without_form(words: &[String]) -> Option<usize> {
    let last = words.last()?;
    let spaced = SPACED.iter().filter(|form| ends_with(words, form)).map(|form| form.len());
    let length = spaced.chain(FORMS.contains(&last.as_str()).then_some(1)).max()?;
    let mut kept = words.len() - length;
    // The "and" of "GmbH & Co. KG" and of "Smith & Co".
    kept -= usize::from(kept > 1 && words[kept - 1] == "and");
    (kept > 0).then_some(kept)
}

fn ends_with(words: &[String], end: &[&str]) -> bool {
    words.len() >= end.len() && words[words.len() - end.len()..].iter().zip(end).all(|(word, form)| word == form)
}
