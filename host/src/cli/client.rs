//! Talks to a running gateway's admin listener.

use super::{Common, Failure};
use crate::config::load;
use anyhow::{Context, anyhow};
use bytes::Bytes;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Empty};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(60);

/// A gateway's admin listener.
pub struct Client {
    address: String,
}

// === impl Client ===

impl Client {
    /// At the address of the command line, else at the configuration's.
    ///
    /// # Errors
    /// Where neither tells.
    pub fn new(common: &Common) -> Result<Self, Failure> {
        let address = match &common.admin {
            Some(address) => address.trim_start_matches("http://").trim_end_matches('/').to_owned(),
            None => load::admin_address(&common.config)?.to_string(),
        };
        Ok(Self { address })
    }

    /// Asks.
    ///
    /// # Errors
    /// Where nobody answers, or the answer is a refusal.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.call(Method::GET, path).await
    }

    /// Tells.
    ///
    /// # Errors
    /// Where nobody answers, or the answer is a refusal.
    pub async fn post(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::POST, path).await
    }

    async fn call<T: DeserializeOwned>(&self, method: Method, path: &str) -> Result<T, Failure> {
        let unreachable = |cause: String| Failure::Unreachable { address: self.address.clone(), cause };
        let exchange = tokio::time::timeout(PATIENCE, self.exchange(method, path)).await;
        let (status, body) = match exchange {
            Err(_) => return Err(unreachable("no answer in time".to_owned())),
            Ok(Err(error)) => return Err(unreachable(error.to_string())),
            Ok(Ok(answer)) => answer,
        };
        if !status.is_success() {
            let told: Value = serde_json::from_slice(&body).unwrap_or_default();
            let message = told.pointer("/error/message").and_then(Value::as_str);
            return Err(Failure::Failed(anyhow!("{}", message.map_or_else(|| status.to_string(), str::to_owned))));
        }
        let parsed = serde_json::from_slice(&body).context("the gateway's answer is not what this version expects");
        Ok(parsed?)
    }

    async fn exchange(
        &self,
        method: Method,
        path: &str,
    ) -> Result<(http::StatusCode, Bytes), Box<dyn std::error::Error>> {
        let stream = TcpStream::connect(&self.address).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let request = Request::builder().method(method).uri(path).header(header::HOST, &self.address);
        let response = sender.send_request(request.body(Empty::<Bytes>::new())?).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}

/// A query's value, or a path's segment, percent-encoded.
#[must_use]
pub fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
