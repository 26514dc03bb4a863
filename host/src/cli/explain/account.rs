//! What `explain` says.

use crate::{
    cli::output::{self, clean},
    domain::{Alert, Content},
};
use serde::Serialize;

/// One alert's way.
#[derive(Debug, Serialize)]
pub struct Account {
    /// As decoded.
    pub alert: Alert,
    /// What each route says of it, in order.
    pub routes: Vec<RouteSays>,
    /// What would be made.
    pub tickets: Vec<TicketSays>,
    /// Why nothing would be made; empty where something would.
    pub nothing: String,
}

/// What one route says.
#[derive(Debug, Serialize)]
pub struct RouteSays {
    /// Its name.
    pub route: String,
    /// `matched`, `not matched`, `not asked: …`, or why it could not be evaluated.
    pub decision: String,
}

/// One ticket that would be made.
#[derive(Debug, Serialize)]
pub struct TicketSays {
    /// By this route.
    pub route: String,
    /// There.
    pub connection: String,
    /// As this.
    pub kind: String,
    /// With this key.
    pub key: String,
    /// What its alerts would have in common.
    pub group: Vec<(String, String)>,
    /// By this mapping.
    pub mapping: String,
    /// Maintenance of the configuration that is in force for it now, and what that does; empty where none is.
    pub maintenance: String,
    /// What the mapping makes of it.
    pub content: Option<Content>,
    /// What would be sent, in order.
    pub requests: Vec<RequestSays>,
    /// How the account ends.
    pub end: String,
    /// Whether it ends because something is wrong: the mapping does not fit, or the adapter refuses.
    pub failed: bool,
}

/// One request.
#[derive(Debug, Serialize)]
pub struct RequestSays {
    /// In capitals.
    pub method: String,
    /// Relative to the connection's address.
    pub target: String,
    /// As text.
    pub body: String,
}

// === impl Account ===

impl Account {
    /// For people.
    pub fn print(&self) {
        let alert = &self.alert;
        line("alert", &format!("{} ({}, {})", alert.title, alert.condition.as_str(), alert.severity.as_str()));
        line("id", alert.id.as_str());
        line("correlation", alert.correlation_key.as_str());
        line("rule", &alert.rule);
        line("condition", &alert.summary);
        line("fired", &alert.fired_at.to_string());
        if let Some(resolved_at) = alert.resolved_at {
            line("resolved", &resolved_at.to_string());
        }
        for resource in &alert.resources {
            line("resource", &format!("{} ({})", resource.name, resource.id));
        }
        for (name, value) in &alert.labels {
            line("label", &format!("{name} = {value}"));
        }
        for route in &self.routes {
            line("route", &format!("{}: {}", route.route, route.decision));
        }
        if !self.nothing.is_empty() {
            line("outcome", &self.nothing);
        }
        self.tickets.iter().for_each(TicketSays::print);
        output::print("");
    }
}

// === impl TicketSays ===

impl TicketSays {
    fn print(&self) {
        output::print("");
        line(
            "ticket",
            &format!("{} on {}, by route {} and mapping {}", self.kind, self.connection, self.route, self.mapping),
        );
        line("key", &self.key);
        if !self.maintenance.is_empty() {
            line("maintenance", &self.maintenance);
        }
        for (name, value) in &self.group {
            line("group", &format!("{name} = {value}"));
        }
        if let Some(content) = &self.content {
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            for (name, value) in [
                ("title", text(&content.title)),
                ("severity", content.severity.map(|severity| severity.as_str().to_owned()).unwrap_or_default()),
                ("assignment", text(&content.assignment)),
                ("caller", text(&content.caller)),
                ("item", text(&content.configuration_item)),
                ("service", text(&content.service)),
                ("category", text(&content.category)),
                ("note", text(&content.note)),
                ("description", text(&content.description)),
            ] {
                if !value.is_empty() {
                    line(name, &value);
                }
            }
            for (name, value) in &content.fields {
                line("field", &format!("{name} = {value}"));
            }
        }
        for request in &self.requests {
            line("request", &format!("{} {}", request.method, request.target));
            if !request.body.is_empty() {
                line("", &request.body);
            }
        }
        line("end", &self.end);
    }
}

/// A name and its value; further lines of the value stand under the first.
fn line(name: &str, value: &str) {
    let clean = clean(value);
    let mut lines = clean.lines();
    output::print(&format!("{name:<12} {}", lines.next().unwrap_or_default()));
    for more in lines {
        output::print(&format!("{:<12} {more}", ""));
    }
}
