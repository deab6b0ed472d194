//! A proxy that understands Kafka's frames and harms one request of one kind at one moment.
//!
//! A frame is a length of 4 bytes and that many bytes. A request begins with its kind (2 bytes), version (2) and
//! correlation id (4), an answer with the correlation id; all are big-endian.

mod fact;
mod rule;

pub use fact::{EndTxn, Fact, Request, api, error_code};
pub use rule::Action;

use crate::Node;
use rule::{Rule, Which};
use std::{
    collections::{HashMap, HashSet},
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Longest frame taken: a broker takes requests up to this length as shipped (`socket.request.max.bytes`).
const FRAME_BYTES_MAX: u32 = 100 << 20;
/// How long the proxy waits for the answer to a request that it sent late.
const ANSWER_WAIT: Duration = Duration::from_secs(5);

/// Stands between clients and every node of a cluster for as long as it lives; one at a time.
#[derive(Debug)]
pub struct Proxy<'a> {
    bootstrap: String,
    inner: Arc<Inner>,
    doors: Vec<(u16, JoinHandle<()>)>,
    _only: MutexGuard<'a, ()>,
}

impl<'a> Proxy<'a> {
    pub(crate) fn start(nodes: &[Node], only: &'a Mutex<()>, rules: &[&str]) -> Self {
        let only = lock(only);
        let rules = rules.iter().map(|rule| Rule::parse(rule)).collect();
        let inner =
            Arc::new(Inner { rules, started: Instant::now(), state: Mutex::default(), changed: Condvar::new() });
        let doors = nodes.iter().map(|node| (node.proxy, open(&inner, node))).collect();
        let addresses: Vec<_> = nodes.iter().map(|node| format!("127.0.0.1:{}", node.proxy)).collect();
        Self { bootstrap: addresses.join(","), inner, doors, _only: only }
    }

    /// Addresses for `bootstrap.servers`: clients that start from them speak to every node through the proxy.
    pub fn bootstrap(&self) -> &str {
        &self.bootstrap
    }

    /// All it saw and did until now, and how long after its start.
    pub fn facts(&self) -> Vec<(Duration, Fact)> {
        lock(&self.inner.state).facts.clone()
    }

    /// All `EndTxn` requests that clients have made until now.
    pub fn end_txns(&self) -> Vec<EndTxn> {
        let requests = |(_, fact)| if let Fact::Request(request) = fact { request.end_txn() } else { None };
        self.facts().into_iter().filter_map(requests).collect()
    }

    /// Waits for the first fact that `pick` makes something of; panics when there is none after `patience`.
    pub fn wait_for<T>(&self, patience: Duration, mut pick: impl FnMut(&Fact) -> Option<T>) -> T {
        let mut find = |state: &State| state.facts.iter().find_map(|(_, fact)| pick(fact));
        let state = lock(&self.inner.state);
        let waited = self.inner.changed.wait_timeout_while(state, patience, |state| find(state).is_none());
        find(&waited.unwrap_or_else(PoisonError::into_inner).0).expect("the fault did not bite")
    }
}

impl Drop for Proxy<'_> {
    fn drop(&mut self) {
        self.inner.close();
        for (port, door) in self.doors.drain(..) {
            // Whoever waits for a connection sees that it is over when one comes.
            drop(TcpStream::connect((Ipv4Addr::LOCALHOST, port)));
            if door.join().is_err() {
                eprintln!("the proxy at port {port} panicked");
            }
        }
    }
}

/// Every door, connection and delayed request.
#[derive(Debug)]
struct Inner {
    rules: Vec<Rule>,
    started: Instant,
    state: Mutex<State>,
    /// Told of every change of the state.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    closed: bool,
    seen: HashMap<i16, usize>,
    /// `EndTxn` requests that abort.
    aborts: usize,
    /// A request that is kept back, what is to be done to it, and the port of its broker.
    kept: Option<(Request, Action, u16)>,
    facts: Vec<(Duration, Fact)>,
    connections: Vec<TcpStream>,
}

/// The two ends of one client's connection, and the answers that must not reach it.
struct Link {
    client: TcpStream,
    broker: TcpStream,
    swallowed: Mutex<HashSet<i32>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A test that panicked has said so; what it left behind is whole, since every change is one statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Accepts the clients of one node until the proxy is closed.
fn open(inner: &Arc<Inner>, node: &Node) -> JoinHandle<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, node.proxy)).unwrap();
    let (inner, broker) = (Arc::clone(inner), node.behind_proxy);
    thread::spawn(move || {
        for client in listener.incoming() {
            if lock(&inner.state).closed {
                return;
            }
            // A client that is gone again, or a broker that is down: the client sees its connection close.
            if let Ok(link) = client.and_then(|client| inner.link(client, broker)) {
                inner.pump(link, broker);
            }
        }
    })
}

impl Inner {
    fn link(&self, client: TcpStream, broker: u16) -> io::Result<Link> {
        let broker = TcpStream::connect((Ipv4Addr::LOCALHOST, broker))?;
        for end in [&client, &broker] {
            end.set_nodelay(true)?;
            lock(&self.state).connections.push(end.try_clone()?);
        }
        Ok(Link { client, broker, swallowed: Mutex::default() })
    }

    fn pump(self: &Arc<Self>, link: Link, broker: u16) {
        let link = Arc::new(link);
        let (inner, requests) = (Arc::clone(self), Arc::clone(&link));
        thread::spawn(move || requests.until_closed(inner.requests(&requests, broker)));
        thread::spawn(move || link.until_closed(link.answers()));
    }

