//! The head of a CGI answer. It does not know git.

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// Status and headers that a CGI program wrote before its body.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    /// Where the body begins.
    pub(super) length: usize,
}

/// Reads the head once it is complete; none while more bytes are needed.
pub(super) fn parse(bytes: &[u8]) -> Option<Head> {
    let (end, length) = blank_line(bytes)?;
    let mut head = Head { status: StatusCode::OK, headers: HeaderMap::new(), length };
    for line in String::from_utf8_lossy(&bytes[..end]).lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().and_then(|code| code.parse::<u16>().ok());
            head.status = code
                .and_then(|code| StatusCode::from_u16(code).ok())
                .unwrap_or(StatusCode::BAD_GATEWAY);
        } else if let (Ok(name), Ok(value)) =
            (HeaderName::try_from(name), HeaderValue::try_from(value))
        {
            head.headers.append(name, value);
        }
    }
    Some(head)
}

fn blank_line(bytes: &[u8]) -> Option<(usize, usize)> {
    let find = |needle: &[u8]| {
        bytes
            .windows(needle.len())
            .position(|window| window == needle)
            .map(|at| (at, at + needle.len()))
    };
    match (find(b"\r\n\r\n"), find(b"\n\n")) {
        (Some(crlf), Some(lf)) => Some(crlf.min(lf)),
        (crlf, lf) => crlf.or(lf),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_line_and_headers_end_at_the_blank_line() {
        let head =
            parse(b"Status: 404 Not Found\r\nContent-Type: text/plain\r\n\r\nbody\n\n").unwrap();
        assert_eq!(head.status, StatusCode::NOT_FOUND);
        assert_eq!(head.headers["content-type"], "text/plain");
        assert_eq!(head.length, 51);
        assert!(parse(b"Status: 404 Not Found\r\n").is_none());
    }
}
