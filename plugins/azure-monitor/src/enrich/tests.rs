use super::*;
use crate::testing::{self, ALERT, SUBSCRIPTION, alert, play};
use serde_json::json;
use signalbox_sdk::http::Failure;
use signalbox_sdk::percent;
use signalbox_sdk::scripted::{Scripted, Step};
use signalbox_sdk::types::Resource;

const WORKSPACE: &str = "9b0f6f0e-7d0c-4a53-8a0e-1f2d3c4b5a69";
const BUDGET: u32 = 8_000;

fn machine(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-pier/providers/Microsoft.Compute/virtualMachines/{name}")
}

fn about(ids: &[String]) -> Alert {
    let resource = |id: &String| Resource {
        id: id.clone(),
        name: id.rsplit('/').next().unwrap().into(),
        kind: String::new(),
        scope: Vec::new(),
        configuration_item: String::new(),
    };
    Alert { resources: ids.iter().map(resource).collect(), ..alert(ALERT) }
}

fn searching(mut alert: Alert, link: &str) -> Alert {
    alert.payload = json!({"data": {"alertContext": {"linkToFilteredSearchResultsAPI": link}}}).to_string();
    alert
}

fn settings(groups: &[&str]) -> Settings {
    testing::settings(json!({
        "workspaces": [WORKSPACE],
        "enrich": {"groups": groups, "rows": 2, "changes": 2, "resources": 2},
        "metrics": {"types": {"microsoft.compute/virtualmachines": [
            {"name": "Percentage CPU", "aggregation": "average"},
            {"name": "Network In Total", "aggregation": "total"},
        ]}},
    }))
}

fn metrics_of(name: &str) -> Step {
    let path = format!("{}/providers/Microsoft.Insights/metrics", machine(name));
    let query = [
        ("api-version", "2018-01-01"),
        ("timespan", "2026-03-02T10:42:31Z/2026-03-02T11:17:31Z"),
        ("interval", "PT5M"),
        ("metricnames", "Percentage CPU,Network In Total"),
        ("aggregation", "average,total"),
    ];
    Step::on("GET", percent::target(&path, &query))
}

fn metric(name: &str, unit: &str, points: &Value) -> Value {
    json!({"name": {"value": name, "localizedValue": name}, "unit": unit, "timeseries": [{"data": points}]})
}

fn health_of(name: &str) -> Step {
    let path = format!("{}/providers/Microsoft.ResourceHealth/availabilityStatuses/current", machine(name));
    Step::on("GET", percent::target(&path, &[("api-version", "2020-05-01")]))
}

fn changes_of(name: &str) -> Step {
    let path = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values");
    let filter = format!(
        "eventTimestamp ge '2026-03-01T11:12:31Z' and eventTimestamp le '2026-03-02T11:17:31Z' and resourceUri eq '{}'",
        machine(name)
    );
    let query = [("api-version", "2015-04-01"), ("$filter", &filter)];
    Step::on("GET", percent::target(&path, &query))
}

fn event(time: &str, operation: &str, name: &str, status: &str) -> Value {
    json!({
        "eventTimestamp": format!("2026-03-02T{time}.5Z"),
        "caller": "kim@brightwater.example",
        "category": {"value": "Administrative", "localizedValue": "Administrative"},
        "operationId": operation,
        "operationName": {"value": "x/action", "localizedValue": name},
        "resourceId": machine("srv-1").to_lowercase(),
        "status": {"value": status, "localizedValue": status},
    })
}

fn link() -> String {
    format!("https://api.loganalytics.io/v1/workspaces/{WORKSPACE}/query?query=Heartbeat&timespan=PT10M")
}

fn search() -> Step {
    let body = json!({"query": "Heartbeat\n| take 2", "timespan": "PT10M"});
    Step::on("POST", format!("https://api.loganalytics.io/v1/workspaces/{WORKSPACE}/query")).body(body)
}

fn told(facts: &Facts) -> Vec<String> {
    let line = |fact: &Fact| format!("{} | {} | {} | {}", fact.group, fact.name, fact.value, fact.unit);
    facts.facts.iter().map(line).collect()
}

fn ask(groups: &[&str], alert: &Alert, steps: Vec<Step>) -> Result<Facts, CallError> {
    play(&settings(groups), steps, |client| enrich(client, alert, BUDGET)).0
}

