//! Which metrics tell most about a resource of each type, and over what time they are asked for.
//!
//! Names are those of the REST API, from Microsoft's lists of supported metrics. One name that a type does not have, or not at the
//! interval, refuses the whole question; so only what is common to the resources of a type stands here.

use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Metrics by type of resource, and the time around the firing.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// How long before the alert fired.
    pub before_minutes: u32,
    /// How long after it.
    pub after_minutes: u32,
    /// Over what each value is aggregated.
    pub interval: Interval,
    /// By type in lower case; an entry takes the place of a default, an empty one asks for none.
    pub types: BTreeMap<String, Vec<Metric>>,
}

/// One of a resource's metrics.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Its name in the REST API.
    pub name: Cow<'static, str>,
    /// What is made of the values of an interval.
    pub aggregation: Aggregation,
}

/// What is made of the values of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// Their mean.
    Average,
    /// The lowest.
    Minimum,
    /// The highest.
    Maximum,
    /// Their sum.
    Total,
    /// How many there are.
    Count,
}

/// Intervals that every metric of the defaults is kept at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Interval {
    /// A minute.
    #[serde(rename = "PT1M")]
    Minute,
    /// Five minutes.
    #[serde(rename = "PT5M")]
    FiveMinutes,
    /// A quarter of an hour.
    #[serde(rename = "PT15M")]
    QuarterHour,
    /// Half an hour.
    #[serde(rename = "PT30M")]
    HalfHour,
    /// An hour.
    #[serde(rename = "PT1H")]
    Hour,
}

/// A row a type.
const DEFAULTS: [(&str, &[(&str, Aggregation)]); 5] = {
    use Aggregation::{Average, Maximum, Total};
    [
        (
            "microsoft.compute/virtualmachines",
            &[
                ("Percentage CPU", Average),
                ("Available Memory Bytes", Average),
                ("VmAvailabilityMetric", Average),
                ("OS Disk Queue Depth", Average),
                ("Network In Total", Total),
                ("Network Out Total", Total),
            ],
        ),
        (
            "microsoft.web/sites",
            &[
                ("Requests", Total),
                ("Http5xx", Total),
                ("Http4xx", Total),
                ("HttpResponseTime", Average),
                ("MemoryWorkingSet", Average),
            ],
        ),
        (
            "microsoft.sql/servers/databases",
            &[
                ("cpu_percent", Average),
                ("physical_data_read_percent", Average),
                ("log_write_percent", Average),
                ("workers_percent", Maximum),
                ("connection_failed", Total),
                ("deadlock", Total),
            ],
        ),
        (
            "microsoft.containerservice/managedclusters",
            &[
                ("node_cpu_usage_percentage", Average),
                ("node_memory_working_set_percentage", Average),
                ("node_disk_usage_percentage", Average),
            ],
        ),
        (
            "microsoft.storage/storageaccounts",
            &[
                ("Availability", Average),
                ("Transactions", Total),
                ("SuccessE2ELatency", Average),
                ("SuccessServerLatency", Average),
            ],
        ),
    ]
};

// === impl Metrics ===

impl Metrics {
    /// What is asked for of a type in lower case; empty for none.
    #[must_use]
    pub fn of(&self, kind: &str) -> Vec<Metric> {
        if let Some(given) = self.types.get(kind) {
            return given.clone();
        }
        let default = DEFAULTS.iter().find(|(known, _)| *known == kind).map_or(&[][..], |(_, metrics)| metrics);
        default.iter().map(|(name, aggregation)| Metric { name: (*name).into(), aggregation: *aggregation }).collect()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self { before_minutes: 30, after_minutes: 5, interval: Interval::FiveMinutes, types: BTreeMap::new() }
    }
}

// === impl Aggregation, Interval ===

impl Aggregation {
    /// As the REST API spells it, in a query and as the name of a value.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Average => "average",
            Self::Minimum => "minimum",
            Self::Maximum => "maximum",
            Self::Total => "total",
            Self::Count => "count",
        }
    }
}

impl Interval {
    /// As ISO 8601 spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Minute => "PT1M",
            Self::FiveMinutes => "PT5M",
            Self::QuarterHour => "PT15M",
            Self::HalfHour => "PT30M",
            Self::Hour => "PT1H",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const PAGE: &str = include_str!("../../../../docs/monitors/azure-monitor.md");

    #[test]
    fn every_default_stands_in_the_documentation() {
        for (kind, metrics) in DEFAULTS {
            let words = |(name, aggregation): &(&str, Aggregation)| format!("{name} ({})", aggregation.name());
            let row = format!("| `{kind}` | {} |", metrics.iter().map(words).collect::<Vec<_>>().join(", "));
            assert!(PAGE.contains(&row), "{row}");
        }
    }

    #[test]
    fn an_entry_takes_the_place_of_a_default() {
        let given = json!({"types": {
            "microsoft.web/sites": [{"name": "CpuTime", "aggregation": "total"}],
            "microsoft.storage/storageaccounts": [],
            "microsoft.cache/redis": [{"name": "serverLoad", "aggregation": "maximum"}],
        }});
        let metrics: Metrics = serde_json::from_value(given).unwrap();
        let names = |kind| metrics.of(kind).into_iter().map(|metric| metric.name.into_owned()).collect::<Vec<_>>();
        assert_eq!(names("microsoft.web/sites"), ["CpuTime"]);
        assert_eq!(names("microsoft.storage/storageaccounts"), [""; 0]);
        assert_eq!(names("microsoft.cache/redis"), ["serverLoad"]);
        assert_eq!(names("microsoft.sql/servers/databases").len(), 6);
        assert_eq!(names("microsoft.network/loadbalancers"), [""; 0]);
    }
}
