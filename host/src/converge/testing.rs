//! Values that the tests of this folder have in common.

use super::desk::Abilities;
use crate::domain::{
    Alert, AlertId, Condition, CorrelationKey, Episode, Member, Note, PlatformTicket, ProblemId, Severity, TicketKey,
    TicketState, Timestamp, WorkItemKind,
};
use crate::ledger::{Claimed, Lease, NewestAlert};

/// So many seconds after the tests' beginning.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_nanos(1_700_000_000_000_000_000 + second * 1_000_000_000)
}

pub(crate) fn whole_abilities() -> Abilities {
    Abilities {
        create: true,
        find: true,
        read: true,
        update: true,
        resolve: true,
        reopen: true,
        annotate: true,
        idempotent: false,
    }
}

/// A member whose winning observation was made at this second.
pub(crate) fn member(key: &str, condition: Condition, second: i64) -> Member {
    Member {
        correlation_key: CorrelationKey::from(key),
        alert_id: AlertId::from(format!("{key}@{second}")),
        title: format!("problem {key}"),
        severity: Severity::Error,
        condition,
        episode: Episode { fired_at: at(second), observed_at: at(second), condition },
        resolved_at: None,
        resolves: true,
        resource: None,
    }
}

pub(crate) fn alert(member: &Member) -> Alert {
    Alert {
        id: member.alert_id.clone(),
        correlation_key: member.correlation_key.clone(),
        condition: member.condition,
        severity: member.severity,
        resolves: member.resolves,
        signal: "metric".into(),
        rule: "a rule".into(),
        title: member.title.clone(),
        summary: String::new(),
        description: String::new(),
        observed_at: member.episode.observed_at,
        fired_at: member.episode.fired_at,
        resolved_at: None,
        resources: vec![],
        facts: vec![],
        links: vec![],
        labels: vec![],
        payload: String::new(),
    }
}

/// A ticket with these members, the first being the one that decides.
pub(crate) fn claimed(members: Vec<Member>) -> Claimed {
    let problem = ProblemId::from("0123456789abcdef0123456789abcdef01234567");
    let newest = members.first().cloned().unwrap_or_else(|| member("a", Condition::Fired, 0));
    let firing = members.iter().filter(|each| each.condition == Condition::Fired).count();
    Claimed {
        lease: Lease { key: TicketKey::of(&problem, 1), token: 1, until: at(1_000) },
        taken_over_from: None,
        n: 1,
        problem,
        connection: "desk".parse().unwrap(),
        kind: WorkItemKind::Incident,
        route: "all".parse().unwrap(),
        group: vec![("rule".into(), "a rule".into())],
        resource: None,
        storm: false,
        follows: None,
        created_at: at(0),
        looks: 0,
        wanted: 1,
        life: None,
        newest: NewestAlert { source: "probe".parse().unwrap(), alert: alert(&newest) },
        firing: u32::try_from(firing).unwrap(),
        total: u32::try_from(members.len()).unwrap(),
        members,
        unlisted: None,
        timeline: vec![],
        facts: None,
    }
}

pub(crate) fn platform_ticket(key: &TicketKey) -> PlatformTicket {
    PlatformTicket {
        id: "id-1".into(),
        number: "T1".into(),
        url: String::new(),
        key: key.to_string(),
        state: TicketState::Open,
        platform_state: "Open".into(),
        version: "1".into(),
        priority: String::new(),
        assignment: String::new(),
        assigned_to: String::new(),
        created_at: None,
        updated_at: None,
        resolved_at: None,
        closed_at: None,
        fields: serde_json::Map::new(),
    }
}

pub(crate) fn note(id: &str) -> Note {
    Note { id: id.into(), at: at(0), text: format!("a note [{id}]") }
}
