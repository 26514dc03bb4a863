//! Simulator and gateway, with the `config.toml` at the workspace's root.

use anyhow::Context;
use signalbox_e2e::{Gateway, config::TOKEN, workspace};
use signalbox_simulators::servicenow::{Options, PASSWORD, Running, SECRET, Simulator};
use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

/// The ports that the configuration names: gateway, admin, simulator.
const PORTS: [u16; 3] = [8080, 8081, 8090];

/// Everything that runs.
pub struct Stage {
    /// The platform.
    pub platform: Running,
    /// The gateway.
    pub gateway: Gateway,
    /// The configuration that it runs with.
    pub config: PathBuf,
}

// === impl Stage ===

impl Stage {
    /// Starts simulator and gateway.
    pub async fn set() -> anyhow::Result<Self> {
        let folder = workspace().join("target/demo");
        if folder.exists() {
            std::fs::remove_dir_all(&folder).with_context(|| format!("{} can't be emptied", folder.display()))?;
        }
        std::fs::create_dir_all(&folder)?;
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
            text = text
                .replace("folder = \"target", "folder = \"..")
                .replace("\"target/plugin-cache", "\"../plugin-cache");
            config = folder.join("config.toml");
            std::fs::write(&config, text)?;
            println!("port {taken} is taken: the demo runs with other ports, in {}", config.display());
        }
        let [_, _, simulator] = ports;
        let listen = SocketAddr::from(([127, 0, 0, 1], simulator));
        let platform = Simulator::start(Options { listen, ..Options::default() }).await?;
        let secrets = [
            ("AZURE_HOOK_TOKEN", TOKEN.to_owned()),
            ("SNOW_SECRET", SECRET.to_owned()),
            ("SNOW_PASSWORD", PASSWORD.to_owned()),
        ];
        println!("starting the gateway (the first start compiles its plugins) …");
        let gateway = Gateway::start(&config, &folder, &secrets).await?;
        println!("the gateway listens at   {}", gateway.ingest);
        println!("its admin listener is at {}", gateway.admin);
        println!("the platform is at       {}", platform.http_url);
        Ok(Self { platform, gateway, config })
    }

    /// Ends all that was started.
    pub async fn strike(self) {
        let Self { mut gateway, .. } = self;
        if gateway.signal("TERM").await.is_err() || gateway.ended(Duration::from_secs(30)).await.is_err() {
            let _gone = gateway.kill().await;
        }
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
