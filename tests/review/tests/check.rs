//! A file against the functions of this crate: each case is a process of its own, because an environment variable requests
//! a new file.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use retry_review_tests as _;
use retry_runtime::review::{self, Review};

#[test]
fn policies_are_reviewed() {
    review::check("RETRIES.md");
}

/// Runs the check of the file that the environment names, in a process of its own.
#[test]
fn probe() {
    if let Ok(path) = env::var("REVIEW_PROBE") {
        Review::module("retry_review_tests").check(path);
    }
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("review").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the target folder can be written");
    folder
}

/// Checks `file` in a process of its own; returns the message of its panic.
fn checked(file: &Path, renews: bool) -> Result<(), String> {
    let mut command = Command::new(env::current_exe().expect("this test is a file"));
    command.args(["--exact", "probe", "--nocapture"]).env("REVIEW_PROBE", file).env("RUST_BACKTRACE", "0");
    if renews {
        command.env("RETRIES", "overwrite")
    } else {
        command.env_remove("RETRIES")
    };
    let output = command.output().expect("this test runs");
    let words = String::from_utf8(output.stderr).expect("the words are text");
    if output.status.success() {
        return Ok(());
    }
    let (_, words) = words.split_once(":\n").expect("a panic says where it was");
    let (words, _) = words.split_once("\nnote: ").expect("a panic names the backtrace");
    Err(words.replace(&file.display().to_string(), "RETRIES.md"))
}

/// A file as it is written, and its text.
fn written(name: &str) -> (PathBuf, String) {
    let file = folder(name).join("RETRIES.md");
    checked(&file, true).expect("it is written");
    let text = fs::read_to_string(&file).expect("it is there");
    (file, text)
}

/// Returns the message about a file with this change.
fn message_after(name: &str, change: impl FnOnce(&str) -> String) -> String {
    let (file, text) = written(name);
    let changed = change(&text);
    assert_ne!(text, changed);
    fs::write(&file, changed).expect("it can be written");
    checked(&file, false).expect_err("it differs")
}

/// The file with a valid checksum: FNV-1a of all lines except the first.
fn stale(text: &str) -> String {
    let (head, body) = text.split_once('\n').expect("the head is a line");
    let sum = body
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(1_099_511_628_211));
    let (before, _) = head.split_once("Sum: ").expect("the head has a checksum");
    format!("{before}Sum: {sum:016x} -->\n{body}")
}

const RUN: &str = "if the change is intended, run `RETRIES=overwrite cargo test` and have the new file reviewed";

fn line_of(text: &str, part: &str) -> usize {
    text.lines().position(|line| line.contains(part)).expect("there is such a line") + 1
}

#[test]
fn a_missing_file_is_reported_with_the_command_to_run() {
    let words = checked(&folder("missing").join("RETRIES.md"), false).expect_err("there is none");
    assert_eq!(words, "RETRIES.md does not exist; run `RETRIES=overwrite cargo test` and commit it");
}

#[test]
fn a_written_file_matches_with_any_line_endings() {
    let (file, text) = written("right");
    assert_eq!(checked(&file, false), Ok(()));
    assert_eq!(stale(&text), text, "the checksum is that of the text");
    fs::write(&file, text.replace('\n', "\r\n")).expect("it can be written");
    assert_eq!(checked(&file, false), Ok(()));
}

#[test]
fn a_changed_policy_is_reported_cell_by_cell() {
    let mut line = 0;
    let words = message_after("stale", |text| {
        line = line_of(text, "tests::quote`");
        stale(&text.replacen(
            "async | 3 | `exp(500ms, 4s)`, `full` | 1.5s |",
            "async | 2 | `exp(500ms, 4s)`, `full` | 500ms |",
            1,
        ))
    });
    let quote = format!(
        "RETRIES.md differs from the code:
  line {line}, `retry_review_tests::quote`:
      attempts: 2 in the file, 3 in the code
      worst delay: 500ms in the file, 1.5s in the code
{RUN}"
    );
    assert_eq!(words, quote);
}

