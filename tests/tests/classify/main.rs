//! Failure classes of errors, derived and from adapters.

mod boxed;
mod derive;
mod http;
mod hyper;
mod io;
mod reqwest;
mod tonic;
