//! A caller of an instance, with its credentials.

use reqwest::{Method, RequestBuilder, header};
use serde_json::Value;
use signalbox_simulators::servicenow::{Options, PASSWORD, Running, Simulator, USER};

use crate::call::{self, Reply, send, with_json};

/// An instance and a way to call it.
pub struct World {
    pub running: Running,
    http: reqwest::Client,
}

pub async fn world() -> World {
    world_with(Options::default()).await
}

pub async fn world_with(options: Options) -> World {
    let running = Simulator::start(options).await.unwrap();
    let http = call::client();
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

/// What its answers say.
pub trait Said {
    fn result(&self) -> Value;

    /// One field of each row of a list, joined.
    fn column(&self, field: &str) -> String;
}

impl Said for Reply {
    fn result(&self) -> Value {
        self.json()["result"].take()
    }

    fn column(&self, field: &str) -> String {
        let rows = self.result();
        let values = rows.as_array().unwrap().iter().map(|row| row[field].as_str().unwrap());
        values.collect::<Vec<_>>().join(" ")
    }
}
