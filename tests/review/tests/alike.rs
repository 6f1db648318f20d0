//! Functions that are hard to tell apart, and names that mean something in Markdown.

use std::io;

use retry_runtime::retry;
use retry_runtime::review::Review;

/// Several functions of one name, all at one place in the source.
macro_rules! twins {
    ($($twin:ident $attempts:literal)*) => {$(
        struct $twin;

        impl $twin {
            #[allow(dead_code)] // registered without being called
            #[retry(retry_on = Timeout, max_attempts = $attempts, name = "alike::twin")]
            fn twin(&self) -> io::Result<u32> {
                Ok(7)
            }
        }
    )*};
}

twins! { Four 4 Two 2 Five 5 Three 3 }

#[allow(dead_code)]
#[retry(retry_on = Timeout, name = "alike::`quoted`|``twice``\n\u{1b}[31m")]
fn quoted() -> io::Result<u32> {
    Ok(7)
}

/// The lines of the table whose first cell holds this.
fn lines(name: &str) -> Vec<String> {
    let text = Review::module("alike").to_string();
    text.lines().filter(|line| line.starts_with('|') && line.contains(name)).map(String::from).collect()
}

#[test]
fn functions_of_one_name_and_location_have_a_fixed_order() {
    let attempts: Vec<_> =
        lines("alike::twin").iter().map(|line| line.split(" | ").nth(1).unwrap().to_owned()).collect();
    assert_eq!(attempts, ["2", "3", "4", "5"]);
}

#[test]
fn a_name_is_code_with_any_special_characters() {
    let [line] = lines("quoted").try_into().expect("it is there once");
    assert!(line.starts_with("| ``` alike::`quoted`\\|``twice``  [31m ``` blocking | 3 | `exp("), "{line}");
}
