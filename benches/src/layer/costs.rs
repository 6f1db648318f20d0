//! Instructions and allocations per request, without sockets: figures that do not depend on the load of the machine.

use std::process::Command;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{HeaderValue, Request, Response};
use tokio::runtime::Builder;
use tower::Service;

use crate::Outcome;
use crate::layer::connection::BODY;
use crate::layer::services::{memory, plain, theirs};
use crate::stores::new_key;

const TIMES: u32 = 1000;
const NO_LAYER: &str = "no layer";
const THEIRS: &str = "axum-idempotent, replays";
const CASES: [&str; 4] = [NO_LAYER, "layer, new keys", "layer, replays", THEIRS];

/// Prints the costs of each case: the difference of two runs, so that what is done once does not count.
pub(super) fn print() -> Outcome {
    println!("per request, without sockets, and above no layer: instructions, allocations, bytes allocated");
    let mut base = None;
    for case in CASES {
        let counts = [instructions(case)?, allocations(case, 0)?, allocations(case, 1)?];
        let [base, ..] = [*base.get_or_insert(counts)];
        let column = |at: usize| format!("{:8.0}{:+8.0}", counts[at], counts[at] - base[at]);
        println!("  {case:28}{}{}{}", column(0), column(1), column(2));
    }
    Ok(())
}

fn instructions(case: &str) -> Outcome<f64> {
    per_request(case, &["--tool=callgrind", "--callgrind-out-file=/dev/null"], |said| {
        said.lines().find_map(|line| line.split_once("Collected :")).map(|(_, count)| count.trim().to_owned())
    })
}

/// Counts allocations, or with `at` 1 their bytes.
fn allocations(case: &str, at: usize) -> Outcome<f64> {
    per_request(case, &["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"], |said| {
        let (_, usage) = said.lines().find_map(|line| line.split_once("total heap usage:"))?;
        let mut figures = usage.split(", ").filter_map(|part| match part.trim().split_once(' ')? {
            (figure, "allocs" | "bytes allocated") => Some(figure.replace(',', "")),
            _ => None,
        });
        figures.nth(at)
    })
}

fn per_request(case: &str, tool: &[&str], read: impl Fn(&str) -> Option<String>) -> Outcome<f64> {
    let counted = |times: u32| -> Outcome<f64> {
        let output = Command::new("valgrind")
            .args(tool)
            .arg(std::env::current_exe()?)
            .args(["layer", "run", case, &times.to_string()])
            .output()
            .map_err(|error| format!("valgrind does not start: {error}"))?;
        let said = String::from_utf8(output.stderr)?;
        let count = read(&said).ok_or_else(|| format!("valgrind counted nothing: {said}"))?;
        Ok(count.parse()?)
    };
    Ok((counted(2 * TIMES)? - counted(TIMES)?) / f64::from(TIMES))
}

/// Sends requests of a case, one after the other.
pub(super) fn run(case: &str, times: u32) -> Outcome {
    let router = match case {
        NO_LAYER => plain::router(),
        THEIRS => theirs::router(),
        _ => memory::router(),
    };
    Builder::new_current_thread().enable_all().build()?.block_on(requests(router, case, times))
}

async fn requests(mut router: Router, case: &str, times: u32) -> Outcome {
    let cookie = if case == THEIRS {
        let response = post(&mut router, "/session", "none", None).await?;
        let cookie = response.headers().get(SET_COOKIE).ok_or("no session")?.to_str()?;
        Some(HeaderValue::from_str(cookie.split(';').next().unwrap_or_default())?)
    } else {
        None
    };
    let mut key = new_key();
    for _ in 0..times {
        if !case.ends_with("replays") {
            key = new_key();
        }
        let response = post(&mut router, "/", &key, cookie.as_ref()).await?;
        to_bytes(response.into_body(), usize::MAX).await?;
    }
    Ok(())
}

async fn post(router: &mut Router, path: &str, key: &str, cookie: Option<&HeaderValue>) -> Outcome<Response<Body>> {
    let mut request = Request::post(path).header("idempotency-key", format!("\"{key}\""));
    if let Some(cookie) = cookie {
        request = request.header(COOKIE, cookie);
    }
    let request = request.header(CONTENT_TYPE, "application/json").body(Body::from(BODY))?;
    let response = router.call(request).await?;
    if response.status().is_success() { Ok(response) } else { Err(response.status().to_string().into()) }
}
