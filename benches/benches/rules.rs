//! What evaluating record rules costs: five typical rules of the invoice against the same five written by hand, and all
//! rules of every form over a clean case of its own, in one run. Times are CPU time of the one thread that works.
//!
//! Only the rules are measured: the records are read before, as the judge has them when it comes to the rules.

#![expect(clippy::print_stdout, reason = "a bench reports on standard output")]

use benches::{Clock, median, ratio};
use record::RecordTime;
use rules::{
    Form,
    form::RecordRule,
    json::{self, Node, Value, pointer},
    rule::{Facts, Index, Truth},
    shape::{Kind, Shape},
};
use rust_decimal::Decimal;
use std::{error::Error, fs, hint::black_box};

/// The binary's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Evaluations per round: some kernels count CPU time in steps of 4 ms, which are 40 ns of each.
const TIMES: u64 = 100_000;
/// Rounds; what is compared takes turns in each, so that a busy machine slows both.
const ROUNDS: usize = 9;
/// 2026-11-20.
const TIME: RecordTime = RecordTime(1_795_132_800_000);
/// An equation over the lines, one over the record, one for each line, an order of dates, a condition on a text.
const FIVE: [&str; 5] = ["inv.subtotal", "inv.total", "inv.line_amount", "inv.due_order", "inv.credit"];
/// A clean invoice of three lines, as the judge has normalized it.
const INVOICE: &str = r#"{"vendor_id":"V-1001","vendor_name":"Acme GmbH","vendor_tax_id":"DE136695976","invoice_no":"2026-0815","invoice_type":"invoice","invoice_date":"2026-11-02","due_date":"2026-12-02","terms_days":30,"currency":"EUR","lines":[{"line_no":1,"description":"Widgets","qty":"10","unit_price":"99.95","amount":"999.50"},{"line_no":2,"description":"Gadgets","qty":"2.5","unit_price":"80.00","amount":"200.00"},{"line_no":3,"description":"Shipping","qty":"1","unit_price":"35.00","amount":"35.00"}],"subtotal":"1234.50","discount":"34.50","tax":"228.00","total":"1428.00","payment_method":"wire","remit_iban":"DE89370400440532013000"}"#;

fn main() -> Result<(), Box<dyn Error>> {
    println!("rules: CPU of one thread, {TIMES} evaluations a round, medians of {ROUNDS} rounds");
    println!("{:<24} {:>6} {:>8} {:>10} {:>10} {:>8}", "rules", "number", "lines", "ns/record", "by hand", "ratio");
    let invoice = form("vendor_invoice")?;
    let mut document = json::read(INVOICE.as_bytes()).map_err(|faults| format!("{faults:?}"))?;
    number(&mut document.root, invoice.shape());
    let five: Vec<&RecordRule> = invoice.rules().iter().filter(|rule| FIVE.contains(&rule.id.as_str())).collect();
    let (mut ours, mut native) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(timed(|| evaluate(&invoice, &five, &document.root))?);
        native.push(timed(|| by_hand(&document.root).unwrap_or(0))?);
    }
    let (ours, native) = (median(&mut ours), median(&mut native));
    println!(
        "{:<24} {:>6} {:>8} {:>10} {:>10} {:>8}",
        "five of the invoice",
        five.len(),
        3,
        ours / TIMES,
        native / TIMES,
        ratio(ours, native)
    );
    for entry in fs::read_dir(format!("{}/../schemas", env!("CARGO_MANIFEST_DIR")))? {
        let path = entry?.path();
        if path.is_dir() {
            all(&path.file_name().unwrap_or_default().to_string_lossy())?;
        }
    }
    Ok(())
}

fn form(name: &str) -> Result<Form, Box<dyn Error>> {
    let file = format!("{}/../schemas/{name}/1.json", env!("CARGO_MANIFEST_DIR"));
    Ok(Form::parse(&file, &fs::read_to_string(&file)?).map_err(|errors| format!("{errors:?}"))?)
}

