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
    check("Order No", |index| (index * 3).to_string(), "identifier of digits", Sure);
    check("Cost centre", |index| format!("00{index}"), "identifier of digits", Sure);
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

/// Made numbers, they would lose the zeros that a later one begins with.
#[test]
fn digits_that_nobody_adds_up_are_no_numbers() {
    for name in ["PONumber", "Kundennummer", "Emp Num", "Acct", "Zip", "Postal", "PLZ", "BranchCode", "SIC"] {
        check(name, |index| (index * 37 + 1).to_string(), "identifier of digits", Certainty::Sure);
    }
    check("Industry", |index| (541_511 + index).to_string(), "identifier of digits", Certainty::Sure);
    check("Procedure", |index| (99_211 + index).to_string(), "identifier of digits", Certainty::Sure);
    for name in ["Salary", "Gross Salary (EUR)", "Jahresgehalt", "TotalAmount", "Rechnungsbetrag", "Qty"] {
        check(name, |index| (50_000 + index * 37).to_string(), "whole number", Certainty::Sure);
    }
    check("Row No", |index| format!("R{index}"), "identifier", Certainty::Sure);
    check("Total No", |index| (50_000 + index * 37).to_string(), "identifier of digits", Certainty::Sure);
    for (first, what) in [(1990, "of four digits"), (99_990, "of two widths"), (-10_050, "below zero")] {
        let number = |index: usize| (first + i64::try_from(index).unwrap()).to_string();
        assert_eq!(column("Count", number).guesses[1].words, "whole number", "{what}");
    }
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
    assert!(habits.dates.of > 10 && habits.amounts.of == 40, "{habits:?}");
    assert_eq!(habits.dates.against + habits.amounts.against, 0, "{habits:?}");
    let undecided = column("Day", |index| format!("{}/2/2026", index % 12 + 1)).habits;
    assert_eq!((undecided.date_order, undecided.dates_ambiguous > 0), (None, true));
}

