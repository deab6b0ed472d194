use super::*;

/// `^` in `marked` stands before the byte that the error points at.
#[track_caller]
fn check(marked: &str, what: &str, hint: Option<&str>) {
    let at = marked.find('^').expect("a mark");
    let text = marked.replacen('^', "", 1);
    let error = Rule::parse(&text, Names { record: &types(), item: None, tables: &[] }).expect_err(&text);
    assert_eq!((error.at, error.what.as_str(), error.hint.as_deref()), (at, what, hint), "{text}");
}

#[test]
fn names_are_looked_up_with_a_suggestion() {
    check("^subtotl == 1", "there is no field or variable `subtotl`", Some("did you mean `subtotal`?"));
    check("lines.all(l, l.^ammount > 0)", "there is no field `ammount` here", Some("did you mean `amount`?"));
    check("^Sum(amounts) == 1", "there is no function `Sum`", Some("did you mean `sum`?"));
    check("lines.^al(l, true)", "there is no function `.al()`", Some("did you mean `all`?"));
    check("^zzzzzzzzzz == 1", "there is no field or variable `zzzzzzzzzz`", None);
    check(
        "method == '^xyz'".replace("'^", "^'").as_str(),
        "the field never has this value",
        Some("its values are ach, wire"),
    );
    check("method in ['ach', ^'wier']", "the field never has this value", Some("did you mean `wire`?"));
    check("^line == 1", "there is no field or variable `line`", Some("did you mean `lines`?"));
}

#[test]
fn functions_take_what_they_say() {
    let hint = Some("docs/record-rules.md lists what each function takes");
    check("abs(^currency) > 0", "a decimal is wanted here, but this is a text", None);
    check("^age(dated) > 0", "`age` does not take these arguments", hint);
    check("currency.^startsWith('a', 'b')", "`startsWith` does not take these arguments", hint);
    check("^similarty(currency, vat) > 0", "there is no function `similarty`", Some("did you mean `similarity`?"));
    check(
        "^startsWith(currency, 'U')",
        "there is no function `startsWith`",
        Some("it is written after the value: x.startsWith(…)"),
    );
    check(
        "currency.^weekday() > 0",
        "there is no function `.weekday()`",
        Some("it is written before the value: weekday(…)"),
    );
}

#[test]
fn types_must_fit() {
    check("total ^== '119'", "a decimal cannot be compared with a text here", Some("write numbers without quotes"));
    check("due ^> '2026-01-01'", "a date cannot be compared with a text here", Some("write date('2026-01-31')"));
    check("currency ^< 'USD'", "a text cannot be compared with a text here", Some("texts have no order: use == or !="));
    check(
        "due ^+ 30 > dated",
        "this does not work on a date and a decimal",
        Some("write days(n) for a number of days"),
    );
    check("due ^+ dated > due", "this does not work on a date and a date", None);
    check("currency ^+ 'x' == 'USDx'", "this does not work on a text and a text", None);
    check("due - dated ^== days(30)", "a decimal cannot be compared with a number of days to add here", None);
    check("^total", "a condition is wanted here, but this is a decimal", None);
    check("paid && ^total", "a condition is wanted here, but this is a decimal", None);
    check(
        "total ^< subtotal < tax".replace("^<", "<").replace("subtotal <", "subtotal ^<").as_str(),
        "a condition cannot be compared with a decimal here",
        None,
    );
    check("paid ? 1 == 1 : ^total", "a condition is wanted here, but this is a decimal", None);
    check("sum(^lines) > 0", "a list of decimals is wanted here, but this is a list of objects", None);
    check("^'x' in amounts", "a decimal is wanted here, but this is a text", None);
    check("total in ^subtotal", "a list is wanted here, but this is a decimal", None);
    check("1 in [1, ^'2']", "a decimal is wanted here, but this is a text", None);
    check(
        "lines.^amount > 0",
        "a list of objects has no fields",
        Some("use all, exists, filter or map to look at each item"),
    );
    check("total.^x > 0", "a decimal has no fields", None);
    check("lines ^== lines", "a list of objects cannot be compared with a list of objects here", None);
    check("date(^currency) < due", "this is not a date", Some("write date('2026-01-31')"));
    check("date(^'2026-02-30') < due", "this is not a date", Some("write date('2026-01-31')"));
    check("lines.all(l, has(^l))", "an item is always there", Some("ask for one of its fields"));
    check("has(^1)", "a field is wanted here, but this is computed", None);
    check(
        "lines.filter(l, ^l.qty).size() == 0".replace("^l.", "l.^").as_str(),
        "a condition is wanted here, but this is a decimal",
        None,
    );
    check("lines.map(^total, total) == 1", "the name `total` is taken", Some("choose another name for the item"));
    check("lines.map(^keyed_on, 1) == 1", "the name `keyed_on` is taken", Some("choose another name for the item"));
    check("lines.all(l, lines.all(^l, true))", "the name `l` is taken", Some("choose another name for the item"));
}

