//! Who may call: applications registered in Entra, managed identities, and the roles that are assigned to them.

use jiff::Timestamp;

use super::certificate::Certificate;

/// All who may call.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    /// Applications, which sign in at Entra.
    pub applications: Vec<Application>,
    /// Identities of the machine, which the metadata service signs in.
    pub identities: Vec<ManagedIdentity>,
}

/// An application.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its client id.
    pub id: String,
    /// What it can show to be itself.
    pub credentials: Vec<Credential>,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// What an application shows.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A client secret, good until then; for ever where no time is given.
    Secret {
        /// Its value.
        value: String,
        /// When it ends.
        until: Option<Timestamp>,
    },
    /// A certificate whose key signs assertions.
    Certificate(Certificate),
}

/// An identity of the machine.
#[derive(Debug, Clone)]
pub struct ManagedIdentity {
    /// Its client id.
    pub client_id: String,
    /// Its principal's object id.
    pub object_id: String,
    /// Its resource id; none for the system-assigned one, which is what a request that names none gets.
    pub resource_id: Option<String>,
    /// What it may do.
    pub roles: Vec<Role>,
}

/// A built-in role, assigned on the subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Monitoring Metrics Publisher: uploads through data collection rules.
    MonitoringMetricsPublisher,
    /// Monitoring Contributor: reads everything, and changes alerts.
    MonitoringContributor,
    /// Monitoring Reader: reads everything, logs too.
    MonitoringReader,
    /// Log Analytics Reader: reads everything, logs too.
    LogAnalyticsReader,
}

/// What a call does, as roles name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Uploads rows.
    Publish,
    /// Reads this: `Microsoft.Insights/Metrics/Read`.
    Read(&'static str),
    /// Changes an alert's state.
    ChangeAlert,
    /// Runs a query over logs.
    QueryLogs,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The client id.
    pub id: String,
    /// What they may do.
    pub roles: Vec<Role>,
}

// === impl Directory ===

impl Directory {
    /// The application of this client id.
    #[must_use]
    pub fn application(&self, id: &str) -> Option<&Application> {
        self.applications.iter().find(|application| application.id.eq_ignore_ascii_case(id))
    }

    /// Whoever has this client id, with their roles; without any where nobody has it.
    #[must_use]
    pub fn caller(&self, id: &str) -> Caller {
        let identity = || self.identities.iter().find(|identity| identity.client_id == id);
        let roles = self.application(id).map(|application| &application.roles);
        let roles = roles.or_else(|| identity().map(|identity| &identity.roles));
        Caller { id: id.to_owned(), roles: roles.cloned().unwrap_or_default() }
    }
}

// === impl Caller ===

impl Caller {
    /// Whether one of their roles allows this.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        self.roles.iter().any(|role| role.allows(action))
    }
}

// === impl Role ===

impl Role {
    fn allows(self, action: Action) -> bool {
        match action {
            Action::Publish => self == Self::MonitoringMetricsPublisher,
            Action::ChangeAlert => self == Self::MonitoringContributor,
            Action::Read(_) | Action::QueryLogs => self != Self::MonitoringMetricsPublisher,
        }
    }
}

// === impl Action ===

impl Action {
    /// Its name where a refusal tells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Publish => "Microsoft.Insights/Telemetry/Write",
            Self::Read(name) => name,
            Self::ChangeAlert => "Microsoft.AlertsManagement/alerts/changestate/action",
            Self::QueryLogs => "Microsoft.OperationalInsights/workspaces/query/read",
        }
    }
}

// === impl Credential ===

impl Credential {
    /// A secret without an end.
    #[must_use]
    pub fn secret(value: &str) -> Self {
        Self::Secret { value: value.to_owned(), until: None }
    }
}