#[test]
fn metrics_tell_the_value_at_the_firing_and_its_bounds() {
    let cpu = json!([
        {"timeStamp": "2026-03-02T11:10:00Z", "average": 97.1234},
        {"timeStamp": "2026-03-02T10:45:00Z", "average": 12.5},
        {"timeStamp": "2026-03-02T11:00:00Z"},
        {"timeStamp": "2026-03-02T11:15:00Z", "average": 40},
    ]);
    let network = json!([{"timeStamp": "2026-03-02T11:10:00Z", "total": 2048.0}]);
    let answer =
        json!({"value": [metric("Network In Total", "Bytes", &network), metric("Percentage CPU", "Percent", &cpu)]});
    let facts = ask(&["metrics"], &about(&[machine("srv-1")]), vec![metrics_of("srv-1").answer(200, &answer)]).unwrap();
    assert_eq!(
        told(&facts),
        [
            "metrics | Percentage CPU (average) | 97.123 at 11:10 (from 12.5 to 97.123 between 10:45 and 11:15) | %",
            "metrics | Network In Total (total) | 2048 at 11:10 | Bytes",
        ]
    );
    assert!(facts.missing.is_empty(), "{:?}", facts.missing);
}

#[test]
fn a_metric_without_values_is_missing_and_not_zero() {
    let empty = json!([{"timeStamp": "2026-03-02T11:10:00Z"}]);
    let answer = json!({"value": [metric("Percentage CPU", "Percent", &empty)]});
    let facts = ask(&["metrics"], &about(&[machine("srv-1")]), vec![metrics_of("srv-1").answer(200, &answer)]).unwrap();
    assert_eq!(told(&facts), [""; 0]);
    assert_eq!(
        facts.missing,
        [
            "metric Percentage CPU of srv-1: no values in this time",
            "metric Network In Total of srv-1: Azure did not answer it",
        ]
    );
}

#[test]
fn health_tells_since_when_and_why() {
    let status = json!({"properties": {
        "availabilityState": "Unavailable", "summary": "The machine was\nstopped by a person.", "reasonType": "Customer Initiated",
        "occuredTime": "2026-03-02T11:09:12.1234567Z", "reportedTime": "2026-03-02T11:12:00Z",
    }});
    let facts = ask(&["health"], &about(&[machine("srv-1")]), vec![health_of("srv-1").answer(200, &status)]).unwrap();
    assert_eq!(
        told(&facts),
        [
            "health | Availability | Unavailable | ",
            "health | Since | 2026-03-02T11:09:12Z | ",
            "health | Reason | Customer Initiated | ",
            "health | Summary | The machine was stopped by a person. | ",
        ]
    );
}

#[test]
fn changes_tell_who_did_what_and_how_it_ended() {
    let mut foreign = event("11:05:00", "op-9", "Delete Virtual Machine", "Succeeded");
    foreign["resourceId"] = json!(machine("srv-2"));
    let mut health = event("11:06:00", "op-8", "Health Event", "Active");
    health["category"] = json!({"value": "ResourceHealth"});
    let mut nobody = event("10:00:00", "op-2", "Create or Update Virtual Machine", "Failed");
    nobody["caller"] = json!(null);
    let events = json!({"value": [
        event("11:08:30", "op-1", "Restart Virtual Machine", "Succeeded"),
        event("11:08:01", "op-1", "Restart Virtual Machine", "Started"),
        foreign, health, nobody,
    ]});
    let facts = ask(&["changes"], &about(&[machine("srv-1")]), vec![changes_of("srv-1").answer(200, &events)]).unwrap();
    assert_eq!(
        told(&facts),
        [
            "changes | 2026-03-02T11:08:30Z | Restart Virtual Machine by kim@brightwater.example: Succeeded | ",
            "changes | 2026-03-02T10:00:00Z | Create or Update Virtual Machine: Failed | ",
        ]
    );
    assert!(facts.missing.is_empty(), "{:?}", facts.missing);
}

#[test]
fn no_change_is_a_fact_and_a_cut_list_says_so() {
    let steps = vec![changes_of("srv-1").answer(200, &json!({"value": []}))];
    let facts = ask(&["changes"], &about(&[machine("srv-1")]), steps).unwrap();
    assert_eq!((told(&facts), facts.missing.len()), (vec!["changes | Last 24 h | none | ".to_owned()], 0));
    let paged = json!({"value": [], "nextLink": "https://management.azure.com/more"});
    let many: Vec<_> =
        (1..4).map(|n| event(&format!("11:0{n}:00"), &format!("op-{n}"), "Restart", "Succeeded")).collect();
    for (answer, shown) in [(paged, 0), (json!({ "value": many }), 2)] {
        let facts =
            ask(&["changes"], &about(&[machine("srv-1")]), vec![changes_of("srv-1").answer(200, &answer)]).unwrap();
        assert_eq!(facts.facts.len(), shown);
        assert_eq!(facts.missing, ["changes of srv-1: older ones than those shown"]);
    }
}

