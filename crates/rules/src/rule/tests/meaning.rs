use super::*;
use serde_json::json;

/// `total` is missing, `terms` was refused; the third line has no `pto` and a refused `price`.
fn sample() -> serde_json::Value {
    json!({
        "subtotal": "100.00", "tax": "19", "terms": REFUSED, "currency": "USD", "method": "ach",
        "iban": "DE89370400440532013000", "vat": "DE136695976", "dated": "2026-11-01", "due": "2026-12-01", "paid": true,
        "lines": [
            {"qty": "3", "price": "0.10", "amount": "0.30", "pto": "1", "sku": "A", "on": "2026-11-02", "days": ["1", "2"]},
            {"qty": "-2", "price": "49.85", "amount": "-99.70", "pto": "2", "sku": "B", "on": "2026-11-03", "days": []},
            {"qty": "1", "price": REFUSED, "amount": "199.40", "sku": "B", "on": "2026-11-03", "days": ["5"]},
        ],
        "tags": ["x", "y", "ü"], "amounts": ["1.5", 2, "0.25"],
        "vendor": {"name": "Ümläut GmbH", "country": null},
    })
}

#[track_caller]
fn check(rule: &str, expected: Truth) {
    assert_eq!(evaluate(rule, sample()), expected, "{rule}");
}

#[track_caller]
fn holds(rules: &[&str]) {
    rules.iter().for_each(|rule| check(rule, Truth::Holds));
}

#[track_caller]
fn fails(rules: &[&str]) {
    rules.iter().for_each(|rule| check(rule, Truth::Fails));
}

#[track_caller]
fn unknown(rules: &[&str]) {
    rules.iter().for_each(|rule| check(rule, Truth::Unknown));
}

#[test]
fn decimals_are_exact() {
    holds(&[
        "0.1 + 0.2 == 0.3",
        "subtotal + tax == 119",
        "subtotal == 100",
        "tax / 4 == 4.75",
        "-tax < 0 && - -tax > 0",
        "abs(-2.50) == 2.5",
        "2 + 3 * 4 == 14 && (2 + 3) * 4 == 20",
        "10 - 3 - 2 == 5 && 16 / 4 / 2 == 2",
        "min(3, 2.5, 9) == 2.5 && max(3, 2.5, 9) == 9",
        "min(amounts) == 0.25 && max(amounts) == 2",
        "sum(amounts) == 3.75",
        "sum([1, 2.5]) == 3.5",
        "minor_unit(currency) == 0.01 && minor_unit('JPY') == 1 && minor_unit('BHD') == 0.001",
        "1.0 in amounts || 2 in amounts",
    ]);
    fails(&["subtotal != 100.000", "tax > 19", "tax < 19", "subtotal <= 99.99", "1.25 in amounts"]);
}

#[test]
fn what_is_not_exact_is_said() {
    check("tax / 3 > 6", Truth::Inexact("inexact"));
    check("tax / (subtotal - 100) > 6", Truth::Inexact("division_by_zero"));
    check("dated + days(0.5) > dated", Truth::Inexact("date_range"));
    check("date('9999-12-31') + days(1) > dated", Truth::Inexact("date_range"));
    let nines = "9999999999999999999999999999";
    check(&format!("{nines} * {nines} > 0"), Truth::Inexact("inexact"));
    check(&format!("{nines} + 0.01 > 0"), Truth::Inexact("inexact"));
    // Decided before the sum is asked for.
    check(&format!("paid || {nines} * {nines} > 0"), Truth::Holds);
}

#[test]
fn functions_of_values_answer_or_are_unknown() {
    holds(&[
        "abs(-2.50) == 2.5 && abs(tax - subtotal) == 81",
        "age(dated, due) == 0 && age(date('2000-11-02'), dated) == 25",
        "weekday(dated) == 7 && lines.all(l, weekday(l.on) < 6)",
        "similarity(vendor.name, 'Umlaut GmbH') >= 0.80 && similarity(currency, 'USD') == 1",
        "country_of_iban(iban) == 'DE' && vat.startsWith('DE')",
    ]);
    fails(&["similarity(vendor.name, 'Acme Inc') >= 0.80"]);
    holds(&[
        "zip_in_state('10001-1234', 'NY') && !zip_in_state('10001', 'CA')",
        "is_postcode('M1 1AE', 'GB') && !is_postcode('1001', 'US')",
        "is_tin('DE136695976', 'DE') && is_tin('536-90-4399', 'US') && !is_tin('DE136695977', 'DE')",
    ]);
    unknown(&["zip_in_state('1001', 'MA')", "zip_in_state('10001', 'XX')"]);
    unknown(&["is_postcode('1', 'AE')", "!is_tin('1', 'SG')"]);
    unknown(&["abs(total) > 0", "age(dated, min(lines.filter(l, false).map(l, l.on))) > 1"]);
    unknown(&["minor_unit('XXZ') > 0", "country_of_iban('D') == 'DE'", "similarity(vendor.country, 'DE') > 0"]);
}

