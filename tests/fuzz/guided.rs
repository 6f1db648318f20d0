//! Fuzzes one target by coverage: `RETRY_FUZZ_TARGET` names it.

#![cfg_attr(fuzzing, no_main)]

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| retry_fuzz_tests::chosen()(bytes));

#[cfg(not(fuzzing))]
fn main() {
    eprintln!("error: this needs `cargo fuzz`; DEVELOPMENT.md has the line");
    std::process::exit(2);
}
