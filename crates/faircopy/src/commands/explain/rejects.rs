//! Rejects in words: where each came from, and for every finding what is wrong, what was probably meant, what to do.

use crate::{
    failure::{Failure, tell},
    input,
    text::printable,
};
use record::{Code, Locale};
use serde_json::Value;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
};

/// What is said of a record, and helps to find its document.
const SAID: [&str; 7] = ["form", "client", "source", "batch-id", "batch-seq", "operator", "document-ref"];

/// The first rejects of a file.
pub(super) fn page(file: &Path, limit: usize, locale: Locale) -> Result<String, Failure> {
    let reader = BufReader::new(input::bytes(file)?);
    let mut page = String::new();
    let mut told = 0;
    for (index, line) in reader.split(b'\n').enumerate() {
        let line = line.map_err(|error| input::damaged(&file.display().to_string(), &error))?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if told == limit {
            tell(&format!("note: these are the first {limit}, and there are more; --limit N explains more of them"));
            break;
        }
        let reject: Option<Value> =
            serde_json::from_slice(&line).ok().filter(|reject: &Value| reject["errors"].is_array());
        let Some(reject) = reject else {
            return Err(Failure::usage(format!("{}:{}: this is no reject", file.display(), index + 1)).hint(
                "name a file that `faircopy judge --rejects` wrote as NDJSON, plain or compressed, or pipe `faircopy read rejects` in",
            ));
        };
        page.push_str(if told > 0 { "\n" } else { "" });
        page.push_str(&of_reject(&reject, locale));
        told += 1;
    }
    if told == 0 {
        // A command that failed writes nothing either, and has said why by itself.
        tell(if file == Path::new("-") { "note: no reject came in" } else { "note: there is no reject" });
    }
    Ok(page)
}

fn of_reject(reject: &Value, locale: Locale) -> String {
    let mut page = printable(reject["reject_id"].as_str().unwrap_or_default());
    // Where the document is to be looked for, as far as somebody said so.
    for said in SAID {
        if let Some(value) = reject["envelope"][said].as_str() {
            page.push_str(&format!("  {said} {}", printable(value)));
        }
    }
    page.push('\n');
    for error in reject["errors"].as_array().into_iter().flatten() {
        page.push_str(&of_finding(error, locale));
    }
    page
}

fn of_finding(finding: &Value, locale: Locale) -> String {
    let text = |name: &str| finding[name].as_str().unwrap_or_default();
    let path = if text("path").is_empty() { format!("({})", locale.word("whole")) } else { printable(text("path")) };
    let warning = if text("severity") == "soft" { format!(" ({})", locale.word("warning")) } else { String::new() };
    let mut page = format!("  {path}  {}{warning}\n", text("code"));
    let Ok(code) = text("code").parse::<Code>() else { return page };
    // A rule of the form says in its own words what must hold.
    let own = text("message") != code.sentence() && !text("message").is_empty();
    let sentence = locale.sentence(code);
    let says =
        if own { format!("{}: {}.", sentence.trim_end_matches('.'), text("message")) } else { sentence.to_owned() };
    let param = |name: &str| param(&finding["params"][name]);
    let sentences: Vec<String> = std::iter::once(says).chain(locale.details(code, &param)).collect();
    page.push_str(&format!("    {}\n    {}\n", sentences.join(" "), locale.advice(code)));
    page
}

fn param(value: &Value) -> Option<String> {
    Some(match value {
        Value::String(text) => printable(text),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => items.iter().filter_map(param).collect::<Vec<_>>().join(", "),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_finding_says_what_was_meant_and_what_to_do() {
        let finding = json!({ "code": "VAL.ENUM", "severity": "hard", "path": "/country", "rule": "enum",
            "params": { "suggestion": "GERMANY", "found": "GERMNAY" }, "message": Code::ValEnum.sentence() });
        let german = "  /country  VAL.ENUM\n    Der Wert gehört nicht zu den zulässigen. Meinten Sie GERMANY?\n    \
                      Mit dem Beleg vergleichen.\n";
        assert_eq!(of_finding(&finding, Locale::De), german);
        assert!(!of_finding(&finding, Locale::En).contains("GERMNAY"), "found values stay where they are");
        let rule = json!({ "code": "REL.RULE", "severity": "soft", "path": "/a\u{1b}", "message": "a must be b", "params": {} });
        let page = of_finding(&rule, Locale::Es);
        assert!(
            page.starts_with("  /a\u{fffd}  REL.RULE (aviso)\n    Dos campos no concuerdan: a must be b.\n"),
            "{page}"
        );
    }
}
