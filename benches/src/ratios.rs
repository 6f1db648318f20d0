//! Times, all in one run: short rounds of every case in turn, so that what else the machine does falls on all alike,
//! and of each case the median.

use std::time::Instant;

use crate::cases::{self, Case};

const ROUNDS: usize = 201;
const TIMES: u32 = 5000;

pub(crate) fn print() {
    println!("nanoseconds a call (median of {ROUNDS} rounds), and against each of the group");
    for group in cases::GROUPS {
        let cases: Vec<_> = cases::of(group).collect();
        let medians = medians(&cases);
        println!("\n{group}");
        for (case, median) in cases.iter().zip(&medians) {
            print!("  {:24}{median:8.1} ns ", case.name);
            for (other, its) in cases.iter().zip(&medians).filter(|(other, _)| other.name != case.name) {
                print!("  {:.2} of {}", median / its, other.name);
            }
            println!();
        }
    }
}

fn medians(cases: &[&Case]) -> Vec<f64> {
    let mut times = vec![Vec::with_capacity(ROUNDS); cases.len()];
    for _ in 0..ROUNDS {
        for (case, times) in cases.iter().zip(&mut times) {
            let begun = Instant::now();
            (case.run)(TIMES);
            times.push(begun.elapsed());
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_unstable();
            times[ROUNDS / 2].as_secs_f64() * 1e9 / f64::from(TIMES)
        })
        .collect()
}
