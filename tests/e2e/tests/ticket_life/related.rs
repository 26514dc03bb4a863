//! What else is wrong stands in a ticket's description.

use super::*;
use signalbox_e2e::scene::PATIENCE;

/// What an incident says of other alerts.
fn named(row: &Fields) -> &str {
    let (_, named) = field(row, "description").split_once("Related alerts").unwrap_or_default();
    named
}

#[tokio::test]
async fn a_ticket_names_what_else_fires_and_its_number() -> Tested {
    let scene = Scene::start().await?;
    let over = alert_on("web-01", "memory", "Sev1", 0);
    let gone = send(&scene, &over.fired()).await?;
    scene.incident_when(&gone, "the first is there", is_open).await?;
    send(&scene, &over.resolved_after(1)).await?;
    scene.incident_when(&gone, "the first is over", is_resolved).await?;
    let beside = send(&scene, &alert_on("web-01", "disk", "Sev3", 2).fired()).await?;
    let beside = scene.incident_when(&beside, "the second is there", is_open).await?;
    assert_eq!(named(&beside), "", "what is over is not named");
    let near = send(&scene, &alert_on("web-02", "disk", "Sev1", 3).fired()).await?;
    let near = scene.incident_when(&near, "the third is there", is_open).await?;
    send(&scene, &alert_on("web-03", "disk", "Sev1", 200).fired()).await?;
    scene.gateway.at_rest(PATIENCE).await?;
    let own = send(&scene, &alert_on("web-01", "cpu", "Sev2", 4).fired()).await?;
    let own = scene.incident_when(&own, "the last is there", is_open).await?;
    let named = named(&own);
    let place = |row: &Fields| named.find(field(row, "number"));
    assert!(place(&beside).is_some() && place(&beside) < place(&near), "the same machine comes first: {named}");
    assert!(named.contains("on the same resource, web-01"), "{named}");
    assert!(named.contains("in the same resource group, rg-shop"), "{named}");
    assert!(!named.contains("web-03"), "what fired hours later is not named: {named}");
    assert!(!named.contains("memory"), "what is over is not named: {named}");
    assert!(!named.contains("cpu"), "its own alert is not named: {named}");
    Ok(())
}

#[tokio::test]
async fn as_many_are_named_as_the_configuration_says() -> Tested {
    let mut scene = Scene::with(|config| config.gateway = "related = { most = 1 }".to_owned()).await?;
    for (minute, rule) in ["disk", "memory"].into_iter().enumerate() {
        send(&scene, &alert(rule, "Sev2", u32::try_from(minute)?).fired()).await?;
    }
    scene.gateway.at_rest(PATIENCE).await?;
    let key = send(&scene, &alert("cpu", "Sev2", 3).fired()).await?;
    let row = scene.incident_when(&key, "it is there", is_open).await?;
    assert_eq!(named(&row).matches("on the same resource").count(), 1, "{}", named(&row));
    scene.edit(|config| config.gateway = "related = { within = \"1s\" }".to_owned()).await?;
    let key = send(&scene, &alert("network", "Sev2", 6).fired()).await?;
    let row = scene.incident_when(&key, "it is there", is_open).await?;
    assert_eq!(named(&row), "");
    Ok(())
}
