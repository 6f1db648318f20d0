//! The store in a file, beside the disk's own syncs.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use retry_idempotency::Store;
use retry_idempotency::sqlite::rusqlite::Connection;
use retry_idempotency::sqlite::{SqliteOptions, SqliteStore, Synchronous};

use super::load;
use crate::Outcome;

/// Finished keys, whose time is not over.
const FILL: &str = "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?1) \
    INSERT INTO retry_keys (scope, key, owner, token, runs, state, until, result, kept, steps) \
    SELECT 'fill', hex(randomblob(8)), randomblob(16), 1, 1, 1, 4000000000000000, zeroblob(200), 0, x'' FROM n";

pub(super) async fn print(keys: usize) -> Outcome {
    let folder = Path::new("target").join(super::own_name());
    fs::create_dir_all(&folder)?;
    let outcome = print_in(&folder, keys).await;
    fs::remove_dir_all(&folder)?;
    outcome
}

async fn print_in(folder: &Path, keys: usize) -> Outcome {
    for stored in [super::FEW, keys] {
        let file = folder.join(format!("{stored}.db"));
        drop(SqliteStore::open(&file)?);
        Connection::open(&file)?.execute(FILL, [i64::try_from(stored)?])?;
        for synchronous in [Synchronous::Normal, Synchronous::Full] {
            println!("SQLite, {synchronous:?}, {stored} keys; the disk syncs {:.0} times a second", syncs(folder)?);
            let store = Arc::new(SqliteOptions::new().synchronous(synchronous).open(&file)?);
            let steps: Arc<dyn Store> = store.clone();
            for callers in super::CALLERS {
                load::print(&steps, callers).await?;
                let (before, begun) = (store.commits(), Instant::now());
                let pairs = load::pairs(&steps, callers).await? * begun.elapsed().as_secs_f64();
                #[allow(clippy::cast_precision_loss)] // far below 2^52
                let commits = (store.commits() - before) as f64;
                println!("              {:.1} steps a commit", 2.0 * pairs / commits);
            }
        }
    }
    Ok(())
}

/// Measures how many appended pages per second can be synced.
fn syncs(folder: &Path) -> Outcome<f64> {
    let mut file = File::create(folder.join("syncs"))?;
    let (begun, mut times) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_millis(500) {
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times += 1;
    }
    Ok(f64::from(times) / begun.elapsed().as_secs_f64())
}
