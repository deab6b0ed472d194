//! Spoken through `openssl s_client`, since the client library is built without TLS here.

use std::{
    io::Read,
    process::{Command, Stdio},
};
use testbed::{
    Broker, Client, Settings,
    proxy::{read_frame, write_frame},
};

/// `ApiVersions`, version 0.
const API_VERSIONS: &[u8] = &[0, 18, 0, 0, 0, 0, 0, 1, 255, 255];
/// `SaslHandshake`, version 1, for the mechanism `PLAIN`.
const SASL_HANDSHAKE: &[u8] = b"\0\x11\0\x01\0\0\0\x01\xff\xff\0\x05PLAIN";

/// `SaslAuthenticate`, version 0, with what `PLAIN` wants (RFC 4616): an empty identity, the name, the password.
fn sasl_authenticate(client: &Client, password: &str) -> Vec<u8> {
    let token = format!("\0{}\0{password}", client["sasl.username"]);
    let length = u32::try_from(token.len()).unwrap();
    [b"\0\x24\0\0\0\0\0\x02\xff\xff", &length.to_be_bytes()[..], token.as_bytes()].concat()
}

/// The broker's answers to these requests, over a connection whose other end has proved to be the broker. Fewer answers
/// than requests when it hung up.
fn ask(client: &Client, requests: &[&[u8]]) -> Vec<Vec<u8>> {
    let mut command = Command::new("openssl");
    command.args(["s_client", "-quiet", "-verify_return_error", "-connect", &client["bootstrap.servers"]]);
    let options = [("-CAfile", "ssl.ca.location"), ("-cert", "ssl.certificate.location"), ("-key", "ssl.key.location")];
    for (option, setting) in options {
        command.args(client.get(setting).map(|file| [option, file]).into_iter().flatten());
    }
    let mut tls = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (to, mut from) = (tls.stdin.take().unwrap(), tls.stdout.take().unwrap());
    let answers = requests
        .iter()
        .map_while(|request| write_frame(&to, request).and_then(|()| read_frame(from.by_ref())).ok().flatten())
        .collect();
    tls.kill().unwrap();
    tls.wait().unwrap();
    answers
}

/// The error code of an answer, which follows the correlation id.
fn error(answer: &[u8]) -> i16 {
    i16::from_be_bytes([answer[4], answer[5]])
}

pub(crate) fn clients_prove_who_they_are() {
    let broker = Broker::own(&Settings { secure: true, ..Settings::default() });
    let mut client = broker.client("mtls").clone();
    assert_eq!(ask(&client, &[API_VERSIONS]).len(), 1);
    client.retain(|setting, _| !matches!(setting.as_str(), "ssl.certificate.location" | "ssl.key.location"));
    assert_eq!(ask(&client, &[API_VERSIONS]).len(), 0);

    let client = broker.client("plain");
    let asked = |password| ask(client, &[SASL_HANDSHAKE, &sasl_authenticate(client, password)]);
    let [handshake, authenticate] = &asked(&client["sasl.password"])[..] else { panic!("hung up") };
    assert_eq!([error(handshake), error(authenticate)], [0, 0]);
    let [_, authenticate] = &asked("another")[..] else { panic!("hung up") };
    assert_eq!(error(authenticate), 58, "SASL_AUTHENTICATION_FAILED");
}