#[test]
fn what_is_left_out_of_cel_is_refused_with_advice() {
    let list = Some("docs/record-rules.md lists what each function takes");
    check(
        "has(total) && total != ^null",
        "`null` is a reserved word of CEL",
        Some("ask with has() whether a field is there"),
    );
    check(
        "lines^[0].qty > 0",
        "an operator is wanted here, but `[` is found",
        Some("items have no numbers here: use all, exists, filter or map"),
    );
    check("^{'a': 1} == 1", "unexpected '{'", Some("maps are not part of the language"));
    check("total ^% 2 == 0", "unexpected '%'", Some("remainders are not part of the language"));
    check("total ^= 2", "unexpected '='", Some("equality is written =="));
    check("paid ^& paid", "unexpected '&'", Some("\"and\" is written &&"));
    check(
        "currency.^matches('U.*')",
        "there is no function `.matches()`",
        Some("put a `pattern` into the schema of the field"),
    );
    check(
        "lines.^sum(l, l.amount) > 0",
        "there is no function `.sum()`",
        Some("write sum(list.map(item, item.amount))"),
    );
    check("^all(lines, true)", "there is no function `all`", Some("it is written after the value: x.all(…)"));
    check("total.^abs() > 0", "there is no function `.abs()`", Some("it is written before the value: abs(…)"));
    check("^abs(1, 2) > 0", "`abs` does not take these arguments", list);
    check("lines.^all(l) && true", "`all` does not take these arguments", list);
    check(
        "total == ^1e3",
        "this is not a plain number",
        Some("write digits with an optional fraction, as 1000 or 0.01: no exponent, no suffix, no hexadecimal"),
    );
    check("total == ^.5", "a value is wanted here, but `.` is found", Some("a fraction needs its zero: 0.5"));
    check("1 in ^[]", "an empty list has no type", Some("leave the comparison with it out"));
    check("total == ^0.00000000000000000000000000001", "the number has more digits than can be held exactly", None);
}

#[test]
fn unfinished_text_is_pointed_at() {
    check("^", "a value is wanted here, but the end is found", None);
    check("total == ^", "a value is wanted here, but the end is found", None);
    check("(total == 1^", "`)` is wanted here, but the end is found", None);
    check("total == 1^)", "an operator is wanted here, but `)` is found", None);
    check("paid ? paid^", "`:` is wanted here, but the end is found", None);
    check(
        "paid ? paid ^? paid : paid : paid",
        "`:` is wanted here, but `?` is found",
        Some("put the inner condition into parentheses"),
    );
    check("currency == ^'USD", "the string does not end", Some("close it with '"));
    check("currency == 'U^\\nD'", "this escape is not part of the language", Some("only \\\\, \\' and \\\" are"));
    check("total ^ü", "unexpected 'ü'", Some("see docs/record-rules.md for what a rule may hold"));
    check("total ^total", "an operator is wanted here, but `total` is found", None);
    check("vendor.^true == 'x'", "a name is wanted here, but `true` is found", None);
}

#[test]
fn the_item_of_an_each_rule_must_not_hide_a_field() {
    let error = Rule::parse("true", Names { record: &types(), item: Some(("total", &Type::Decimal)), tables: &[] })
        .unwrap_err();
    assert_eq!((error.at, error.what.as_str()), (0, "the name `total` is taken"));
}
