//! What holds where the operator says nothing: the same values that the schema states.

use super::{
    BySeverity, CommentSettings, KeyProperty, Lengths, ListSettings, Missing, Paths, Projections, Settings, Times,
    Weight,
};
use serde::Deserializer;
use std::collections::BTreeMap;

impl Default for Settings {
    fn default() -> Self {
        Self {
            portal_url: String::new(),
            created_by: String::new(),
            template: "a77bb0c9-e201-dd93-230c-799a66d9e8fa".into(),
            key: KeyProperty::default(),
            resolved_status: "Resolved".into(),
            reopen_status: "Active".into(),
            resolution_category: "FixedByAnalyst".into(),
            resolution_description: "The monitor reports that the problem is over.".into(),
            reopen_comment: "The monitor reports that the problem is back.".into(),
            source: "System".into(),
            category: String::new(),
            support_group: String::new(),
            caller: String::new(),
            configuration_item: String::new(),
            service: String::new(),
            // A ticket without its item is better than none.
            missing_items: Missing::Omit,
            severity: delivered_weights(),
            states: BTreeMap::new(),
            lists: BTreeMap::new(),
            comment: CommentSettings::default(),
            lengths: Lengths::default(),
            list: ListSettings::default(),
            projections: Projections::default(),
            paths: Paths::default(),
            headers: BTreeMap::new(),
        }
    }
}

impl Default for KeyProperty {
    fn default() -> Self {
        Self { property: "ContactMethod".into(), class: "f59821e2-0364-ed2c-19e3-752efbb1ece9".into() }
    }
}

/// What the matrix of priorities as delivered makes 1, 2, 3, 4 and 5 of.
fn delivered_weights() -> BySeverity<Weight> {
    let weights = [("High", "High"), ("Medium", "High"), ("Medium", "Medium"), ("Low", "Medium"), ("Low", "Low")];
    BySeverity::made(weights, |(impact, urgency)| Weight { impact: impact.into(), urgency: urgency.into() })
}

/// What an operator gave, over these.
pub(super) fn weights<'de, D: Deserializer<'de>>(given: D) -> Result<BySeverity<Weight>, D::Error> {
    delivered_weights().overlaid(given)
}

impl Default for CommentSettings {
    fn default() -> Self {
        Self { by: "Signalbox".into(), private: true }
    }
}

impl Default for Lengths {
    fn default() -> Self {
        Self { title: 200, description: 4000, comment: 4000 }
    }
}

impl Default for ListSettings {
    fn default() -> Self {
        Self { page: 200, stretch: 86_400, times: Times::default() }
    }
}

impl Default for Projections {
    fn default() -> Self {
        Self {
            incident: "285cb0a2-f276-bccb-563e-bb721df7cdec".into(),
            change: "674194d8-0246-7b90-d871-e1ea015b2ea7".into(),
            configuration_item: "8ab27adb-13b1-2b7b-56e6-91598417cbee".into(),
        }
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            query: "/api/V3/Projection/GetProjectionByCriteria".into(),
            template: "/api/V3/Projection/CreateProjectionByTemplate".into(),
            commit: "/api/V3/Projection/Commit".into(),
            list: "/api/V3/Enum/GetFlatList".into(),
            users: "/api/V3/User/GetUserList".into(),
            templates: "/api/V3/Template/GetTemplates".into(),
            incident_form: "/Incident/Edit/".into(),
            change_form: "/ChangeRequest/Edit/".into(),
        }
    }
}
