//! The portal's calls: projections by criteria, a new object from a template, commits, lists, users; each answer checked to be one.
//!
//! A page with status 200 is `protocol` (a login form writes nothing); any other unreadable answer to a commit is
//! `outcome-unknown`.

use crate::element::Guid;
use crate::errors;
use crate::projection::Projection;
use crate::query::Query;
use crate::settings::Settings;
use serde_json::{Value, json};
use signalbox_sdk::fault::{self, fault, unless_it_wrote};
use signalbox_sdk::host::{Http, Log};
use signalbox_sdk::http::{Effect, Failure, Request, Response};
use signalbox_sdk::json;
use signalbox_sdk::time::Stamp;
use signalbox_sdk::types::{CallError, CallErrorKind};

/// Most users that a name is looked for among.
const USERS: &str = "20";

/// Speaks to one portal.
#[derive(Debug)]
pub struct Client<'a, H> {
    /// What sends.
    pub host: &'a H,
    /// The operator's.
    pub settings: &'a Settings,
    /// What the gateway's clock says.
    pub now: Stamp,
}

/// Objects, and when they were so.
#[derive(Debug)]
pub struct Listing {
    /// In no order.
    pub objects: Vec<Projection>,
    /// The portal's clock.
    pub clock: Option<Stamp>,
}

/// One entry of a list, or one user, or one template: what has an identity and a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Its identity.
    pub id: Guid,
    /// Names that it answers to, the most telling first.
    pub names: Vec<String>,
}

/// A question whose answer is a list.
#[derive(Clone, Debug)]
pub enum Question {
    /// Objects by criteria, of a projection.
    Objects(Query, String),
    /// All entries of a list.
    Entries(Guid),
    /// Users whose name holds this.
    Users(String),
    /// Templates for a class.
    Templates(Guid),
}

/// What answers a question.
#[derive(Debug)]
pub enum Reply {
    /// To one for objects.
    Objects(Listing),
    /// To any other.
    Named(Vec<Named>),
}

// === impl Client ===

impl<H: Http + Log> Client<'_, H> {
    /// The objects that criteria name. The caller checks each.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn query(&self, projection: &str, query: Query) -> Result<Listing, CallError> {
        match self.ask(&Question::Objects(query, projection.to_owned()))? {
            Reply::Objects(listing) => Ok(listing),
            Reply::Named(_) => Err(unreadable(Effect::Reads, "objects")),
        }
    }

    /// Answers one question.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn ask(&self, question: &Question) -> Result<Reply, CallError> {
        reply(question, self.host.send(self.request(question)))
    }

    /// Several questions side by side, answered in their order.
    pub fn ask_all(&self, questions: &[Question]) -> Vec<Result<Reply, CallError>> {
        if questions.is_empty() {
            return Vec::new();
        }
        let requests = questions.iter().map(|question| self.request(question)).collect();
        let answers = self.host.send_all(requests);
        questions.iter().zip(answers).map(|(question, answer)| reply(question, answer)).collect()
    }

    /// A new object as the template has it; not stored yet.
    ///
    /// # Errors
    /// As [`errors::classify`] tells.
    pub fn from_template(&self, created_by: Guid) -> Result<Projection, CallError> {
        let Settings { template, paths, .. } = self.settings;
        let created_by = created_by.to_string();
        let request = Request::get(&paths.template, &[("id", template), ("createdById", &created_by)]);
        let (body, _) = answer(self.host.send(self.with_headers(request)), Effect::Reads)?;
        Projection::parse(body).ok_or_else(|| unreadable(Effect::Reads, "object from the template"))
    }

    /// Stores an object, and answers its identity.
    ///
    /// # Errors
    /// As [`errors::classify`] tells; `outcome-unknown` where the answer cannot be read.
    pub fn commit(&self, current: &Projection, original: &Projection) -> Result<Guid, CallError> {
        let form = json!({ "isDirty": true, "current": current.to_json(), "original": original.to_json() });
        let request = Request::send_json("POST", &self.settings.paths.commit, &[], &json!({ "formJson": form }));
        let (body, _) = answer(self.host.send(self.with_headers(request)), Effect::Writes)?;
        let id = body.get("BaseId").and_then(Value::as_str).and_then(Guid::parse);
        id.or_else(|| current.id()).ok_or_else(|| unreadable(Effect::Writes, "identity of what was stored"))
    }

    fn request(&self, question: &Question) -> Request {
        let paths = &self.settings.paths;
        let id = |guid: &Guid| guid.to_string();
        self.with_headers(match question {
            Question::Objects(query, projection) => {
                Request::send_json("POST", &paths.query, &[], &query.body(projection)).that_only_reads()
            }
            Question::Entries(list) => Request::get(&paths.list, &[("id", &id(list)), ("itemFilter", "")]),
            Question::Users(name) => {
                let filters = [("filterByAnalyst", "false"), ("groupsOnly", "false"), ("maxNumberOfResults", USERS)];
                Request::get(&paths.users, &[&[("userFilter", name.as_str())], filters.as_slice()].concat())
            }
            Question::Templates(class) => Request::get(&paths.templates, &[("classId", &id(class))]),
        })
    }

    fn with_headers(&self, mut request: Request) -> Request {
        let own = self.settings.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone()));
        request.headers.extend(own);
        request
    }
}

fn reply(question: &Question, sent: Result<Response, Failure>) -> Result<Reply, CallError> {
    let (body, clock) = answer(sent, Effect::Reads)?;
    let Value::Array(rows) = body else { return Err(unreadable(Effect::Reads, "list")) };
    match question {
        Question::Objects(..) => {
            let objects: Option<Vec<_>> = rows.into_iter().map(Projection::parse).collect();
            let objects = objects.ok_or_else(|| unreadable(Effect::Reads, "list of objects"))?;
            Ok(Reply::Objects(Listing { objects, clock }))
        }
        // The first row may be the empty one, which people choose for "nothing": it has no identity.
        _ => Ok(Reply::Named(rows.iter().filter_map(named).collect())),
    }
}

fn named(row: &Value) -> Option<Named> {
    let id = ["ID", "Id", "id"].into_iter().find_map(|name| Guid::parse(json::text(row, name)))?;
    let names = ["Name", "DisplayName", "UserName", "Email", "Text"].map(|name| json::text(row, name).to_owned());
    Some(Named { id, names: names.into_iter().filter(|name| !name.is_empty()).collect() })
}

/// The body of an answer, and the portal's clock.
fn answer(sent: Result<Response, Failure>, effect: Effect) -> Result<(Value, Option<Stamp>), CallError> {
    let response = sent.map_err(|failure| fault::by_failure(failure, effect))?;
    if !response.is_success() {
        return Err(errors::classify(&response, effect));
    }
    if response.is_page() {
        return Err(errors::page(&response));
    }
    let body = response.json().ok_or_else(|| unreadable(effect, "JSON"))?;
    match errors::refusal(&body, effect) {
        Some(error) => Err(error),
        None => Ok((body, response.header("date").and_then(Stamp::from_http))),
    }
}

fn unreadable(effect: Effect, wanted: &str) -> CallError {
    fault(unless_it_wrote(effect, CallErrorKind::Protocol), format!("the portal said yes and answered no {wanted}"))
}

#[cfg(test)]
mod tests;
