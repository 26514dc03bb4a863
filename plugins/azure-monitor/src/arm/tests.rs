use super::*;
use proptest::prelude::*;

const SUBSCRIPTION: &str = "5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a10";

fn under(rest: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}{rest}")
}

#[test]
fn ids_fall_into_their_parts() {
    for (rest, kind, name) in [
        ("", None, SUBSCRIPTION),
        ("/resourceGroups/rg-pier", None, "rg-pier"),
        (
            "/resourcegroups/rg (old)_1.x/providers/Microsoft.Compute/virtualMachines/web-01",
            Some("microsoft.compute/virtualmachines"),
            "web-01",
        ),
        (
            "/resourceGroups/Zürich/providers/Microsoft.Sql/servers/s/databases/orders",
            Some("microsoft.sql/servers/databases"),
            "orders",
        ),
        ("/providers/Microsoft.AlertsManagement/alerts/a1", Some("microsoft.alertsmanagement/alerts"), "a1"),
        (
            "/resourceGroups/g/providers/Microsoft.X/y/z/providers/Microsoft.AlertsManagement/alerts/a1",
            Some("microsoft.alertsmanagement/alerts"),
            "a1",
        ),
    ] {
        let id = ArmId::parse(&under(rest)).unwrap();
        assert_eq!((id.kind().as_deref(), id.name(), id.subscription()), (kind, name, SUBSCRIPTION), "{rest}");
        assert_eq!(id.to_string(), under(rest));
    }
}

#[test]
fn a_path_is_encoded_anew() {
    let id = ArmId::parse(&under("/resourceGroups/my rg (ü)/providers/Microsoft.Web/sites/shop")).unwrap();
    assert_eq!(id.path(), under("/resourceGroups/my%20rg%20%28%C3%BC%29/providers/Microsoft.Web/sites/shop"));
    assert!(id.child("Microsoft.Insights/metrics").ends_with("/sites/shop/providers/Microsoft.Insights/metrics"));
}

#[test]
fn what_a_stranger_writes_is_no_id() {
    let long = under(&format!("/resourceGroups/{}", "a".repeat(261)));
    let deep = under(&"/providers/Microsoft.X/y/z".repeat(10));
    for (text, why) in [
        (String::new(), Unusable::Shape),
        ("web-01".into(), Unusable::Shape),
        ("/".into(), Unusable::Segment),
        ("//evil.example/x".into(), Unusable::Segment),
        ("https://evil.example/subscriptions/x".into(), Unusable::Shape),
        ("/tenants/x".into(), Unusable::Shape),
        ("/providers/Microsoft.AlertsManagement/alerts/a1".into(), Unusable::Shape),
        ("/subscriptions/s1".into(), Unusable::Subscription),
        ("/subscriptions/5c0b7e3a91d44f7ea1c26d2f0b8e4a10".into(), Unusable::Subscription),
        (under("/"), Unusable::Segment),
        (under("/resourceGroups"), Unusable::Shape),
        (under("/resourceGroups/.."), Unusable::Segment),
        (under("/resourceGroups/a..b"), Unusable::Segment),
        (under("/resourceGroups/."), Unusable::Segment),
        (under("/resourceGroups/%2e%2e"), Unusable::Segment),
        (under("/resourceGroups/a?api-version=1"), Unusable::Segment),
        (under("/resourceGroups/a#b"), Unusable::Segment),
        (under("/resourceGroups/a\\b"), Unusable::Segment),
        (under("/resourceGroups/a\r\nb"), Unusable::Segment),
        (under("/resourceGroups/a'b"), Unusable::Segment),
        (under("/resourceGroups/ a"), Unusable::Segment),
        (under("/resourceGroups/a@b:c"), Unusable::Segment),
        (under("/resourceGroups/a/tags/b"), Unusable::Shape),
        (under("/resourceGroups/a/providers/Microsoft.Web"), Unusable::Shape),
        (under("/resourceGroups/a/providers/Microsoft.Web/sites"), Unusable::Shape),
        (under("/resourceGroups/a/providers/nodot/sites/b"), Unusable::Shape),
        (under("/resourceGroups/a/providers/Microsoft.Web/sites/b/providers"), Unusable::Shape),
        (long, Unusable::Segment),
        (deep, Unusable::Shape),
    ] {
        assert_eq!(ArmId::parse(&text), Err(why), "{text}");
    }
}

#[test]
fn only_listed_subscriptions_are_asked() {
    let listed = [SUBSCRIPTION.to_owned()];
    assert!(ArmId::within(&under("/resourceGroups/a").to_uppercase(), &listed).is_ok());
    let other = "/subscriptions/5c0b7e3a-91d4-4f7e-a1c2-6d2f0b8e4a11/resourceGroups/a";
    assert_eq!(ArmId::within(other, &listed), Err(Unusable::Elsewhere));
    assert_eq!(ArmId::within(&under(""), &[]), Err(Unusable::Elsewhere));
}

#[test]
fn alerts_are_told_from_other_things() {
    for (rest, is_alert) in [
        ("/providers/Microsoft.AlertsManagement/alerts/a1", true),
        ("/providers/microsoft.alertsmanagement/ALERTS/a1", true),
        ("/resourceGroups/g/providers/Microsoft.X/y/z/providers/Microsoft.AlertsManagement/alerts/a1", true),
        ("/resourceGroups/g/providers/Microsoft.AlertsManagement/actionRules/a1", false),
        ("/resourceGroups/g/providers/microsoft.insights/activityLogAlerts/Test_Alert", false),
        ("", false),
    ] {
        assert_eq!(ArmId::parse(&under(rest)).unwrap().is_alert(), is_alert, "{rest}");
    }
    assert!(claims_to_be_an_alert("/x/Microsoft.AlertsManagement/../y"));
    assert!(!claims_to_be_an_alert("/subscriptions/x/providers/Microsoft.CostManagement/alerts/Test_Alert"));
}

proptest! {
    #[test]
    fn no_path_holds_what_means_something_to_a_url(text in "\\PC{0,80}", group in "[\\PC/]{0,40}") {
        for text in [text, under(&format!("/resourceGroups/{group}"))] {
            if let Ok(id) = ArmId::parse(&text) {
                let path = id.path();
                prop_assert!(path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/%-._~".contains(&byte)), "{}", path);
                prop_assert!(!path.contains("..") && !path.contains("//"), "{}", path);
            }
        }
    }
}
