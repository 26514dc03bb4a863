//! The system: its memory, and what happens between a call and its answer.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use http::{Method, StatusCode, header};
use jiff::tz::Offset;
use serde_json::json;

use super::{
    culture::Culture,
    describe,
    objects::{Object, Objects},
    options::{Account, Options},
    read, refusal,
    refusal::{JSON, Refusal},
    related, request, save, search, seed,
    sessions::{self, Sessions},
    store::Store,
};
use crate::shared::{Answer, Apparatus, Call, Canned, Platform, lock};

/// Under which name the interface is installed.
const APPLICATION: &str = "cherwellapi";

/// A simulated system.
#[derive(Debug)]
pub struct Server {
    pub(super) options: Options,
    pub(super) objects: Objects,
    pub(super) apparatus: Arc<Apparatus>,
    pub(super) sessions: Sessions,
    memory: Mutex<Memory>,
}

/// What the system remembers.
#[derive(Debug, Default)]
pub struct Memory {
    /// All records.
    pub store: Store,
    /// Records younger than this are not found by searches.
    pub search_lag: Duration,
}

/// Who calls, and how they write dates.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Their account.
    pub account: Account,
    /// Of this call.
    pub culture: Culture,
}

// === impl Server ===

impl Server {
    /// A system with the stock objects, and some customers and configuration items in it.
    #[must_use]
    pub fn new(options: Options, apparatus: Arc<Apparatus>) -> Self {
        let objects = Objects::stock(&options);
        let server = Self { options, objects, apparatus, sessions: Sessions::default(), memory: Mutex::default() };
        seed::fill(&server);
        server
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    /// How many licences are taken by sessions.
    #[must_use]
    pub fn licences(&self) -> usize {
        self.sessions.licences(&self.apparatus)
    }

    /// How many logins by password there were.
    #[must_use]
    pub fn logins(&self) -> usize {
        self.sessions.logins()
    }

    fn handle(&self, call: &Call) -> Answer {
        let path = steps(call);
        let steps: Vec<&str> = path.iter().map(String::as_str).collect();
        if steps.as_slice() == ["token"] {
            return match call.method {
                Method::POST => self.sessions.token(call, &self.options, &self.apparatus),
                _ => Refusal::NoSuchMethod.answer(),
            };
        }
        let Some((account, token)) = self.caller(call) else { return Refusal::Unauthorized.answer() };
        let culture = call.query.get("locale").and_then(Culture::named).unwrap_or(self.options.culture);
        let caller = Caller { account: account.clone(), culture };
        let answer = match self.route(call, &caller, &steps, &token) {
            Ok(answer) => answer,
            Err(refusal) => refusal.answer(),
        };
        answer.by(&account.user)
    }

    fn caller(&self, call: &Call) -> Option<(&Account, String)> {
        let (scheme, token) = call.header(header::AUTHORIZATION)?.split_once(' ')?;
        let token = token.trim().to_owned();
        let user = self.apparatus.tokens.user(&token, self.apparatus.clock.now())?;
        let account = self.options.accounts.iter().find(|account| account.user == user)?;
        scheme.eq_ignore_ascii_case("bearer").then_some((account, token))
    }

    fn route(&self, call: &Call, caller: &Caller, steps: &[&str], token: &str) -> Result<Answer, Refusal> {
        let ["api", "v1", steps @ ..] = steps else { return Err(Refusal::NoResource(call.path.clone())) };
        let get = || method(call, &Method::GET);
        let post = || method(call, &Method::POST);
        match steps {
            ["logout"] => {
                method(call, &Method::DELETE)?;
                self.sessions.logout(token, &self.apparatus);
                Ok(Answer::empty(StatusCode::OK))
            }
            ["serviceinfo"] => get().map(|()| self.info(caller)),
            ["getbusinessobjectsummary", "busobname", name] => get().map(|()| describe::summary_by_name(self, name)),
            ["getbusinessobjectsummary", "busobid", id] => get().map(|()| describe::summary_by_id(self, id)),
            ["getbusinessobjectschema", "busobid", id] => {
                get()?;
                describe::schema(self, id, call.query.get("includerelationships"))
            }
            ["getbusinessobjecttemplate"] => post().and_then(|()| describe::template(self, &request::body(call)?)),
            ["savebusinessobject"] => post().and_then(|()| save::save(self, caller, &request::body(call)?)),
            ["saverelatedbusinessobject"] => post().and_then(|()| related::save(self, caller, &request::body(call)?)),
            ["getsearchresults"] => post().and_then(|()| search::search(self, caller, &request::body(call)?)),
            ["getbusinessobject", "busobid", object, by, id] => {
                get()?;
                read::read(self, caller, object, by, id)
            }
            ["deletebusinessobject", "busobid", object, by, id] => {
                method(call, &Method::DELETE)?;
                read::delete(self, caller, object, by, id)
            }
            [
                "getrelatedbusinessobject",
                "parentbusobid",
                object,
                "parentbusobrecid",
                parent,
                "relationshipid",
                relation,
            ] => {
                get()?;
                related::list(self, caller, object, parent, relation, &call.query)
            }
            _ => Err(Refusal::NoResource(call.path.clone())),
        }
    }

    /// An object by its id, if this caller may see its records.
    pub(super) fn object(&self, caller: &Caller, id: &str) -> Result<&Object, Refusal> {
        let object = self.objects.of_id(id).ok_or_else(|| Refusal::ObjectNotFound(id.to_owned()))?;
        if caller.account.forbidden.iter().any(|name| name.eq_ignore_ascii_case(object.name)) {
            return Err(Refusal::InsufficientRights);
        }
        Ok(object)
    }

    fn info(&self, caller: &Caller) -> Answer {
        let minutes = self.options.minutes_ahead;
        let offset = Offset::from_seconds(i32::from(minutes) * 60).unwrap_or(Offset::UTC);
        let now = self.apparatus.clock.now();
        let sign = if minutes < 0 { "-" } else { "" };
        let body = json!({
            "apiVersion": "10.5.0",
            "csmVersion": "10.5.0",
            "csmCulture": caller.culture.name(),
            "systemDateTime": offset.to_datetime(now).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            "systemUtcOffset": format!("{sign}{:02}:{:02}:00", minutes.abs() / 60, minutes.abs() % 60),
            "timeZone": { "id": "simulated", "baseUtcOffset": format!("{minutes}") },
        });
        Answer::json(StatusCode::OK, JSON, &body)
    }
}

// === impl Platform ===

impl Platform for Server {
    fn subject(&self, call: &Call) -> String {
        let steps = steps(call);
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        let name = |id: &str| self.objects.of_id(id).map_or(String::new(), |object| object.name.to_owned());
        match steps.as_slice() {
            ["token"] => "token".into(),
            ["api", "v1", "getbusinessobject" | "deletebusinessobject", "busobid", id, ..] => name(id),
            ["api", "v1", "savebusinessobject" | "saverelatedbusinessobject" | "getsearchresults"] => {
                request::body(call).map_or(String::new(), |body| name(&request::text(&body, "busObId")))
            }
            ["api", "v1", "getrelatedbusinessobject", ..] => "JournalNote".into(),
            _ => String::new(),
        }
    }

