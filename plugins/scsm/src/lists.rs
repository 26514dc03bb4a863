//! Service Manager's lists: what a status, an impact or a queue can be.
//!
//! An entry's name comes in the language of whoever asks, its identity does not: entries are compared by identity. Entries as
//! delivered are known here by their element's name; what an administrator has added is looked up by name (see
//! [`crate::references`]), or given by its GUID.
//!
//! Source: the management packs' own element names, as public integrations write them down.

use crate::element::Guid;
use crate::settings::Settings;
use signalbox_sdk::records::RecordKind;

const INCIDENT: &str = "System.WorkItem.Incident.Library";
const CHANGE: &str = "System.WorkItem.ChangeRequest.Library";
const WORK_ITEM: &str = "System.WorkItem.Library";

/// One list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Of an incident.
    Status,
    /// What an incident is about.
    Classification,
    /// How an incident came in.
    Source,
    /// With which group it is.
    TierQueue,
    /// How an incident ended.
    ResolutionCategory,
    /// How much it affects.
    Impact,
    /// How soon it must end.
    Urgency,
    /// Of a change request.
    ChangeStatus,
}

/// All of them.
pub const LISTS: [List; 8] = [
    List::Status,
    List::Classification,
    List::Source,
    List::TierQueue,
    List::ResolutionCategory,
    List::Impact,
    List::Urgency,
    List::ChangeStatus,
];

// === impl List ===

impl List {
    /// The identity of the list itself, under which its entries are listed.
    #[must_use]
    pub fn root(self) -> Guid {
        let (pack, root, _) = self.as_delivered();
        Guid::of_element(pack, root)
    }

    /// The identity of an entry as delivered, by its element's name in any case: `Active.Pending`, `High`.
    #[must_use]
    pub fn entry(self, name: &str) -> Option<Guid> {
        let (pack, root, entries) = self.as_delivered();
        let known = entries.iter().find(|entry| entry.eq_ignore_ascii_case(name.trim()))?;
        Some(Guid::of_element(pack, &format!("{root}.{known}")))
    }

    /// The element's name of an entry as delivered.
    #[must_use]
    pub fn name_of(self, id: Guid) -> Option<&'static str> {
        let (pack, root, entries) = self.as_delivered();
        entries.iter().find(|entry| Guid::of_element(pack, &format!("{root}.{entry}")) == id).copied()
    }

    /// The property of a work item that holds an entry of this list.
    #[must_use]
    pub fn property(self) -> &'static str {
        match self {
            Self::Status | Self::ChangeStatus => "Status",
            Self::Classification => "Classification",
            Self::Source => "Source",
            Self::TierQueue => "TierQueue",
            Self::ResolutionCategory => "ResolutionCategory",
            Self::Impact => "Impact",
            Self::Urgency => "Urgency",
        }
    }

    /// Management pack, element, and the elements below it.
    fn as_delivered(self) -> (&'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Status => (INCIDENT, "IncidentStatusEnum", &["Active", "Active.Pending", "Resolved", "Closed"]),
            Self::Classification => (INCIDENT, "IncidentClassificationEnum", &["Other"]),
            Self::Source => (INCIDENT, "IncidentSourceEnum", &["System", "SCOM"]),
            Self::TierQueue => (INCIDENT, "IncidentTierQueuesEnum", &[]),
            Self::ResolutionCategory => {
                (INCIDENT, "IncidentResolutionCategoryEnum", &["FixedByAnalyst", "AutoResolved", "Cancelled"])
            }
            Self::Impact => (WORK_ITEM, "System.WorkItem.TroubleTicket.ImpactEnum", &["High", "Medium", "Low"]),
            Self::Urgency => (WORK_ITEM, "System.WorkItem.TroubleTicket.UrgencyEnum", &["High", "Medium", "Low"]),
            Self::ChangeStatus => (
                CHANGE,
                "ChangeStatusEnum",
                &["New", "Submitted", "InProgress", "OnHold", "Completed", "Failed", "Cancelled", "Closed"],
            ),
        }
    }
}

/// The list that a property of an incident takes its value from: one of the settings', else one as delivered.
#[must_use]
pub fn of_property(settings: &Settings, property: &str) -> Option<(Guid, Option<List>)> {
    if let Some(root) = settings.lists.get(property) {
        return Guid::parse(root).map(|root| (root, None));
    }
    let list = LISTS.into_iter().find(|list| *list != List::ChangeStatus && list.property() == property)?;
    Some((list.root(), Some(list)))
}

