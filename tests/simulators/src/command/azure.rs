//! `simulator azure`

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::Args;
use serde::de::DeserializeOwned;
use signalbox_simulators::azure::{self, Application, Certificate, Credential, Options, Role, Simulator};

use super::{Listen, Started};

/// What `--help` says of the control interface.
pub const CONTROL: &str = "\
Control interface (JSON over HTTP at --control):
  GET    /                              addresses and the certificate
  PUT    /rules                         makes a data collection rule, as in --rule; DELETE /rules/{id}
  GET    /streams/{stream}/rows         rows as they are kept, in order
  GET    /streams/{stream}/uploads      the same by call, with what was dropped, nulled, cut
  DELETE /rows                          forgets all rows
  POST   /contents                      puts in, as in --contents; DELETE /resources?id=
  GET    /alerts/{id}                   an alert with its history; DELETE forgets it
  PATCH  /alerts/{id}                   {\"condition\":\"Resolved\"}, {\"state\":\"Closed\"} as a person would
  GET    /state-changes                 all calls of changestate, with their comments
  GET    /queries                       log queries that were asked
  GET POST DELETE /faults               {\"select\":{\"table\":\"Custom-Tickets_CL\"},\"when\":{\"every\":10},\"effect\":{\"kind\":\"drop_after\"}}
                                        tables: token identity {stream} alerts metrics metricDefinitions
                                        health activity query
                                        drop_before drop_after commit_late delay hold_answer status page truncate
                                        throttle refuse_credentials redirect
  GET DELETE      /journal              requests: method, path, status, time, client id
  GET POST        /clock                {\"advance_seconds\":3600}
  PUT    /network                       {\"reachable\":false} closes the ports, true opens them
  POST   /tokens/expire                 ends access tokens";

#[derive(Debug, Args)]
pub struct Azure {
    #[command(flatten)]
    listen: Listen,
    /// The application that may do everything; once given, the built-in ones are gone.
    #[arg(long, value_name = "ID:SECRET", default_value_t = format!("{}:{}", azure::APPLICATION, azure::SECRET))]
    application: String,
    /// A certificate in PEM that the application may sign assertions for.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Life of Entra's access tokens in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3599)]
    token_life: u64,
    /// A data collection rule in JSON: {"immutable_id","streams":[{"name","columns":[{"name","type"}]}]}. May be repeated;
    /// once given, the built-in one is gone.
    #[arg(long, value_name = "FILE")]
    rule: Vec<PathBuf>,
    /// What there is to be asked for, in JSON: {"alerts","resources","events","results"}.
    #[arg(long, value_name = "FILE")]
    contents: Option<PathBuf>,
}

impl Azure {
    /// Starts it.
    pub async fn start(self) -> anyhow::Result<Started> {
        let running = Simulator::start(self.options()?).await?;
        Ok(Started::new(running, self.listen.ca_file))
    }

    fn options(&self) -> anyhow::Result<Options> {
        let mut options = Options { ports: self.listen.ports(), ..Options::default() };
        options.tokens.access = Duration::from_secs(self.token_life);
        let (id, secret) = self.application.split_once(':').context("--application wants ID:SECRET")?;
        let mut credentials = vec![Credential::secret(secret)];
        if let Some(file) = &self.certificate {
            let pem = read(file)?;
            let certificate = Certificate::from_pem(&pem).with_context(|| file.display().to_string())?;
            credentials.push(Credential::Certificate(certificate));
        }
        let roles = vec![Role::MonitoringMetricsPublisher, Role::MonitoringContributor];
        options.directory.applications = vec![Application { id: id.into(), credentials, roles }];
        if !self.rule.is_empty() {
            options.rules = self.rule.iter().map(|file| json(file)).collect::<anyhow::Result<_>>()?;
        }
        if let Some(file) = &self.contents {
            options.contents = json(file)?;
        }
        Ok(options)
    }
}

fn json<T: DeserializeOwned>(file: &Path) -> anyhow::Result<T> {
    serde_json::from_str(&read(file)?).with_context(|| file.display().to_string())
}

fn read(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}
