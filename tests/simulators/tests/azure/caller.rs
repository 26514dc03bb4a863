//! A caller that sends what a test says and nothing else.

use std::{sync::Once, time::Duration};

use reqwest::{Method, RequestBuilder, header};
use serde_json::Value;
use signalbox_simulators::azure::{APPLICATION, Options, RULE, Running, SECRET, STREAM, Simulator, TENANT};

pub const MONITOR: &str = "https://monitor.azure.com";
pub const MANAGEMENT: &str = "https://management.azure.com";

/// A simulated Azure and a way to call it.
pub struct World {
    pub running: Running,
    http: reqwest::Client,
}

/// An answer, whole.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: header::HeaderMap,
    pub text: String,
}

pub async fn world() -> World {
    world_with(Options::default()).await
}

pub async fn world_with(options: Options) -> World {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    });
    let running = Simulator::start(options).await.unwrap();
    let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    World { running, http }
}

impl World {
    /// A token of the gateway's application.
    pub async fn token(&self, resource: &str) -> String {
        self.token_of(APPLICATION, resource).await
    }

    pub async fn token_of(&self, application: &str, resource: &str) -> String {
        let reply = self.ask(&credentials(application, SECRET, resource)).await;
        reply.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A token request.
    pub async fn ask(&self, form: &[(&str, String)]) -> Reply {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = self.bare(Method::POST, &format!("/{TENANT}/oauth2/v2.0/token"));
        send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.finish())).await
    }

    /// A call with nothing but what the client always sends.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.http_url))
    }

    /// An upload with the usual headers and no body yet.
    pub fn upload_with(&self, token: &str) -> RequestBuilder {
        self.bare(Method::POST, &upload_path()).bearer_auth(token).header(header::CONTENT_TYPE, "application/json")
    }

    pub async fn upload(&self, token: &str, body: &Value) -> Reply {
        send(self.upload_with(token).body(body.to_string())).await
    }
}

pub fn upload_path() -> String {
    format!("/dataCollectionRules/{RULE}/streams/{STREAM}?api-version=2023-01-01")
}

/// The form of an application that shows a secret.
pub fn credentials(id: &str, secret: &str, resource: &str) -> Vec<(&'static str, String)> {
    vec![
        ("grant_type", "client_credentials".into()),
        ("client_id", id.into()),
        ("client_secret", secret.into()),
        ("scope", format!("{resource}/.default")),
    ]
}

pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status and code of a refusal.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
