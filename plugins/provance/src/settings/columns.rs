//! Which column holds what. A column is named as it is read: a lookup is `_ownerid_value`. An empty name means that the table has no
//! such column.

use serde::{Deserialize, Serialize};

macro_rules! columns {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Which column of a table holds what.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Columns {
            $($(#[doc = $doc])+ pub $name: String,)+
        }

        impl Columns {
            /// Each setting with the column that it names; those that name none are left out.
            pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
                [$((stringify!($name), self.$name.as_str()),)+].into_iter().filter(|(_, column)| !column.is_empty())
            }
        }
    };
}

columns! {
    /// The gateway's key: a text column made for it.
    key,
    /// What people read out.
    number,
    /// One line.
    title,
    /// Many lines.
    description,
    /// State.
    state,
    /// Status reason.
    status,
    /// How urgent it is.
    priority,
    /// Urgency.
    urgency,
    /// Impact.
    impact,
    /// Escalation.
    escalation,
    /// Category.
    category,
    /// How it came in.
    origin,
    /// What it is about.
    configuration_item,
    /// What suffers.
    service,
    /// Whom it is with: a team is shown as the assignment, a user as the person.
    owner,
    /// The person, where that is another column than the owner.
    assigned_to,
    /// Who made it.
    created_by,
    /// On whose behalf.
    requested_by,
    /// Who resolved it.
    resolved_by,
    /// Who closed it.
    closed_by,
    /// How it ended.
    close_code,
    /// Which change caused it.
    caused_by,
    /// Type of a change.
    change_type,
    /// Risk of a change.
    risk,
    /// Whether a change collides with another.
    conflict_status,
    /// When it was made.
    created,
    /// When it last changed.
    modified,
    /// When it was resolved.
    resolved,
    /// When it was closed.
    closed,
    /// By when a change is asked for.
    requested,
    /// When a change shall begin.
    planned_start,
    /// When a change shall end.
    planned_end,
    /// When a change began.
    actual_start,
    /// When a change ended.
    actual_end,
    /// The row that this one was merged into.
    merged_into,
}

/// Where content is written that has no column of one name everywhere: a column, or a navigation property that takes a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Writes {
    /// Group or queue.
    pub assignment: String,
    /// On whose behalf.
    pub caller: String,
    /// What it is about.
    pub configuration_item: String,
    /// What suffers.
    pub service: String,
    /// What it is about, in the platform's own word.
    pub category: String,
}

// === impl Columns ===

impl Columns {
    /// What every table has that is owned by users or teams.
    #[must_use]
    pub fn usual() -> Self {
        Self {
            state: "statecode".into(),
            status: "statuscode".into(),
            owner: "_ownerid_value".into(),
            created_by: "_createdby_value".into(),
            created: "createdon".into(),
            modified: "modifiedon".into(),
            ..Self::default()
        }
    }

    /// What the Case table has.
    #[must_use]
    pub fn of_case() -> Self {
        Self {
            key: "new_signalboxkey".into(),
            number: "ticketnumber".into(),
            title: "title".into(),
            description: "description".into(),
            priority: "prioritycode".into(),
            impact: "severitycode".into(),
            escalation: "isescalated".into(),
            category: "casetypecode".into(),
            origin: "caseorigincode".into(),
            requested_by: "_customerid_value".into(),
            merged_into: "_masterid_value".into(),
            ..Self::usual()
        }
    }
}

// === impl Writes ===

impl Writes {
    /// Each setting with the column or navigation property that it names.
    pub fn named(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("assignment", self.assignment.as_str()),
            ("caller", &self.caller),
            ("configuration_item", &self.configuration_item),
            ("service", &self.service),
            ("category", &self.category),
        ]
        .into_iter()
        .filter(|(_, place)| !place.is_empty())
    }
}
