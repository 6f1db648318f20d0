//! The rule of what can be read once.

use std::io::{self, BufReader};
use std::net::TcpStream;

use retry_runtime::retry;

use super::review;

mod by_name {
    use super::*;

    #[retry(retry_on = Conflict)]
    pub(super) fn ask(connection: &mut TcpStream, lines: &mut BufReader<io::Empty>) -> io::Result<TcpStream> {
        let _ = (&connection, &lines);
        Err(io::ErrorKind::TimedOut.into())
    }
}

mod fine {
    use super::*;

    #[retry(retry_on = Conflict, read_once = allow)]
    pub(super) fn allowed(connection: &mut TcpStream) -> io::Result<TcpStream> {
        let _ = connection;
        Err(io::ErrorKind::TimedOut.into())
    }

    #[retry(retry_on = Conflict)]
    pub(super) fn shared(connection: &TcpStream, text: &mut String) -> io::Result<String> {
        let _ = (&connection, &text);
        Ok(String::new())
    }
}

#[test]
fn a_name_that_suggests_it_is_found() {
    let findings = review("read_once::by_name").lint().to_string();
    let expected = "by_name::ask: `connection: &mut TcpStream`, `lines: &mut BufReader<io::Empty>`, `Ok(TcpStream)` can perhaps be \
                    read once: a retry reads an argument on where the attempt before stopped, and what fails while a caller \
                    reads the result is not retried; take a value that each attempt reads from its beginning, or write \
                    `read_once = allow` [ReadOnce]";
    assert!(findings.ends_with(expected), "{findings}");
    assert_eq!(findings.lines().count(), 1);
}

#[test]
fn what_is_allowed_or_read_again_is_not() {
    review("read_once::fine").lint().assert_none();
}