#[test]
fn dates_are_days() {
    holds(&[
        "due >= dated && dated < due && due == date('2026-12-01')",
        "due - dated == 30",
        "dated - due == -30",
        "dated + days(30) == due && due - days(tax + 11) == dated",
        "dated >= keyed_on - days(730) && dated <= keyed_on + days(7)",
        "keyed_on == date('2026-11-20')",
        "date('2024-03-01') - date('2024-02-28') == 2 && date('2100-03-01') - date('2100-02-28') == 1",
        "max(lines.map(l, l.on)) == date('2026-11-03') && min(dated, due) == dated",
        "due - dated in [7, 14, 30]",
    ]);
}

#[test]
fn texts_are_compared_as_they_are() {
    holds(&[
        "currency == 'USD' && currency != \"usd\"",
        "method in ['ach', 'wire'] && method == 'ach'",
        "iban.startsWith('DE') && country_of_iban(iban) == 'DE' && vat.startsWith(country_of_iban(iban))",
        "size(vendor.name) == 11 && vendor.name.size() == 11",
        "'ü' in tags && !('z' in tags)",
        "'it\\'s' == \"it's\" && 'a\\\\b' != 'ab'",
        "tags.all(t, size(t) == 1)",
        "(paid ? currency : iban) == 'USD'",
    ]);
}

#[test]
fn lists_are_run_through() {
    holds(&[
        "size(lines) == 3 && lines.size() == 3 && size(tags) == 3",
        "sum(lines.map(l, l.amount)) == subtotal",
        "lines.exists(l, l.sku == 'B') && lines.exists_one(l, l.sku == 'A')",
        "lines.filter(l, l.sku == 'B').size() == 2",
        "sum(lines.filter(l, l.qty > 0).map(l, l.amount)) == 199.7",
        "lines.all(l, l.on >= dated && l.on <= due)",
        "lines.all(l, lines.exists_one(m, m.sku == l.sku && m.on == l.on) || l.sku == 'B')",
        "sum(lines.map(l, sum(l.days))) == 8",
        "sum(lines.map(l, has(l.pto) ? l.pto : 0)) == 3",
        "sum(lines.filter(l, l.sku == 'C').map(l, l.amount)) == 0",
        "lines.filter(l, l.sku == 'C').all(l, false) && !lines.filter(l, l.sku == 'C').exists(l, true)",
        "max(lines.map(l, size(l.days))) == 2",
        "(paid ? amounts : [0]).exists(a, a == 1.5)",
        "lines.map(l, l.qty).filter(q, q < 0).all(q, q == -2)",
    ]);
    fails(&["lines.exists_one(l, l.sku == 'B')", "lines.exists(l, l.sku == 'C')", "lines.all(l, l.qty > 0)"]);
}

#[test]
fn a_missing_or_refused_value_makes_a_rule_unknown() {
    unknown(&[
        "total == 119",
        "terms == 30",
        "!(total == 119)",
        "total == 119 && paid",
        "total == 119 || !paid",
        "total == 119 ? true : true",
        "vendor.country == 'DE'",
        "sum(lines.map(l, l.price)) > 0",
        "sum(lines.map(l, l.pto)) == 3",
        "min(lines.map(l, l.pto)) == 1",
        "min(lines.filter(l, l.sku == 'C').map(l, l.amount)) == 0",
        "lines.all(l, l.price > 0)",
        "lines.exists(l, l.price > 60)",
        "lines.exists_one(l, l.price > 1)",
        "lines.filter(l, l.price > 1).all(l, l.qty < 0)",
        "total in [1, 2]",
        "1 in [total, 2]",
        "minor_unit(vendor.country) > 0",
        "minor_unit(iban) > 0",
        "due - dated == terms",
        "paid && total > 0 && terms > 0",
    ]);
}