/// Chosen by a majority of one, the order would make days of months in half of the records. A slip now and then is no second habit.
#[test]
fn a_sample_that_contradicts_itself_decides_nothing() {
    let day_first_of_forty = |count: usize| {
        column("Day", move |index| if index < count { "31/1/2026" } else { "1/31/2026" }.to_owned()).habits
    };
    for (count, order) in [(38, Some(DateOrder::Dmy)), (37, None), (20, None), (3, None), (2, Some(DateOrder::Mdy))] {
        let habits = day_first_of_forty(count);
        assert_eq!(habits.date_order, order, "{count}");
        assert_eq!(
            (habits.dates.of, habits.dates.against),
            (count.max(40 - count) as u64, count.min(40 - count) as u64)
        );
    }
    let signs = column("Total", |index| format!("{index}{}75", if index % 2 == 0 { "." } else { "," })).habits;
    assert_eq!((signs.decimal_sign, signs.amounts.of, signs.amounts.against), (None, 20, 20));
    let points = column("Total", |index| format!("{index}.75")).habits;
    assert_eq!((points.decimal_sign, points.amounts.of), (Some(DecimalSign::Point), 40));
    let bare = records(|index| format!(r#"{{"id": "A{index}", "rate": {index}.75, "total": "{index},50"}}"#)).habits;
    assert_eq!((bare.decimal_sign, bare.amounts.against), (Some(DecimalSign::Comma), 0));
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

/// A spreadsheet rounds `120000000000` to `1.2E+11` and shows `####` where a column is narrow: nobody has such an account.
#[test]
fn what_a_spreadsheet_makes_of_an_identifier_of_digits_is_rejected() {
    let form = Form::parse("sample/1.json", &column("Account", |index| format!("{:05}", index * 37)).form).unwrap();
    let judge = Judge::new(&form, &Profile::default());
    for (account, clean) in [("00037", true), (" 7 ", true), ("1.2E+11", false), ("####", false), ("#REF!", false)] {
        let record = format!(r#"{{"row": "R1", "account": "{account}"}}"#);
        let verdict = judge.judge(record.as_bytes(), Context::default());
        assert_eq!(matches!(verdict, Verdict::Clean(_)), clean, "{account}: {verdict:?}");
    }
}

/// An amount that no two of a few records share is shared by two documents of the next thousand.
#[test]
fn a_number_that_a_row_of_totals_lacks_is_a_better_key_than_its_amount() {
    let header = ["Total", "Order No"].map(str::to_owned).to_vec();
    let row = |index: usize| vec![format!("{index}.50"), if index == 39 { String::new() } else { format!("A{index}") }];
    let rows: Vec<_> = std::iter::once(header).chain((0..40).map(row)).collect();
    let draft = table(&rows);
    loads_and_lints_clean(&draft);
    assert_eq!(
        (draft.key.as_slice(), draft.key_evidence.as_str()),
        (&["/order_no".to_owned()][..], "1 of 40 records lack it and will be rejected")
    );
    assert!(draft.guesses[1].required);
    let by_name = records(|index| {
        format!(r#"{{"total": "{index}.50", "day": "2026-01-{:02}", "who": "W {index}"}}"#, index % 28 + 1)
    });
    assert_eq!(by_name.key, ["/who"]);
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

/// A draft from records of JSON.
fn records(record: impl Fn(usize) -> String) -> Draft {
    let mut sample = Sample::default();
    (0..40).for_each(|index| sample.record(&json::read(record(index).as_bytes()).unwrap().root));
    let draft = sample.draft("sample", "sample.ndjson");
    loads_and_lints_clean(&draft);
    draft
}

#[test]
fn the_key_may_stand_in_an_object_that_every_record_has() {
    let nested =
        |index| format!(r#"{{"header": {{"day": "x", "Invoice No.": "A{index}"}}, "lines": [{{"qty": {index}}}]}}"#);
    assert_eq!(records(nested).key, ["/header/Invoice No."]);
    let versioned = |index| format!(r#"{{"version": "1", "header": {{"id": {{"no": "A{index}"}}}}}}"#);
    assert_eq!(records(versioned).key, ["/header/id/no"]);
    let own = |index| format!(r#"{{"header": {{"id": "A{index}"}}, "ticket": "T{index}"}}"#);
    assert_eq!(records(own).key, ["/ticket"]);
    // Where one record lacks the object, no record of the form could do without it.
    let lacking = |index| {
        let header = if index == 7 { String::new() } else { format!(r#""header": {{"id": "A{index}"}}, "#) };
        format!(r#"{{{header}"day": "x"}}"#)
    };
    assert_eq!(records(lacking).key, ["/day"]);
}

#[test]
fn lists_that_are_always_empty_are_fields_and_members_without_a_name_are_not() {
    let record = |index: usize| {
        let lines = if index.is_multiple_of(2) { "[]" } else { r#"[{"qty": 1, "tax": {"rate": "x"}}]"# };
        format!(r#"{{"id": "A{index}", "notes": [], "lines": {lines}, "x": {{"": "y", "z": "y"}}}}"#)
    };
    let draft = records(record);
    let fields: Vec<_> = draft.guesses.iter().map(|guess| guess.from.as_str()).collect();
    assert_eq!(fields, ["/id", "/notes/*", "/x/z", "/lines/*/qty", "/lines/*/tax/rate"]);
    assert_eq!(draft.left_out, ["/x/"]);
    let judge = Judge::new(&Form::parse("sample/1.json", &draft.form).unwrap(), &Profile::default());
    let judged = |record: &str| matches!(judge.judge(record.as_bytes(), Context::default()), Verdict::Clean(_));
    assert!(judged(&record(1).replace(r#""": "y", "#, "")));
    assert!(!judged(r#"{"id": "A", "notes": [], "lines": []}"#), "every record had the object");
    assert!(!judged(r#"{"id": "A", "x": {"z": "y"}, "lines": [{"qty": 1}]}"#), "and every line");
}

/// Left out, every record that has one would be rejected.
#[test]
fn objects_that_are_always_empty_are_fields() {
    let record = |index: usize| {
        let sometimes = if index.is_multiple_of(2) { "{}" } else { r#"{"x": "y"}"# };
        format!(r#"{{"extra": {{}}, "id": "A{index}", "n": {{"m": {{}}}}, "lines": [{{}}], "none": {{}}, "some": {sometimes}}}"#)
            .replace(r#""none": {}"#, if index == 5 { r#""none": null"# } else { r#""none": {}"# })
    };
    let draft = records(record);
    let fields: Vec<_> = draft.guesses.iter().map(|guess| (guess.from.as_str(), guess.what == What::Empty)).collect();
    assert_eq!(
        fields,
        [("/extra", true), ("/id", false), ("/n/m", true), ("/lines/*", true), ("/none", true), ("/some/x", false)]
    );
    let judge = Judge::new(&Form::parse("sample/1.json", &draft.form).unwrap(), &Profile::default());
    for index in 0..40 {
        let verdict = judge.judge(record(index).as_bytes(), Context::default());
        assert!(matches!(verdict, Verdict::Clean(_)), "{verdict:?}");
    }
    let mut empty = Sample::default();
    (0..40).for_each(|_| empty.record(&json::read(br#"{"extra": {}}"#).unwrap().root));
    assert!(empty.draft("sample", "sample.ndjson").key.is_empty());
}

/// Of forty records, what one or two have otherwise than all others is a mistake of theirs, and no reason to reject the others.
#[test]
fn an_object_or_a_list_in_place_of_a_value_now_and_then_is_no_field() {
    let record = |index: usize| {
        let name = ["[\"V\"]", "{\"text\": \"V\"}", "\"V 1\""][index.min(2)];
        let (vendor, lines) = if index == 3 { ("\"none\"", "\"\"") } else { ("{\"city\": \"Rom\"}", "[{\"qty\": 1}]") };
        format!(r#"{{"id": "A{index}", "name": {name}, "vendor": {vendor}, "lines": {lines}, "tags": null}}"#)
    };
    let draft = records(record);
    let fields: Vec<_> = draft.guesses.iter().map(|guess| guess.from.as_str()).collect();
    assert_eq!(fields, ["/id", "/vendor/city", "/lines/*/qty", "/tags", "/name"]);
    let judge = Judge::new(&Form::parse("sample/1.json", &draft.form).unwrap(), &Profile::default());
    let is_clean =
        |index: &usize| matches!(judge.judge(record(*index).as_bytes(), Context::default()), Verdict::Clean(_));
    assert_eq!((0..40).filter(is_clean).count(), 37);
}
