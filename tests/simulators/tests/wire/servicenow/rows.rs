//! The Table API where nothing is refused.

use http::Method;
use serde_json::json;

use super::caller::{Said, world, world_with};
use crate::call::{path, send, with_json};

const INCIDENTS: &str = "/api/now/table/incident";

#[tokio::test]
async fn a_created_row_is_answered_whole_and_says_where_it_is() {
    let world = world().await;
    let body =
        json!({ "short_description": "Disk full", "impact": 1, "urgency": "2", "u_unknown": "x", "active": true });
    let reply = world.post(INCIDENTS, &body).await;
    let row = reply.result();
    let sys_id = row["sys_id"].as_str().unwrap();
    assert_eq!(reply.status, 201);
    assert_eq!(reply.header("content-type"), "application/json;charset=UTF-8");
    assert_eq!(reply.header("location"), format!("{}{INCIDENTS}/{sys_id}", world.running.http_url));
    let expected = [
        ("number", "INC0010001"),
        ("state", "1"),
        ("incident_state", "1"),
        ("active", "true"),
        ("impact", "1"),
        ("priority", "2"),
        ("category", "inquiry"),
        ("work_notes", ""),
        ("assignment_group", ""),
        ("sys_mod_count", "0"),
        ("sys_created_by", "signalbox"),
        ("sys_class_name", "incident"),
        ("correlation_id", ""),
    ];
    for (field, value) in expected {
        assert_eq!(row[field], value, "{field}");
    }
    assert!(row.get("u_unknown").is_none());
    assert_eq!(row["sys_created_on"], row["sys_updated_on"]);
    assert_eq!(row["opened_at"].as_str().unwrap().len(), "2026-11-22 10:00:00".len());
    let opened_by = row["opened_by"]["value"].as_str().unwrap();
    assert_eq!(row["opened_by"]["link"], format!("{}/api/now/table/sys_user/{opened_by}", world.running.http_url));
}

#[tokio::test]
async fn values_appear_as_stored_as_shown_or_both() {
    let world = world().await;
    let group = world.get(&path("/api/now/table/sys_user_group", &[("sysparm_query", "name=Network")])).await;
    let group = group.column("sys_id");
    let sys_id = world.make("incident", &json!({ "assignment_group": group })).await;
    let link = format!("{}/api/now/table/sys_user_group/{group}", world.running.http_url);
    let cases = [
        ("false", "false", json!({ "link": link, "value": group }), json!("1")),
        ("false", "true", json!(group), json!("1")),
        ("true", "false", json!({ "display_value": "Network", "link": link }), json!("New")),
        ("true", "true", json!("Network"), json!("New")),
        (
            "all",
            "false",
            json!({ "display_value": "Network", "link": link, "value": group }),
            json!({ "display_value": "New", "value": "1" }),
        ),
        (
            "all",
            "true",
            json!({ "display_value": "Network", "value": group }),
            json!({ "display_value": "New", "value": "1" }),
        ),
    ];
    for (display, exclude, expected_group, expected_state) in cases {
        let parameters = [("sysparm_display_value", display), ("sysparm_exclude_reference_link", exclude)];
        let row = world.get(&path(&format!("{INCIDENTS}/{sys_id}"), &parameters)).await.result();
        assert_eq!(row["assignment_group"], expected_group, "{display} {exclude}");
        assert_eq!(row["state"], expected_state, "{display} {exclude}");
    }
}

#[tokio::test]
async fn asked_for_fields_are_answered_and_unknown_ones_left_out() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({ "short_description": "x" })).await;
    let fields = [("sysparm_fields", "number,opened_by.email,no_such_field,short_description.name,state")];
    let row = world.get(&path(&format!("{INCIDENTS}/{sys_id}"), &fields)).await.result();
    assert_eq!(row, json!({ "number": "INC0010001", "opened_by.email": "signalbox@example.com", "state": "1" }));
}

#[tokio::test]
async fn an_update_is_partial_and_counts() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({ "short_description": "x", "description": "kept" })).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let body = json!({ "urgency": "1", "number": "INC9", "sys_id": "0".repeat(32), "priority": "1" });
    for method in [Method::PATCH, Method::PUT] {
        let reply = send(with_json(world.call(method.clone(), &at), &body)).await;
        let row = reply.result();
        assert_eq!(reply.status, 200);
        let shown = (&row["urgency"], &row["priority"], &row["description"], &row["number"], &row["sys_mod_count"]);
        // The second changes nothing, and so isn't counted.
        let expected = (&json!("1"), &json!("3"), &json!("kept"), &json!("INC0010001"), &json!("1"));
        assert_eq!(shown, expected, "{method}");
    }
    let override_ = world.call(Method::POST, &at).header("X-HTTP-Method-Override", "PATCH");
    let row = send(with_json(override_, &json!({ "urgency": "2" }))).await.result();
    assert_eq!(row["sys_mod_count"], "2");
}

