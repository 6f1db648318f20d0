//! Faults of TLS handshakes that a connection by native-tls reports.
//!
//! The texts are those of OpenSSL 3 below reqwest, of macOS and of Windows. The libraries themselves need headers of the
//! system that a machine with Rust alone does not have.

use std::error::Error;
use std::fmt;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use retry_runtime::{Class, Classify, retry};
use tonic::{ConnectError, Status};

const FAULTS: &[(&str, Class)] = &[
    // A certificate that nobody signed, and one that has expired.
    (
        "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/statem/statem_clnt.c:1889:",
        Class::Permanent,
    ),
    ("error:1416F086:SSL routines:tls_process_server_certificate:certificate verify failed:", Class::Permanent),
    // A server without TLS, and one of another version.
    ("error:0A00010B:SSL routines:tls_validate_record_header:wrong version number:", Class::Permanent),
    ("error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version:", Class::Permanent),
    // The server went away in the middle.
    ("error:0A000126:SSL routines::unexpected eof while reading:", Class::Connect),
    ("The certificate was not trusted.", Class::Permanent),
    ("The certificate chain was issued by an authority that is not trusted. (os error -2146893019)", Class::Permanent),
    ("bad weather", Class::Connect),
];

#[derive(Clone, Copy, Debug)]
struct Handshake(&'static str);

impl fmt::Display for Handshake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl Error for Handshake {}

/// Fails a connection with this, at the only place where a client takes an error of a test.
impl Resolve for Handshake {
    fn resolve(&self, _: Name) -> Resolving {
        let error = *self;
        Box::pin(async move { Err::<Addrs, _>(error.into()) })
    }
}

#[tokio::test]
async fn a_fault_that_comes_again_is_permanent() {
    for &(text, class) in FAULTS {
        let client = reqwest::Client::builder().no_proxy().dns_resolver(Handshake(text)).build().unwrap();
        // The name of a host is no evidence.
        let error = client.get("http://certificate.example/").send().await.unwrap_err();
        assert_eq!(error.class(), class, "{text}");
        let status = Status::from_error(Box::new(ConnectError(Handshake(text).into())));
        assert_eq!(status.class(), class, "{text} by tonic");
    }
}

#[tokio::test]
async fn a_refused_certificate_is_tried_once() {
    #[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = none)]
    async fn ask(client: &reqwest::Client, tried: &mut u32) -> reqwest::Result<()> {
        *tried += 1;
        client.get("http://shop.example/").send().await.map(drop)
    }
    for (text, expected) in [(FAULTS[0].0, 1), (FAULTS[4].0, 3)] {
        let client = reqwest::Client::builder().no_proxy().dns_resolver(Handshake(text)).build().unwrap();
        let mut tried = 0;
        ask(&client, &mut tried).await.unwrap_err();
        assert_eq!(tried, expected, "{text}");
    }
}
