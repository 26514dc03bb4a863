//! Places to look further.
//!
//! An address out of a body is a stranger's text: it is taken only where it reads as `https:` with a plain host and no
//! credentials, and what a URL may not hold is percent-encoded. Links into the portal are built from ids that parse.

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use signalbox_sdk::types::{Link, Resource};

use crate::arm::{ArmId, is_id};

/// Longer than any link that Azure makes; a browser would refuse it, too.
const MAX_LENGTH: usize = 16_384;

/// What may not stand in a URL, and what would end one in running text.
const UNSAFE: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// All but what RFC 3986 leaves unreserved.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// As above, but slashes stay.
const PATH: &AsciiSet = &COMPONENT.remove(b'/');

/// A link, where the address is one.
pub fn https(title: &str, address: &str) -> Option<Link> {
    let address = address.trim();
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let is_host = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    if !scheme.eq_ignore_ascii_case("https") || !is_host || port.parse::<u16>().is_err() || address.len() > MAX_LENGTH {
        return None;
    }
    Some(Link { title: title.to_owned(), url: format!("https://{}", utf8_percent_encode(rest, UNSAFE)) })
}

/// The alert in the portal; none where the id is not of Alerts Management.
pub fn alert(portal: &str, alert_id: &str) -> Option<Link> {
    let id = ArmId::parse(alert_id).filter(|id| id.kind == "microsoft.alertsmanagement/alerts")?;
    let encoded = utf8_percent_encode(&id.text, COMPONENT);
    Some(Link {
        title: "Alert".to_owned(),
        url: format!("{portal}/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/{encoded}"),
    })
}

/// A resource in the portal; none where its id is no ARM id.
pub fn resource(portal: &str, resource: &Resource) -> Option<Link> {
    is_id(&resource.id).then(|| Link {
        title: format!("Resource {}", resource.name),
        url: format!("{portal}/#resource{}", utf8_percent_encode(&resource.id, PATH)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_https_is_taken() {
        for (address, expected) in [
            ("https://portal.azure.com#@t/blade/x", Some("https://portal.azure.com#@t/blade/x")),
            ("HTTPS://a.example/b c", Some("https://a.example/b%20c")),
            ("https://a.example/{\"x\"}", Some("https://a.example/%7B%22x%22%7D")),
            ("https://a.example:8443/x", Some("https://a.example:8443/x")),
            ("http://a.example/", None),
            ("javascript://a.example/", None),
            ("https://user:secret@a.example/", None),
            ("https://user@a.example/", None),
            ("https:///x", None),
            ("https://a b/x", None),
            ("portal.azure.com", None),
            ("", None),
        ] {
            assert_eq!(https("t", address).map(|link| link.url).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn portal_links_encode_the_id() {
        let id = "/subscriptions/s1/providers/Microsoft.AlertsManagement/alerts/a1";
        assert_eq!(
            alert("https://portal.azure.com", id).unwrap().url,
            "https://portal.azure.com/#blade/Microsoft_Azure_Monitoring/AlertDetailsTemplateBlade/alertId/\
             %2Fsubscriptions%2Fs1%2Fproviders%2FMicrosoft.AlertsManagement%2Falerts%2Fa1"
        );
        assert_eq!(
            alert("https://portal.azure.com", "/subscriptions/s1/providers/microsoft.insights/activityLogAlerts/T"),
            None
        );
        assert_eq!(
            resource("https://portal.azure.com", &crate::arm::resource("/subscriptions/s1/resourceGroups/my rg"))
                .unwrap()
                .url,
            "https://portal.azure.com/#resource/subscriptions/s1/resourceGroups/my%20rg"
        );
    }
}
