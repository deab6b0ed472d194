//! `faircopy explain`: what a reject code means and what to do about it, and what the rejects of a file say.

mod rejects;

use crate::{
    failure::{Exit, Failure},
    text,
};
use record::{Code, Locale, Owner, code::Allowed};
use std::{fmt::Write as _, num::NonZeroUsize, path::Path};

/// Arguments of `faircopy explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, as in `SUM.MISMATCH`; a group, as in `SUM`; or a file of rejects as `judge` and `read rejects` write
    /// them (NDJSON, `-` is standard input); all codes when left out
    #[arg(value_name = "CODE|FILE")]
    pub code: Option<String>,
    /// Of a file, explain at most this many rejects
    #[arg(long, value_name = "N", default_value = "20")]
    pub limit: NonZeroUsize,
}

/// Runs the command.
///
/// # Errors
/// When there is no such code.
pub fn run(args: &Args, locale: Locale) -> Result<Exit, Failure> {
    let page = match &args.code {
        None => list(Code::ALL.iter().copied(), locale),
        Some(name) => match name.parse::<Code>() {
            Ok(code) => page(code, locale),
            Err(_) if name == "-" || Path::new(name).is_file() => {
                rejects::page(Path::new(name), args.limit.get(), locale)?
            }
            Err(_) => group(name, locale)?,
        },
    };
    text::print(&page)?;
    Ok(Exit::Clean)
}

/// The codes of a group, one a line.
fn group(name: &str, locale: Locale) -> Result<String, Failure> {
    let group = name.trim_end_matches('.').to_ascii_uppercase();
    let codes: Vec<_> = Code::ALL.iter().copied().filter(|code| group_of(*code) == group).collect();
    if codes.is_empty() {
        let hint = rules::nearest(name, Code::ALL.iter().map(|code| code.as_str())).map_or_else(
            || "`faircopy explain` lists all codes".to_owned(),
            |near| format!("did you mean {near}? `faircopy explain` lists all codes"),
        );
        return Err(Failure::usage(format!("no code and no file is named {name}")).hint(hint));
    }
    Ok(list(codes.into_iter(), locale))
}

fn group_of(code: Code) -> &'static str {
    code.as_str().split('.').next().unwrap_or_default()
}

fn list(codes: impl Iterator<Item = Code>, locale: Locale) -> String {
    let mut text = String::new();
    let mut last = "";
    for code in codes {
        if !last.is_empty() && last != group_of(code) {
            text.push('\n');
        }
        last = group_of(code);
        text.push_str(format!("{:<26}{}", code.as_str(), locale.sentence(code)).trim_end());
        text.push('\n');
    }
    text
}

fn page(code: Code, locale: Locale) -> String {
    let severity = match code.allowed() {
        Allowed::Hard => "hard",
        Allowed::Soft => "soft",
        Allowed::Either => "either",
        Allowed::Batch => "batch",
    };
    let owner = match code.owner() {
        Owner::Keyer => "keyer",
        Owner::Supervisor => "supervisor",
        Owner::Client => "client",
        Owner::Ops => "ops",
    };
    let rows = [
        ("what_to_do", locale.advice(code)),
        ("who_mends", locale.word(owner)),
        ("severity", locale.word(severity)),
        ("like", code.like()),
    ];
    let mut page = format!("{code}: {}\n\n", locale.sentence(code));
    let width = rows.iter().map(|(name, _)| locale.word(name).chars().count()).max().unwrap_or(0) + 2;
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        // Writing to a String cannot fail.
        let _infallible = writeln!(page, "{:<width$}{value}", locale.word(name));
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_says_what_to_do() {
        for code in Code::ALL {
            assert!(page(*code, Locale::En).contains("what to do"), "{code}");
        }
    }

    #[test]
    fn a_misspelt_code_is_answered_with_the_nearest() {
        let failure = group("SUM.MISSMATCH", Locale::En).unwrap_err();
        assert!(failure.to_string().contains("did you mean SUM.MISMATCH?"), "{failure}");
    }

    #[test]
    fn a_group_lists_its_codes_only() {
        let list = group("dup", Locale::En).unwrap();
        assert!(list.contains("DUP.RECORD") && !list.contains("SUM.MISMATCH"));
    }
}
