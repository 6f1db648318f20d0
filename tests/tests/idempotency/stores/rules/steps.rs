//! Steps that a run has recorded.

use retry_idempotency::protocol::Transition;

use crate::stores::harness::{Case, Harness, KEEP, LEASE, Said, With, ask, finish, plain, step};

fn run(number: u32, steps: &[(&str, &[u8])]) -> Said {
    let steps = steps.iter().map(|&(name, result)| (name.to_owned(), result.to_vec())).collect();
    Said::Run { run: number, steps, previous: None }
}

pub(crate) async fn steps_are_found_by_the_next_run(case: Case<impl Harness>) {
    let every_byte: Vec<u8> = (0..=255).collect();
    let long = "é".repeat(127);
    let held = case.run(ask("order", 1)).await;
    case.keep(&held, step("reserve", &every_byte)).await;
    case.keep(&held, step(&long, b"")).await;
    let two: [(&str, &[u8]); 2] = [("reserve", &every_byte), (&long, b"")];
    assert_eq!(case.said(ask("order", 1)).await, run(1, &two), "by a claim that is sent again");
    case.keep(&held, Transition::Release).await;
    let held = case.run(ask("order", 2).resume()).await;
    assert_eq!(Said::from(&held), run(2, &two));
    assert_eq!(held.steps().get("reserve"), Some(&every_byte[..]));
    assert_eq!(held.steps().get("charge"), None);
    case.keep(&held, step("charge", b"paid")).await;
    case.pass(LEASE).await;
    assert_eq!(case.said(ask("order", 3).resume()).await, run(3, &[two[0], two[1], ("charge", b"paid")]));
}

/// So a step that is sent again does no harm, and one that was begun can be ended.
pub(crate) async fn the_last_step_of_a_name_counts(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    for (name, result) in [("charge", b"begun"), ("parcel", b"begun"), ("charge", b"ended"), ("charge", b"ended")] {
        case.keep(&held, step(name, result)).await;
    }
    let again = case.run(ask("order", 1)).await;
    assert_eq!(again.steps().get("charge"), Some(&b"ended"[..]));
    assert_eq!(again.steps().get("parcel"), Some(&b"begun"[..]));
}

pub(crate) async fn a_finished_key_has_no_steps(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    case.keep(&held, step("charge", b"paid")).await;
    case.keep(&held, finish(b"done")).await;
    let merge = case.run(ask("order", 2).reopen()).await;
    assert!(merge.steps().is_empty());
    case.keep(&merge, step("merge", b"half")).await;
    case.keep(&merge, finish(b"merged")).await;
    case.pass(KEEP).await;
    assert_eq!(case.said(ask("order", 3)).await, plain(1));
}
