//! One request of the Logs Ingestion API:
//! `POST /dataCollectionRules/{dcr}/streams/{stream}?api-version=2023-01-01` with a JSON array.

use crate::chunk::{self, Row};
use crate::errors::{self, Verdict};
use crate::settings::Settings;
use flate2::Compression;
use flate2::write::GzEncoder;
use signalbox_sdk::host::Http;
use signalbox_sdk::http::{Effect, Request};
use signalbox_sdk::percent;
use std::io::Write;

/// The version of the API that this speaks.
const API_VERSION: &str = "2023-01-01";

/// The service, as the operator's settings reach it.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// Which rule, which streams.
    pub settings: &'a Settings,
}

/// A table's way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Incidents and change requests.
    WorkItems,
    /// What happens to tickets.
    TicketEvents,
}

// === impl Client ===

impl<H: Http> Client<'_, H> {
    /// Posts rows, in their order.
    #[must_use]
    pub fn post(&self, stream: Stream, rows: &[Row]) -> Verdict {
        let name = match stream {
            Stream::WorkItems => &self.settings.stream_work_items,
            Stream::TicketEvents => &self.settings.stream_ticket_events,
        };
        let (dcr, stream) = (percent::encode(&self.settings.dcr), percent::encode(name));
        let path = format!("/dataCollectionRules/{dcr}/streams/{stream}");
        let mut headers = vec![("content-type".into(), "application/json".into())];
        let plain = chunk::body(rows).into_bytes();
        let body = match self.settings.gzip.then(|| compressed(&plain)).flatten() {
            Some(compressed) => {
                headers.push(("content-encoding".into(), "gzip".into()));
                compressed
            }
            None => plain,
        };
        let target = percent::target(&path, &[("api-version", API_VERSION)]);
        errors::judge(self.host.send(Request { method: "POST", target, headers, body, effect: Effect::Writes }))
    }
}

/// The body in gzip; none where that saves nothing.
fn compressed(plain: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::fast());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().filter(|compressed| compressed.len() < plain.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_compression_makes_larger_is_sent_plain() {
        assert_eq!(compressed(b"[{}]"), None);
        assert!(compressed(&[b'x'; 1_000]).is_some_and(|body| body.len() < 100));
    }
}
