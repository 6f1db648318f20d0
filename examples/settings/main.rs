//! Settings that change policies while calls run.
//!
//! ```sh
//! cargo run --example settings              # a demonstration that ends by itself
//! cargo run --example settings -- --serve   # calls until Ctrl-C; edit the file, or send SIGHUP
//! ```
//!
//! `RETRY_ENV=testing` chooses another environment, and `RETRY__OPERATIONS__SHOP__QUOTE__MAX_ATTEMPTS=2` stands above the file.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use retry_runtime::settings::Settings;
use retry_runtime::{Breaker, retry};

static SHOP: Breaker = Breaker::consecutive(50);

/// Asks a shop that never answers in time.
#[retry(
    max_attempts = 3, backoff = exp(50ms, 1s), retry_on = transient, breaker = SHOP, attempt_timeout = 100ms, budget = none,
    name = "shop::quote"
)]
async fn quote(attempts: &mut u32) -> std::io::Result<u32> {
    *attempts += 1;
    Err(std::io::ErrorKind::TimedOut.into())
}

/// Returns the number of attempts of one call.
async fn attempts() -> u32 {
    let mut attempts = 0;
    let _ = quote(&mut attempts).await;
    attempts
}

/// Reloads, and prints what changed or why nothing did.
fn reload(settings: &Settings) {
    match settings.reload() {
        Ok(changes) => println!("reloaded:\n{changes}"),
        Err(error) => println!("refused, so the last good settings stay:\n{error}"),
    }
}

/// Returns the time of the last change of the file.
fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// Makes a call per second, until Ctrl-C.
///
/// Reloads on SIGHUP, and when the file has changed.
async fn serve(settings: &Settings, path: &Path) -> Result<(), Box<dyn Error>> {
    #[cfg(unix)]
    let mut hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup())?;
    #[cfg(unix)]
    let hung_up = async || hangup.recv().await;
    #[cfg(not(unix))]
    let hung_up = async || std::future::pending::<Option<()>>().await;
    let mut hung_up = hung_up;
    let mut seen = modified(path);
    loop {
        tokio::select! {
            _ = tokio::signal::ctrl_c() => return Ok(()),
            _ = hung_up() => reload(settings),
            () = tokio::time::sleep(Duration::from_secs(1)) => {
                let now = modified(path);
                if now != seen {
                    seen = now;
                    reload(settings);
                }
                println!("a call made {} attempts", attempts().await);
            }
        }
    }
}

/// Loads, changes the file, breaks it, and repairs it.
async fn demonstrate(settings: &Settings, path: &Path) -> Result<(), Box<dyn Error>> {
    println!("a call makes {} attempts instead of 3\n", attempts().await);
    let good = std::fs::read_to_string(path)?;

    std::fs::write(path, good.replace("max_attempts = 5", "max_attempts = 7"))?;
    reload(settings);
    println!("a call makes {} attempts\n", attempts().await);

    std::fs::write(path, good.replace("max_attempts = 5", "max_retries = 7").replace("shop::quote", "shop::qoute"))?;
    reload(settings);
    println!("a call still makes {} attempts\n", attempts().await);

    std::fs::write(path, good)?;
    reload(settings);
    println!("a call makes {} attempts\n", attempts().await);
    print!("{}", retry_runtime::report());
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let source = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("retries.toml");
    let is_serving = std::env::args().any(|argument| argument == "--serve");
    // The demonstration breaks a copy.
    let path = if is_serving {
        source.clone()
    } else {
        std::env::temp_dir().join(format!("retries-{}.toml", std::process::id()))
    };
    if !is_serving {
        std::fs::copy(source, &path)?;
    }
    let environment = std::env::var("RETRY_ENV").unwrap_or_else(|_| "production".into());
    let settings = Settings::from_file(&path).environment(environment).load()?;
    println!("{}", settings.loaded());
    if is_serving {
        return serve(&settings, &path).await;
    }
    let demonstrated = demonstrate(&settings, &path).await;
    std::fs::remove_file(&path)?;
    demonstrated
}