/// The list of the status of a kind of record.
#[must_use]
pub fn status(kind: RecordKind) -> List {
    match kind {
        RecordKind::Incident => List::Status,
        RecordKind::Change => List::ChangeStatus,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_have_the_identities_that_installations_have() {
        for (list, id) in [
            (List::Status, "89b34802-671e-e422-5e38-7dae9a413ef8"),
            (List::Classification, "1f77f0ce-9e43-340f-1fd5-b11cc36c9cba"),
            (List::Source, "5d59071e-69b3-7ef4-6dee-aacc5b36d898"),
            (List::TierQueue, "c3264527-a501-029f-6872-31300080b3bf"),
            (List::ResolutionCategory, "72674491-02cb-1d90-a48f-1b269eb83602"),
            (List::Impact, "11756265-f18e-e090-eed2-3aa923a4c872"),
            (List::Urgency, "04b28bfb-8898-9af3-009b-979e58837852"),
            (List::ChangeStatus, "0bf0a71b-9e9e-f719-0271-c9a4ff352600"),
        ] {
            assert_eq!(list.root().to_string(), id, "{list:?}");
        }
    }

    #[test]
    fn entries_have_the_identities_that_installations_have() {
        for (list, name, id) in [
            (List::Status, "Active", "5e2d3932-ca6d-1515-7310-6f58584df73e"),
            (List::Status, "Active.Pending", "b6679968-e84e-96fa-1fec-8cd4ab39c3de"),
            (List::Status, "Resolved", "2b8830b6-59f0-f574-9c2a-f4b4682f1681"),
            (List::Status, "Closed", "bd0ae7c4-3315-2eb3-7933-82dfc482dbaf"),
            (List::Classification, "Other", "f9dd9b79-5204-1e76-4906-4a7df9dd749f"),
            (List::Source, "System", "615778d5-485a-752f-3c5d-f412f806e624"),
            (List::Source, "SCOM", "564c1afc-6453-4b25-5564-b46d84155545"),
            (List::ResolutionCategory, "FixedByAnalyst", "bd7ab99f-8ff6-df1c-3878-5d2fea200966"),
            (List::ResolutionCategory, "AutoResolved", "3cf36b94-0c85-ab92-3b4d-2c7d082ba1c1"),
            (List::ResolutionCategory, "Cancelled", "639f769a-2901-a643-591d-b6d813dffc16"),
            (List::Impact, "High", "d2b5e816-2d24-8e7d-a61f-2cceaeac2664"),
            (List::Impact, "Medium", "80cc222b-2653-2f68-8cee-3a7dd3b723c1"),
            (List::Impact, "Low", "8f1a713e-53aa-9d8a-31b9-a9540074f305"),
            (List::Urgency, "High", "2f8f0747-b6cb-7996-fd4a-84d09743f218"),
            (List::Urgency, "Medium", "02625c30-08c6-4181-b2ed-222fa473280e"),
            (List::Urgency, "Low", "725a4cad-088c-4f55-a845-000db8872e01"),
            (List::ChangeStatus, "New", "a87c003e-8c19-a25f-f8b2-151b56670e5c"),
            (List::ChangeStatus, "Submitted", "504f294c-ae38-2a65-f395-bff4f085698b"),
            (List::ChangeStatus, "InProgress", "6d6c64dd-07ac-aaf5-f812-6a7cceb5154d"),
            (List::ChangeStatus, "OnHold", "dd6b0870-bcea-1520-993d-9f1337e39d4d"),
            (List::ChangeStatus, "Completed", "68277330-a0d3-cfdd-298d-d5c31d1d126f"),
            (List::ChangeStatus, "Failed", "85f00ead-2603-6c68-dfec-531c83bf900f"),
            (List::ChangeStatus, "Cancelled", "877defb6-0d21-7d19-89d5-a1107d621270"),
            (List::ChangeStatus, "Closed", "f228d50b-2b5a-010f-b1a4-5c7d95703a9b"),
        ] {
            let entry = list.entry(name).unwrap();
            assert_eq!(entry.to_string(), id, "{list:?} {name}");
            assert_eq!(list.name_of(entry), Some(name));
        }
    }

    #[test]
    fn names_are_known_in_any_case_and_others_are_not() {
        assert_eq!(List::Impact.entry(" high "), List::Impact.entry("High"));
        assert_eq!(List::Impact.entry("Hoch"), None);
        assert_eq!(List::TierQueue.entry("Tier 1"), None);
    }

    #[test]
    fn a_property_has_the_list_that_the_settings_or_the_product_give_it() {
        let own = "4c1a9f0e-93d6-4f0b-8c1d-1f3a5b7d9e02";
        let settings = Settings::parse(&json!({"created_by": "x", "lists": {"Site": own}}).to_string()).unwrap();
        assert_eq!(of_property(&settings, "Site"), Some((Guid::parse(own).unwrap(), None)));
        assert_eq!(of_property(&settings, "Impact"), Some((List::Impact.root(), Some(List::Impact))));
        assert_eq!(of_property(&settings, "Status"), Some((List::Status.root(), Some(List::Status))));
        assert_eq!(of_property(&settings, "Title"), None);
    }
}
