//! A way out that leads nowhere, for `explain`: it shows what would be sent.
//!
//! Every request is checked as if it were meant, kept, and answered with "not sent". With leave to read, what a plugin
//! marks as safe is really sent.

use super::Connection;
use crate::domain::{CallBudget, HttpError, HttpRequest, HttpResponse, Outbound};
use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

/// See the module.
pub struct NotSending {
    connection: Arc<Connection>,
    online: bool,
    requests: Mutex<Vec<HttpRequest>>,
}

/// A plugin that tries the same over and over is not remembered forever.
const MOST_KEPT: usize = 1000;

// === impl NotSending ===

impl NotSending {
    /// In place of `connection`; `online` lets requests through that are marked as safe.
    #[must_use]
    pub fn new(connection: Arc<Connection>, online: bool) -> Self {
        Self { connection, online, requests: Mutex::default() }
    }

    /// What would have been sent, in order; what was really sent is not among it.
    #[must_use]
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[async_trait::async_trait]
impl Outbound for NotSending {
    async fn send(&self, request: HttpRequest, budget: CallBudget) -> Result<HttpResponse, HttpError> {
        self.connection.admit(&request)?;
        if self.online && request.safe {
            return self.connection.send(request, budget).await;
        }
        let words = format!("{} {} is only shown", request.method, request.target);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() < MOST_KEPT {
            requests.push(request);
        }
        Err(HttpError::NotSent(words))
    }
}

impl fmt::Debug for NotSending {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NotSending")
            .field("online", &self.online)
            .field("requests", &self.requests().len())
            .finish_non_exhaustive()
    }
}
