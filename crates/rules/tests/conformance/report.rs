//! Counting, decisions, and the sections of `docs/conformance.md`.

use serde_json::Value;
use std::{
    collections::BTreeMap,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

/// What became of one case of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Outcome {
    /// As the set says.
    Agree,
    /// Refused though the set says yes: costs a look. Needs a decision.
    Refused,
    /// Accepted in silence though the set says no, or says another value. WRONG without a decision.
    Accepted,
}

impl Outcome {
    /// Of a case that is right or wrong, where ours is yes or no.
    pub(crate) fn of(valid: bool, accepted: bool) -> Self {
        match (valid, accepted) {
            (true, false) => Self::Refused,
            (false, true) => Self::Accepted,
            _ => Self::Agree,
        }
    }

    /// Of a case with a value; `None` on either side: there is none, or ours refuses.
    pub(crate) fn of_value(expected: Option<&str>, ours: Option<&str>) -> Self {
        match (expected, ours) {
            (expected, ours) if expected == ours => Self::Agree,
            (_, Some(_)) => Self::Accepted,
            (_, None) => Self::Refused,
        }
    }
}

/// A disagreement that is right, and why.
#[derive(Debug)]
pub(crate) struct Decision {
    /// The row of the set's table that it is about.
    pub(crate) row: &'static str,
    /// What became of the cases.
    pub(crate) outcome: Outcome,
    /// The cases by name; one that ends in `*` stands for all that begin so. One that matches no case fails the test.
    pub(crate) cases: &'static [&'static str],
    /// Why ours is right, or what it costs.
    pub(crate) why: &'static str,
}

impl Decision {
    fn covers(&self, row: &str, outcome: Outcome, case: &str) -> Option<usize> {
        let fits = |name: &&str| name.strip_suffix('*').map_or(*name == case, |begin| case.starts_with(begin));
        if self.row != row || self.outcome != outcome { None } else { self.cases.iter().position(fits) }
    }
}

/// Cases by outcome; those accepted under a decision apart.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    agree: usize,
    refused: usize,
    decided: usize,
    wrong: usize,
}

impl Tally {
    fn cells(self) -> String {
        let Self { agree, refused, decided, wrong } = self;
        let cases = agree + refused + decided + wrong;
        [cases, agree, refused, decided, wrong].map(|count| format!(" {} |", grouped(count))).concat()
    }

    fn plus(self, other: Self) -> Self {
        Self {
            agree: self.agree + other.agree,
            refused: self.refused + other.refused,
            decided: self.decided + other.decided,
            wrong: self.wrong + other.wrong,
        }
    }
}

/// A set of others' cases, and what was measured with it.
pub(crate) struct Set {
    name: &'static str,
    folder: PathBuf,
    decisions: &'static [Decision],
    /// Per decision, per name in its `cases`: how many cases it covered.
    covered: Vec<Vec<usize>>,
    rows: Vec<(String, Tally)>,
    facts: Vec<(String, String, String)>,
    failures: Vec<String>,
}

impl Set {
    /// The set of this name; `None`, with a message, where it is absent.
    pub(crate) fn open(name: &'static str, decisions: &'static [Decision]) -> Option<Self> {
        let Some(folder) =
            root().ancestors().map(|folder| folder.join("shared/data").join(name)).find(|at| at.exists())
        else {
            println!("skipped: ../shared/data/{name} is not here");
            return None;
        };
        Some(Self { folder, ..Self::own(name, decisions) })
    }

