//! Bytes: of futures, and of code and data a function.

use std::hint::black_box;
use std::process::Command;

use retry_runtime::retry;

use crate::Outcome;
use crate::generate::{self, Form};
use crate::project::Project;
use crate::subject::Fault;

async fn bare<const BYTES: usize>() -> Result<u64, Fault> {
    let held = [0_u8; BYTES];
    std::future::pending::<()>().await;
    black_box(&held);
    Ok(7)
}

#[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout)]
async fn annotated<const BYTES: usize>() -> Result<u64, Fault> {
    let held = [0_u8; BYTES];
    std::future::pending::<()>().await;
    black_box(&held);
    Ok(7)
}

async fn looped<const BYTES: usize>() -> Result<u64, Fault> {
    let mut attempt = 1;
    loop {
        match bare::<BYTES>().await {
            Err(Fault::Timeout) if attempt < 3 => {
                tokio::time::sleep(std::time::Duration::from_millis(100) * attempt).await;
                attempt += 1;
            }
            outcome => return outcome,
        }
    }
}

pub(crate) fn print() -> Outcome {
    println!("bytes of a future whose body holds so many");
    println!("  {:>8}{:>8}{:>8}{:>8}{:>14}", "held", "bare", "loop", "retry", "above bare");
    future::<0>();
    future::<64>();
    future::<128>();
    future::<256>();
    future::<1024>();
    println!("\nbytes a function, of 100 in one object file");
    println!("  {:24}{:>8}{:>8}{:>8}", "", "code", "data", "unwind");
    for is_async in [false, true] {
        for (name, form) in [("bare", Form::Bare), ("loop", Form::Looped), ("retry", Form::Annotated)] {
            let [code, data, unwind] = compiled(form, is_async)?;
            let kind = if is_async { "async" } else { "sync" };
            println!("  {:24}{code:8}{data:8}{unwind:8}", format!("{kind}, {name}"));
        }
    }
    Ok(())
}

fn future<const BYTES: usize>() {
    let (bare, looped) = (size_of_val(&bare::<BYTES>()), size_of_val(&looped::<BYTES>()));
    let annotated = size_of_val(&annotated::<BYTES>());
    println!("  {BYTES:8}{bare:8}{looped:8}{annotated:8}{:+14}", annotated.cast_signed() - bare.cast_signed());
}

/// Code, data and unwind tables a function: the difference of 200 functions and 100.
fn compiled(form: Form, is_async: bool) -> Outcome<[u64; 3]> {
    let few = sections(form, is_async, 100)?;
    let many = sections(form, is_async, 200)?;
    Ok([0, 1, 2].map(|kind| (many[kind] - few[kind]) / 100))
}

fn sections(form: Form, is_async: bool, count: u32) -> Outcome<[u64; 3]> {
    let text = generate::library(form, is_async, count)?;
    // An async function's code is made where its future is used: here in a boxed one.
    let boxed = if is_async { boxes(count) } else { String::new() };
    let project = Project::new("retry-bytes", &(text + &boxed))?;
    project.cargo(&["rustc", "--offline", "--release", "--", "--emit=obj", "-Ccodegen-units=1"])?;
    let output = Command::new("size").arg("-A").arg(project.object()?).output()?;
    let mut bytes = [0; 3];
    for line in String::from_utf8(output.stdout)?.lines() {
        let mut words = line.split_whitespace();
        let (Some(section), Some(Ok(size))) = (words.next(), words.next().map(str::parse::<u64>)) else { continue };
        let kind = match section {
            _ if section.starts_with(".text") => 0,
            _ if section.starts_with(".rodata") || section.starts_with(".data") => 1,
            _ if section.starts_with(".eh_frame") || section.starts_with(".gcc_except") => 2,
            _ => continue,
        };
        bytes[kind] += size;
    }
    Ok(bytes)
}

fn boxes(count: u32) -> String {
    let boxed = |number| {
        format!(
            "pub fn boxed_{number}(number: u64) -> std::pin::Pin<Box<dyn Future<Output = Result<u64, Fault>>>> {{ \
             Box::pin(quote_{number}(number)) }}\n"
        )
    };
    (0..count).map(boxed).collect()
}
