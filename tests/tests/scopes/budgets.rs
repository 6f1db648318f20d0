//! Budgets in scopes.

use std::io;
use std::sync::LazyLock;

use retry_runtime::{Budget, Classes, KeyedBudget, Policy, call_blocking, retry, testing};

use crate::timeout;

static SHOP: Budget = Budget::credit().without_wait();
static LAZY: LazyLock<Budget> = LazyLock::new(|| Budget::credit().without_wait());
static PER_USER: KeyedBudget<u32> = KeyedBudget::new(Budget::credit().without_wait());
static LIMITS: Limits = Limits { reads: Budget::credit().without_wait() };

struct Limits {
    reads: Budget,
}

#[retry(max_attempts = 9, retry_on = transient, backoff = none, budget = SHOP)]
fn named(tried: &mut u32) -> io::Result<()> {
    *tried += 1;
    timeout()
}

#[retry(max_attempts = 9, retry_on = transient, backoff = none, budget = &LAZY)]
fn lazy(tried: &mut u32) -> io::Result<()> {
    *tried += 1;
    timeout()
}

#[retry(max_attempts = 9, retry_on = transient, backoff = none, budget = &LIMITS.reads)]
fn field(tried: &mut u32) -> io::Result<()> {
    *tried += 1;
    timeout()
}

#[retry(max_attempts = 9, retry_on = transient, backoff = none, budget = PER_USER.get(&7))]
fn keyed(tried: &mut u32) -> io::Result<()> {
    *tried += 1;
    timeout()
}

fn expression(tried: &mut u32) -> io::Result<()> {
    let policy =
        Policy::new().max_attempts(3).retry_on(Classes::new().transient()).backoff(retry_runtime::Backoff::none());
    call_blocking(&policy, || {
        *tried += 1;
        timeout()
    })
}

/// Returns how many retries a call makes.
fn retries(operation: impl Fn(&mut u32) -> io::Result<()>) -> u32 {
    let mut tried = 0;
    operation(&mut tried).expect_err("it always fails");
    tried - 1
}

fn assert_fresh_in_each_scope(operation: impl Fn(&mut u32) -> io::Result<()>) {
    for _ in 0..3 {
        let scope = testing::scope();
        assert_eq!((retries(&operation), retries(&operation)), (8, 0));
        scope.reset();
        assert_eq!((retries(&operation), retries(&operation)), (8, 0));
    }
    assert_eq!((retries(&operation), retries(&operation)), (8, 0), "outside nothing was used");
    let _scope = testing::scope();
    assert_eq!(retries(&operation), 8);
}

#[test]
fn a_static_budget_is_full_in_each_scope() {
    assert_fresh_in_each_scope(named);
}

#[test]
fn a_budget_from_configuration_is_full_in_each_scope() {
    assert_fresh_in_each_scope(lazy);
}

#[test]
fn a_budget_in_a_static_is_full_in_each_scope() {
    assert_fresh_in_each_scope(field);
}

#[test]
fn a_budget_of_a_key_is_full_in_each_scope() {
    assert_fresh_in_each_scope(keyed);
    let _scope = testing::scope();
    assert!(PER_USER.is_empty(), "no call in the scope has named a key");
}

#[test]
fn a_place_that_calls_has_a_budget_in_each_scope() {
    for _ in 0..20 {
        let _scope = testing::scope();
        assert_eq!(retries(expression), 2);
    }
}

#[test]
fn an_operation_and_the_test_see_the_same_replica() {
    let scope = testing::scope();
    let full = scope.budget(&SHOP).to_string();
    assert_eq!(retries(named), 8);
    assert_eq!(SHOP.to_string(), full);
    assert!(core::ptr::eq(scope.budget(&SHOP), scope.budget(&SHOP)));
    let mut tried = 0;
    let mine = &*LAZY;
    assert!(!core::ptr::eq(scope.budget(&LAZY), mine));
    assert!(lazy(&mut tried).is_err());
    assert_eq!(tried, 9);
}

/// The replica of a scope is found by address, and the address of a value that was dropped is used again.
#[test]
fn budgets_of_the_test_are_never_mistaken_for_others() {
    struct Client {
        budget: Budget,
    }
    impl Client {
        #[retry(max_attempts = 9, retry_on = transient, backoff = none, budget = self.budget)]
        fn load(&self, tried: &mut u32) -> io::Result<()> {
            *tried += 1;
            timeout()
        }
    }
    let _scope = testing::scope();
    for _ in 0..50 {
        let client = Box::new(Client { budget: Budget::credit().without_wait() });
        assert_eq!((retries(|tried| client.load(tried)), retries(|tried| client.load(tried))), (8, 0));
    }
}
