//! Which API a call is for, which tokens that API takes, and who shows one.

use http::{StatusCode, header};

use super::{
    directory::{Caller, Directory},
    refusal::{Refusal, Shape},
};
use crate::shared::{Apparatus, Call};

/// What answers a call. In life each has a host of its own; here the path tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Entra: `/{tenant}/…`.
    Entra,
    /// The metadata service of the machine: `/metadata/…`.
    Metadata,
    /// Logs Ingestion: `/dataCollectionRules/…`.
    Ingestion,
    /// Log Analytics: `/v1/…`.
    Query,
    /// Resource Manager: `/subscriptions/…`, `/providers/…`.
    Management,
}

/// What tokens can be for. Each API takes those of its own.
const MONITOR: &[&str] = &["https://monitor.azure.com"];
const LOGS: &[&str] = &["https://api.loganalytics.io", "https://api.loganalytics.azure.com"];
const MANAGEMENT: &[&str] = &["https://management.azure.com", "https://management.core.windows.net"];

/// The resource that a text names, as tokens are kept for it; none where the tenant knows no such resource.
#[must_use]
pub fn resource(text: &str) -> Option<&'static str> {
    let text = text.strip_suffix('/').unwrap_or(text);
    [MONITOR, LOGS, MANAGEMENT].into_iter().flatten().copied().find(|known| *known == text)
}

// === impl Api ===

impl Api {
    /// Whose call this is.
    #[must_use]
    pub fn of(call: &Call) -> Self {
        let first = call.path.trim_start_matches('/').split('/').next().unwrap_or_default();
        match first.to_ascii_lowercase().as_str() {
            "metadata" => Self::Metadata,
            "datacollectionrules" => Self::Ingestion,
            "v1" => Self::Query,
            "subscriptions" | "providers" => Self::Management,
            _ => Self::Entra,
        }
    }

    /// How it words a refusal.
    #[must_use]
    pub fn shape(self) -> Shape {
        match self {
            Self::Ingestion => Shape::Ingestion,
            Self::Query => Shape::Query,
            Self::Entra | Self::Metadata | Self::Management => Shape::Management,
        }
    }

    fn audiences(self) -> &'static [&'static str] {
        match self {
            Self::Ingestion => MONITOR,
            Self::Query => LOGS,
            Self::Management => MANAGEMENT,
            Self::Entra | Self::Metadata => &[],
        }
    }

    /// Who calls, by the token that is shown.
    ///
    /// # Errors
    /// 401 without a token that lives, and where the token is for another API: 401 from Resource Manager, else 403.
    pub fn authenticate(self, call: &Call, directory: &Directory, apparatus: &Apparatus) -> Result<Caller, Refusal> {
        let shown = call.header(header::AUTHORIZATION).and_then(|value| value.split_once(' '));
        let Some((_, token)) = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")) else {
            let words = "Authentication failed. The 'Authorization' header is missing.";
            return Err(self.refusal(StatusCode::UNAUTHORIZED, "AuthenticationFailed", words));
        };
        let Some((id, audience)) = apparatus.tokens.holder(token.trim(), apparatus.clock.now()) else {
            return Err(self.not_authenticated());
        };
        if !self.audiences().contains(&audience.as_str()) {
            let status = if self == Self::Management { StatusCode::UNAUTHORIZED } else { StatusCode::FORBIDDEN };
            let allowed: Vec<_> = self.audiences().iter().map(|audience| format!("'{audience}/'")).collect();
            let words = format!(
                "The access token has been obtained for wrong audience or resource '{audience}'. It should exactly match \
                 with one of the allowed audiences {}.",
                allowed.join(",")
            );
            return Err(self.refusal(status, "InvalidAuthenticationTokenAudience", &words));
        }
        Ok(directory.caller(&id))
    }

    /// What a token gets that is unknown or over.
    #[must_use]
    pub fn not_authenticated(self) -> Refusal {
        let challenge =
            "Bearer authorization_uri=\"https://login.microsoftonline.com/common\", error=\"invalid_token\"";
        self.refusal(StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken", "The access token is invalid.")
            .with(header::WWW_AUTHENTICATE, challenge)
    }

    /// A refusal as this API words it.
    #[must_use]
    pub fn refusal(self, status: StatusCode, code: &str, words: &str) -> Refusal {
        Refusal::new(self.shape(), status, code, words)
    }
}
