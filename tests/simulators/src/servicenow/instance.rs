//! The instance: its memory, and what happens between a call and its answer.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use super::{
    accounts::Account,
    batch, events, import, oauth,
    options::Options,
    refusal::{JSON, Refusal},
    schema::Schema,
    seed,
    store::{Store, SysId},
    table_api,
};
use crate::shared::{Answer, Apparatus, Call, Canned, Platform, lock, throttle::Throttle};

/// The sys_id that the rate limit's rule is known by.
const RULE: &str = "5f0c2f8adb3210103d1c8b02149619a7";

/// Where tokens are asked for.
const TOKENS: &str = "/oauth_token.do";

/// A simulated instance.
#[derive(Debug)]
pub struct Instance {
    pub(super) options: Options,
    pub(super) schema: Schema,
    pub(super) apparatus: Arc<Apparatus>,
    memory: Mutex<Memory>,
    throttle: Option<Throttle>,
}

/// What the instance remembers.
#[derive(Debug, Default)]
pub struct Memory {
    /// All rows.
    pub store: Store,
    /// Resolved incidents in the order in which they close by themselves.
    pub closing: VecDeque<(Timestamp, SysId)>,
    /// Rows younger than this are not found by queries.
    pub search_lag: Duration,
}

/// Who calls, as the rules see them.
#[derive(Debug, Clone)]
pub struct Caller<'a> {
    /// Their account.
    pub account: &'a Account,
    /// Their sys_user row.
    pub sys_id: SysId,
}

// === impl Instance ===

impl Instance {
    /// An instance with the stock tables and some people, groups and configuration items in it.
    #[must_use]
    pub fn new(options: Options, apparatus: Arc<Apparatus>) -> Self {
        let mut schema = Schema::stock(&options.close_codes);
        for (table, field) in &options.custom_fields {
            schema.add_field(table, field);
        }
        for (staging, target) in &options.staging_tables {
            schema.add_staging(staging, target);
        }
        let throttle = options.rate_limit.map(|limit| Throttle::new(limit.requests, limit.window_seconds));
        let memory = Mutex::default();
        let instance = Self { options, schema, apparatus, memory, throttle };
        seed::fill(&instance);
        instance
    }

    /// The memory, after everything that was due by now has happened.
    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        let mut memory = lock(&self.memory);
        self.close_what_is_due(&mut memory);
        memory
    }

    pub(super) fn caller<'a>(&self, memory: &Memory, account: &'a Account) -> Caller<'a> {
        let rows = memory.store.find("user_name", &account.user).unwrap_or_default();
        let sys_id = rows.first().map_or_else(|| "".into(), |row| row.sys_id.clone());
        Caller { account, sys_id }
    }

    fn handle(&self, call: &Call) -> Answer {
        if call.path == TOKENS {
            return oauth::token(call, &self.options.accounts, &self.apparatus, &self.options.tokens);
        }
        let account = match self.options.accounts.authenticate(call, &self.apparatus) {
            Ok(account) => account,
            Err(refusal) => return refusal.answer(),
        };
        let answer =
            self.limited(call, account, || self.accept(call, account).unwrap_or_else(|refusal| refusal.answer()));
        answer.by(&account.user)
    }

    fn limited(&self, call: &Call, account: &Account, answer: impl FnOnce() -> Answer) -> Answer {
        let Some(throttle) = self.throttle.as_ref().filter(|_| call.path.contains("/table/")) else { return answer() };
        let verdict = throttle.count(&account.user, self.apparatus.clock.now());
        let limit = throttle.limit;
        let answer = if verdict.passes {
            answer()
        } else {
            Refusal::RateLimited { limit, retry_after: verdict.retry_after }.answer()
        };
        answer
            .with(HeaderName::from_static("x-ratelimit-limit"), limit.into())
            .with(HeaderName::from_static("x-ratelimit-reset"), verdict.reset.into())
            .with(HeaderName::from_static("x-ratelimit-rule"), HeaderValue::from_static(RULE))
    }

    fn accept(&self, call: &Call, account: &Account) -> Result<Answer, Refusal> {
        if self.options.strict_headers && !call.headers.contains_key(header::ACCEPT) {
            return Err(Refusal::MissingHeader("Accept"));
        }
        self.route(call, account)
    }

    /// Serves an authenticated call. A batch serves its calls by this, too: in one, ServiceNow's own client sends none of
    /// the headers that are demanded elsewhere.
    pub(super) fn route(&self, call: &Call, account: &Account) -> Result<Answer, Refusal> {
        check_acceptable(call)?;
        let mut steps: Vec<&str> = call.path.split('/').filter(|step| !step.is_empty()).collect();
        // Version 1 and the default differ in one answer only.
        let version = match steps.get(2) {
            Some(&"v1") => 1,
            _ => 2,
        };
        if matches!(steps.as_slice(), ["api", "now", "v1" | "v2", ..]) {
            steps.remove(2);
        }
        match steps.as_slice() {
            ["api", "now", "table", table] => table_api::collection(self, call, account, table, version),
            ["api", "now", "table", table, sys_id] => table_api::member(self, call, account, table, sys_id),
            ["api", "now", "import", staging] => import::serve(self, call, account, staging),
            ["api", "now", "batch"] => batch::serve(self, call, account),
            ["api", "global", "em", "jsonv2"] => events::bulk(self, call, account),
            _ => Err(Refusal::NoResource(call.path.clone())),
        }
    }
}

