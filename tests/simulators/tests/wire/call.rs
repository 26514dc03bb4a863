//! Calls that send what a test says and nothing else, and their answers, whole.

use std::{sync::Once, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, Method, RequestBuilder, header};
use serde_json::Value;

/// An answer, whole.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub text: String,
}

/// Sends over plain HTTP.
pub fn client() -> Client {
    builder().build().unwrap()
}

/// Sends over HTTPS, and trusts nobody else.
pub fn client_that_trusts(ca_pem: &str) -> Client {
    let authority = Certificate::from_pem(ca_pem.as_bytes()).unwrap();
    builder().tls_certs_only([authority]).build().unwrap()
}

fn builder() -> ClientBuilder {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
    Client::builder().no_proxy().timeout(Duration::from_secs(20))
}

pub fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header(header::CONTENT_TYPE, "application/json").body(body.to_string())
}

pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

/// Asks a control interface.
pub async fn ask(control_url: &str, method: Method, path: &str, body: Option<Value>) -> Reply {
    let request = client().request(method, format!("{control_url}{path}"));
    send(match body {
        Some(body) => with_json(request, &body),
        None => request,
    })
    .await
}

/// A path with these parameters, encoded.
pub fn path(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(parameters);
    format!("{path}?{}", query.finish())
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