#[test]
fn a_search_tells_its_first_rows() {
    let table = json!({"name": "PrimaryResult",
        "columns": [{"name": "Computer", "type": "string"}, {"name": "Beats", "type": "long"}, {"name": "Note", "type": "string"}],
        "rows": [["srv-pier-04", 0, ""], ["srv-pier-05", 3, null]]});
    let answer = json!({"tables": [table], "error": {"code": "PartialError", "message": "The results are partial."}});
    let facts = ask(&["results"], &searching(about(&[]), &link()), vec![search().answer(200, &answer)]).unwrap();
    assert_eq!(
        told(&facts),
        [
            "results | Row 1 | Computer: srv-pier-04, Beats: 0 | ",
            "results | Row 2 | Computer: srv-pier-05, Beats: 3 | ",
        ]
    );
    assert_eq!(
        facts.missing,
        ["search results: rows after the first 2, if there are more", "search results: The results are partial.",]
    );
    let none = json!({"tables": [{"name": "PrimaryResult", "columns": [], "rows": []}]});
    let facts = ask(&["results"], &searching(about(&[]), &link()), vec![search().answer(200, &none)]).unwrap();
    assert_eq!((told(&facts), facts.missing.len()), (vec!["results | Rows | none now | ".to_owned()], 0));
}

#[test]
fn a_search_says_how_long_it_may_take() {
    let settings = settings(&[]);
    let alert = searching(about(&[]), &link());
    for (budget_ms, wait) in [(60, "wait=1"), (8_999, "wait=8"), (u32::MAX, "wait=600")] {
        let scene = Scene {
            settings: &settings,
            fired: Stamp::from_contract(&alert.fired_at).unwrap(),
            budget_ms,
            several: false,
        };
        let search = search::of_alert(&settings, &alert).remove(0).unwrap();
        let request = results::request(&scene, &search);
        assert!(request.headers.contains(&("prefer".into(), wait.into())), "{:?}", request.headers);
        assert_eq!(request.effect, signalbox_sdk::http::Effect::Reads);
    }
}

#[test]
fn a_search_that_must_not_be_repeated_is_missing_with_its_reason() {
    for (link, reason) in [
        ("https://evil.example/v1/workspaces/x/query?query=T".to_owned(), "does not lead to"),
        (link().replace("9b0f", "9b0e"), "do not list under `workspaces`"),
        (link().replace("Heartbeat", "workspace('x').T"), "by `workspace(…)`"),
    ] {
        let facts = ask(&["results"], &searching(about(&[]), &link), vec![]).unwrap();
        assert_eq!((facts.facts.len(), facts.missing.len()), (0, 1));
        assert!(
            facts.missing[0].starts_with("search results: ") && facts.missing[0].contains(reason),
            "{:?}",
            facts.missing
        );
    }
}

fn ask_about_many(ids: &[String]) -> Facts {
    let settings = testing::settings(json!({"enrich": {"resources": 4}}));
    play(&settings, [], |client| enrich(client, &about(ids), BUDGET)).0.unwrap()
}

#[test]
fn no_more_are_named_than_would_be_asked_about() {
    let ids: Vec<_> = (0..6).map(|number| format!("srv-{number}")).collect();
    let missing = ask_about_many(&ids).missing;
    assert_eq!(missing.len(), 5);
    assert_eq!(missing[4], "facts about 2 more resources: `enrich.resources` bounds how many are asked about");
}

#[test]
fn resources_that_are_not_to_be_asked_about_are_missing_with_the_reason() {
    let ids = [
        "srv-pier-04".to_owned(),
        format!("{}/../srv-2", machine("srv-1")),
        format!("{}?x=1#", machine("srv-1")),
        machine("srv-1").replace("5c0b", "5c0c"),
        format!("/subscriptions/{SUBSCRIPTION}"),
    ];
    let facts = ask_about_many(&ids);
    assert_eq!(
        facts.missing,
        [
            "facts about srv-pier-04: its id is no id of Azure Resource Manager in a subscription",
            "facts about srv-2: its id has characters that no id of Azure Resource Manager has",
            "facts about srv-1?x=1#: its id has characters that no id of Azure Resource Manager has",
            "facts about srv-1: its id is in a subscription that the settings do not list",
        ]
    );
}