#[test]
fn a_manual_edit_is_reported_as_one() {
    let mut line = 0;
    let words = message_after("edited", |text| {
        line = line_of(text, "::stock`");
        text.replacen("`transient`", "`transient, Status(501)`", 1)
    });
    let stock = format!(
        "RETRIES.md was edited or merged by hand, and differs from the code:
  line {line}, `retry_review_tests::stock`:
      retried on: `transient, Status(501)` in the file, `transient` in the code
{RUN}"
    );
    assert_eq!(words, stock);
}

#[test]
fn added_and_removed_functions_are_reported() {
    let mut line = 0;
    let words = message_after("gone", |text| {
        line = line_of(text, "::stock`");
        let rows = text.lines().filter(|line| !line.contains("::shelf`"));
        stale(&rows.map(|row| row.replace("::stock`", "::stocks`") + "\n").collect::<String>())
    });
    let gone = format!(
        "RETRIES.md differs from the code:
  line {}: no function is named `retry_review_tests::stocks` any more
  no line for `retry_review_tests::shelf`: attempts 3; delays `custom`, `full`, throttled `exp(1s, 10s)`; worst delay 3s; \
         worst time unbounded; in line 30s; retried on `Conflict`, `ShopError::Status(500 | 502)`, errors that `retry_if` accepts; budget `credit`; \
         breaker, rate limit -; side effects, key -
  no line for `retry_review_tests::stock`: attempts 5; delays `linear(20ms, 10ms, 1s)`, `equal`, throttled `exp(1s, 10s)`, \
         server hints up to 5s; worst delay 15s; worst time unbounded; in line 30s; retried on `transient`; budget `credit`; breaker, rate limit -; \
         side effects, key -
{RUN}",
        line - 1,
    );
    assert_eq!(words, gone);
}

#[test]
fn a_line_outside_the_table_is_reported_by_its_number() {
    let words = message_after("legend", |text| text.replacen("# Retries", "# Our retries", 1));
    let legend = format!(
        "RETRIES.md was edited or merged by hand, and differs from the code:
  line 2: `# Our retries` in the file, expected `# Retries`
{RUN}"
    );
    assert_eq!(words, legend);
    let words = message_after("marks", |text| {
        text.replacen("| `retry_review_tests::quote`", "<<<<<<< ours\n| `retry_review_tests::quote`", 1)
    });
    assert!(words.contains("edited or merged by hand") && words.contains("`<<<<<<< ours`"), "{words}");
    let words = message_after("empty", |_| String::new());
    assert_eq!(
        words.matches("no line for").count(),
        Review::module("retry_review_tests").operations().len(),
        "{words}"
    );
}

#[test]
fn merge_conflicts_hide_other_differences() {
    let mut line = 0;
    let words = message_after("conflict", |text| {
        line = line_of(text, "::quote`");
        let quote = text.lines().nth(line - 1).expect("there is such a line");
        let both = format!("<<<<<<< ours\n{}\n=======\n{quote}\n>>>>>>> theirs", quote.replacen("| 3 |", "| 2 |", 1));
        text.replacen(quote, &both, 1)
    });
    let conflict = format!(
        "RETRIES.md was edited or merged by hand, and differs from the code:
  line {line}: unresolved merge conflict `<<<<<<< ours`
{RUN}"
    );
    assert_eq!(words, conflict);
}

#[test]
fn a_duplicate_line_is_reported() {
    let mut line = 0;
    let words = message_after("twice", |text| {
        line = line_of(text, "::quote`");
        let quote = text.lines().nth(line - 1).expect("there is such a line");
        text.replacen(quote, &format!("{}\n{quote}", quote.replacen("| 3 |", "| 2 |", 1)), 1)
    });
    let twice = format!(
        "RETRIES.md was edited or merged by hand, and differs from the code:
  line {line}: more lines than functions named `retry_review_tests::quote`
{RUN}"
    );
    assert_eq!(words, twice);
}

