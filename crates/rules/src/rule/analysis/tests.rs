//! What can be shown of rules from the form alone.

use super::*;

fn facts() -> Facts {
    let number = |number: i64| Some(Decimal::from(number));
    let fact = |always, min, max| Fact { always, value: Span { min, max }, ..Fact::default() };
    let choices = vec!["small".to_owned(), "big".to_owned()];
    let size = Span { min: number(1), max: number(9) };
    Facts::from([
        ("/total".to_owned(), fact(true, number(0), number(100))),
        ("/tax".to_owned(), fact(false, number(0), None)),
        ("/kind".to_owned(), Fact { always: true, choices, ..Fact::default() }),
        ("/lines".to_owned(), Fact { always: true, size, ..Fact::default() }),
        ("/lines/*/amount".to_owned(), fact(true, None, None)),
    ])
}

#[track_caller]
fn check(rule: &str, expected: &[(&str, bool, bool)]) {
    let found = analyse(rule, Some(("line", "/lines")), &facts()).unwrap();
    let shown: Vec<_> = found.constants.iter().map(|part| (&rule[part.at..], part.value, part.whole)).collect();
    assert_eq!(shown, expected, "{rule}");
}

#[test]
fn conditions_that_always_come_out_the_same_are_found() {
    check("total >= 0", &[(">= 0", true, true)]);
    check("total > 100", &[("> 100", false, true)]);
    check("total + tax >= 0 - 1", &[(">= 0 - 1", true, true)]);
    check("size(lines) > 0", &[("> 0", true, true)]);
    check("lines.size() > 9", &[("> 9", false, true)]);
    check("kind == kind", &[("== kind", true, true)]);
    check("kind in ['small', 'big']", &[("in ['small', 'big']", true, true)]);
    check("kind.startsWith('x')", &[("startsWith('x')", false, true)]);
    check("(has(total) ? total : 0) == tax", &[("has(total) ? total : 0) == tax", true, false)]);
    check("total > 5 || (tax >= 0 && total < 7)", &[(">= 0 && total < 7)", true, false)]);
    check("lines.all(l, l.amount == l.amount)", &[("== l.amount)", true, false)]);
    check("abs(total) >= 0", &[(">= 0", true, true)]);
    check("-total <= 0", &[("<= 0", true, true)]);
    check("!(total > 100)", &[("!(total > 100)", true, true)]);
    check("tax > 1 && total > 100", &[("&& total > 100", false, true)]);
    check("total >= 0 && kind == kind", &[("&& kind == kind", true, true)]);
    check("tax > 1 || total <= 100", &[("|| total <= 100", true, true)]);
    check("total > 100 || kind != kind", &[("|| kind != kind", false, true)]);
    check("(tax > 1 ? total : 200) > 200", &[("> 200", false, true)]);
    check("(tax > 1 ? 200 : total) < 0", &[("< 0", false, true)]);
    check("tax > 1 ? total >= 0 : kind == kind", &[("? total >= 0 : kind == kind", true, true)]);
}

#[test]
fn equality_is_decided_where_nothing_is_shared_or_each_side_is_one_value() {
    for (rule, value) in [
        ("total == 101", false),
        ("101 == total", false),
        ("total != 101", true),
        ("1 + 1 == 2", true),
        ("1 + 1 == 3", false),
        ("1 + 1 != 3", true),
        ("kind == 'red'", false),
        ("kind != 'red'", true),
        ("'red' == 'blue'", false),
    ] {
        let found = analyse(rule, None, &facts()).unwrap().constants;
        assert_eq!(found.iter().map(|part| (part.value, part.whole)).collect::<Vec<_>>(), [(value, true)], "{rule}");
    }
}

#[test]
fn what_is_written_alike_is_equal() {
    for side in [
        "tax * 2",
        "-tax",
        "(tax > 1)",
        "!paid",
        "true",
        "abs(tax)",
        "kind.startsWith('b')",
        "sum(lines.map(l, l.amount))",
    ] {
        let rule = format!("{side} == {side}");
        let found = analyse(&rule, None, &facts()).unwrap().constants;
        assert_eq!(found.iter().map(|part| (part.value, part.whole)).collect::<Vec<_>>(), [(true, true)], "{rule}");
    }
    for rule in [
        "tax * 2 == tax * 3",
        "tax * 2 == tax / 2",
        "-tax == -total",
        "(tax > 1) == true",
        "abs(tax) == abs(total)",
        "min(tax, total) == max(tax, total)",
        "min(tax) == min(tax, total)",
        "lines.size() == size(lines)",
        "kind.startsWith('b') == name.startsWith('b')",
        "sum(lines.map(l, l.amount)) == sum(others.map(l, l.amount))",
    ] {
        check(rule, &[]);
    }
}

#[test]
fn a_condition_that_decides_another_is_told_for_it() {
    check("(total > 100 && tax > 1) || tax > 2", &[("&& tax > 1) || tax > 2", false, false)]);
    check("tax > 1 && true", &[]);
}

#[test]
fn what_depends_on_the_record_is_left_alone() {
    for rule in [
        "total > 50",
        "total == tax",
        "has(tax) ? tax > 1 : true",
        "kind == 'small'",
        "kind in ['small']",
        "kind < 'red'",
        "'small'.startsWith(kind)",
        "-total >= 0",
        "(tax > 1 ? total : 200) > 100",
        "tax > 1 ? total >= 0 : kind != kind",
        "size(lines) > 1",
        "lines.exists(l, l.amount > 0)",
        "line.amount == 1",
        "total - tax >= 0",
        "sum(lines.map(l, l.amount)) == total",
    ] {
        check(rule, &[]);
    }
}

#[test]
fn fields_are_named_by_their_pointers() {
    let found = analyse("sum(lines.map(l, l.amount)) == line.amount + total", Some(("line", "/lines")), &facts());
    let fields: Vec<_> = found.unwrap().fields.into_keys().collect();
    assert_eq!(fields, ["/lines", "/lines/*/amount", "/total"]);
    let found = analyse("sum([tax, total]) > 0", None, &facts());
    assert_eq!(found.unwrap().fields.into_keys().collect::<Vec<_>>(), ["/tax", "/total"]);
    let found = analyse("lookup('t', kind, day).limit >= tax", None, &facts());
    assert_eq!(found.unwrap().fields.into_keys().collect::<Vec<_>>(), ["/kind", "/tax"]);
}
