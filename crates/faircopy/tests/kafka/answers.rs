use crate::world::{Worker, World};
use serde_json::Value;
use std::{collections::BTreeMap, time::SystemTime};

/// One shard each; enough that both workers own some, whichever shards they have.
const CLIENTS: usize = 24;

/// Somebody hired on a day, as a spreadsheet counts days.
fn hired(number: &str, manager: &str, day: u64) -> String {
    // Each of another name: two people of one name and day of birth would be told.
    let name = ["Alder", "Birch", "Cedar", "Doyle", "Ember"][usize::from(number.as_bytes()[1] - b'2')];
    format!(
        concat!(
            r#"{{"employee_no":"{number}","first":"Mary","last":"{name}","ssn":"536-90-{:04}","dob":"1988-05-17","#,
            r#""email":"mary@northmail.com","phone":"+14155552671","addr1":"1200 Market Street","city":"San Francisco","#,
            r#""state":"CA","zip":"94103","country":"US","hire_date":"{day}","job_title":"Analyst","dept_code":"CLAIMS","#,
            r#""manager_no":"{manager}","pay_basis":"hourly","pay_rate":"27.50"}}"#
        ),
        name.len() * 100 + usize::from(name.as_bytes()[0]),
        number = number,
        name = name,
        day = day,
        manager = manager
    )
}

/// The same person, hired by every client today.
fn submit(world: &World, partition: i32, number: &str, manager: &str) {
    // The records' time is now, and so is that of the file.
    let now = world.place.path("f.toml").metadata().unwrap().modified().unwrap();
    let day = 25_569 + now.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() / 86_400;
    for client in 0..CLIENTS {
        let client = format!("client-{client}");
        let headers = [("faircopy-form", "employee_onboarding"), ("faircopy-client", client.as_str())];
        world.submit_all(partition, &headers, std::iter::once(hired(number, manager, day)));
    }
}

/// Numbers of the accepted, and of the rejected with what is told of them.
type Outcomes = (Vec<String>, Vec<(String, Value)>);

/// What became of the records of each client.
fn outcomes(world: &World) -> BTreeMap<String, Outcomes> {
    let mut by_client: BTreeMap<String, Outcomes> = BTreeMap::new();
    for seen in world.read("clean") {
        let record: Value = serde_json::from_slice(&seen.value).unwrap();
        let number = record["employee_no"].as_str().unwrap().to_owned();
        assert!(!seen.headers.contains_key("faircopy-warnings"), "{:?}", seen.headers);
        by_client.entry(seen.headers["faircopy-client"].clone()).or_default().0.push(number);
    }
    for seen in world.read("rejects") {
        let reject: Value = serde_json::from_slice(&seen.value).unwrap();
        let raw: Value = serde_json::from_str(reject["raw"]["body"].as_str().unwrap()).unwrap();
        let told = (raw["employee_no"].as_str().unwrap().to_owned(), reject["errors"].clone());
        by_client.entry(seen.headers["faircopy-client"].clone()).or_default().1.push(told);
    }
    by_client.values_mut().for_each(|(accepted, _)| accepted.sort());
    by_client
}

/// Managers come to one worker and their reports to the other, with the shards shared between the two; then to a worker that was not
/// there before.
pub(crate) fn accepted_records_answer_whichever_worker_got_them() {
    let world = World::new("answers.");
    world.place.write("employees.csv", "key,from,to\nE1,2020-01-01,\n");
    let config = world.place.read("f.toml");
    world.place.write("f.toml", format!("{config}[tables.employees]\nfile = \"employees.csv\"\n"));
    world.create_topics();
    let workers = ["first", "second"].map(|name| Worker::start(&world, name));
    submit(&world, 0, "E2", "E1");
    world.await_outcomes(CLIENTS);
    submit(&world, 2, "E3", "e2");
    submit(&world, 2, "E4", "E9");
    world.await_outcomes(3 * CLIENTS);
    for partition in ["answers.raw/0/", "answers.raw/2/"] {
        let handed =
            world.read("keyed").iter().filter(|seen| seen.headers["faircopy-origin"].starts_with(partition)).count();
        assert!((1..2 * CLIENTS).contains(&handed), "{partition}: {handed} records were handed over");
    }
    workers.into_iter().for_each(Worker::stop);
    // Its cache is empty: the claims topic has what answers.
    submit(&world, 1, "E5", "E3");
    submit(&world, 1, "E6", "E4");
    let third = Worker::start(&world, "third");
    world.await_outcomes(5 * CLIENTS);
    third.stop();

    let outcomes = outcomes(&world);
    assert_eq!(outcomes.len(), CLIENTS);
    for (client, (accepted, rejected)) in outcomes {
        assert_eq!(accepted, ["E2", "E3", "E5"], "{client}");
        let told = |number: &str, found: &str| {
            let error = serde_json::json!([{
                "code": "REF.NOT_FOUND", "severity": "hard", "stage": "check", "path": "/manager_no", "rule": "table",
                "params": {"table": "employees", "found": found}, "value_class": "none",
                "message": "the reference table has no such entry",
            }]);
            (number.to_owned(), error)
        };
        // Who was rejected answers for nobody.
        assert_eq!(rejected, [told("E4", "E9"), told("E6", "E4")], "{client}");
    }
    world.place.expect(0, "reconcile --config f.toml");
}
