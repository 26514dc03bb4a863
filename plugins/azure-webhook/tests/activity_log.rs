//! The activity log family: administrative, policy, autoscale, security, recommendation, in the common schema and before it.

mod support;

use serde_json::json;
use signalbox_sdk::types::{Condition, Severity};
use support::{as_text, changed, fact, fixture, fixtures, label, link};

#[test]
fn an_administrative_event_says_who_did_what() {
    let alert = fixture("common-activity-administrative");
    assert_eq!(
        alert.summary,
        "Microsoft.Compute/virtualMachines/deallocate/action succeeded, by deploy@brightwater.example"
    );
    assert_eq!(alert.title, "server switched off on vm-booking-01");
    assert_eq!(alert.description, "Somebody deallocates a production server.");
    assert_eq!(fact(&alert, "event", "Operation"), "Microsoft.Compute/virtualMachines/deallocate/action");
    assert_eq!(fact(&alert, "event", "Caller"), "deploy@brightwater.example");
    assert_eq!(fact(&alert, "event", "Time"), "2026-03-02T16:00:31.2917159Z");
    assert_eq!(label(&alert, "operation"), "Microsoft.Compute/virtualMachines/deallocate/action");
    assert_eq!(label(&alert, "status"), "Succeeded");
    assert_eq!(alert.observed_at, "2026-03-02T16:01:07.5551Z");
    assert_eq!((alert.condition, alert.severity, alert.resolves), (Condition::Fired, Severity::Verbose, false));
}

#[test]
fn claims_stay_in_the_payload() {
    for name in fixtures() {
        let alert = fixture(&name);
        assert!(!as_text(&alert).contains("nobody should read this"), "{name}");
    }
    assert!(fixture("common-activity-administrative").payload.contains("nobody should read this"));
}

#[test]
fn a_policy_event_names_the_policies() {
    let alert = fixture("common-activity-policy");
    assert!(alert.summary.starts_with("policy auditDiskEncryption not met: "), "{}", alert.summary);
    assert_eq!(
        fact(&alert, "policies", "Policy"),
        "auditDiskEncryption, assignment BrightwaterBaseline, effect AuditIfNotExists"
    );
    assert_eq!(fact(&alert, "properties", "Resource location"), "westeurope");
}

#[test]
fn autoscale_says_from_how_many_to_how_many() {
    let alert = fixture("common-activity-autoscale");
    assert_eq!(alert.summary, "scaling from 3 to 4 instances succeeded");
    assert_eq!(alert.resources[0].kind, "microsoft.compute/virtualmachinescalesets");
    assert_eq!(alert.title, "web tier scaled on vmss-booking-web");
}

#[test]
fn a_security_event_names_the_entity_and_the_finding() {
    let alert = fixture("common-activity-security");
    assert_eq!(
        alert.summary,
        "vm-booking-01: PowerShell on the host downloaded and ran code from an address that is known for malware."
    );
    assert_eq!(alert.title, "defender findings on vm-booking-01");
    assert_eq!(label(&alert, "security-severity"), "High");
    assert_eq!(alert.severity, Severity::Verbose, "the rule's severity counts where there is one");
    assert_eq!(fixture("older-activity-security-2017").severity, Severity::Warning, "else the finding's");
}

#[test]
fn a_recommendation_says_what_to_do() {
    let alert = fixture("common-activity-recommendation");
    assert_eq!(alert.title, "Use managed disks for booking servers");
    assert_eq!(alert.summary, "HighAvailability: Use managed disks for booking servers (impact High)");
    assert!(link(&alert, "Recommendation").contains("/RecommendationListBlade/"));
}

#[test]
fn the_older_schema_has_no_rule_so_the_operation_stands_for_it() {
    let alert = fixture("older-activity-administrative");
    assert_eq!(alert.rule, "Microsoft.Compute/virtualMachines/deallocate/action");
    assert_eq!(alert.id, "5e4d3c2b-0a19-4887-b6c5-d4e3f2a1b0c9");
    assert_eq!(alert.severity, Severity::Informational);
    assert_eq!(label(&alert, "custom.team"), "booking");
}

#[test]
fn the_oldest_schema_has_little_more_than_who_and_what() {
    let alert = fixture("older-activity-administrative-2017");
    assert_eq!(alert.title, "Microsoft.Insights/actionGroups/write on on-call");
    assert_eq!(alert.summary, "Microsoft.Insights/actionGroups/write, by ops@brightwater.example");
    assert_eq!(label(&alert, "kind"), "activity-administrative");
    assert_eq!(alert.observed_at, support::RECEIVED_AT);
}

#[test]
fn a_category_that_nobody_knows_is_still_the_activity_log() {
    let alert = changed(
        "common-activity-administrative",
        &[
            ("/data/essentials/monitoringService", json!("Activity Log - Moon phases")),
            ("/data/alertContext/eventSource", json!("MoonPhases")),
        ],
    );
    assert_eq!((alert.signal.as_str(), label(&alert, "kind")), ("activity-log", "activity-other"));
}
