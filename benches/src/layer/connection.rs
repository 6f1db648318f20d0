//! The least that a client of HTTP must do, so that the server is what is measured.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::Outcome;

pub(super) const BODY: &str = r#"{"order":"order-31","euros":30}"#;

/// A connection that is kept alive.
pub(super) struct Connection {
    stream: TcpStream,
    /// Line of the cookie of a session, if it has one.
    cookie: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    pub(super) async fn open(address: SocketAddr, has_session: bool) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let mut connection = Self { stream, cookie: String::new(), request: Vec::new(), answer: Vec::new() };
        if has_session {
            connection.post("/session", "none").await?;
            let head = String::from_utf8_lossy(&connection.answer).into_owned();
            let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next());
            connection.cookie = format!("cookie: {}\r\n", cookie.ok_or("no session")?);
        }
        Ok(connection)
    }

    /// Sends a request and reads its response to the end.
    pub(super) async fn post(&mut self, path: &str, key: &str) -> Outcome {
        self.request.clear();
        let (cookie, length) = (&self.cookie, BODY.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\nidempotency-key: \"{key}\"\r\n{cookie}content-type: application/json\r\ncontent-length: {length}\r\n\r\n{BODY}"
        );
        self.request.extend_from_slice(request.as_bytes());
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                return Err("the server has closed the connection".into());
            }
            if length_of(&self.answer)?.is_some_and(|length| self.answer.len() >= length) {
                return Ok(());
            }
        }
    }
}

/// Length of a whole response, once its head is there.
fn length_of(answer: &[u8]) -> Outcome<Option<usize>> {
    let Some(end) = answer.windows(4).position(|part| part == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&answer[..end])?;
    if !head.starts_with("HTTP/1.1 2") {
        return Err(format!("{head}\n{}", String::from_utf8_lossy(&answer[end..])).into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    Ok(Some(end + 4 + length.ok_or("no length")?.parse::<usize>()?))
}
