//! Encodings that a client accepts (RFC 9110, section 12.5.3).

use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};
use http::{HeaderMap, HeaderValue};

/// Encodings that a client accepts.
pub(super) struct Accepted(Vec<HeaderValue>);

impl Accepted {
    /// Reads the header of a request.
    pub(super) fn by(request: &HeaderMap) -> Self {
        Self(request.get_all(ACCEPT_ENCODING).iter().cloned().collect())
    }

    /// Returns true if the client accepts the encoding of a response.
    ///
    /// A client that says nothing accepts every encoding.
    pub(super) fn includes(&self, response: &HeaderMap) -> bool {
        self.0.is_empty() || items(response.get_all(CONTENT_ENCODING)).all(|coding| self.accepts(coding))
    }

    fn accepts(&self, coding: &str) -> bool {
        let coding = canonical(coding);
        if coding == "identity" {
            return true;
        }
        let mut by_wildcard = false;
        for item in items(&self.0) {
            let (name, weight) = item.split_once(';').unwrap_or((item, ""));
            let is_accepted = !is_zero(weight);
            match canonical(name.trim()).as_str() {
                name if name == coding => return is_accepted,
                "*" => by_wildcard = is_accepted,
                _ => {}
            }
        }
        by_wildcard
    }
}

/// Returns the items of a list that may be spread over several lines.
fn items<'a>(lines: impl IntoIterator<Item = &'a HeaderValue>) -> impl Iterator<Item = &'a str> {
    lines
        .into_iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Returns the name of a coding in lower case, without the prefix of old names.
fn canonical(coding: &str) -> String {
    let coding = coding.to_ascii_lowercase();
    match coding.strip_prefix("x-") {
        Some(name @ ("gzip" | "compress")) => name.into(),
        _ => coding,
    }
}

/// Returns true for the weight `q=0`, which refuses a coding.
fn is_zero(weight: &str) -> bool {
    let value = weight.trim().strip_prefix(['q', 'Q']).and_then(|rest| rest.trim_start().strip_prefix('='));
    value.is_some_and(|value| value.trim().parse() == Ok(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_accepted_if_the_client_says_so_or_nothing() {
        let is_accepted = |accept: Option<&'static str>, encoding: &'static str| {
            let (mut request, mut response) = (HeaderMap::new(), HeaderMap::new());
            if let Some(accept) = accept {
                request.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
            }
            response.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            Accepted::by(&request).includes(&response)
        };
        for (accept, encoding) in [
            (None, "gzip"),
            (Some("gzip"), "gzip"),
            (Some("GZip;q=0.1, br"), "x-gzip"),
            (Some("br, *"), "gzip"),
            (Some("identity;q=0.5, *;q=0.1"), "zstd"),
            (Some("br"), "identity"),
            (Some("gzip, br"), "gzip, br"),
        ] {
            assert!(is_accepted(accept, encoding), "{accept:?} {encoding}");
        }
        for (accept, encoding) in [
            (Some(""), "gzip"),
            (Some("identity"), "gzip"),
            (Some("br"), "gzip"),
            (Some("gzip;q=0"), "gzip"),
            (Some("*, gzip; q = 0.000"), "gzip"),
            (Some("*;q=0"), "gzip"),
            (Some("gzip"), "gzip, br"),
        ] {
            assert!(!is_accepted(accept, encoding), "{accept:?} {encoding}");
        }
    }
}
