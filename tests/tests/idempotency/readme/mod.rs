//! Code of the READMEs, compiled: each block is here in a file, between marks.

mod client;
mod idempotent;
mod layer;
mod once;
mod quote;

/// Returns the text between the marks of a file, without the indentation of its first line.
fn compiled(file: &str) -> String {
    let (_, rest) = file.split_once("// In the README:\n").expect("a mark where it begins");
    let (code, _) = rest.split_once("// Up to here.").expect("a mark where it ends");
    let indentation = code.len() - code.trim_start().len();
    let lines: Vec<_> = code.trim_end().lines().map(|line| line.get(indentation..).unwrap_or_default()).collect();
    lines.join("\n")
}

/// Returns the block of `page` below the mark of this name.
fn shown<'a>(page: &'a str, name: &str) -> &'a str {
    let mark = format!("<!-- {name}: kept equal by a test -->\n```");
    let (_, rest) = page.split_once(&mark).unwrap_or_else(|| panic!("no {mark}"));
    let (_, block) = rest.split_once('\n').expect("a language");
    block.split_once("\n```").expect("its end").0
}

const README: &str = include_str!("../../../../README.md");
const IDEMPOTENCY: &str = include_str!("../../../../retry-idempotency/README.md");

#[test]
fn it_shows_what_is_compiled() {
    for (page, name, file) in [
        (README, "quote", include_str!("quote.rs")),
        (IDEMPOTENCY, "client", include_str!("client.rs")),
        (IDEMPOTENCY, "once", include_str!("once.rs")),
        (IDEMPOTENCY, "idempotent", include_str!("idempotent.rs")),
        (IDEMPOTENCY, "layer", include_str!("layer.rs")),
    ] {
        assert_eq!(shown(page, name), compiled(file), "{name}");
    }
}

#[test]
fn it_shows_the_compilers_own_words() {
    assert_eq!(shown(README, "rejected"), include_str!("../../../ui/readme/permanent.stderr").trim_end());
}
