//! `faircopy topics`: the topics of a Kafka cluster, planned and made.

use super::Place;
use crate::{
    config::Config,
    failure::{Exit, Failure},
    text,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use transport::{
    kafka::{
        Settings,
        admin::{self, Plan, Role, Step, Wish},
    },
    local::Retention,
};

/// Arguments of `faircopy topics`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub action: Action,
}

/// What `faircopy topics` can do.
#[derive(Debug, clap::Subcommand)]
pub enum Action {
    /// Show what is to be done about each topic, and do nothing; exit code 1 when there is something
    Plan(Wanted),
    /// Make the topics that are missing, and change what can safely be changed; nothing when a topic is refused
    Apply(Wanted),
}

/// What is wanted.
#[derive(Debug, clap::Args)]
pub struct Wanted {
    #[command(flatten)]
    place: Place,
    /// Copies of each partition of new topics; the brokers' default when left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    replicas: Option<u32>,
    /// Accept one copy, even though there are brokers for more
    #[arg(long)]
    single_copy: bool,
    /// Partitions of raw, which may grow at any time, and of new outputs; when left out, new topics get 6
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    raw_partitions: Option<u32>,
    /// Print JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Runs the command.
///
/// # Errors
/// When the configuration names no brokers, or they do not answer, or refuse.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let (wanted, is_apply) = match &args.action {
        Action::Plan(wanted) => (wanted, false),
        Action::Apply(wanted) => (wanted, true),
    };
    let config = wanted.place.open()?;
    let settings = config.kafka.as_ref().ok_or_else(|| {
        Failure::usage("the configuration names no kafka.brokers").hint("the embedded store makes its topics by itself")
    })?;
    let wish = wanted.wish(&config);
    let plan = if is_apply { admin::apply(settings, &wish) } else { admin::plan(settings, &wish) };
    let plan = plan.map_err(transport::Error::from)?;
    let is_done = plan.is_fine() || (is_apply && !plan.is_refused());
    text::print(&if wanted.json { document(&plan, is_done) } else { table(&plan, settings, is_apply) })?;
    Ok(if is_done { Exit::Clean } else { Exit::Findings })
}

impl Wanted {
    fn wish(&self, config: &Config) -> Wish {
        let age = |retention: Retention| {
            let millis = u64::try_from(retention.age_ms?).ok()?;
            Some(Duration::from_millis(millis))
        };
        let local = &config.local;
        let ages = [
            (Role::Raw, local.raw),
            (Role::Clean, local.clean),
            (Role::Rejects, local.rejects),
            (Role::Duplicates, local.duplicates),
        ];
        let ages: BTreeMap<_, _> =
            ages.into_iter().filter_map(|(role, retention)| Some((role, age(retention)?))).collect();
        let Self { raw_partitions, replicas, single_copy, .. } = *self;
        Wish { raw_partitions, replicas, single_copy, ages }
    }
}

/// For people: a line per topic, and below it what is to be set, changed or looked at.
fn table(plan: &Plan, settings: &Settings, is_applied: bool) -> String {
    let mut rows = Vec::new();
    for (topic, step) in &plan.topics {
        let mut details = details(step).into_iter();
        rows.push(vec![topic.clone(), word(step).to_owned(), details.next().unwrap_or_default()]);
        rows.extend(details.map(|detail| vec![String::new(), String::new(), detail]));
    }
    let done = if plan.is_refused() {
        "refused: nothing is done before somebody has looked at it; docs/kafka.md has the reasons"
    } else if plan.is_fine() {
        "all topics are as they should be"
    } else if is_applied {
        "done"
    } else {
        "`faircopy topics apply` does this"
    };
    format!("{}\n{}: {done}\n", text::columns(&rows), settings.brokers)
}

fn word(step: &Step) -> &'static str {
    match step {
        Step::Create { .. } => "create",
        Step::Fine => "fine",
        Step::Change(_) => "change",
        Step::Refused(_) => "refused",
    }
}

fn details(step: &Step) -> Vec<String> {
    match step {
        Step::Fine => Vec::new(),
        Step::Create { partitions, replicas, settings } => {
            let mut details = vec![format!("partitions = {partitions}, replicas = {replicas}")];
            details.extend(settings.iter().map(|(name, value)| format!("{name} = {value}")));
            details
        }
        Step::Change(changes) => {
            changes.iter().map(|change| format!("{} = {} -> {}", change.setting, change.from, change.to)).collect()
        }
        Step::Refused(reasons) => reasons.clone(),
    }
}

/// For machines.
fn document(plan: &Plan, is_done: bool) -> String {
    let topics: Vec<Value> = plan
        .topics
        .iter()
        .map(|(topic, step)| {
            let mut told = json!({ "topic": topic, "step": word(step) });
            match step {
                Step::Fine => {}
                Step::Create { partitions, replicas, settings } => {
                    let settings: serde_json::Map<_, _> =
                        settings.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
                    told["partitions"] = Value::from(*partitions);
                    told["replicas"] = Value::from(*replicas);
                    told["settings"] = Value::from(settings);
                }
                Step::Change(changes) => {
                    let change = |change: &admin::Change| {
                        json!({ "setting": change.setting, "from": change.from, "to": change.to })
                    };
                    told["changes"] = changes.iter().map(change).collect();
                }
                Step::Refused(reasons) => told["reasons"] = Value::from(reasons.clone()),
            }
            told
        })
        .collect();
    format!("{}\n", json!({ "topics": topics, "done": is_done }))
}
