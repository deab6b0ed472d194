//! Calls of the client that may not come back, whatever time they are given: librdkafka #3041 and #4420, and #5456 with
//! #5511 when the broker that keeps a group's positions is gone. Each has a thread of its own; one that stays away longer
//! than it may is left alone, with the producer that it holds, and ends when the client sees some connection change.

use super::deliveries::Deliveries;
use rdkafka::{
    error::{KafkaError, KafkaResult},
    producer::BaseProducer,
    types::RDKafkaErrorCode,
};
use std::{
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

/// How much longer than it was given a call may take before it is left alone.
const GRACE: Duration = Duration::from_secs(1);

/// The transactional producer. A call that was left alone still holds it.
pub(super) type Client = Arc<BaseProducer<Deliveries>>;

/// Makes a call that was given `time`, and says what it says. One that does not come back is an error that no retry mends:
/// the producer is of no use any more.
pub(super) fn watched(
    producer: &Client,
    time: Duration,
    call: impl FnOnce(&BaseProducer<Deliveries>) -> KafkaResult<()> + Send + 'static,
) -> KafkaResult<()> {
    let (told, ended) = mpsc::sync_channel(1);
    let held = Arc::clone(producer);
    let run = move || drop(told.send(call(&held)));
    if thread::Builder::new().name("kafka-call".to_owned()).spawn(run).is_err() {
        return Err(KafkaError::Canceled);
    }
    ended.recv_timeout(time + GRACE).unwrap_or(Err(KafkaError::Flush(RDKafkaErrorCode::OperationTimedOut)))
}

/// Ends a client, and waits no longer than `time` for it. Answers whether it ended: a consumer that leaves its group while it still joins
/// may never be told that it has left.
pub(super) fn end_within<C: Send + 'static>(client: C, time: Duration) -> bool {
    let (told, ended) = mpsc::sync_channel(1);
    let run = move || {
        drop(client);
        told.send(()).ok();
    };
    thread::Builder::new().name("kafka-end".to_owned()).spawn(run).is_ok() && ended.recv_timeout(time).is_ok()
}

/// Ends a producer, however long that takes, without waiting for it.
pub(super) fn end(producer: Client) {
    // What cannot have a thread is ended here.
    drop(thread::Builder::new().name("kafka-end".to_owned()).spawn(move || drop(producer)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ends once somebody says so, or nobody can any more.
    struct Slow(mpsc::Receiver<()>);

    impl Drop for Slow {
        fn drop(&mut self) {
            self.0.recv().ok();
        }
    }

    #[test]
    fn what_does_not_end_is_left_alone() {
        let (end, may_end) = mpsc::sync_channel(1);
        assert!(!end_within(Slow(may_end), Duration::from_millis(20)));
        drop(end);
        let (end, may_end) = mpsc::sync_channel(1);
        drop(end);
        assert!(end_within(Slow(may_end), Duration::from_secs(30)));
    }
}
