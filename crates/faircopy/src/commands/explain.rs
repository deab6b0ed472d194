//! `faircopy explain`: what a reject code means and what to do about it.

use crate::{
    failure::{Exit, Failure},
    text,
};
use record::{Code, Owner, code::Allowed};
use std::fmt::Write as _;

/// Arguments of `faircopy explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The code, as in `SUM.MISMATCH`; a group, as in `SUM`; all codes when left out
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such code.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let page = match &args.code {
        None => list(Code::ALL.iter().copied()),
        Some(name) => match name.parse::<Code>() {
            Ok(code) => page(code),
            Err(_) => group(name)?,
        },
    };
    text::print(&page)?;
    Ok(Exit::Clean)
}

/// The codes of a group, one a line.
fn group(name: &str) -> Result<String, Failure> {
    let group = name.trim_end_matches('.').to_ascii_uppercase();
    let codes: Vec<_> = Code::ALL.iter().copied().filter(|code| group_of(*code) == group).collect();
    if codes.is_empty() {
        let hint = text::nearest(name, Code::ALL.iter().map(|code| code.as_str())).map_or_else(
            || "`faircopy explain` lists all codes".to_owned(),
            |near| format!("did you mean {near}? `faircopy explain` lists all codes"),
        );
        return Err(Failure::usage(format!("no code is named {name}")).hint(hint));
    }
    Ok(list(codes.into_iter()))
}

fn group_of(code: Code) -> &'static str {
    code.as_str().split('.').next().unwrap_or_default()
}

fn list(codes: impl Iterator<Item = Code>) -> String {
    let mut text = String::new();
    let mut last = "";
    for code in codes {
        if !last.is_empty() && last != group_of(code) {
            text.push('\n');
        }
        last = group_of(code);
        text.push_str(format!("{:<26}{}", code.as_str(), code.sentence()).trim_end());
        text.push('\n');
    }
    text
}

fn page(code: Code) -> String {
    let severity = match code.allowed() {
        Allowed::Hard => "rejects the record",
        Allowed::Soft => "a warning: never rejects the record by itself",
        Allowed::Either => "rejects the record unless the form says it is only a warning",
        Allowed::Batch => "concerns a batch, not a record",
    };
    let owner = match code.owner() {
        Owner::Keyer => "the person who keyed the record",
        Owner::Supervisor => "the keyer's supervisor",
        Owner::Client => "the client, or the system that sent the record",
        Owner::Ops => "those who run Faircopy",
    };
    let mut page = format!("{code}: {}\n\n", code.sentence());
    let mut row = |name: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a String cannot fail.
            let _infallible = writeln!(page, "{name:<13}{value}");
        }
    };
    row("what to do", code.advice());
    row("who mends it", owner);
    row("severity", severity);
    row("like", code.like());
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_page_that_says_what_to_do() {
        for code in Code::ALL {
            assert!(page(*code).contains("what to do"), "{code}");
        }
    }

    #[test]
    fn a_misspelt_code_is_answered_with_the_nearest() {
        let failure = group("SUM.MISSMATCH").unwrap_err();
        assert!(failure.to_string().contains("did you mean SUM.MISMATCH?"), "{failure}");
    }

    #[test]
    fn a_group_lists_its_codes_only() {
        let list = group("dup").unwrap();
        assert!(list.contains("DUP.RECORD") && !list.contains("SUM.MISMATCH"));
    }
}
