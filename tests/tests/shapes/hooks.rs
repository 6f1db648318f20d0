//! Hooks that never return, and the path of the runtime in a macro of the user.

use std::io;
use std::panic::catch_unwind;

use retry_runtime::retry;

#[retry(retry_on = Timeout, backoff = none, on_retry = |_, _| todo!())]
fn half_written() -> io::Result<()> {
    Err(io::ErrorKind::TimedOut.into())
}

#[retry(retry_on = Timeout, backoff = none, on_retry = |_, _| { std::process::exit(3); })]
fn gives_way(works: bool) -> io::Result<()> {
    if works { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

#[retry(retry_on = Timeout, backoff = none, on_retry = async |_, _| panic!("no more"))]
async fn half_written_async() -> io::Result<()> {
    Err(io::ErrorKind::TimedOut.into())
}

#[test]
fn a_hook_may_never_return() {
    assert!(catch_unwind(half_written).is_err());
    gives_way(true).unwrap();
}

#[tokio::test]
#[should_panic(expected = "no more")]
async fn an_async_hook_may_never_return() {
    half_written_async().await.unwrap();
}

mod exported {
    #[allow(clippy::single_component_path_imports)] // the macro below names it by this path
    pub(crate) use retry_runtime;
}

macro_rules! retried {
    ($name:ident) => {
        #[retry(crate = $crate::hooks::exported::retry_runtime, retry_on = Timeout, backoff = none)]
        fn $name() -> io::Result<u32> {
            Ok(7)
        }
    };
}

retried!(of_a_macro);

#[test]
fn the_path_of_the_runtime_may_begin_with_the_crate_of_a_macro() {
    assert_eq!(of_a_macro().unwrap(), 7);
}
