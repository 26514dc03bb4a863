use super::*;
use crate::testing::{ACCOUNT, API, custom, on, play, refusal, settings};
use serde_json::json;
use signalbox_sdk::percent;
use signalbox_sdk::scripted::Step;

const VERSION: &str = "9.2.26104.184";

/// What the organisation is; the default fits the stock settings with a customer.
struct Organisation {
    table: Value,
    reasons: Value,
}

fn column(name: &str, required: &str) -> Value {
    json!({"LogicalName": name, "AttributeType": "String", "RequiredLevel": {"Value": required}})
}

fn stock() -> Organisation {
    let columns = [
        ("incidentid", "SystemRequired"),
        ("ticketnumber", "None"),
        ("title", "ApplicationRequired"),
        ("description", "None"),
        ("new_signalboxkey", "None"),
        ("statecode", "SystemRequired"),
        ("statuscode", "None"),
        ("prioritycode", "None"),
        ("severitycode", "None"),
        ("isescalated", "None"),
        ("casetypecode", "None"),
        ("caseorigincode", "None"),
        ("customerid", "ApplicationRequired"),
        ("ownerid", "SystemRequired"),
        ("createdby", "None"),
        ("createdon", "None"),
        ("modifiedon", "None"),
        ("masterid", "None"),
    ];
    let navigation = |name: &str, behind: &str| json!({"ReferencingEntityNavigationPropertyName": name, "ReferencingAttribute": behind});
    let reason = |value: i64, state: i64| json!({"Value": value, "State": state});
    Organisation {
        table: json!({
            "LogicalName": "incident",
            "EntitySetName": "incidents",
            "PrimaryIdAttribute": "incidentid",
            "ChangeTrackingEnabled": false,
            "IsOptimisticConcurrencyEnabled": true,
            "HasNotes": true,
            "Attributes": columns.map(|(name, required)| column(name, required)),
            "Keys": [{"KeyAttributes": ["new_signalboxkey"], "EntityKeyIndexStatus": "Active"}],
            "ManyToOneRelationships": [
                navigation("customerid_account", "customerid"),
                navigation("customerid_contact", "customerid"),
                navigation("ownerid", "ownerid"),
            ],
        }),
        reasons: json!(
            [(1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (1000, 1), (6, 2), (2000, 2)]
                .map(|(value, state)| reason(value, state))
        ),
    }
}

fn metadata(question: metadata::Question) -> Step {
    Step::on("GET", percent::target(&format!("{API}/{}", question.0), &question.1))
}

fn who() -> [Step; 2] {
    [
        on("GET", "WhoAmI()").answer(200, &json!({"UserId": ACCOUNT})),
        on("GET", "RetrieveVersion()").answer(200, &json!({"Version": VERSION})),
    ]
}

fn one_row(entity_set: &str, key: &str) -> Step {
    let target = percent::target(&format!("{API}/{entity_set}"), &[("$select", key), ("$top", "1")]);
    Step::on("GET", target).answer(200, &json!({"value": []}))
}

fn account() -> Step {
    let query =
        [("$select", "accountid,name,accountnumber"), ("$filter", "name eq 'Contoso' or accountnumber eq 'Contoso'")];
    Step::on("GET", percent::target(&format!("{API}/accounts"), &query))
}

/// What is found in an organisation by an operator who set these, and a customer.
fn found(own: Value, organisation: &Organisation) -> Vec<String> {
    let mut own = own;
    own["defaults"] = json!({"customerid_account": "Contoso"});
    let steps = who().into_iter().chain([
        metadata(metadata::question("incident")).answer(200, &organisation.table),
        metadata(metadata::reasons("incident", "statuscode"))
            .answer(200, &json!({"OptionSet": {"Options": organisation.reasons}})),
        one_row("incidents", "incidentid"),
        account().answer(200, &json!({"value": [{"accountid": ACCOUNT, "name": "Contoso"}]})),
    ]);
    play(&settings(own), steps, probe).result.unwrap().findings
}

#[test]
fn an_organisation_with_all_that_is_named_is_ready() {
    assert_eq!(found(json!({}), &stock()), Vec::<String>::new());
}

#[test]
fn each_setting_that_names_what_is_not_there_is_told() {
    let own = json!({
        "incident": {
            "entity_set": "cases",
            "columns": {"key": "acme_alertkey", "origin": "acme_origin"},
            "writes": {"service": "acme_Service"},
            "severity": {"critical": {"acme_urgency": 1}},
            "change_tracking": true,
            "resolve": {"status": 1000},
            "reopen": {"status": 9},
            "status_reasons": {"1000": "resolved", "9": "open"},
        },
    });
    let mut own = own;
    own["defaults"] = json!({"customerid_account": "Contoso"});
    let organisation = stock();
    let steps = who().into_iter().chain([
        metadata(metadata::question("incident")).answer(200, &organisation.table),
        metadata(metadata::reasons("incident", "statuscode"))
            .answer(200, &json!({"OptionSet": {"Options": organisation.reasons}})),
        one_row("cases", "incidentid"),
        account().answer(200, &json!({"value": [{"accountid": ACCOUNT, "name": "Contoso"}]})),
    ]);
    let findings = play(&settings(own), steps, probe).result.unwrap().findings;
    let begin = [
        "setting `incident.entity_set` is `cases`, and the table's is `incidents`",
        "setting `incident.columns.key`: `incident` has no column `acme_alertkey`",
        "setting `incident.columns.origin`: the table has no column `acme_origin`",
        "setting `incident.writes.service`: the table has no column `acme_Service`",
        "setting `incident.severity`: the table has no column `acme_urgency`",
        "setting `incident.change_tracking`: the table's changes are not tracked",
        "setting `incident.reopen.status`: there is no status reason 9",
        "setting `incident.status_reasons`: there is no status reason 9",
    ];
    assert_eq!(findings.len(), begin.len(), "{findings:#?}");
    for (finding, begin) in findings.iter().zip(begin) {
        assert!(finding.starts_with(begin), "{finding}");
    }
}

#[test]
fn what_the_table_lacks_is_told() {
    let mut organisation = stock();
    organisation.table["Keys"] =
        json!([{"KeyAttributes": ["new_signalboxkey", "title"], "EntityKeyIndexStatus": "Active"}]);
    organisation.table["IsOptimisticConcurrencyEnabled"] = false.into();
    organisation.table["HasNotes"] = false.into();
    organisation.table["Attributes"].as_array_mut().unwrap().push(column("acme_site", "ApplicationRequired"));
    let findings = found(json!({}), &organisation);
    let begin = [
        "setting `incident.alternate_key`: no alternate key",
        "`acme_site` is required",
        "setting `concurrency`",
        "`incident` takes no notes",
    ];
    assert_eq!(findings.len(), begin.len(), "{findings:#?}");
    for (finding, begin) in findings.iter().zip(begin) {
        assert!(finding.starts_with(begin), "{finding}");
    }
    organisation.table["Keys"] = json!([{"KeyAttributes": ["new_signalboxkey"], "EntityKeyIndexStatus": "Pending"}]);
    assert!(found(json!({}), &organisation)[0].contains("is not active but Pending"));
}

#[test]
fn a_status_reason_belongs_to_a_state() {
    let findings = found(
        json!({"incident": {"resolve": {"state": 1, "status": 6}, "status_reasons": {"6": "resolved", "1": "open"}}}),
        &stock(),
    );
    assert_eq!(findings, ["setting `incident.resolve`: status reason 6 belongs to state 2"]);
}

#[test]
fn a_table_that_is_not_there_is_told_with_those_that_are() {
    let tables = json!({"value": [{"LogicalName": "acme_request"}, {"LogicalName": "acme_incident"}]});
    let own = percent::target(
        &format!("{API}/EntityDefinitions"),
        &[("$select", "LogicalName,EntitySetName"), ("$filter", "IsCustomEntity eq true")],
    );
    let gone = refusal("0x80060888", "could not be found");
    let steps = who().into_iter().chain([
        metadata(metadata::question("acme_ticket")).answer(404, &refusal("0x80040217", "could not be found")),
        metadata(metadata::reasons("acme_ticket", "statuscode")).answer(404, &gone),
        Step::on("GET", own).answer(200, &tables),
        Step::on(
            "GET",
            percent::target(&format!("{API}/acme_tickets"), &[("$select", "acme_ticketid"), ("$top", "1")]),
        )
        .answer(404, &gone),
    ]);
    let findings = play(&settings(custom()), steps, probe).result.unwrap().findings;
    assert!(
        findings[0].ends_with(
            "there is no table `acme_ticket`; the organisation's own tables are: acme_incident, acme_request"
        ),
        "{findings:?}"
    );
    assert!(findings[1].starts_with("the account cannot read `acme_tickets`"), "{findings:?}");
}

#[test]
fn a_default_that_names_nothing_is_told() {
    let organisation = stock();
    let steps = who().into_iter().chain([
        metadata(metadata::question("incident")).answer(200, &organisation.table),
        metadata(metadata::reasons("incident", "statuscode"))
            .answer(200, &json!({"OptionSet": {"Options": organisation.reasons}})),
        one_row("incidents", "incidentid"),
        account().answer(200, &json!({"value": []})),
    ]);
    let own = settings(json!({"defaults": {"customerid_account": "Contoso", "caseorigincode": 3}}));
    let findings = play(&own, steps, probe).result.unwrap().findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].starts_with("setting `defaults.customerid_account`: no row of `accounts`"), "{findings:?}");
}

#[test]
fn the_first_refusal_of_the_account_is_the_probe_s_answer() {
    let no_user = refusal("0x80072560", "The user is not a member of the organization.");
    let steps = [
        on("GET", "WhoAmI()").answer(403, &no_user),
        on("GET", "RetrieveVersion()").answer(403, &no_user),
        metadata(metadata::question("incident")).answer(403, &no_user),
        metadata(metadata::reasons("incident", "statuscode")).answer(403, &no_user),
    ];
    let error = play(&settings(json!({})), steps, probe).result.unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (CallErrorKind::Unauthorized, "The user is not a member of the organization.")
    );
}
