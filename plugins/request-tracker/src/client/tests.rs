use super::*;
use crate::testing::{change, comment, look, play, row, search, settings};
use CallErrorKind::{OutcomeUnknown, Protocol};
use signalbox_sdk::scripted::{Scripted, Step};

fn run<T>(step: Step, call: impl FnOnce(&Client<'_, Scripted>) -> T) -> T {
    play(&settings(json!({})), [step], call).0
}

/// A host that keeps the request that it is given.
#[derive(Default)]
struct Kept(std::cell::RefCell<Option<Request>>);

impl Http for Kept {
    fn send(&self, request: Request) -> Result<Response, Failure> {
        self.0.borrow_mut().replace(request);
        Ok(Response { status: 200, headers: Vec::new(), body: b"[]".to_vec() })
    }

    fn send_all(&self, requests: Vec<Request>) -> Vec<Result<Response, Failure>> {
        requests.into_iter().map(|request| self.send(request)).collect()
    }
}

impl Log for Kept {
    fn warn(&self, message: &str, _fields: &[(&str, &str)]) {
        panic!("{message}");
    }
}

#[test]
fn a_change_binds_the_version_that_was_seen() {
    for (version, expected) in [("30", Some("\"30\"")), ("", None)] {
        let (host, settings) = (Kept::default(), settings(json!({})));
        let client = Client { host: &host, settings: &settings };
        client.update("7", version, &json!({"Status": "open"})).unwrap();
        let request = host.0.into_inner().unwrap();
        let bound = request.headers.iter().find(|(name, _)| name == "if-match").map(|(_, value)| value.as_str());
        assert_eq!((bound, request.effect), (expected, Effect::Writes));
    }
}

#[test]
fn a_ticket_s_version_is_its_tag() {
    assert_eq!(run(look("35", &row("open")), |client| client.ticket("7")).unwrap().version, "35");
    let weak = look("", &row("open")).header("etag", "\"\"");
    assert_eq!(run(weak, |client| client.ticket("7")).unwrap().version, "");
}

#[test]
fn a_search_says_whether_there_is_more() {
    let listed = |limit, rows: Value| {
        run(search("id = 1", "ASC", limit, rows), |client| client.search(&Query::ticket(1), limit, Order::OldestFirst))
            .unwrap()
    };
    assert!(listed(1, json!([row("open")])).more);
    assert!(!listed(2, json!([row("open")])).more);
    assert!(listed(2, json!([])).counts);
}

#[test]
fn a_search_never_asks_for_more_than_the_server_gives() {
    let step = search("id = 1", "DESC", MOST, json!([]));
    assert!(run(step, |client| client.search(&Query::ticket(1), 5_000, Order::NewestFirst)).is_ok());
}

#[test]
fn a_page_for_people_is_no_answer_and_wrote_nothing() {
    let page = |step: Step| step.answer_text(200, "text/html; charset=utf-8", "<html>Login</html>");
    assert_eq!(run(page(look("", &row("open"))), |client| client.ticket("7")).unwrap_err().kind, Protocol);
    let change = page(change(json!({"Status": "open"}), &[]));
    assert_eq!(run(change, |client| client.update("7", "30", &json!({"Status": "open"}))).unwrap_err().kind, Protocol);
}

#[test]
fn an_answer_that_cannot_be_read_is_unknown_after_a_write() {
    let ticket = look("", &json!({"type": "ticket"}));
    assert_eq!(run(ticket, |client| client.ticket("7")).unwrap_err().kind, Protocol);
    let body = json!({"Status": "open"});
    let put = change(body.clone(), &[]).answer(200, &json!({"done": true}));
    assert_eq!(run(put, |client| client.update("7", "30", &body)).unwrap_err().kind, OutcomeUnknown);
    let post = comment("n-1", "x").answer_text(201, "application/json", "[\"Comm");
    let posted = run(post, |client| client.comment("7", "Signalbox n-1", "text/plain", "x"));
    assert_eq!(posted.unwrap_err().kind, OutcomeUnknown);
    let version = Step::on("GET", "/REST/2.0/rt");
    assert_eq!(run(version, |client| client.version()).unwrap_err().kind, Protocol);
}
