use std::{
    io,
    net::TcpStream,
    time::{Duration, Instant},
};
use testbed::{
    Shared,
    proxy::{Action, Fact, Proxy, read_frame, write_frame},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// `ApiVersions`, version 0, of a client without a name: the one request a broker answers to anybody.
fn request(correlation: u8) -> [u8; 10] {
    [0, 18, 0, 0, 0, 0, 0, correlation, 255, 255]
}

fn connect(proxy: &Proxy) -> TcpStream {
    let stream = TcpStream::connect(proxy.bootstrap()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The correlation id of the next answer; `None` when the connection was closed.
fn next(stream: &TcpStream) -> Option<u8> {
    match read_frame(stream) {
        Ok(frame) => frame.map(|frame| frame[3]),
        Err(error) if error.kind() == io::ErrorKind::ConnectionReset => None,
        Err(error) => panic!("{error}"),
    }
}

fn fired(proxy: &Proxy) -> Vec<(usize, Action)> {
    let fired = |(_, fact)| if let Fact::Fired(request, action) = fact { Some((request.nth, action)) } else { None };
    proxy.facts().into_iter().filter_map(fired).collect()
}

/// Waits for the broker's answer to what was sent late; says when it came.
fn late_answer(proxy: &Proxy, since: Instant) -> Duration {
    let answer = |fact: &Fact| if let Fact::LateAnswer(_, answer) = fact { Some(answer.clone()) } else { None };
    let answer = proxy.wait_for(PATIENCE, answer).expect("the broker took the late frame");
    assert_eq!(answer[3], 2, "the answer to the second request");
    since.elapsed()
}

pub(crate) fn a_held_request_is_delivered_late_and_not_answered() {
    let proxy = Shared::get().proxy(&["18:2:hold:0.5"]);
    let stream = connect(&proxy);
    for correlation in [1, 2, 3] {
        write_frame(&stream, &request(correlation)).unwrap();
    }
    let held = Instant::now();
    assert_eq!([next(&stream), next(&stream)], [Some(1), Some(3)]);
    assert!(late_answer(&proxy, held) >= Duration::from_millis(490));
    assert_eq!(fired(&proxy), [(2, Action::Hold(Duration::from_millis(500)))]);
}

pub(crate) fn a_doubled_request_is_answered_once() {
    let proxy = Shared::get().proxy(&["18:2:dup:0.5"]);
    // The second request of its kind, whichever connection it comes on.
    let (first, stream) = (connect(&proxy), connect(&proxy));
    write_frame(&first, &request(1)).unwrap();
    assert_eq!(next(&first), Some(1));
    for correlation in [2, 3] {
        write_frame(&stream, &request(correlation)).unwrap();
    }
    let sent = Instant::now();
    assert_eq!([next(&stream), next(&stream)], [Some(2), Some(3)]);
    assert!(late_answer(&proxy, sent) >= Duration::from_millis(490));
    assert_eq!(fired(&proxy), [(2, Action::Dup(Duration::from_millis(500)))]);
}

pub(crate) fn an_answer_is_swallowed() {
    let proxy = Shared::get().proxy(&["18:2:dropresp"]);
    let stream = connect(&proxy);
    for correlation in [1, 2, 3] {
        write_frame(&stream, &request(correlation)).unwrap();
    }
    assert_eq!([next(&stream), next(&stream)], [Some(1), Some(3)]);
    assert_eq!(fired(&proxy), [(2, Action::DropResponse)]);
}

pub(crate) fn a_connection_is_cut() {
    for (rule, action) in [("18:2:cut", Action::Cut), ("18:2:cutafter", Action::CutAfter)] {
        let proxy = Shared::get().proxy(&[rule]);
        let stream = connect(&proxy);
        write_frame(&stream, &request(1)).unwrap();
        assert_eq!(next(&stream), Some(1));
        write_frame(&stream, &request(2)).unwrap();
        assert_eq!(next(&stream), None, "{rule}");
        assert_eq!(fired(&proxy), [(2, action)]);
        // The next connection is not harmed.
        let stream = connect(&proxy);
        write_frame(&stream, &request(3)).unwrap();
        assert_eq!(next(&stream), Some(3), "{rule}");
    }
}
