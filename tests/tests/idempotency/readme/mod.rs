//! The code of the README, compiled: each of its blocks stands here in a file, between marks.

mod client;
mod idempotent;
mod layer;
mod once;
mod propagation;
mod quote;

/// Returns the text between the marks of a file, without the indentation of its first line.
fn compiled(file: &str) -> String {
    let (_, rest) = file.split_once("// In the README:\n").expect("a mark where it begins");
    let (code, _) = rest.split_once("// Up to here.").expect("a mark where it ends");
    let indentation = code.len() - code.trim_start().len();
    let lines: Vec<_> = code.trim_end().lines().map(|line| line.get(indentation..).unwrap_or_default()).collect();
    lines.join("\n")
}

/// The block of the README below the mark of this name.
fn shown(name: &str) -> &'static str {
    let mark = format!("<!-- {name}: kept equal by a test -->\n```rust\n");
    let (_, rest) = include_str!("../../../../README.md").split_once(&mark).unwrap_or_else(|| panic!("no {mark}"));
    rest.split_once("\n```").expect("its end").0
}

#[test]
fn it_shows_what_is_compiled() {
    for (name, file) in [
        ("quote", include_str!("quote.rs")),
        ("between services", include_str!("propagation.rs")),
        ("client", include_str!("client.rs")),
        ("once", include_str!("once.rs")),
        ("idempotent", include_str!("idempotent.rs")),
        ("layer", include_str!("layer.rs")),
    ] {
        assert_eq!(shown(name), compiled(file), "{name}");
    }
}
