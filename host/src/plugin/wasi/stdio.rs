//! A plugin's stdout and stderr: lines in its log.

use crate::plugin::{bindings::log::Level, log::CallLog};
use bytes::Bytes;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// Bytes that are taken at once, and of a line that does not end.
const MOST: usize = 4 << 10;

/// One of the two outputs.
#[derive(Clone, Debug)]
pub(super) struct Output {
    log: CallLog,
    complaint: bool,
}

struct Lines {
    output: Output,
    begun: Vec<u8>,
}

// === impl Output ===

impl Output {
    pub(super) fn info(log: CallLog) -> Self {
        Self { log, complaint: false }
    }

    pub(super) fn complaint(log: CallLog) -> Self {
        Self { log, complaint: true }
    }

    fn line(&self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        if self.complaint {
            self.log.complain(&text);
        } else {
            self.log.write(Level::Info, &text, &[]);
        }
    }
}

impl IsTerminal for Output {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Output {
    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(Lines { output: self.clone(), begun: Vec::new() })
    }

    // WASI 0.3 asks for this one; no plugin can import that.
    fn async_stream(&self) -> Box<dyn tokio::io::AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }
}

// === impl Lines ===

impl Lines {
    fn end_line(&mut self) {
        if !self.begun.is_empty() {
            self.output.line(&std::mem::take(&mut self.begun));
        }
    }
}

impl OutputStream for Lines {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let (text, ends) = part.strip_suffix(b"\n").map_or((part, false), |text| (text, true));
            for chunk in text.chunks(MOST) {
                self.begun.extend_from_slice(chunk);
                if self.begun.len() >= MOST {
                    self.end_line();
                }
            }
            if ends {
                self.end_line();
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(MOST)
    }
}

#[async_trait::async_trait]
impl Pollable for Lines {
    async fn ready(&mut self) {}
}

impl Drop for Lines {
    fn drop(&mut self) {
        self.end_line();
    }
}
