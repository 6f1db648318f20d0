//! Bucket of a hedge under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --features std --release --test loom_hedge`.
#![cfg(loom)]

use core::time::Duration;

use loom::sync::Arc;
use loom::thread;
use retry_core::internal::Hedge;

/// Creates a hedge whose bucket holds one token after each call that adds to it.
fn hedge(tokens: u32) -> Arc<Hedge> {
    let hedge = Hedge::after(Duration::from_millis(1)).at_most(0.5);
    assert!(!hedge.has_token(), "made before there are threads");
    (0..tokens).for_each(|_| hedge.earn());
    Arc::new(hedge)
}

#[test]
fn two_calls_do_not_take_one_token() {
    loom::model(|| {
        let hedge = hedge(1);
        let other = thread::spawn({
            let hedge = hedge.clone();
            move || u32::from(hedge.take())
        });
        let taken = u32::from(hedge.take()) + other.join().unwrap();
        assert_eq!((taken, hedge.has_token()), (1, false));
    });
}

#[test]
fn a_token_that_is_added_is_not_lost_to_one_that_is_taken() {
    loom::model(|| {
        let hedge = hedge(1);
        let other = thread::spawn({
            let hedge = hedge.clone();
            move || hedge.earn()
        });
        let taken = hedge.take();
        other.join().unwrap();
        assert!(taken && hedge.has_token());
        assert!(hedge.take() && !hedge.has_token());
    });
}

#[test]
fn the_bucket_never_holds_more_than_its_room() {
    loom::model(|| {
        let hedge = hedge(2);
        let other = thread::spawn({
            let hedge = hedge.clone();
            move || hedge.earn()
        });
        hedge.earn();
        other.join().unwrap();
        assert_eq!((0..4).filter(|_| hedge.take()).count(), 3);
    });
}
