//! Classification of any error by the known types in its source chain.

use core::time::Duration;
use std::error::Error;

use crate::adapters::classification::Classification;
use crate::adapters::classified::Classified;
#[cfg(any(feature = "anyhow", feature = "eyre"))]
use crate::adapters::debug_text;
use crate::adapters::io_kind;
use crate::adapters::source_chain::{chain, downcast};
use crate::{Class, Classify, Stopped};

/// Classifiers, one per known type.
///
/// Each returns `None` for an error of another type.
const CLASSIFIERS: &[fn(&(dyn Error + 'static)) -> Option<Classification>] = &[
    io_kind::classify,
    classify_as::<Classified>,
    classify_as::<Stopped>,
    #[cfg(feature = "tokio")]
    classify_as::<::tokio::time::error::Elapsed>,
    #[cfg(feature = "http")]
    classify_as::<crate::http::StatusError>,
    #[cfg(feature = "tonic")]
    classify_as::<::tonic::Status>,
    #[cfg(feature = "tonic")]
    classify_as::<::tonic::ConnectError>,
    #[cfg(feature = "tonic")]
    classify_as::<::tonic::TimeoutExpired>,
    #[cfg(feature = "hyper")]
    classify_as::<::hyper::Error>,
    #[cfg(feature = "hyper")]
    classify_as::<::h2::Error>,
    #[cfg(feature = "reqwest")]
    classify_as::<::reqwest::Error>,
    #[cfg(feature = "tokio-postgres")]
    classify_as::<::tokio_postgres::Error>,
    #[cfg(feature = "tokio-postgres")]
    classify_as::<::tokio_postgres::error::DbError>,
    #[cfg(feature = "sqlx")]
    classify_as::<::sqlx::Error>,
    #[cfg(feature = "sqlx")]
    classify_as::<std::boxed::Box<dyn ::sqlx::error::DatabaseError>>,
    #[cfg(feature = "rusqlite")]
    classify_as::<::rusqlite::Error>,
    #[cfg(feature = "rusqlite")]
    classify_as::<::rusqlite::ffi::Error>,
    #[cfg(feature = "redis")]
    classify_as::<::redis::RedisError>,
    #[cfg(feature = "redis")]
    classify_as::<::redis::ServerError>,
    #[cfg(all(feature = "deadpool", feature = "tokio-postgres"))]
    classify_as::<::deadpool::managed::PoolError<::tokio_postgres::Error>>,
    #[cfg(all(feature = "deadpool", feature = "redis"))]
    classify_as::<::deadpool::managed::PoolError<::redis::RedisError>>,
    #[cfg(all(feature = "bb8", feature = "tokio-postgres"))]
    classify_as::<::bb8::RunError<::tokio_postgres::Error>>,
    #[cfg(all(feature = "bb8", feature = "redis"))]
    classify_as::<::bb8::RunError<::redis::RedisError>>,
    #[cfg(feature = "kube")]
    classify_as::<::kube_client::Error>,
    #[cfg(feature = "kube")]
    classify_as::<::kube_client::core::Status>,
    #[cfg(feature = "lapin")]
    classify_as::<::lapin::Error>,
    #[cfg(all(feature = "deadpool", feature = "lapin"))]
    classify_as::<::deadpool::managed::PoolError<::lapin::Error>>,
    #[cfg(feature = "async-nats")]
    classify_as::<::async_nats::ConnectError>,
    #[cfg(feature = "async-nats")]
    classify_as::<::async_nats::PublishError>,
    #[cfg(feature = "async-nats")]
    classify_as::<::async_nats::RequestError>,
    #[cfg(feature = "async-nats")]
    classify_as::<::async_nats::SubscribeError>,
    #[cfg(feature = "async-nats")]
    classify_as::<::async_nats::client::FlushError>,
    #[cfg(feature = "aws-smithy")]
    classify_as::<::aws_smithy_runtime_api::client::result::ConnectorError>,
    #[cfg(feature = "object_store")]
    classify_as::<::object_store::Error>,
];

/// Returns the classification of the first error of a known type.
///
/// The chain begins with `error`.
pub(crate) fn classify(error: &(dyn Error + 'static)) -> Option<Classification> {
    let known = chain(error).find_map(|error| CLASSIFIERS.iter().find_map(|classify| classify(error)));
    #[cfg(any(feature = "anyhow", feature = "eyre"))]
    let known = known.or_else(|| chain(error).find_map(debug_text::classify));
    known
}

/// Returns the class of the first known error in the chain, or `Permanent`.
pub(crate) fn class(error: &(dyn Error + 'static)) -> Class {
    classify(error).map_or(Class::Permanent, |found| found.class)
}

/// Returns the server hint of the first known error in the chain.
pub(crate) fn retry_after(error: &(dyn Error + 'static)) -> Option<Duration> {
    classify(error).and_then(|found| found.retry_after())
}

/// Returns whether the first known error reports that the server gave up.
pub(crate) fn gave_up(error: &(dyn Error + 'static)) -> bool {
    classify(error).is_some_and(|found| found.gave_up)
}

/// Returns whether the first known error in the chain is a final answer.
pub(crate) fn is_final(error: &(dyn Error + 'static)) -> bool {
    classify(error).is_some_and(|found| found.is_final)
}

fn classify_as<T: Error + Classify + 'static>(error: &(dyn Error + 'static)) -> Option<Classification> {
    downcast::<T>(error).map(Classification::new)
}
