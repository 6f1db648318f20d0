//! Events, report and metrics of calls with a hedge.

use retry_runtime::events::EventKind;
use retry_runtime::{Budget, testing};
use retry_tests::Fault;

use crate::hedge::{Server, operation};

/// Words for an event.
fn words(kind: EventKind) -> String {
    match kind {
        EventKind::HedgeSent { delay, .. } => format!("sent after {delay:?}"),
        EventKind::HedgeRefused { reason, .. } => format!("refused by {reason}"),
        EventKind::HedgeWon => "won".into(),
        EventKind::AttemptDropped { attempt, succeeded, .. } => format!("{attempt} dropped, {succeeded}"),
        EventKind::AttemptFailed { attempt, class, .. } => format!("{attempt} failed: {class}"),
        EventKind::RetryScheduled { attempt, .. } => format!("{attempt} scheduled"),
        EventKind::Recovered { attempts, .. } => format!("recovered by {attempts}"),
        EventKind::GaveUp { attempts, reason, .. } => format!("gave up after {attempts}: {reason:?}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn events_and_report_show_each_ending() {
    operation!(ask, name = "hedged", backoff = fixed(1ms), max_attempts = 3);
    let scope = testing::scope();
    let (sender, events) = std::sync::mpsc::channel();
    scope.subscribe(move |event| sender.send(words(event.kind())).unwrap());
    let budget = Budget::credit();
    let timeout = || Err(Fault::Timeout);
    let cases: [(&[(u64, _)], &[&str]); 7] = [
        (&[(1000, Ok(1)), (10, Ok(2))], &["sent after 100ms", "1 dropped, true", "won"]),
        (&[(200, Ok(1)), (1000, Ok(2))], &["sent after 100ms", "2 dropped, true"]),
        (&[(150, timeout()), (200, Ok(2))], &["sent after 100ms", "1 failed: Timeout", "recovered by 2", "won"]),
        (&[(400, Ok(1)), (50, timeout())], &["sent after 100ms", "2 failed: Timeout"]),
        (
            &[(400, timeout()), (50, timeout()), (0, Ok(3))],
            &["sent after 100ms", "2 failed: Timeout", "1 failed: Timeout", "3 scheduled", "recovered by 3"],
        ),
        (
            &[(1000, Ok(1)), (50, Err(Fault::Bad))],
            &["sent after 100ms", "1 dropped, false", "2 failed: Permanent", "gave up after 2: NotRetryable"],
        ),
        (
            &[(150, Err(Fault::Bad)), (1000, Ok(1))],
            &["sent after 100ms", "2 dropped, false", "1 failed: Permanent", "gave up after 2: NotRetryable"],
        ),
    ];
    assert_eq!(ask(&Server::new(&[(1000, Ok(1))]), &budget).await, Ok(1));
    assert_eq!(events.try_iter().collect::<Vec<_>>(), ["refused by at_most"]);
    let mut attempts = 1;
    for (answers, expected) in cases {
        ask(&Server::quick(), &budget).await.unwrap();
        let server = Server::new(answers);
        let _ = ask(&server, &budget).await;
        attempts += 1 + server.begun.get();
        assert_eq!(events.try_iter().collect::<Vec<_>>(), expected);
    }
    let report = scope.report();
    let operation = report.operation("hedged").unwrap();
    assert_eq!((operation.hedges, operation.hedges_won), (7, 2));
    assert_eq!(operation.hedges_refused, [("at_most", 1)]);
    assert_eq!((operation.calls, operation.first_successes, operation.recovered), (15, 11, 2));
    let made = operation.amplification * 15.0;
    assert!((made - f64::from(attempts)).abs() < 1e-6, "{made} {attempts}");
    assert_eq!(operation.retries_made, 1, "hedges are not retries");
    assert!(report.to_string().contains("hedges: 7 sent, 2 won, refused by at most 1"), "{report}");
}
