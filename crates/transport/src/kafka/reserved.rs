//! Properties of the client that are not for the user to set, and why.

/// Why a property of librdkafka cannot be set by name; `None` when it can. The worker's promises, its bounds on memory, or
/// a setting of [`Settings`](super::Settings) depend on it.
#[must_use]
pub fn reserved(name: &str) -> Option<&'static str> {
    Some(match name {
        "bootstrap.servers" | "metadata.broker.list" => "it is kafka.brokers",
        "client.id" | "group.instance.id" => "it follows from kafka.instance",
        "group.id" => "it is kafka.group",
        "group.protocol" | "partition.assignment.strategy" => "it is kafka.protocol",
        "group.remote.assignor" => "raw and keyed must be shared out evenly, each by itself",
        "session.timeout.ms" => "it is kafka.session_timeout_s",
        "heartbeat.interval.ms" => "it follows from kafka.session_timeout_s",
        "max.poll.interval.ms" => "it is kafka.poll_interval_s",
        "socket.timeout.ms" => "it is kafka.socket_timeout_s",
        "transaction.timeout.ms" | "message.timeout.ms" | "delivery.timeout.ms" => {
            "it follows from kafka.transaction_timeout_s"
        }
        "compression.type" | "compression.codec" => "it is kafka.compression",
        "transactional.id" => {
            "a worker that starts again must shut out what is left of itself, by kafka.group and kafka.instance"
        }
        "isolation.level" => "what an aborted transaction left must never be read",
        "enable.auto.commit" | "enable.auto.offset.store" | "auto.commit.interval.ms" => {
            "positions are committed with the outcomes, in one transaction"
        }
        "auto.offset.reset" => "kafka.start says where to begin; records that are gone are counted, never skipped",
        "enable.idempotence"
        | "enable.gapless.guarantee"
        | "acks"
        | "request.required.acks"
        | "max.in.flight"
        | "max.in.flight.requests.per.connection"
        | "retries"
        | "message.send.max.retries" => "records must be written once, in order, to all replicas",
        "enable.partition.eof" => "the worker finds the ends of topics by it",
        "delivery.report.only.error" => {
            "what was delivered has to be heard of: where claims stand, and which records are on raw"
        }
        "statistics.interval.ms" => "the figures of brokers are taken at it",
        "check.crcs" => "a damaged batch must stop the worker",
        "linger.ms"
        | "queue.buffering.max.ms"
        | "batch.size"
        | "fetch.wait.max.ms"
        | "fetch.min.bytes"
        | "fetch.queue.backoff.ms" => "it is weighed against kafka.commit_ms",
        "queued.max.messages.kbytes"
        | "queued.min.messages"
        | "fetch.message.max.bytes"
        | "max.partition.fetch.bytes"
        | "receive.message.max.bytes"
        | "message.max.bytes"
        | "queue.buffering.max.messages"
        | "queue.buffering.max.kbytes" => "the bounds on memory and messages depend on it",
        _ => return None,
    })
}
