//! The whole experiment: the gateway, the proxies, the servers and their kills, the payers, and the count at the end.

use std::error::Error;
use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use retry_examples::random::hash;
use tokio::task::JoinSet;

use crate::args::{Args, StoreKind};
use crate::clients::{Payer, Told, insist};
use crate::counts::Counts;
use crate::gateway;
use crate::kills::Kills;
use crate::ledger::{Order, rows};
use crate::pass_log::Passes;
use crate::plan::{Keys, Plan};
use crate::proxy::{self, Doors};
use crate::store::Books;
use crate::wire::{self, Wire};

/// Number of concurrent payers.
const PAYERS: usize = 32;

/// A folder that is removed at the end, however that comes.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Answers to payers, by key.
pub(crate) type Answers = Vec<(String, Told)>;

#[tokio::main]
pub(crate) async fn run(args: &Args) -> Result<Counts, Box<dyn Error>> {
    let name = format!("retry_payments_{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(&name));
    fs::create_dir_all(&folder.0)?;
    let keys = keys(args, &folder, name);
    Books::create(&keys).await?;
    let books = Books::open(&keys).await?;
    let counted = experiment(args, &folder, &keys, &books).await;
    books.remove(&keys).await?;
    counted
}

async fn experiment(args: &Args, folder: &Folder, keys: &Keys, books: &Books) -> Result<Counts, Box<dyn Error>> {
    let (gateway, charged) = gateway::open(hash([args.seed, 1])).await?;
    let (keys, wire) = behind_wire(keys, args.seed).await?;
    let doors = Arc::new(Doors::new(args.servers, hash([args.seed, 2])));
    let address = proxy::open(Arc::clone(&doors)).await?;
    let pass_log = folder.0.join("passes");
    fs::write(&pass_log, "")?;
    let plan =
        Plan { keys, effect: args.effect, broken: args.broken, gateway, pass_log: pass_log.clone(), armed: None };
    let kills = Arc::new(Kills::new(plan, Arc::clone(&doors), args.servers));
    let keepers: Vec<_> = (0..args.servers)
        .map(|server| {
            let (kills, seed) = (Arc::clone(&kills), hash([args.seed, 3, server as u64]));
            thread::spawn(move || kills.keep(server, seed))
        })
        .collect();
    let payer = Arc::new(Payer::new(format!("http://{address}/payments"))?);
    let answers = pay_all(args, &payer, &kills).await;
    kills.end();
    for keeper in keepers {
        let kept = tokio::task::spawn_blocking(|| keeper.join()).await?;
        kept.map_err(|_| "a keeper of servers panicked")?.map_err(|error| error.to_string())?;
    }
    let passes = Passes::read(&pass_log)?;
    let mut counts = Counts::new(args, &answers?, &passes, &kills.killed());
    counts.attempts = payer.attempts.load(Ordering::Relaxed);
    counts.lost = doors.lost.load(Ordering::Relaxed);
    counts.cut = doors.cut.load(Ordering::Relaxed);
    counts.store_cut = wire.map_or(0, |wire| wire.cut.load(Ordering::Relaxed));
    counts.pauses = kills.pauses.load(Ordering::Relaxed);
    counts.count_charges(&*charged.charges.lock().map_err(|error| error.to_string())?);
    counts.count_rows(rows(&books.ledger).await?);
    counts.open = books.open_keys().await?.into_iter().collect();
    Ok(counts)
}

/// All payers at once, until there are enough payments and enough kills.
async fn pay_all(args: &Args, payer: &Arc<Payer>, kills: &Arc<Kills>) -> Result<Answers, String> {
    let next = Arc::new(AtomicU32::new(0));
    let mut payers = JoinSet::new();
    for _ in 0..PAYERS {
        let (args, payer, kills, next) = (args.clone(), Arc::clone(payer), Arc::clone(kills), Arc::clone(&next));
        payers.spawn(async move {
            let mut answers = Answers::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= args.payments && kills.are_enough(args.kills, args.hits) {
                    return Ok::<_, String>(answers);
                }
                let key = format!("payment-{number}");
                let order = Order { order: format!("order-{number}"), euros: 1 + number % 100 };
                let told = insist(&payer, &key, &order).await?;
                answers.push((key, told));
            }
        });
    }
    let mut all = Answers::new();
    while let Some(answers) = payers.join_next().await {
        all.extend(answers.map_err(|error| error.to_string())??);
    }
    Ok(all)
}

fn keys(args: &Args, folder: &Folder, name: String) -> Keys {
    let url = |variable, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    match args.store {
        StoreKind::Sqlite => Keys::Sqlite { path: folder.0.join("shop.db") },
        StoreKind::Postgres => {
            let url = url("RETRY_TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/test");
            Keys::Postgres { url, schema: name }
        }
        StoreKind::Redis => Keys::Redis { url: url("RETRY_TEST_REDIS_URL", "redis://127.0.0.1:6379/"), prefix: name },
    }
}

/// The same keys, seen through a proxy that cuts connections to the store, where it has any.
async fn behind_wire(keys: &Keys, seed: u64) -> Result<(Keys, Option<Arc<Wire>>), Box<dyn Error>> {
    let seed = hash([seed, 4]);
    match keys {
        Keys::Sqlite { .. } => Ok((keys.clone(), None)),
        Keys::Postgres { url, schema } => {
            let store = address_of(url, 5432)?;
            let (address, wire) = wire::open(store, b"COMMIT", seed).await?;
            Ok((Keys::Postgres { url: at(url, address)?, schema: schema.clone() }, Some(wire)))
        }
        Keys::Redis { url, prefix } => {
            let store = address_of(url, 6379)?;
            let (address, wire) = wire::open(store, b"EVALSHA", seed).await?;
            Ok((Keys::Redis { url: at(url, address)?, prefix: prefix.clone() }, Some(wire)))
        }
    }
}

/// The part of an address between the user and the path.
fn host_of(url: &str) -> Result<(usize, usize), String> {
    let fault = || format!("`{url}` is no address; write one such as `scheme://user@host:port/name`");
    let begin = url.find("://").ok_or_else(fault)? + 3;
    let end = url[begin..].find('/').map_or(url.len(), |end| begin + end);
    let begin = url[begin..end].rfind('@').map_or(begin, |user| begin + user + 1);
    Ok((begin, end))
}

fn address_of(url: &str, usual: u16) -> Result<SocketAddr, Box<dyn Error>> {
    let (begin, end) = host_of(url)?;
    let host = &url[begin..end];
    let host = if host.contains(':') { host.to_owned() } else { format!("{host}:{usual}") };
    let found = host.to_socket_addrs()?.next();
    found.ok_or_else(|| format!("`{host}` has no address").into())
}

fn at(url: &str, address: SocketAddr) -> Result<String, String> {
    let (begin, end) = host_of(url)?;
    Ok(format!("{}{address}{}", &url[..begin], &url[end..]))
}
