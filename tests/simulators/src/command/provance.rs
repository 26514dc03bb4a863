//! `simulator provance`

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use signalbox_simulators::provance::{self, Application, Limit, Options, Protection, Role, Simulator};

use super::{Listen, Started};

/// What `--help` says of the control interface.
pub const CONTROL: &str = "\
Control interface (JSON over HTTP at --control):
  GET    /                              addresses and the certificate
  GET    /tables/{table}?filter=        rows with stored values; POST makes one as a person would
  GET    /tables/{table}/keys           rows per key
  POST   /people                        {\"ticket\":\"CAS-01001\",\"act\":{\"kind\":\"resolve\"}}
                                        resolve cancel reopen status reassign delete merge take_out_key edit note
  GET    /notes/{id}                    what was noted on a row
  GET    /resolutions/{id}              what a Case was resolved with
  PUT    /protection                    {\"limit\":\"execution_time\"}: which limit a throttled call meets
  GET POST DELETE /faults               {\"select\":{\"method\":\"POST\",\"table\":\"incidents\"},\"when\":{\"every\":10},\"effect\":{\"kind\":\"drop_after\"}}
                                        drop_before drop_after commit_late delay hold_answer status page truncate
                                        throttle refuse_credentials redirect
  GET DELETE      /journal              requests: method, path, status, time, user
  GET POST        /clock                {\"advance_seconds\":3600}
  PUT    /network                       {\"reachable\":false} closes the ports, true opens them
  POST   /tokens/expire                 ends access tokens";

#[derive(Debug, Args)]
pub struct Provance {
    #[command(flatten)]
    listen: Listen,
    /// The application that may do everything; once given, the built-in ones are gone.
    #[arg(long, value_name = "ID:SECRET", default_value_t = format!("{}:{}", provance::application_id(), provance::SECRET))]
    application: String,
    /// Life of an access token in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 3599)]
    token_life: u64,
    /// Requests in five minutes and user; no limit where it is not given.
    #[arg(long, value_name = "REQUESTS")]
    limit: Option<u64>,
    /// The gateway's columns are no alternate keys.
    #[arg(long)]
    no_alternate_key: bool,
    /// A table whose changes are tracked; may be repeated.
    #[arg(long, value_name = "TABLE")]
    track: Vec<String>,
}

impl Provance {
    /// Starts it.
    pub async fn start(self) -> anyhow::Result<Started> {
        let running = Simulator::start(self.options()?).await?;
        Ok(Started::new(running, self.listen.ca_file))
    }

    fn options(&self) -> anyhow::Result<Options> {
        let mut options = Options {
            ports: self.listen.ports(),
            limit: self.limit.map(|requests| Limit { requests, window_seconds: 300, protection: Protection::Requests }),
            alternate_key: !self.no_alternate_key,
            tracked: self.track.clone(),
            ..Options::default()
        };
        options.tokens.access = Duration::from_secs(self.token_life);
        let (id, secret) = self.application.split_once(':').context("--application wants ID:SECRET")?;
        options.accounts.0 = vec![Application {
            id: id.into(),
            secret: secret.into(),
            user: provance::USER.into(),
            password: String::new(),
            role: Some(Role::Agent),
        }];
        Ok(options)
    }
}
