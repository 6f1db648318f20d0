//! Classes of well-known errors, by library.

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "async-nats")]
mod async_nats;
#[cfg(feature = "aws-smithy")]
mod aws_smithy;
#[cfg(feature = "std")]
mod boxed;
#[cfg(feature = "std")]
mod classification;
#[cfg(feature = "std")]
mod classified;
#[cfg(any(feature = "kube", feature = "reqwest", feature = "sqlx", feature = "tokio-postgres", feature = "tonic"))]
mod connect_fault;
#[cfg(feature = "std")]
mod databases;
#[cfg(any(feature = "anyhow", feature = "eyre"))]
mod debug_text;
#[cfg(feature = "eyre")]
mod eyre;
#[cfg(feature = "hyper")]
mod h2;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "std")]
mod io;
#[cfg(feature = "std")]
mod io_kind;
#[cfg(feature = "std")]
mod known_errors;
#[cfg(feature = "kube")]
mod kube;
#[cfg(feature = "lapin")]
mod lapin;
#[cfg(feature = "object_store")]
mod object_store;
#[cfg(feature = "std")]
mod os_errors;
#[cfg(feature = "http")]
mod outgoing;
#[cfg(feature = "reqwest")]
mod reqwest;
#[cfg(feature = "tonic")]
mod retry_info;
#[cfg(feature = "std")]
mod source_chain;
mod stopped;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "tonic")]
mod tonic;
#[cfg(feature = "tower")]
pub mod tower;

#[cfg(feature = "std")]
pub use self::classified::Classified;
#[cfg(feature = "http")]
pub use self::outgoing::OutgoingRequest;
