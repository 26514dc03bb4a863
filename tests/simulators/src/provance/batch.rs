//! `POST $batch`: several requests in one; those of a change set are done all or none.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

use super::{refusal::Refusal, render::Preferences, serve::Service};
use crate::shared::{Answer, Call, Parameters};

/// One part: its own headers, and what is in it.
struct Part {
    headers: HeaderMap,
    content: String,
}

/// A request in a part, with the `Content-ID` that others may name it by.
struct Request {
    call: Call,
    content_id: Option<String>,
}

/// Serves a batch.
///
/// # Errors
/// Where the batch itself cannot be read; a refusal of a request in it is an answer in the answer.
pub fn serve(service: &mut Service<'_>, call: &Call) -> Result<Answer, Refusal> {
    if call.method != Method::POST {
        return Err(Refusal::Method(call.method.clone()));
    }
    let boundary = boundary(call.header(header::CONTENT_TYPE).unwrap_or_default()).ok_or(Refusal::MediaType)?;
    let body = String::from_utf8(call.body.to_vec()).map_err(|_| Refusal::Unreadable)?;
    let goes_on = Preferences::of(call).continue_on_error;
    let (mut answers, mut failed) = (Vec::new(), None);
    for part in parts(&body, &boundary)? {
        let inner =
            part.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).and_then(self::boundary);
        let (text, refused) = match inner {
            Some(inner) => change_set(service, call, &parts(&part.content, &inner)?)?,
            None => {
                let request = Request::read(service, call, &part)?;
                let answer = service.call(&request.call).unwrap_or_else(|refusal| refusal.answer());
                let refused = (!answer.status.is_success()).then_some(answer.status);
                (single(&answer, None), refused)
            }
        };
        answers.push(text);
        if let Some(status) = refused.filter(|_| !goes_on) {
            failed = Some(status);
            break;
        }
    }
    let name = "batchresponse_5d1f";
    let body = enclosed(name, &answers);
    let answer = Answer { body: Bytes::from(body), ..Answer::empty(failed.unwrap_or(StatusCode::OK)) };
    let answer = answer.with(HeaderName::from_static("odata-version"), HeaderValue::from_static("4.0"));
    Ok(answer.with_text(header::CONTENT_TYPE, &format!("multipart/mixed; boundary={name}")))
}

/// All of a change set, or nothing and the refusal alone.
fn change_set(service: &mut Service<'_>, call: &Call, parts: &[Part]) -> Result<(String, Option<StatusCode>), Refusal> {
    let before = service.memory.store.clone();
    let mut answers = Vec::new();
    service.made.clear();
    for part in parts {
        let request = Request::read(service, call, part)?;
        let Some(id) = request.content_id else { return Err(Refusal::NoContentId) };
        // A change set only changes.
        if request.call.method == Method::GET {
            return Err(Refusal::Unreadable);
        }
        let answer = service.call(&request.call).unwrap_or_else(|refusal| refusal.answer());
        if !answer.status.is_success() {
            service.memory.store = before;
            service.made.clear();
            return Ok((single(&answer, None), Some(answer.status)));
        }
        if let Some(address) = answer.headers.get("odata-entityid").and_then(|value| value.to_str().ok()) {
            service.made.push((id.clone(), address.to_owned()));
        }
        answers.push(single(&answer, Some(&id)));
    }
    service.made.clear();
    let name = "changesetresponse_0a7c";
    let head = format!("Content-Type: multipart/mixed; boundary={name}\r\n\r\n");
    Ok((format!("{head}{}", enclosed(name, &answers)), None))
}

impl Request {
    fn read(service: &Service<'_>, outer: &Call, part: &Part) -> Result<Self, Refusal> {
        let (head, body) = part.content.split_once("\r\n\r\n").unwrap_or((&part.content, ""));
        let mut lines = head.lines();
        let mut line = lines.next().unwrap_or_default().split(' ');
        let method = line.next().and_then(|method| method.parse().ok()).ok_or(Refusal::Unreadable)?;
        let target = line.next().filter(|_| line.next() == Some("HTTP/1.1")).ok_or(Refusal::Unreadable)?;
        // A whole address, a path, or one that begins where the batch is.
        let target = match (target.split_once("://"), target.starts_with('/')) {
            (Some((_, rest)), _) => rest.split_once('/').map_or_else(|| "/".to_owned(), |(_, path)| format!("/{path}")),
            (None, true) => target.to_owned(),
            (None, false) => format!("{}/{target}", service.api.trim_start_matches(outer.base.as_str())),
        };
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let mut headers = read_headers(lines);
        if let Some(media) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
            && media.starts_with("application/json;")
        {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let content_id = part.headers.get("content-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let call = Call {
            method,
            path: path.to_owned(),
            query: Parameters::parse(query.as_bytes()),
            target: target.clone(),
            headers,
            body: Bytes::from(body.trim_end().to_owned()),
            base: outer.base.clone(),
        };
        Ok(Self { call, content_id })
    }
}

/// What a batch is about: the table of its first request that is about one, for who selects faults.
#[must_use]
pub fn subject(call: &Call) -> String {
    let body = String::from_utf8_lossy(&call.body);
    let targets = body.lines().filter(|line| line.ends_with(" HTTP/1.1")).filter_map(|line| line.split(' ').nth(1));
    let mut sets = targets.filter_map(|target| target.split("/api/data/").nth(1)?.split('/').nth(1));
    let set = sets.next().unwrap_or_default().split(['(', '?']).next().unwrap_or_default();
    set.to_owned()
}

fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    let boundary = parameters.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    (kind.trim() == "multipart/mixed").then(|| boundary.trim_matches('"').to_owned())
}

fn parts(body: &str, boundary: &str) -> Result<Vec<Part>, Refusal> {
    let (begin, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    let mut parts = Vec::new();
    let mut current: Option<Vec<&str>> = None;
    for line in body.split("\r\n") {
        if line == begin || line == end {
            parts.extend(current.take().map(|lines| part(&lines)));
            if line == end {
                return Ok(parts);
            }
            current = Some(Vec::new());
        } else if let Some(lines) = &mut current {
            lines.push(line);
        }
    }
    Err(Refusal::Unreadable)
}

fn part(lines: &[&str]) -> Part {
    let text = lines.join("\r\n");
    let (head, content) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    Part { headers: read_headers(head.lines()), content: content.to_owned() }
}

fn read_headers<'a>(lines: impl Iterator<Item = &'a str>) -> HeaderMap {
    let fields = lines.filter_map(|line| line.split_once(':'));
    let fields = fields.filter_map(|(name, value)| {
        Some((name.trim().parse::<HeaderName>().ok()?, HeaderValue::from_str(value.trim()).ok()?))
    });
    fields.collect()
}

fn single(answer: &Answer, content_id: Option<&str>) -> String {
    let mut text = String::from("Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
    if let Some(id) = content_id {
        text.push_str(&format!("Content-ID: {id}\r\n"));
    }
    text.push_str(&format!("\r\nHTTP/1.1 {}\r\n", answer.status));
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {}\r\n", value.to_str().unwrap_or_default()));
    }
    text + "\r\n" + &String::from_utf8_lossy(&answer.body) + "\r\n"
}

fn enclosed(boundary: &str, parts: &[String]) -> String {
    let parts: String = parts.iter().map(|part| format!("--{boundary}\r\n{part}")).collect();
    format!("{parts}--{boundary}--\r\n")
}
