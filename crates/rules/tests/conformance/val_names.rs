//! Names of companies as people wrote them, labelled word by word: `val_names`.

use crate::{
    field::Field,
    report::{Outcome, Set},
};
use rules::matching::match_form;
use serde_json::Value;

const LEGAL: &str = "CorporationLegalType";

#[test]
fn keys_are_blind_to_spelling_and_to_legal_forms_only() {
    let Some(mut set) = Set::open("val_names", &[]) else { return };
    let key = match_form("company").unwrap().form;
    let stored = Field::new(&["company"], &[]);
    let (mut cut, mut labelled, mut both) = (0, 0, 0);
    for line in set.lines("company_labelled.ndjson") {
        let text = line["text"].as_str().unwrap();
        let own = key(text);
        let spellings = [text.to_uppercase(), text.to_lowercase(), format!(" {text}. "), text.replace(' ', "  ")];
        let same = spellings.iter().all(|spelling| key(spelling) == own);
        set.case(
            "spellings in other case, blanks and points have one key",
            text,
            Outcome::of(true, same && !own.is_empty()),
        );
        let other = key(&format!("{text} 77"));
        set.case("a branch number gives another key", text, Outcome::of(false, other == own));
        let kept: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let unchanged = stored.run(text).is_ok_and(|clean| clean == kept.join(" "));
        set.case("the stored name is what was keyed, but for blanks", text, Outcome::of(true, unchanged));
        let words = labelled_words(&line["labels"], key);
        let count = own.split(' ').count();
        for (at, legal) in words.iter().enumerate() {
            let is_cut = at >= count;
            cut += usize::from(is_cut);
            labelled += usize::from(*legal);
            both += usize::from(is_cut && *legal);
        }
    }
    set.measured("words labelled as legal form", labelled);
    set.measured("words cut as legal form", cut);
    set.measured("of these labelled so", both);
    set.measured("precision, in hundredths", both * 100 / cut);
    set.measured("recall, in hundredths", both * 100 / labelled);
    set.finish();
}

/// Of each word of the key before legal forms are cut: whether it is labelled as one.
fn labelled_words(labels: &Value, key: fn(&str) -> String) -> Vec<bool> {
    let mut words = Vec::new();
    for token in labels.as_array().unwrap() {
        let [text, label] = [0, 1].map(|at| token[at].as_str().unwrap());
        // A word by itself is never cut; a token of punctuation only is no word.
        let count =
            if text.chars().any(char::is_alphanumeric) || text == "&" { key(text).split(' ').count() } else { 0 };
        words.extend(std::iter::repeat_n(label == LEGAL, count));
    }
    words
}