/// Formats a table as editors do: columns aligned, and the line below the head with them.
fn aligned(text: &str) -> String {
    let align = |line: &str| match line.strip_prefix("|---|") {
        Some(_) => "| ------------ | :-- | --- | --- | --- | --- | --- | --- | --- |\n".to_owned(),
        None if line.starts_with('|') => line.replace(" | ", "   | ") + "\n",
        None => line.to_owned() + "\n",
    };
    text.lines().map(align).collect()
}

#[test]
fn only_the_first_line_of_a_reformatted_table_is_reported() {
    let mut line = 0;
    let words = message_after("formatted", |text| {
        line = line_of(text, "| operation |");
        aligned(text)
    });
    assert!(words.contains(&format!("\n  line {line}: `| operation   | attempts")), "{words}");
    assert_eq!(words.lines().count(), 3, "{words}");
    let words = message_after("formatted", |text| aligned(&text.replacen("| 3 | `exp(500ms", "| 2 | `exp(500ms", 1)));
    assert!(words.contains("attempts: 2 in the file, 3 in the code"), "{words}");
    assert_eq!(words.lines().count(), 4, "{words}");
}

#[test]
fn a_byte_order_mark_is_not_a_difference() {
    let (file, text) = written("bom");
    fs::write(&file, format!("\u{feff}{text}")).expect("it can be written");
    assert_eq!(checked(&file, false), Ok(()));
}

#[test]
fn an_unusable_path_is_reported() {
    let folder = folder("path");
    let words = checked(&folder, false).expect_err("it is a folder");
    assert!(words.starts_with("RETRIES.md cannot be read: "), "{words}");
    let words = checked(&folder.join("none").join("file.md"), true).expect_err("there is no such folder");
    assert!(words.contains("cannot be written: ") && words.ends_with("; its folder must exist"), "{words}");
    let words = checked(&folder, true).expect_err("it is a folder");
    assert!(words.starts_with("RETRIES.md cannot be written: ") && !words.contains("must exist"), "{words}");
}

#[test]
fn an_empty_review_is_an_error() {
    let words = Review::module("nobody").compare("RETRIES.md").expect_err("nothing is of that name").to_string();
    assert_eq!(
        words,
        "RETRIES.md would be empty: no annotated function is linked; name its crate in the test, as in `use shop \
         as _;`, and a module by its full path, as in `Review::module(\"shop::orders\")`"
    );
}

#[test]
fn a_review_is_of_a_crate_or_a_module() {
    let names = |module: &str| Review::module(module).operations().iter().map(|of| of.name()).collect::<Vec<_>>();
    assert_eq!(
        names("retry_review_tests::catalogue"),
        [
            "retry_review_tests::catalogue::hasty",
            "retry_review_tests::catalogue::page",
            "retry_review_tests::catalogue::patient",
            "shop::first"
        ]
    );
    assert!(names("retry_review").is_empty() && names("retry_review_tests::cat").is_empty());
    assert_eq!(Review::all().operations().len(), names("retry_review_tests").len(), "nothing else is linked");
}

#[test]
fn an_operation_has_its_source_location() {
    let review = Review::all();
    let quote = review.operations().iter().find(|of| of.name().ends_with("::quote")).expect("it is linked");
    let source = fs::read_to_string("src/lib.rs").expect("it is there");
    assert!(quote.file().ends_with("lib.rs"), "{}", quote.file());
    let line = source.lines().nth(quote.line() as usize - 1).expect("there is such a line");
    assert!(line.starts_with("#[retry(max_attempts = 3"), "{line}");
    assert_eq!(quote.policy().map(|policy| policy.worst_case().attempts()), Some(Some(3)));
}
