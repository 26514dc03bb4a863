//! `$batch`: change sets that are done all or none.

use reqwest::{Method, header};
use serde_json::{Value, json};

use super::caller::{API, KEY, Said, World, world};
use crate::call::{Reply, send};

/// A part: its first line, its headers, its body.
type Part = (String, Vec<&'static str>, Value);

fn part(line: &str, body: Value) -> Part {
    (line.replace("API", API), Vec::new(), body)
}

fn set(parts: &[Part]) -> String {
    let mut text = String::from("--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n");
    for (number, (line, headers, body)) in parts.iter().enumerate() {
        text += &format!(
            "--c\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {}\r\n\r\n",
            number + 1
        );
        text += &format!("{line} HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n");
        headers.iter().for_each(|header| text += &format!("{header}\r\n"));
        text += &format!("\r\n{body}\r\n");
    }
    text + "--c--\r\n--b--\r\n"
}

async fn batch(world: &World, body: String) -> Reply {
    let request = world.call(Method::POST, "$batch").header(header::CONTENT_TYPE, "multipart/mixed; boundary=\"b\"");
    send(request.body(body)).await
}

#[tokio::test]
async fn a_change_set_makes_a_row_and_what_points_to_it() {
    let world = world().await;
    let note = json!({ "notetext": "made with it", "objectid_incident@odata.bind": "$1" });
    let parts = [
        part("POST API/incidents", world.case(&json!({ "title": "Disk full", "new_signalboxkey": KEY }))),
        part("POST API/annotations", note),
        part("PATCH API/$1", json!({ "title": "Disk very full" })),
    ];
    let reply = batch(&world, set(&parts)).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert!(reply.header("content-type").starts_with("multipart/mixed; boundary="));
    assert_eq!(reply.text.matches("HTTP/1.1 204 No Content").count(), 3, "{}", reply.text);
    let row = world.running.instance.rows("incident", "")[0].clone();
    assert_eq!((row["title"].as_str(), row["new_signalboxkey"].as_str()), ("Disk very full", KEY));
    assert_eq!(world.running.instance.notes(&row["incidentid"]), ["made with it"]);
}

#[tokio::test]
async fn one_refusal_takes_back_all() {
    let world = world().await;
    let id = world.make(&json!({ "title": "Disk full" })).await;
    let parts = [
        part(&format!("PATCH API/incidents({id})"), json!({ "title": "another" })),
        part(
            "POST API/annotations",
            json!({ "notetext": "x", "objectid_incident@odata.bind": format!("/incidents({id})") }),
        ),
        part(&format!("PATCH API/incidents({id})"), json!({ "prioritycode": 9 })),
    ];
    let reply = batch(&world, set(&parts)).await;
    assert_eq!(reply.status, 400);
    assert!(reply.text.contains("HTTP/1.1 400 Bad Request") && reply.text.contains("0x8004431a"), "{}", reply.text);
    assert_eq!(world.get(&format!("incidents({id})")).await.json()["title"], "Disk full");
    assert!(world.running.instance.notes(&id).is_empty());
}

#[tokio::test]
async fn a_version_binds_in_a_change_set_too() {
    let world = world().await;
    let id = world.make(&json!({})).await;
    let mut stale = part(&format!("PATCH API/incidents({id})"), json!({ "title": "x" }));
    stale.1.push("If-Match: W/\"1\"");
    let reply = batch(&world, set(&[stale])).await;
    assert_eq!(reply.status, 412);
    assert!(reply.text.contains("0x80060882"), "{}", reply.text);
}

#[tokio::test]
async fn requests_outside_of_a_set_stand_for_themselves() {
    let world = world().await;
    let body = format!(
        "--b\r\nContent-Type: application/http\r\n\r\nGET {API}/WhoAmI HTTP/1.1\r\n\r\n--b\r\nContent-Type: application/http\r\n\r\nGET {}{API}/nothings HTTP/1.1\r\n\r\n--b--\r\n",
        world.running.http_url
    );
    let reply = batch(&world, body).await;
    assert_eq!(reply.status, 404);
    assert!(reply.text.contains("HTTP/1.1 200 OK") && reply.text.contains("0x8006088a"), "{}", reply.text);
}

#[tokio::test]
async fn what_is_no_batch_is_refused() {
    let world = world().await;
    let without_id = set(&[part("POST API/incidents", world.case(&json!({})))]).replace("Content-ID: 1\r\n", "");
    assert_eq!(batch(&world, without_id).await.refusal(), (400, "0x80060888".into()));
    let read = set(&[part("GET API/incidents", json!({}))]);
    assert_eq!(batch(&world, read).await.status, 400);
    assert_eq!(batch(&world, "--b\r\n".into()).await.status, 400);
    let json = world.call(Method::POST, "$batch").header(header::CONTENT_TYPE, "application/json").body("{}");
    assert_eq!(send(json).await.status, 415);
    assert!(world.running.instance.rows("incident", "").is_empty());
}
