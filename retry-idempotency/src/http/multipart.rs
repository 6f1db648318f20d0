//! Canonical multipart bodies: the same bytes for every boundary.
//!
//! Clients draw a boundary anew for each request.

/// Returns the parts of a multipart body (RFC 2046), each with its length.
///
/// Returns `None` if the content type has no boundary, or the body is not of its form.
pub(super) fn canonical(content_type: &str, body: &[u8]) -> Option<Vec<u8>> {
    let boundary = boundary(content_type)?;
    let delimiter = format!("--{boundary}").into_bytes();
    let mut out = Vec::with_capacity(body.len());
    // What is before the first delimiter is a preamble, and has no meaning.
    let mut rest = if body.starts_with(&delimiter) {
        &body[delimiter.len()..]
    } else {
        after(body, &[b"\r\n", &*delimiter].concat())?.1
    };
    let delimiter = [b"\r\n", &*delimiter].concat();
    loop {
        if rest.starts_with(b"--") {
            return Some(out);
        }
        // Delimiters may be padded by spaces.
        let padding = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let (part, next) = after(rest[padding..].strip_prefix(b"\r\n")?, &delimiter)?;
        out.extend_from_slice(&u64::try_from(part.len()).ok()?.to_be_bytes());
        out.extend_from_slice(part);
        rest = next;
    }
}

/// Returns what is before the first `separator`, and what is after it.
fn after<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let mut from = 0;
    loop {
        // By its first byte, which is rare in a body, so that a body is read once.
        let at = from + bytes[from..].iter().position(|byte| *byte == separator[0])?;
        if bytes[at..].starts_with(separator) {
            return Some((&bytes[..at], &bytes[at + separator.len()..]));
        }
        from = at + 1;
    }
}

/// Returns the parameter `boundary` of a content type.
fn boundary(content_type: &str) -> Option<&str> {
    let value = content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("boundary").then(|| value.trim())
    })?;
    let value = value.strip_prefix('"').map_or(Some(value), |quoted| quoted.strip_suffix('"'))?;
    (1..=70).contains(&value.len()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(boundary: &str, file: &str) -> Vec<u8> {
        let head = "Content-Disposition: form-data; name=\"file\"\r\n\r\n";
        format!("--{boundary}\r\n{head}{file}\r\n--{boundary}\r\n{head}\r\n--{boundary}--\r\n").into_bytes()
    }

    fn of(boundary: &str, file: &str) -> Option<Vec<u8>> {
        canonical(&format!("multipart/form-data; boundary={boundary}"), &form(boundary, file))
    }

    #[test]
    fn the_boundary_says_nothing() {
        let one = of("a", "31\r\n--b\r\n").unwrap();
        assert_eq!(Some(&one), of("----WebKitFormBoundary7MA4YWxkTrZu0gW", "31\r\n--b\r\n").as_ref());
        assert_ne!(Some(&one), of("a", "32\r\n--b\r\n").as_ref());
        let quoted = canonical("multipart/form-data; charset=utf-8; Boundary=\"x y\"", &form("x y", "31\r\n--b\r\n"));
        assert_eq!(Some(one), quoted);
        let padded = b"preamble\r\n--a \t\r\npart\r\n--a--epilogue";
        assert_eq!(canonical("multipart/mixed; boundary=a", padded).unwrap(), b"\0\0\0\0\0\0\0\x04part");
    }

    #[test]
    fn a_faulty_body_stays_as_it_is() {
        for (kind, body) in [
            ("multipart/form-data", &form("a", "31")[..]),
            ("multipart/form-data; boundary=", &form("a", "31")),
            ("multipart/form-data; boundary=b", &form("a", "31")),
            ("multipart/form-data; boundary=\"a", &form("a", "31")),
            ("multipart/form-data; boundary=a", b"--a\r\nnever ends"),
            ("multipart/form-data; boundary=a", b"--a"),
            ("multipart/form-data; boundary=a", b""),
            ("multipart/form-data; boundary=a", b"--ab\r\n--a--"),
        ] {
            assert_eq!(canonical(kind, body), None, "{kind} {body:?}");
        }
    }
}
