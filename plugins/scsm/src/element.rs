//! Identities of Service Manager's elements: classes, projections, list entries.
//!
//! The identity of an element is no accident: it is the first half of the SHA-1 digest of the names of its management pack and of
//! itself. So what every installation has in common is computed from its name, and needs neither a table nor a request. It holds
//! for packs that Microsoft sealed; what an administrator adds has an identity that only the installation knows.

use sha1::{Digest, Sha1};
use std::fmt;

/// The public key token of Microsoft's management packs.
const TOKEN: &str = "31bf3856ad364e35";

/// A GUID.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid([u8; 16]);

// === impl Guid ===

impl Guid {
    /// The identity of an element of one of Microsoft's management packs.
    #[must_use]
    pub fn of_element(pack: &str, element: &str) -> Self {
        let name = format!("MPName={pack},KeyToken={TOKEN},ObjectId={element}");
        let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let digest: [u8; 20] = Sha1::digest(utf16).into();
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, ..] = digest;
        // A GUID's first three groups are numbers, stored with their least byte first.
        Self([d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p])
    }

    /// Reads one, with or without braces; none for anything else, and for the empty GUID, which stands for nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(text);
        let groups: Vec<&str> = text.split('-').collect();
        if !groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) {
            return None;
        }
        let digits: Option<Vec<u8>> = groups
            .concat()
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|value| u8::try_from(value).ok()))
            .collect();
        let bytes: Vec<u8> =
            digits?.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
        let bytes: [u8; 16] = bytes.try_into().ok()?;
        (bytes != [0; 16]).then_some(Self(bytes))
    }
}

impl fmt::Display for Guid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, byte) in self.0.iter().enumerate() {
            if matches!(at, 4 | 6 | 8 | 10) {
                formatter.write_str("-")?;
            }
            write!(formatter, "{byte:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Identities that public integrations with Service Manager have written down.
    const KNOWN: &[(&str, &str, &str)] = &[
        ("System.WorkItem.Incident.Library", "System.WorkItem.Incident", "a604b942-4c7b-2fb2-28dc-61dc6f465c68"),
        (
            "System.WorkItem.ChangeRequest.Library",
            "System.WorkItem.ChangeRequest",
            "e6c9cf6e-d7fe-1b5d-216c-c3f5d2c7670c",
        ),
        ("System.WorkItem.Library", "System.WorkItem", "f59821e2-0364-ed2c-19e3-752efbb1ece9"),
        ("System.Library", "System.ConfigItem", "62f0be9f-ecea-e73c-f00d-3dd78a7422fc"),
        (
            "ServiceManager.IncidentManagement.Library",
            "System.WorkItem.Incident.ProjectionType",
            "285cb0a2-f276-bccb-563e-bb721df7cdec",
        ),
        (
            "ServiceManager.ChangeManagement.Library",
            "System.WorkItem.ChangeRequestProjection",
            "674194d8-0246-7b90-d871-e1ea015b2ea7",
        ),
        ("ServiceManager.WorkItem.Library", "System.WorkItem.Projection", "bfe4cd41-b43b-93fc-b9bf-109ffd8b8627"),
        ("System.WorkItem.ChangeRequest.Library", "ChangePriorityEnum", "b40092af-f163-af28-6150-bb0ffa677660"),
        (
            "System.WorkItem.ChangeRequest.Library",
            "ChangePriorityEnum.Immediate",
            "af16a441-87f4-6392-f677-b1bd3f2c8e0b",
        ),
        ("System.WorkItem.ChangeRequest.Library", "ChangeImpactEnum", "44edd2ff-6280-afb7-3a0d-d6e8a711d894"),
        ("System.WorkItem.ChangeRequest.Library", "ChangeImpactEnum.Major", "483c1d00-fe15-475b-e427-ff6ca2b7eb52"),
        ("System.WorkItem.ChangeRequest.Library", "ChangeRiskEnum", "347a02c1-9784-f335-04b0-662efc8d6676"),
        ("System.WorkItem.ChangeRequest.Library", "ChangeRiskEnum.High", "977a59f7-f643-7efb-8f7b-c63bbb8b4946"),
        ("System.WorkItem.ChangeRequest.Library", "ChangeCategoryEnum", "ae73def3-8d2f-c2e9-59c8-12864b7c56df"),
        ("System.WorkItem.ChangeRequest.Library", "ChangeAreaEnum", "28f88c04-d11d-78c0-a237-fa9abd6c6478"),
    ];

    #[test]
    fn identities_are_those_that_installations_have() {
        for (pack, element, id) in KNOWN {
            assert_eq!(Guid::of_element(pack, element).to_string(), *id, "{element}");
        }
    }

    #[test]
    fn a_guid_is_read_in_each_of_its_spellings() {
        let id = Guid::of_element("System.WorkItem.Library", "System.WorkItem");
        for text in [
            "f59821e2-0364-ed2c-19e3-752efbb1ece9",
            "F59821E2-0364-ED2C-19E3-752EFBB1ECE9",
            " {f59821e2-0364-ed2c-19e3-752efbb1ece9} ",
        ] {
            assert_eq!(Guid::parse(text), Some(id), "{text}");
        }
    }

    #[test]
    fn what_is_no_guid_has_none() {
        for text in [
            "",
            "IR123",
            "00000000-0000-0000-0000-000000000000",
            "f59821e20364ed2c19e3752efbb1ece9",
            "f59821e2-0364-ed2c-19e3-752efbb1ece",
            "g59821e2-0364-ed2c-19e3-752efbb1ece9",
            "{f59821e2-0364-ed2c-19e3-752efbb1ece9",
            "f59821e2-0364-ed2c-19e3-752efbb1ecé9",
        ] {
            assert_eq!(Guid::parse(text), None, "{text}");
        }
    }
}
