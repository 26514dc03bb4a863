//! One row: made, read, changed, ended, deleted, and what is refused.

use reqwest::{Method, header};
use serde_json::{Value, json};
use signalbox_simulators::provance::{Options, TEAM};

use super::caller::{KEY, Said, world, world_with};
use crate::call::{path, send, with_json};

#[tokio::test]
async fn a_case_is_made_with_what_the_platform_computes() {
    let world = world().await;
    let body = world.case(&json!({ "title": "Disk full", "statecode": 1, "prioritycode": 1, "new_signalboxkey": KEY }));
    let request = with_json(world.call(Method::POST, "incidents"), &body);
    let reply = send(request.header("prefer", "return=representation,odata.include-annotations=\"*\"")).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let row = reply.json();
    assert_eq!((&row["statecode"], &row["statuscode"], &row["severitycode"]), (&json!(0), &json!(1), &json!(1)));
    assert!(row["ticketnumber"].as_str().unwrap().starts_with("CAS-01001-"), "{row}");
    assert_eq!(row["prioritycode@OData.Community.Display.V1.FormattedValue"], "High");
    assert_eq!(row["_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"], "customerid_account");
    assert_eq!(row["_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"], "systemuser");
    assert_eq!((row["description"].clone(), reply.header("odata-version")), (Value::Null, "4.0"));
    assert!(reply.header("preference-applied").contains("return=representation"));
    let id = row["incidentid"].as_str().unwrap();
    assert_eq!(reply.entity_id(), id);

    let by_key = world.get(&format!("incidents(new_signalboxkey='{KEY}')")).await.json();
    assert_eq!((&by_key["incidentid"], &by_key["@odata.etag"]), (&row["incidentid"], &row["@odata.etag"]));
    assert!(by_key.get("prioritycode@OData.Community.Display.V1.FormattedValue").is_none());
    let selected = world.get(&path(&format!("incidents({id})"), &[("$select", "title")])).await.json();
    assert_eq!(selected.as_object().unwrap().len(), 4, "{selected}");
}

#[tokio::test]
async fn a_case_that_lacks_or_breaks_something_is_refused() {
    let world = world().await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    for (columns, status, code) in [
        (json!({ "title": "x".repeat(201) }), 400, "0x80044331"),
        (json!({ "prioritycode": 9 }), 400, "0x8004431a"),
        (json!({ "prioritycode": "1" }), 400, "0x80048d19"),
        (json!({ "new_unknown": 1 }), 400, "0x80048d19"),
        (json!({ "CustomerId_account@odata.bind": "/accounts(1)" }), 400, "0x80048d19"),
        (json!({ "ownerid@odata.bind": format!("/teams({unknown})") }), 404, "0x80040217"),
        (json!({ "ownerid@odata.bind": format!("/nowhere({unknown})") }), 404, "0x8006088a"),
    ] {
        let reply = world.post("incidents", &world.case(&columns)).await;
        assert_eq!(reply.refusal(), (status, code.to_owned()), "{columns}");
    }
    let nobody_s = world.post("incidents", &json!({ "title": "x" })).await;
    assert_eq!(nobody_s.refusal(), (400, "0x80044410".into()));
    assert_eq!(nobody_s.json()["error"]["message"], "You should specify a parent contact or account.");
    let text = send(world.call(Method::POST, "incidents").body("{}")).await;
    assert_eq!(text.status, 415);
    assert!(world.running.instance.rows("incident", "").is_empty());
}

#[tokio::test]
async fn a_key_stands_once_where_it_is_an_alternate_key() {
    let world = world().await;
    let id = world.make(&json!({ "new_signalboxkey": KEY })).await;
    let twice = world.post("incidents", &world.case(&json!({ "new_signalboxkey": KEY }))).await;
    assert_eq!(twice.refusal(), (412, "0x80060892".into()));
    let other = world.make(&json!({ "new_signalboxkey": "other" })).await;
    assert_eq!(world.patch(&format!("incidents({other})"), &json!({ "new_signalboxkey": KEY })).await.refusal().0, 412);
    assert_eq!(world.patch(&format!("incidents({id})"), &json!({ "new_signalboxkey": KEY })).await.status, 204);

    let plain = world_with(Options { alternate_key: false, ..Options::default() }).await;
    for _ in 0..2 {
        plain.make(&json!({ "new_signalboxkey": KEY })).await;
    }
    assert_eq!(plain.running.instance.count("incident", KEY), 2);
    let by_key = plain.get(&format!("incidents(new_signalboxkey='{KEY}')")).await;
    assert_eq!(by_key.refusal(), (400, "0x80060888".into()));
}

#[tokio::test]
async fn a_write_heeds_the_version() {
    let world = world().await;
    let id = world.make(&json!({ "title": "one" })).await;
    let place = format!("incidents({id})");
    let seen = world.get(&place).await.json()["@odata.etag"].as_str().unwrap().to_owned();
    let patch = |version: &str, title: &str| {
        let request = with_json(world.call(Method::PATCH, &place), &json!({ "title": title }));
        send(request.header(header::IF_MATCH, version))
    };
    assert_eq!(patch(&seen, "two").await.status, 204);
    assert_eq!(patch(&seen, "three").await.refusal(), (412, "0x80060882".into()));
    assert_eq!(patch("*", "three").await.status, 204);
    assert_eq!(world.get(&place).await.json()["title"], "three");
    let none_match = with_json(world.call(Method::PATCH, &place), &json!({})).header(header::IF_NONE_MATCH, "*");
    assert_eq!(send(none_match).await.refusal(), (412, "0x80040237".into()));
}

