//! Several writes as one: a `$batch` with one change set, which the platform does whole or not at all.
//!
//! A ticket's columns, its notes and its end are different calls of the Web API. In a change set a refusal of one takes back the
//! others, so an amend stays one request and a refusal has written nothing. The format is OData's: `multipart/mixed`, one part a
//! request, each with a `Content-ID` that later parts may name as `$1`.

use serde_json::Value;
use signalbox_sdk::http::Response;

const BATCH: &str = "batch_signalbox";
const SET: &str = "changeset_signalbox";

/// One write of a change set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// In capitals.
    pub method: &'static str,
    /// Path under the Web API's, percent-encoded.
    pub path: String,
    /// Only where the row has this version; `*` for any that is there.
    pub if_match: Option<String>,
    /// What is written.
    pub body: Value,
}

/// The content type of a batch.
#[must_use]
pub fn content_type() -> String {
    format!("multipart/mixed; boundary=\"{BATCH}\"")
}

/// The body of a batch with these writes in one change set. `base` is the Web API's path.
#[must_use]
pub fn encode(base: &str, writes: &[Write]) -> Vec<u8> {
    let mut lines =
        vec![format!("--{BATCH}"), format!("Content-Type: multipart/mixed; boundary=\"{SET}\""), String::new()];
    for (number, write) in (1..).zip(writes) {
        lines.extend([
            format!("--{SET}"),
            "Content-Type: application/http".into(),
            "Content-Transfer-Encoding: binary".into(),
            format!("Content-ID: {number}"),
            String::new(),
            format!("{} {base}/{} HTTP/1.1", write.method, write.path),
            "Content-Type: application/json; type=entry".into(),
        ]);
        lines.extend(write.if_match.iter().map(|version| format!("If-Match: {version}")));
        // serde_json escapes line breaks: a body cannot hold a boundary's line.
        lines.extend([String::new(), write.body.to_string()]);
    }
    lines.extend([format!("--{SET}--"), format!("--{BATCH}--"), String::new()]);
    lines.join("\r\n").into_bytes()
}

/// The answers in an answer, in their order: one a write, or the one that refused them all. None where it is no batch's answer.
#[must_use]
pub fn decode(response: &Response) -> Option<Vec<Response>> {
    let boundary = boundary(response.header("content-type")?)?;
    let body = String::from_utf8_lossy(&response.body).replace("\r\n", "\n");
    let mut answers = Vec::new();
    for (head, content) in parts(&body, &boundary) {
        match header(&head, "content-type").and_then(self::boundary) {
            Some(inner) => {
                let inner = parts(&content, &inner);
                answers.extend(inner.iter().map(|(_, content)| answer(content)).collect::<Option<Vec<_>>>()?);
            }
            None => answers.push(answer(&content)?),
        }
    }
    (!answers.is_empty()).then_some(answers)
}

fn boundary(content_type: &str) -> Option<String> {
    let (kind, parameters) = content_type.split_once(';')?;
    let boundary = parameters.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let multipart = kind.trim().eq_ignore_ascii_case("multipart/mixed");
    multipart.then(|| boundary.trim_matches('"').to_owned())
}

/// Head and content of each part.
fn parts(body: &str, boundary: &str) -> Vec<(String, String)> {
    let (begin, end) = (format!("--{boundary}"), format!("--{boundary}--"));
    let mut parts = Vec::new();
    let mut current: Option<Vec<&str>> = None;
    for line in body.split('\n') {
        let is_end = line.trim_end() == end;
        if is_end || line.trim_end() == begin {
            parts.extend(current.take().map(|lines| split_head(&lines.join("\n"))));
            if is_end {
                break;
            }
            current = Some(Vec::new());
        } else if let Some(lines) = &mut current {
            lines.push(line);
        }
    }
    parts
}

