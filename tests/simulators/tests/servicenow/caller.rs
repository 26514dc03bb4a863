//! A caller that sends what a test says and nothing else.

use std::{sync::Once, time::Duration};

use reqwest::{Method, RequestBuilder, header};
use serde_json::Value;
use signalbox_simulators::servicenow::{Options, PASSWORD, Running, Simulator, USER};

/// An instance and a way to call it.
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
    /// A call with the usual headers and credentials.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).basic_auth(USER, Some(PASSWORD)).header(header::ACCEPT, "application/json")
    }

    /// A call with nothing but what the client always sends.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.http_url))
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        send(with_json(self.call(Method::POST, path), body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        send(with_json(self.call(Method::PATCH, path), body)).await
    }

    /// Makes a row and answers its sys_id.
    pub async fn make(&self, table: &str, body: &Value) -> String {
        let reply = self.post(&format!("/api/now/table/{table}"), body).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.result()["sys_id"].as_str().unwrap().to_owned()
    }
}

pub fn with_json(request: RequestBuilder, body: &Value) -> RequestBuilder {
    request.header(header::CONTENT_TYPE, "application/json").body(body.to_string())
}

pub async fn send(request: RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
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

    pub fn result(&self) -> Value {
        self.json()["result"].take()
    }

    /// One field of each row of a list, joined.
    pub fn column(&self, field: &str) -> String {
        let rows = self.result();
        let values = rows.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap());
        values.collect::<Vec<_>>().join(" ")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
