//! The search that fired a log alert, repeated: at Azure's own addresses, through a proxy, and nowhere else.

use super::*;
use anyhow::Context;
use signalbox_e2e::{
    alerts::{self, SUBSCRIPTION},
    tunnel::Tunnel,
};
use signalbox_simulators::{
    azure::{APPLICATION, QueryResult, TENANT},
    shared::{Effect, Fault, Ports},
};
use std::collections::BTreeSet;

const MANAGEMENT: &str = "management.azure.com";
const LOGIN: &str = "login.microsoftonline.com";
const LOGS: &str = "api.loganalytics.io";
const WORKSPACE: &str = "c1d7a9e2-4b60-4f35-9a8e-2f7b31d0c654";

/// A gateway that knows Azure by its names, and a way there.
struct Search {
    watch: Watch,
    tunnel: Tunnel,
}

// === impl Search ===

impl Search {
    async fn start() -> anyhow::Result<Self> {
        let names = [MANAGEMENT, LOGIN, LOGS];
        let tls_names = names.map(str::to_owned).to_vec();
        let cloud = cloud::start_at(Ports { tls_names, ..Ports::default() }).await?;
        let tunnel = Tunnel::start(&names, cloud.https_url.trim_start_matches("https://").parse()?).await?;
        let result = QueryResult {
            target: format!("workspaces/{WORKSPACE}"),
            query: None,
            columns: vec![("Computer".to_owned(), "string".to_owned())],
            rows: vec![vec!["orders-01".into()]],
        };
        cloud.instance.put(Contents { results: vec![result], ..Contents::default() });
        let mut kept = Ok(());
        let scene = Scene::with(|config| {
            kept = std::fs::write(config.ledger.with_file_name("azure.pem"), &cloud.ca_pem);
            config.source = "monitor = \"azure\"".to_owned();
            config.more = monitor(&tunnel.url);
        })
        .await?;
        kept?;
        Ok(Self { watch: Watch { scene, cloud }, tunnel })
    }

    /// What the ticket says of an alert whose body has this link, once it says anything of its search.
    async fn told(&self, nth: u32, link: &str) -> anyhow::Result<String> {
        let mut body = alerts::log(&format!("silent-{nth}"), nth, Timestamp::now());
        let criterion = body.pointer_mut("/data/alertContext/condition/allOf/0").and_then(Value::as_object_mut);
        criterion
            .context("the body has no criterion")?
            .insert("linkToFilteredSearchResultsAPI".to_owned(), link.into());
        let key = key_of(&self.watch.scene.gateway.accept(&body).await?)?;
        let key = &key;
        let told = || async move {
            let told = self.watch.told(key);
            (told.contains("- search results: ") || told.contains("Row 1")).then_some(told)
        };
        wait::until(&format!("what came of {link}"), PATIENCE, told).await
    }

    /// Nothing but Azure was asked for, and no log was searched.
    fn assert_nothing_was_searched(&self) {
        assert_eq!(self.watch.cloud.instance.queries(), []);
        let known = [MANAGEMENT, LOGIN].map(|name| format!("{name}:443"));
        let asked = self.tunnel.asked();
        assert!(asked.is_subset(&BTreeSet::from(known)), "{asked:?}");
    }
}

/// As in life, but for the way there.
fn monitor(proxy: &str) -> String {
    let subscription = SUBSCRIPTION.trim_start_matches("/subscriptions/");
    let oauth2 = |scope: &str| {
        format!(
            "oauth2 = {{ grant = \"client_credentials\", token_url = \"https://{LOGIN}/{TENANT}/oauth2/v2.0/token\", \
             client_id = \"{APPLICATION}\", client_secret = {{ env = \"ENTRA_SECRET\" }}, \
             scope = \"https://{scope}/.default\" }}"
        )
    };
    format!(
        r#"
[connections.azure]
monitor = "azure-monitor"
url = "https://{MANAGEMENT}"
networks = ["127.0.0.0/8"]
proxy = {{ url = "{proxy}" }}
tls = {{ ca = "azure.pem" }}
auth = {{ {management} }}
enrich = {{ wait = "20s", budget = "20s" }}
settings = {{ subscriptions = ["{subscription}"], workspaces = ["{WORKSPACE}"], enrich = {{ groups = ["results", "health", "changes"] }} }}
[connections.azure.origins."https://{LOGS}"]
auth = {{ {logs} }}
"#,
        management = oauth2(MANAGEMENT),
        logs = oauth2(LOGS),
    )
}

fn link(origin: &str, scope: &str) -> String {
    format!(
        "{origin}/v1/{scope}/query?query=Heartbeat%20%7C%20where%20Computer%20%3D%3D%20%27orders-01%27&timespan=PT10M"
    )
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rows_that_fired_a_log_alert_stand_in_its_ticket() -> Tested {
    let search = Search::start().await?;
    let told = search.told(1, &link("https://api.loganalytics.io", &format!("workspaces/{WORKSPACE}"))).await?;
    assert!(told.contains("Row 1: Computer: orders-01"), "{told}");
    let [asked] = search.watch.cloud.instance.queries().try_into().unwrap();
    assert_eq!(asked.query, "Heartbeat | where Computer == 'orders-01'\n| take 10");
    assert_eq!(asked.timespan.as_deref(), Some("PT10M"));
    let asked = search.tunnel.asked();
    assert_eq!(asked, BTreeSet::from([MANAGEMENT, LOGIN, LOGS].map(|name| format!("{name}:443"))));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_that_leads_or_reads_elsewhere_is_never_followed() -> Tested {
    let search = Search::start().await?;
    let here = format!("workspaces/{WORKSPACE}");
    let other = "workspaces/00000000-4b60-4f35-9a8e-2f7b31d0c654";
    let other_subscription = "subscriptions/66666666-0000-4000-8000-000000000000/resourceGroups/rg/providers/\
                              Microsoft.OperationalInsights/workspaces/log";
    let elsewhere = "does not lead to a search service";
    for (nth, origin, scope, reason) in [
        (1, "https://elsewhere.example", &*here, elsewhere),
        (2, "http://api.loganalytics.io", &here, elsewhere),
        (3, "https://someone@api.loganalytics.io", &here, elsewhere),
        (4, "https://api.loganalytics.io@elsewhere.example", &here, elsewhere),
        (5, "https://127.0.0.1", &here, elsewhere),
        (6, "https://api.loganalytics.io", other, "do not list under `workspaces`"),
        (7, "https://api.loganalytics.io", other_subscription, "is in a subscription that the settings do not list"),
        (8, "https://api.loganalytics.us", &here, "https://api.loganalytics.us"),
    ] {
        let told = search.told(nth, &link(origin, scope)).await?;
        assert!(told.contains(reason), "{origin} {scope}: {told}");
    }
    search.assert_nothing_was_searched();
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_redirect_leads_out_of_azure() -> Tested {
    let search = Search::start().await?;
    for (table, to) in [("query", "https://elsewhere.example/v1/query"), ("health", "https://elsewhere.example/health")]
    {
        search.watch.cloud.fault(Fault::new(Effect::Redirect { to: to.to_owned() }).table(table));
    }
    let told = search.told(1, &link("https://api.loganalytics.io", &format!("workspaces/{WORKSPACE}"))).await?;
    for part in ["search results: the platform answered 307", "health of shop-logs: the platform answered 307"] {
        assert!(told.contains(part), "{part} is not in {told}");
    }
    assert!(!search.tunnel.asked().iter().any(|name| name.contains("elsewhere")), "{:?}", search.tunnel.asked());
    Ok(())
}
