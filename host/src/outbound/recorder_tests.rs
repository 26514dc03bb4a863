use super::*;
use std::time::{Duration, Instant};

struct Answers(Result<HttpResponse, HttpError>);

#[async_trait::async_trait]
impl Outbound for Answers {
    async fn send(&self, _: HttpRequest, _: CallBudget) -> Result<HttpResponse, HttpError> {
        self.0.clone()
    }
}

struct Hangs;

#[async_trait::async_trait]
impl Outbound for Hangs {
    async fn send(&self, _: HttpRequest, _: CallBudget) -> Result<HttpResponse, HttpError> {
        std::future::pending().await
    }
}

fn request(body: &str) -> HttpRequest {
    let (method, target) = ("POST".to_owned(), "/tickets?a=b".to_owned());
    HttpRequest { method, target, headers: vec![], body: body.into(), safe: false }
}

fn budget() -> CallBudget {
    CallBudget { deadline: Instant::now() + Duration::from_secs(5), send_before: None }
}

#[tokio::test]
async fn an_answer_is_remembered() {
    let answer = HttpResponse { status: 409, headers: vec![], body: b"taken".to_vec() };
    let recorder = Recorder::new(Arc::new(Answers(Ok(answer.clone()))));
    assert_eq!(recorder.last(), None);
    assert_eq!(recorder.send(request("{}"), budget()).await, Ok(answer));
    assert_eq!(recorder.last().unwrap().to_string(), "POST /tickets?a=b\n{}\n\n409\ntaken");
}

#[tokio::test]
async fn so_is_a_failure() {
    let recorder = Recorder::new(Arc::new(Answers(Err(HttpError::NotSent("breaker open".to_owned())))));
    recorder.send(request(""), budget()).await.unwrap_err();
    assert_eq!(recorder.last().unwrap().to_string(), "POST /tickets?a=b\n\nnot sent: breaker open");
}

#[tokio::test]
async fn a_request_that_was_cut_is_remembered_without_an_end() {
    let recorder = Recorder::new(Arc::new(Hangs));
    let cut = tokio::time::timeout(Duration::from_millis(10), recorder.send(request("{}"), budget())).await;
    assert!(cut.is_err());
    assert_eq!(recorder.last().unwrap().to_string(), "POST /tickets?a=b\n{}\n\nno answer yet");
}

#[test]
fn bodies_are_cut_at_a_character() {
    let body = format!("{}é{}", "a".repeat(LONGEST_BODY - 1), "b".repeat(10));
    assert_eq!(cut(body.as_bytes()), format!("{}… ({} bytes in all)", "a".repeat(LONGEST_BODY - 1), body.len()));
    assert_eq!(cut(&[0xff, b'a']), "\u{fffd}a");
}
