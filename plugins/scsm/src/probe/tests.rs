use super::*;
use crate::testing::{ID, INCIDENTS, QUERY, USER, asks, entry, play, reads, settings, stored, users, with};
use serde_json::{Value, json};
use signalbox_sdk::http::Failure;
use signalbox_sdk::scripted::Step;

fn nobody(objects: Value) -> Step {
    let path = "$Context/Property[Type='f59821e2-0364-ed2c-19e3-752efbb1ece9']/ContactMethod$";
    asks(INCIDENTS, json!({"Property": path}), NOBODY, objects)
}

fn no_change() -> Step {
    asks("674194d8-0246-7b90-d871-e1ea015b2ea7", json!({"GenericProperty": "FullName"}), NOBODY, json!([]))
}

fn by_time(conditions: &[(&str, &str)], objects: Value) -> Step {
    let conditions: Vec<_> = conditions
        .iter()
        .map(|(operator, value)| {
            json!({"SimpleExpression": {
                "ValueExpressionLeft": {"GenericProperty": "LastModified"}, "Operator": operator,
                "ValueExpressionRight": {"Value": value}
            }})
        })
        .collect();
    let expression = match conditions.as_slice() {
        [one] => one.clone(),
        several => json!({"And": {"Expression": several}}),
    };
    let body = json!({"Id": INCIDENTS, "Criteria": {"Base": {"Expression": expression}}});
    Step::on("POST", QUERY).body(body).answer(200, &objects)
}

fn lately(objects: Value) -> Step {
    by_time(&[("GreaterEqual", "2026-11-15T14:00:00.000Z")], objects)
}

fn same_again(objects: Value) -> Step {
    by_time(&[("GreaterEqual", "2026-11-22T13:05:59.250Z"), ("LessEqual", "2026-11-22T13:06:01.250Z")], objects)
}

fn templates(rows: Value) -> Step {
    Step::on("GET", "/api/V3/Template/GetTemplates?classId=a604b942-4c7b-2fb2-28dc-61dc6f465c68").answer(200, &rows)
}

fn list(list: List) -> Step {
    let names: &[&str] = match list {
        List::Status => &["Active", "Active.Pending", "Resolved", "Closed"],
        List::Source => &["System"],
        List::ResolutionCategory => &["FixedByAnalyst"],
        List::Impact | List::Urgency => &["High", "Medium", "Low"],
        List::Classification | List::TierQueue | List::ChangeStatus => &[],
    };
    let row = |name: &&str| {
        let entry = entry(list, name);
        json!({"ID": entry["Id"], "Text": entry["Name"], "Name": entry["Name"]})
    };
    crate::testing::lists(list, names.iter().map(row).collect())
}

/// What a portal that fits answers, with other answers in the place of some.
fn ready(others: Vec<(usize, Step)>) -> Vec<Step> {
    let default = json!([{"Id": "a77bb0c9-e201-dd93-230c-799a66d9e8fa", "Name": "Default Incident Template"}]);
    let mut steps = vec![nobody(json!([])), no_change(), lately(json!([])), templates(default)];
    steps.extend(LISTS.map(list));
    for (at, step) in others {
        steps[at] = step;
    }
    steps
}

fn run(set: Value, steps: Vec<Step>) -> Result<ProbeReport, CallError> {
    let settings = settings(set);
    play(&settings, steps, probe).0
}

#[test]
fn a_portal_that_fits_has_no_findings() {
    let recent = json!([stored("Active")]);
    let mut steps = ready(vec![(2, lately(recent.clone()))]);
    steps.push(same_again(recent));
    let report = run(json!({}), steps).unwrap();
    assert_eq!((report.product.as_str(), report.findings.len()), ("System Center Service Manager", 0), "{report:?}");
}

#[test]
fn entries_that_are_not_there_are_findings() {
    let set = json!({
        "support_group": "Tier 1", "resolved_status": "Erledigt", "source": "SCOM",
        "severity": {"critical": {"impact": "Sehr hoch", "urgency": "High"}}
    });
    let findings = run(set, ready(vec![])).unwrap().findings;
    let settings = ["resolved_status", "source", "support_group", "severity.critical.impact"];
    assert_eq!(findings.len(), settings.len(), "{findings:?}");
    for (finding, setting) in findings.iter().zip(settings) {
        assert!(finding.starts_with(&format!("setting `{setting}`: ")), "{finding}");
    }
}

#[test]
fn a_template_a_property_or_a_user_that_is_not_there_is_a_finding() {
    let mut bare = stored("Active");
    bare.as_object_mut().unwrap().remove("ContactMethod");
    let other = templates(json!([{"Id": ID, "Name": "Printer"}]));
    let mut steps = ready(vec![(2, lately(json!([bare]))), (3, other)]);
    // The lists come before what follows up on an incident only in the answers: those are all asked for at first.
    steps.push(same_again(json!([bare])));
    steps.push(users("svc", json!([])));
    steps.push(users("ops%40example.com", json!([{"Id": USER, "Name": "Operations", "Email": "ops@example.com"}])));
    let findings = run(json!({"created_by": "svc", "caller": "ops@example.com"}), steps).unwrap().findings;
    assert_eq!(findings.len(), 3, "{findings:?}");
    assert!(findings[0].contains("no property `ContactMethod`"), "{}", findings[0]);
    assert!(findings[1].starts_with("setting `template`"), "{}", findings[1]);
    assert!(findings[2].starts_with("setting `created_by`"), "{}", findings[2]);
}

#[test]
fn a_portal_whose_clock_is_not_utc_is_a_finding() {
    let mut steps = ready(vec![(2, lately(json!([stored("Active")])))]);
    steps.push(same_again(json!([with(stored("Active"), json!({"BaseId": USER}))])));
    steps.push(reads(json!([stored("Active")])));
    let findings = run(json!({}), steps).unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].ends_with("set `list.times` to \"bare\""), "{}", findings[0]);
}

#[test]
fn an_incident_that_people_change_meanwhile_says_nothing_of_the_clock() {
    let later = with(stored("Active"), json!({"LastModified": "2026-11-22T13:59:00"}));
    for now in [json!([later]), json!([])] {
        let mut steps = ready(vec![(2, lately(json!([stored("Active")])))]);
        steps.extend([same_again(json!([])), reads(now)]);
        assert_eq!(run(json!({}), steps).unwrap().findings, [""; 0]);
    }
}

#[test]
fn criteria_that_do_not_bind_or_cannot_be_asked_are_findings() {
    let findings = run(json!({}), ready(vec![(0, nobody(json!([stored("Active")])))])).unwrap().findings;
    assert_eq!(findings, ["the portal does not bind criteria: asked for no incident it answered IR77"]);
    let failed = json!({"Message": "An error has occurred.", "ExceptionMessage": "No such property."});
    let findings = run(json!({}), ready(vec![(0, nobody(json!([])).answer(500, &failed))])).unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("`ContactMethod`") && findings[0].contains("No such property."), "{}", findings[0]);
}

#[test]
fn a_refused_account_another_product_and_no_answer_are_errors() {
    let page = nobody(json!([])).answer_text(200, "text/html", "<html>Welcome</html>");
    let down = nobody(json!([])).fail(Failure::NotSent("connection refused".into()));
    for (first, kind) in [
        (nobody(json!([])).answer(401, &json!({"Message": "denied"})), CallErrorKind::Unauthorized),
        (page, CallErrorKind::Protocol),
        (down, CallErrorKind::Unavailable),
    ] {
        assert_eq!(run(json!({}), ready(vec![(0, first)])).unwrap_err().kind, kind);
    }
}
