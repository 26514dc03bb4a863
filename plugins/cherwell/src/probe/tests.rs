use super::*;
use crate::testing::{
    CUSTOMER, ID, INCIDENT, NOTE, filter, id_of, incident_schema, note_step, play, record, refusal, schema_step,
    search_step, settings, small_schema,
};
use serde_json::json;
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

const CHANGE: &str = "934ec7a1701c451ce57f2c43bfbbe2e46fe4843f81";
const SHOWN: &str = "11/22/2026 1:06 PM";

fn set(more: Value) -> Settings {
    let mut settings = settings(more);
    settings.ids.insert("ChangeRequest".into(), CHANGE.into());
    settings
}

fn info() -> Step {
    Step::on("GET", "/api/V1/serviceinfo").answer(200, &json!({"csmVersion": "10.5.0", "systemUtcOffset": "00:00:00"}))
}

/// A schema that has every field as delivered.
fn whole(kind: RecordKind, mut schema: Value) -> Value {
    let object = schema["busObId"].as_str().unwrap().to_owned();
    let names: Vec<_> = fields::delivered(kind).into_values().collect();
    let known: Vec<_> = names.iter().map(String::as_str).collect();
    let more = small_schema(&object, &known)["fieldDefinitions"].take();
    let fields = schema["fieldDefinitions"].as_array_mut().unwrap();
    for field in more.as_array().unwrap() {
        if fields.iter().all(|present| present["name"] != field["name"]) {
            fields.push(field.clone());
        }
    }
    schema
}

fn incident() -> Value {
    whole(RecordKind::Incident, incident_schema())
}

fn schemas(incident: &Value) -> [Step; 3] {
    let change = whole(RecordKind::Change, small_schema(CHANGE, &[]));
    [schema_step(INCIDENT, incident), schema_step(CHANGE, &change), note_step()]
}

fn page(number: u8, id: &str) -> Step {
    let body = json!({
        "busObId": INCIDENT, "includeAllFields": true, "filters": [],
        "sorting": [{"fieldId": id_of(INCIDENT, "RecID"), "sortDirection": 0}], "pageNumber": number, "pageSize": 1
    });
    let records: Vec<_> = Some(id)
        .filter(|id| !id.is_empty())
        .map(|id| record(id, "1", &[("LastModifiedDateTime", SHOWN)]))
        .into_iter()
        .collect();
    let answer = json!({"businessObjects": records, "totalRows": records.len()});
    Step::on("POST", "/api/V1/getsearchresults")
        .body(body)
        .answer(200, &answer)
        .header("date", "Sun, 22 Nov 2026 13:10:00 GMT")
}

fn by_date(date: &str, found: bool) -> Step {
    let body = json!({
        "busObId": INCIDENT, "includeAllFields": true,
        "filters": [filter(INCIDENT, "RecID", "eq", ID), filter(INCIDENT, "LastModifiedDateTime", "gt", date)],
        "sorting": [], "pageNumber": 1, "pageSize": 1
    });
    let records: Vec<_> = Some(record(ID, "1", &[])).into_iter().filter(|_| found).collect();
    Step::on("POST", "/api/V1/getsearchresults")
        .body(body)
        .answer(200, &json!({"businessObjects": records, "totalRows": records.len()}))
}

/// The incident, asked for by its id alone.
fn itself(updated: &str) -> Step {
    let records = json!([record(ID, "1", &[("LastModifiedDateTime", updated)])]);
    search_step(INCIDENT, json!([filter(INCIDENT, "RecID", "eq", ID)]), None, 1, records)
}

fn clock(before: bool, later: bool) -> [Step; 2] {
    [by_date("11/22/2026 1:05 PM", before), by_date("11/22/2026 1:07 PM", later)]
}

fn empty() -> [Step; 2] {
    [page(1, ""), page(0, "")]
}

fn run(set: &Settings, steps: impl IntoIterator<Item = Step>) -> Result<ProbeReport, CallError> {
    play(set, std::iter::once(info()).chain(steps), probe).0
}

fn findings(more: Value, incident: &Value) -> Vec<String> {
    run(&set(more), schemas(incident).into_iter().chain(empty())).unwrap().findings
}

