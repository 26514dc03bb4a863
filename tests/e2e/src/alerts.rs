//! Azure Monitor bodies in the common alert schema, as a rule of one's own would send them.

use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};

/// Where all of them are.
pub const SUBSCRIPTION: &str = "/subscriptions/5b1c2f6e-7f0a-4f3e-9d55-0a64c1f3e001";

/// A metric alert that can be told in all its states.
#[derive(Clone, Debug)]
pub struct Metric {
    /// The rule's name.
    pub rule: String,
    /// The virtual machine's name.
    pub machine: String,
    /// The alert instance's GUID; a new one for each firing.
    pub instance: String,
    /// `Sev0` to `Sev4`.
    pub severity: String,
    /// When it fired.
    pub fired_at: Timestamp,
}

// === impl Metric ===

impl Metric {
    /// A rule on a machine, firing since a moment.
    #[must_use]
    pub fn new(rule: &str, machine: &str, instance: u32, severity: &str, fired_at: Timestamp) -> Self {
        Self {
            rule: rule.to_owned(),
            machine: machine.to_owned(),
            instance: format!("7c4d1f30-0000-4000-8000-{instance:012x}"),
            severity: severity.to_owned(),
            fired_at,
        }
    }

    /// Its body when it fires.
    #[must_use]
    pub fn fired(&self) -> Value {
        self.body("Fired", None, 93.4)
    }

    /// Its body when it is over, after so many minutes.
    #[must_use]
    pub fn resolved_after(&self, minutes: i64) -> Value {
        self.body("Resolved", self.fired_at.checked_add(minutes.minutes()).ok(), 21.8)
    }

    /// The id of the virtual machine.
    #[must_use]
    pub fn target(&self) -> String {
        format!("{SUBSCRIPTION}/resourcegroups/rg-shop/providers/microsoft.compute/virtualmachines/{}", self.machine)
    }

    fn body(&self, condition: &str, resolved_at: Option<Timestamp>, value: f64) -> Value {
        let Self { rule, machine, instance, severity, fired_at } = self;
        let mut essentials = json!({
            "alertId": format!("{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/{instance}"),
            "alertRule": rule,
            "alertRuleID": format!("{SUBSCRIPTION}/resourceGroups/rg-shop/providers/microsoft.insights/metricAlerts/{rule}"),
            "severity": severity,
            "signalType": "Metric",
            "monitorCondition": condition,
            "monitoringService": "Platform",
            "alertTargetIDs": [self.target()],
            "configurationItems": [machine],
            "originAlertId": format!("5b1c2f6e_rg-shop_microsoft.insights_metricAlerts_{rule}_-731204418"),
            "firedDateTime": fired_at.to_string(),
            "description": "The processor is busier than the shop can bear.",
            "essentialsVersion": "1.0",
            "alertContextVersion": "1.0"
        });
        if let Some(resolved_at) = resolved_at {
            essentials["resolvedDateTime"] = json!(resolved_at.to_string());
        }
        json!({
            "schemaId": "azureMonitorCommonAlertSchema",
            "data": {
                "essentials": essentials,
                "alertContext": {
                    "properties": null,
                    "conditionType": "SingleResourceMultipleMetricCriteria",
                    "condition": {
                        "windowSize": "PT5M",
                        "allOf": [{
                            "metricName": "Percentage CPU",
                            "metricNamespace": "Microsoft.Compute/virtualMachines",
                            "operator": "GreaterThan",
                            "threshold": "80",
                            "timeAggregation": "Average",
                            "dimensions": [],
                            "metricValue": value
                        }]
                    }
                },
                "customProperties": { "team": "shop" }
            }
        })
    }
}

