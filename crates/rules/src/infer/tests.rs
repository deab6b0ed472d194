use super::{Certainty, Draft, Sample, What};
use crate::{Context, DateOrder, DecimalSign, Form, Judge, Profile, json, lint};
use record::{Class, Verdict};

/// A draft from a table; the first row is its header.
fn table(rows: &[Vec<String>]) -> Draft {
    let mut sample = Sample::default();
    sample.header(&rows[0]);
    for row in &rows[1..] {
        sample.record(&json::read(record(&rows[0], row).as_bytes()).unwrap().root);
    }
    sample.draft("sample", "sample.csv")
}

fn record(header: &[String], row: &[String]) -> String {
    let cells = header.iter().zip(row).filter(|(_, cell)| !cell.is_empty());
    let members: serde_json::Map<_, _> = cells.map(|(name, cell)| (name.clone(), cell.as_str().into())).collect();
    serde_json::Value::Object(members).to_string()
}

/// Forty rows; `cell` makes the cell of a row.
fn column(name: &str, cell: impl Fn(usize) -> String) -> Draft {
    let row = |index: usize| vec![format!("R{index}"), cell(index)];
    let header = vec!["Row".to_owned(), name.to_owned()];
    let rows: Vec<Vec<String>> = std::iter::once(header).chain((0..40).map(row)).collect();
    let draft = table(&rows);
    loads_and_lints_clean(&draft);
    draft
}

#[track_caller]
fn loads_and_lints_clean(draft: &Draft) {
    let lints = lint::lint("sample/1.json", &draft.form);
    assert!(lints.is_empty(), "{lints:#?}\n{}", draft.form);
}

#[track_caller]
fn check(name: &str, cell: impl Fn(usize) -> String, words: &str, certainty: Certainty) {
    let draft = column(name, cell);
    let guess = &draft.guesses[1];
    assert_eq!((guess.words.as_str(), guess.certainty), (words, certainty), "{name}: {}", guess.evidence);
}

#[test]
fn kinds_are_found_from_values_and_names() {
    use Certainty::{Likely, Sure};
    let pick = |list: &'static [&'static str]| move |index: usize| list[index % list.len()].to_owned();
    check("Total", |index| format!("{}.50", index * 17), "amount with 2 decimals", Sure);
    check("Total", |index| format!("$ {}.50", index * 17), "amount with 2 decimals", Sure);
    check("Weight", |index| format!("{}.{}", index, 100 + index), "decimal with up to 3 decimals", Sure);
    check("Share", |index| format!("{index}%"), "percentage without decimals", Sure);
    check("Quantity", |index| (index * 3).to_string(), "whole number", Sure);
    check("Order No", |index| (index * 3).to_string(), "identifier", Sure);
    check("Cost centre", |index| format!("00{index}"), "identifier", Sure);
    check("Day", |index| format!("{:02}/01/2026", index % 28 + 1), "date", Sure);
    check("Day", |index| format!("2026-01-{:02}", index % 28 + 1), "date", Sure);
    check("Day", |index| format!("{:02}/01/26", index % 28 + 1), "date, some years with two digits", Sure);
    check("Paid", pick(&["Yes", "No", "no"]), "yes or no", Sure);
    check("Paid", pick(&["Y"]), "yes or no", Sure);
    check("Opened", pick(&["Y", "N"]), "yes or no", Sure);
    check("Opened", pick(&["yes"]), "yes or no", Sure);
    check("Action", pick(&["F"]), "text", Sure);
    check("Land", pick(&["ON"]), "text", Sure);
    check("Paid", pick(&["1", "0"]), "yes or no", Sure);
    check("Opened", pick(&["1", "0"]), "whole number", Sure);
    check("Contact", |index| format!("a{index}@example.com"), "e-mail address", Sure);
    check("Country", pick(&["US", "Germany", "FR"]), "country", Sure);
    check("State", pick(&["NY", "CA", "TX"]), "US state", Sure);
    check("Zip", pick(&["02139", "10001", "94105-1234"]), "ZIP code", Sure);
    check("Zip", |index| if index == 0 { "2139".to_owned() } else { "02139".to_owned() }, "ZIP code", Likely);
    check("Bank", pick(&["DE89370400440532013000", "GB82WEST12345698765432"]), "IBAN", Sure);
    check("Status", pick(&["open", "closed", "on hold"]), "one of 3 values", Sure);
    check("Note", |index| format!("some words {index}"), "text", Sure);
    check("Currency", pick(&["USD", "EUR"]), "currency", Sure);
}

