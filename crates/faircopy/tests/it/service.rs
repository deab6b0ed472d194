use crate::program::{Place, faircopy, stderr, stdout, timesheet};
use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A service that runs; killed when the test ends before it does.
pub(crate) struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Starts it in the place and waits until it says that it takes records.
    pub(crate) fn start(place: &Place) -> Self {
        Self::start_until(place, "taking records")
    }

    /// Starts it in the place and waits until it says this.
    fn start_until(place: &Place, says: &str) -> Self {
        let mut child = faircopy()
            .current_dir(place.dir())
            .args(["run", "--config", "f.toml"])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let said = log.by_ref().map(Result::unwrap).find(|line| line.contains(says)).unwrap();
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        let address = said["metrics"].as_str().unwrap_or_default().to_owned();
        // The log is read on, so that the service never waits for its reader.
        thread::spawn(move || log.count());
        Self { child, address }
    }

    /// Where it serves its metrics.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn page(&self, path: &str) -> String {
        get(&self.address, path).unwrap()
    }

    /// Sends a signal and waits for the end; how long it took, and the exit code.
    pub(crate) fn stop(mut self, signal: &str) -> (Duration, Option<i32>) {
        let asked = Instant::now();
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        (asked.elapsed(), status.code())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// What an HTTP server answers, headers and all.
pub(crate) fn get(address: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: x\r\n\r\n")?;
    let mut page = String::new();
    stream.read_to_string(&mut page)?;
    Ok(page)
}

/// A place with a configuration that serves metrics.
pub(crate) fn place() -> Place {
    let place = Place::new();
    place.write("f.toml", "[store]\ndir = \"data\"\n[ops]\nlisten = \"127.0.0.1:0\"\n");
    place
}

/// Waits until the place's clean topic holds so many records.
#[track_caller]
fn await_clean(place: &Place, count: usize) {
    let began = Instant::now();
    loop {
        let read = stdout(&place.expect(0, "read clean --config f.toml"));
        if read.lines().count() >= count {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "only {} records are clean", read.lines().count());
        thread::sleep(Duration::from_millis(20));
    }
}

/// No broker answers, and one is waited for two minutes by default; a service manager kills sooner.
#[test]
fn sigterm_ends_it_while_it_waits_for_brokers() {
    let place = Place::new();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    place.write("f.toml", format!("[kafka]\nbrokers = \"{nobody}\"\ninstance = \"one\"\n"));
    let service = Service::start_until(&place, "joining the group");
    let (took, code) = service.stop("-TERM");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(code, Some(0));
}

#[test]
fn records_go_in_and_out_while_it_runs_and_sigterm_ends_it_in_time() {
    let place = place();
    place.write("in.ndjson", format!("{}\n{{}}\n{}\n{}\n", timesheet("E1"), timesheet("E2"), timesheet("E1")));
    let service = Service::start(&place);
    let put = place.expect(0, "put in.ndjson --form timesheet --client acme --config f.toml");
    assert_eq!(stdout(&put), "put 4 records at raw/0/0 to raw/0/3\n");
    await_clean(&place, 2);

    let clean = stdout(&place.expect(0, "read clean --config f.toml"));
    assert_eq!(clean, format!("{}\n{}\n", timesheet("E1"), timesheet("E2")));
    let with_headers = stdout(&place.expect(0, "read clean --config f.toml --headers --from 1 --limit 1"));
    let line: serde_json::Value = serde_json::from_str(&with_headers).unwrap();
    assert_eq!((&line["offset"], &line["headers"]["origin"]), (&1.into(), &"raw/0/2".into()));
    let rejects = stdout(&place.expect(0, "read rejects --config f.toml"));
    assert!(rejects.contains("\"reject_id\":\"raw/0/1\"") && rejects.contains("\"client\":\"acme\""), "{rejects}");

    assert!(service.page("/healthz").contains("{\"status\":\"ready\"}"));
    let metrics = service.page("/metrics");
    assert!(metrics.contains("faircopy_records_outcome_total{outcome=\"clean\",form=\"timesheet\"} 2"), "{metrics}");
    assert!(!metrics.contains("AUDIT"), "a record value is a label");

    let locked = place.expect(78, "run --config f.toml");
    let log: Vec<serde_json::Value> =
        stderr(&locked).lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect();
    let reason = log.last().unwrap();
    assert_eq!(
        (&reason["level"], &reason["message"]),
        (&"ERROR".into(), &"data/out.lock: another process is writing here".into())
    );
    assert!(reason["hint"].as_str().unwrap().starts_with("stop the other process"), "{reason}");
    let (took, code) = service.stop("-TERM");
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(code, Some(0));
    place.expect(0, "reconcile --config f.toml");
}

#[test]
fn a_kill_loses_nothing_and_the_next_run_goes_on() {
    let place = place();
    place.expect(0, "generate --form timesheet --records 4000 --seed 5 --out in.ndjson");
    let service = Service::start(&place);
    place.expect(0, "put in.ndjson --form timesheet --config f.toml");
    let (_, code) = service.stop("-KILL");
    assert_eq!(code, None);
    place.expect(0, "run --drain --config f.toml");
    let proof = stdout(&place.expect(0, "reconcile --config f.toml"));
    assert!(proof.contains("every judged record is accounted for exactly once"), "{proof}");
    assert_eq!(stdout(&place.expect(0, "read raw --config f.toml")).lines().count(), proof_count(&proof, "judged"));
}

/// A full disk under the log, and a reader of it that went away.
#[test]
fn a_log_that_cannot_be_written_stops_nobody() {
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let nobody = || Stdio::from(io::pipe().unwrap().1);
    for log in [full, nobody] {
        let place = Place::new();
        place.write("in.ndjson", timesheet("E1"));
        place.expect(0, "put in.ndjson --form timesheet --data-dir data");
        let run = |arguments: &str| {
            let mut command = faircopy();
            command.current_dir(place.dir()).args(arguments.split(' ')).stdout(Stdio::null()).stderr(log());
            command.status().unwrap().code()
        };
        assert_eq!(run("run --drain --data-dir data"), Some(0));
        assert_eq!(stdout(&place.expect(0, "read clean --data-dir data")).lines().count(), 1);
        assert_eq!(run("read clean --data-dir nowhere"), Some(2), "what cannot be told has its exit code");
    }
}

#[test]
fn records_have_the_time_at_which_they_were_put_and_not_that_at_which_the_first_was() {
    let place = Place::new();
    let mut put = faircopy();
    put.current_dir(place.dir()).args(["put", "-", "--form", "timesheet", "--data-dir", "data"]);
    let mut put = put.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut input = put.stdin.take().unwrap();
    // Far more than is read ahead.
    let records = format!("{}\n", timesheet("E1")).repeat(10_000);
    input.write_all(records.as_bytes()).unwrap();
    while place.run("read raw --data-dir data --limit 1").stdout.is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(20));
    input.write_all(records.as_bytes()).unwrap();
    drop(input);
    assert!(put.wait().unwrap().success());
    let time = |at: usize| {
        let read = stdout(&place.expect(0, &format!("read raw --data-dir data --headers --from {at} --limit 1")));
        serde_json::from_str::<serde_json::Value>(&read).unwrap()["time_ms"].as_i64().unwrap()
    };
    assert!(time(0) + 20 <= time(19_999), "{} and {}", time(0), time(19_999));
}

