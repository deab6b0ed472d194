//! The first contact with a cluster. A cluster that is away is waited for; one that refuses is not.

use super::{
    Error, Settings,
    client::{self, Outage},
    error::is_refusal,
};
use rdkafka::{
    ClientContext,
    config::RDKafkaLogLevel,
    consumer::{BaseConsumer, Consumer, ConsumerContext},
    error::{KafkaError, KafkaResult, RDKafkaErrorCode},
    metadata::Metadata,
};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long one question waits, so that what the client was told meanwhile is heard.
const STEP: Duration = Duration::from_secs(1);
/// A refusal counts when nothing better came within this time: a broker that is being restarted breaks handshakes too.
const REFUSED_AFTER: Duration = Duration::from_secs(3);

/// How OpenSSL tells what the other end sent before it hung up (RFC 8446, section 6): with TLS 1.3 a certificate is refused
/// only after the handshake, and then the client has no better word for it than a lost connection.
const ALERT: &str = "SSL alert number";

/// How the client begins to tell that it has no token; behind it stands what the token service answered, or why it did not.
const NO_TOKEN: &str = "Failed to acquire SASL OAUTHBEARER token: ";

/// What a token service answers to whom it will never give one (RFC 6749, section 5.2). Everything else passes, most likely: the
/// service is away, or busy.
const NEVER: [&str; 6] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
];

/// Hears why connections fail. The client itself goes on trying, whatever the reason.
#[derive(Debug, Default)]
pub(super) struct Witness {
    outage: Outage,
    refusal: Mutex<Option<(Instant, String)>>,
    /// Why a connection failed last.
    failure: Mutex<Option<String>>,
}

impl Witness {
    fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The last refusal, once the first is old enough.
    fn refusal(&self) -> Option<String> {
        let refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
        refusal.as_ref().filter(|(first, _)| first.elapsed() >= REFUSED_AFTER).map(|(_, reason)| reason.clone())
    }
}

impl ClientContext for Witness {
    fn log(&self, level: RDKafkaLogLevel, fac: &str, message: &str) {
        client::log(level, fac, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.outage.tell("first contact", &error, reason);
        // That all are down follows from what was told of each, and says nothing of the reason.
        if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
            *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(reason.to_owned());
        }
        let is_refused = match reason.strip_prefix(NO_TOKEN) {
            Some(answer) => NEVER.iter().any(|word| answer.contains(word)),
            None => is_refusal(&error) || reason.contains(ALERT),
        };
        if is_refused {
            let mut refusal = self.refusal.lock().unwrap_or_else(PoisonError::into_inner);
            let first = refusal.as_ref().map_or_else(Instant::now, |(first, _)| *first);
            *refusal = Some((first, reason.to_owned()));
        }
    }
}

impl ConsumerContext for Witness {}

/// Connects, and answers what topics and brokers there are.
///
/// # Errors
/// [`Error::Refused`] within seconds when credentials or certificates are not accepted; [`Error::Silent`] when nobody
/// answers for as long as [`Settings::patience`].
pub(super) fn reach(settings: &Settings) -> Result<(BaseConsumer<Witness>, Metadata), Error> {
    let surveyor: BaseConsumer<Witness> = client::surveyor(settings).map_err(Error::settings)?;
    let began = Instant::now();
    loop {
        // Also hands a token to a client that wants one (OAUTHBEARER).
        serve(&surveyor);
        let source = match surveyor.fetch_metadata(None, STEP.min(settings.patience)) {
            Ok(metadata) => return Ok((surveyor, metadata)),
            Err(source) => source,
        };
        serve(&surveyor);
        if let Some(reason) = surveyor.context().refusal() {
            return Err(Error::Refused { reason });
        }
        if is_refusal(&source) {
            return Err(Error::Cluster { doing: "the cluster does not answer", source });
        }
        if began.elapsed() >= settings.patience {
            return Err(Error::Silent {
                brokers: settings.brokers.clone(),
                seconds: settings.patience.as_secs(),
                reason: surveyor.context().failure().unwrap_or_else(|| source.to_string()),
            });
        }
    }
}

/// Hears all that waits to be heard; a client without partitions has no messages.
fn serve(surveyor: &BaseConsumer<Witness>) {
    let mut heard: Option<KafkaResult<_>> = surveyor.poll(Duration::ZERO);
    while heard.is_some() {
        heard = surveyor.poll(Duration::ZERO);
    }
}
