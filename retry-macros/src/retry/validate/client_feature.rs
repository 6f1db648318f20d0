//! Checks that the runtime has the classes of a client's types.
//!
//! Each feature of the runtime with classes of another crate enables one of this crate.

use syn::Type;

use crate::diagnostics::Diagnostics;
use crate::retry::draft::{Draft, DraftRetryOk};
use crate::syntax::return_type;
use crate::syntax::tokens::shown_type;

/// Features of the runtime, each with whether it is on.
const FEATURES: [(&str, bool); 17] = [
    ("anyhow", cfg!(feature = "anyhow")),
    ("async-nats", cfg!(feature = "async-nats")),
    ("aws-smithy", cfg!(feature = "aws-smithy")),
    ("bb8", cfg!(feature = "bb8")),
    ("deadpool", cfg!(feature = "deadpool")),
    ("eyre", cfg!(feature = "eyre")),
    ("http", cfg!(feature = "http")),
    ("hyper", cfg!(feature = "hyper")),
    ("kube", cfg!(feature = "kube")),
    ("lapin", cfg!(feature = "lapin")),
    ("object_store", cfg!(feature = "object_store")),
    ("redis", cfg!(feature = "redis")),
    ("reqwest", cfg!(feature = "reqwest")),
    ("rusqlite", cfg!(feature = "rusqlite")),
    ("sqlx", cfg!(feature = "sqlx")),
    ("tokio-postgres", cfg!(feature = "tokio-postgres")),
    ("tonic", cfg!(feature = "tonic")),
];

/// Checks the error, and the value if `retry_ok` lists classes.
pub(crate) fn check(draft: &Draft, outcome: &Type, diagnostics: &mut Diagnostics) {
    let is_listed = draft.retry_on.as_ref().map_or(!draft.base.is_new(), |list| !list.list.classes.is_empty());
    let needs_error = is_listed || !draft.except.list.classes.is_empty();
    let needs_value = matches!(draft.retry_ok, Some(DraftRetryOk::Classes(_)));
    let error = failure(outcome).filter(|_| needs_error);
    let value = return_type::success(outcome).filter(|_| needs_value);
    for ty in error.into_iter().chain(value) {
        if let Some(feature) = feature_of(ty).filter(|feature| FEATURES.contains(&(feature, false))) {
            let message = format!(
                "`{}` has its failure classes by the feature `{feature}` of `retry-runtime`, which is off; enable it, as by `cargo add retry-runtime --features {feature}`",
                shown_type(ty)
            );
            diagnostics.at(ty, message);
        }
    }
}

/// Returns the type of an error, or the alias that has it.
fn failure(outcome: &Type) -> Option<&Type> {
    let alias = || Some(outcome).filter(|outcome| return_type::is_named(outcome, "Result"));
    return_type::error(outcome).or_else(alias)
}

/// Returns the feature with the classes of a type.
///
/// The first and the last name of its path decide.
fn feature_of(ty: &Type) -> Option<&'static str> {
    let segments = match ty {
        Type::Path(path) if path.path.segments.len() > 1 => &path.path.segments,
        Type::Group(group) => return feature_of(&group.elem),
        _ => return None,
    };
    let [first, last] = [segments.first()?, segments.last()?].map(|segment| segment.ident.to_string());
    Some(match (first.as_str(), last.as_str()) {
        ("anyhow", "Error" | "Result") => "anyhow",
        ("eyre" | "color_eyre", "Report" | "Error" | "Result") => "eyre",
        ("http" | "hyper", "Response") => "http",
        ("hyper", "Error" | "Result") | ("h2", "Error") => "hyper",
        ("redis", "RedisError") => "redis",
        ("reqwest", "Error" | "Result" | "Response") => "reqwest",
        ("rusqlite", "Error" | "Result") => "rusqlite",
        ("sqlx", "Error" | "Result") => "sqlx",
        ("tokio_postgres" | "postgres", "Error") => "tokio-postgres",
        ("bb8", "RunError") => "bb8",
        ("kube" | "kube_client", "Error" | "Result" | "Status") => "kube",
        ("lapin", "Error" | "Result") => "lapin",
        ("object_store", "Error" | "Result") => "object_store",
        ("async_nats", "ConnectError" | "FlushError" | "PublishError" | "RequestError" | "SubscribeError") => {
            "async-nats"
        }
        (sdk, "SdkError") if sdk.starts_with("aws_") => "aws-smithy",
        (pool, "PoolError") if pool.starts_with("deadpool") => "deadpool",
        ("tonic", "Status" | "Result") => "tonic",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feature_of_a_client_is_known_by_its_path() {
        for (outcome, feature) in [
            ("Result<u8, reqwest::Error>", Some("reqwest")),
            ("::std::result::Result<u8, ::reqwest::Error>", Some("reqwest")),
            ("anyhow::Result<u8>", Some("anyhow")),
            ("color_eyre::eyre::Result<()>", Some("eyre")),
            ("Result<u8, eyre::Report>", Some("eyre")),
            ("Result<tonic::Response<u8>, tonic::Status>", Some("tonic")),
            ("Result<u8, h2::Error>", Some("hyper")),
            ("redis::RedisResult<u8>", None),
            ("Result<u8, redis::RedisError>", Some("redis")),
            ("sqlx::Result<u8>", Some("sqlx")),
            ("kube::Result<u8>", Some("kube")),
            ("Result<u8, kube::client::Status>", Some("kube")),
            ("lapin::Result<u8>", Some("lapin")),
            ("Result<u8, async_nats::RequestError>", Some("async-nats")),
            ("Result<u8, aws_sdk_s3::error::SdkError<PutObjectError>>", Some("aws-smithy")),
            ("Result<u8, object_store::Error>", Some("object_store")),
            ("rusqlite::Result<u8>", Some("rusqlite")),
            ("Result<u8, tokio_postgres::Error>", Some("tokio-postgres")),
            ("Result<u8, bb8::RunError<tokio_postgres::Error>>", Some("bb8")),
            ("Result<u8, deadpool_postgres::PoolError>", Some("deadpool")),
            ("Result<u8, Error>", None),
            ("io::Result<u8>", None),
            ("Result<u8, crate::reqwest::Error>", None),
            ("Result<u8, reqwest::header::ToStrError>", None),
            ("Option<reqwest::Error>", None),
        ] {
            let outcome = syn::parse_str(outcome).unwrap();
            assert_eq!(failure(&outcome).and_then(feature_of), feature, "{}", shown_type(&outcome));
        }
    }
}
