//! Costs of compiling: `cargo check` of many annotated functions, the macro's own share, and a clean build of the
//! runtime.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::Outcome;
use crate::generate::{self, Form};
use crate::project::{self, Project};

const FUNCTIONS: u32 = 500;
const ROUNDS: usize = 7;

pub(crate) fn print() -> Outcome {
    println!("CPU seconds of `cargo check`, {FUNCTIONS} functions, median of {ROUNDS} rounds in turn");
    for is_async in [false, true] {
        let empty = Checked::new("empty", is_async, Form::Bare, 0)?;
        let looped = Checked::new("loop", is_async, Form::Looped, FUNCTIONS)?;
        let annotated = Checked::new("retry", is_async, Form::Annotated, FUNCTIONS)?;
        let backon = Checked::new("backon", is_async, Form::Backon, FUNCTIONS)?;
        let mut all = [empty, looped, annotated, backon];
        for _ in 0..ROUNDS {
            for checked in &mut all {
                checked.check()?;
            }
        }
        let [empty, looped, annotated, backon] = all.map(Checked::median);
        println!("\n{}", if is_async { "async" } else { "sync" });
        println!("  empty {:.2}, loops {:.2}", empty.0, looped.0);
        for (name, form) in [("retry", annotated), ("backon-macros", backon)] {
            let (all, own) = (form.0 / looped.0, (form.0 - empty.0) / (looped.0 - empty.0));
            let macros = (form.1 - looped.1) * 1000.0 / f64::from(FUNCTIONS);
            println!("  {name:14} {:.2}: {all:.2} times the loops, {own:.2} without the empty crate", form.0);
            println!("  {:14} {macros:.2} ms per function in the macro", "");
        }
    }
    println!("\nCPU seconds of a clean build of the runtime without macros (crates of its own, dependencies)");
    for features in ["std", "std,tokio"] {
        let (own, others) = clean(features)?;
        println!("  {features:12}{own:6.2}{others:6.2}");
    }
    Ok(())
}

/// A crate, and what each check of it took: CPU seconds in all, and seconds of expanding.
struct Checked {
    project: Project,
    text: String,
    took: Vec<(f64, f64)>,
}

impl Checked {
    fn new(name: &str, is_async: bool, form: Form, count: u32) -> Outcome<Self> {
        let name = format!("check-{name}-{}", if is_async { "async" } else { "sync" });
        let text = generate::library(form, is_async, count)?;
        let mut checked = Self { project: Project::new(&name, &text)?, text, took: Vec::new() };
        checked.check()?;
        checked.took.clear();
        Ok(checked)
    }

    fn check(&mut self) -> Outcome {
        // A new text, so that there is something to check.
        self.project.write(&format!("{}// {}\n", self.text, self.took.len()))?;
        let begun = children()?;
        self.project.cargo(&["check", "--offline"])?;
        let took = children()? - begun;
        self.took.push((took, self.expanding()?));
        Ok(())
    }

    /// The pinned compiler's own figure, which it only tells with its unstable flags on.
    fn expanding(&self) -> Outcome<f64> {
        let arguments = ["rustc", "--offline", "--profile=check", "--", "-Ztime-passes"];
        let said = self.project.unstable_cargo(&arguments)?;
        let pass = said.lines().find(|line| line.ends_with("macro_expand_crate"));
        let seconds = pass.and_then(|line| line.split(&[':', ';']).nth(1)).ok_or("the compiler told no times")?;
        Ok(seconds.trim().parse()?)
    }

    fn median(mut self) -> (f64, f64) {
        let middle = self.took.len() / 2;
        self.took.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all = self.took[middle].0;
        self.took.sort_by(|a, b| a.1.total_cmp(&b.1));
        (all, self.took[middle].1)
    }
}

/// CPU seconds of a clean build: of the workspace's own crates, and of what they depend on.
fn clean(features: &str) -> Outcome<(f64, f64)> {
    let target = project::folder()?.join("clean");
    if target.exists() {
        fs::remove_dir_all(&target)?;
    }
    let all = build(&target, features)?;
    cargo(&target, &["clean", "--offline", "-p", "retry-core", "-p", "retry-runtime"])?;
    let own = build(&target, features)?;
    Ok((own, all - own))
}

fn build(target: &Path, features: &str) -> Outcome<f64> {
    cargo(target, &["build", "--offline", "-p", "retry-runtime", "--no-default-features", "--features", features])
}

fn cargo(target: &Path, arguments: &[&str]) -> Outcome<f64> {
    let begun = children()?;
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(project::workspace()).env("CARGO_TARGET_DIR", target).args(arguments);
    let output = command.output()?;
    if !output.status.success() {
        return Err(String::from_utf8(output.stderr)?.into());
    }
    Ok(children()? - begun)
}

/// CPU seconds of all processes that this one has started and waited for, and of theirs.
fn children() -> Outcome<f64> {
    let stat = fs::read_to_string("/proc/self/stat").map_err(|error| format!("no times of processes here: {error}"))?;
    // The name may hold spaces, and ends with the last parenthesis; then fields 3 on. See proc(5).
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_whitespace();
    let ticks: f64 = fields.skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
    // A tick is a hundredth of a second in all that /proc says.
    Ok(ticks / 100.0)
}
