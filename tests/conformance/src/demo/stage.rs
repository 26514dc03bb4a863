//! Platform and gateway. ServiceNow's runs with the `config.toml` at the workspace's root, the others' with one made for them.

use anyhow::Context;
use signalbox::domain::WorkItemKind;
use signalbox_conformance::{
    Platform,
    configuration::Configuration,
    platform::Seen,
    platforms::{self, servicenow::ServiceNow},
};
use signalbox_e2e::{Gateway, config::TOKEN, workspace};
use signalbox_simulators::shared::Ports;
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// The ports that the configuration at the root names: gateway, admin, simulator.
const PORTS: [u16; 3] = [8080, 8081, 8090];

/// Everything that runs.
pub struct Stage {
    /// The platform.
    pub platform: Arc<dyn Platform>,
    /// The gateway.
    pub gateway: Gateway,
    /// The configuration that it runs with.
    pub config: PathBuf,
}

// === impl Stage ===

impl Stage {
    /// Starts platform and gateway.
    pub async fn set(name: &str) -> anyhow::Result<Self> {
        let folder = workspace().join("target/demo");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("{} can't be emptied", folder.display()))?;
        }
        std::fs::create_dir_all(&folder)?;
        let (platform, config) = match name {
            "servicenow" => at_the_root(&folder).await?,
            _ => {
                let platform = platforms::start(name).await?;
                let config = Configuration::new("demo", &platform.address()).write(&folder, platform.as_ref())?;
                (platform, config)
            }
        };
        let mut secrets = vec![("AZURE_HOOK_TOKEN", TOKEN.to_owned())];
        let of_platform = platform.secrets();
        secrets.extend(of_platform.iter().filter_map(|(file, value)| Some((variable(file)?, value.clone()))));
        println!("starting the gateway (the first start compiles its plugins) …");
        let gateway = Gateway::start(&config, &folder, &secrets).await?;
        println!("the gateway listens at   {}", gateway.ingest);
        println!("its admin listener is at {}", gateway.admin);
        println!("the platform is at       {}", platform.address());
        println!("the configuration is     {}", config.display());
        Ok(Self { platform, gateway, config })
    }

    /// The incidents that the platform has with a key.
    pub async fn tickets(&self, key: &str) -> anyhow::Result<Vec<Seen>> {
        self.platform.tickets(WorkItemKind::Incident, key).await
    }

    /// Every key that the gateway has given out.
    pub async fn keys(&self) -> anyhow::Result<Vec<String>> {
        let tickets = self.gateway.get("/v1/tickets?ended=true&limit=1000").await?;
        let keys = tickets.as_array().into_iter().flatten().filter_map(|ticket| ticket["key"].as_str());
        Ok(keys.map(str::to_owned).collect())
    }

    /// Ends all that was started.
    pub async fn strike(self) {
        let Self { mut gateway, .. } = self;
        if gateway.signal("TERM").await.is_err() || gateway.ended(Duration::from_secs(30)).await.is_err() {
            let _gone = gateway.kill().await;
        }
    }
}

/// The variable of the configuration at the root that a secret is in.
fn variable(file: &str) -> Option<&'static str> {
    match file {
        "client-secret" => Some("SNOW_SECRET"),
        "password" => Some("SNOW_PASSWORD"),
        _ => None,
    }
}

/// ServiceNow where the configuration at the root looks for it; with other ports where one of its own is taken.
async fn at_the_root(folder: &Path) -> anyhow::Result<(Arc<dyn Platform>, PathBuf)> {
    let root = workspace().join("config.toml");
    let mut text = std::fs::read_to_string(&root)?;
    let mut config = root;
    let mut ports = PORTS;
    if let Some(taken) = PORTS.into_iter().find(|port| !is_free(*port)) {
        for port in &mut ports {
            let free = free_port()?;
            text = text.replace(&format!("127.0.0.1:{port}"), &format!("127.0.0.1:{free}"));
            *port = free;
        }
        text = text.replace("folder = \"target", "folder = \"..").replace("\"target/plugin-cache", "\"../plugin-cache");
        config = folder.join("config.toml");
        std::fs::write(&config, text)?;
        println!("port {taken} is taken: the demo runs with other ports");
    }
    let [_, _, simulator] = ports;
    let ports = Ports { http: SocketAddr::from(([127, 0, 0, 1], simulator)), ..Ports::default() };
    Ok((Arc::new(ServiceNow::start_at(ports).await?), config))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
