//! A scene: calm, a fault, calm again, and the count.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, Pool};
use retry_examples::random::{SplitMix64, hash};
use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::sqlite::{SqliteOptions, Synchronous};
use retry_idempotency::{Admin, RedisStore};
use tokio::net::TcpListener;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::{sleep, timeout};
use tokio_postgres::{Config, NoTls};

use crate::args::Args;
use crate::clients::{Door, Log, Payer};
use crate::clock::{Clock, SHADOW, monotonic};
use crate::counts::Counts;
use crate::gateway::Gateway;
use crate::proxy::Proxy;
use crate::report::Played;
use crate::scene::{Fault, Scene, StoreKind};
use crate::server::{Server, connect_postgres};
use crate::shop::{KEEP, Shop, router};

/// Number of concurrent payers through each door.
const PAYERS: usize = 8;
/// A lease is longer than a fault by this factor, so that a result can be written after it.
const LEASES: u32 = 3;
/// Shortest lease: a database that replays its log on a busy machine is away for seconds after a fault of one.
const SHORTEST_LEASE: Duration = Duration::from_secs(12);
const LATE: Duration = Duration::from_millis(150);

/// Servers that are started once for all of their scenes.
#[derive(Default)]
struct Servers {
    postgres: Option<Result<Server, String>>,
    redis: Option<Result<Server, String>>,
}

impl Servers {
    fn get(&mut self, kind: StoreKind) -> Result<Result<&mut Server, String>, Box<dyn Error>> {
        let place = if kind == StoreKind::Postgres { &mut self.postgres } else { &mut self.redis };
        if place.is_none() {
            *place = Some(Server::new(kind)?);
        }
        Ok(match place {
            Some(Ok(server)) => Ok(server),
            Some(Err(why)) => Err(why.clone()),
            None => Err("it was not started".into()),
        })
    }
}

/// The store of a scene, and what makes it fail.
struct Stage<'a> {
    scene: Scene,
    server: Option<&'a mut Server>,
    proxy: Option<Proxy>,
    clock: Clock,
    store: Arc<dyn Admin>,
    _file: Option<Database>,
}

/// A file of SQLite, which is removed with the stage.
struct Database(PathBuf);

impl Drop for Database {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{ending}", self.0.display()));
        }
    }
}

#[tokio::main]
pub(crate) async fn run(args: &Args) -> Result<Vec<(Scene, Played)>, Box<dyn Error>> {
    let (mut servers, mut rows) = (Servers::default(), Vec::new());
    for scene in &args.scenes {
        eprintln!("{scene} ..");
        let played = play(args, *scene, &mut servers).await.map_err(|error| format!("{scene}: {error}"))?;
        rows.push((*scene, played));
    }
    Ok(rows)
}

async fn play(args: &Args, scene: Scene, servers: &mut Servers) -> Result<Played, Box<dyn Error>> {
    let server = match scene.store {
        StoreKind::Sqlite => None,
        kind => match block_in_place(|| servers.get(kind))? {
            Ok(server) => Some(server),
            Err(why) => return Ok(Played::Skipped(why)),
        },
    };
    if let (Fault::Full, StoreKind::Postgres, Some(server)) = (scene.fault, scene.store, &server) {
        match server.fill() {
            Ok(ballast) => std::fs::remove_file(ballast)?,
            Err(_) => return Ok(Played::Skipped("a small file system needs root, and a tmpfs".into())),
        }
    }
    let part = Duration::from_secs(if args.is_short { 1 } else { 4 });
    let mut stage = Stage::open(scene, server).await?;
    let lease = (part * LEASES).max(SHORTEST_LEASE);
    let shop = Arc::new(Shop { store: Arc::clone(&stage.store), gateway: Gateway::default(), lease });
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let address = listener.local_addr()?;
    let service = tokio::spawn(axum::serve(listener, router(&shop)?).into_future());

    let seed = hash([args.seed, scene.fault as u64, scene.store as u64]);
    let is_over = Arc::default();
    let mut payers = [payers(&shop, None, seed, &is_over), payers(&shop, Some(address), seed, &is_over)];
    sleep(part).await;
    stage.begin().await?;
    sleep(part).await;
    stage.end().await?;
    let recovered = Instant::now();
    sleep(part).await;
    is_over.store(true, Ordering::Relaxed);
    let mut logs = Vec::new();
    for payers in &mut payers {
        let mut door: Vec<Log> = Vec::new();
        while let Some(log) = payers.join_next().await {
            door.push(log?);
        }
        logs.push(door);
    }
    service.abort();
    let mut counts = Counts::new(logs, &shop.gateway, recovered);
    wait_for_leases(&*stage.store, lease).await;
    if let Err(error) = counts.count_open(&*stage.store, &shop.gateway).await {
        counts.unreadable = Some(error.to_string());
    }
    Ok(Played::Counted(counts))
}

