//! Creating what is missing: what is decided when another is faster, and when an answer is lost.

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use retry_idempotency::{Creation, create_if_missing, create_if_missing_blocking};
use retry_runtime::{Classify, retry};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Classify)]
enum Fault {
    Timeout,
    Exists,
    Denied,
    Blind,
}

type Look = Result<Option<u32>, Fault>;
type Made = Result<u32, Fault>;

/// By both functions: the looks in order, what the creation answers, and what comes of it; all that is said is used up.
fn decided(looks: &[Look], created: Option<Made>) -> Result<Creation<u32>, Fault> {
    let (queue, made) = (Mutex::new(VecDeque::new()), Cell::new(None));
    let refill = || {
        queue.lock().unwrap().extend(looks.iter().copied());
        made.set(created);
    };
    let look = || queue.lock().unwrap().pop_front().expect("a look too many");
    let create = || made.take().expect("a creation too many");
    let exists = |error: &Fault| *error == Fault::Exists;

    refill();
    let blocking = create_if_missing_blocking(look, create, exists);
    assert!(queue.lock().unwrap().is_empty() && made.get().is_none(), "a look or a creation is missing");
    refill();
    let answer = block_on(create_if_missing(async || look(), async || create(), exists));
    assert!(queue.lock().unwrap().is_empty() && made.get().is_none(), "a look or a creation is missing");
    assert_eq!(answer, blocking);
    answer
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap().block_on(future)
}

#[test]
fn what_is_there_is_found_and_what_is_not_is_created() {
    assert_eq!(decided(&[Ok(Some(1))], None), Ok(Creation::Found(1)));
    assert_eq!(decided(&[Ok(None)], Some(Ok(2))), Ok(Creation::Created(2)));
    assert_eq!(decided(&[Err(Fault::Blind)], None), Err(Fault::Blind));
}

#[test]
fn after_a_failed_creation_it_looks_again() {
    let refused = Some(Err(Fault::Exists));
    assert_eq!(decided(&[Ok(None), Ok(Some(3))], refused), Ok(Creation::Raced(3)));
    assert_eq!(decided(&[Ok(None), Ok(None)], refused), Err(Fault::Exists));
    assert_eq!(decided(&[Ok(None), Err(Fault::Blind)], refused), Err(Fault::Blind));

    let lost = Some(Err(Fault::Timeout));
    assert_eq!(decided(&[Ok(None), Ok(Some(4))], lost), Ok(Creation::Unsure(4)));
    assert_eq!(decided(&[Ok(None), Ok(None)], lost), Err(Fault::Timeout));
    assert_eq!(decided(&[Ok(None), Err(Fault::Blind)], lost), Err(Fault::Timeout));
    assert_eq!(decided(&[Ok(None), Ok(None)], Some(Err(Fault::Denied))), Err(Fault::Denied));
}

#[test]
fn what_is_there_is_taken_out_whoever_made_it() {
    let all = [Creation::Found(7), Creation::Created(7), Creation::Raced(7), Creation::Unsure(7)];
    assert_eq!(all.map(Creation::into_inner), [7; 4]);
    assert_eq!(all.map(|creation| creation.is_created()), [false, true, false, false]);
}

/// Holds one resource, refuses a second, and answers the first creation with a timeout; the resource is seen only from the
/// `lag`-th look after it on.
struct Server {
    resource: Mutex<Option<u32>>,
    lag: AtomicU32,
    creations: AtomicU32,
    loses_answers: bool,
}

impl Server {
    fn new(lag: u32, loses_answers: bool) -> Self {
        Self { resource: Mutex::new(None), lag: AtomicU32::new(lag), creations: AtomicU32::new(0), loses_answers }
    }

    #[allow(clippy::unnecessary_wraps)] // what `create_if_missing` asks
    fn look(&self) -> Look {
        let resource = *self.resource.lock().unwrap();
        let hidden = resource.is_some()
            && self.lag.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |lag| lag.checked_sub(1)).is_ok();
        Ok(resource.filter(|_| !hidden))
    }

    fn create(&self, value: u32) -> Made {
        let mut resource = self.resource.lock().unwrap();
        if resource.is_some() {
            return Err(Fault::Exists);
        }
        *resource = Some(value);
        self.creations.fetch_add(1, Ordering::Relaxed);
        if self.loses_answers { Err(Fault::Timeout) } else { Ok(value) }
    }
}

#[retry(retry_on = Timeout, backoff = fixed(1s), jitter = none)]
async fn ensure(server: &Server) -> Result<Creation<u32>, Fault> {
    create_if_missing(async || server.look(), async || server.create(9), |error| *error == Fault::Exists).await
}

#[test]
fn a_creation_whose_answer_was_lost_is_made_once_however_late_it_shows() {
    for (lag, expected) in [(0, Creation::Unsure(9)), (1, Creation::Found(9)), (2, Creation::Raced(9))] {
        let server = Server::new(lag, true);
        assert_eq!(block_on(ensure(&server)), Ok(expected), "seen at look {lag}");
        assert_eq!(server.creations.into_inner(), 1);
    }
}

#[test]
fn of_many_threads_one_creates_and_all_see_the_same() {
    const THREADS: u32 = 64;
    let server = Server::new(0, false);
    let answers: Vec<_> = thread::scope(|scope| {
        let race = |value| {
            let server = &server;
            scope.spawn(move || {
                let create = || server.create(value);
                create_if_missing_blocking(|| server.look(), create, |error| *error == Fault::Exists).unwrap()
            })
        };
        let racers: Vec<_> = (0..THREADS).map(race).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|answer| answer.is_created()).count(), 1);
    let kept = server.resource.into_inner().unwrap().unwrap();
    assert!(answers.into_iter().all(|answer| answer.into_inner() == kept));
}

#[test]
fn its_future_can_be_spawned() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_time().build().unwrap();
    let answer = runtime.block_on(async {
        let task = async {
            let server = Server::new(0, false);
            ensure(&server).await
        };
        tokio::spawn(task).await.unwrap()
    });
    assert_eq!(answer, Ok(Creation::Created(9)));
}