#[test]
fn a_system_that_fits_has_no_findings() {
    let steps = schemas(&incident()).into_iter().chain([page(1, ID), page(0, ID)]).chain(clock(true, false));
    let report = run(&set(json!({})), steps).unwrap();
    assert_eq!((report.product.as_str(), report.version.as_str()), ("Cherwell Service Management", "10.5.0"));
    assert_eq!(report.findings, [""; 0]);
}

#[test]
fn what_the_system_lacks_is_named_with_its_setting() {
    let mut bare = incident();
    bare["relationships"] = json!([]);
    bare["fieldDefinitions"]
        .as_array_mut()
        .unwrap()
        .retain(|field| !["ExternalAlertID", "Urgency", "Impact"].iter().any(|name| field["name"] == *name));
    let findings = findings(json!({}), &bare);
    assert_eq!(findings.len(), 3, "{findings:?}");
    let parts =
        ["no field Urgency, Impact: name another in `incident.fields`", "`key_field`", "`journal.relationship`"];
    for (finding, part) in findings.iter().zip(parts) {
        assert!(finding.contains(part), "{finding}");
    }
}

#[test]
fn a_key_field_that_is_too_short_is_a_finding() {
    let mut short = incident();
    for field in short["fieldDefinitions"].as_array_mut().unwrap() {
        if field["name"] == "ExternalAlertID" {
            field["maximumSize"] = json!("40");
        }
    }
    assert_eq!(findings(json!({}), &short), ["`ExternalAlertID` holds 40 characters, and the gateway's key needs 64"]);
}

#[test]
fn states_that_do_not_fit_are_findings() {
    let mut other = incident();
    other["states"] = json!("New,Fixed,With Vendor");
    let findings = findings(json!({"states": {"With Vendor": "pending"}}), &other);
    assert_eq!(
        findings,
        [
            "resolved_state \"Resolved\" is none of the system's: New, Fixed, With Vendor",
            "reopen_state \"Reopened\" is none of the system's: New, Fixed, With Vendor",
            "the state \"Fixed\" has no meaning here: add it to `states`",
        ]
    );
}

#[test]
fn required_fields_that_nothing_sets_are_a_finding() {
    let mut strict = incident();
    for field in strict["fieldDefinitions"].as_array_mut().unwrap() {
        let names = ["Description", "Priority", "Service", "CustomerRecID", "IncidentType"];
        field["required"] = json!(names.iter().any(|name| field["name"] == *name));
    }
    let finding =
        "a new `Incident` needs Service, CustomerRecID: give a value in `opening`, or in the mapping's `fields`";
    assert_eq!(findings(json!({}), &strict), [finding]);
    assert_eq!(
        findings(json!({"service": "Shop", "opening": {"customerrecid": CUSTOMER, "IncidentType": "x"}}), &strict),
        [""; 0]
    );
}

#[test]
fn a_search_that_counts_pages_from_nought_is_a_finding() {
    let other = "9444b6c68c70cb404b1066e4ff4bde663f8ade81c4";
    let looks = (0..3).flat_map(|_| [page(1, ID), page(0, other)]);
    let steps = schemas(&incident()).into_iter().chain(looks).chain(clock(true, false));
    let findings = run(&set(json!({})), steps).unwrap().findings;
    assert_eq!(findings, ["the first page of a search is number 0: set `search.first_page`"]);
}

#[test]
fn an_incident_that_came_between_two_looks_is_no_finding() {
    let other = "9444b6c68c70cb404b1066e4ff4bde663f8ade81c4";
    let looks = [page(1, ID), page(0, other), page(1, ID), page(0, ID)];
    let steps = schemas(&incident()).into_iter().chain(looks).chain(clock(true, false));
    assert_eq!(run(&set(json!({})), steps).unwrap().findings, [""; 0]);
}

#[test]
fn dates_that_are_compared_otherwise_are_a_finding() {
    for (before, later) in [(false, false), (true, true)] {
        let steps = schemas(&incident()).into_iter().chain([page(1, ID), page(0, ID)]).chain(clock(before, later));
        let findings = run(&set(json!({})), steps.chain([itself(SHOWN)])).unwrap().findings;
        assert_eq!(
            findings,
            ["the system compares dates otherwise than it writes them: set `dates.format`, or `locale`"]
        );
    }
}

