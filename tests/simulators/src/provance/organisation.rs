//! The organisation: its memory, and what happens between a call and its answer.

use std::sync::{Arc, Mutex, MutexGuard};

use http::{HeaderName, StatusCode, header};

use super::{
    accounts::Caller,
    batch, entra,
    options::Options,
    refusal::{Protection, Refusal},
    schema::Schema,
    seed,
    serve::Service,
    stock,
    store::Store,
};
use crate::shared::{Answer, Apparatus, Call, Canned, Platform, lock, throttle::Throttle};

/// A simulated organisation.
#[derive(Debug)]
pub struct Organisation {
    pub(super) options: Options,
    pub(super) schema: Schema,
    pub(super) apparatus: Arc<Apparatus>,
    memory: Mutex<Memory>,
    throttle: Option<Throttle>,
    protection: Mutex<Protection>,
}

/// What the organisation remembers.
#[derive(Debug, Default)]
pub struct Memory {
    /// All rows.
    pub store: Store,
}

// === impl Organisation ===

impl Organisation {
    /// An organisation with some people, teams, accounts and assets in it.
    #[must_use]
    pub fn new(options: Options, apparatus: Arc<Apparatus>) -> Self {
        let schema = stock::schema(&options);
        let throttle = options.limit.map(|limit| Throttle::new(limit.requests, limit.window_seconds));
        let protection = Mutex::new(options.limit.map(|limit| limit.protection).unwrap_or_default());
        let organisation = Self { options, schema, apparatus, memory: Mutex::default(), throttle, protection };
        seed::fill(&organisation);
        organisation
    }

    /// From now on a throttled call meets this one of the three limits.
    pub fn set_protection(&self, protection: Protection) {
        *lock(&self.protection) = protection;
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    pub(super) fn service<'a>(&'a self, memory: &'a mut Memory, caller: &'a Caller, api: String) -> Service<'a> {
        Service { organisation: self, memory, caller, api, made: Vec::new() }
    }

    fn handle(&self, call: &Call) -> Answer {
        if entra::is_here(call) {
            return entra::serve(call, &self.options.accounts, &self.apparatus, &self.options.tokens);
        }
        let caller = match self.options.accounts.authenticate(call, &self.apparatus) {
            Ok(caller) => caller,
            Err(refusal) => return refusal.answer(),
        };
        self.limited(call, &caller).unwrap_or_else(|refusal| refusal.answer()).by(&caller.user)
    }

    fn limited(&self, call: &Call, caller: &Caller) -> Result<Answer, Refusal> {
        let Some(throttle) = &self.throttle else { return self.serve(call, caller) };
        let verdict = throttle.count(&caller.user, self.apparatus.clock.now());
        if !verdict.passes {
            return Err(Refusal::Throttled { protection: *lock(&self.protection), retry_after: verdict.retry_after });
        }
        let answer = self.serve(call, caller).unwrap_or_else(|refusal| refusal.answer());
        let left = HeaderName::from_static("x-ms-ratelimit-burst-remaining-xrm-requests");
        Ok(answer.with(left, throttle.limit.into()))
    }

    fn serve(&self, call: &Call, caller: &Caller) -> Result<Answer, Refusal> {
        let version = call.path.strip_prefix("/api/data/").and_then(|rest| rest.split('/').next()).unwrap_or("v9.2");
        let api = format!("{}/api/data/{version}", call.base);
        let mut memory = self.memory();
        let mut service = self.service(&mut memory, caller, api);
        if call.path.ends_with("/$batch") || call.path.ends_with("/%24batch") {
            return batch::serve(&mut service, call);
        }
        service.call(call)
    }
}

// === impl Platform ===

impl Platform for Organisation {
    fn subject(&self, call: &Call) -> String {
        if entra::is_here(call) {
            return "oauth".into();
        }
        let last = call.path.split('/').nth(4).unwrap_or_default();
        let name = last.split('(').next().unwrap_or_default();
        match name {
            "$batch" | "%24batch" => batch::subject(call),
            "CloseIncident" => "incidents".into(),
            name => name.to_owned(),
        }
    }

    fn answer(&self, call: &Call) -> Answer {
        let answer = self.handle(call);
        let now = self.apparatus.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        answer.with_text(header::DATE, &now)
    }

    fn canned(&self, canned: Canned, call: &Call) -> Answer {
        match canned {
            Canned::Failure(status @ (StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)) => {
                Answer::page(status, "<html><body><h1>Our services aren't available right now</h1></body></html>")
            }
            Canned::Failure(status) => Refusal::Failure(status).answer(),
            Canned::Throttled(retry_after) => {
                Refusal::Throttled { protection: *lock(&self.protection), retry_after }.answer()
            }
            Canned::Unauthenticated if entra::is_here(call) => entra::denied(&self.apparatus),
            Canned::Unauthenticated => Refusal::Unauthenticated.answer(),
            Canned::Page => Answer::page(
                StatusCode::OK,
                "<html><head><title>Sign in to your account</title></head><body>Sign in</body></html>",
            ),
        }
    }
}
