//! Runs the example `api_client` against an API that fails, hangs, dies and throttles.

mod program;
mod server;

use std::thread::sleep;
use std::time::Duration;

use self::program::Program;
use self::server::{Answer, Received, Server};

const TOKEN: &str = "secret-token";
/// Attempts after the first of all scenes below: 1, 2, 0, 2 and 1.
const RETRIES: u32 = 6;

/// Returns the key of a write, which all its attempts have.
fn key_of(attempts: &[Received]) -> String {
    let keys = attempts.iter().map(|received| received.key.clone().expect("a write has a key")).collect::<Vec<_>>();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    keys[0].clone()
}

fn a_read_is_retried(server: &Server, program: &mut Program) {
    server.script("/items/7", [Answer::Status(503)]);
    assert_eq!(program.ask("GET /items/7?password=secret-query"), r#"{"path":"/items/7"}"#);
    assert_eq!(server.received().len(), 2);
}

/// Returns the keys of two writes, of which the first hangs and fails.
fn a_write_keeps_its_key(server: &Server, program: &mut Program) -> [String; 2] {
    server.script("/orders", [Answer::Hang, Answer::Status(502)]);
    assert_eq!(program.ask(r#"POST /orders {"item": "secret-item"}"#), r#"{"path":"/orders"}"#);
    let post = server.received();
    assert_eq!(post.len(), 3);
    for received in &post {
        assert_eq!(received.body, r#"{"item":"secret-item"}"#);
        assert_eq!(received.authorization, format!("Bearer {TOKEN}"));
    }
    assert_eq!(program.ask(r#"PUT /items/7 {"name": "tea"}"#), r#"{"path":"/items/7"}"#);
    let put = server.received();
    assert_ne!(key_of(&post), key_of(&put));
    [key_of(&post), key_of(&put)]
}

fn a_permanent_failure_is_not_retried(server: &Server, program: &mut Program) {
    server.script("/items/9", [Answer::Status(404)]);
    let answer = program.ask("DELETE /items/9");
    assert!(answer.ends_with("/items/9 answered 404 Not Found"), "{answer}");
    assert_eq!(server.received().len(), 1);
}

/// Returns how many calls the cache has answered.
fn a_dead_api_is_answered_for_and_left_alone(server: &mut Server, program: &mut Program) -> u32 {
    assert_eq!(program.ask("GET /items/8"), r#"{"path":"/items/8"}"#);
    assert_eq!(server.received().len(), 1);
    server.kill();
    let answer = program.ask("GET /items/10?password=secret-query");
    assert!(answer.starts_with("error: error sending request: ") && !answer.contains("secret"), "{answer}");
    // Its three attempts have opened the breaker.
    assert_eq!(program.ask("POST /orders {}"), "error: stopped after 0 attempts: the circuit breaker is open");
    let stale = |answer: &str| answer.starts_with(r#"{"path":"/items/8"} (stale, "#) && answer.ends_with(" s old)");
    let answer = program.ask("GET /items/8");
    assert!(stale(&answer), "{answer}");

    server.restart();
    let mut answered = 1;
    while stale(&program.ask("GET /items/8")) {
        answered += 1;
        assert!(answered < 500, "the breaker stays open");
        sleep(Duration::from_millis(20));
    }
    assert_eq!(server.received().len(), 1, "the open breaker has admitted calls");
    answered
}

fn a_server_that_throttles_is_waited_for(server: &Server, program: &mut Program) {
    server.script("/items/11", [Answer::Throttle]);
    assert_eq!(program.ask("GET /items/11"), r#"{"path":"/items/11"}"#);
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received[1].at - received[0].at >= Duration::from_secs(1), "{received:?}");
}

#[test]
fn a_client_survives_an_api_that_fails_hangs_dies_and_throttles() {
    let mut server = Server::start();
    let mut program = Program::start(&[&server.address()], &[("RETRY_ENV", "testing"), ("API_TOKEN", TOKEN)]);
    a_read_is_retried(&server, &mut program);
    let keys = a_write_keeps_its_key(&server, &mut program);
    a_permanent_failure_is_not_retried(&server, &mut program);
    let from_cache = a_dead_api_is_answered_for_and_left_alone(&mut server, &mut program);
    a_server_that_throttles_is_waited_for(&server, &mut program);
    let (totals, log) = program.end();

    let calls = 9 + from_cache;
    let share = |calls_of_a_kind: u32| format!("{:.1} %", 100.0 * f64::from(calls_of_a_kind) / f64::from(calls));
    let expected = [
        format!("{calls} calls, {RETRIES} retries"),
        format!("3 succeeded at once, 3 after retries, {from_cache} from the cache, 3 failed"),
        format!("success rate {}, with the cache {}", share(6), share(6 + from_cache)),
    ];
    assert!(totals.starts_with(&expected.join("\n")), "{expected:#?}\n{totals}");

    for line in [
        r#"request method=GET endpoint="/items/7" status=503"#,
        r#"request method=GET endpoint="/items/7" status=200"#,
        r#"request method=POST endpoint="/orders" status=interrupted"#,
        r#"request method=PUT endpoint="/items/7" status=200"#,
        r#"request method=DELETE endpoint="/items/9" status=404"#,
        r#"breaker.from="closed" breaker.to="open""#,
        r#"breaker.to="closed""#,
    ] {
        assert!(log.contains(line), "{line}\n{log}");
    }
    // The breaker has rejected a `POST`, and the calls that the cache answered.
    let rejected = 1 + from_cache;
    let requests = log.lines().filter(|line| line.contains(" request method=")).count();
    assert_eq!(requests, (calls - rejected + RETRIES) as usize, "{log}");
    for secret in ["secret-", &keys[0], &keys[1]] {
        assert!(!log.contains(secret) && !totals.contains(secret), "{secret}\n{totals}\n{log}");
    }
}

#[test]
fn the_file_has_settings_of_each_environment() {
    for (environment, setting) in [
        ("development", "max_attempts = 2  in code 3"),
        ("production", "shape = credit(500)  in code credit"),
        ("testing", "open_for = 500ms  in code 1s"),
    ] {
        let program = Program::start(&["http://127.0.0.1:9"], &[("RETRY_ENV", environment)]);
        let (totals, log) = program.end();
        assert!(log.contains(setting), "{setting}\n{log}");
        assert!(totals.starts_with("0 calls, 0 retries\n"), "{totals}");
    }
}
