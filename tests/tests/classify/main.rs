//! Failure classes of errors, derived and from adapters.

mod boxed;
mod derive;
mod hints;
mod http;
mod http2;
mod hyper;
mod io;
mod own_retries;
mod quota_reset;
mod reqwest;
mod retry_info;
mod status_error;
mod statuses;
mod tls;
mod tonic;
mod unreadable;
mod wrapped;
