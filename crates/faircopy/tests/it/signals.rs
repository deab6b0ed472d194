use crate::{
    program::{Place, faircopy, stderr, stdout, timesheet},
    service::get,
};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// What the binary is told of the signal that a closed terminal sends, whatever was said of it to whoever runs the tests.
const HEEDS: &str = "--default-signal=HUP";
const IGNORES: &str = "--ignore-signal=HUP";

fn binary(hangup: &str) -> Command {
    let program = faircopy();
    let mut command = Command::new("env");
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.arg(hangup).arg(program.get_program());
    command
}

/// A demo that runs until it is told to end, in a temporary directory of the place; killed when the test ends before it does.
struct Demo {
    child: Child,
    address: String,
}

impl Demo {
    /// Starts it, and waits until records flow.
    fn start(place: &Place, hangup: &str) -> Self {
        let mut child = binary(hangup)
            .args(["demo", "--records", "100000000", "--rate", "2000", "--listen", "127.0.0.1:0"])
            .env("TMPDIR", place.dir())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = said.find_map(|line| Some(line.strip_prefix("metrics: http://")?.split('/').next()?.to_owned()));
        // What it says is read on, so that it never waits for its reader.
        thread::spawn(move || said.count());
        let demo = Self { child, address: address.unwrap() };
        let began = Instant::now();
        while !demo.is_ready() {
            assert!(began.elapsed() < Duration::from_secs(30), "no record flows");
            thread::sleep(Duration::from_millis(20));
        }
        demo
    }

    fn is_ready(&self) -> bool {
        get(&self.address, "/healthz").is_ok_and(|page| page.contains("\"ready\""))
    }

    fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    fn code(mut self) -> Option<i32> {
        let began = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(60), "it does not end");
            thread::sleep(Duration::from_millis(20));
        }
        self.child.wait().unwrap().code()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// No file may grow beyond what a shell allows: said like a disk that is full, with what is there already.
#[test]
fn a_put_that_may_write_no_more_says_what_is_there() {
    let place = Place::new();
    let records: Vec<_> = (0..20_000).map(|number| timesheet(&number.to_string())).collect();
    place.write("in.ndjson", records.join("\n"));
    let put = Command::new("sh")
        .args(["-c", "ulimit -f 4000; exec \"$0\" put in.ndjson --form timesheet --data-dir data"])
        .arg(faircopy().get_program())
        .current_dir(place.dir())
        .output()
        .unwrap();
    let (said, told) = (stdout(&put), stderr(&put));
    assert_eq!(put.status.code(), Some(75), "{told}");
    let count: u32 = said.split(' ').nth(1).unwrap().replace(',', "").parse().unwrap();
    assert!((1..20_000).contains(&count), "the limit did not bite: {said}");
    assert!(told.contains(&format!("--skip {count} puts the rest")) && told.contains("ulimit -f"), "{told}");
    place.expect(0, &format!("put in.ndjson --form timesheet --data-dir data --skip {count}"));
    let run = place.expect(0, "run --drain --data-dir data");
    assert!(stderr(&run).contains("\"received\":20000"), "{}", stderr(&run));
}

/// What stands in the temporary directory.
fn left_in(place: &Place) -> usize {
    fs::read_dir(place.dir()).unwrap().count()
}

#[test]
fn a_demo_whose_terminal_is_closed_removes_its_directory() {
    let place = Place::new();
    let demo = Demo::start(&place, HEEDS);
    assert_eq!(left_in(&place), 1);
    demo.signal("-HUP");
    // A shell passes it on, and the terminal sends it.
    demo.signal("-HUP");
    assert_eq!(demo.code(), Some(0));
    assert_eq!(left_in(&place), 0);
}

#[test]
fn a_demo_that_is_to_outlive_its_terminal_does() {
    let place = Place::new();
    let mut demo = Demo::start(&place, IGNORES);
    demo.signal("-HUP");
    thread::sleep(Duration::from_secs(2));
    assert!(demo.child.try_wait().unwrap().is_none() && demo.is_ready(), "it ended with its terminal");
    demo.signal("-TERM");
    assert_eq!(demo.code(), Some(0));
    assert_eq!(left_in(&place), 0);
}

#[test]
fn judging_that_is_ended_leaves_nothing_behind() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let place = Place::new();
        fs::create_dir(place.path("tmp")).unwrap();
        let mut child = binary(HEEDS)
            .current_dir(place.dir())
            .env("TMPDIR", place.path("tmp"))
            .args(["judge", "-", "--form", "timesheet", "--clean", "clean.ndjson", "--rejects", "rejects.ndjson"])
            .stdin(Stdio::piped())
            .stderr(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // More than is looked at before the first record is read, and then nothing: it ends though nobody closes its input.
        let mut records = child.stdin.take().unwrap();
        for no in 0..20_000 {
            writeln!(records, "{}", timesheet(&no.to_string())).unwrap();
        }
        let began = Instant::now();
        while fs::read_dir(place.path("tmp")).unwrap().count() == 0 {
            assert!(began.elapsed() < Duration::from_secs(30), "it does not judge");
            thread::sleep(Duration::from_millis(5));
        }
        // All that came is judged by now, so that it waits for more.
        thread::sleep(Duration::from_secs(1));
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let began = Instant::now();
        while child.try_wait().unwrap().is_none() {
            assert!(began.elapsed() < Duration::from_secs(10) || child.kill().is_err(), "{signal}: it does not end");
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(child.wait().unwrap().code(), Some(75), "{signal}");
        drop(records);
        assert_eq!(left_in(&place), 1, "{signal}: only the temporary directory is left");
        assert_eq!(fs::read_dir(place.path("tmp")).unwrap().count(), 0, "{signal}");
    }
}
