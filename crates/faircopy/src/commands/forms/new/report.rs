//! What `faircopy forms new` tells: the guesses with their evidence, what was written, and what to do next.

use super::{Args, Files, cases::Cases};
use crate::{input::Sampled, text};
use record::{Class, Code};
use rules::{
    DateOrder, DecimalSign,
    infer::{Draft, Guess, Habits, Votes},
};

pub(super) fn page(args: &Args, sampled: &Sampled, draft: &Draft, cases: &Cases, files: &Files) -> String {
    let mut page = String::new();
    for note in notes(args, sampled, draft) {
        page.push_str(&note);
        page.push('\n');
    }
    page.push('\n');
    let head = ["field", "holds", "how sure", "evidence", "filled", "class"].map(str::to_owned).to_vec();
    page.push_str(&text::columns(&std::iter::once(head).chain(draft.guesses.iter().map(row)).collect::<Vec<_>>()));
    page.push('\n');
    page.push_str(&format!("key: {} ({})\n", draft.key.join(", "), draft.key_evidence));
    page.push_str(&habits(draft));
    page.push_str("\nwritten\n");
    files.written.iter().for_each(|file| page.push_str(&format!("  {}\n", file.display())));
    page.push_str(&judged(cases));
    let is_personal = draft.guesses.iter().any(|guess| guess.class != Class::None);
    if is_personal && !cases.files.is_empty() {
        page.push_str("the cases hold a record of the sample: replace what is personal before you share them\n");
    }
    page + &next(args, cases, files)
}

fn notes(args: &Args, sampled: &Sampled, draft: &Draft) -> Vec<String> {
    let rows = text::counted(sampled.rows, "row");
    let which = if sampled.more { format!("only the first {rows} read") } else { format!("{rows}, all read") };
    let columns = text::counted(draft.guesses.len() as u64, "column");
    let mut notes = sampled.notes.clone();
    notes.push(format!("{}: {which}, {columns}", args.from.display()));
    if sampled.odd > 0 {
        let rows = text::counted(sampled.odd, "row");
        notes.push(format!("{rows} left out: not as wide as the header, or no JSON object"));
    }
    if sampled.nameless > 0 {
        notes.push(format!("{} without a name: left out", text::counted(sampled.nameless as u64, "column")));
    }
    notes.extend(draft.left_out.iter().map(|pointer| format!("{pointer}: left out, {}", why_left_out(pointer))));
    let list = draft.guesses.iter().find_map(|guess| guess.from.split_once("/*/").map(|(list, _)| list));
    if let (1, Some(list)) = (sampled.rows, list) {
        notes.push(format!(
            "this is one record; where the items of {list} are the records, write them to a file of their own"
        ));
    }
    notes
}

fn why_left_out(pointer: &str) -> &'static str {
    if pointer.ends_with("/*/*") { "a list of lists has no fields" } else { "a field needs a name" }
}

fn row(guess: &Guess) -> Vec<String> {
    let filled = match guess.missing {
        0 => "always".to_owned(),
        missing => format!("{} lack it", text::grouped(missing)),
    };
    let class = match guess.class {
        Class::None => "",
        Class::Pii => "pii",
        Class::Phi => "phi",
        Class::Pci => "pci",
        Class::Secret => "secret",
    };
    let nested = guess.from.matches('/').count() > 1;
    vec![
        if nested { guess.from.clone() } else { guess.name.clone() },
        guess.words.clone(),
        guess.certainty.as_str().to_owned(),
        guess.evidence.clone(),
        filled,
        class.to_owned(),
    ]
}

fn habits(draft: &Draft) -> String {
    let Habits { date_order, dates, dates_ambiguous, decimal_sign, amounts, amounts_ambiguous } = draft.habits;
    let order = date_order.map(|order| if order == DateOrder::Mdy { "month first" } else { "day first" });
    let sign = decimal_sign.map(|sign| if sign == DecimalSign::Comma { "decimal comma" } else { "decimal point" });
    habit("dates", "date_order", (order, "have a day above 12"), dates, dates_ambiguous)
        + &habit("amounts", "decimal_sign", (sign, "say so"), amounts, amounts_ambiguous)
}

/// What is chosen and by how many values, or why nothing is; always that some say otherwise.
fn habit(what: &str, setting: &str, (chosen, why): (Option<&str>, &str), votes: Votes, ambiguous: u64) -> String {
    let [of, against, ambiguous] = [votes.of, votes.against, ambiguous].map(text::grouped);
    match chosen {
        Some(words) if votes.against > 0 => {
            format!("{what}: {words} ({of} {why}); {against} can only be the other way and will be rejected\n")
        }
        Some(words) => format!("{what}: {words} ({of} {why})\n"),
        None if votes.against > 0 => format!(
            "{what}: {of} can only be one way and {against} only the other, so that none is chosen: what could be either is rejected ({ambiguous} here); \
             set {setting} in the source's profile where they are of one source\n"
        ),
        None if ambiguous != "0" => format!(
            "{what}: {ambiguous} could be read in two ways, and none decides; set {setting} in the source's profile\n"
        ),
        None => String::new(),
    }
}

fn judged(cases: &Cases) -> String {
    const SHOWN: usize = 5;
    let mut page = format!(
        "\nby this form {} are clean and {} rejected\n",
        text::grouped(cases.clean),
        text::grouped(cases.rejected)
    );
    let mut reasons: Vec<_> = cases.reasons.iter().collect();
    reasons.sort_by_key(|(reason, count)| (std::cmp::Reverse(**count), *reason));
    for ((code, path), count) in reasons.iter().take(SHOWN) {
        // Names of unknown members come from the data.
        let path: String = path.chars().take(80).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        page.push_str(&format!("{:>8}  {code:<26}{path}\n", text::grouped(**count)));
    }
    if reasons.len() > SHOWN {
        page.push_str(&format!("{:>8}  … and {} more kinds\n", "", reasons.len() - SHOWN));
    }
    if reasons.iter().any(|((code, _), _)| *code == Code::FmtPhone.as_str()) {
        page.push_str(
            "telephone numbers without a country code need a region in the source's profile, as in region = \"US\"\n",
        );
    }
    page
}

fn next(args: &Args, cases: &Cases, files: &Files) -> String {
    let directory = files.directory.display();
    let mut judge =
        format!("faircopy judge {} --form {} --schemas {}", args.from.display(), args.name, args.out.display());
    if let Some(path) = files.path("mapping.toml") {
        judge.push_str(&format!(" --mapping {}", path.display()));
    }
    if let Some(path) = files.path("source.toml") {
        judge.push_str(&format!(" --config {} --source {}", path.display(), args.name));
    }
    judge.push_str(" --clean clean.ndjson --rejects rejects.ndjson");
    // Without a case there is nothing to test, which `forms test` says with an exit code of its own.
    let (why, test) = if cases.files.is_empty() {
        ("no record of the sample is clean, so that there is no case yet\n", String::new())
    } else {
        ("", format!("  faircopy forms test {directory}\n"))
    };
    format!(
        "{why}\nnext: correct {directory}/1.json where a guess is wrong, write rules between the fields, then\n  \
         faircopy forms lint {directory}\n{test}  {judge}\n"
    )
}
