//! Which resources an alert is about, the most affected first.
//!
//! Azure names targets by ARM id and configuration items by what a CMDB calls them, in two lists that need not match. An item that
//! bears a target's name belongs to it. One that does not is a resource of its own where a query found it in a workspace, and
//! goes first: the workspace only holds the data.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use signalbox_sdk::types::Resource;

use crate::arm::{ArmId, canonical, resource};
use crate::envelope::{Details, Envelope};
use crate::kind::Kind;

/// Where data lies that tells of other things.
const DATA_STORES: &[&str] =
    &["microsoft.operationalinsights/workspaces", "microsoft.monitor/accounts", "microsoft.insights/components"];

/// Resources, each once, and where in their list each is.
#[derive(Default)]
struct Known {
    list: Vec<Resource>,
    ids: Index,
    names: Index,
    parts: Index,
}

/// Places of a list by what stands there. Filled when it is first asked, since most lists are short and never searched.
#[derive(Default)]
struct Index {
    places: BTreeMap<String, usize>,
    filled: usize,
}

/// All resources of an alert, each once; takes those that the kind found.
pub fn affected(envelope: &Envelope, details: &mut Details, list_data_stores: bool) -> Vec<Resource> {
    let mut targets = Known::default();
    for target in &envelope.targets {
        targets.add(target_resource(target, envelope));
    }
    let mut own = Known::default();
    for found in std::mem::take(&mut details.resources) {
        own.add(found);
    }
    // Budgets name no item but the word "budgets".
    let items = envelope.configuration_items.iter().chain(&details.configuration_items);
    let mut seen = BTreeSet::new();
    for item in items.filter(|item| details.kind != Kind::Budget && seen.insert(canonical(item))) {
        if own.claim(item) || targets.claim(item) {
            continue;
        }
        match targets.list.as_mut_slice() {
            [only] if only.configuration_item.is_empty() && !is_data_store(only) && !is_container(only) => {
                only.configuration_item = item_name(item);
            }
            _ => {
                let mut found = resource(item);
                found.configuration_item = found.name.trim().to_owned();
                own.add(found);
            }
        }
    }
    if own.list.is_empty() {
        return targets.list;
    }
    let leave_out = !list_data_stores && own.list.iter().any(|resource| !resource.configuration_item.is_empty());
    for target in targets.list {
        if !(leave_out && is_data_store(&target)) || own.ids.place(&own.list, ids, &canonical(&target.id)).is_some() {
            own.add(target);
        }
    }
    own.list
}

// === impl Known ===

impl Known {
    /// Adds a resource, or what is new of it to the one that is there.
    fn add(&mut self, new: Resource) {
        if self.list.is_empty() {
            self.list.push(new);
            return;
        }
        self.ids.fill(&self.list, ids);
        match self.ids.places.entry(canonical(&new.id)) {
            Entry::Vacant(place) => {
                place.insert(self.list.len());
                self.list.push(new);
                self.ids.filled = self.list.len();
            }
            Entry::Occupied(place) => {
                if let Some(known) = self.list.get_mut(*place.get()).filter(|known| known.configuration_item.is_empty())
                {
                    known.configuration_item = new.configuration_item;
                }
            }
        }
    }

    /// Gives the item to the resource that it names; whether there was one.
    fn claim(&mut self, item: &str) -> bool {
        let Some(resource) = self.place(item).and_then(|place| self.list.get_mut(place)) else { return false };
        if resource.configuration_item.is_empty() {
            resource.configuration_item = item_name(item);
        }
        true
    }

    /// Where the first stands that has this name or id, else the first that lies below a thing of this name: `web-01/diskD` and
    /// the like are targets below the thing that the CMDB knows.
    fn place(&mut self, item: &str) -> Option<usize> {
        let first = self.list.first()?;
        if first.name.eq_ignore_ascii_case(item.trim()) || first.id == item {
            return Some(0);
        }
        let name = item.trim().to_ascii_lowercase();
        let named = self.names.place(&self.list, |resource| [resource.name.to_ascii_lowercase()], &name);
        let same = self.ids.place(&self.list, ids, &canonical(item));
        named.into_iter().chain(same).min().or_else(|| self.parts.place(&self.list, parts, &name))
    }
}

// === impl Index ===

impl Index {
    /// The first place where this stands.
    fn place<N: IntoIterator<Item = String>>(
        &mut self,
        list: &[Resource],
        names: impl Fn(&Resource) -> N,
        wanted: &str,
    ) -> Option<usize> {
        self.fill(list, names);
        self.places.get(wanted).copied()
    }

    /// Takes up what was added to the list.
    fn fill<N: IntoIterator<Item = String>>(&mut self, list: &[Resource], names: impl Fn(&Resource) -> N) {
        for (place, resource) in list.iter().enumerate().skip(self.filled) {
            for name in names(resource) {
                self.places.entry(name).or_insert(place);
            }
        }
        self.filled = list.len();
    }
}

fn ids(resource: &Resource) -> [String; 1] {
    [canonical(&resource.id)]
}

/// The names of the thing and of all that it lies in.
fn parts(resource: &Resource) -> Vec<String> {
    let names = ArmId::parse(&resource.id).map(|id| id.names).unwrap_or_default();
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// A target by id; where it is a bare name, with what the envelope knows of it.
fn target_resource(target: &str, envelope: &Envelope) -> Resource {
    let mut resource = resource(target);
    if resource.kind.is_empty() {
        resource.kind = envelope.target_type.as_deref().unwrap_or_default().to_lowercase();
    }
    resource
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
        let resources = affected(&envelope, &mut Details::new(Kind::LogSearch), list_data_stores);
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
            (&[VM], &["web-01.example", "WEB-01.example"], true, vec![pair("web-01", "web-01.example")]),
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
            (
                &[WORKSPACE, DISK],
                &["d", VM, "web-01"],
                true,
                vec![pair("web-01", "web-01"), pair("logs", ""), pair("d", "d")],
            ),
            (&["/subscriptions/s"], &["web-01"], true, vec![pair("web-01", "web-01"), pair("s", "")]),
        ] {
            assert_eq!(affected_by(targets, items, list), expected, "{targets:?} {items:?}");
        }
    }
}
