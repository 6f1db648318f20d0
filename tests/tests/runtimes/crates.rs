//! The runtime of an async function that names none, in crates of their own, since features are a crate's.

use std::fs;
use std::path::Path;
use std::process::Command;

const SCENE: &str = r#"
use std::cell::Cell;
use std::time::{Duration, Instant};
use retry_runtime::retry;

#[retry(retry_on = Timeout, backoff = fixed(2ms), jitter = none)]
async fn read(tries: &Cell<u32>) -> std::io::Result<u32> {
    tries.set(tries.get() + 1);
    if tries.get() < 3 { Err(std::io::ErrorKind::TimedOut.into()) } else { Ok(tries.get()) }
}

fn main() {
    let begin = Instant::now();
    assert_eq!(block_on(read(&Cell::new(0))).unwrap(), 3);
    assert!(begin.elapsed() >= Duration::from_millis(4));
    println!("{}", std::any::type_name::<retry_runtime::driver::DefaultRuntime>());
}

fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Unpark(std::thread::current())).into();
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(output) => return output,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}
"#;

/// Runs the scene in a crate whose runtime has these features, and returns the name of its runtime.
fn runtime_of(name: &str, features: &str) -> String {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = target.join(name);
    fs::create_dir_all(folder.join("src")).unwrap();
    let path = workspace.join("retry-runtime");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\nretry-runtime = {{ path = '{}', default-features = false, features = [{features}] }}\n",
        path.display()
    );
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    // The same versions as here, and no look at a registry.
    fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    fs::write(folder.join("src/main.rs"), SCENE).unwrap();
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", target.join("runtimes"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().rsplit("::").next().unwrap().into()
}

#[test]
fn without_tokio_the_default_is_the_first_runtime_that_is_enabled() {
    assert_eq!(runtime_of("futures_timer_alone", "\"macros\", \"futures-timer\""), "FuturesTimer");
    assert_eq!(runtime_of("smol_first", "\"macros\", \"futures-timer\", \"smol\", \"wasm\""), "Smol");
}
