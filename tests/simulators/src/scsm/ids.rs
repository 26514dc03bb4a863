//! Identities that every Service Manager has, as public integrations have written them down, and those of this installation alone.
//!
//! An adapter may compute the former; here they are constants, so that a test sees whether it computes them right.

/// Class of incidents.
pub const INCIDENT: &str = "a604b942-4c7b-2fb2-28dc-61dc6f465c68";
/// Class of change requests.
pub const CHANGE: &str = "e6c9cf6e-d7fe-1b5d-216c-c3f5d2c7670c";
/// Class that both extend.
pub const WORK_ITEM: &str = "f59821e2-0364-ed2c-19e3-752efbb1ece9";
/// Class of configuration items.
pub const CONFIG_ITEM: &str = "62f0be9f-ecea-e73c-f00d-3dd78a7422fc";
/// Class of users.
pub const USER_CLASS: &str = "943d298f-d79a-7a29-a335-8833e582d252";
/// Class of what an administrator has added to incidents here.
pub const EXTENSION: &str = "9d41c7b2-6e0f-4a38-85d3-1c2b7f9e6a04";

/// Projection of incidents.
pub const INCIDENT_PROJECTION: &str = "285cb0a2-f276-bccb-563e-bb721df7cdec";
/// Projection of change requests.
pub const CHANGE_PROJECTION: &str = "674194d8-0246-7b90-d871-e1ea015b2ea7";
/// Projection of work items of any class.
pub const WORK_ITEM_PROJECTION: &str = "bfe4cd41-b43b-93fc-b9bf-109ffd8b8627";
/// Projection of configuration items.
pub const CONFIG_ITEM_PROJECTION: &str = "8ab27adb-13b1-2b7b-56e6-91598417cbee";
/// Projection of users.
pub const USER_PROJECTION: &str = "0e1313ab-dc5c-cf9d-d6b0-e2e9835a132a";

/// The default template of incidents.
pub const INCIDENT_TEMPLATE: &str = "a77bb0c9-e201-dd93-230c-799a66d9e8fa";
/// This installation's template of change requests.
pub const CHANGE_TEMPLATE: &str = "3f6e81d0-24b7-4c95-a0e8-7b19d5c2f643";

/// Status of incidents: Active, Pending, Resolved, Closed.
pub const ACTIVE: &str = "5e2d3932-ca6d-1515-7310-6f58584df73e";
/// It waits.
pub const PENDING: &str = "b6679968-e84e-96fa-1fec-8cd4ab39c3de";
/// Done.
pub const RESOLVED: &str = "2b8830b6-59f0-f574-9c2a-f4b4682f1681";
/// Over.
pub const CLOSED: &str = "bd0ae7c4-3315-2eb3-7933-82dfc482dbaf";
/// How people resolve by hand.
pub const FIXED_BY_ANALYST: &str = "bd7ab99f-8ff6-df1c-3878-5d2fea200966";
/// A low impact.
pub const LOW_IMPACT: &str = "8f1a713e-53aa-9d8a-31b9-a9540074f305";
/// A low urgency.
pub const LOW_URGENCY: &str = "725a4cad-088c-4f55-a845-000db8872e01";
/// A change request that nobody has looked at.
pub const NEW_CHANGE: &str = "a87c003e-8c19-a25f-f8b2-151b56670e5c";

/// An entry of a list: its identity, and its path as people see it.
pub type Entry = (&'static str, &'static str);

/// A list of this name: the identity of its root, and its entries.
#[must_use]
pub fn list(name: &str) -> Option<&'static (&'static str, &'static str, &'static [Entry])> {
    LISTS.iter().find(|(known, _, _)| *known == name)
}

/// Where the entries of a root are.
#[must_use]
pub fn entries(root: &str) -> Option<&'static [Entry]> {
    LISTS.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(root)).map(|(_, _, entries)| *entries)
}

/// The last step of an entry's path.
#[must_use]
pub fn shown(path: &str) -> &str {
    path.rsplit('\\').next().unwrap_or(path)
}

