//! One request through the faults to the platform and back.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Request, Response, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited, StreamBody, combinators::BoxBody};
use hyper::body::{Frame, Incoming};
use tokio::sync::oneshot;

use super::{Answer, Apparatus, Call, Canned, Effect, Parameters, Platform, journal::Pending};

/// Bodies above this are refused.
const MAX_BODY: usize = 32 << 20;

/// How long the first half of a body takes to leave.
const FLUSHED: Duration = Duration::from_millis(50);

/// What a body is sent as; an error in it cuts the connection in the middle.
pub type Body = BoxBody<Bytes, Dropped>;

/// How a client reaches the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// Plain.
    Http,
    /// TLS with the throw-away certificate.
    Https,
}

/// The connection ends here, without (the rest of) an answer.
#[derive(Debug, thiserror::Error)]
#[error("the simulator drops this connection")]
pub struct Dropped;

/// Answers one request, or drops its connection.
///
/// # Errors
/// [`Dropped`] where a fault says so, or the request did not arrive whole.
pub async fn serve<P: Platform>(
    platform: &Arc<P>,
    apparatus: &Arc<Apparatus>,
    scheme: Scheme,
    request: Request<Incoming>,
) -> Result<Response<Body>, Dropped> {
    let call = receive(scheme, request).await?;
    let table = platform.subject(&call);
    let effect = apparatus.faults.rule(&call, &table);
    let mut pending = Pending::begin(apparatus, &call, table);
    let Some(effect) = effect else {
        return Ok(whole(platform.answer(&call), &mut pending));
    };
    pending.hit_by(&effect);
    match effect {
        Effect::DropBefore => Err(Dropped),
        Effect::DropAfter => {
            pending.by(platform.answer(&call).user.as_deref());
            Err(Dropped)
        }
        Effect::CommitLate { seconds } => {
            commit_late(platform.clone(), call, span(seconds)).await;
            Err(Dropped)
        }
        Effect::Delay { seconds } => {
            tokio::time::sleep(span(seconds)).await;
            Ok(whole(platform.answer(&call), &mut pending))
        }
        Effect::HoldAnswer { seconds } => {
            let answer = platform.answer(&call);
            tokio::time::sleep(span(seconds)).await;
            Ok(whole(answer, &mut pending))
        }
        Effect::Status { code, committed } => {
            if committed {
                pending.by(platform.answer(&call).user.as_deref());
            }
            let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Ok(whole(platform.canned(Canned::Failure(status), &call), &mut pending))
        }
        Effect::Page => Ok(whole(platform.canned(Canned::Page, &call), &mut pending)),
        Effect::Truncate => Ok(half(platform.answer(&call), &mut pending)),
        Effect::Throttle { retry_after } => {
            Ok(whole(platform.canned(Canned::Throttled(retry_after), &call), &mut pending))
        }
        Effect::Redirect { to } => {
            let answer = Answer::empty(StatusCode::TEMPORARY_REDIRECT).with_text(header::LOCATION, &to);
            Ok(whole(answer, &mut pending))
        }
        Effect::RefuseCredentials => Ok(whole(platform.canned(Canned::Unauthenticated, &call), &mut pending)),
    }
}

async fn receive(scheme: Scheme, request: Request<Incoming>) -> Result<Call, Dropped> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY).collect().await.map_err(|_| Dropped)?.to_bytes();
    let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| head.uri.authority().map(|authority| authority.as_str())).unwrap_or("localhost");
    let base = match scheme {
        Scheme::Http => format!("http://{host}"),
        Scheme::Https => format!("https://{host}"),
    };
    let query = head.uri.query().unwrap_or_default();
    let path = head.uri.path().to_owned();
    let target = head.uri.path_and_query().map_or_else(|| path.clone(), ToString::to_string);
    let query = Parameters::parse(query.as_bytes());
    Ok(Call { method: head.method, path, query, target, headers: head.headers, body, base })
}

/// Waits until hyper drops this future, which it does when the client closes the connection or resets the stream.
async fn commit_late<P: Platform>(platform: Arc<P>, call: Call, after: Duration) {
    let (waiting, client_left) = oneshot::channel::<Infallible>();
    tokio::spawn(async move {
        let _ = client_left.await;
        tokio::time::sleep(after).await;
        platform.answer(&call);
    });
    std::future::pending::<()>().await;
    drop(waiting);
}

fn whole(answer: Answer, pending: &mut Pending) -> Response<Body> {
    let body = Full::new(answer.body.clone()).map_err(|never| match never {}).boxed();
    respond(answer, body, pending)
}

/// Says the whole length, sends half of it, and cuts the connection.
fn half(answer: Answer, pending: &mut Pending) -> Response<Body> {
    let length = answer.body.len();
    let first = answer.body.slice(..length / 2);
    let cut = async {
        // hyper sends what it holds only when the body makes it wait: cut at once, nothing would arrive at all.
        tokio::time::sleep(FLUSHED).await;
        Err(Dropped)
    };
    let frames = stream::iter([Ok(Frame::data(first))]).chain(stream::once(cut));
    let mut response = respond(answer, BodyExt::boxed(StreamBody::new(frames)), pending);
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    response
}

fn respond(answer: Answer, body: Body, pending: &mut Pending) -> Response<Body> {
    pending.by(answer.user.as_deref());
    pending.answered(answer.status);
    let mut response = Response::new(body);
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers;
    response
}

fn span(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
