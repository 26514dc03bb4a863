//! A caller of a system, with its credentials.

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use signalbox_simulators::cherwell::{CLIENT, KEY_FIELD, Options, PASSWORD, Running, Simulator, USER};

use crate::call::{self, Reply, send, with_json};

/// The id of Incident in every installation.
pub const INCIDENT: &str = "6dd53665c0c24cab86870a21cf6434ae";
/// The id of its field Status.
pub const STATUS: &str = "5eb3234ae1344c64a19819eda437f18d";

/// A system, a way to call it, and a token.
pub struct World {
    pub running: Running,
    pub token: String,
    http: reqwest::Client,
}

pub async fn world() -> World {
    world_with(Options::default()).await
}

pub async fn world_with(options: Options) -> World {
    let running = Simulator::start(options).await.unwrap();
    let http = call::client();
    let mut world = World { running, token: String::new(), http };
    let reply = world.sign_in(USER, PASSWORD).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    world.token = reply.json()["access_token"].as_str().unwrap().to_owned();
    world
}

impl World {
    /// A call with the token.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/api/V1/{path}")).bearer_auth(&self.token)
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

    /// Asks for tokens.
    pub async fn token(&self, form: &[(&str, &str)]) -> Reply {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form);
        let request = self.bare(Method::POST, "/token?auth_mode=Internal");
        send(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body.finish())).await
    }

    pub async fn sign_in(&self, user: &str, password: &str) -> Reply {
        let form = [("grant_type", "password"), ("client_id", CLIENT), ("username", user), ("password", password)];
        self.token(&form).await
    }

    /// A field's whole id.
    pub async fn field(&self, object: &str, name: &str) -> String {
        let schema = self.get(&format!("getbusinessobjectschema/busobid/{object}")).await.json();
        let fields = schema["fieldDefinitions"].as_array().unwrap();
        let field = fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("no field {name}"));
        field["fieldId"].as_str().unwrap().to_owned()
    }

    /// Fields of a save.
    pub async fn fields(&self, object: &str, fields: &[(&str, &str)]) -> Vec<Value> {
        let mut items = Vec::new();
        for (name, value) in fields {
            items.push(
                json!({ "dirty": true, "fieldId": self.field(object, name).await, "name": name, "value": value }),
            );
        }
        items
    }

    /// Saves an incident; a new one where the id is empty.
    pub async fn save(&self, rec_id: &str, fields: &[(&str, &str)]) -> Reply {
        let fields = self.fields(INCIDENT, fields).await;
        let body = json!({ "busObId": INCIDENT, "busObRecId": rec_id, "fields": fields, "persist": true });
        self.post("savebusinessobject", &body).await
    }

    /// The record id of a customer.
    pub fn customer(&self) -> String {
        self.running.instance.records("CustomerInternal", &[("FullName", "Jun Sato")])[0]["RecID"].clone()
    }

    /// Makes an incident that has what it must have, and answers its id.
    pub async fn make(&self, more: &[(&str, &str)]) -> String {
        let customer = self.customer();
        let needed = [
            ("Description", "It does not print."),
            ("Priority", "3"),
            ("Service", "Workplace"),
            ("Category", "Printing"),
            ("Subcategory", "Submit Incident"),
            ("CustomerRecID", customer.as_str()),
        ];
        let reply = self.save("", &[&needed[..], more].concat()).await;
        let body = reply.json();
        assert_eq!((reply.status, &body["hasError"]), (200, &json!(false)), "{}", reply.text);
        body["busObRecId"].as_str().unwrap().to_owned()
    }

    /// Makes an incident with a gateway's key.
    pub async fn make_keyed(&self, key: &str) -> String {
        self.make(&[(KEY_FIELD, key)]).await
    }

    /// One field of an incident as the system stores it.
    pub fn stored(&self, rec_id: &str, field: &str) -> String {
        let records = self.running.instance.records("Incident", &[("RecID", rec_id)]);
        records[0].get(field).cloned().unwrap_or_default()
    }
}

/// What its answers say.
pub trait Said {
    /// A field of the record that is answered.
    fn value(&self, name: &str) -> String;

    /// The error's code and status.
    fn refusal(&self) -> (u16, String);
}

impl Said for Reply {
    fn value(&self, name: &str) -> String {
        let body = self.json();
        let field = body["fields"].as_array().unwrap().iter().find(|field| field["name"] == name).cloned();
        field.unwrap()["value"].as_str().unwrap().to_owned()
    }

    fn refusal(&self) -> (u16, String) {
        (self.status, self.json()["errorCode"].as_str().unwrap_or_default().to_owned())
    }
}