/// One record of a far day would end the window of every key.
#[test]
fn records_of_the_future_are_not_put() {
    let place = Place::new();
    place.write("in.ndjson", timesheet("E1"));
    let put = "put in.ndjson --form timesheet --data-dir data --keyed-on";
    let refused = place.expect(2, &format!("{put} 2926-11-23"));
    assert!(
        stderr(&refused).starts_with("error: --keyed-on lies in the future\nhint: correct it"),
        "{}",
        stderr(&refused)
    );
    assert!(!place.path("data").exists());
    place.expect(0, &format!("{put} 2026-03-07"));
}

/// Whoever reads an error takes the records for not put, and would put them again.
#[test]
fn a_put_that_cannot_say_so_says_that_all_is_put() {
    let place = Place::new();
    place.write("in.ndjson", timesheet("E1"));
    let mut put = faircopy();
    put.current_dir(place.dir()).args(["put", "in.ndjson", "--form", "timesheet", "--data-dir", "data"]);
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = put.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(75));
    assert!(stderr(&output).contains("hint: all records were put: do not put them again\n"), "{}", stderr(&output));
}

fn proof_count(proof: &str, word: &str) -> usize {
    let line = proof.lines().find(|line| line.starts_with(word)).unwrap();
    line.rsplit(' ').next().unwrap().replace(',', "").parse().unwrap()
}

#[test]
fn a_put_that_stops_half_way_says_how_the_rest_is_put() {
    let place = Place::new();
    place.expect(0, "generate --form timesheet --records 3000 --seed 5 --invalid 0 --out in.ndjson");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(place.read("in.ndjson").as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    place.write("in.ndjson.gz", &packed[..packed.len() * 9 / 10]);
    let put = "put --form timesheet --data-dir data";
    let cut = place.expect(2, &format!("{put} in.ndjson.gz"));
    assert!(stderr(&cut).contains("note: made a new store in data\n"), "{}", stderr(&cut));
    assert!(stderr(&cut).contains("note: --skip 2048 puts the rest"), "{}", stderr(&cut));
    let rest = place.expect(0, &format!("{put} in.ndjson --skip 2048"));
    assert_eq!(stdout(&rest), "put 952 records at raw/0/2048 to raw/0/2999\n");
    assert_eq!(stderr(&rest), "");
    let raw = stdout(&place.expect(0, "read raw --data-dir data"));
    assert_eq!(raw, place.read("in.ndjson"), "each record once, in order");
}

#[test]
fn reading_does_not_make_a_store() {
    let place = Place::new();
    let output = place.expect(2, "read clean --data-dir nowhere");
    assert!(stderr(&output).contains("error: nowhere: there is no store"), "{}", stderr(&output));
    assert!(!place.path("nowhere").exists());
    let output = place.expect(2, "read claen --data-dir nowhere");
    assert!(stderr(&output).contains("did you mean clean?"), "{}", stderr(&output));
}

#[test]
fn one_record_is_told_as_one() {
    let place = Place::new();
    place.write("one.ndjson", timesheet("E1"));
    let put = place.expect(0, "put one.ndjson --form timesheet --data-dir data");
    assert_eq!(stdout(&put), "put 1 record at raw/0/0 to raw/0/0\n");
}
