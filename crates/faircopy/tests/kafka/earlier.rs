use crate::{
    program::timesheet,
    world::{Seen, Worker, World},
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Enough that both workers own some, whichever shards they have.
const EMPLOYEES: usize = 24;

fn employees() -> impl Iterator<Item = String> {
    (0..EMPLOYEES).map(|number| format!("E-{number:06}"))
}

/// A timesheet that shares the 7th of March with the usual one.
fn overlapping(employee: &str) -> String {
    timesheet(employee)
        .replace("2026-03-01", "2026-03-07")
        .replace("2026-03-07\",\"days\":[{\"date\":\"2026-03-02", "2026-03-13\",\"days\":[{\"date\":\"2026-03-09")
}

fn invoice(no: &str, vendor: &str) -> String {
    format!(
        concat!(
            r#"{{"vendor_id":"{}","vendor_name":"Acme","invoice_no":"{}","invoice_type":"invoice","invoice_date":"2026-03-02","#,
            r#""currency":"USD","lines":[{{"line_no":1,"description":"Paper","qty":"1","unit_price":"5.00","amount":"5.00"}}],"#,
            r#""subtotal":"5.00","total":"5.00","payment_method":"check"}}"#
        ),
        vendor, no
    )
}

fn submit(world: &World, partition: i32, form: &str, records: impl Iterator<Item = String>) {
    world.submit_all(partition, &[("faircopy-form", form)], records);
}

/// By employee: the place of the record that its reject names, of those that overlap.
fn refused_by(world: &World) -> BTreeMap<String, Vec<String>> {
    let mut refused: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for reject in world.read("rejects") {
        let reject: Value = serde_json::from_slice(&reject.value).unwrap();
        let [error] = reject["errors"].as_array().unwrap().as_slice() else { panic!("{reject}") };
        assert_eq!((&error["rule"], &error["code"]), (&Value::from("ts.overlap"), &Value::from("REL.RULE")));
        let raw: Value = serde_json::from_str(reject["raw"]["body"].as_str().unwrap()).unwrap();
        let first = error["params"]["first"].as_str().unwrap().to_owned();
        refused.entry(raw["employee_no"].as_str().unwrap().to_owned()).or_default().push(first);
    }
    refused
}

/// The place of each clean record of a form by one of its members, and the places its warnings name.
fn clean(world: &World, form: &str, member: &str) -> BTreeMap<String, (String, Vec<String>)> {
    let of_form = |seen: &Seen| seen.headers["faircopy-form"] == form;
    let clean = world.read("clean").into_iter().filter(of_form).map(|seen| {
        let record: Value = serde_json::from_slice(&seen.value).unwrap();
        let warnings = seen.headers.get("faircopy-warnings").map_or("[]", String::as_str);
        let warnings: Vec<Value> = serde_json::from_str(warnings).unwrap();
        let near = warnings.iter().filter(|warning| warning["code"] == "DUP.NEAR");
        let firsts = near.map(|warning| warning["params"]["first"].as_str().unwrap().to_owned()).collect();
        (record[member].as_str().unwrap().to_owned(), (seen.headers["faircopy-origin"].clone(), firsts))
    });
    clean.collect()
}

/// Records come to one worker and those that meet them to the other, with the shards shared between the two; then to a worker that was
/// not there before.
pub(crate) fn records_meet_earlier_ones_whichever_worker_got_them() {
    let world = World::new("earlier.");
    world.create_topics();
    let workers = ["first", "second"].map(|name| Worker::start(&world, name));
    let vendors = || employees().map(|number| number.replace("E-", "V"));
    submit(&world, 0, "timesheet", employees().map(|employee| timesheet(&employee)));
    submit(&world, 0, "vendor_invoice", vendors().map(|vendor| invoice(&format!("{vendor}-1O0"), &vendor)));
    world.await_outcomes(2 * EMPLOYEES);
    submit(&world, 2, "timesheet", employees().map(|employee| overlapping(&employee)));
    submit(&world, 2, "vendor_invoice", vendors().map(|vendor| invoice(&format!("{vendor}/IOO"), &vendor)));
    world.await_outcomes(4 * EMPLOYEES);
    // What came on either partition was handed over: neither worker has all shards, nor got all records.
    for partition in ["earlier.raw/0/", "earlier.raw/2/"] {
        let handed =
            world.read("keyed").iter().filter(|seen| seen.headers["faircopy-origin"].starts_with(partition)).count();
        assert!((1..2 * EMPLOYEES).contains(&handed), "{partition}: {handed} records were handed over");
    }
    workers.into_iter().for_each(Worker::stop);
    // Its cache is empty: the claims topic has the traces.
    submit(&world, 1, "timesheet", employees().map(|employee| overlapping(&employee)));
    let third = Worker::start(&world, "third");
    world.await_outcomes(5 * EMPLOYEES);
    third.stop();

    let sheets = clean(&world, "timesheet", "employee_no");
    let refused = refused_by(&world);
    assert_eq!((sheets.len(), refused.len()), (EMPLOYEES, EMPLOYEES));
    for (employee, (origin, near)) in &sheets {
        assert!(origin.starts_with("earlier.raw/0/") && near.is_empty(), "{origin}");
        assert_eq!(refused[employee], [origin.as_str(), origin.as_str()]);
    }
    let invoices = clean(&world, "vendor_invoice", "invoice_no");
    assert_eq!(invoices.len(), 2 * EMPLOYEES);
    for vendor in vendors() {
        let [(first, told), (_, warned)] = ["-1O0", "/IOO"].map(|end| &invoices[&format!("{vendor}{end}")]);
        assert_eq!((told.as_slice(), warned.as_slice()), (&[][..], std::slice::from_ref(first)));
    }
    world.place.expect(0, "reconcile --config f.toml");
}