const LISTS: &[(&str, &str, &[Entry])] = &[
    (
        "incident status",
        "89b34802-671e-e422-5e38-7dae9a413ef8",
        &[(ACTIVE, "Active"), (PENDING, r"Active\Pending"), (RESOLVED, "Resolved"), (CLOSED, "Closed")],
    ),
    (
        "classification",
        "1f77f0ce-9e43-340f-1fd5-b11cc36c9cba",
        &[
            ("f9dd9b79-5204-1e76-4906-4a7df9dd749f", "Other Problems"),
            ("71a0f5c4-93de-4b26-8e07-d5b8c1a2394f", "Hardware"),
            ("c85e2d17-0b64-4f93-a7d1-6e3f90b8542c", r"Hardware\Storage"),
            ("2d96b03a-f871-4e5c-b248-90c7ea15d36b", "Software"),
        ],
    ),
    (
        "source",
        "5d59071e-69b3-7ef4-6dee-aacc5b36d898",
        &[
            ("615778d5-485a-752f-3c5d-f412f806e624", "System"),
            ("564c1afc-6453-4b25-5564-b46d84155545", "Operations Manager"),
            ("e07b49d5-31c8-4a6f-9d02-b8f67a1c5e90", "Phone"),
        ],
    ),
    (
        "support group",
        "c3264527-a501-029f-6872-31300080b3bf",
        &[
            ("40d2c8e1-7f5a-4b93-86d0-1ea9c37b2f58", "Tier 1"),
            ("8b5f17a3-c2d4-4e60-9a71-f3d80e6b954c", "Tier 2"),
            ("d63a9f02-58eb-4c17-b0f4-7c25d1e8936a", "Operations"),
            ("1c7e4b96-a03d-4f82-9e5b-60d8f2c7a314", r"Operations\Database"),
        ],
    ),
    (
        "resolution category",
        "72674491-02cb-1d90-a48f-1b269eb83602",
        &[
            (FIXED_BY_ANALYST, "Fixed by analyst"),
            ("3cf36b94-0c85-ab92-3b4d-2c7d082ba1c1", "Auto Resolved"),
            ("639f769a-2901-a643-591d-b6d813dffc16", "Cancelled"),
        ],
    ),
    (
        "impact",
        "11756265-f18e-e090-eed2-3aa923a4c872",
        &[
            ("d2b5e816-2d24-8e7d-a61f-2cceaeac2664", "High"),
            ("80cc222b-2653-2f68-8cee-3a7dd3b723c1", "Medium"),
            (LOW_IMPACT, "Low"),
        ],
    ),
    (
        "urgency",
        "04b28bfb-8898-9af3-009b-979e58837852",
        &[
            ("2f8f0747-b6cb-7996-fd4a-84d09743f218", "High"),
            ("02625c30-08c6-4181-b2ed-222fa473280e", "Medium"),
            (LOW_URGENCY, "Low"),
        ],
    ),
    (
        "change status",
        "0bf0a71b-9e9e-f719-0271-c9a4ff352600",
        &[
            (NEW_CHANGE, "New"),
            ("504f294c-ae38-2a65-f395-bff4f085698b", "Submitted"),
            ("6d6c64dd-07ac-aaf5-f812-6a7cceb5154d", "In Progress"),
            ("dd6b0870-bcea-1520-993d-9f1337e39d4d", "On Hold"),
            ("68277330-a0d3-cfdd-298d-d5c31d1d126f", "Completed"),
            ("85f00ead-2603-6c68-dfec-531c83bf900f", "Failed"),
            ("877defb6-0d21-7d19-89d5-a1107d621270", "Cancelled"),
            ("f228d50b-2b5a-010f-b1a4-5c7d95703a9b", "Closed"),
        ],
    ),
    (
        "change priority",
        "b40092af-f163-af28-6150-bb0ffa677660",
        &[
            ("9a2ce726-0336-9894-b820-935fb819bdb2", "Low"),
            ("b1fa36c4-1e84-c96f-d719-0187a2bef6e5", "Medium"),
            ("d912747a-6fdf-fd8e-9b84-62d734e62a16", "High"),
            ("af16a441-87f4-6392-f677-b1bd3f2c8e0b", "Immediate"),
        ],
    ),
    (
        "change impact",
        "44edd2ff-6280-afb7-3a0d-d6e8a711d894",
        &[
            ("c0a51711-face-8ff2-f5fd-a2f1075b9876", "Standard"),
            ("ae771557-e0dd-f4f2-38bd-5b0b3b0949c6", "Minor"),
            ("18763647-645d-6fde-ce18-5cbef9698a35", "Significant"),
            ("483c1d00-fe15-475b-e427-ff6ca2b7eb52", "Major"),
        ],
    ),
    (
        "change risk",
        "347a02c1-9784-f335-04b0-662efc8d6676",
        &[
            ("69a4e4d0-687a-314e-b57c-31564ae68a97", "Low"),
            ("136d7565-2310-cff8-3867-11fc196848ec", "Medium"),
            ("977a59f7-f643-7efb-8f7b-c63bbb8b4946", "High"),
        ],
    ),
    (
        "change category",
        "ae73def3-8d2f-c2e9-59c8-12864b7c56df",
        &[("57d8e0a4-16fc-4b39-92c5-ad0e7b3f8614", "Standard"), ("b920f6d3-4c8e-47a1-85b7-3d1f96e0c25a", "Emergency")],
    ),
    (
        "change area",
        "28f88c04-d11d-78c0-a237-fa9abd6c6478",
        &[("6fa41c8d-e5b2-4097-b3d6-82c0f7a91e5b", "Server"), ("0e83b7f5-9d2a-4c61-a84f-5b6d1c0e7392", "Network")],
    ),
];
