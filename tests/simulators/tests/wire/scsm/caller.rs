//! A caller of a portal, with its credentials.

use reqwest::{Method, RequestBuilder, header};
use serde_json::{Value, json};
use signalbox_simulators::scsm::{DOMAIN, Options, PASSWORD, Running, Simulator, USER, ids};

use crate::call::{self, Reply, send, with_json};

/// A portal and a way to call it.
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
    world.token = world.sign_in(USER, PASSWORD).await;
    world
}

impl World {
    /// A token of this user.
    pub async fn sign_in(&self, user: &str, password: &str) -> String {
        let form = json!({ "UserName": format!("{DOMAIN}\\{user}"), "Password": password, "LanguageCode": "ENU" });
        let reply = send(with_json(self.bare(Method::POST, "/api/V3/Authorization/GetToken"), &form)).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json().as_str().unwrap().to_owned()
    }

    /// A call with the token.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).header(header::AUTHORIZATION, format!("Token {}", self.token))
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

    /// Objects of a projection.
    pub async fn query(&self, projection: &str, expression: Value) -> Reply {
        let body = json!({ "Id": projection, "Criteria": { "Base": { "Expression": expression } } });
        self.post("/api/V3/Projection/GetProjectionByCriteria", &body).await
    }

    /// The incident of this identity; null where there is none.
    pub async fn read(&self, base_id: &str) -> Value {
        self.query(ids::INCIDENT_PROJECTION, generic("Id", "Equal", base_id))
            .await
            .json()
            .get(0)
            .cloned()
            .unwrap_or_default()
    }

    /// What the incident template gives.
    pub async fn template(&self) -> Value {
        let user = self.running.instance.user(USER).unwrap();
        let path =
            format!("/api/V3/Projection/CreateProjectionByTemplate?id={}&createdById={user}", ids::INCIDENT_TEMPLATE);
        self.get(&path).await.json()
    }

    pub async fn commit(&self, current: &Value, original: &Value) -> Reply {
        let form = json!({ "formJson": { "isDirty": true, "current": current, "original": original } });
        self.post("/api/V3/Projection/Commit", &form).await
    }

    /// Makes an incident with these properties and answers its identity.
    pub async fn make(&self, properties: Value) -> String {
        let template = self.template().await;
        let named = json!({ "DisplayName": "made by a test" });
        let reply = self.commit(&with(with(template.clone(), named), properties), &template).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        reply.json()["BaseId"].as_str().unwrap().to_owned()
    }

    /// Changes an incident.
    pub async fn change(&self, base_id: &str, properties: Value) -> Reply {
        let original = self.read(base_id).await;
        self.commit(&with(original.clone(), properties), &original).await
    }
}

/// An object with other properties.
pub fn with(mut object: Value, properties: Value) -> Value {
    object.as_object_mut().unwrap().extend(properties.as_object().unwrap().clone());
    object
}

/// A condition on what every object has.
pub fn generic(name: &str, operator: &str, value: &str) -> Value {
    json!({ "SimpleExpression": {
        "ValueExpressionLeft": { "GenericProperty": name },
        "Operator": operator,
        "ValueExpressionRight": { "Value": value },
    } })
}

/// A condition on a property.
pub fn property(class: &str, name: &str, value: &str) -> Value {
    json!({ "SimpleExpression": {
        "ValueExpressionLeft": { "Property": format!("$Context/Property[Type='{class}']/{name}$") },
        "Operator": "Equal",
        "ValueExpressionRight": { "Value": value },
    } })
}

/// An entry as it is sent.
pub fn entry(id: &str) -> Value {
    json!({ "Id": id, "Name": "" })
}

/// What its answers say.
pub trait Said {
    /// Service Manager's no.
    fn exception(&self) -> String;
}

impl Said for Reply {
    fn exception(&self) -> String {
        let body = self.json();
        assert_eq!((self.status, &body["success"]), (500, &Value::Bool(false)), "{}", self.text);
        body["exception"].as_str().unwrap().to_owned()
    }
}