    fn answer(&self, call: &Call) -> Answer {
        let now = sessions::http_date(self.apparatus.clock.now());
        self.handle(call).with_text(header::DATE, &now)
    }

    fn canned(&self, canned: Canned, call: &Call) -> Answer {
        match canned {
            Canned::Failure(status @ (StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)) => {
                Answer::page(status, "<html><body><h2>Service Unavailable</h2><hr><p>HTTP Error.</p></body></html>")
            }
            Canned::Failure(status) => refusal::failure(status),
            Canned::Throttled(seconds) => {
                refusal::failure(StatusCode::TOO_MANY_REQUESTS).with(header::RETRY_AFTER, seconds.into())
            }
            Canned::Unauthenticated if steps(call) == ["token"] => sessions::refused(),
            Canned::Unauthenticated => Refusal::Unauthorized.answer(),
            Canned::Page => Answer::page(
                StatusCode::OK,
                "<html><head><title>Sign in</title></head><body><form action=\"/adfs/ls\"></form></body></html>",
            ),
        }
    }
}

/// The path below the application's name, in small letters, since it is read in any case.
fn steps(call: &Call) -> Vec<String> {
    let path = call.path.to_ascii_lowercase();
    let mut steps = path.split('/').filter(|step| !step.is_empty()).map(str::to_owned);
    match steps.next() {
        Some(application) if application == APPLICATION => steps.collect(),
        _ => Vec::new(),
    }
}

fn method(call: &Call, wanted: &Method) -> Result<(), Refusal> {
    let posts = wanted == Method::POST;
    let media = call.content_type();
    if posts && media.is_some_and(|media| media != "application/json") {
        return Err(Refusal::BadRequest("The request entity's media type is not supported for this resource.".into()));
    }
    if call.method == wanted { Ok(()) } else { Err(Refusal::NoSuchMethod) }
}

/// An answer of the usual kind.
#[must_use]
pub fn json_answer(body: &serde_json::Value) -> Answer {
    Answer::json(StatusCode::OK, JSON, body)
}
