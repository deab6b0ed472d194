//! The HTTP server of operations: `/metrics`, `/healthz`, `/livez`, `/readyz`. It runs on one thread of its own, so that
//! a busy pipeline still answers, and so that the rest of the program needs no async.

use crate::{Error, Health, Metrics, connections};
use axum::{
    Router,
    extract::State as Shared,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{
    net::{SocketAddr, TcpListener},
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::sync::oneshot;

/// How often gathered histogram samples are folded into buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What the handlers read.
#[derive(Clone, Debug)]
struct Watched {
    metrics: Metrics,
    health: Health,
}

impl Server {
    /// Listens on `listen` (port 0: any free one) and serves until dropped.
    ///
    /// # Errors
    /// When the address is taken or a thread cannot be started.
    pub fn start(listen: SocketAddr, metrics: Metrics, health: Health) -> Result<Self, Error> {
        let failed = |source| Error::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::Start)?;
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("ops".to_owned())
            .spawn(move || runtime.block_on(serve(listener, Watched { metrics, health }, stopped)))
            .map_err(Error::Start)?;
        Ok(Self { address, stop: Some(stop), thread: Some(thread) })
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The server ends when the sender goes away; a thread that panicked has said so already.
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, watched: Watched, mut stopped: oneshot::Receiver<()>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::error!(%error, "the operations server cannot listen"),
    };
    let metrics = watched.metrics.clone();
    let server = tokio::spawn(connections::serve(listener, routes(watched), connections::Bounds::default()));
    while tokio::time::timeout(UPKEEP, &mut stopped).await.is_err() {
        metrics.upkeep();
    }
    // Open connections are cut: a scrape is repeated anyway, and shutdown must not wait for an idle client.
    server.abort();
}

fn routes(watched: Watched) -> Router {
    Router::new()
        .route("/metrics", get(show_metrics))
        .route("/healthz", get(show_health))
        .route("/readyz", get(show_health))
        .route("/livez", get(show_life))
        .with_state(watched)
}

async fn show_metrics(Shared(watched): Shared<Watched>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], watched.metrics.render()).into_response()
}

/// 200 while records are taken, 503 otherwise; the body says why.
async fn show_health(Shared(watched): Shared<Watched>) -> Response {
    answer(watched.health.ready(), &watched.health)
}

/// 200 unless a restart is what helps.
async fn show_life(Shared(watched): Shared<Watched>) -> Response {
    answer(watched.health.alive(), &watched.health)
}

fn answer(good: bool, health: &Health) -> Response {
    let status = if good { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = format!("{{\"status\":\"{}\"}}\n", health.state().as_str());
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::State;
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
        time::{Instant, SystemTime, UNIX_EPOCH},
    };

    fn get_page(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut page = String::new();
        stream.read_to_string(&mut page).unwrap();
        page
    }

    /// In whole seconds.
    fn told_clock(address: SocketAddr) -> u64 {
        let page = get_page(address, "/metrics");
        let shown = page.lines().find_map(|line| line.strip_prefix("faircopy_clock_seconds ")).unwrap();
        shown.split('.').next().unwrap().parse().unwrap()
    }

    #[test]
    #[expect(clippy::disallowed_methods, reason = "the clock that is told is held against the clock")]
    fn health_follows_the_worker_and_metrics_are_served_until_the_server_is_dropped() {
        let health = Health::default();
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let server = Server::start(any, Metrics::install("1.2.3").unwrap(), health.clone()).unwrap();
        let address = server.address();

        assert!(get_page(address, "/readyz").starts_with("HTTP/1.1 503"));
        assert!(get_page(address, "/livez").starts_with("HTTP/1.1 200"));
        health.set(State::Ready);
        assert!(get_page(address, "/healthz").contains("{\"status\":\"ready\"}"));
        health.set(State::Failed);
        assert!(get_page(address, "/livez").starts_with("HTTP/1.1 503"));
        assert!(get_page(address, "/metrics").contains("faircopy_build_info{version=\"1.2.3\"} 1"));
        assert!(told_clock(address).abs_diff(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()) < 60);
        assert!(matches!(Server::start(address, Metrics(server_handle()), health), Err(Error::Listen { .. })));

        let _idle = TcpStream::connect(address).unwrap();
        let asked = Instant::now();
        drop(server);
        assert!(asked.elapsed() < Duration::from_secs(1), "an idle client held up the stop");
    }

    fn server_handle() -> metrics_exporter_prometheus::PrometheusHandle {
        metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle()
    }
}
