//! What is particular to each kind of alert: which body is which, and a file for each that reads it.
//!
//! A kind is recognised by the shape of its context first, since services are spelt in many ways and a documented sample names the
//! wrong one; by the service's name where the context says too little. What nothing recognises is kept generically.

mod activity;
mod backup;
mod budget;
mod criteria;
mod log_classic;
mod log_search;
mod log_simple;
mod metric;
mod other;
mod prometheus;
mod resource_health;
mod service_health;
mod smart_detector;

use serde::Deserialize;
use serde_json::Value;

use crate::envelope::{Details, Envelope};
use crate::value::Lenient as _;
use crate::words::squeeze;

/// The kinds that have a reader of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    MetricStatic,
    MetricDynamic,
    MetricMultiResource,
    MetricWebTest,
    Prometheus,
    LogSearch,
    LogSimple,
    LogClassic,
    ActivityAdministrative,
    ActivityPolicy,
    ActivityAutoscale,
    ActivitySecurity,
    ActivityRecommendation,
    ActivityOther,
    ServiceHealth,
    ResourceHealth,
    SmartDetector,
    Budget,
    Backup,
    Custom,
    Other,
}

/// A row a kind: its name, the contract's signal, what keys start with, and whether Azure ever says that it is resolved.
const KINDS: &[(Kind, &str, &str, &str, bool)] = &[
    (Kind::MetricStatic, "metric-static", "metric", "metric", true),
    (Kind::MetricDynamic, "metric-dynamic", "metric", "metric", true),
    (Kind::MetricMultiResource, "metric-multi-resource", "metric", "metric", true),
    (Kind::MetricWebTest, "metric-web-test", "metric", "metric", true),
    (Kind::Prometheus, "prometheus", "metric", "prometheus", true),
    (Kind::LogSearch, "log-search", "log", "log", true),
    (Kind::LogSimple, "log-simple", "log", "log", true),
    (Kind::LogClassic, "log-classic", "log", "log", false),
    (Kind::ActivityAdministrative, "activity-administrative", "activity-log", "activity", false),
    (Kind::ActivityPolicy, "activity-policy", "activity-log", "activity", false),
    (Kind::ActivityAutoscale, "activity-autoscale", "activity-log", "activity", false),
    (Kind::ActivitySecurity, "activity-security", "activity-log", "activity", false),
    (Kind::ActivityRecommendation, "activity-recommendation", "activity-log", "activity", false),
    (Kind::ActivityOther, "activity-other", "activity-log", "activity", false),
    (Kind::ServiceHealth, "service-health", "service-health", "service-health", true),
    (Kind::ResourceHealth, "resource-health", "resource-health", "resource-health", true),
    (Kind::SmartDetector, "smart-detector", "smart-detector", "smart-detector", false),
    (Kind::Budget, "budget", "cost", "budget", false),
    (Kind::Backup, "backup", "backup", "backup", true),
    (Kind::Custom, "custom", "custom", "custom", false),
    (Kind::Other, "other", "other", "other", true),
];

/// Categories of the activity log by their squeezed names.
const CATEGORIES: &[(&str, Kind)] = &[
    ("administrative", Kind::ActivityAdministrative),
    ("policy", Kind::ActivityPolicy),
    ("autoscale", Kind::ActivityAutoscale),
    ("security", Kind::ActivitySecurity),
    ("recommendation", Kind::ActivityRecommendation),
    ("servicehealth", Kind::ServiceHealth),
    ("resourcehealth", Kind::ResourceHealth),
];

/// Services by their squeezed names, for contexts that say too little by themselves.
const SERVICES: &[(&str, Kind)] = &[
    ("prometheus", Kind::Prometheus),
    ("logalertsv2", Kind::LogSearch),
    ("simplelogalert", Kind::LogSimple),
    ("simplelogalerts", Kind::LogSimple),
    ("loganalytics", Kind::LogClassic),
    ("applicationinsights", Kind::LogClassic),
    ("smartdetector", Kind::SmartDetector),
    ("costalerts", Kind::Budget),
    ("azurebackup", Kind::Backup),
    ("platform", Kind::MetricStatic),
];

// === impl Kind ===