fn payers(shop: &Arc<Shop>, layer: Option<SocketAddr>, seed: u64, is_over: &Arc<AtomicBool>) -> JoinSet<Log> {
    let mut payers = JoinSet::new();
    for number in 0..PAYERS {
        let number = if layer.is_some() { PAYERS + number } else { number };
        let client = || reqwest::Client::builder().no_proxy().build().unwrap_or_default();
        let door = layer.map_or(Door::Once, |address| Door::Layer { client: client(), address });
        let random = SplitMix64::new(hash([seed, number as u64]));
        payers.spawn(Payer { shop: Arc::clone(shop), door, number, random }.pay_until(Arc::clone(is_over)));
    }
    payers
}

/// Waits until no key is in flight, which is at most a lease.
async fn wait_for_leases(store: &dyn Admin, lease: Duration) {
    let filter = Filter { state: Some(KeyState::InFlight), ..Filter::default() };
    let end = Instant::now() + lease * 2;
    while Instant::now() < end {
        let listed = timeout(lease, store.list(filter, None, 1)).await;
        if listed.is_ok_and(|listed| listed.is_ok_and(|page| page.entries.is_empty())) {
            break;
        }
        sleep(Duration::from_millis(100)).await;
    }
}

impl<'a> Stage<'a> {
    async fn open(scene: Scene, mut server: Option<&'a mut Server>) -> Result<Self, Box<dyn Error>> {
        let clock = Clock::default();
        let name = scene.to_string().replace('-', "_");
        let Some(server) = server.take() else {
            let file = std::env::temp_dir().join(format!("retry-faults-{}.db", std::process::id()));
            let of_store = clock.clone();
            let options = SqliteOptions::new().synchronous(Synchronous::Normal);
            let options = options.clocks(move || of_store.now(), monotonic());
            let store = options.open(&file)?;
            return Ok(Self {
                scene,
                server: None,
                proxy: None,
                clock,
                store: Arc::new(store),
                _file: Some(Database(file)),
            });
        };
        block_in_place(|| server.start())?;
        let proxy = Proxy::before("127.0.0.1", server.port).await?;
        if scene.store == StoreKind::Postgres {
            create_schema(server.port, &name).await?;
        } else {
            RedisStore::open(&format!("redis://127.0.0.1:{}/", server.port), &name).await?.acknowledge().await?;
        }
        if scene.fault == Fault::Snapshot {
            block_in_place(|| {
                server.kill();
                server.save()?;
                server.start()
            })?;
        }
        let address = proxy.address();
        let store: Arc<dyn Admin> = match scene.store {
            StoreKind::Postgres => Arc::new(PostgresStore::open(pool(address, &name)?).await?),
            _ => Arc::new(RedisStore::open(&format!("redis://{address}/"), &name).await?),
        };
        Ok(Self { scene, server: Some(server), proxy: Some(proxy), clock, store, _file: None })
    }

    async fn begin(&mut self) -> Result<(), Box<dyn Error>> {
        let is_redis = self.scene.store == StoreKind::Redis;
        match (self.scene.fault, &mut self.server, &self.proxy) {
            (Fault::Cut, _, Some(proxy)) => proxy.refuse(),
            (Fault::Delay, _, Some(proxy)) => proxy.delay(LATE),
            (Fault::Silence, _, Some(proxy)) => proxy.silence(),
            (Fault::Kill | Fault::Snapshot, Some(server), _) => block_in_place(|| server.kill()),
            (Fault::Stop, Some(server), _) => server.stop(),
            (Fault::Full, Some(server), _) if is_redis => configure(server, "maxmemory", "1").await?,
            (Fault::Full, Some(server), _) => {
                let _ = block_in_place(|| server.fill());
                use_up_log(server).await?;
            }
            (Fault::ReadOnly, Some(server), _) if is_redis => configure(server, "min-replicas-to-write", "1").await?,
            (Fault::ReadOnly, Some(server), _) => set_read_only(server, "on").await?,
            (Fault::Clock, server, _) => {
                // Past the time for which results are kept.
                let seconds = i64::try_from(KEEP.as_secs())? + 60;
                self.clock.set(seconds);
                set_skew(server.as_deref(), self.scene, seconds).await?;
            }
            _ => {}
        }
        Ok(())
    }

