//! What watches the metrics is held to them: the dashboard, the alerts with their tests and runbook, and the list in docs.

use crate::metrics::{DESCRIBED, Kind};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Labels that Prometheus adds.
const ADDED: [&str; 2] = ["instance", "job"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// A question, where it stands, and the labels that the text beside it names.
struct Asked {
    place: String,
    expression: String,
    shown: Vec<String>,
}

/// Words between two marks.
fn between(text: &str, open: &str, close: &str) -> Vec<String> {
    text.split(open).skip(1).filter_map(|rest| Some(rest.split_once(close)?.0.trim().to_owned())).collect()
}

fn dashboard() -> Vec<Asked> {
    let dashboard: serde_json::Value = serde_json::from_str(&text("deploy/grafana/faircopy.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let asked = panels.iter().filter(|panel| panel["type"] != "row").flat_map(|panel| {
        let place = panel["title"].as_str().unwrap();
        panel["targets"].as_array().unwrap().iter().map(move |target| Asked {
            place: place.to_owned(),
            expression: target["expr"].as_str().unwrap().to_owned(),
            shown: between(target["legendFormat"].as_str().unwrap(), "{{", "}}"),
        })
    });
    asked.collect()
}

/// The rules, each with what follows its name up to the next one.
fn rules() -> Vec<Asked> {
    let rules = text("deploy/prometheus/alerts.yaml");
    let rules = rules.replace("- record: ", "- alert: ");
    let each = rules.split("- alert: ").skip(1).map(|rule| Asked {
        place: rule.lines().next().unwrap().trim().to_owned(),
        expression: rule.lines().find_map(|line| line.trim().strip_prefix("expr: ")).expect(rule).to_owned(),
        shown: between(rule, "$labels.", " ").into_iter().map(|label| label.trim_matches(')').to_owned()).collect(),
    });
    each.collect()
}

fn alerts() -> Vec<String> {
    rules().into_iter().map(|rule| rule.place).filter(|name| !name.contains(':')).collect()
}

/// Words and signs of an expression, without what stands in quotes.
fn tokens(expression: &str) -> Vec<String> {
    let mut tokens = vec![];
    for (index, part) in expression.split('"').enumerate() {
        if index % 2 == 1 {
            continue;
        }
        let is_word = |c: char| c.is_ascii_alphanumeric() || "_:$".contains(c);
        let mut rest = part.trim_start();
        while let Some(first) = rest.chars().next() {
            let end = if is_word(first) { rest.find(|c| !is_word(c)).unwrap_or(rest.len()) } else { first.len_utf8() };
            tokens.push(rest[..end].to_owned());
            rest = rest[end..].trim_start();
        }
    }
    tokens
}

/// Labels that a series has; `None` when there is no such series.
fn labels(series: &str) -> Option<Vec<&'static str>> {
    if series.starts_with("faircopy:") {
        let recorded = rules().into_iter().any(|rule| rule.place == series);
        return recorded.then(|| vec!["instance", "form"]);
    }
    let (name, kind, named, _) = DESCRIBED.iter().find(|(name, ..)| {
        series.starts_with(name) && {
            let rest = &series[name.len()..];
            rest.is_empty() || ["_bucket", "_sum", "_count"].contains(&rest)
        }
    })?;
    let part = &series[name.len()..];
    let is_histogram = matches!(kind, Kind::Histogram(_));
    let added = ADDED.into_iter().chain((part == "_bucket").then_some("le"));
    (is_histogram != part.is_empty()).then(|| named.iter().copied().chain(added).collect())
}

/// What is wrong with a question.
fn faults(asked: &Asked) -> Vec<String> {
    let tokens = tokens(&asked.expression);
    let (mut faults, mut known) = (vec![], BTreeSet::from(["instance", "job"]));
    let mut named = asked.shown.clone();
    for (at, token) in tokens.iter().enumerate() {
        let inside = |close: &'static str| tokens[at + 1..].iter().skip(1).take_while(move |token| *token != close);
        if token.starts_with("faircopy") && tokens.get(at.wrapping_sub(1)).is_none_or(|before| before != "=") {
            let Some(labels) = labels(token) else {
                faults.push(format!("there is no series {token}"));
                continue;
            };
            if tokens.get(at + 1).is_some_and(|next| next == "{") {
                let words = inside("}").filter(|word| word.chars().all(|c| c.is_ascii_lowercase() || c == '_'));
                let unknown = words.filter(|word| !labels.contains(&word.as_str()));
                faults.extend(unknown.map(|word| format!("{token} has no label {word}")));
            }
            known.extend(labels);
        }
        if ["by", "on", "without", "ignoring"].contains(&token.as_str()) {
            named.extend(inside(")").filter(|word| *word != ",").cloned());
        }
    }
    faults
        .extend(named.iter().filter(|label| !known.contains(label.as_str())).map(|label| format!("no label {label}")));
    faults.into_iter().map(|fault| format!("{}: {fault}", asked.place)).collect()
}

