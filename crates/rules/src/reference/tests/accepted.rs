//! What is accepted although something was found.

use super::{FORM, record};
use crate::{Context, Form, Judge, Profile, Soft};
use record::Verdict;

#[test]
fn soft_findings_reject_when_the_form_or_the_source_says_so() {
    let strict = FORM.replacen("\"key\":", "\"soft\": \"reject\", \"key\":", 1);
    let severities = |form: &str, soft: Option<Soft>, changes: &[&str]| {
        let form = Form::parse("form.json", form).unwrap();
        let judge = Judge::new(&form, &Profile { soft, ..Profile::default() });
        let (word, found) = match judge.judge(record(changes).as_bytes(), Context::default()) {
            Verdict::Clean(clean) => ("clean", clean.warnings),
            Verdict::Reject(reject) => ("reject", reject.errors),
        };
        let found = found.iter().map(|found| format!(" {} {:?}", found.code, found.severity));
        format!("{word}{}", found.collect::<String>())
    };
    let late = ["due=\"2026-01-30\""];
    assert_eq!(severities(FORM, None, &late), "clean REL.ORDER Soft");
    assert_eq!(severities(FORM, Some(Soft::Reject), &late), "reject REL.ORDER Hard");
    assert_eq!(severities(&strict, None, &late), "reject REL.ORDER Hard");
    assert_eq!(severities(&strict, Some(Soft::Reject), &late), "reject REL.ORDER Hard");
    assert_eq!(severities(&strict, Some(Soft::Warn), &late), "clean REL.ORDER Soft", "the source is more particular");
    assert_eq!(severities(&strict, None, &["note=\"Ã©\""]), "clean CHR.MOJIBAKE Soft", "always soft");
    assert_eq!(severities(&strict, None, &[]), "clean");
    let misspelt = strict.replacen("\"reject\"", "\"rejects\"", 1);
    assert!(Form::parse("form.json", &misspelt).is_err_and(|errors| errors[0].hint.is_some()));
}
