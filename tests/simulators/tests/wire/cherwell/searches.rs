//! Records by the values of their fields.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_simulators::cherwell::{KEY_FIELD, Options};

use super::caller::{INCIDENT, Said, World, world, world_with};

async fn filter(world: &World, field: &str, operator: &str, value: &str) -> Value {
    json!({ "fieldId": world.field(INCIDENT, field).await, "operator": operator, "value": value })
}

async fn search(world: &World, more: Value) -> Value {
    let mut body = json!({ "busObId": INCIDENT, "includeAllFields": true });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let reply = world.post("getsearchresults", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

/// One field of each record, joined.
fn column(answer: &Value, name: &str) -> String {
    let records = answer["businessObjects"].as_array().unwrap();
    let value = |record: &Value| {
        let fields = record["fields"].as_array().unwrap().clone();
        fields.iter().find(|field| field["name"] == name).unwrap()["value"].as_str().unwrap().to_owned()
    };
    records.iter().map(value).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn conditions_on_one_field_are_alternatives_and_on_several_must_hold() {
    let world = world().await;
    for (key, priority) in [("a", "1"), ("b", "2"), ("c", "2"), ("d", "3")] {
        world.make(&[(KEY_FIELD, key), ("Priority", priority)]).await;
    }
    let by = async |filters: Vec<Value>| column(&search(&world, json!({ "filters": filters })).await, KEY_FIELD);
    let (one, two) = (filter(&world, "Priority", "eq", "1").await, filter(&world, "Priority", "eq", "2").await);
    assert_eq!(by(vec![one.clone(), two.clone()]).await, "a b c");
    assert_eq!(by(vec![two, filter(&world, KEY_FIELD, "eq", "C").await]).await, "c", "texts are compared without case");
    assert_eq!(by(vec![filter(&world, KEY_FIELD, "gt", "b").await]).await, "c d");
    assert_eq!(by(vec![filter(&world, KEY_FIELD, "lt", "b").await]).await, "a");
    assert_eq!(by(vec![filter(&world, "Description", "contains", "not print").await]).await, "a b c d");
    assert_eq!(by(vec![filter(&world, "Description", "startswith", "it does").await]).await, "a b c d");
    assert_eq!(by(vec![filter(&world, "Description", "startwith", "not").await]).await, "");
    let bad = json!({ "busObId": INCIDENT, "filters": [filter(&world, "Priority", "like", "1").await] });
    assert_eq!(world.post("getsearchresults", &bad).await.refusal(), (400, "BADREQUEST".into()));
}

#[tokio::test]
async fn dates_are_compared_as_the_culture_writes_them() {
    let world = world_with(Options { minutes_ahead: 120, ..Options::default() }).await;
    let rec_id = world.make_keyed("a").await;
    let stored: jiff::Timestamp = world.stored(&rec_id, "LastModifiedDateTime").parse().unwrap();
    let local = |seconds: i64| {
        let time = stored.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
        jiff::tz::Offset::from_hours(2).unwrap().to_datetime(time).strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string()
    };
    for (operator, seconds, found) in [("gt", -60, "a"), ("gt", 60, ""), ("lt", 60, "a"), ("lt", -60, "")] {
        let filters = [filter(&world, "LastModifiedDateTime", operator, &local(seconds)).await];
        assert_eq!(
            column(&search(&world, json!({ "filters": filters })).await, KEY_FIELD),
            found,
            "{operator} {seconds}"
        );
    }
    let filters = [filter(&world, "LastModifiedDateTime", "gt", "22.11.2026 13:06").await];
    let body = json!({ "busObId": INCIDENT, "filters": filters });
    assert_eq!(world.post("getsearchresults", &body).await.refusal(), (400, "BADREQUEST".into()));
}

#[tokio::test]
async fn pages_have_a_size_and_the_first_has_two_numbers() {
    let world = world().await;
    for key in ["c", "a", "b"] {
        world.make_keyed(key).await;
    }
    let field = world.field(INCIDENT, KEY_FIELD).await;
    let page = async |number: u8, direction: u8| {
        let sorting = json!([{ "fieldId": field, "sortDirection": direction }]);
        search(&world, json!({ "sorting": sorting, "pageNumber": number, "pageSize": 2 })).await
    };
    for number in [0, 1] {
        let first = page(number, 0).await;
        assert_eq!(column(&first, KEY_FIELD), "a b");
        assert_eq!((&first["totalRows"], &first["hasMoreRecords"]), (&json!(3), &json!(true)));
    }
    let second = page(2, 0).await;
    assert_eq!((column(&second, KEY_FIELD).as_str(), &second["hasMoreRecords"]), ("c", &json!(false)));
    assert_eq!(column(&page(1, 1).await, KEY_FIELD), "c b");
    assert_eq!(column(&page(9, 0).await, KEY_FIELD), "");
}

#[tokio::test]
async fn a_system_may_count_pages_from_nought() {
    let world = world_with(Options { pages_from_zero: true, ..Options::default() }).await;
    for key in ["a", "b"] {
        world.make_keyed(key).await;
    }
    let page =
        async |number: u8| column(&search(&world, json!({ "pageNumber": number, "pageSize": 1 })).await, KEY_FIELD);
    assert_eq!((page(0).await.as_str(), page(1).await.as_str()), ("a", "b"));
}

#[tokio::test]
async fn only_the_fields_that_are_asked_for_are_answered() {
    let world = world().await;
    world.make_keyed("a").await;
    let body = json!({ "busObId": INCIDENT, "fields": [world.field(INCIDENT, KEY_FIELD).await] });
    let answer = world.post("getsearchresults", &body).await.json();
    assert_eq!(answer["businessObjects"][0]["fields"].as_array().unwrap().len(), 1);
    let bare = world.post("getsearchresults", &json!({ "busObId": INCIDENT })).await.json();
    assert_eq!(bare["businessObjects"][0]["fields"], json!([]));
}

#[tokio::test]
async fn a_search_may_lag_behind() {
    let world = world().await;
    world.running.instance.set_search_lag(Duration::from_secs(30));
    world.make_keyed("a").await;
    assert_eq!(search(&world, json!({})).await["totalRows"], json!(0));
    world.running.apparatus.clock.advance(Duration::from_secs(30));
    assert_eq!(search(&world, json!({})).await["totalRows"], json!(1));
}
