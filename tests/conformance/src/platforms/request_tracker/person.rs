//! A person who works with Request Tracker, by an account that may do everything.

use anyhow::{Context, bail};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// The person.
#[derive(Debug)]
pub(super) struct Person {
    client: Client,
    base: String,
    token: String,
}

/// What a ticket's history says.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// What it was made with.
    pub(super) description: String,
    /// Comments and replies, oldest first.
    pub(super) comments: Vec<String>,
}

// === impl Person ===

impl Person {
    pub(super) fn new(url: &str, token: &str) -> anyhow::Result<Self> {
        signalbox_e2e::install_tls();
        let client = Client::builder().no_proxy().build()?;
        Ok(Self { client, base: format!("{url}/REST/2.0"), token: token.to_owned() })
    }

    /// The ids of what a search finds, oldest first.
    pub(super) async fn search(&self, query: &str) -> anyhow::Result<Vec<String>> {
        let found = self.get("/tickets", &[("query", query), ("orderby", "id"), ("per_page", "100")]).await?;
        let items = found["items"].as_array().context("a search answers no list")?;
        Ok(items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect())
    }

    pub(super) async fn ticket(&self, id: &str) -> anyhow::Result<Value> {
        self.get(&format!("/ticket/{id}"), &[]).await
    }

    pub(super) async fn create(&self, ticket: &Value) -> anyhow::Result<String> {
        let made = self.send(Method::POST, "/ticket", ticket).await?;
        made["id"].as_str().map(str::to_owned).with_context(|| format!("no ticket was made: {made}"))
    }

    /// What is refused is answered with 200: something must have been done.
    pub(super) async fn change(&self, id: &str, change: &Value) -> anyhow::Result<()> {
        let done = self.send(Method::PUT, &format!("/ticket/{id}"), change).await?;
        if done.as_array().is_none_or(Vec::is_empty) {
            bail!("{change} of #{id} changed nothing");
        }
        Ok(())
    }

    pub(super) async fn comment(&self, id: &str, text: &str) -> anyhow::Result<()> {
        let comment = json!({"Content": text, "ContentType": "text/plain"});
        self.send(Method::POST, &format!("/ticket/{id}/comment"), &comment).await.map(drop)
    }

    /// What a ticket's history says.
    pub(super) async fn told(&self, id: &str) -> anyhow::Result<Told> {
        let mut told = Told::default();
        for page in 1.. {
            let page = page.to_string();
            let query = [("fields", "Type"), ("orderby", "id"), ("per_page", "100"), ("page", page.as_str())];
            let history = self.get(&format!("/ticket/{id}/history"), &query).await?;
            let items = history["items"].as_array().context("a history is no list")?;
            for item in items {
                let step = item["id"].as_str().unwrap_or_default();
                match item["Type"].as_str() {
                    Some("Create") => told.description = self.text_of(step).await?,
                    Some("Comment" | "Correspond") => told.comments.push(self.text_of(step).await?),
                    _ => {}
                }
            }
            if items.len() < 100 {
                break;
            }
        }
        Ok(told)
    }

    /// The texts of one step of a history.
    async fn text_of(&self, step: &str) -> anyhow::Result<String> {
        let path = format!("/transaction/{step}/attachments");
        let parts = self.get(&path, &[("fields", "Content,ContentType")]).await?;
        let parts = parts["items"].as_array().context("a step has no list of parts")?;
        let texts = parts.iter().filter_map(|part| part["Content"].as_str());
        Ok(texts.collect::<Vec<_>>().join("\n"))
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> anyhow::Result<Value> {
        let query =
            query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        self.answered(self.client.get(format!("{}{path}?{query}", self.base))).await
    }

    async fn send(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        let request = self.client.request(method, format!("{}{path}", self.base));
        self.answered(request.header("content-type", "application/json").body(body.to_string())).await
    }

    async fn answered(&self, request: reqwest::RequestBuilder) -> anyhow::Result<Value> {
        let answer = request.header("authorization", format!("token {}", self.token)).send().await?;
        let (status, url) = (answer.status(), answer.url().to_string());
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{url} answers {status}: {text}");
        }
        serde_json::from_str(&text).with_context(|| format!("{url} answers {text}"))
    }
}

/// The first value of a ticket's custom field; empty where it has none.
pub(super) fn custom_field(ticket: &Value, name: &str) -> String {
    let mut fields = ticket["CustomFields"].as_array().into_iter().flatten();
    let field = fields.find(|field| field["name"] == json!(name));
    field.and_then(|field| field["values"][0].as_str()).unwrap_or_default().to_owned()
}

/// The tickets that a ticket is linked to, as people read them.
pub(super) fn ties(ticket: &Value) -> Vec<String> {
    let links = ticket["_hyperlinks"].as_array().into_iter().flatten();
    let other = links.filter(|link| link["type"] == json!("ticket") && link["ref"] != json!("self"));
    other.filter_map(|link| link["id"].as_str().map(|id| format!("#{id}"))).collect()
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
