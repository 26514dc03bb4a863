//! Plays a create through: routing, mapping, adapter; everything but the sending.

use super::account::{Account, RequestSays, RouteSays, TicketSays};
use crate::{
    converge::{
        desk::{Assigned, Desk, MappingFailure, Platform as _},
        input::input,
        item,
        life::Life,
        policies::Maintenance,
    },
    domain::{Action, Alert, CallBudget, Condition, HttpRequest, Member, SourceName, TicketKey},
    generation::{AdapterPlatform, Current, GenerationDesk},
    ledger::{Claimed, Lease, NewestAlert, Placement},
    maintenance,
    outbound::NotSending,
    route::Decision,
};
use std::{sync::Arc, time::Instant};

/// What would become of alerts of this source.
pub async fn rehearse(current: &Arc<Current>, source: &SourceName, alerts: Vec<Alert>, online: bool) -> Vec<Account> {
    let mut accounts = Vec::new();
    for alert in alerts {
        accounts.push(account(current, source, alert, online).await);
    }
    accounts
}

async fn account(current: &Arc<Current>, source: &SourceName, alert: Alert, online: bool) -> Account {
    let routed = current.load().route(&alert);
    let routes = routed.decisions.iter().map(|(route, decision)| RouteSays {
        route: route.to_string(),
        decision: match decision {
            Decision::Matched => "matched".to_owned(),
            Decision::NotMatched => "not matched".to_owned(),
            Decision::Stopped => "not asked: a route before it stopped".to_owned(),
            Decision::Unevaluable(error) => format!("not matched, since it could not be evaluated: {error}"),
        },
    });
    let routes = routes.collect();
    if alert.condition == Condition::Resolved {
        let nothing = "a resolved alert whose firing was never seen is kept and makes nothing; it ends a ticket that it stands in";
        return Account { alert, routes, tickets: Vec::new(), nothing: nothing.to_owned() };
    }
    let mut tickets = Vec::new();
    for placement in &routed.placements {
        tickets.push(ticket(current, source, &alert, placement, online).await);
    }
    let nothing = if tickets.is_empty() { "no route takes it: it is kept, and can be routed again" } else { "" };
    Account { alert, routes, tickets, nothing: nothing.to_owned() }
}

async fn ticket(
    current: &Arc<Current>,
    source: &SourceName,
    alert: &Alert,
    placement: &Placement,
    online: bool,
) -> TicketSays {
    let claimed = claimed(source, alert, placement);
    let mut says = TicketSays {
        route: placement.route.to_string(),
        connection: placement.connection.to_string(),
        kind: placement.kind.as_str().to_owned(),
        key: claimed.lease.key.to_string(),
        group: placement.group.clone(),
        mapping: String::new(),
        maintenance: String::new(),
        content: None,
        requests: Vec::new(),
        end: String::new(),
        failed: false,
    };
    let desk = GenerationDesk { current: current.clone(), surroundings: None };
    let assignment = match desk.assign(&claimed).await {
        Assigned::To(assignment) => *assignment,
        Assigned::NoRoute => {
            says.end = "no route takes it".to_owned();
            says.failed = true;
            return says;
        }
        Assigned::Waits { .. } => {
            says.end = "the connection is paused or retired: the ticket would wait".to_owned();
            return says;
        }
    };
    says.mapping = assignment.mapping.to_string();
    if let Some(words) = maintenance::in_words(&assignment.context) {
        let follows = match assignment.policies.maintenance {
            Maintenance::Annotate => "A note would say so.",
            Maintenance::Hold => "The ticket would wait for its end.",
        };
        says.maintenance = format!("{words} {follows}");
    }
    let life = Life::default();
    let now = alert.observed_at;
    let content =
        match assignment.mapper.apply(input(&claimed, &life, &assignment, Vec::new(), Action::Create, now)).await {
            Ok(content) => content,
            Err(failure) => {
                says.end = failure.to_string();
                says.failed = !matches!(failure, MappingFailure::Unwanted(_));
                return says;
            }
        };
    let item = item::work_item(&claimed, &life, &assignment, item::whole(&content).content, now);
    says.content = Some(content);
    let generation = current.load();
    let Some(platform) = generation.platforms.get(&placement.connection) else { return says };
    let way_out = Arc::new(NotSending::new(platform.peer.connection.clone(), online));
    let rehearsal = AdapterPlatform::by(&platform.peer.plugin, &platform.peer.connection, way_out.clone());
    let budget = CallBudget { deadline: Instant::now() + platform.peer.deadline, send_before: None };
    let answered = rehearsal.create(item, budget).await;
    says.requests = way_out.requests().into_iter().map(request).collect();
    says.end = match answered.result {
        Ok(ticket) => format!("the platform answers {}", ticket.number),
        Err(_) if !says.requests.is_empty() => {
            "the last request was not sent: what follows depends on the platform's answer".to_owned()
        }
        Err(failure) => {
            says.failed = true;
            failure.to_string()
        }
    };
    says
}

fn request(request: HttpRequest) -> RequestSays {
    RequestSays {
        method: request.method,
        target: request.target,
        body: String::from_utf8_lossy(&request.body).into_owned(),
    }
}

/// A ticket that was never there before.
fn claimed(source: &SourceName, alert: &Alert, placement: &Placement) -> Claimed {
    let resource = match &placement.resource {
        Some(id) => alert.resources.iter().find(|resource| resource.id == *id),
        None => alert.resources.first(),
    };
    let member = Member {
        correlation_key: alert.correlation_key.clone(),
        alert_id: alert.id.clone(),
        title: alert.title.clone(),
        severity: alert.severity,
        condition: alert.condition,
        episode: alert.episode(),
        resolved_at: alert.resolved_at,
        resolves: alert.resolves,
        resource: resource.cloned(),
    };
    Claimed {
        lease: Lease { key: TicketKey::of(&placement.problem, 1), token: 0, until: alert.observed_at },
        taken_over_from: None,
        problem: placement.problem.clone(),
        n: 1,
        connection: placement.connection.clone(),
        kind: placement.kind,
        route: placement.route.clone(),
        group: placement.group.clone(),
        resource: placement.resource.clone(),
        storm: false,
        follows: None,
        created_at: alert.observed_at,
        wanted: 1,
        looks: 0,
        life: None,
        newest: NewestAlert { source: source.clone(), alert: alert.clone() },
        members: vec![member],
        firing: 1,
        total: 1,
        unlisted: None,
        timeline: Vec::new(),
        facts: None,
    }
}
