//! The command line: one subcommand per job, each with its arguments in its own module.

use crate::{commands, demo, generate};
use clap::{Parser, Subcommand};
use record::Locale;

/// Exit codes, as `--help` prints them.
const EXIT_CODES: &str = "Exit codes:
  0   done; every record is clean
  1   done; some records are rejects, a form has mistakes or fails its cases, or something is unaccounted for
  2   wrong usage or configuration
  70  a defect of the program: please report it
  75  could not go on for now (disk full, brokers away): nothing is lost, run again once the cause is gone
  78  somebody has to look first: the store is damaged or not ours, or topics or rights are not as they should be

Start with `faircopy demo`.";

/// Checks keyed records against forms, normalizes them, removes duplicates, and explains what it rejects.
#[derive(Debug, Parser)]
#[command(name = "faircopy", version, about, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Language of what is said about findings: en, de or es; that of LC_ALL, LC_MESSAGES or LANG when left out
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<Locale>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// The language asked for; else that of the environment when there are words in it, else English.
    #[must_use]
    pub fn locale(&self) -> Locale {
        self.lang.unwrap_or_else(|| of_environment(&|name| std::env::var(name).ok()))
    }
}

/// As POSIX has it: of `LC_ALL`, `LC_MESSAGES` and `LANG` the first that is set and not empty decides.
fn of_environment(variable: &dyn Fn(&str) -> Option<String>) -> Locale {
    let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
    let decides = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(set);
    decides.and_then(|name| Locale::of_posix(&name)).unwrap_or_default()
}

/// The jobs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show the whole line at work on generated records, and prove that every one is accounted for
    Demo(demo::Args),
    /// Judge files: clean records to one file, rejects to another
    Judge(commands::judge::Args),
    /// Run the pipeline as a service: a worker of the embedded store, or of a Kafka cluster
    Run(commands::run::Args),
    /// Append the records of files to the raw topic
    Put(commands::put::Args),
    /// Print the messages of a topic as NDJSON
    Read(commands::read::Args),
    /// Write realistic records, with keying mistakes of known truth
    Generate(generate::Args),
    /// Show how many rejects would pass now, and put them back on the raw topic
    Replay(commands::replay::Args),
    /// Prove that every raw record has exactly one outcome
    Reconcile(commands::reconcile::Args),
    /// Put, list or check reference tables
    Tables(commands::tables::Args),
    /// Plan and make the topics of a Kafka cluster
    Topics(commands::topics::Args),
    /// Look at forms, check them, test them, and write new ones from a sample file
    Forms(commands::forms::Args),
    /// Explain a reject code, or the rejects of a file
    Explain(commands::explain::Args),
    /// Check or show the configuration
    Config(commands::config::Args),
    /// Print shell completions
    Completions(commands::completions::Args),
}

/// Parses the arguments of the process; ends it with code 2 and a usage text when they are wrong.
#[must_use]
pub fn parse() -> Cli {
    Cli::parse()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_environment_decides_in_the_order_of_posix() {
        let locale = |set: &[(&str, &str)]| {
            of_environment(&|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(locale(&[("LANG", "de_DE.UTF-8")]), Locale::De);
        assert_eq!(locale(&[("LC_ALL", "C"), ("LANG", "de_DE")]), Locale::En);
        assert_eq!(locale(&[("LC_ALL", ""), ("LC_MESSAGES", "es_MX"), ("LANG", "de_DE")]), Locale::Es);
        assert_eq!(locale(&[]), Locale::En);
    }
}
