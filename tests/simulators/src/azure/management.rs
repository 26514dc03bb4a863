//! Resource Manager: which service a path names, over which scope, and what is the same for all of them.
//!
//! Paths are compared without regard to case, as Resource Manager does. A subscription that the tenant does not have is
//! unknown; a resource is unknown unless it was put in.

use http::StatusCode;
use percent_encoding::percent_decode_str;

use super::{
    activity, alerts,
    cloud::Cloud,
    directory::{Action, Caller},
    health, metrics,
    refusal::{Refusal, Shape},
};
use crate::shared::{Answer, Call};

/// A path of Resource Manager: `{scope}/providers/{namespace}/{rest…}`, parted at its last `providers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// What it is about, as it came: `/subscriptions/…`; empty for the whole tenant.
    pub scope: String,
    /// The service, in lower case.
    pub namespace: String,
    /// What is asked of it, as it came.
    pub rest: Vec<String>,
}

/// Which service answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Alerts Management.
    Alerts,
    /// Metric values.
    Metrics,
    /// Metric definitions.
    MetricDefinitions,
    /// Resource health.
    Health,
    /// The activity log.
    Activity,
}

// === impl Path ===

impl Path {
    /// Reads a path, still percent-encoded.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let decode = |segment: &str| percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).map(decode).collect();
        let at = segments.iter().rposition(|segment| segment.eq_ignore_ascii_case("providers"))?;
        let (scope, rest) = segments.split_at(at);
        let [_, namespace, rest @ ..] = rest else { return None };
        Some(Self {
            scope: scope.iter().map(|segment| format!("/{segment}")).collect(),
            namespace: namespace.to_ascii_lowercase(),
            rest: rest.to_vec(),
        })
    }

    /// The service that it names.
    #[must_use]
    pub fn service(&self) -> Option<Service> {
        let rest: Vec<_> = self.rest.iter().map(|segment| segment.to_ascii_lowercase()).collect();
        let rest: Vec<_> = rest.iter().map(String::as_str).collect();
        match (self.namespace.as_str(), rest.as_slice()) {
            ("microsoft.alertsmanagement", ["alerts", ..]) => Some(Service::Alerts),
            ("microsoft.insights", ["metrics"]) => Some(Service::Metrics),
            ("microsoft.insights", ["metricdefinitions"]) => Some(Service::MetricDefinitions),
            ("microsoft.insights", ["eventtypes", "management", "values"]) => Some(Service::Activity),
            ("microsoft.resourcehealth", ["availabilitystatuses", "current"]) => Some(Service::Health),
            _ => None,
        }
    }

    /// The subscription of its scope.
    #[must_use]
    pub fn subscription(&self) -> Option<&str> {
        subscription(&self.scope)
    }
}

// === impl Service ===

impl Service {
    /// The word that fault selectors use.
    #[must_use]
    pub fn subject(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Metrics => "metrics",
            Self::MetricDefinitions => "metricDefinitions",
            Self::Health => "health",
            Self::Activity => "activity",
        }
    }
}

/// The subscription of a resource id.
#[must_use]
pub fn subscription(id: &str) -> Option<&str> {
    let mut segments = id.split('/').skip(1);
    segments.next().filter(|first| first.eq_ignore_ascii_case("subscriptions"))?;
    segments.next()
}

/// The resource group of a resource id.
#[must_use]
pub fn resource_group(id: &str) -> Option<&str> {
    let mut segments = id.split('/').skip(3);
    segments.next().filter(|third| third.eq_ignore_ascii_case("resourceGroups"))?;
    segments.next()
}

/// Provider, type and name of a resource id: `Microsoft.Sql`, `servers/databases`, `orders-db`.
#[must_use]
pub fn kind(id: &str) -> Option<(String, String, String)> {
    let at = id.to_ascii_lowercase().rfind("/providers/")?;
    let mut segments = id.get(at..)?.split('/').skip(2);
    let provider = segments.next()?.to_owned();
    let segments: Vec<_> = segments.collect();
    let types: Vec<_> = segments.iter().step_by(2).copied().collect();
    let is_whole = !segments.is_empty() && segments.len().is_multiple_of(2);
    is_whole.then(|| (provider, types.join("/"), segments.last().copied().unwrap_or_default().to_owned()))
}

