//! What a child prints, bounded: all of it is read, so that no pipe fills up, and little of it is kept.

use pullwright_redact::Redactor;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Kept from the beginning of standard error, bytes.
const HEAD: usize = 16 << 10;
/// Kept from its end, bytes; what git says itself usually comes last.
const TAIL: usize = 48 << 10;
/// Dropped on either side of a cut that falls into a line, bytes: more than any form of any credential.
const SEAM: usize = 4 << 10;
/// Longest text in an error, characters.
const LONGEST_TEXT: usize = 2_000;

/// Reads to the end and keeps the first `cap` bytes; the flag says whether there was more.
pub(super) async fn read_first(
    mut from: impl AsyncRead + Unpin,
    cap: usize,
) -> std::io::Result<(Vec<u8>, bool)> {
    let mut kept = Vec::new();
    let mut chunk = vec![0; 16 << 10];
    let mut more = false;
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            return Ok((kept, more));
        }
        let room = cap - kept.len();
        kept.extend_from_slice(&chunk[..read.min(room)]);
        more |= read > room;
    }
}

/// Reads to the end and keeps the beginning and the end.
pub(super) async fn read_both_ends(mut from: impl AsyncRead + Unpin) -> std::io::Result<String> {
    let mut head = Vec::new();
    let mut tail = Vec::new();
    let mut cut = false;
    let mut chunk = vec![0; 16 << 10];
    loop {
        let read = from.read(&mut chunk).await?;
        if read == 0 {
            break;
        }
        let room = (HEAD - head.len()).min(read);
        head.extend_from_slice(&chunk[..room]);
        tail.extend_from_slice(&chunk[room..read]);
        if tail.len() > 2 * TAIL {
            tail.drain(..tail.len() - TAIL);
            cut = true;
        }
    }
    if cut {
        // Half a credential at the seam would not be recognised, so what is near it goes.
        let end = head.iter().rposition(|c| *c == b'\n').unwrap_or(head.len().saturating_sub(SEAM));
        head.truncate(end);
        let begin = tail.iter().position(|c| *c == b'\n').unwrap_or(SEAM.min(tail.len()));
        tail.drain(..begin);
        head.extend_from_slice(b"\n[...]");
    }
    head.extend_from_slice(&tail);
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The text without secrets, blanks at line ends, empty lines and control characters, cut to 2,000 characters.
pub(super) fn presentable(text: &str, redactor: &Redactor) -> String {
    let text = redactor.redact(text);
    let lines = text.split(['\n', '\r']).map(str::trim_end).filter(|line| !line.is_empty());
    let mut shown = String::new();
    for line in lines {
        if !shown.is_empty() {
            shown.push('\n');
        }
        shown.extend(line.chars().filter(|c| !c.is_control() || *c == '\t'));
    }
    match shown.char_indices().nth(LONGEST_TEXT) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_beginning_and_the_end_of_a_flood_are_kept() {
        let mut flood = b"first\n".to_vec();
        flood.extend(b"x\n".repeat(1 << 20));
        flood.extend(b"last\n");
        let kept = read_both_ends(flood.as_slice()).await.unwrap();
        assert!(kept.starts_with("first\n") && kept.ends_with("last\n"));
        assert!(kept.len() < HEAD + 2 * TAIL + 16, "{}", kept.len());
    }

    #[tokio::test]
    async fn a_credential_is_not_cut_in_two() {
        let secret = "s3cret-".repeat(80);
        for shift in (0..1_200).step_by(100) {
            let flood = format!("{}{secret}{}", "y".repeat(HEAD - shift), "z".repeat(4 * TAIL));
            let kept = read_both_ends(flood.as_bytes()).await.unwrap();
            assert!(!kept.contains("s3cret"), "{shift}");
        }
    }

    #[tokio::test]
    async fn more_than_the_cap_is_said_to_be_more() {
        assert_eq!(read_first(&b"abcd"[..], 4).await.unwrap(), (b"abcd".to_vec(), false));
        assert_eq!(read_first(&b"abcde"[..], 4).await.unwrap(), (b"abcd".to_vec(), true));
    }

    #[test]
    fn a_shown_text_is_one_without_secrets_and_control_characters() {
        let redactor = Redactor::new();
        let secret = "sentinel-credential".into();
        let _registration = redactor.guard(&secret).unwrap();
        let shown =
            presentable("remote: no   \r\n\n\u{1b}[31mfatal: sentinel-credential\n", &redactor);
        assert!(shown.starts_with("remote: no\n[31mfatal: "), "{shown}");
        assert!(!shown.contains("sentinel"), "{shown}");
        assert_eq!(presentable(&"é".repeat(3_000), &redactor).chars().count(), LONGEST_TEXT + 1);
    }
}
