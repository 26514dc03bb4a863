//! Azure resource ids: paths that name a thing by its subscription, resource group, provider, type and name.
//!
//! Azure compares them without regard to case and spells the same one differently from body to body, so every comparison goes
//! through [`canonical`].

use signalbox_sdk::types::Resource;

/// A parsed id; parts as spelt, empty where it has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArmId {
    /// Without a trailing slash.
    pub text: String,
    pub subscription: String,
    pub resource_group: String,
    /// Lower case: `microsoft.sql/servers/databases`; that of the innermost provider.
    pub kind: String,
    /// Of the innermost thing: the database, not its server.
    pub name: String,
    /// Names from the outermost parent to the innermost.
    pub names: Vec<String>,
}

const SUBSCRIPTION: &str = "microsoft.resources/subscriptions";
const RESOURCE_GROUP: &str = "microsoft.resources/subscriptions/resourcegroups";

// === impl ArmId ===

impl ArmId {
    /// None for anything but `/subscriptions/…` and `/providers/…`.
    pub fn parse(text: &str) -> Option<Self> {
        let segments = segments(text)?;
        let mut id = Self { text: joined(segments.clone(), text.len()), ..Self::default() };
        let mut name = "";
        for (word, value) in pairs(segments) {
            if is(word, "subscriptions") && id.kind.is_empty() {
                id.subscription = value.to_owned();
                id.kind.push_str(SUBSCRIPTION);
                name = value;
            } else if is(word, "resourceGroups") && id.resource_group.is_empty() {
                id.resource_group = value.to_owned();
                id.kind.clear();
                id.kind.push_str(RESOURCE_GROUP);
                name = value;
            } else if is(word, "providers") {
                id.kind = value.to_lowercase();
            } else {
                id.kind.push('/');
                id.kind.push_str(&word.to_lowercase());
                name = value;
                id.names.push(name.to_owned());
            }
        }
        id.name.push_str(name);
        Some(id)
    }

    /// Whether it names a thing, and not the subscription or group that things are in.
    pub fn is_resource(&self) -> bool {
        !self.names.is_empty()
    }

    /// The contract's record; the configuration item is for who knows it.
    pub fn to_resource(&self) -> Resource {
        let scope = [("subscription", &self.subscription), ("resource-group", &self.resource_group)];
        Resource {
            id: self.text.clone(),
            name: self.name.clone(),
            kind: self.kind.clone(),
            scope: scope
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect(),
            configuration_item: String::new(),
        }
    }
}

/// What two spellings of one id, or of one host name, have in common.
pub fn canonical(text: &str) -> String {
    canonical_id(text).unwrap_or_else(|| text.trim().to_lowercase())
}

/// A value that tells series apart: ids in one spelling, all else to the letter.
pub fn canonical_value(text: &str) -> String {
    canonical_id(text).unwrap_or_else(|| text.to_owned())
}

/// The subscription that an id lies in, without taking the rest of it apart.
pub fn subscription(text: &str) -> Option<&str> {
    let (word, value) = pairs(segments(text)?).next()?;
    is(word, "subscriptions").then_some(value)
}

/// Whether it is an id, and not a bare name.
pub fn is_id(text: &str) -> bool {
    segments(text).is_some()
}

/// A resource by id, or by a bare name where it is none.
pub fn resource(text: &str) -> Resource {
    ArmId::parse(text).map_or_else(
        || Resource {
            id: text.to_owned(),
            name: text.to_owned(),
            kind: String::new(),
            scope: Vec::new(),
            configuration_item: String::new(),
        },
        |id| id.to_resource(),
    )
}

fn canonical_id(text: &str) -> Option<String> {
    let mut id = joined(segments(text)?, text.len());
    if id.is_ascii() {
        id.make_ascii_lowercase();
        return Some(id);
    }
    Some(id.to_lowercase())
}

