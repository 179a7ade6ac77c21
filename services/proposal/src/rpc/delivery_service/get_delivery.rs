//! `GetDelivery`.

use std::io::{self, Read};

use flate2::read::GzDecoder;
use pullwright_proto::delivery as v1;
use pullwright_redact::Redactor;

use crate::{
    App,
    convert::{delivery, id},
    domain::delivery::BodyEncoding,
    error::{Error, Result},
    store::deliveries::{self, Body},
};

/// Most bytes of a body that are shown.
const MOST: usize = 256 * 1024;
/// How much more is read: a credential that begins in what is shown ends in it.
const MORE: usize = 64 * 1024;

/// Shows one delivery, whole and redacted.
///
/// # Errors
/// There is no such delivery, its body cannot be read, or the database is away.
pub(super) async fn get_delivery(
    app: &App,
    request: v1::GetDeliveryRequest,
) -> Result<v1::GetDeliveryResponse> {
    let id = id::parse("id", &request.id)?;
    let db = app.db.client().await?;
    let found = deliveries::shown(&db, id).await?.ok_or(Error::DeliveryNotFound(id))?;
    let Body { headers, body, encoding } =
        deliveries::body(&db, id).await?.ok_or(Error::DeliveryNotFound(id))?;
    let raw = decompress(&body, encoding)
        .map_err(|error| Error::unreadable("deliveries.body", error.to_string()))?;
    let (body, body_truncated) = show(&app.redactor, &raw);
    let redact = |(name, value): (String, String)| (name, app.redactor.redact(&value).into_owned());
    let delivery = v1::Delivery {
        headers: headers.into_iter().map(redact).collect(),
        body,
        body_truncated,
        ..delivery::message(found)
    };
    Ok(v1::GetDeliveryResponse { delivery: Some(delivery) })
}

/// The first bytes of a body, never more than are needed, whatever it says of itself.
fn decompress(body: &[u8], encoding: BodyEncoding) -> io::Result<Vec<u8>> {
    let limit = (MOST + MORE) as u64;
    let mut raw = Vec::new();
    match encoding {
        _ if body.is_empty() => {}
        BodyEncoding::Gzip => {
            GzDecoder::new(body).take(limit).read_to_end(&mut raw)?;
        }
        BodyEncoding::Zstd => {
            zstd::stream::read::Decoder::new(body)?.take(limit).read_to_end(&mut raw)?;
        }
    }
    Ok(raw)
}

/// What is shown of the first bytes of a body, and whether that is not all.
fn show(redactor: &Redactor, raw: &[u8]) -> (String, bool) {
    let is_whole = raw.len() < MOST + MORE;
    let text = String::from_utf8_lossy(raw);
    let mut shown = redactor.redact(&text).into_owned();
    // Of what was cut off in the middle nothing is shown, so that no half of a credential is.
    let most = if is_whole { MOST } else { MOST.min(shown.len().saturating_sub(MORE)) };
    let truncated = shown.len() > most;
    if truncated {
        shown.truncate(shown.floor_char_boundary(most));
    }
    (shown, truncated)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn token() -> String {
        format!("gh{}_{}", "p", "A".repeat(36))
    }

    #[test]
    fn a_body_is_shown_without_credentials_and_not_too_much_of_it() {
        let redactor = Redactor::new();
        let (shown, truncated) =
            show(&redactor, format!(r#"{{"token": "{}"}}"#, token()).as_bytes());
        assert!(!shown.contains(&token()) && !truncated, "{shown}");

        let long = "x".repeat(MOST - 10) + " " + &token() + &" y".repeat(MORE);
        let (shown, truncated) = show(&redactor, &long.as_bytes()[..MOST + MORE]);
        assert!(truncated && shown.len() <= MOST);
        assert!(!shown.contains("AAAA"), "{}", &shown[shown.len() - 40..]);
    }

    #[test]
    fn a_credential_that_is_cut_in_two_is_not_shown_however_short_the_rest_becomes() {
        let redactor = Redactor::new();
        let mut text = String::new();
        while text.len() < MOST + MORE - 20 {
            text += &token();
            text += " ";
        }
        let raw = &text.as_bytes()[..MOST + MORE - 20];
        let raw = [raw, &token().as_bytes()[..20]].concat();
        let (shown, _) = show(&redactor, &raw);
        assert!(!shown.contains("AAAA"));
    }

    #[test]
    fn of_a_bomb_no_more_is_unpacked_than_is_needed() {
        let zeros = vec![b'0'; 64 * 1024 * 1024];
        let zstd = zstd::stream::encode_all(&zeros[..], 1).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(&zeros).unwrap();
        let gzip = gzip.finish().unwrap();
        for (body, encoding) in [(zstd, BodyEncoding::Zstd), (gzip, BodyEncoding::Gzip)] {
            let raw = decompress(&body, encoding).unwrap();
            assert_eq!(raw.len(), MOST + MORE);
            let (shown, truncated) = show(&Redactor::new(), &raw);
            assert!(shown.len() <= MOST && truncated);
        }
        assert_eq!(decompress(b"", BodyEncoding::Gzip).unwrap(), b"");
        assert!(decompress(b"no such thing", BodyEncoding::Gzip).is_err());
    }
}
