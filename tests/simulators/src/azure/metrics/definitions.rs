//! Which metrics resources of a type have, as Microsoft's list of supported metrics names them. A selection: of the types
//! that alerts are mostly about, the metrics that are mostly looked at.

/// How the values of an interval become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregation {
    /// Their mean.
    Average,
    /// The least.
    Minimum,
    /// The greatest.
    Maximum,
    /// Their sum.
    Total,
    /// How many there are.
    Count,
}

/// A metric of a type of resources.
#[derive(Debug, Clone, Copy)]
pub struct Definition {
    /// Its name in calls.
    pub name: &'static str,
    /// Its unit.
    pub unit: &'static str,
    /// What it is mostly asked for; all else can be asked too.
    pub primary: Aggregation,
}

/// All metrics of a type.
#[derive(Debug, Clone, Copy)]
pub struct ResourceType {
    /// Provider and type, which is also the metrics' namespace.
    pub name: &'static str,
    /// Its metrics.
    pub metrics: &'static [Definition],
}

const fn metric(name: &'static str, unit: &'static str, primary: Aggregation) -> Definition {
    Definition { name, unit, primary }
}

use Aggregation::{Average, Maximum, Total};

const TYPES: &[ResourceType] = &[
    ResourceType {
        name: "Microsoft.Compute/virtualMachines",
        metrics: &[
            metric("Percentage CPU", "Percent", Average),
            metric("Available Memory Bytes", "Bytes", Average),
            metric("Available Memory Percentage", "Percent", Average),
            metric("Network In Total", "Bytes", Total),
            metric("Network Out Total", "Bytes", Total),
            metric("Disk Read Bytes", "Bytes", Total),
            metric("Disk Write Bytes", "Bytes", Total),
            metric("OS Disk Queue Depth", "Count", Average),
            metric("Data Disk Queue Depth", "Count", Average),
            metric("OS Disk IOPS Consumed Percentage", "Percent", Average),
            metric("VmAvailabilityMetric", "Count", Average),
        ],
    },
    ResourceType {
        name: "Microsoft.Web/sites",
        metrics: &[
            metric("Requests", "Count", Total),
            metric("Http2xx", "Count", Total),
            metric("Http4xx", "Count", Total),
            metric("Http5xx", "Count", Total),
            metric("HttpResponseTime", "Seconds", Average),
            metric("CpuTime", "Seconds", Total),
            metric("MemoryWorkingSet", "Bytes", Average),
            metric("AverageMemoryWorkingSet", "Bytes", Average),
            metric("HealthCheckStatus", "Count", Average),
            metric("AppConnections", "Count", Average),
        ],
    },
    ResourceType {
        name: "Microsoft.Web/serverfarms",
        metrics: &[
            metric("CpuPercentage", "Percent", Average),
            metric("MemoryPercentage", "Percent", Average),
            metric("HttpQueueLength", "Count", Average),
            metric("DiskQueueLength", "Count", Average),
        ],
    },
    ResourceType {
        name: "Microsoft.Sql/servers/databases",
        metrics: &[
            metric("cpu_percent", "Percent", Average),
            metric("physical_data_read_percent", "Percent", Average),
            metric("log_write_percent", "Percent", Average),
            metric("dtu_consumption_percent", "Percent", Average),
            metric("storage_percent", "Percent", Maximum),
            metric("sqlserver_process_core_percent", "Percent", Maximum),
            metric("workers_percent", "Percent", Average),
            metric("sessions_percent", "Percent", Average),
            metric("connection_successful", "Count", Total),
            metric("connection_failed", "Count", Total),
            metric("deadlock", "Count", Total),
        ],
    },
    ResourceType {
        name: "Microsoft.ContainerService/managedClusters",
        metrics: &[
            metric("node_cpu_usage_percentage", "Percent", Average),
            metric("node_memory_working_set_percentage", "Percent", Average),
            metric("node_memory_rss_percentage", "Percent", Average),
            metric("node_disk_usage_percentage", "Percent", Average),
            metric("kube_node_status_condition", "Count", Average),
            metric("kube_pod_status_ready", "Count", Average),
            metric("kube_pod_status_phase", "Count", Average),
            metric("apiserver_current_inflight_requests", "Count", Average),
            metric("apiserver_cpu_usage_percentage", "Percent", Maximum),
            metric("cluster_autoscaler_unschedulable_pods_count", "Count", Average),
        ],
    },
    ResourceType {
        name: "Microsoft.Storage/storageAccounts",
        metrics: &[
            metric("Availability", "Percent", Average),
            metric("SuccessE2ELatency", "MilliSeconds", Average),
            metric("SuccessServerLatency", "MilliSeconds", Average),
            metric("Transactions", "Count", Total),
            metric("Ingress", "Bytes", Total),
            metric("Egress", "Bytes", Total),
            metric("UsedCapacity", "Bytes", Average),
        ],
    },
];

/// The type of this name: `Microsoft.Web/sites`, in any case.
#[must_use]
pub fn of(name: &str) -> Option<&'static ResourceType> {
    TYPES.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

// === impl ResourceType ===

impl ResourceType {
    /// The metric of this name, in any case.
    #[must_use]
    pub fn metric(&self, name: &str) -> Option<&'static Definition> {
        self.metrics.iter().find(|metric| metric.name.eq_ignore_ascii_case(name))
    }
}

// === impl Aggregation ===

impl Aggregation {
    /// All of them.
    pub const ALL: [Self; 5] = [Average, Self::Minimum, Maximum, Total, Self::Count];

    /// The one of this name, in any case.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|aggregation| aggregation.name().eq_ignore_ascii_case(name.trim()))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Average => "Average",
            Self::Minimum => "Minimum",
            Maximum => "Maximum",
            Total => "Total",
            Self::Count => "Count",
        }
    }

    /// One of some values.
    #[must_use]
    pub fn of(self, values: &[f64]) -> f64 {
        let count = values.iter().map(|_| 1.0).sum::<f64>();
        match self {
            Average => values.iter().sum::<f64>() / count,
            Self::Minimum => values.iter().copied().fold(f64::INFINITY, f64::min),
            Maximum => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Total => values.iter().sum(),
            Self::Count => count,
        }
    }
}