#[test]
fn chance_is_no_evidence() {
    // Eight letters are the shape of a BIC, and two letters are a state or a country, too.
    check(
        "Word",
        |index| format!("ABCDEF{}X", (b'A' + u8::try_from(index % 26).unwrap()) as char),
        "text",
        Certainty::Sure,
    );
    assert!(!matches!(
        column("Kind", |index| ["NY", "CA"][index % 2].to_owned()).guesses[1].what,
        What::Checked { .. }
    ));
    // Spellings of one value are no two choices.
    check("Status", |index| ["Open", "open"][index % 2].to_owned(), "text", Certainty::Sure);
}

#[test]
fn the_order_of_dates_and_the_decimal_sign_are_the_sources() {
    let row = |index: usize| {
        vec![format!("R{index}"), format!("{}/{}/2026", index % 28 + 1, index % 12 + 1), format!("1.{index:03},50")]
    };
    let header = ["Row", "Day", "Total"].map(str::to_owned).to_vec();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain((0..40).map(row)).collect();
    let habits = table(&rows).habits;
    assert_eq!((habits.date_order, habits.decimal_sign), (Some(DateOrder::Dmy), Some(DecimalSign::Comma)));
    assert!(habits.dates > 10 && habits.amounts == 40 && !habits.contradiction, "{habits:?}");
    let undecided = column("Day", |index| format!("{}/2/2026", index % 12 + 1)).habits;
    assert_eq!((undecided.date_order, undecided.dates_ambiguous > 0), (None, true));
    let both = column("Day", |index| if index % 2 == 0 { "31/1/2026" } else { "1/31/2026" }.to_owned()).habits;
    assert!(both.contradiction, "{both:?}");
}

#[test]
fn what_tells_records_apart_becomes_the_key() {
    assert_eq!(column("Order No", |index| format!("A{index}")).key, ["/order_no"]);
    let header = ["Day", "Shift", "Who"].map(str::to_owned).to_vec();
    let row = |index: usize| vec![format!("2026-01-{:02}", index / 2 + 1), format!("S{}", index % 2), "Ann".to_owned()];
    let rows: Vec<_> = std::iter::once(header.clone()).chain((0..40).map(row)).collect();
    assert_eq!(table(&rows).key, ["/day", "/shift"]);
    let same: Vec<_> = std::iter::once(header)
        .chain((0..40).map(|_| vec!["2026-01-01".to_owned(), "S".to_owned(), String::new()]))
        .collect();
    let draft = table(&same);
    assert_eq!(draft.key, ["/day", "/shift"]);
    assert!(draft.key_evidence.contains("no column"), "{}", draft.key_evidence);
    loads_and_lints_clean(&draft);
}

#[test]
fn names_and_classes_follow_the_columns() {
    let draft = column("Last Name", |index| format!("Name {index}"));
    assert_eq!(
        draft.renamed,
        [("Row", "/row"), ("Last Name", "/last_name")].map(|(a, b)| (a.to_owned(), b.to_owned()))
    );
    assert_eq!(draft.guesses[1].class, Class::Pii);
    let twice = column("row", |_| "x".to_owned());
    assert_eq!([&twice.guesses[0].name, &twice.guesses[1].name], ["row", "row_2"]);
    let lacking = column("Note", |index| if index == 3 { String::new() } else { "x y".to_owned() });
    assert_eq!((lacking.guesses[1].required, lacking.guesses[1].missing), (false, 1));
    assert_eq!(column("Note", |_| String::new()).guesses[1].what, What::Nothing);
}

#[test]
fn nested_records_become_nested_forms_that_judge_them() {
    let record = |index: usize| {
        format!(
            r#"{{"id": "A{index}", "total": {index}.25, "done": true, "vendor": {{"name": "V {index}", "vat": null}},
                "lines": [{{"qty": {index}, "price": "1.50"}}, {{"qty": 2}}], "tags": ["a b", "c d"]}}"#
        )
    };
    let mut sample = Sample::default();
    (0..40).for_each(|index| sample.record(&json::read(record(index).as_bytes()).unwrap().root));
    sample.record(&json::read(b"[]").unwrap().root);
    let draft = sample.draft("sample", "sample.ndjson");
    loads_and_lints_clean(&draft);
    assert_eq!((sample.rows(), sample.skipped(), draft.renamed.len()), (40, 1, 0));
    let form = Form::parse("sample/1.json", &draft.form).unwrap();
    let judge = Judge::new(&form, &Profile::default());
    for index in 0..40 {
        let verdict = judge.judge(record(index).as_bytes(), Context::default());
        assert!(matches!(verdict, Verdict::Clean(_)), "{verdict:?}");
    }
    assert!(form.shape().find("/lines/0/qty").is_some() && form.shape().find("/vendor/vat").is_some());
}