/// The segments of an id that are not empty. Most texts that are asked about are no ids, which their start tells.
fn segments(text: &str) -> Option<impl Iterator<Item = &str> + Clone> {
    let text = text.trim().trim_end_matches('/');
    let segments = text.split('/').filter(|segment| !segment.is_empty());
    let first = segments.clone().next()?;
    // A bare `providers/…` is more likely a relative path of something else.
    if !is(first, "subscriptions") && (!is(first, "providers") || !text.starts_with('/')) {
        return None;
    }
    let names_something = pairs(segments.clone()).any(|(word, _)| !is(word, "providers"));
    (names_something && !text.chars().any(char::is_control)).then_some(segments)
}

/// Each word of an id with what follows it; a word at the end with nothing after it counts for nothing.
fn pairs<'a>(mut segments: impl Iterator<Item = &'a str>) -> impl Iterator<Item = (&'a str, &'a str)> {
    std::iter::from_fn(move || segments.next().zip(segments.next()))
}

fn joined<'a>(segments: impl Iterator<Item = &'a str>, length: usize) -> String {
    let mut text = String::with_capacity(length + 1);
    for segment in segments {
        text.push('/');
        text.push_str(segment);
    }
    text
}

fn is(segment: &str, word: &str) -> bool {
    segment.eq_ignore_ascii_case(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fall_into_their_parts() {
        for (text, kind, name, group) in [
            (
                "/subscriptions/s1/resourcegroups/rg/providers/microsoft.compute/virtualmachines/web-01",
                "microsoft.compute/virtualmachines",
                "web-01",
                "rg",
            ),
            (
                "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Sql/servers/srv/databases/orders",
                "microsoft.sql/servers/databases",
                "orders",
                "rg",
            ),
            (
                "/SUBSCRIPTIONS/s1/ResourceGroups/rg/providers/Microsoft.Compute/virtualMachines/a/providers/Microsoft.X/y/z/",
                "microsoft.x/y",
                "z",
                "rg",
            ),
            ("/subscriptions/s1", "microsoft.resources/subscriptions", "s1", ""),
            ("subscriptions/s1/resourceGroups/rg", "microsoft.resources/subscriptions/resourcegroups", "rg", "rg"),
            (
                "/providers/Microsoft.Management/managementGroups/mg1",
                "microsoft.management/managementgroups",
                "mg1",
                "",
            ),
            (
                "/subscriptions/s1/providers/Microsoft.Consumption/budgets/quarter",
                "microsoft.consumption/budgets",
                "quarter",
                "",
            ),
        ] {
            let id = ArmId::parse(text).unwrap();
            assert_eq!((id.kind.as_str(), id.name.as_str(), id.resource_group.as_str()), (kind, name, group), "{text}");
        }
    }

    #[test]
    fn what_is_no_id_is_a_bare_name() {
        for text in [
            "",
            "web-01",
            "https://example.com/subscriptions/s1",
            "/",
            "/subscriptions",
            "/subscriptions/s\n1",
            "providers/x/y/z",
        ] {
            assert_eq!(ArmId::parse(text), None, "{text}");
        }
        assert_eq!(resource("web-01").name, "web-01");
    }

    #[test]
    fn spelling_does_not_matter() {
        assert_eq!(
            canonical("/subscriptions/S/resourceGroups/RG/providers/Microsoft.Compute/virtualMachines/VM/"),
            canonical("/subscriptions/s/resourcegroups/rg/providers/microsoft.compute/virtualmachines/vm")
        );
        assert_eq!(canonical_value("GetBlob"), "GetBlob");
    }

    #[test]
    fn subscription_is_found_without_taking_an_id_apart() {
        for (text, expected) in [
            ("/Subscriptions/s1/resourceGroups/rg", Some("s1")),
            ("subscriptions/s1", Some("s1")),
            ("/providers/Microsoft.Management/managementGroups/mg1/subscriptions/s1", None),
            ("/subscriptions", None),
            ("web-01", None),
        ] {
            assert_eq!(subscription(text), expected, "{text}");
            let parsed = ArmId::parse(text).map(|id| id.subscription).filter(|id| !id.is_empty());
            assert_eq!(parsed.as_deref(), expected, "{text}");
            assert_eq!(is_id(text), ArmId::parse(text).is_some(), "{text}");
        }
    }
}