#[test]
fn several_resources_are_told_apart_and_their_number_is_bounded() {
    let state = |state: &str| json!({"properties": {"availabilityState": state}});
    let steps =
        vec![health_of("srv-1").answer(200, &state("Available")), health_of("srv-2").answer(200, &state("Degraded"))];
    let ids = ["srv-1", "srv-2", "srv-3", "srv-4"].map(machine);
    let facts = ask(&["health"], &about(&ids), steps).unwrap();
    assert_eq!(
        told(&facts),
        ["health | srv-1: Availability | Available | ", "health | srv-2: Availability | Degraded | "]
    );
    assert_eq!(facts.missing, ["facts about 2 more resources: `enrich.resources` bounds how many are asked about"]);
}

#[test]
fn one_answer_that_is_missing_does_not_hide_the_others() {
    let steps = vec![
        health_of("srv-1").answer(200, &json!({"properties": {"availabilityState": "Available"}})),
        metrics_of("srv-1").answer(400, &json!({"code": "BadRequest", "message": "Failed to find\nmetric"})),
        search().fail(Failure::Denied("no grant `origin:https://api.loganalytics.io`".into())),
        changes_of("srv-1").fail(Failure::OutcomeUnknown("the call's time is over".into())),
    ];
    let alert = searching(about(&[machine("srv-1")]), &link());
    let facts = ask(&["health", "metrics", "results", "changes"], &alert, steps).unwrap();
    assert_eq!(told(&facts), ["health | Availability | Available | "]);
    assert_eq!(
        facts.missing,
        [
            "metrics of srv-1: Failed to find metric",
            "search results: no grant `origin:https://api.loganalytics.io`",
            "changes of srv-1: the call's time is over",
        ]
    );
}

#[test]
fn no_answer_is_waited_for_longer_than_the_budget() {
    let settings = settings(&["metrics", "health"]);
    let host = Scripted::new([
        metrics_of("srv-1").fail(Failure::OutcomeUnknown("no answer within 7.9 s".into())),
        health_of("srv-1").answer(200, &json!({"properties": {"availabilityState": "Available"}})),
    ]);
    let client = Client { host: &host, settings: &settings };
    let facts = enrich(&client, &about(&[machine("srv-1")]), BUDGET).unwrap();
    assert_eq!(host.times(), [Duration::from_millis(BUDGET.into())]);
    assert_eq!(told(&facts), ["health | Availability | Available | "]);
    assert_eq!(facts.missing, ["metrics of srv-1: no answer within 7.9 s"]);
}

#[test]
fn what_concerns_all_questions_is_the_call_s_error() {
    for (status, kind) in [(401, CallErrorKind::Unauthorized), (429, CallErrorKind::Throttled)] {
        let steps = vec![health_of("srv-1").answer(status, &json!({})), changes_of("srv-1").answer(status, &json!({}))];
        assert_eq!(ask(&["health", "changes"], &about(&[machine("srv-1")]), steps).unwrap_err().kind, kind);
    }
    // A missing role is one question's matter.
    let forbidden = json!({"error": {"code": "AuthorizationFailed", "message": "no role"}});
    let facts =
        ask(&["health"], &about(&[machine("srv-1")]), vec![health_of("srv-1").answer(403, &forbidden)]).unwrap();
    assert_eq!(facts.missing, ["health of srv-1: no role"]);
}

#[test]
fn without_time_nothing_is_asked_and_all_is_missing() {
    let alert = searching(about(&[machine("srv-1")]), &link());
    let groups = ["metrics", "results", "health", "changes"];
    let facts = play(&settings(&groups), [], |client| enrich(client, &alert, SHORTEST_MS - 1)).0.unwrap();
    assert_eq!(
        facts.missing,
        [
            "metrics of srv-1: no time is left",
            "search results: no time is left",
            "health of srv-1: no time is left",
            "changes of srv-1: no time is left",
        ]
    );
}

#[test]
fn answers_of_another_shape_are_missing() {
    let steps = vec![
        metrics_of("srv-1").answer(200, &json!({"value": {}})),
        search().answer(200, &json!({"tables": []})),
        health_of("srv-1").answer(200, &json!({"properties": null})),
        changes_of("srv-1").answer(200, &json!({"value": null})),
    ];
    let alert = searching(about(&[machine("srv-1")]), &link());
    let facts = ask(&["metrics", "results", "health", "changes"], &alert, steps).unwrap();
    assert_eq!((facts.facts.len(), facts.missing.len()), (0, 5));
}
