//! Random operations, one after the other, on a store and on a model of it.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::test_runner::{Config, FileFailurePersistence, TestRunner};
use retry_idempotency::admin::{Filter, KeyState, Resolution, ResolveOutcome};
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Lease, Takeover};

use crate::stores::acts::{Act, Tell, Wish, acts};
use crate::stores::harness::{Case, Harness, Said, ask, fingerprint, id};

/// Runs so many random sequences, each by `run`, on a store without keys.
pub(crate) fn agrees(sequences: u32, run: impl Fn(Vec<Act>)) {
    let saved = FileFailurePersistence::Direct("proptest-regressions/store_contract.txt");
    let config = Config { cases: sequences, failure_persistence: Some(Box::new(saved)), ..Config::default() };
    let result = TestRunner::new(config).run(&acts(), |acts| {
        run(acts);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Does all of it on the store, and compares what it says with the model.
pub(crate) async fn follow(case: Case<impl Harness>, acts: Vec<Act>) {
    let (mut model, mut holders) = (Model::default(), Vec::<Lease>::new());
    for act in acts {
        match act {
            Act::Claim(wish) => {
                let claimed = claim(&case, wish).await;
                if let ClaimOutcome::Run(held) = &claimed {
                    holders.push(held.clone());
                }
                assert_eq!(Said::from(claimed), model.claim(wish), "{wish:?}");
            }
            Act::Change(..) if holders.is_empty() => {}
            Act::Change(holder, tell) => {
                let held = holder.get(&holders);
                let kept = case.change(held, tell.as_change()).await == Ack::Applied;
                model.change(held, tell, kept);
            }
            Act::Pass(seconds) => {
                case.pass(Duration::from_secs(seconds)).await;
                model.now += seconds;
            }
            Act::Resolve(key, result, force) => {
                let keep = Duration::from_secs(RESOLVED);
                let resolution =
                    result.as_ref().map_or(Resolution::NothingHappened, |result| Resolution::Finished { result, keep });
                let resolved = case.store.resolve(id(key), resolution, force).await.unwrap();
                let resolved = match resolved {
                    ResolveOutcome::InFlight { .. } => ResolveOutcome::InFlight { left: Duration::ZERO },
                    other => other,
                };
                assert_eq!(resolved, model.resolve(key, result, force), "{key}");
            }
            Act::Evict(key) => {
                let was_there = case.store.evict(id(key)).await.unwrap();
                let known = model.keys.remove(key);
                assert!(was_there || known.is_none_or(|known| known.is_gone(model.now)), "{key}");
            }
            Act::Purge => drop(case.store.purge(9).await.unwrap()),
            Act::List => assert_eq!(list(&case, &model).await, model.list()),
        }
    }
}

async fn claim(case: &Case<impl Harness>, wish: Wish) -> ClaimOutcome {
    let fingerprint = wish.request.map(|request| fingerprint(1, request));
    let lease = Duration::from_secs(wish.lease);
    let takeover = wish.takeover;
    case.claim(ClaimRequest { fingerprint: fingerprint.as_ref(), lease, takeover, ..ask(wish.key, wish.owner) }).await
}

type List = BTreeMap<String, (KeyState, u32)>;

/// Without the keys that are over: some of them may be gone.
async fn list(case: &Case<impl Harness>, model: &Model) -> List {
    let listed = case.store.list(Filter::default(), None, 9).await.unwrap().entries;
    let listed = listed.iter().map(|entry| (entry.id().key().to_owned(), (entry.state, entry.runs)));
    let is_there = |key: &str| model.keys.get(key).is_some_and(|known| !known.is_gone(model.now));
    listed.filter(|(key, (state, _))| *state != KeyState::Finished || is_there(key)).collect()
}

/// Time to keep a resolution, in seconds.
const RESOLVED: u64 = 60;
/// The holder after an operator has finished a key.
const OPERATOR: u8 = u8::MAX;
/// The holder after an operator has restored the result of a run.
const NOBODY: u8 = u8::MAX - 1;

/// A key in the model.
#[derive(Clone)]
enum Known {
    Open { owner: u8, runs: u32, end: u64, steps: Vec<(String, Vec<u8>)>, replaces: Option<Done> },
    Done { owner: u8, runs: u32, done: Done },
}

#[derive(Clone)]
struct Done {
    result: Vec<u8>,
    end: u64,
}

impl Known {
    /// Returns whether it may be gone.
    fn is_gone(&self, now: u64) -> bool {
        matches!(self, Self::Done { done, .. } if done.end <= now)
    }
}

#[derive(Default)]
struct Model {
    now: u64,
    keys: BTreeMap<&'static str, Known>,
    /// The fingerprint of each key.
    requests: BTreeMap<&'static str, Option<u8>>,
}

impl Model {
    fn claim(&mut self, wish: Wish) -> Said {
        let now = self.now;
        let known = self.keys.get(wish.key).filter(|known| !known.is_gone(now)).cloned();
        let is_same = wish.takeover == Takeover::Reopen || self.requests.get(wish.key) == Some(&wish.request);
        match known {
            None => {
                self.requests.insert(wish.key, wish.request);
                self.open(wish, 1, Vec::new(), None)
            }
            Some(Known::Done { owner, done, .. }) if wish.takeover == Takeover::Reopen && owner != wish.owner => {
                self.open(wish, 1, Vec::new(), Some(done))
            }
            Some(Known::Open { owner, end, runs, steps, replaces }) if owner == wish.owner && end > now => {
                Said::Run { run: runs, steps, previous: replaces.map(|done| done.result) }
            }
            Some(_) if !is_same => Said::Mismatch,
            Some(Known::Done { done, .. }) => Said::Finished(done.result),
            Some(Known::Open { end, .. }) if end > now => Said::InFlight,
            Some(Known::Open { runs, steps, replaces, .. }) => match wish.takeover {
                Takeover::Resume => self.open(wish, runs + 1, steps, replaces),
                Takeover::Reopen if replaces.is_some() => self.open(wish, runs + 1, Vec::new(), replaces),
                _ => Said::Interrupted(runs),
            },
        }
    }

    fn resolve(&mut self, key: &'static str, result: Option<[u8; 1]>, force: bool) -> ResolveOutcome {
        let now = self.now;
        let (runs, replaces) = match self.keys.get(key) {
            None => return ResolveOutcome::Unknown,
            Some(known) if known.is_gone(now) => return ResolveOutcome::Unknown,
            Some(Known::Done { owner: OPERATOR, runs, .. }) if force && result.is_some() => (*runs, None),
            Some(Known::Done { .. }) => return ResolveOutcome::Finished,
            Some(Known::Open { end, .. }) if *end > now && !force => {
                return ResolveOutcome::InFlight { left: Duration::ZERO };
            }
            Some(Known::Open { runs, replaces, .. }) => (*runs, replaces.clone()),
        };
        let done = result.map(|result| Done { result: result.to_vec(), end: now + RESOLVED }).or(replaces);
        let owner = if result.is_some() { OPERATOR } else { NOBODY };
        match done {
            Some(done) => self.keys.insert(key, Known::Done { owner, runs, done }),
            None => self.keys.remove(key),
        };
        ResolveOutcome::Applied
    }

    fn open(&mut self, wish: Wish, runs: u32, steps: Vec<(String, Vec<u8>)>, replaces: Option<Done>) -> Said {
        let said =
            Said::Run { run: runs, steps: steps.clone(), previous: replaces.clone().map(|replaced| replaced.result) };
        let end = self.now + wish.lease;
        self.keys.insert(wish.key, Known::Open { owner: wish.owner, runs, end, steps, replaces });
        said
    }

    fn change(&mut self, held: &Lease, tell: Tell, kept: bool) {
        let (now, holder) = (self.now, held.holder().as_bytes()[0]);
        let key = ["a", "b", "c"].into_iter().find(|key| id(key) == held.id()).expect("one of the keys");
        let known = self.keys.remove(key);
        // What is over is there until it is purged: then its owner may still finish it.
        let may_be_either = known.as_ref().is_some_and(|known| known.is_gone(now));
        let changed = match known.clone() {
            Some(Known::Open { owner, runs, end, mut steps, replaces }) if owner == holder => {
                let open = |end, steps, replaces| Some(Known::Open { owner, runs, end, steps, replaces });
                Some(match (tell, replaces) {
                    (Tell::Extend(lease), replaces) => open(now + lease, steps, replaces),
                    (Tell::Release, replaces) => open(now, steps, replaces),
                    (Tell::Step(name), replaces) => {
                        steps.push((name.to_owned(), name.as_bytes().to_vec()));
                        open(end, steps, replaces)
                    }
                    (Tell::Finish(result, keep), _) => {
                        Some(Known::Done { owner, runs, done: Done { result: result.to_vec(), end: now + keep } })
                    }
                    (Tell::Forget, Some(done)) => Some(Known::Done { owner, runs, done }),
                    (Tell::Forget, None) => None,
                })
            }
            Some(Known::Done { owner, runs, .. }) if owner == holder => match tell {
                Tell::Finish(result, keep) => {
                    Some(Some(Known::Done { owner, runs, done: Done { result: result.to_vec(), end: now + keep } }))
                }
                _ => None,
            },
            _ => None,
        };
        assert!(kept == changed.is_some() || may_be_either && !kept, "{tell:?} by {held:?}");
        let left = if kept { changed.flatten() } else { known };
        if let Some(left) = left {
            self.keys.insert(key, left);
        }
    }

    fn list(&self) -> List {
        let there = self.keys.iter().filter(|(_, known)| !known.is_gone(self.now));
        let listed = there.map(|(key, known)| {
            let (state, runs) = match known {
                Known::Open { runs, end, .. } if *end > self.now => (KeyState::InFlight, *runs),
                Known::Open { runs, .. } => (KeyState::Interrupted, *runs),
                Known::Done { runs, .. } => (KeyState::Finished, *runs),
            };
            ((*key).to_owned(), (state, runs))
        });
        listed.collect()
    }
}
