//! Which field of a business object means what, by internal name.
//!
//! A system is built to measure: every name can be another one, or none. What stands here is a system as it is delivered; the
//! names of incidents are those of public integrations, those of change requests are what the product's forms are called by and
//! want a look (see [`crate::probe`], which names what is not there).

use serde::Deserialize;
use signalbox_sdk::records::RecordKind;
use std::collections::BTreeMap;

/// What a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One line.
    Title,
    /// The whole story.
    Description,
    /// Where it stands.
    State,
    /// How bad it is.
    Priority,
    /// How soon it must end.
    Urgency,
    /// How much it affects.
    Impact,
    /// Whether it was escalated.
    Escalation,
    /// What it is about.
    Category,
    /// How it came in.
    Origin,
    /// What suffers.
    Service,
    /// Team that it is with.
    Assignment,
    /// Person that it is with.
    AssignedTo,
    /// On whose behalf: a record's id.
    Caller,
    /// On whose behalf, by name.
    CallerName,
    /// What it is about in the CMDB: a record's id.
    ConfigurationItem,
    /// What it is about in the CMDB, by name.
    ConfigurationItemName,
    /// How it ended, in words.
    Resolution,
    /// How it ended, in one word.
    CloseCode,
    /// Who made it.
    CreatedBy,
    /// Who resolved it.
    ResolvedBy,
    /// Who closed it.
    ClosedBy,
    /// The change that caused it.
    CausedBy,
    /// When it was made.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// When it was resolved.
    ResolvedAt,
    /// When it was closed.
    ClosedAt,
    /// What changes with every write.
    Version,
    /// What kind of change.
    Type,
    /// How risky a change is.
    Risk,
    /// Whether a change collides with another.
    Conflict,
    /// By when a change is asked for.
    RequestedAt,
    /// When a change shall begin.
    PlannedStart,
    /// When a change shall end.
    PlannedEnd,
    /// When a change began.
    ActualStart,
    /// When a change ended.
    ActualEnd,
}

/// The operator's names for some fields.
pub type Names = BTreeMap<Role, String>;

/// The name of a field, by what it means; empty where the object has none.
#[must_use]
pub fn name(names: &Names, kind: RecordKind, role: Role) -> &str {
    names.get(&role).map_or_else(|| as_delivered(kind, role), String::as_str)
}

/// Every role that a kind has a field for, as delivered, with its name.
#[must_use]
pub fn delivered(kind: RecordKind) -> Names {
    let named = ALL.iter().map(|role| (*role, as_delivered(kind, *role).to_owned()));
    named.filter(|(_, name)| !name.is_empty()).collect()
}

fn as_delivered(kind: RecordKind, role: Role) -> &'static str {
    use Role as R;
    let is_change = kind == RecordKind::Change;
    match role {
        R::Description => "Description",
        R::State => "Status",
        R::Priority => "Priority",
        R::Urgency => "Urgency",
        R::Impact => "Impact",
        R::Category => "Category",
        R::Origin => "Source",
        R::Service => "Service",
        R::Assignment => "OwnedByTeam",
        R::AssignedTo => "OwnedBy",
        R::ConfigurationItemName => "ConfigItemDisplayName",
        R::CreatedBy => "CreatedBy",
        R::ClosedBy => "ClosedBy",
        R::CreatedAt => "CreatedDateTime",
        R::UpdatedAt => "LastModifiedDateTime",
        R::ClosedAt => "ClosedDateTime",
        R::Version => "LastModTimeStamp",
        R::Title if is_change => "Title",
        R::CallerName if is_change => "RequestedBy",
        R::CloseCode if is_change => "CloseCode",
        R::Type if is_change => "Type",
        R::Risk if is_change => "Risk",
        R::Conflict if is_change => "Conflict",
        R::PlannedStart if is_change => "ProposedStartDate",
        R::PlannedEnd if is_change => "ProposedEndDate",
        R::ActualStart if is_change => "ActualStartDate",
        R::ActualEnd if is_change => "ActualEndDate",
        _ if is_change => "",
        R::Title => "ShortDescription",
        R::CallerName => "CustomerDisplayName",
        R::Caller => "CustomerRecID",
        R::ConfigurationItem => "ConfigItemRecID",
        R::Resolution => "CloseDescription",
        R::CausedBy => "ChangeID",
        R::ResolvedAt => "Stat_DateTimeResolved",
        R::Escalation | R::CloseCode | R::ResolvedBy => "",
        R::Type | R::Risk | R::Conflict | R::RequestedAt => "",
        R::PlannedStart | R::PlannedEnd | R::ActualStart | R::ActualEnd => "",
    }
}

/// All roles.
const ALL: [Role; 35] = [
    Role::Title,
    Role::Description,
    Role::State,
    Role::Priority,
    Role::Urgency,
    Role::Impact,
    Role::Escalation,
    Role::Category,
    Role::Origin,
    Role::Service,
    Role::Assignment,
    Role::AssignedTo,
    Role::Caller,
    Role::CallerName,
    Role::ConfigurationItem,
    Role::ConfigurationItemName,
    Role::Resolution,
    Role::CloseCode,
    Role::CreatedBy,
    Role::ResolvedBy,
    Role::ClosedBy,
    Role::CausedBy,
    Role::CreatedAt,
    Role::UpdatedAt,
    Role::ResolvedAt,
    Role::ClosedAt,
    Role::Version,
    Role::Type,
    Role::Risk,
    Role::Conflict,
    Role::RequestedAt,
    Role::PlannedStart,
    Role::PlannedEnd,
    Role::ActualStart,
    Role::ActualEnd,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_operator_s_name_wins_and_may_be_none() {
        let names: Names = serde_json::from_str(r#"{"title": "Headline", "impact": ""}"#).unwrap();
        assert_eq!(name(&names, RecordKind::Incident, Role::Title), "Headline");
        assert_eq!(name(&names, RecordKind::Incident, Role::Impact), "");
        assert_eq!(name(&names, RecordKind::Incident, Role::State), "Status");
        assert_eq!(name(&Names::new(), RecordKind::Change, Role::Title), "Title");
        assert_eq!(name(&Names::new(), RecordKind::Change, Role::Caller), "");
    }

    #[test]
    fn each_role_has_its_place() {
        let known: std::collections::BTreeSet<_> = ALL.iter().collect();
        assert_eq!(known.len(), ALL.len());
        assert!(delivered(RecordKind::Incident).contains_key(&Role::Caller));
        assert!(delivered(RecordKind::Change).contains_key(&Role::ActualEnd));
    }
}
