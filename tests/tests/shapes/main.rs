//! Every kind of function, run.

mod async_trait;
mod breakers;
mod functions;
mod hooks;
mod methods;
mod names;
mod no_prelude;
mod policies;
mod shared;
mod shared_names;
mod track_caller;
mod users_names;
