//! What the host offers to a plugin, as traits, so that a plugin's core can be tested without one.
//!
//! A core takes `&impl Http + Log`. In a component that is [`AdapterHost`], [`MonitorHost`] or [`SinkHost`]; in a test it is
//! [`crate::scripted::Scripted`].

use crate::http::{Failure, Request, Response};
use std::time::Duration;

/// Sends requests.
pub trait Http {
    /// Sends one.
    ///
    /// # Errors
    /// [`Failure`] where no whole answer came; an answer with an error's status is an answer.
    fn send(&self, request: Request) -> Result<Response, Failure>;

    /// Sends several side by side, or one after the other where nothing better is offered; answers in the order asked.
    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }

    /// The same, over after this time: what has no answer by then is [`Failure::NotSent`] or [`Failure::OutcomeUnknown`]. A host
    /// without a clock waits for all.
    fn send_all_within(&self, requests: Vec<Request>, _time: Duration) -> Vec<Result<Response, Failure>> {
        self.send_all(requests)
    }
}

/// Takes lines for the operator.
pub trait Log {
    /// Something that a person should look at, though the call went on.
    fn warn(&self, message: &str, fields: &[(&str, &str)]);
}

/// The host as an adapter sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdapterHost;

/// The host as a monitor sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct MonitorHost;

/// The host as a sink sees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SinkHost;

macro_rules! speaks_to_the_host {
    ($host:ty, $world:ident) => {
        impl Http for $host {
            fn send(&self, request: Request) -> Result<Response, Failure> {
                $world::answer(crate::$world::http::send(&$world::request(request)))
            }

            fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
                let requests: Vec<_> = requests.into_iter().map($world::request).collect();
                crate::$world::http::send_all(&requests).into_iter().map($world::answer).collect()
            }

            fn send_all_within(&self, requests: Vec<Request>, time: Duration) -> Vec<Result<Response, Failure>> {
                let requests: Vec<_> = requests.into_iter().map($world::request).collect();
                let milliseconds = u32::try_from(time.as_millis()).unwrap_or(u32::MAX);
                let answers = crate::$world::http::send_all_within(&requests, milliseconds);
                answers.into_iter().map($world::answer).collect()
            }
        }

        impl Log for $host {
            fn warn(&self, message: &str, fields: &[(&str, &str)]) {
                let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
                crate::$world::log::write(crate::$world::log::Level::Warn, message, &fields);
            }
        }

        mod $world {
            use crate::http::{Effect, Failure, Request, Response};
            use crate::$world::http;

            pub(super) fn request(request: Request) -> http::Request {
                http::Request {
                    method: request.method.into(),
                    target: request.target,
                    headers: request.headers,
                    body: request.body,
                    safe: request.effect == Effect::Reads,
                }
            }

            pub(super) fn answer(answer: Result<http::Response, http::Error>) -> Result<Response, Failure> {
                match answer {
                    Ok(http::Response { status, headers, body }) => Ok(Response { status, headers, body }),
                    Err(http::Error::Denied(why)) => Err(Failure::Denied(why)),
                    Err(http::Error::NotSent(why)) => Err(Failure::NotSent(why)),
                    Err(http::Error::OutcomeUnknown(why)) => Err(Failure::OutcomeUnknown(why)),
                    Err(http::Error::TooLarge(limit)) => Err(Failure::TooLarge(limit)),
                }
            }
        }
    };
}

speaks_to_the_host!(AdapterHost, adapter);
speaks_to_the_host!(MonitorHost, monitor);
speaks_to_the_host!(SinkHost, sink);
