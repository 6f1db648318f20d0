//! Instructions a call, under callgrind: the difference of two runs, so that what is done once does not count.

use std::process::Command;

use crate::Outcome;
use crate::cases::{self, Case};

const TIMES: u32 = 1000;

pub(crate) fn print() -> Outcome {
    println!("instructions a call, and above the first of each group");
    for group in cases::GROUPS {
        println!("\n{group}");
        let mut base = None;
        for case in cases::of(group).filter(|case| case.name != cases::GOVERNOR) {
            let count = count(case)?;
            let base = *base.get_or_insert(count);
            println!("  {:28}{count:8.0}{:+8.0}  {:5.2} times", case.name, count - base, count / base);
        }
    }
    Ok(())
}

fn count(case: &Case) -> Outcome<f64> {
    let (once, twice) = (collected(case, TIMES)?, collected(case, 2 * TIMES)?);
    Ok((twice - once) / f64::from(TIMES))
}

fn collected(case: &Case, times: u32) -> Outcome<f64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["run", &case.id(), &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let said = String::from_utf8(output.stderr)?;
    let collected = said.lines().find_map(|line| line.split_once("Collected :"));
    let (_, count) = collected.ok_or_else(|| format!("valgrind counted nothing: {said}"))?;
    Ok(count.trim().parse()?)
}