#[tokio::test]
async fn long_texts_are_cut_in_silence() {
    let world = world().await;
    let body = json!({ "short_description": "s".repeat(200), "correlation_id": "k".repeat(132), "state": "soon" });
    let row = world.post(INCIDENTS, &body).await.result();
    assert_eq!(row["short_description"].as_str().unwrap().len(), 160);
    assert_eq!(row["correlation_id"].as_str().unwrap().len(), 100);
    assert_eq!(row["state"], "1", "what is no number is no state");
}

#[tokio::test]
async fn input_can_be_what_people_see() {
    let world = world().await;
    let shown = json!({ "assignment_group": "Database", "state": "In Progress", "caller_id": "Nobody Here" });
    let row = world.post(&path(INCIDENTS, &[("sysparm_input_display_value", "true")]), &shown).await.result();
    assert_eq!((&row["state"], &row["caller_id"]), (&json!("2"), &json!("")));
    assert_eq!(row["assignment_group"]["value"].as_str().unwrap().len(), 32);

    let row = world.post(INCIDENTS, &shown).await.result();
    assert_eq!((&row["state"], &row["assignment_group"]["value"]), (&json!("1"), &json!("Database")));
    let sys_id = row["sys_id"].as_str().unwrap();
    let row = world.get(&path(&format!("{INCIDENTS}/{sys_id}"), &[("sysparm_display_value", "true")])).await.result();
    assert_eq!(row["assignment_group"]["display_value"], "", "a reference that leads nowhere");
}

#[tokio::test]
async fn notes_are_kept_as_journal_rows_and_read_back_empty() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({ "work_notes": "one", "comments": "for the caller" })).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let row = world.patch(&at, &json!({ "work_notes": "two" })).await.result();
    assert_eq!((&row["work_notes"], &row["sys_mod_count"]), (&json!(""), &json!("1")));
    let query = format!("element_id={sys_id}^element=work_notes^ORDERBYvalue");
    let entries = world.get(&path("/api/now/table/sys_journal_field", &[("sysparm_query", &query)])).await;
    assert_eq!(entries.column("value"), "one two");
    assert_eq!(entries.result()[0]["name"], "incident");
    let shown = world.get(&path(&at, &[("sysparm_display_value", "true")])).await.result();
    let notes = shown["work_notes"].as_str().unwrap();
    assert!(notes.contains("signalbox (Work notes)\ntwo\n"), "{notes}");
}

#[tokio::test]
async fn deleting_takes_a_row_out() {
    let world = world().await;
    let sys_id = world.make("incident", &json!({})).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let reply = send(world.call(Method::DELETE, &at)).await;
    assert_eq!((reply.status, reply.text.as_str()), (204, ""));
    assert_eq!(world.get(&at).await.status, 404);
}

#[tokio::test]
async fn a_body_can_be_suppressed() {
    let world = world().await;
    let request = world.call(Method::POST, INCIDENTS).header("X-no-response-body", "true");
    let reply = send(with_json(request, &json!({ "correlation_id": "k" }))).await;
    assert_eq!((reply.status, reply.text.as_str()), (201, ""));
    assert!(reply.header("location").contains(INCIDENTS));
    assert_eq!(world.running.instance.count("incident", "k"), 1);
}

