//! Who is served at a time. A connection is answered once, has a time to be done in and a place among few: when all are taken, the oldest
//! one gives way, so that clients that are slow, idle or forgotten never keep a supervisor from asking for health.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use std::{collections::VecDeque, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    task::AbortHandle,
    time,
};

/// Bytes of a request that are held: its head, since no route has a body.
const REQUEST_BYTES_MAX: usize = 16 << 10;
/// How long no connection is accepted after the system refused one, as where the process may open no more files.
const PAUSE: Duration = Duration::from_millis(200);

/// What clients may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Connections at a time. A Prometheus, a supervisor and some people have one each.
    pub(crate) open: usize,
    /// From the start of a connection to the last byte of its answer; a scrape has as long as Prometheus gives it by default.
    pub(crate) time: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { open: 64, time: Duration::from_secs(10) }
    }
}

/// Answers what comes, until dropped together with its runtime.
pub(crate) async fn serve(listener: TcpListener, routes: Router, bounds: Bounds) {
    let mut open = VecDeque::with_capacity(bounds.open);
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                make_room(&mut open, bounds.open);
                let answering = tokio::spawn(time::timeout(bounds.time, answer(stream, routes.clone())));
                open.push_back(answering.abort_handle());
            }
            Err(error) => {
                tracing::debug!(%error, "the operations server could not accept a connection");
                time::sleep(PAUSE).await;
            }
        }
    }
}

/// Leaves room for one more connection, by ending the oldest one if it must be.
fn make_room(open: &mut VecDeque<AbortHandle>, most: usize) {
    open.retain(|connection| !connection.is_finished());
    if open.len() >= most
        && let Some(oldest) = open.pop_front()
    {
        oldest.abort();
    }
}

async fn answer(stream: TcpStream, routes: Router) {
    let connection = http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(REQUEST_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    // What a client breaks is its own business: it has no answer, and asks again.
    let _broken = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::get;
    use std::{
        io::{self, Read as _, Write as _},
        net::{self, SocketAddr},
        thread,
        time::Instant,
    };

    /// A server that runs as long as the tests do; its page is larger than what systems buffer.
    fn start(bounds: Bounds) -> SocketAddr {
        let listener = net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new().route("/", get(async || "ok")).route("/large", get(async || "x".repeat(64 << 20)));
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { serve(TcpListener::from_std(listener).unwrap(), routes, bounds).await });
        });
        address
    }

    fn connect(address: SocketAddr) -> net::TcpStream {
        let stream = net::TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// A request that never ends.
    fn half(address: SocketAddr) -> net::TcpStream {
        let mut stream = connect(address);
        stream.write_all(b"GET / HTTP/1.1\r\nHost").unwrap();
        stream
    }

    fn ask(address: SocketAddr, path: &str) -> net::TcpStream {
        let mut stream = connect(address);
        write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        stream
    }

    #[track_caller]
    fn expect_answer(address: SocketAddr) {
        let mut page = String::new();
        ask(address, "/").read_to_string(&mut page).unwrap();
        assert!(page.starts_with("HTTP/1.1 200") && page.ends_with("ok"), "{page}");
    }

    /// Whether the server ended a connection, within the time that a read may take.
    fn is_ended(mut stream: net::TcpStream) -> bool {
        match stream.read_to_end(&mut Vec::new()) {
            Ok(_) => true,
            Err(error) => error.kind() == io::ErrorKind::ConnectionReset,
        }
    }

    #[test]
    fn clients_that_are_idle_slow_or_do_not_read_keep_nobody_from_an_answer() {
        let address = start(Bounds { open: 4, time: Duration::from_secs(600) });
        let first = ask(address, "/large");
        let crowd: Vec<_> =
            (0..40).map(|at| if at % 2 == 0 { ask(address, "/large") } else { half(address) }).collect();
        let asked = Instant::now();
        for _ in 0..20 {
            expect_answer(address);
        }
        assert!(asked.elapsed() < Duration::from_secs(5), "an answer took {:?}", asked.elapsed());
        assert!(is_ended(first), "the oldest connection kept its place");
        drop(crowd);
    }

    #[test]
    fn a_connection_has_its_time_and_one_answer() {
        let time = Duration::from_millis(300);
        let address = start(Bounds { open: 4, time });
        let began = Instant::now();
        let idle = half(address);
        assert!(is_ended(idle), "an idle connection outlived its time");
        assert!(began.elapsed() >= time);

        let address = start(Bounds { open: 4, time: Duration::from_secs(600) });
        assert!(is_ended(ask(address, "/")), "a connection was kept for another request");
    }

    #[test]
    fn a_request_without_end_is_not_held() {
        let address = start(Bounds { open: 4, time: Duration::from_secs(600) });
        let mut stream = half(address);
        let endless = (0..1_000).try_for_each(|_| stream.write_all(&[b'a'; 16 << 10]));
        assert!(endless.is_err() || is_ended(stream), "16 MB of one header were taken");
    }
}