#[test]
fn an_incident_that_people_change_meanwhile_says_nothing_of_dates() {
    let steps = schemas(&incident()).into_iter().chain([page(1, ID), page(0, ID)]).chain(clock(true, true));
    let findings = run(&set(json!({})), steps.chain([itself("11/22/2026 1:09 PM")])).unwrap().findings;
    assert_eq!(findings, [""; 0]);
}

#[test]
fn a_clock_in_another_zone_is_a_finding() {
    let set = set(json!({"dates": {"time_zone": "+02:00"}}));
    let dates = [by_date("11/22/2026 1:05 PM", true), by_date("11/22/2026 1:07 PM", false)];
    let steps = schemas(&incident()).into_iter().chain([page(1, ID), page(0, ID)]).chain(dates);
    let findings = run(&set, steps).unwrap().findings;
    assert_eq!(findings, ["the system's clock is 0 minutes ahead of UTC, by `dates.time_zone` it is 120"]);
}

#[test]
fn dates_of_another_culture_are_a_finding() {
    let set = set(json!({"dates": {"format": "%d.%m.%Y %H:%M"}}));
    let steps = schemas(&incident()).into_iter().chain([page(1, ID), page(0, ID)]);
    let findings = run(&set, steps).unwrap().findings;
    assert_eq!(findings, ["the system writes dates as \"11/22/2026 1:06 PM\": set `dates.format`, or `locale`"]);
}

#[test]
fn an_account_that_lacks_rights_is_told_which() {
    let hidden =
        Step::on("GET", format!("/api/V1/getbusinessobjectschema/busobid/{INCIDENT}?includerelationships=true"))
            .answer(403, &refusal("INSUFFICIENTRIGHTS", "You are not authorized to view this object"));
    let [_, change, note] = schemas(&incident());
    let findings = run(&set(json!({})), [hidden, change, note]).unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("`Incident` can't be used: the account's security group"), "{findings:?}");
}

#[test]
fn a_default_customer_that_is_not_there_is_a_finding() {
    let by = |field: &str| {
        let body = json!({
            "busObId": CUSTOMER, "includeAllFields": true, "filters": [filter(CUSTOMER, field, "eq", "Nobody")],
            "sorting": [], "pageNumber": 1, "pageSize": 20
        });
        let answer = json!({"businessObjects": [], "totalRows": 0});
        Step::on("POST", "/api/V1/getsearchresults").body(body).answer(200, &answer)
    };
    let customers = schema_step(CUSTOMER, &small_schema(CUSTOMER, &["FullName", "Email"]));
    let steps = schemas(&incident()).into_iter().chain(empty()).chain([customers, by("FullName"), by("Email")]);
    let findings = run(&set(json!({"caller": "Nobody"})), steps).unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("setting `caller`: no record of `CustomerInternal`"), "{findings:?}");
}

#[test]
fn a_refused_account_is_an_error_and_not_a_finding() {
    let refused = info().answer(401, &json!({"Message": "Authorization has been denied for this request."}));
    let (report, _) = play(&set(json!({})), [refused], probe);
    assert_eq!(report.unwrap_err().kind, CallErrorKind::Unauthorized);
}

#[test]
fn another_product_at_the_address_is_an_error() {
    let page = info().answer_text(200, "text/html", "<html>Welcome to nginx</html>");
    assert_eq!(play(&set(json!({})), [page], probe).0.unwrap_err().kind, CallErrorKind::Protocol);
    let missing = info().answer(404, &json!({"Message": "No HTTP resource was found"}));
    assert_eq!(play(&set(json!({})), [missing], probe).0.unwrap_err().kind, CallErrorKind::Protocol);
    let down = info().fail(Failure::NotSent("connection refused".into()));
    assert_eq!(play(&set(json!({})), [down], probe).0.unwrap_err().kind, CallErrorKind::Unavailable);
}

#[test]
fn a_note_without_a_text_field_is_a_finding() {
    let [incident, change, _] = schemas(&incident());
    let note = schema_step(NOTE, &small_schema(NOTE, &["Text"]));
    let findings = run(&set(json!({})), [incident, change, note].into_iter().chain(empty())).unwrap().findings;
    assert_eq!(findings, ["`JournalNote` has no field `Details`: set `journal.text_field`"]);
}
