//! Calls of the client that may not come back, whatever time they are given: librdkafka #3041 and #4420, and #5456 with
//! #5511 when the broker that keeps a group's positions is gone. Each has a thread of its own; one that stays away longer
//! than it may is left alone, with the producer that it holds, and ends when the client sees some connection change.

use super::client::Deliveries;
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

/// Ends a producer, however long that takes, without waiting for it.
pub(super) fn end(producer: Client) {
    // What cannot have a thread is ended here.
    drop(thread::Builder::new().name("kafka-end".to_owned()).spawn(move || drop(producer)));
}
