//! Platform, Azure and gateway. ServiceNow's runs with the `config.toml` at the workspace's root, the others' with one made for them.

use anyhow::Context;
use signalbox::domain::WorkItemKind;
use signalbox_conformance::{
    Platform,
    configuration::Configuration,
    platform::Seen,
    platforms::{self, servicenow::ServiceNow},
};
use signalbox_e2e::{Gateway, cloud, command, config::TOKEN, workspace};
use signalbox_simulators::{azure, shared::Ports};
use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// The ports that the configuration at the root names: gateway, admin, platform, Azure.
const PORTS: [u16; 4] = [8080, 8081, 8090, 8091];

/// Everything that runs.
pub struct Stage {
    /// The platform.
    pub platform: Arc<dyn Platform>,
    /// Where alerts come from, and records are taken to.
    pub cloud: azure::Running,
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
        let (platform, cloud, config) = match name {
            "servicenow" => at_the_root(&folder).await?,
            _ => {
                let (platform, cloud) = (platforms::start(name).await?, cloud::start().await?);
                let mut config = Configuration::new("demo", &platform.address());
                config.pull = "{ every = \"2s\" }".to_owned();
                config.source = "monitor = \"azure\"".to_owned();
                let monitor = cloud::monitor(&cloud, "recheck = { after = \"1h\", every = \"2s\" }");
                config.more = (cloud::sink(&cloud) + &monitor, vec!["log-analytics", "azure-monitor"]);
                let config = config.write(&folder, platform.as_ref())?;
                (platform, cloud, config)
            }
        };
        let mut secrets = vec![("AZURE_HOOK_TOKEN", TOKEN.to_owned()), cloud::secret()];
        let of_platform = platform.secrets();
        secrets.extend(of_platform.iter().filter_map(|(file, value)| Some((variable(file)?, value.clone()))));
        println!("starting the gateway (the first start compiles its plugins) …");
        let gateway = Gateway::start(&config, &folder, &secrets).await?;
        println!("the gateway listens at   {}", gateway.ingest);
        println!("its admin listener is at {}", gateway.admin);
        println!("the platform is at       {}", platform.address());
        println!("Azure is at              {}", cloud.http_url);
        println!("the configuration is     {}", config.display());
        Ok(Self { platform, cloud, gateway, config })
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

    /// The connection's name.
    pub fn connection(&self) -> &'static str {
        if self.platform.adapter() == "servicenow" { "snow" } else { "desk" }
    }

    /// Runs a command of the gateway's program against it.
    pub async fn command(&self, arguments: &[&str]) -> anyhow::Result<command::Said> {
        let admin = self.gateway.admin.trim_start_matches("http://").to_owned();
        let folder = self.config.parent().unwrap_or_else(|| Path::new("."));
        command::run(folder, &[arguments, &["--admin", &admin]].concat()).await
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
async fn at_the_root(folder: &Path) -> anyhow::Result<(Arc<dyn Platform>, azure::Running, PathBuf)> {
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
    let [_, _, platform, azure] = ports;
    let at = |port| Ports { http: SocketAddr::from(([127, 0, 0, 1], port)), ..Ports::default() };
    Ok((Arc::new(ServiceNow::start_at(at(platform)).await?), cloud::start_at(at(azure)).await?, config))
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