/// A log alert (V2) that fired.
#[must_use]
pub fn log(rule: &str, instance: u32, fired_at: Timestamp) -> Value {
    json!({
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": {
                "alertId": format!("{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/8d5e2a41-0000-4000-8000-{instance:012x}"),
                "alertRule": rule,
                "severity": "Sev2",
                "signalType": "Log",
                "monitorCondition": "Fired",
                "monitoringService": "Log Alerts V2",
                "alertTargetIDs": [format!("{SUBSCRIPTION}/resourcegroups/rg-shop/providers/microsoft.operationalinsights/workspaces/shop-logs")],
                "configurationItems": ["orders-01"],
                "originAlertId": "c2a54f0e-93f1-4b0d-8a0c-7f5b6e1d2c3b",
                "firedDateTime": fired_at.to_string(),
                "description": "A machine has stopped reporting.",
                "essentialsVersion": "1.0",
                "alertContextVersion": "1.0"
            },
            "alertContext": {
                "properties": {},
                "conditionType": "LogQueryCriteria",
                "condition": {
                    "windowSize": "PT10M",
                    "allOf": [{
                        "searchQuery": "Heartbeat | where Category == 'Direct Agent'",
                        "metricMeasureColumn": null,
                        "targetResourceTypes": "['Microsoft.OperationalInsights/workspaces']",
                        "operator": "LowerThan",
                        "threshold": "1",
                        "timeAggregation": "Count",
                        "dimensions": [{ "name": "Computer", "value": "orders-01" }],
                        "metricValue": 0.0,
                        "failingPeriods": { "numberOfEvaluationPeriods": 1, "minFailingPeriodsToAlert": 1 },
                        "linkToSearchResultsUI": "https://portal.azure.com#@tenant/blade/logs/1",
                        "linkToFilteredSearchResultsUI": "https://portal.azure.com#@tenant/blade/logs/2"
                    }],
                    "windowStartTime": fired_at.to_string(),
                    "windowEndTime": fired_at.to_string()
                }
            }
        }
    })
}

/// An activity log alert, which never says that it is over.
#[must_use]
pub fn activity(rule: &str, instance: u32, fired_at: Timestamp) -> Value {
    let machine = format!("{SUBSCRIPTION}/resourceGroups/rg-shop/providers/Microsoft.Compute/virtualMachines/db-01");
    json!({
        "schemaId": "azureMonitorCommonAlertSchema",
        "data": {
            "essentials": {
                "alertId": format!("{SUBSCRIPTION}/providers/Microsoft.AlertsManagement/alerts/9e6f3b52-0000-4000-8000-{instance:012x}"),
                "alertRule": rule,
                "severity": "Sev4",
                "signalType": "Activity Log",
                "monitorCondition": "Fired",
                "monitoringService": "Activity Log - Administrative",
                "alertTargetIDs": [machine],
                "configurationItems": ["db-01"],
                "originAlertId": "3c0d9b1e-52aa-4f0e-bd2d-19c5f3f0a7aa_6b0a3c2f5d1e4b7a8c9d0e1f2a3b4c5d",
                "firedDateTime": fired_at.to_string(),
                "description": "",
                "essentialsVersion": "1.0",
                "alertContextVersion": "1.0"
            },
            "alertContext": {
                "authorization": { "action": "Microsoft.Compute/virtualMachines/deallocate/action", "scope": machine },
                "channels": "Operation",
                "claims": "{}",
                "caller": "night.shift@shop.example",
                "correlationId": "0f6a1f5e-6a52-4c3b-93c1-2f9c0a4b8d10",
                "eventSource": "Administrative",
                "eventTimestamp": fired_at.to_string(),
                "eventDataId": "3c0d9b1e-52aa-4f0e-bd2d-19c5f3f0a7aa",
                "level": "Informational",
                "operationName": "Microsoft.Compute/virtualMachines/deallocate/action",
                "operationId": "0f6a1f5e-6a52-4c3b-93c1-2f9c0a4b8d10",
                "status": "Succeeded",
                "subStatus": "",
                "submissionTimestamp": fired_at.to_string()
            }
        }
    })
}
