//! Bounds of what one key and one scope may take.

use retry_idempotency::StoreError;
use retry_idempotency::admin::Resolution;
use retry_idempotency::protocol::{Ack, BoundsError, ClaimOutcome, RESULT_LIMIT, Transition};
use retry_runtime::{Class, Classify};

use crate::stores::harness::{Case, Harness, KEEP, Said, ask, finish, id, of_another, plain, step};

pub(crate) async fn a_result_above_the_limit_is_refused_and_leaves_the_key_as_it_was(case: Case<impl Harness>) {
    let limit = case.store.max_result_bytes();
    assert_eq!(limit, RESULT_LIMIT);
    let (most, above) = (vec![7; limit], vec![7; limit + 1]);
    let held = case.run(ask("order", 1)).await;
    for change in [finish(&above), step("charge", &above)] {
        let error = case.store.transition(&held, change).await.unwrap_err();
        let StoreError::Invalid(BoundsError::Result { length, limit: said }) = error else { panic!("{error:?}") };
        assert_eq!((length, said), (limit + 1, limit));
    }
    let error = BoundsError::Result { length: limit + 1, limit };
    assert_eq!(
        error.to_string(),
        "the result has 4194305 bytes, and the store records 4194304 at most; return less, for example an id, or give the \
         store a larger result limit"
    );
    assert_eq!(case.said(ask("order", 1)).await, plain(1), "it is in flight, and has no step");
    case.keep(&held, Transition::Release).await;
    let resolution = Resolution::Finished { result: &above, keep: KEEP };
    assert!(case.store.resolve(id("order"), resolution, false).await.is_err());
    case.keep(&held, finish(&most)).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(most));
}

pub(crate) async fn who_fills_its_share_is_refused_and_others_are_not(case: Case<impl Harness>) {
    let store = case.bounded(8).await;
    let keys = ["1", "2", "3", "4", "5", "6", "7", "8"];
    for key in keys {
        let claimed = store.claim(&ask(key, 1)).await.unwrap();
        let ClaimOutcome::Run(held) = claimed else { panic!("{key}: {claimed:?}") };
        if key < "5" {
            assert_eq!(store.transition(&held, finish(b"paid")).await.unwrap(), Ack::Applied);
        }
    }
    for key in ["9", "10"] {
        let error = store.claim(&ask(key, 1)).await.unwrap_err();
        assert!(matches!(error, StoreError::ScopeFull { keys: 8 }), "{key}: {error:?}");
        assert_eq!(error.class(), Class::Permanent);
        assert!(error.to_string().contains("give the store more keys per scope"), "{error}");
    }
    // Keys that it has are answered as ever.
    for key in keys {
        let said = Said::from(store.claim(&ask(key, 2)).await.unwrap());
        assert_eq!(said, if key < "5" { Said::Finished(b"paid".to_vec()) } else { Said::InFlight }, "{key}");
    }
    assert_eq!(Said::from(store.claim(&of_another("1")).await.unwrap()), plain(1));
}
