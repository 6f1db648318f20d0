//! Fuzzing of every parser that reads bytes from outside.
//!
//! A target is a function of bytes that asserts what has to hold for all of them. `cargo test` gives each a bounded number of
//! inputs from a seed: `RETRY_FUZZ_SEED` is another seed, `RETRY_FUZZ_INPUTS` another number. `cargo fuzz` looks for inputs
//! by coverage for as long as it may.

mod context;
mod fingerprint;
mod grpc;
mod hints;
mod input;
mod key_header;
mod page;
mod policy;
mod records;
mod responses;
mod service;
mod steps;

/// Declares the targets, each with the number of its inputs in a bounded run.
macro_rules! targets {
    ($($module:ident::$target:ident: $inputs:literal),* $(,)?) => {
        /// Name and function of each target.
        const TARGETS: &[(&str, fn(&[u8]))] = &[$((stringify!($target), $module::$target)),*];

        #[cfg(test)]
        mod bounded {
            $(#[test]
            fn $target() {
                crate::input::run(stringify!($target), $inputs, crate::$module::$target);
            })*
        }
    };
}

targets! {
    context::propagation: 20_000,
    fingerprint::json: 1_000,
    fingerprint::json_text: 2_000,
    fingerprint::multipart: 1_000,
    fingerprint::multipart_text: 2_000,
    fingerprint::pairs: 1_000,
    fingerprint::path: 1_000,
    grpc::foreign_details: 20_000,
    grpc::pushback: 5_000,
    grpc::retry_info: 20_000,
    hints::longest_of_two: 20_000,
    hints::response_class: 5_000,
    hints::server_hint: 20_000,
    key_header::header: 2_000,
    key_header::id: 10_000,
    key_header::key: 1_000,
    page::query: 2_000,
    policy::parts: 20_000,
    policy::policies: 20_000,
    records::foreign_record: 5_000,
    records::own_record: 2_000,
    responses::response: 3_000,
    steps::foreign_steps: 10_000,
    steps::pages: 1_000,
    steps::steps: 10_000,
}

/// Returns the target that `RETRY_FUZZ_TARGET` names.
///
/// # Panics
///
/// Panics with the names of all targets if that is not one of them.
pub fn chosen() -> fn(&[u8]) {
    static CHOSEN: std::sync::LazyLock<fn(&[u8])> = std::sync::LazyLock::new(|| {
        let name = std::env::var("RETRY_FUZZ_TARGET").unwrap_or_default();
        let found = TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target);
        let names = || TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        found.unwrap_or_else(|| panic!("`RETRY_FUZZ_TARGET` is `{name}`; write one of {}", names()))
    });
    *CHOSEN
}