#[tokio::test]
async fn a_change_of_what_is_not_there_makes_it_unless_it_is_told_not_to() {
    let world = world().await;
    let id = "11111111-2222-4333-8444-555555555555";
    let place = format!("incidents({id})");
    assert_eq!(world.patch(&place, &json!({ "title": "x" })).await.refusal(), (404, "0x80040217".into()));
    let made = send(with_json(world.call(Method::PATCH, &place), &world.case(&json!({ "title": "x" })))).await;
    assert_eq!((made.status, made.entity_id().as_str()), (204, id));
    let by_key =
        with_json(world.call(Method::PATCH, &format!("incidents(new_signalboxkey='{KEY}')")), &world.case(&json!({})));
    assert_eq!(send(by_key).await.status, 204);
    assert_eq!(world.running.instance.count("incident", KEY), 1);
}

#[tokio::test]
async fn a_case_is_resolved_by_its_action_locked_and_brought_back() {
    let world = world().await;
    let id = world.make(&json!({ "title": "Disk full" })).await;
    let place = format!("incidents({id})");
    let by_patch = world.patch(&place, &json!({ "statecode": 1, "statuscode": 5 })).await;
    assert_eq!(by_patch.refusal(), (400, "0x80048408".into()));
    assert!(by_patch.text.contains("use the CloseIncidentRequest message instead"), "{}", by_patch.text);
    assert_eq!(world.close(&id, 1).await.refusal(), (400, "0x80048408".into()));
    assert_eq!(world.close(&id, 1000).await.status, 204);
    assert_eq!(world.running.instance.resolutions(&id), [("Done".to_owned(), "The disk was made larger.".to_owned())]);
    let row = world.get(&place).await.json();
    assert_eq!((&row["statecode"], &row["statuscode"]), (&json!(1), &json!(1000)));

    assert_eq!(world.close(&id, -1).await.refusal(), (400, "0x800404cf".into()));
    assert_eq!(world.patch(&place, &json!({ "title": "x" })).await.refusal(), (400, "0x80040203".into()));
    let both = world.patch(&place, &json!({ "statecode": 0, "statuscode": 1, "title": "x" })).await;
    assert_eq!(both.status, 400);
    let wrong = world.patch(&place, &json!({ "statecode": 0, "statuscode": 5 })).await;
    assert_eq!(wrong.refusal(), (400, "0x80048408".into()));
    assert_eq!(world.patch(&place, &json!({ "statecode": 0, "statuscode": 1 })).await.status, 204);
    assert_eq!(world.patch(&place, &json!({ "statuscode": 2 })).await.status, 204);
    assert_eq!(world.get(&place).await.json()["statuscode"], 2);
    let nobody = world.close("00000000-0000-4000-8000-000000000000", 5).await;
    assert_eq!(nobody.refusal(), (404, "0x80040217".into()));
}

#[tokio::test]
async fn a_custom_table_is_resolved_by_a_write_and_never_locked() {
    let world = world().await;
    let made = world.post("acme_tickets", &json!({ "acme_name": "Disk full", "acme_urgency": 100_000_002 })).await;
    let place = format!("acme_tickets({})", made.entity_id());
    assert_eq!(world.patch(&place, &json!({ "statecode": 1 })).await.status, 204);
    let row = world.get(&place).await.json();
    assert_eq!((&row["statecode"], &row["statuscode"]), (&json!(1), &json!(2)));
    assert_eq!(world.patch(&place, &json!({ "acme_details": "more" })).await.status, 204);
}

#[tokio::test]
async fn notes_and_owners_are_other_rows() {
    let world = world().await;
    let id = world.make(&json!({})).await;
    let place = format!("/incidents({id})");
    let note = json!({ "subject": "Signalbox", "notetext": "fired again", "objectid_incident@odata.bind": place });
    assert_eq!(world.post("annotations", &note).await.status, 204);
    let list = path("annotations", &[("$filter", &format!("_objectid_value eq {id} and contains(notetext,'fired')"))]);
    assert_eq!(world.get(&list).await.column("notetext"), "fired again");
    let team = world.running.instance.rows("team", &format!("name eq '{TEAM}'"))[0]["teamid"].clone();
    let owner = json!({ "ownerid@odata.bind": format!("/teams({team})") });
    assert_eq!(world.patch(&format!("incidents({id})"), &owner).await.status, 204);
    let shown =
        send(world.call(Method::GET, &format!("incidents({id})")).header("prefer", "odata.include-annotations=\"*\""))
            .await;
    assert_eq!(shown.json()["_ownerid_value@OData.Community.Display.V1.FormattedValue"], TEAM);
    let elsewhere = json!({ "objectid_account@odata.bind": place });
    assert_eq!(world.post("annotations", &elsewhere).await.refusal(), (400, "0x80048d19".into()));

    assert_eq!(send(world.call(Method::DELETE, &format!("incidents({id})"))).await.status, 204);
    assert_eq!(world.get(&format!("incidents({id})")).await.refusal(), (404, "0x80040217".into()));
    assert!(world.running.instance.notes(&id).is_empty());
}

#[tokio::test]
async fn what_is_not_there_is_told_by_its_segment() {
    let world = world().await;
    assert_eq!(world.get("nothings").await.refusal(), (404, "0x8006088a".into()));
    assert_eq!(send(world.call(Method::PUT, "incidents")).await.status, 405);
    assert_eq!(world.get("RetrieveVersion()").await.json()["Version"], "9.2.26104.184");
    assert_eq!(world.get("WhoAmI").await.json()["UserId"].as_str().unwrap().len(), 36);
}
