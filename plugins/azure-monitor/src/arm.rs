//! Ids of Azure Resource Manager out of an alert's body, which is a stranger's text: what does not read as an id, or is in a
//! subscription that the settings do not list, is never part of a request.
//!
//! An id is `/subscriptions/{GUID}`, perhaps a resource group, and then providers, each with a namespace and pairs of a type and a
//! name. A segment is letters, digits, blanks within and `-_.()~`; nothing in it means anything to a URL, so `..`, `%`, `?` and
//! `#` have no way in. The path of a request is made of the segments, encoded anew.

use signalbox_sdk::percent;
use std::fmt;

/// The longest segment that Azure allows; resource names are 260 characters at most.
const LONGEST_SEGMENT: usize = 260;
/// No resource is nested as deep.
const MOST_SEGMENTS: usize = 40;

/// Where alerts stand, in lower case.
const ALERTS: [&str; 3] = ["providers", "microsoft.alertsmanagement", "alerts"];

/// A parsed id, as spelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArmId {
    segments: Vec<String>,
}

/// Why a text is no id to ask about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unusable {
    /// No path in a subscription.
    Shape,
    /// A segment that no id has.
    Segment,
    /// A subscription that is no GUID.
    Subscription,
    /// A subscription that the settings do not list.
    Elsewhere,
}

// === impl ArmId ===

impl ArmId {
    /// Reads an id.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Unusable> {
        let path = text.strip_prefix('/').ok_or(Unusable::Shape)?;
        let segments: Vec<&str> = path.split('/').collect();
        if segments.len() > MOST_SEGMENTS {
            return Err(Unusable::Shape);
        }
        if !segments.iter().copied().all(is_segment) {
            return Err(Unusable::Segment);
        }
        let [word, subscription, within @ ..] = segments.as_slice() else { return Err(Unusable::Shape) };
        if !word.eq_ignore_ascii_case("subscriptions") {
            return Err(Unusable::Shape);
        }
        if !is_guid(subscription) {
            return Err(Unusable::Subscription);
        }
        if !is_group_and_providers(within) {
            return Err(Unusable::Shape);
        }
        Ok(Self { segments: segments.into_iter().map(str::to_owned).collect() })
    }

    /// Reads an id in one of these subscriptions, which are GUIDs in lower case.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn within(text: &str, subscriptions: &[String]) -> Result<Self, Unusable> {
        let id = Self::parse(text)?;
        let allowed = subscriptions.iter().any(|subscription| subscription.eq_ignore_ascii_case(id.subscription()));
        allowed.then_some(id).ok_or(Unusable::Elsewhere)
    }

    /// As a request's path.
    #[must_use]
    pub fn path(&self) -> String {
        self.segments.iter().map(|segment| format!("/{}", percent::encode(segment))).collect()
    }

    /// The path of something of this resource, `Microsoft.Insights/metrics`.
    #[must_use]
    pub fn child(&self, provider_and_type: &str) -> String {
        format!("{}/providers/{provider_and_type}", self.path())
    }

    /// A GUID.
    #[must_use]
    pub fn subscription(&self) -> &str {
        self.segments.get(1).map_or("", String::as_str)
    }

    /// The innermost name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.segments.last().map_or("", String::as_str)
    }

    /// The innermost type in lower case, `microsoft.sql/servers/databases`; none for a subscription or a group.
    #[must_use]
    pub fn kind(&self) -> Option<String> {
        let provider = self.segments.iter().rposition(|segment| segment.eq_ignore_ascii_case("providers"))?;
        let own = self.segments.get(provider + 1..)?;
        let (namespace, pairs) = own.split_first()?;
        let types = pairs.iter().step_by(2).map(|kind| format!("/{kind}"));
        Some(format!("{namespace}{}", types.collect::<String>()).to_lowercase())
    }

    /// Whether it is an alert of Alerts Management.
    #[must_use]
    pub fn is_alert(&self) -> bool {
        let known = |tail: &[String]| tail.iter().zip(ALERTS).all(|(segment, word)| segment.eq_ignore_ascii_case(word));
        self.segments.len().checked_sub(4).and_then(|start| self.segments.get(start..start + 3)).is_some_and(known)
    }

    /// Whether another text is the same id: Azure compares them without regard to case.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.to_string().eq_ignore_ascii_case(other.trim_end_matches('/'))
    }
}

impl fmt::Display for ArmId {
    /// As spelled.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.segments.iter().try_for_each(|segment| write!(formatter, "/{segment}"))
    }
}

// === impl Unusable ===

impl fmt::Display for Unusable {
    /// What it is, behind "it".
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Shape => "is no id of Azure Resource Manager in a subscription",
            Self::Segment => "has characters that no id of Azure Resource Manager has",
            Self::Subscription => "names a subscription that is no GUID",
            Self::Elsewhere => "is in a subscription that the settings do not list",
        })
    }
}

/// Whether a text looks like an alert's id, good or bad: what does not is a monitor's alert that Alerts Management never had.
#[must_use]
pub fn claims_to_be_an_alert(text: &str) -> bool {
    text.to_ascii_lowercase().contains("microsoft.alertsmanagement")
}

/// `8-4-4-4-12` hexadecimal digits.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

fn is_segment(segment: &str) -> bool {
    let is_known =
        |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | '(' | ')' | '~' | ' ');
    !segment.is_empty()
        && segment.chars().count() <= LONGEST_SEGMENT
        && segment.trim() == segment
        && segment != "."
        && !segment.contains("..")
        && segment.chars().all(is_known)
}

/// What stands behind the subscription: nothing, a group, and providers with a namespace and pairs.
fn is_group_and_providers(segments: &[&str]) -> bool {
    let rest = match segments {
        [word, _group, rest @ ..] if word.eq_ignore_ascii_case("resourcegroups") => rest,
        rest => rest,
    };
    let Some((first, _)) = rest.split_first() else { return true };
    if !first.eq_ignore_ascii_case("providers") {
        return false;
    }
    rest.split(|segment| segment.eq_ignore_ascii_case("providers"))
        .skip(1)
        .all(|own| own.len() >= 3 && own.len() % 2 == 1 && own.first().is_some_and(|namespace| namespace.contains('.')))
}

#[cfg(test)]
mod tests;
