//! Faults of a connection that the next attempt would meet again.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::string::ToString;

use crate::adapters::source_chain::{chain, downcast};

/// Windows' codes of TLS faults (`SEC_E_..`), as a signed number.
const SCHANNEL: core::ops::RangeInclusive<i32> = -0x7ff6_fd00..=-0x7ff6_fc01;
/// Windows' codes of faulty certificates (`CERT_E_..`), as a signed number.
const CERTIFICATES: core::ops::RangeInclusive<i32> = -0x7ff4_ff00..=-0x7ff4_fe01;

/// Returns whether another attempt to connect would fail in the same way.
///
/// The reason is the peer's certificate or protocol, an address, a firewall, or an operation that the system does not
/// support.
pub(super) fn is_permanent(error: &(dyn Error + 'static)) -> bool {
    chain(error).find_map(downcast::<io::Error>).is_some_and(|io| {
        matches!(
            io.kind(),
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::PermissionDenied | ErrorKind::Unsupported
        )
    }) || chain(error).last().is_some_and(is_tls_fault)
}

/// Returns whether the innermost error is that of a TLS handshake.
///
/// rustls reports it as `InvalidData`. The errors of the libraries below native-tls have no kind, so their text counts:
/// OpenSSL names its part that failed, macOS the certificate, and Windows a code.
fn is_tls_fault(error: &(dyn Error + 'static)) -> bool {
    if let Some(io) = downcast::<io::Error>(error) {
        return io.raw_os_error().is_some_and(|code| SCHANNEL.contains(&code) || CERTIFICATES.contains(&code));
    }
    let text = error.to_string();
    // A peer that closes during the handshake may be one that restarts.
    let is_openssl = text.contains("SSL routines") && !text.contains("unexpected eof");
    is_openssl || text.to_ascii_lowercase().contains("certificate")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_codes_of_tls_and_certificates_are_permanent() {
        let code = |code: u32| io::Error::from_raw_os_error(i32::from_ne_bytes(code.to_ne_bytes()));
        // SEC_E_UNTRUSTED_ROOT, SEC_E_ILLEGAL_MESSAGE, CERT_E_EXPIRED, CERT_E_CN_NO_MATCH
        for fault in [0x8009_0325, 0x8009_0326, 0x800b_0101, 0x800b_010f] {
            assert!(is_permanent(&code(fault)), "{fault:x}");
        }
        assert!(!is_permanent(&code(0x8007_274c)));
    }
}
