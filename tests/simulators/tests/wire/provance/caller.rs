//! A caller of an organisation, with its credentials.

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use signalbox_simulators::provance::{CUSTOMER, Options, Running, SECRET, Simulator, TENANT, application_id};

use crate::call::{self, Reply, send, with_json};

pub const API: &str = "/api/data/v9.2";
pub const KEY: &str = "5d0c8e1f7a2b3c4d5e6f708192a3b4c5d6e7f809-1";

/// An organisation and a way to call it.
pub struct World {
    pub running: Running,
    http: reqwest::Client,
    token: String,
}

pub async fn world() -> World {
    world_with(Options::default()).await
}

pub async fn world_with(options: Options) -> World {
    let running = Simulator::start(options).await.unwrap();
    let http = call::client();
    let mut world = World { running, http, token: String::new() };
    world.sign_in().await;
    world
}

impl World {
    /// Takes a new token.
    pub async fn sign_in(&mut self) {
        let reply = self.ask(&self.client_credentials(application_id(), SECRET)).await;
        self.token = reply.json()["access_token"].as_str().unwrap().to_owned();
    }

    pub fn client_credentials(&self, id: &str, secret: &str) -> Vec<(&'static str, String)> {
        vec![
            ("grant_type", "client_credentials".into()),
            ("client_id", id.into()),
            ("client_secret", secret.into()),
            ("scope", format!("{}/.default", self.running.http_url)),
        ]
    }

    /// A token request.
    pub async fn ask(&self, form: &[(&str, String)]) -> Reply {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = self.bare(Method::POST, &format!("/{TENANT}/oauth2/v2.0/token"));
        send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.finish())).await
    }

    /// A call with the usual headers and credentials, under the Web API's path.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("{API}/{path}")).bearer_auth(&self.token).header(header::ACCEPT, "application/json")
    }

    /// A call with nothing but what the client always sends.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.running.http_url))
    }

    /// A link of an answer.
    pub async fn follow(&self, link: &str, prefer: &str) -> Reply {
        let request = self.http.get(link).bearer_auth(&self.token);
        send(request.header("prefer", prefer)).await
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.call(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Reply {
        send(with_json(self.call(Method::POST, path), body)).await
    }

    pub async fn patch(&self, path: &str, body: &Value) -> Reply {
        send(with_json(self.call(Method::PATCH, path), body).header(header::IF_MATCH, "*")).await
    }

    /// The identity of the account that Cases are for.
    pub fn customer(&self) -> String {
        self.running.instance.rows("account", &format!("name eq '{CUSTOMER}'"))[0]["accountid"].clone()
    }

    /// A Case's columns, with a customer.
    pub fn case(&self, columns: &Value) -> Value {
        let mut body = json!({ "customerid_account@odata.bind": format!("/accounts({})", self.customer()) });
        body.as_object_mut().unwrap().extend(columns.as_object().unwrap().clone());
        body
    }

    /// Makes a Case and answers its identity.
    pub async fn make(&self, columns: &Value) -> String {
        let reply = self.post("incidents", &self.case(columns)).await;
        assert_eq!(reply.status, 204, "{}", reply.text);
        reply.entity_id()
    }

    /// Ends a Case by its action.
    pub async fn close(&self, id: &str, status: i64) -> Reply {
        let resolution = json!({
            "@odata.type": "Microsoft.Dynamics.CRM.incidentresolution",
            "subject": "Done",
            "description": "The disk was made larger.",
            "incidentid@odata.bind": format!("/incidents({id})"),
        });
        self.post("CloseIncident", &json!({ "IncidentResolution": resolution, "Status": status })).await
    }
}

/// What its answers say.
pub trait Said {
    /// Status and code of a refusal.
    fn refusal(&self) -> (u16, String);

    fn entity_id(&self) -> String;

    /// One column of each row of a list, joined.
    fn column(&self, name: &str) -> String;
}

impl Said for Reply {
    fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    fn entity_id(&self) -> String {
        self.header("odata-entityid").rsplit_once('(').unwrap().1.trim_end_matches(')').to_owned()
    }

    fn column(&self, name: &str) -> String {
        let body = self.json();
        let values = body["value"].as_array().unwrap().iter().map(|row| row[name].to_string().replace('"', ""));
        values.collect::<Vec<_>>().join(" ")
    }
}