    async fn end(&mut self) -> Result<(), Box<dyn Error>> {
        let is_redis = self.scene.store == StoreKind::Redis;
        match (self.scene.fault, &mut self.server, &self.proxy) {
            (Fault::Cut | Fault::Silence, _, Some(proxy)) => proxy.forward_new(),
            (Fault::Delay, _, Some(proxy)) => proxy.delay(Duration::ZERO),
            (Fault::Kill, Some(server), _) => block_in_place(|| server.start())?,
            (Fault::Snapshot, Some(server), _) => block_in_place(|| {
                server.restore()?;
                server.start()
            })?,
            (Fault::Stop, Some(server), _) => server.go_on(),
            (Fault::Full, Some(server), _) if is_redis => configure(server, "maxmemory", "0").await?,
            (Fault::Full, Some(server), _) => block_in_place(|| {
                if let Ok(ballast) = server.fill() {
                    std::fs::remove_file(ballast)?;
                }
                // Without room for its log it ends.
                server.start()
            })?,
            (Fault::ReadOnly, Some(server), _) if is_redis => configure(server, "min-replicas-to-write", "0").await?,
            (Fault::ReadOnly, Some(server), _) => set_read_only(server, "off").await?,
            (Fault::Clock, server, _) => {
                self.clock.set(0);
                set_skew(server.as_deref(), self.scene, 0).await?;
            }
            _ => {}
        }
        Ok(())
    }
}

async fn create_schema(port: u16, name: &str) -> Result<(), Box<dyn Error>> {
    let client = connect_postgres(port).await?;
    client.batch_execute(&format!("CREATE SCHEMA {name}; SET search_path = {name}, pg_catalog; {SHADOW}")).await?;
    let mut config = Config::new();
    config.host("127.0.0.1").port(port).user("postgres").dbname("postgres").options(format!("-c search_path={name}"));
    let pool = Pool::builder(Manager::new(config, NoTls)).max_size(1).build()?;
    Ok(PostgresStore::create_table(&pool).await?)
}

/// Connections by way of the proxy, whose clock is the one of the scene.
fn pool(address: SocketAddr, schema: &str) -> Result<Pool, Box<dyn Error>> {
    let mut config = Config::new();
    config.host("127.0.0.1").port(address.port()).user("postgres").dbname("postgres");
    let search_path = if schema.ends_with("clock") { format!("{schema},pg_catalog") } else { schema.to_owned() };
    config.options(format!("-c search_path={search_path}"));
    Ok(Pool::builder(Manager::new(config, NoTls)).max_size(16).build()?)
}

async fn configure(server: &Server, setting: &str, value: &str) -> Result<(), Box<dyn Error>> {
    let client = redis::Client::open(format!("redis://127.0.0.1:{}/", server.port))?;
    let mut connection = client.get_multiplexed_async_connection().await?;
    Ok(redis::cmd("CONFIG").arg("SET").arg(setting).arg(value).exec_async(&mut connection).await?)
}

/// Writes to the log until it finds no room: it has files in stock.
async fn use_up_log(server: &Server) -> Result<(), Box<dyn Error>> {
    let client = connect_postgres(server.port).await?;
    let write = "SELECT pg_logical_emit_message(false, 'fill', repeat('x', 500000))";
    for _ in 0..200 {
        if client.batch_execute(write).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn set_read_only(server: &Server, value: &str) -> Result<(), Box<dyn Error>> {
    let client = connect_postgres(server.port).await?;
    client.batch_execute(&format!("ALTER SYSTEM SET default_transaction_read_only = {value}")).await?;
    Ok(client.batch_execute("SELECT pg_reload_conf()").await?)
}

async fn set_skew(server: Option<&Server>, scene: Scene, seconds: i64) -> Result<(), Box<dyn Error>> {
    let Some(server) = server else { return Ok(()) };
    let client = connect_postgres(server.port).await?;
    let table = format!("{}.skew", scene.to_string().replace('-', "_"));
    Ok(client.batch_execute(&format!("UPDATE {table} SET seconds = {seconds}")).await?)
}