    /// A set that is made here, as random numbers are.
    pub(crate) fn own(name: &'static str, decisions: &'static [Decision]) -> Self {
        let covered = decisions.iter().map(|decision| vec![0; decision.cases.len()]).collect();
        Self {
            name,
            folder: PathBuf::new(),
            decisions,
            covered,
            rows: Vec::new(),
            facts: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// A file or folder of the set.
    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// A text of the set.
    pub(crate) fn text(&self, file: &str) -> String {
        let path = self.path(file);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The lines of an NDJSON file of the set.
    pub(crate) fn lines(&self, file: &str) -> Vec<Value> {
        self.text(file).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Counts one case. `case` names it within its row; it is told when a decision is missing.
    pub(crate) fn case(&mut self, row: &str, case: &str, outcome: Outcome) {
        let at = self.rows.iter().position(|(name, _)| name == row).unwrap_or_else(|| {
            self.rows.push((row.to_owned(), Tally::default()));
            self.rows.len() - 1
        });
        let tally = &mut self.rows[at].1;
        if outcome == Outcome::Agree {
            tally.agree += 1;
            return;
        }
        let covering = |(at, decision): (usize, &Decision)| Some((at, decision.covers(row, outcome, case)?));
        let decided = self.decisions.iter().enumerate().find_map(covering);
        match outcome {
            Outcome::Agree => {}
            Outcome::Refused => tally.refused += 1,
            Outcome::Accepted if decided.is_some() => tally.decided += 1,
            Outcome::Accepted => tally.wrong += 1,
        }
        match decided {
            Some((decision, name)) => self.covered[decision][name] += 1,
            None => self.failures.push(format!("{row}: {outcome:?} without a decision: {case}")),
        }
    }

    /// A fact about the set that must be met.
    pub(crate) fn fact(&mut self, what: &str, says: impl ToString, measured: impl ToString) {
        let (says, measured) = (shown(says), shown(measured));
        if says != measured {
            self.failures.push(format!("{what}: the set says {says}, measured is {measured}"));
        }
        self.facts.push((what.to_owned(), says, measured));
    }

    /// A figure that the set has no opinion on; the published one is held against it all the same.
    pub(crate) fn measured(&mut self, what: &str, measured: impl ToString) {
        self.facts.push((what.to_owned(), "–".to_owned(), shown(measured)));
    }

    /// Something that must not be, as a panic or a wrong replay.
    pub(crate) fn fail(&mut self, what: String) {
        self.failures.push(what);
    }

    /// Fails on what is undecided or decided in vain, and holds the published section against what was measured.
    pub(crate) fn finish(mut self) {
        self.settle();
        let published = publish(self.name, &self.section());
        if let Err(what) = published {
            self.failures.push(what);
        }
        self.assert();
    }

    /// As `finish`, without the published section: for a run over less than the section is about.
    pub(crate) fn finish_part(mut self) {
        self.settle();
        println!("{}", self.section());
        self.assert();
    }

    fn settle(&mut self) {
        for (decision, covered) in self.decisions.iter().zip(&self.covered) {
            for (name, _) in decision.cases.iter().zip(covered).filter(|(_, count)| **count == 0) {
                self.failures.push(format!("{}: a decision about no case: {name}", decision.row));
            }
            if decision.outcome == Outcome::Accepted && decision.cases.contains(&"*") {
                self.failures.push(format!("{}: cases accepted against the set are named one by one", decision.row));
            }
        }
    }

    fn assert(&self) {
        let shown = self.failures.iter().take(200).cloned().collect::<Vec<_>>().join("\n");
        assert!(self.failures.is_empty(), "{}: {} failures\n{shown}", self.name, self.failures.len());
    }

    /// The section as Markdown.
    fn section(&self) -> String {
        let mut text = String::new();
        if !self.rows.is_empty() {
            let total = self.rows.iter().fold(Tally::default(), |sum, (_, tally)| sum.plus(*tally));
            text.push_str("| what | cases | agree | refused | decided | WRONG |\n");
            text.push_str("|---|---:|---:|---:|---:|---:|\n");
            for (name, tally) in &self.rows {
                writeln!(text, "| {name} |{}", tally.cells()).unwrap();
            }
            if self.rows.len() > 1 {
                writeln!(text, "| **all** |{}", total.cells()).unwrap();
            }
        }
        if !self.facts.is_empty() {
            let gap = if text.is_empty() { "" } else { "\n" };
            write!(text, "{gap}| fact | the set says | measured |\n|---|---:|---:|\n").unwrap();
            for (what, says, measured) in &self.facts {
                writeln!(text, "| {what} | {says} | {measured} |").unwrap();
            }
        }
        let decisions = self.decisions.iter().zip(&self.covered);
        for (index, (decision, covered)) in decisions.enumerate() {
            let word = match decision.outcome {
                Outcome::Agree => "agree",
                Outcome::Refused => "refused",
                Outcome::Accepted => "decided",
            };
            let gap = if index == 0 { "\n" } else { "" };
            let count = grouped(covered.iter().sum());
            writeln!(text, "{gap}* {}, {count} {word}: {}", decision.row, decision.why).unwrap();
        }
        text
    }
}

/// A count as people read it: 1,234.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(",")
}

/// A figure as the page shows it.
fn shown(figure: impl ToString) -> String {
    let figure = figure.to_string();
    figure.parse().map_or(figure, grouped)
}

/// How often each thing was met, most often first.
pub(crate) fn by_count<T: Ord>(counts: BTreeMap<T, usize>) -> Vec<(T, usize)> {
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    fs::canonicalize(Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap()
}

/// Sets are measured by several threads of one process; the page is one file.
static PAGE: Mutex<()> = Mutex::new(());

/// Prints the section and compares it with the page, or writes it there when `FAIRCOPY_BLESS` is set.
fn publish(name: &str, section: &str) -> Result<(), String> {
    let _guard = PAGE.lock().unwrap_or_else(PoisonError::into_inner);
    println!("{name}\n\n{section}");
    let file = root().join("docs/conformance.md");
    let page = fs::read_to_string(&file).unwrap();
    let (begin, end) = (format!("<!-- measured: {name} -->\n"), "<!-- end -->");
    let Some((before, (old, after))) =
        page.split_once(&begin).and_then(|(before, rest)| Some((before, rest.split_once(end)?)))
    else {
        return Err(format!("docs/conformance.md has no section between {begin}and {end}"));
    };
    let new = format!("\n{section}\n");
    if env::var_os("FAIRCOPY_BLESS").is_some() {
        fs::write(&file, format!("{before}{begin}{new}{end}{after}")).unwrap();
        return Ok(());
    }
    if old == new {
        return Ok(());
    }
    Err(format!("docs/conformance.md has other figures for {name}; FAIRCOPY_BLESS=1 writes these:\n{section}"))
}
