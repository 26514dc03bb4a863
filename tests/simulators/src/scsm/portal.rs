//! The portal: its memory, and what happens between a call and its answer.

use std::sync::{Arc, Mutex, MutexGuard};

use http::{Method, StatusCode};
use serde_json::Value;

use super::{
    commit, ids,
    options::{Account, Options},
    projections,
    refusal::{JSON, Refusal},
    rosters,
    schema::{Class, Schema},
    seed, sign_in,
    store::{Store, plain},
};
use crate::shared::{Answer, Apparatus, Call, Canned, Platform, lock, throttle::Throttle};

/// A simulated portal with the Service Manager behind it.
#[derive(Debug)]
pub struct Portal {
    pub(super) options: Options,
    pub(super) schema: Schema,
    pub(super) apparatus: Arc<Apparatus>,
    store: Mutex<Store>,
    throttle: Option<Throttle>,
}

/// One call of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endpoint {
    GetToken,
    ByCriteria,
    One,
    FromTemplate,
    Commit,
    FlatList,
    FirstLevel,
    Users,
    Rights,
    Templates,
}

// === impl Portal ===

impl Portal {
    /// A portal with some people, configuration items, and change requests in it.
    #[must_use]
    pub fn new(options: Options, apparatus: Arc<Apparatus>) -> Self {
        let schema = Schema::new(&options.extensions);
        let throttle = options.rate_limit.map(|(requests, seconds)| Throttle::new(requests, seconds));
        let portal = Self { options, schema, apparatus, store: Mutex::default(), throttle };
        seed::fill(&portal);
        portal
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.store)
    }

    fn handle(&self, call: &Call) -> Result<Answer, Refusal> {
        let endpoint = Endpoint::of(call)?;
        if endpoint == Endpoint::GetToken {
            return sign_in::token(self, call);
        }
        let account = sign_in::authenticate(self, call)?;
        let answer = match self.limited(account) {
            Ok(()) => self.serve(endpoint, call, account).unwrap_or_else(|refusal| refusal.answer()),
            Err(refusal) => refusal.answer(),
        };
        Ok(answer.by(&account.user))
    }

    fn limited(&self, account: &Account) -> Result<(), Refusal> {
        let verdict = self.throttle.as_ref().map(|throttle| throttle.count(&account.user, self.apparatus.clock.now()));
        match verdict {
            Some(verdict) if !verdict.passes => Err(Refusal::RateLimited { retry_after: verdict.retry_after }),
            _ => Ok(()),
        }
    }

    fn serve(&self, endpoint: Endpoint, call: &Call, account: &Account) -> Result<Answer, Refusal> {
        let body = match endpoint {
            Endpoint::GetToken => return sign_in::token(self, call),
            Endpoint::ByCriteria => projections::by_criteria(self, call)?,
            Endpoint::One => projections::one(self, call)?,
            Endpoint::FromTemplate => projections::from_template(self, call)?,
            Endpoint::Commit => commit::commit(self, call, account)?,
            Endpoint::FlatList => rosters::flat_list(call)?,
            Endpoint::FirstLevel => rosters::first_level(call)?,
            Endpoint::Users => rosters::users(self, call)?,
            Endpoint::Rights => rosters::rights(self, call)?,
            Endpoint::Templates => rosters::templates(call)?,
        };
        let answer = Answer::json(StatusCode::OK, JSON, &body);
        let now = self.apparatus.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        Ok(answer.with_text(http::header::DATE, &now))
    }
}

// === impl Endpoint ===

impl Endpoint {
    fn of(call: &Call) -> Result<Self, Refusal> {
        let path = call.path.trim_end_matches('/').to_ascii_lowercase();
        let (endpoint, method) = match path.strip_prefix("/api/v3/").unwrap_or_default() {
            "authorization/gettoken" => (Self::GetToken, Method::POST),
            "projection/getprojectionbycriteria" => (Self::ByCriteria, Method::POST),
            "projection/getprojection" => (Self::One, Method::GET),
            "projection/createprojectionbytemplate" => (Self::FromTemplate, Method::GET),
            "projection/commit" => (Self::Commit, Method::POST),
            "enum/getflatlist" => (Self::FlatList, Method::GET),
            "enum/getlist" => (Self::FirstLevel, Method::GET),
            "user/getuserlist" => (Self::Users, Method::GET),
            "user/isuserauthorized" => (Self::Rights, Method::POST),
            "template/gettemplates" => (Self::Templates, Method::GET),
            _ => return Err(Refusal::NoResource(call.target.clone())),
        };
        if call.method == method { Ok(endpoint) } else { Err(Refusal::Method(call.method.clone())) }
    }
}

// === impl Platform ===

impl Platform for Portal {
    /// `token`, `incident`, `change`, `item`, `template`, `list`, `user`.
    fn subject(&self, call: &Call) -> String {
        let subject = match Endpoint::of(call) {
            Ok(Endpoint::GetToken) => "token",
            Ok(Endpoint::Commit) => committed(call).map_or("", Class::word),
            Ok(Endpoint::ByCriteria) => asked(call),
            Ok(Endpoint::One) => "incident",
            Ok(Endpoint::FromTemplate | Endpoint::Templates) => "template",
            Ok(Endpoint::FlatList | Endpoint::FirstLevel) => "list",
            Ok(Endpoint::Users | Endpoint::Rights) => "user",
            Err(_) => "",
        };
        subject.to_owned()
    }

    fn answer(&self, call: &Call) -> Answer {
        self.handle(call).unwrap_or_else(|refusal| refusal.answer())
    }

    fn canned(&self, canned: Canned, _call: &Call) -> Answer {
        match canned {
            Canned::Failure(status @ (StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)) => {
                Answer::page(status, "<html><body><h1>Service Unavailable</h1></body></html>")
            }
            Canned::Failure(status) => Refusal::Failure(status).answer(),
            Canned::Throttled(retry_after) => Refusal::RateLimited { retry_after }.answer(),
            Canned::Unauthenticated => Refusal::Unauthorized.answer(),
            Canned::Page => Answer::page(
                StatusCode::OK,
                "<html><head><title>Sign in</title></head><body><form action=\"/Login\"></form></body></html>",
            ),
        }
    }
}

/// The class of what is committed.
fn committed(call: &Call) -> Option<Class> {
    let body: Value = serde_json::from_slice(&call.body).ok()?;
    let (_, form) = body.as_object()?.iter().find(|(name, _)| name.eq_ignore_ascii_case("formJson"))?;
    Class::of(&plain(form.pointer("/current/ClassTypeId")?.as_str()?))
}

/// What criteria ask for.
fn asked(call: &Call) -> &'static str {
    let body: Option<Value> = serde_json::from_slice(&call.body).ok();
    let projection = body.as_ref().and_then(|body| body.get("Id")).and_then(Value::as_str).map(plain);
    match projection.as_deref() {
        Some(ids::INCIDENT_PROJECTION | ids::WORK_ITEM_PROJECTION) => "incident",
        Some(ids::CHANGE_PROJECTION) => "change",
        Some(ids::CONFIG_ITEM_PROJECTION) => "item",
        Some(ids::USER_PROJECTION) => "user",
        _ => "",
    }
}