/// Whether a resource is the scope or in it.
#[must_use]
pub fn is_within(resource: &str, scope: &str) -> bool {
    let (resource, scope) = (resource.to_ascii_lowercase(), scope.to_ascii_lowercase());
    resource.strip_prefix(scope.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Serves a call.
///
/// # Errors
/// What Resource Manager or the service refuses.
pub fn serve(cloud: &Cloud, call: &Call, caller: &Caller) -> Result<Answer, Refusal> {
    let path = Path::parse(&call.path).ok_or_else(no_path)?;
    let service = path.service().ok_or_else(no_path)?;
    if let Some(subscription) = path.subscription()
        && !cloud.options.subscriptions.iter().any(|known| known.eq_ignore_ascii_case(subscription))
    {
        let words = format!("The subscription '{subscription}' could not be found.");
        return Err(refusal(StatusCode::NOT_FOUND, "SubscriptionNotFound", &words));
    }
    match service {
        Service::Alerts => alerts::serve(cloud, call, &path, caller),
        Service::Metrics => metrics::values(cloud, call, &path, caller),
        Service::MetricDefinitions => metrics::definitions(cloud, call, &path, caller),
        Service::Health => health::serve(cloud, call, &path, caller),
        Service::Activity => activity::serve(cloud, call, &path, caller),
    }
}

/// Whether the call is made in one of these versions.
///
/// # Errors
/// 400 as Resource Manager words it.
pub fn check_version(call: &Call, versions: &[&str]) -> Result<(), Refusal> {
    match call.query.get("api-version") {
        None => {
            let words = "The api-version query parameter (?api-version=) is required for all requests.";
            Err(refusal(StatusCode::BAD_REQUEST, "MissingApiVersionParameter", words))
        }
        Some(version) if versions.contains(&version) => Ok(()),
        Some(version) => {
            let supported = versions.join(",");
            let words = format!("The api-version '{version}' is invalid. The supported versions are '{supported}'.");
            Err(refusal(StatusCode::BAD_REQUEST, "InvalidApiVersionParameter", &words))
        }
    }
}

/// Whether the caller may do this over this scope.
///
/// # Errors
/// 403 as Resource Manager words it.
pub fn authorize(caller: &Caller, action: Action, scope: &str) -> Result<(), Refusal> {
    if caller.may(action) {
        return Ok(());
    }
    let words = format!(
        "The client '{id}' with object id '{id}' does not have authorization to perform action '{}' over scope '{scope}' or \
         the scope is invalid. If access was recently granted, please refresh your credentials.",
        action.name(),
        id = caller.id,
    );
    Err(refusal(StatusCode::FORBIDDEN, "AuthorizationFailed", &words))
}

/// A refusal of Resource Manager.
#[must_use]
pub fn refusal(status: StatusCode, code: &str, words: &str) -> Refusal {
    Refusal::new(Shape::Management, status, code, words)
}

/// 405.
#[must_use]
pub fn wrong_method() -> Refusal {
    let words = "The requested resource does not support this method.";
    refusal(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", words)
}

/// 404 for a resource that is not there.
#[must_use]
pub fn no_resource(id: &str) -> Refusal {
    let named = kind(id).map(|(provider, types, name)| format!("{provider}/{types}/{name}"));
    let words = format!(
        "The Resource '{}' under resource group '{}' was not found. For more details please go to \
         https://aka.ms/ARMResourceNotFoundFix",
        named.as_deref().unwrap_or(id),
        resource_group(id).unwrap_or_default(),
    );
    refusal(StatusCode::NOT_FOUND, "ResourceNotFound", &words)
}

fn no_path() -> Refusal {
    refusal(StatusCode::NOT_FOUND, "InvalidResourceType", "The resource type could not be found in the namespace.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_parted_at_its_last_provider() {
        for (path, scope, service) in [
            ("/providers/Microsoft.AlertsManagement/alerts/a", "", Service::Alerts),
            ("/subscriptions/s/providers/Microsoft.AlertsManagement/alerts", "/subscriptions/s", Service::Alerts),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a%20b/providers/microsoft.insights/metrics",
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a b",
                Service::Metrics,
            ),
            (
                "/subscriptions/s/providers/Microsoft.Insights/eventTypes/management/values",
                "/subscriptions/s",
                Service::Activity,
            ),
        ] {
            let path = Path::parse(path).unwrap();
            assert_eq!((path.scope.as_str(), path.service()), (scope, Some(service)));
        }
        assert_eq!(Path::parse("/subscriptions/s"), None);
        assert_eq!(Path::parse("/subscriptions/s/providers/Microsoft.Web/sites/a").unwrap().service(), None);
    }

    #[test]
    fn a_resource_id_tells_what_it_is() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/one/databases/two";
        assert_eq!(kind(id), Some(("Microsoft.Sql".into(), "servers/databases".into(), "two".into())));
        assert_eq!((subscription(id), resource_group(id)), (Some("s"), Some("g")));
        assert_eq!(kind("/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers"), None);
        assert_eq!(kind("/subscriptions/s"), None);
        assert!(is_within(id, "/Subscriptions/S/resourcegroups/g"));
        assert!(!is_within(id, "/subscriptions/s/resourceGroups/gg"));
        assert!(!is_within(id, "/subscriptions/s/resourceGroups/g/providers/Microsoft.Sql/servers/on"));
    }
}
