use super::*;
use crate::testing::{self, ALERT, SUBSCRIPTION, alert};
use serde_json::json;

const WORKSPACE: &str = "9b0f6f0e-7d0c-4a53-8a0e-1f2d3c4b5a69";
const APPLICATION: &str = "1d2c3b4a-0000-4a53-8a0e-1f2d3c4b5a69";

fn log() -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/log")
}

fn read(link: &str) -> Result<Search, String> {
    let settings = testing::settings(json!({"workspaces": [WORKSPACE, APPLICATION.to_uppercase(), log()]}));
    search(&settings, link)
}

fn at(path: &str) -> String {
    format!("https://api.loganalytics.io/v1{path}/query?query=Heartbeat%20%7C%20take+1&timespan=PT10M")
}

#[test]
fn a_link_of_azure_s_is_read_and_made_anew() {
    let machine =
        format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/my%20rg/providers/Microsoft.Compute/virtualMachines/vm");
    for path in [format!("/workspaces/{WORKSPACE}"), format!("/apps/{APPLICATION}"), log(), machine] {
        let search = read(&at(&path)).unwrap();
        assert_eq!(search.url, format!("https://api.loganalytics.io/v1{path}/query"));
        assert_eq!(search.query, Query::parse("Heartbeat | take 1").unwrap());
        assert_eq!(search.timespan.as_deref(), Some("PT10M"));
    }
}

#[test]
fn each_cloud_has_its_services() {
    for origin in ORIGINS {
        let url = format!("{origin}/v1/apps/{APPLICATION}/query");
        let search = read(&format!("{url}?query=requests")).unwrap();
        assert_eq!((search.url, search.timespan), (url, None));
    }
}

#[test]
fn a_link_that_leads_elsewhere_is_not_followed() {
    let path = format!("/v1/workspaces/{WORKSPACE}/query?query=Heartbeat");
    for origin in [
        "https://evil.example",
        "http://api.loganalytics.io",
        "https://api.loganalytics.io.evil.example",
        "https://api.loganalytics.us.evil.example",
        "https://api.loganalytics.azure.cn@evil.example",
        "https://api.loganalytics.de",
        "https://api.loganalytics.io@evil.example",
        "https://api.loganalytics.io:8443",
        "https://user@api.loganalytics.io",
        "https://evil.example/https://api.loganalytics.io",
        "//api.loganalytics.io",
        " https://api.loganalytics.io",
        "https://API.loganalytics.io",
        "https://169.254.169.254",
        "",
    ] {
        let why = read(&format!("{origin}{path}")).unwrap_err();
        assert!(why.contains("does not lead to a search service"), "{origin}: {why}");
    }
}

#[test]
fn a_link_that_reads_elsewhere_is_not_followed() {
    let other = SUBSCRIPTION.replace("4a10", "4a11");
    let in_other = format!("/subscriptions/{other}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm");
    for path in [
        "/workspaces/00000000-7d0c-4a53-8a0e-1f2d3c4b5a69".into(),
        "/workspaces/log".into(),
        format!("/workspaces/{WORKSPACE}/../00000000-7d0c-4a53-8a0e-1f2d3c4b5a69"),
        format!("/workspaces/{WORKSPACE}%2f..%2fx"),
        format!("{}2", log()),
        format!("{}/../other", log()),
        format!("{}/%2e%2e/other", log()),
        format!("{}/%252e%252e/other", log()),
        format!("/subscriptions/{SUBSCRIPTION}"),
        format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"),
        in_other,
        format!("/{}", log()),
        String::new(),
        "/metadata".into(),
    ] {
        assert!(read(&at(&path)).is_err(), "{path}");
    }
}

#[test]
fn what_a_link_has_beside_a_query_is_not_taken() {
    let base = format!("https://api.loganalytics.io/v1/workspaces/{WORKSPACE}");
    for rest in [
        "/query",
        "/query?query=",
        "/query?query=Heartbeat&workspaces=other",
        "/query?query=Heartbeat&query=Perf",
        "/query?query=workspace(%27other%27).Heartbeat",
        "/query?query=%77orkspace('other').Heartbeat",
        "/query?query=Heartbeat&timespan=PT10M%0d%0aX",
        "/query?query=Heartbeat&timespan=",
        "/query?query=%zz",
        "/query?query=%+1",
        "/query?query=%ff",
        "/query?query=Heartbeat#x",
        "/metrics/requests/count?query=Heartbeat",
        "/query/../purge?query=Heartbeat",
        "?query=Heartbeat",
    ] {
        assert!(read(&format!("{base}{rest}")).is_err(), "{rest}");
    }
    assert!(read(&format!("{base}/query?query={}", "a".repeat(LONGEST))).is_err());
}

#[test]
fn links_are_found_wherever_a_body_has_them() {
    let link = |table: &str| format!("https://api.loganalytics.io/v1/workspaces/{WORKSPACE}/query?query={table}");
    let found = |payload: Value| {
        let alert = Alert { payload: payload.to_string(), ..alert(ALERT) };
        let searches = of_alert(&testing::settings(json!({"workspaces": [WORKSPACE]})), &alert);
        searches.into_iter().map(|search| search.map(|search| search.query.bounded(1))).collect::<Vec<_>>()
    };
    let criterion = |table: &str| json!({"linkToSearchResultsAPI": link("All"), "linkToFilteredSearchResultsAPI": link(table), "x": null});
    let today =
        json!({"data": {"alertContext": {"condition": {"allOf": [criterion("A"), criterion("B"), criterion("A")]}}}});
    assert_eq!(found(today), [Ok("A\n| take 1".to_owned()), Ok("B\n| take 1".to_owned())]);
    let classic = json!({"data": {"alertContext": {"LinkToSearchResultsAPI": link("C")}}});
    assert_eq!(found(classic), [Ok("C\n| take 1".to_owned())]);
    assert_eq!(found(json!({"data": {"alertContext": {"linkToSearchResultsUI": link("D")}}})), []);
    let many: Vec<_> = ["A", "B", "C", "D", "E"].into_iter().map(criterion).collect();
    let searches = found(json!(many));
    assert_eq!(
        (searches.len(), searches.last()),
        (4, Some(&Err("those after the first 3 searches are not repeated".to_owned())))
    );
}
