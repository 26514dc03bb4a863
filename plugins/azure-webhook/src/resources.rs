//! Which resources an alert is about, the most affected first.
//!
//! Azure names targets by ARM id and configuration items by what a CMDB calls them, in two lists that need not match. An item that
//! bears a target's name belongs to it. One that does not is a resource of its own where a query found it in a workspace, and
//! goes first: the workspace only holds the data.

use signalbox_sdk::types::Resource;

use crate::arm::{ArmId, is_same, resource};
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;

/// Where data lies that tells of other things.
const DATA_STORES: &[&str] =
    &["microsoft.operationalinsights/workspaces", "microsoft.monitor/accounts", "microsoft.insights/components"];

/// All resources of an alert, each once.
pub fn affected(envelope: &Envelope, details: &Details, list_data_stores: bool) -> Vec<Resource> {
    let mut targets: Vec<Resource> = Vec::new();
    for target in &envelope.targets {
        add(&mut targets, target_resource(target, envelope));
    }
    let mut own: Vec<Resource> = Vec::new();
    for found in &details.resources {
        add(&mut own, found.clone());
    }
    for item in envelope.configuration_items.iter().chain(&details.configuration_items) {
        // Budgets name no item but the word "budgets".
        if details.kind == Kind::Budget || claim(&mut own, item) || claim(&mut targets, item) {
            continue;
        }
        match targets.as_mut_slice() {
            [only] if !is_data_store(only) && !is_container(only) && only.configuration_item.is_empty() => {
                only.configuration_item = item_name(item);
            }
            _ => {
                let mut found = resource(item);
                found.configuration_item = item_name(item);
                add(&mut own, found);
            }
        }
    }
    let leave_out = !list_data_stores && own.iter().any(|resource| !resource.configuration_item.is_empty());
    for target in targets {
        let known = own.iter().any(|resource| is_same(&resource.id, &target.id));
        if known || !(leave_out && is_data_store(&target)) {
            add(&mut own, target);
        }
    }
    own
}

/// A target by id; where it is a bare name, with what the envelope knows of it.
fn target_resource(target: &str, envelope: &Envelope) -> Resource {
    let mut resource = resource(target);
    if resource.kind.is_empty() {
        resource.kind = envelope.target_type.as_deref().unwrap_or_default().to_lowercase();
    }
    resource
}

/// Gives the item to the resource that it names; whether there was one.
fn claim(resources: &mut [Resource], item: &str) -> bool {
    let same = |resource: &Resource| resource.name.eq_ignore_ascii_case(item.trim()) || is_same(&resource.id, item);
    // `web-01/diskD` and the like: a target below the thing that the CMDB knows.
    let below = |resource: &Resource| {
        ArmId::parse(&resource.id).is_some_and(|id| id.names.iter().any(|name| name.eq_ignore_ascii_case(item.trim())))
    };
    let index = resources.iter().position(same).or_else(|| resources.iter().position(below));
    let Some(resource) = index.and_then(|index| resources.get_mut(index)) else { return false };
    if resource.configuration_item.is_empty() {
        resource.configuration_item = item_name(item);
    }
    true
}

/// Adds a resource, or what is new of it to the one that is there.
fn add(resources: &mut Vec<Resource>, new: Resource) {
    match resources.iter_mut().find(|resource| is_same(&resource.id, &new.id)) {
        Some(known) if known.configuration_item.is_empty() => known.configuration_item = new.configuration_item,
        Some(_) => {}
        None => resources.push(new),
    }
}

/// A CMDB knows names, not paths.
fn item_name(item: &str) -> String {
    ArmId::parse(item).map_or_else(|| item.trim().to_owned(), |id| id.name)
}

fn is_data_store(resource: &Resource) -> bool {
    DATA_STORES.contains(&resource.kind.as_str())
}

/// A subscription or group: an item is something in it.
fn is_container(resource: &Resource) -> bool {
    ArmId::parse(&resource.id).is_some_and(|id| !id.is_resource())
}

#[cfg(test)]
mod tests {
    use signalbox_sdk::types::Condition;

    use super::*;

    const VM: &str = "/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/web-01";
    const DISK: &str = "/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/web-01/disks/d";
    const WORKSPACE: &str =
        "/subscriptions/s/resourcegroups/rg/providers/microsoft.operationalinsights/workspaces/logs";

    fn affected_by(targets: &[&str], items: &[&str], list_data_stores: bool) -> Vec<(String, String)> {
        let mut envelope = Envelope::new(Condition::Fired);
        envelope.targets = targets.iter().map(|text| (*text).to_owned()).collect();
        envelope.configuration_items = items.iter().map(|text| (*text).to_owned()).collect();
        let resources = affected(&envelope, &Details::new(Kind::LogSearch), list_data_stores);
        resources.into_iter().map(|resource| (resource.name, resource.configuration_item)).collect()
    }

    #[test]
    fn items_go_to_the_target_that_they_name() {
        let pair = |name: &str, item: &str| (name.to_owned(), item.to_owned());
        for (targets, items, list, expected) in [
            (&[VM][..], &["WEB-01"][..], true, vec![pair("web-01", "WEB-01")]),
            (&[VM], &[&VM.to_uppercase()], true, vec![pair("web-01", "WEB-01")]),
            (&[DISK], &["web-01"], true, vec![pair("d", "web-01")]),
            (&[VM], &["srv0815"], true, vec![pair("web-01", "srv0815")]),
            (&[VM, &VM.to_uppercase()], &[], true, vec![pair("web-01", "")]),
            (
                &[WORKSPACE],
                &["web-01", "web-02"],
                true,
                vec![pair("web-01", "web-01"), pair("web-02", "web-02"), pair("logs", "")],
            ),
            (&[WORKSPACE], &["web-01"], false, vec![pair("web-01", "web-01")]),
            (&[WORKSPACE], &["logs"], false, vec![pair("logs", "logs")]),
            (&[WORKSPACE], &[], false, vec![pair("logs", "")]),
            (&[], &["web-01"], true, vec![pair("web-01", "web-01")]),
            (&["/subscriptions/s"], &["web-01"], true, vec![pair("web-01", "web-01"), pair("s", "")]),
        ] {
            assert_eq!(affected_by(targets, items, list), expected, "{targets:?} {items:?}");
        }
    }
}