#[test]
fn dashboard_and_alerts_ask_only_for_series_and_labels_that_there_are() {
    let (panels, rules) = (dashboard(), rules());
    assert!(panels.len() > 30 && rules.len() > 15, "{} and {} questions were found", panels.len(), rules.len());
    let found: Vec<_> = panels.iter().chain(&rules).flat_map(faults).collect();
    assert!(found.is_empty(), "{found:#?}");
    let ask =
        |expression: &str| faults(&Asked { place: "x".to_owned(), expression: expression.to_owned(), shown: vec![] });
    assert_eq!(ask("sum by (form) (rate(faircopy_rejects_total{code=~\"ID.*\"}[5m]))"), Vec::<String>::new());
    assert_eq!(ask("faircopy_reject_total"), ["x: there is no series faircopy_reject_total"]);
    assert_eq!(ask("faircopy_e2e_latency_seconds"), ["x: there is no series faircopy_e2e_latency_seconds"]);
    assert_eq!(ask("faircopy_ready{form=\"a\"}"), ["x: faircopy_ready has no label form"]);
    assert_eq!(ask("sum by (operator) (faircopy_rejects_total)"), ["x: no label operator"]);
}

#[test]
fn every_metric_is_watched_on_the_dashboard() {
    let asked: String = dashboard().into_iter().map(|asked| asked.expression).collect();
    let unseen: Vec<_> = DESCRIBED.iter().map(|(name, ..)| *name).filter(|name| !asked.contains(name)).collect();
    assert!(unseen.is_empty(), "{unseen:?}");
}

#[test]
fn every_alert_is_tested_to_fire_and_to_be_quiet_and_has_its_paragraph() {
    let tests = text("deploy/prometheus/alerts.test.yaml") + &text("deploy/prometheus/alerts.week.test.yaml");
    let (runbook, alerts) = (text("docs/runbook.md"), text("deploy/prometheus/alerts.yaml"));
    for name in self::alerts() {
        assert!(tests.contains(&format!("alertname: {name}\n")), "{name} is not tested to fire");
        assert!(tests.contains(&format!("alertname: {name}, eval_time: ")), "{name} is not tested to be quiet");
        assert!(runbook.contains(&format!("\n## {name}\n")), "{name} is not in the runbook");
        let link = format!("runbook_url: docs/runbook.md#{}\n", name.to_lowercase());
        assert!(alerts.contains(&link), "{name} does not link to its paragraph");
    }
    let told = runbook.lines().filter(|line| line.starts_with("## Faircopy")).count();
    assert_eq!(told, self::alerts().len(), "the runbook tells of an alert that there is not");
}

#[test]
fn the_list_in_docs_is_the_list() {
    let mut list = String::new();
    for (name, kind, labels, text) in DESCRIBED {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram(_) => "histogram",
        };
        writeln!(list, "| `{name}` | {kind} | {} | {text} |", labels.join(", ")).unwrap();
    }
    let docs = text("docs/metrics.md");
    let found: String = docs.lines().filter(|line| line.starts_with("| `")).map(|line| format!("{line}\n")).collect();
    assert_eq!(found, list);
}

/// Runs promtool; false when there is none, which only a machine of developers may be.
fn promtool(arguments: &[&str], paths: &[&Path]) -> bool {
    match Command::new("promtool").args(arguments).args(paths).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{said}");
            true
        }
        Err(error) => {
            assert!(std::env::var_os("CI").is_none(), "promtool: {error}");
            eprintln!("SKIPPED: promtool: {error} (apt-get install prometheus)");
            false
        }
    }
}

#[test]
fn prometheus_reads_the_rules_and_every_question_of_the_dashboard() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("dashboard.yaml");
    let mut rules = "groups:\n- name: dashboard\n  rules:\n".to_owned();
    for (index, asked) in dashboard().iter().enumerate() {
        let expression = asked.expression.replace("$__rate_interval", "5m").replace("$__range", "1h");
        writeln!(rules, "  - record: panel{index}\n    expr: {}", serde_json::json!(expression)).unwrap();
    }
    fs::write(&file, rules).unwrap();
    let prometheus = root().join("deploy/prometheus");
    if promtool(&["check", "rules"], &[&file, &prometheus.join("alerts.yaml")]) {
        promtool(
            &["test", "rules"],
            &["alerts.test.yaml", "alerts.week.test.yaml"]
                .map(|name| prometheus.join(name))
                .each_ref()
                .map(PathBuf::as_path),
        );
    }
}
