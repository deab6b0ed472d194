//! What operations look at: the metrics endpoint and the health of a worker, over HTTP.

mod connections;
pub mod health;
pub mod metrics;
pub mod server;
#[cfg(test)]
mod watched;

pub use health::{Health, State};
pub use metrics::Metrics;
pub use server::Server;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address cannot be listened on.
    #[error("{address}: {source}")]
    Listen {
        /// The address asked for.
        address: std::net::SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A thread or its runtime could not be started.
    #[error("cannot start the operations server: {0}")]
    Start(std::io::Error),
    /// The metrics of this process are already kept elsewhere.
    #[error("metrics: {0}")]
    Metrics(String),
}
