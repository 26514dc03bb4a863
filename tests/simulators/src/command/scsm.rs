//! `simulator scsm`

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use signalbox_simulators::scsm::{Account, Options, Simulator};

use super::{Listen, Started};

/// What `--help` says of the control interface.
pub const CONTROL: &str = "\
Control interface (JSON over HTTP at --control):
  GET    /                              addresses and the certificate
  GET    /objects/{class}?PROPERTY=VALUE  work items, incident or change; POST makes one as a person would
  GET    /keys                          incidents per key
  GET    /comments/{base_id}            what an action log says
  POST   /people                        {\"ticket\":\"IR1\",\"act\":{\"kind\":\"close\"}}
                                        resolve close reopen pend reassign delete take_out_key edit note comment
  GET POST DELETE /faults               {\"select\":{\"path\":\"/Commit\"},\"when\":{\"every\":10},\"effect\":{\"kind\":\"drop_after\"}}
                                        drop_before drop_after commit_late delay hold_answer status page truncate
                                        throttle refuse_credentials redirect
  GET DELETE      /journal              requests: method, path, status, time, user
  GET POST        /clock                {\"advance_seconds\":3600}
  PUT    /network                       {\"reachable\":false} closes the ports, true opens them
  POST   /tokens/expire                 ends tokens";

#[derive(Debug, Args)]
pub struct Scsm {
    #[command(flatten)]
    listen: Listen,
    /// A user who may make and change work items; once given, the built-in users are gone.
    #[arg(long, value_name = "NAME:PASSWORD")]
    user: Vec<String>,
    /// Life of a token in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    token_life: u64,
    /// Requests a minute and user, counted before the portal; no limit where it is not given.
    #[arg(long, value_name = "REQUESTS")]
    rate_limit: Option<u64>,
    /// A text property of incidents that an administrator has added; may be repeated.
    #[arg(long, value_name = "NAME", default_value = "GatewayKey")]
    property: Vec<String>,
    /// The property that keys stand in.
    #[arg(long, value_name = "NAME", default_value = "ContactMethod")]
    key: String,
    /// Lets incidents be resolved without a category and a description, as the API of a stock installation does.
    #[arg(long)]
    lenient: bool,
}

impl Scsm {
    /// Starts it.
    pub async fn start(self) -> anyhow::Result<Started> {
        let running = Simulator::start(self.options()?).await?;
        Ok(Started::new(running, self.listen.ca_file))
    }

    fn options(&self) -> anyhow::Result<Options> {
        let mut options = Options {
            ports: self.listen.ports(),
            rate_limit: self.rate_limit.map(|requests| (requests, 60)),
            extensions: self.property.clone(),
            key: self.key.clone(),
            resolution_demanded: !self.lenient,
            ..Options::default()
        };
        options.tokens.access = Duration::from_secs(self.token_life);
        if !self.user.is_empty() {
            let users = self.user.iter().map(|text| text.split_once(':').context("--user wants NAME:PASSWORD"));
            let users = users.map(|user| user.map(|(name, password)| Account::analyst(name, password)));
            options.accounts = users.collect::<anyhow::Result<Vec<_>>>()?;
        }
        Ok(options)
    }
}
