//! A service that hands out tokens for OAUTHBEARER, as an identity provider does: to a client that names its secret (RFC 6749, section
//! 4.4), signed with the key whose public half the brokers hold (RFC 7515, RS256).

use crate::Cluster;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// The service; it goes on until the process ends.
#[derive(Debug)]
pub struct TokenService {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    issued: AtomicUsize,
    busy: AtomicBool,
}

impl TokenService {
    /// Serves the client that a secure cluster knows, with tokens that hold for so long.
    pub fn start(cluster: &Cluster, lifetime: Duration) -> Self {
        let client = cluster.client("oauthbearer");
        let pair = ["id", "secret"].map(|part| client[&format!("sasl.oauthbearer.client.{part}")].as_str()).join(":");
        let [user, _] = pair.split(':').collect::<Vec<_>>()[..] else { panic!("a colon in {pair}") };
        let (user, expected) = (user.to_owned(), format!("Basic {}", base64(pair.as_bytes())));
        let (key, state) = (cluster.dir().join("tls/token.key"), Arc::<State>::default());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let service = Self { address: listener.local_addr().unwrap(), state: Arc::clone(&state) };
        thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                let is_known = authorization(&connection).as_deref() == Some(&expected);
                let (status, body) = if state.busy.load(Ordering::Relaxed) {
                    ("503 Service Unavailable", json!({"error": "temporarily_unavailable"}))
                } else if is_known {
                    state.issued.fetch_add(1, Ordering::Relaxed);
                    ("200 OK", json!({"access_token": token(&user, &key, lifetime), "token_type": "Bearer"}))
                } else {
                    ("401 Unauthorized", json!({"error": "invalid_client", "error_description": "who are you"}))
                };
                let body = body.to_string();
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                // A client that does not wait for its answer is no fault of the service.
                let _gone = connection.write_all(format!("{head}{body}").as_bytes());
            }
        });
        service
    }

    /// For `sasl.oauthbearer.token.endpoint.url`.
    pub fn url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// How many tokens were handed out.
    pub fn issued(&self) -> usize {
        self.state.issued.load(Ordering::Relaxed)
    }

    /// Whether it turns everybody away for now.
    pub fn set_busy(&self, busy: bool) {
        self.state.busy.store(busy, Ordering::Relaxed);
    }
}

/// Reads one request to its end, and answers who asks.
fn authorization(connection: &TcpStream) -> Option<String> {
    let mut request = BufReader::new(connection);
    let (mut found, mut length) = (None, 0);
    for line in request.by_ref().lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        match line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value)) {
            Some((name, value)) if name == "authorization" => found = Some(value.to_owned()),
            Some((name, value)) if name == "content-length" => length = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    request.read_exact(&mut body).ok()?;
    found
}

/// A token in three parts (RFC 7515, section 7.1).
#[expect(clippy::disallowed_methods, reason = "brokers hold a token against their clocks")]
fn token(user: &str, key: &Path, lifetime: Duration) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({"sub": user, "aud": "faircopy", "iat": now, "exp": now + lifetime.as_secs()});
    let part = |value: &Value| url_safe(&base64(value.to_string().as_bytes()));
    let signed = format!("{}.{}", part(&json!({"alg": "RS256", "kid": "test"})), part(&claims));
    let signature = openssl(&["dgst", "-sha256", "-sign", key.to_str().unwrap()], signed.as_bytes());
    format!("{signed}.{}", url_safe(&base64(&signature)))
}

fn base64(bytes: &[u8]) -> String {
    String::from_utf8(openssl(&["base64", "-A"], bytes)).unwrap()
}

/// RFC 4648, section 5, without padding.
fn url_safe(base64: &str) -> String {
    base64.trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// What it makes of these bytes.
fn openssl(arguments: &[&str], bytes: &[u8]) -> Vec<u8> {
    let mut command = Command::new("openssl");
    let mut child = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "openssl ended with {}", output.status);
    output.stdout
}