impl Kind {
    /// Its name in settings and in the label `kind`.
    pub(crate) fn name(self) -> &'static str {
        self.row().map_or("other", |row| row.1)
    }

    /// The contract's word for what was watched.
    pub(crate) fn signal(self) -> &'static str {
        self.row().map_or("other", |row| row.2)
    }

    /// What its correlation keys start with: kinds that one rule can turn into share it.
    pub(crate) fn family(self) -> &'static str {
        self.row().map_or("other", |row| row.3)
    }

    /// Whether Azure ever says that one is resolved.
    pub(crate) fn resolves(self) -> bool {
        self.row().is_some_and(|row| row.4)
    }

    /// The kind of a context.
    pub(crate) fn recognise(envelope: &Envelope, context: &Value) -> Self {
        Self::by_shape(context)
            .or_else(|| envelope.service.as_deref().and_then(Self::by_service))
            .or_else(|| (envelope.signal_type.as_deref().map(squeeze)? == "activitylog").then_some(Self::ActivityOther))
            .unwrap_or(Self::Other)
    }

    /// Reads a context as this kind.
    pub(crate) fn read(self, context: &Value, envelope: &Envelope) -> Details {
        match self {
            Self::MetricStatic | Self::MetricDynamic | Self::MetricMultiResource | Self::MetricWebTest => {
                metric::read(self, context, envelope)
            }
            Self::Prometheus => prometheus::read(context, envelope),
            Self::LogSearch => log_search::read(context, envelope),
            Self::LogSimple => log_simple::read(context, envelope),
            Self::LogClassic | Self::Custom => log_classic::read(self, context, envelope),
            Self::ActivityAdministrative
            | Self::ActivityPolicy
            | Self::ActivityAutoscale
            | Self::ActivitySecurity
            | Self::ActivityRecommendation
            | Self::ActivityOther => activity::read(self, context),
            Self::ServiceHealth => service_health::read(context, envelope),
            Self::ResourceHealth => resource_health::read(context),
            Self::SmartDetector => smart_detector::read(context),
            Self::Budget => budget::read(context),
            Self::Backup => backup::read(context, envelope),
            Self::Other => other::read(context, envelope),
        }
    }

    fn by_shape(context: &Value) -> Option<Self> {
        let properties = context.field("properties");
        let has = |names: &[&str]| context.any_field(names).is_some();
        if has(&["AlertData"]) {
            return Some(Self::Budget);
        }
        if has(&["expression", "ruleGroup"]) {
            return Some(Self::Prometheus);
        }
        if has(&["SearchQuery", "SearchIntervalStartTimeUtc"]) {
            return Some(Self::LogClassic);
        }
        if has(&["SmartDetectorId", "DetectionSummary"]) {
            return Some(Self::SmartDetector);
        }
        if let Some(condition) = context.field("condition") {
            return Some(criteria::kind(context, condition));
        }
        if properties.is_some_and(|properties| properties.any_field(&["trackingId", "incidentType"]).is_some()) {
            return Some(Self::ServiceHealth);
        }
        if properties.is_some_and(|properties| properties.any_field(&["currentHealthStatus"]).is_some()) {
            return Some(Self::ResourceHealth);
        }
        context.text("eventSource").and_then(|source| Self::by_category(&squeeze(&source)))
    }

    fn by_service(service: &str) -> Option<Self> {
        let service = squeeze(service);
        if let Some(category) = service.strip_prefix("activitylog") {
            return Some(Self::by_category(category).unwrap_or(Self::ActivityOther));
        }
        let known = SERVICES.iter().find(|(name, _)| *name == service).map(|(_, kind)| *kind);
        known.or_else(|| Self::by_category(&service))
    }

    fn by_category(category: &str) -> Option<Self> {
        CATEGORIES.iter().find(|(name, _)| *name == category).map(|(_, kind)| *kind)
    }

    fn row(self) -> Option<&'static (Self, &'static str, &'static str, &'static str, bool)> {
        KINDS.iter().find(|row| row.0 == self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signalbox_sdk::types::Condition;

    use super::*;

    fn recognise(service: &str, context: Value) -> Kind {
        let mut envelope = Envelope::new(Condition::Fired);
        envelope.service = Some(service.to_owned()).filter(|service| !service.is_empty());
        Kind::recognise(&envelope, &context)
    }

    #[test]
    fn every_kind_has_one_row_and_its_name_in_settings() {
        for (kind, name, ..) in KINDS {
            assert_eq!(serde_json::from_value::<Kind>(json!(name)).unwrap(), *kind);
            assert_eq!(KINDS.iter().filter(|row| row.0 == *kind).count(), 1);
        }
    }

    #[test]
    fn services_in_every_spelling() {
        for (service, kind) in [
            ("Activity Log - Administrative", Kind::ActivityAdministrative),
            ("ActivityLog Security", Kind::ActivitySecurity),
            ("activity log - recommendation", Kind::ActivityRecommendation),
            ("ActivityLog - Something new", Kind::ActivityOther),
            ("Resource Health", Kind::ResourceHealth),
            ("ResourceHealth", Kind::ResourceHealth),
            ("ServiceHealth", Kind::ServiceHealth),
            ("Smart Detector", Kind::SmartDetector),
            ("Azure Backup", Kind::Backup),
            ("SCOM", Kind::Other),
            ("", Kind::Other),
        ] {
            assert_eq!(recognise(service, json!({})), kind, "{service}");
        }
    }

    #[test]
    fn shape_wins_over_a_wrong_service() {
        assert_eq!(recognise("Platform", json!({"SearchQuery": "Heartbeat"})), Kind::LogClassic);
        assert_eq!(recognise("Platform", json!({"expression": "up == 0"})), Kind::Prometheus);
        assert_eq!(recognise("", json!({"properties": {"trackingId": "T"}, "eventSource": 2})), Kind::ServiceHealth);
    }
}