#[test]
fn an_unknown_side_does_not_matter_once_the_other_decides() {
    holds(&[
        "paid || total == 119",
        "total == 119 || paid",
        "lines.exists(l, l.price > 1)",
        "2 in [total, 2]",
        "lines.filter(l, l.price > 1).exists(l, l.qty < 0)",
    ]);
    fails(&["!paid && total == 119", "total == 119 && !paid", "lines.all(l, l.price > 1)"]);
}

#[test]
fn has_asks_whether_a_value_is_there() {
    holds(&[
        "has(tax) && !has(total) && !has(vendor.country) && has(vendor.name)",
        "has(terms)",
        "!has(total) || total == 119",
        "has(total) ? total == 119 : subtotal == 100",
        "lines.exists(l, !has(l.pto)) && lines.all(l, has(l.price))",
    ]);
    unknown(&["has(terms) && terms == 30"]);
    assert_eq!(evaluate("has(vendor.name)", json!({})), Truth::Fails);
    assert_eq!(evaluate("has(vendor.name)", json!({ "vendor": REFUSED })), Truth::Unknown);
    assert_eq!(evaluate("size(lines) > 0", json!({ "lines": REFUSED })), Truth::Unknown);
    assert_eq!(evaluate("lines.all(l, l.qty > 0)", json!({ "lines": [REFUSED, {"qty": "1"}] })), Truth::Unknown);
    assert_eq!(evaluate("lines.all(l, l.qty > 0)", json!({ "lines": [REFUSED, {"qty": "0"}] })), Truth::Fails);
    assert_eq!(evaluate("size(lines) == 2", json!({ "lines": [REFUSED, {}] })), Truth::Holds);
}

#[test]
fn a_value_of_another_type_is_unknown_not_wrong() {
    for value in [json!("1e3"), json!(true), json!([]), json!({}), json!("0.00000000000000000000000000001")] {
        assert_eq!(evaluate("total == 1", json!({ "total": value })), Truth::Unknown, "{value}");
    }
    assert_eq!(evaluate("due > date('2026-01-01')", json!({ "due": "31.12.2026" })), Truth::Unknown);
    assert_eq!(evaluate("lines.all(l, l.qty > 0)", json!({ "lines": {} })), Truth::Unknown);
}

#[test]
fn an_item_rule_sees_its_item_and_the_record() {
    let types = types();
    let Type::Record(fields) = &types else { panic!() };
    let Some((_, Type::List(line))) = fields.iter().find(|(name, _)| name == "lines") else { panic!() };
    let rule = "abs(line.qty * line.price - line.amount) <= minor_unit(currency)";
    let rule = Rule::parse(rule, Names { record: &types, item: Some(("line", line)), tables: &[] }).unwrap();
    let record = node(sample());
    let Some(Node { value: Value::Array(lines), .. }) = record.member("lines") else { panic!() };
    let truths: Vec<_> = lines.iter().map(|line| rule.evaluate(Facts::new(&record, Some(line), None))).collect();
    assert_eq!(truths, [Truth::Holds, Truth::Holds, Truth::Unknown]);
}

#[test]
fn without_a_record_time_rules_that_name_it_are_skipped() {
    let rule = Rule::parse("dated <= keyed_on", Names { record: &types(), item: None, tables: &[] }).unwrap();
    let record = node(sample());
    for (time, expected) in [(None, Truth::Unknown), (Some(TIME), Truth::Holds), (Some(RecordTime(-1)), Truth::Fails)] {
        assert_eq!(rule.evaluate(Facts::new(&record, None, time)), expected);
    }
}

#[test]
fn a_constant_stands_for_what_is_missing_not_for_what_is_refused() {
    for (tax, truth) in [
        (json!(null), Truth::Holds),
        (json!("0.00"), Truth::Holds),
        (json!("1"), Truth::Fails),
        (json!(REFUSED), Truth::Unknown),
    ] {
        assert_eq!(evaluate("(has(tax) ? tax : 0) == 0", json!({ "tax": tax })), truth, "{tax}");
        let lines = json!({ "lines": [{ "pto": tax }] });
        assert_eq!(evaluate("lines.all(l, (has(l.pto) ? l.pto : 0) == 0)", lines), truth, "{tax}");
    }
    assert_eq!(evaluate("lines.all(l, (has(l.pto) ? l.pto : 0) == 0)", json!({ "lines": [REFUSED] })), Truth::Unknown);
    let other = json!({ "tax": "1", "total": "5" });
    assert_eq!(evaluate("(has(tax) ? total : 0) == 5 && (has(terms) ? tax : 7) == 7", other), Truth::Holds);
}