fn split_head(part: &str) -> (String, String) {
    let (head, content) = part.split_once("\n\n").unwrap_or((part, ""));
    (head.to_owned(), content.to_owned())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.filter(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

/// An HTTP answer inside a part.
fn answer(content: &str) -> Option<Response> {
    let (head, body) = split_head(content.trim_start());
    let (line, fields) = head.split_once('\n').unwrap_or((&head, ""));
    let status = line.strip_prefix("HTTP/1.1 ")?.split(' ').next()?.parse().ok()?;
    let fields = fields.lines().filter_map(|line| line.split_once(':'));
    let headers = fields.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect();
    Some(Response { status, headers, body: body.trim().as_bytes().to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn batch_answer(status: u16, body: &str) -> Response {
        let headers = vec![("content-type".to_owned(), "multipart/mixed; boundary=batchresponse_1".to_owned())];
        Response { status, headers, body: body.replace('\n', "\r\n").into_bytes() }
    }

    #[test]
    fn writes_are_parts_that_can_name_each_other() {
        let writes = [
            Write {
                method: "POST",
                path: "incidents".into(),
                if_match: None,
                body: json!({"title": "a\r\n--changeset_signalbox--"}),
            },
            Write { method: "PATCH", path: "$1".into(), if_match: Some("W/\"7\"".into()), body: json!({"x": "ü"}) },
        ];
        let text = String::from_utf8(encode("/api/data/v9.2", &writes)).unwrap();
        let expected = [
            "--batch_signalbox",
            "Content-Type: multipart/mixed; boundary=\"changeset_signalbox\"",
            "",
            "--changeset_signalbox",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            "Content-ID: 1",
            "",
            "POST /api/data/v9.2/incidents HTTP/1.1",
            "Content-Type: application/json; type=entry",
            "",
            r#"{"title":"a\r\n--changeset_signalbox--"}"#,
            "--changeset_signalbox",
            "Content-Type: application/http",
            "Content-Transfer-Encoding: binary",
            "Content-ID: 2",
            "",
            "PATCH /api/data/v9.2/$1 HTTP/1.1",
            "Content-Type: application/json; type=entry",
            "If-Match: W/\"7\"",
            "",
            r#"{"x":"ü"}"#,
            "--changeset_signalbox--",
            "--batch_signalbox--",
            "",
        ];
        assert_eq!(text.split("\r\n").collect::<Vec<_>>(), expected);
    }

    #[test]
    fn each_write_has_its_answer() {
        let response = batch_answer(
            200,
            "--batchresponse_1\nContent-Type: multipart/mixed; boundary=\"changesetresponse_2\"\n\n\
             --changesetresponse_2\nContent-Type: application/http\nContent-ID: 1\n\n\
             HTTP/1.1 204 No Content\nOData-EntityId: https://acme.crm.dynamics.com/api/data/v9.2/incidents(1)\n\n\n\
             --changesetresponse_2\nContent-Type: application/http\nContent-ID: 2\n\n\
             HTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"a\":1}\n\
             --changesetresponse_2--\n--batchresponse_1--\n",
        );
        let answers = decode(&response).unwrap();
        assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [204, 200]);
        let id = "https://acme.crm.dynamics.com/api/data/v9.2/incidents(1)";
        assert_eq!((answers[0].header("odata-entityid"), answers[1].json()), (Some(id), Some(json!({"a": 1}))));
    }

    #[test]
    fn a_refusal_stands_alone() {
        let response = batch_answer(
            412,
            "--batchresponse_1\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n\n\
             HTTP/1.1 412 Precondition Failed\nContent-Type: application/json\n\n{\"error\":{\"code\":\"0x80060882\"}}\n\
             --batchresponse_1--",
        );
        let answers = decode(&response).unwrap();
        assert_eq!((answers.len(), answers[0].status), (1, 412));
        assert_eq!(answers[0].json().unwrap()["error"]["code"], "0x80060882");
    }

    #[test]
    fn another_answer_is_no_batch_s() {
        let json = Response {
            status: 400,
            headers: vec![("content-type".into(), "application/json".into())],
            body: b"{}".to_vec(),
        };
        assert_eq!(decode(&json), None);
        assert_eq!(decode(&batch_answer(200, "--batchresponse_1--")), None);
        assert_eq!(decode(&batch_answer(200, "--batchresponse_1\n\nnonsense\n--batchresponse_1--")), None);
    }
}
