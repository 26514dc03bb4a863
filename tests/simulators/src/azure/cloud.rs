//! The simulated Azure: its memory, and what happens between a call and its answer.

use std::sync::{Arc, Mutex, MutexGuard};

use http::{HeaderName, StatusCode, header};

use super::{
    access::Api,
    alerts::Book,
    assertion::Shown,
    contents::{Event, QueryResult, Resource},
    directory::Caller,
    entra, ingestion,
    ingestion::{CollectionRule, Upload},
    limits::Throttles,
    management, metadata,
    options::Options,
    query,
    query::AskedQuery,
    refusal::Refusal,
};
use crate::shared::{Answer, Apparatus, Call, Canned, Platform, lock};

/// A tenant with one subscription, and the services around it.
#[derive(Debug)]
pub struct Cloud {
    pub(super) options: Options,
    pub(super) apparatus: Arc<Apparatus>,
    pub(super) assertions: Shown,
    throttles: Throttles,
    memory: Mutex<Memory>,
}

/// What it remembers.
#[derive(Debug, Default)]
pub struct Memory {
    /// Data collection rules.
    pub rules: Vec<CollectionRule>,
    /// What came through them.
    pub uploads: Vec<Upload>,
    /// Alerts.
    pub alerts: Book,
    /// Resources.
    pub resources: Vec<Resource>,
    /// Events of the activity log.
    pub events: Vec<Event>,
    /// Results of log queries.
    pub results: Vec<QueryResult>,
    /// Log queries that were asked.
    pub queries: Vec<AskedQuery>,
}

// === impl Cloud ===

impl Cloud {
    /// One as the options say.
    #[must_use]
    pub fn new(options: Options, apparatus: Arc<Apparatus>) -> Self {
        let memory = Mutex::new(Memory { rules: options.rules.clone(), ..Memory::default() });
        let throttles = Throttles::new(options.limits);
        let contents = options.contents.clone();
        let cloud = Self { options, apparatus, assertions: Shown::default(), throttles, memory };
        cloud.put(contents);
        cloud
    }

    pub(super) fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    fn handle(&self, call: &Call) -> Answer {
        let api = Api::of(call);
        match api {
            Api::Entra => return entra::serve(self, call),
            Api::Metadata => return metadata::serve(self, call),
            Api::Ingestion | Api::Query | Api::Management => {}
        }
        let caller = match api.authenticate(call, &self.options.directory, &self.apparatus) {
            Ok(caller) => caller,
            Err(refusal) => return refusal.answer(),
        };
        self.serve(api, call, &caller).unwrap_or_else(|refusal| refusal.answer()).by(&caller.id)
    }

    fn serve(&self, api: Api, call: &Call, caller: &Caller) -> Result<Answer, Refusal> {
        self.throttles.count(api, call, caller, self.apparatus.clock.now())?;
        match api {
            Api::Ingestion => ingestion::serve(self, call, caller),
            Api::Query => query::serve(self, call, caller),
            Api::Management => management::serve(self, call, caller),
            // Neither is called with a token, and both are answered already.
            Api::Entra | Api::Metadata => Err(api.not_authenticated()),
        }
    }
}

// === impl Platform ===

impl Platform for Cloud {
    /// `token`, `identity`, the stream, `query`, `alerts`, `metrics`, `metricDefinitions`, `health`, `activity`.
    fn subject(&self, call: &Call) -> String {
        match Api::of(call) {
            Api::Entra => "token".into(),
            Api::Metadata => "identity".into(),
            Api::Ingestion => call.path.rsplit('/').next().unwrap_or_default().to_owned(),
            Api::Query => "query".into(),
            Api::Management => {
                let service = management::Path::parse(&call.path).and_then(|path| path.service());
                service.map(|service| service.subject().to_owned()).unwrap_or_default()
            }
        }
    }

    fn answer(&self, call: &Call) -> Answer {
        let now = self.apparatus.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let request = format!("{:032x}", rand::random::<u128>());
        self.handle(call).with_text(header::DATE, &now).with_text(HeaderName::from_static("x-ms-request-id"), &request)
    }

    fn canned(&self, canned: Canned, call: &Call) -> Answer {
        let api = Api::of(call);
        match (canned, api) {
            (Canned::Failure(status), Api::Metadata) => metadata::failed(status),
            (Canned::Throttled(retry_after), Api::Metadata) => metadata::throttled(retry_after),
            (Canned::Throttled(retry_after), Api::Entra) => entra::throttled(&self.apparatus, retry_after),
            (Canned::Throttled(retry_after), api) => Refusal::throttled(api.shape(), retry_after).answer(),
            (Canned::Unauthenticated, Api::Entra | Api::Metadata) => entra::denied(&self.apparatus),
            (Canned::Unauthenticated, api) => api.not_authenticated().answer(),
            (Canned::Failure(status @ (StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE)), _) => {
                Answer::page(status, "<html><body><h1>Our services aren't available right now</h1></body></html>")
            }
            (Canned::Failure(status), api) => {
                api.refusal(status, "InternalServerError", "The server met an error and could not do this.").answer()
            }
            (Canned::Page, _) => Answer::page(
                StatusCode::OK,
                "<html><head><title>Sign in to your account</title></head><body>Sign in</body></html>",
            ),
        }
    }
}