/// All rules of a form, over the first of its clean cases.
fn all(name: &str) -> Result<(), Box<dyn Error>> {
    let form = form(name)?;
    let cases = format!("{}/../schemas/{name}/cases/clean", env!("CARGO_MANIFEST_DIR"));
    let mut files = fs::read_dir(cases)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    let case: serde_json::Value = serde_json::from_slice(&fs::read(files.first().ok_or("no case")?)?)?;
    let judge = rules::Judge::new(&form, &rules::Profile::default());
    let raw = case["record"].to_string();
    let context = rules::Context { client: "acme", time: Some(TIME), ..rules::Context::default() };
    let clean = match judge.judge(raw.as_bytes(), context) {
        record::Verdict::Clean(clean) => clean.bytes,
        // A case may need its own profile or time: the rules run all the same.
        record::Verdict::Reject(_) => raw.into_bytes(),
    };
    let mut document = json::read(&clean).map_err(|faults| format!("{faults:?}"))?;
    number(&mut document.root, form.shape());
    let rules: Vec<&RecordRule> = form.rules().iter().collect();
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(timed(|| evaluate(&form, &rules, &document.root))?);
    }
    println!("{:<24} {:>6} {:>8} {:>10}", name, rules.len(), "", median(&mut rounds) / TIMES);
    Ok(())
}

/// Notes the place of each member in form order, as normalizing does.
fn number(node: &mut Node<'_>, shape: &Shape) {
    match (&shape.kind, &mut node.value) {
        (Kind::Record(fields), Value::Object(members)) => {
            for member in members {
                let field = fields.into_iter().zip(0..).find(|(field, _)| field.name == member.name);
                if let Some((field, slot)) = field {
                    member.slot = slot;
                    number(&mut member.node, &field.shape);
                }
            }
        }
        (Kind::List(item), Value::Array(items)) => items.iter_mut().for_each(|node| number(node, item)),
        _ => {}
    }
}

fn timed(mut work: impl FnMut() -> u64) -> Result<u64, Box<dyn Error>> {
    let clock = Clock::thread()?;
    for _ in 0..TIMES {
        black_box(work());
    }
    clock.nanos()
}

/// How many rules hold.
fn evaluate(form: &Form, rules: &[&RecordRule], record: &Node<'_>) -> u64 {
    let record = black_box(record);
    let names = form.shape().fields().into_iter().flatten().map(|field| field.name.as_str());
    let index = Index::new(record, names).with_lists(record);
    let facts = Facts::new(record, None, Some(TIME)).indexed(&index);
    let mut held = 0;
    for rule in rules {
        match &rule.each {
            None => held += u64::from(rule.rule.evaluate(facts) == Truth::Holds),
            Some(list) => {
                for facts in facts.of_each(pointer::find(record, list).and_then(Node::items).unwrap_or_default()) {
                    held += u64::from(rule.rule.evaluate(facts) == Truth::Holds);
                }
            }
        }
    }
    held
}

/// The five rules as a programmer would write them for this form alone; dates compare as texts.
fn by_hand(record: &Node<'_>) -> Option<u64> {
    let record = black_box(record);
    let decimal = |node: &Node<'_>, name: &str| Decimal::from_str_exact(node.member(name)?.text()?).ok();
    let or_zero = |name: &str| decimal(record, name).unwrap_or_default();
    let (subtotal, total) = (decimal(record, "subtotal")?, decimal(record, "total")?);
    let scale = rules::check::minor_unit(record.member("currency")?.text()?)?;
    let unit = Decimal::new(1, scale);
    let (mut sum, mut held) = (Decimal::ZERO, 0);
    for line in record.member("lines")?.items()? {
        let amount = decimal(line, "amount")?;
        sum = sum.checked_add(amount)?;
        let product = decimal(line, "qty")?.checked_mul(decimal(line, "unit_price")?)?;
        held += u64::from(product.checked_sub(amount)?.abs() <= unit);
    }
    let due = subtotal - or_zero("discount") + or_zero("freight") + or_zero("tax");
    held += u64::from(sum == subtotal) + u64::from(due == total);
    held += u64::from(record.member("due_date")?.text()? >= record.member("invoice_date")?.text()?);
    held += u64::from(record.member("invoice_type")?.text()? != "credit" || total <= Decimal::ZERO);
    Some(held)
}
