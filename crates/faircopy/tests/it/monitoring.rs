use crate::{
    program::Place,
    service::{Service, get, place},
};
use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A Prometheus server; killed when the test ends.
struct Prometheus {
    child: Child,
    address: String,
}

impl Prometheus {
    /// Starts one that scrapes a worker every second, with the settings and rules of `deploy`; `None` when there is none on this
    /// machine, which only a machine of developers may be.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
    fn start(place: &Place, worker: &str) -> Option<Self> {
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/prometheus");
        fs::copy(deploy.join("alerts.yaml"), place.path("alerts.yaml")).unwrap();
        let settings = fs::read_to_string(deploy.join("prometheus.yaml")).unwrap();
        place.write("prometheus.yaml", settings.replace("127.0.0.1:9464", worker).replace("15s", "1s"));
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let child = Command::new("prometheus")
            .current_dir(place.dir())
            .args(["--config.file=prometheus.yaml", "--storage.tsdb.path=tsdb", "--log.level=error"])
            .arg(format!("--web.listen-address={address}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(child) => Some(Self { child, address }),
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "prometheus: {error}");
                eprintln!("SKIPPED: prometheus: {error} (apt-get install prometheus)");
                None
            }
        }
    }

    /// Asks until the answer is as wanted.
    #[track_caller]
    fn await_answer(&self, path: &str, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        let began = Instant::now();
        loop {
            let answer = get(&self.address, path).ok();
            let body = answer.as_deref().and_then(|page| serde_json::from_str(page.split_once("\r\n\r\n")?.1).ok());
            match body {
                Some(body) if wanted(&body) => return body,
                _ => assert!(began.elapsed() < Duration::from_secs(60), "{path}: {answer:?}"),
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

#[test]
fn a_prometheus_server_scrapes_a_worker_and_evaluates_its_rules() {
    let place = place();
    place.expect(0, "generate --form timesheet --records 500 --seed 5 --out in.ndjson");
    place.expect(0, "put in.ndjson --form timesheet --config f.toml");
    let service = Service::start(&place);
    let Some(prometheus) = Prometheus::start(&place, service.address()) else { return };

    let received = fs::read(place.path("in.ndjson")).unwrap().split(|byte| *byte == b'\n').count() - 1;
    let sum = |body: &serde_json::Value| body["data"]["result"][0]["value"][1].as_str().map(str::to_owned);
    let all = Some(received.to_string());
    let query = |expression: &str| format!("/api/v1/query?query={expression}");
    prometheus.await_answer(&query("sum(faircopy_records_outcome_total)"), |body| sum(body) == all);
    prometheus.await_answer(&query("sum(faircopy_records_received_total)"), |body| sum(body) == all);
    prometheus.await_answer(&query("faircopy_ready"), |body| sum(body).as_deref() == Some("1"));
    prometheus.await_answer(&query("max(faircopy_consumer_lag_records)"), |body| sum(body).as_deref() == Some("0"));

    let groups = |body: &serde_json::Value| body["data"]["groups"].as_array().cloned().unwrap_or_default();
    let rules = |body: &serde_json::Value| -> Vec<serde_json::Value> {
        groups(body).iter().flat_map(|group| group["rules"].as_array().cloned().unwrap_or_default()).collect()
    };
    let is_evaluated = |rule: &serde_json::Value| rule["health"] == "ok";
    let body = prometheus
        .await_answer("/api/v1/rules", |body| rules(body).iter().all(is_evaluated) && !rules(body).is_empty());
    let named = |name: &str| rules(&body).into_iter().find(|rule| rule["name"] == name).unwrap();
    assert_eq!(named("FaircopyDown")["state"], "inactive", "the worker answers");
    assert_eq!(named("FaircopyGap")["state"], "inactive");
    assert_eq!(service.stop("-TERM").1, Some(0));
    prometheus.await_answer("/api/v1/rules", |body| {
        rules(body).iter().any(|rule| rule["name"] == "FaircopyDown" && rule["state"] == "pending")
    });
}