// === impl Platform ===

impl Platform for Instance {
    fn subject(&self, call: &Call) -> String {
        let steps: Vec<&str> = call.path.split('/').filter(|step| !step.is_empty()).collect();
        let subject = match steps.as_slice() {
            ["api", "now", "table" | "import", table, ..] | ["api", "now", _, "table" | "import", table, ..] => table,
            ["api", "global", "em", "jsonv2"] => "em_event",
            ["oauth_token.do"] => "oauth",
            _ => "",
        };
        subject.to_owned()
    }

    fn answer(&self, call: &Call) -> Answer {
        let mut answer = self.handle(call);
        if call.header("x-no-response-body") == Some("true") && answer.status.is_success() {
            answer.body = bytes::Bytes::new();
            answer.headers.remove(header::CONTENT_TYPE);
        }
        answer
    }

    fn canned(&self, canned: Canned, call: &Call) -> Answer {
        match canned {
            Canned::Failure(status @ (StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)) => {
                Answer::page(status, "<html><body><h1>The server is temporarily unavailable.</h1></body></html>")
            }
            Canned::Failure(status) => Refusal::Failure(status).answer(),
            Canned::Throttled(retry_after) => Refusal::RateLimited { limit: 100, retry_after }.answer(),
            Canned::Unauthenticated if call.path == TOKENS => oauth::denied(),
            Canned::Unauthenticated => Refusal::Unauthenticated.answer(),
            Canned::Page => Answer::page(
                StatusCode::OK,
                "<html><head><title>Instance Hibernating page</title></head><body>Your instance is hibernating.</body></html>",
            ),
        }
    }
}

/// An answer of the usual kind.
pub fn result(status: StatusCode, body: serde_json::Value) -> Answer {
    Answer::json(status, JSON, &serde_json::json!({ "result": body }))
}

/// Whether JSON is among what the call accepts.
fn check_acceptable(call: &Call) -> Result<(), Refusal> {
    let Some(accept) = call.header(header::ACCEPT) else { return Ok(()) };
    let mut media = accept.split(',').map(|one| one.split(';').next().unwrap_or_default().trim());
    let json = media.any(|media| ["application/json", "application/*", "*/*"].contains(&media));
    if json { Ok(()) } else { Err(Refusal::NotAcceptable) }
}
