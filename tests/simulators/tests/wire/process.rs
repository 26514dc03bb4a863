//! A simulator as a process of its own: it prints where it listens, writes its certificate, and ends on SIGTERM.

use std::{process::Stdio, time::Duration};

use signalbox_simulators::shared::Addresses;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::call;

/// A simulator that runs.
pub struct Process {
    pub addresses: Addresses,
    /// Trusts its certificate.
    pub client: reqwest::Client,
    child: Child,
}

impl Process {
    /// Starts `simulator` with these arguments.
    pub async fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ca = folder.path().join("ca.pem");
        let mut child = Command::new(env!("CARGO_BIN_EXE_simulator"))
            .args(arguments)
            .arg("--ca-file")
            .arg(&ca)
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await.unwrap().unwrap().unwrap();
        let addresses: Addresses = serde_json::from_str(&line).unwrap();
        assert_eq!(std::fs::read_to_string(&ca).unwrap(), addresses.ca_pem);
        Self { client: call::client_that_trusts(&addresses.ca_pem), addresses, child }
    }

    /// Ends it by SIGTERM.
    pub async fn end(mut self) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        let status = tokio::time::timeout(Duration::from_secs(10), self.child.wait()).await.unwrap().unwrap();
        assert!(status.success(), "{status}");
    }
}
