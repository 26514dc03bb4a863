//! A request's body: whole, in time, within its bounds, inflated.

use super::answer::Answer;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use http::{HeaderMap, header};
use http_body::Body as _;
use http_body_util::BodyExt as _;
use std::{io::Read, time::Duration};

/// What a body may be.
#[derive(Clone, Copy, Debug)]
pub struct BodyLimits {
    /// Bytes as sent.
    pub max_body: u64,
    /// Bytes after it was inflated.
    pub max_inflated: u64,
    /// For the whole of it.
    pub timeout: Duration,
}

/// How many bytes one byte of a gzip body stands for at most.
const MOST_INFLATED: u64 = 1032;

/// How much memory a body may take while it is read, in bytes.
///
/// # Errors
/// Where it is sent in an encoding that is not taken.
pub fn most(headers: &HeaderMap, body: &Body, limits: BodyLimits) -> Result<u64, Answer> {
    let sent = body.size_hint().exact().unwrap_or(limits.max_body).min(limits.max_body);
    Ok(match encoding(headers)? {
        Encoding::Identity => sent,
        Encoding::Gzip => sent.saturating_add(limits.max_inflated.min(sent.saturating_mul(MOST_INFLATED))),
    })
}

enum Encoding {
    Identity,
    Gzip,
}

/// A body that was read to its end.
#[derive(Debug)]
pub enum Received {
    /// As the sender meant it.
    Whole(Bytes),
    /// As sent: it is announced as gzip and is not.
    NotGzip(Bytes),
}

/// Reads and inflates a body. A body that announces too much is refused before a byte of it is taken, and before the sender
/// is told to go on (`Expect: 100-continue`).
///
/// # Errors
/// The answer that the sender gets.
pub async fn read(headers: &HeaderMap, body: Body, limits: BodyLimits) -> Result<Received, Answer> {
    let encoding = encoding(headers)?;
    let too_large = Answer::TooLarge { limit: limits.max_body, inflated: false };
    if body.size_hint().lower() > limits.max_body {
        return Err(too_large);
    }
    let collected = tokio::time::timeout(limits.timeout, collect(body, limits.max_body)).await;
    let sent = match collected {
        Err(_) | Ok(Err(Unread::Broken)) => return Err(Answer::Cut),
        Ok(Err(Unread::TooLarge)) => return Err(too_large),
        Ok(Ok(sent)) => sent,
    };
    match encoding {
        Encoding::Identity => Ok(Received::Whole(sent)),
        Encoding::Gzip => {
            let inflated = tokio::task::spawn_blocking(move || inflate(sent, limits.max_inflated)).await;
            inflated
                .unwrap_or(Err(Answer::Busy { reason: "the gateway is stopping", retry_after: Duration::from_secs(5) }))
        }
    }
}

enum Unread {
    TooLarge,
    Broken,
}

async fn collect(mut body: Body, limit: u64) -> Result<Bytes, Unread> {
    let mut whole = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
        if (whole.len() + data.len()) as u64 > limit {
            return Err(Unread::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.freeze())
}

fn encoding(headers: &HeaderMap) -> Result<Encoding, Answer> {
    let mut values = headers.get_all(header::CONTENT_ENCODING).iter();
    let Some(value) = values.next() else { return Ok(Encoding::Identity) };
    let known = match value.to_str().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "identity" | "" => Some(Encoding::Identity),
        "gzip" | "x-gzip" => Some(Encoding::Gzip),
        _ => None,
    };
    match known {
        Some(encoding) if values.next().is_none() => Ok(encoding),
        _ => Err(Answer::Unsupported { message: "the content encoding is not taken, send plain or gzip".into() }),
    }
}

fn inflate(sent: Bytes, limit: u64) -> Result<Received, Answer> {
    let mut inflated = Vec::new();
    let mut bounded = MultiGzDecoder::new(&sent[..]).take(limit.saturating_add(1));
    if bounded.read_to_end(&mut inflated).is_err() {
        return Ok(Received::NotGzip(sent));
    }
    if inflated.len() as u64 > limit {
        return Err(Answer::TooLarge { limit, inflated: true });
    }
    Ok(Received::Whole(inflated.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_gzip_body_takes_no_more_room_than_it_can_become() {
        let limits = BodyLimits { max_body: 1 << 20, max_inflated: 8 << 20, timeout: Duration::from_secs(1) };
        let room = |headers: &HeaderMap, bytes: usize| most(headers, &Body::from(vec![0; bytes]), limits).ok();
        assert_eq!(room(&HeaderMap::new(), 600), Some(600));
        let gzip = HeaderMap::from_iter([(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"))]);
        assert_eq!(room(&gzip, 600), Some(600 + 600 * MOST_INFLATED));
        assert_eq!(room(&gzip, 60_000), Some(60_000 + (8 << 20)));
    }
}
