use retry_runtime::retry;

#[retry(retry_on = transient, runtime = smol)]
async fn misspelled() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = smol)]
async fn of_another_name() -> std::io::Result<()> {
    Ok(())
}

mod path {
    pub(super) mod to {
        use std::future::{Ready, ready};
        use std::time::Duration;

        pub(crate) struct MyRuntime;

        impl retry_runtime::driver::Runtime for MyRuntime {
            type Sleep = Ready<()>;

            fn sleep(_: Duration) -> Ready<()> {
                ready(())
            }
        }
    }
}

#[retry(retry_on = transient, runtime = path::to::MyRuntime)]
async fn unknown() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = smol)]
async fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = tokio)]
async fn blocking() -> std::io::Result<()> {
    Ok(())
}