#[tokio::test]
async fn pages_say_how_many_there_are_and_where_the_others_are() {
    let world = world().await;
    for at in 0..7 {
        world.make("incident", &json!({ "short_description": format!("row {at}") })).await;
    }
    let parameters = [("sysparm_query", "ORDERBYnumber"), ("sysparm_limit", "3"), ("sysparm_offset", "3")];
    let page = world.get(&path(INCIDENTS, &parameters)).await;
    assert_eq!(page.column("number"), "INC0010004 INC0010005 INC0010006");
    assert_eq!(page.header("x-total-count"), "7");
    let at = |offset: u8| {
        let base = &world.running.http_url;
        format!("<{base}{INCIDENTS}?sysparm_query=ORDERBYnumber&sysparm_limit=3&sysparm_offset={offset}>")
    };
    let expected =
        format!("{};rel=\"first\",{};rel=\"prev\",{};rel=\"next\",{};rel=\"last\"", at(0), at(0), at(6), at(6));
    assert_eq!(page.header("link"), expected);

    let last = world.get(&path(INCIDENTS, &[("sysparm_limit", "3"), ("sysparm_offset", "6")])).await;
    assert!(!last.header("link").contains("rel=\"next\""), "{}", last.header("link"));
    let quiet = [("sysparm_suppress_pagination_header", "true"), ("sysparm_no_count", "true")];
    let quiet = world.get(&path(INCIDENTS, &quiet)).await;
    assert_eq!((quiet.header("link"), quiet.header("x-total-count")), ("", ""));
    let beyond = world.get(&path(INCIDENTS, &[("sysparm_offset", "100")])).await;
    assert_eq!((beyond.status, beyond.text.as_str()), (200, r#"{"result":[]}"#));
}

#[tokio::test]
async fn pages_by_offset_lose_rows_while_others_write_and_keysets_do_not() {
    let world = world().await;
    for at in 0..6 {
        world.make("incident", &json!({ "short_description": format!("row {at}"), "urgency": "3" })).await;
    }
    let first = world.running.instance.rows("incident", "ORDERBYsys_id").remove(0)["sys_id"].clone();
    let mut by_offset = String::new();
    let mut by_key = (String::new(), String::new());
    for (round, offset) in ["0", "2", "4"].into_iter().enumerate() {
        let query = "active=true^ORDERBYsys_id";
        let parameters = [("sysparm_query", query), ("sysparm_limit", "2"), ("sysparm_offset", offset)];
        by_offset += &(world.get(&path(INCIDENTS, &parameters)).await.column("sys_id") + " ");
        let query = format!("active=true^sys_id>{}^ORDERBYsys_id", by_key.1);
        let page = world.get(&path(INCIDENTS, &[("sysparm_query", &query), ("sysparm_limit", "2")])).await;
        let ids = page.column("sys_id");
        by_key.1 = ids.rsplit(' ').next().unwrap().to_owned();
        by_key.0 += &(ids + " ");
        if round == 0 {
            let act = signalbox_simulators::servicenow::Act::Cancel;
            world.running.instance.act(&first, &act).unwrap();
        }
    }
    assert_eq!(by_offset.split_whitespace().count(), 5, "one row slipped to the page before");
    assert_eq!(by_key.0.split_whitespace().count(), 6);
}

#[tokio::test]
async fn the_first_version_answers_404_where_others_answer_an_empty_list() {
    let world = world().await;
    assert_eq!(world.get("/api/now/v2/table/incident").await.text, r#"{"result":[]}"#);
    assert_eq!(world.get("/api/now/v1/table/incident").await.status, 404);
}

#[tokio::test]
async fn choices_can_be_discovered() {
    let world = world().await;
    let query = "name=incident^element=close_code^inactive=false^ORDERBYvalue";
    let choices = world.get(&path("/api/now/table/sys_choice", &[("sysparm_query", query)])).await;
    assert!(choices.column("value").contains("Solution provided"), "{}", choices.text);
    assert!(!choices.column("value").contains("Solved (Permanently)"));
}

#[tokio::test]
async fn a_server_is_a_configuration_item() {
    let world = world().await;
    let found = world.get(&path("/api/now/table/cmdb_ci", &[("sysparm_query", "name=web-01")])).await;
    assert_eq!(found.column("sys_class_name"), "cmdb_ci_server");
    let sys_id = found.column("sys_id");
    assert_eq!(world.get(&format!("/api/now/table/cmdb_ci/{sys_id}")).await.status, 200);
    assert_eq!(world.get(&format!("/api/now/table/cmdb_ci_vm_instance/{sys_id}")).await.status, 404);
}

#[tokio::test]
async fn a_user_sees_and_asks_for_times_on_their_own_clock() {
    let mut options = signalbox_simulators::servicenow::Options::default();
    options.accounts.users[0].minutes_ahead = 120;
    let world = world_with(options).await;
    let sys_id = world.make("incident", &json!({ "due_date": "2026-11-22 10:00:00" })).await;
    let at = format!("{INCIDENTS}/{sys_id}");
    let row = world.get(&path(&at, &[("sysparm_display_value", "all")])).await.result();
    assert_eq!(row["due_date"], json!({ "display_value": "2026-11-22 12:00:00", "value": "2026-11-22 10:00:00" }));
    let count = async |query: &str| {
        let reply = world.get(&path(INCIDENTS, &[("sysparm_query", query)])).await;
        reply.header("x-total-count").to_owned()
    };
    assert_eq!(count("due_date=2026-11-22 10:00:00").await, "0");
    assert_eq!(count("due_date=2026-11-22 12:00:00").await, "1");
    let shown = path(&at, &[("sysparm_input_display_value", "true")]);
    let row = world.patch(&shown, &json!({ "due_date": "2026-11-22 10:00:00" })).await.result();
    assert_eq!(row["due_date"], "2026-11-22 08:00:00");
}

#[tokio::test]
async fn properties_are_for_administrators() {
    let world = world().await;
    let at = path("/api/now/table/sys_properties", &[("sysparm_query", "name=glide.buildname")]);
    assert_eq!(world.get(&at).await.status, 403);
    let reply = send(world.bare(Method::GET, &at).basic_auth("admin", Some("admin"))).await;
    assert_eq!(reply.column("value"), "Yokohama");
}