    /// From client to broker, until one of them closes or a rule says so.
    fn requests(self: &Arc<Self>, link: &Link, broker: u16) -> io::Result<()> {
        while let Some(frame) = read_frame(&link.client)? {
            let (request, action) = self.see(frame);
            self.release(&request);
            match action {
                None => write_frame(&link.broker, &request.frame)?,
                Some(Action::Hold(time)) => self.later(request, time, broker),
                Some(action @ (Action::Until(_) | Action::Forge(_))) => self.keep(request, action, broker),
                Some(action @ Action::CutUntil(_)) => {
                    self.keep(request, action, broker);
                    return Ok(());
                }
                Some(Action::Dup(time)) => {
                    write_frame(&link.broker, &request.frame)?;
                    self.later(request, time, broker);
                }
                Some(Action::DropResponse) => link.swallow(&request)?,
                Some(Action::Cut) => return Ok(()),
                Some(Action::CutAfter) => {
                    link.swallow(&request)?;
                    thread::sleep(Duration::from_millis(50));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Counts a request, notes it, and says what is to be done to it.
    fn see(&self, frame: Vec<u8>) -> (Request, Option<Action>) {
        let mut state = lock(&self.state);
        let api = i16::from_be_bytes([frame[0], frame[1]]);
        let nth = state.seen.entry(api).or_default();
        *nth += 1;
        let version = i16::from_be_bytes([frame[2], frame[3]]);
        let correlation = i32::from_be_bytes([frame[4], frame[5], frame[6], frame[7]]);
        let request = Request { api, version, correlation, nth: *nth, frame };
        state.aborts += usize::from(request.is_abort());
        let is_first_abort = request.is_abort() && state.aborts == 1;
        let is_meant = |which| match which {
            Which::Nth(of, nth) => (of, nth) == (api, request.nth),
            Which::FirstAbort => is_first_abort,
        };
        let action = self.rules.iter().find(|rule| is_meant(rule.which)).map(|rule| rule.action);
        let is_named = |rule: &Rule| matches!(rule.which, Which::Nth(of, _) if of == api);
        if api::OF_TRANSACTIONS.contains(&api) || self.rules.iter().any(is_named) {
            self.note(&mut state, Fact::Request(request.clone()));
        }
        if let Some(action) = action {
            self.note(&mut state, Fact::Fired(request.clone(), action));
        }
        (request, action)
    }

    fn note(&self, state: &mut State, fact: Fact) {
        state.facts.push((self.started.elapsed(), fact));
        self.changed.notify_all();
    }

    /// Sends the request after this time over a connection of its own, unless the proxy is closed before.
    fn later(self: &Arc<Self>, request: Request, time: Duration, broker: u16) {
        let inner = Arc::clone(self);
        thread::spawn(move || {
            let waited = inner.changed.wait_timeout_while(lock(&inner.state), time, |state| !state.closed);
            if waited.unwrap_or_else(PoisonError::into_inner).0.closed {
                return;
            }
            let answer = ask(&request.frame, broker).ok().flatten();
            inner.note(&mut lock(&inner.state), Fact::LateAnswer(request, answer));
        });
    }

    fn keep(&self, request: Request, action: Action, broker: u16) {
        lock(&self.state).kept = Some((request, action, broker));
    }

    /// Sends what was kept back until this request.
    fn release(&self, next: &Request) {
        let is_due = |kept: &mut (Request, Action, u16)| kept.1.until() == Some(next.api);
        let Some((mut request, action, broker)) = lock(&self.state).kept.take_if(is_due) else { return };
        if let (Action::Forge(_), Some(producer)) = (action, next.producer()) {
            request = request.in_the_name_of(producer);
        }
        let answer = ask(&request.frame, broker).ok().flatten();
        self.note(&mut lock(&self.state), Fact::LateAnswer(request, answer));
    }

    fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        state.connections.drain(..).for_each(|end| drop(end.shutdown(Shutdown::Both)));
        self.changed.notify_all();
    }
}

impl Link {
    /// From broker to client.
    fn answers(&self) -> io::Result<()> {
        while let Some(frame) = read_frame(&self.broker)? {
            let correlation = i32::from_be_bytes([frame[0], frame[1], frame[2], frame[3]]);
            if !lock(&self.swallowed).remove(&correlation) {
                write_frame(&self.client, &frame)?;
            }
        }
        Ok(())
    }

    /// Sends a request whose answer the client shall not see.
    fn swallow(&self, request: &Request) -> io::Result<()> {
        lock(&self.swallowed).insert(request.correlation);
        write_frame(&self.broker, &request.frame)
    }

    /// When one direction has ended, in whatever way, the other ends too.
    fn until_closed(&self, _ended: io::Result<()>) {
        drop(self.client.shutdown(Shutdown::Both));
        drop(self.broker.shutdown(Shutdown::Both));
    }
}

/// Sends one frame and waits for its answer.
fn ask(frame: &[u8], broker: u16) -> io::Result<Option<Vec<u8>>> {
    let broker = TcpStream::connect((Ipv4Addr::LOCALHOST, broker))?;
    broker.set_read_timeout(Some(ANSWER_WAIT))?;
    write_frame(&broker, frame)?;
    read_frame(&broker)
}

/// The next frame without its length; `None` at the end.
pub fn read_frame(mut from: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        result => result?,
    }
    let length = u32::from_be_bytes(length);
    if !(4..=FRAME_BYTES_MAX).contains(&length) {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "not a frame of Kafka's protocol"));
    }
    let mut frame = vec![0; usize::try_from(length).unwrap()];
    from.read_exact(&mut frame)?;
    Ok(Some(frame))
}

/// Writes a frame with its length, at once, so that no packet holds half of one for longer than it must.
pub fn write_frame(mut to: impl Write, frame: &[u8]) -> io::Result<()> {
    let length = u32::try_from(frame.len()).unwrap();
    to.write_all(&[&length.to_be_bytes(), frame].concat())
}
