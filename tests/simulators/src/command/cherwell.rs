//! `simulator cherwell`

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use signalbox_simulators::cherwell::{self, Account, Culture, Options, Simulator};

use super::{Listen, Started};

/// What `--help` says of the control interface.
pub const CONTROL: &str = "\
Control interface (JSON over HTTP at --control):
  GET    /                              addresses and the certificate
  GET    /records/{object}?FIELD=VALUE  records with stored values; POST makes one as a person would
  GET    /records/{object}/keys/{field} records per value of a field
  POST   /people                        {\"ticket\":\"10001\",\"act\":{\"kind\":\"close\"}}
                                        resolve close reopen state reassign delete take_out_key edit note
  GET    /notes/{ticket}                what was noted on a ticket
  GET    /licences                      sessions that take a licence
  PUT    /search-lag                    {\"seconds\":5}
  GET POST DELETE /faults               {\"select\":{\"path\":\"savebusinessobject\"},\"when\":{\"every\":10},\"effect\":{\"kind\":\"drop_after\"}}
                                        drop_before drop_after commit_late delay hold_answer status page truncate
                                        throttle refuse_credentials redirect
  GET DELETE      /journal              requests: method, path, status, time, user
  GET POST        /clock                {\"advance_seconds\":3600}
  PUT    /network                       {\"reachable\":false} closes the ports, true opens them
  POST   /tokens/expire                 ends access tokens; {\"refresh\":true} refresh tokens, too";

#[derive(Debug, Args)]
pub struct Cherwell {
    #[command(flatten)]
    listen: Listen,
    /// A user who may do everything; once given, the built-in users are gone.
    #[arg(long, value_name = "NAME:PASSWORD")]
    user: Vec<String>,
    /// The client key that is registered.
    #[arg(long, value_name = "KEY", default_value = cherwell::CLIENT)]
    client: String,
    /// Life of an access token in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 1200)]
    token_life: u64,
    /// How many sessions there can be at a time.
    #[arg(long, default_value_t = 50)]
    licences: usize,
    /// How dates are written where a call names no locale: en-US, en-GB or de-DE.
    #[arg(long, default_value = "en-US", value_parser = culture)]
    culture: Culture,
    /// Minutes that the system's clock is ahead of UTC.
    #[arg(long, default_value_t = 0, allow_negative_numbers = true)]
    minutes_ahead: i16,
    /// A text field of one's own, `Incident.GatewayKey`; may be repeated.
    #[arg(long, value_name = "OBJECT.FIELD")]
    field: Vec<String>,
}

fn culture(name: &str) -> Result<Culture, String> {
    Culture::named(name).ok_or_else(|| "en-US, en-GB or de-DE".to_owned())
}

impl Cherwell {
    /// Starts it.
    pub async fn start(self) -> anyhow::Result<Started> {
        let running = Simulator::start(self.options()?).await?;
        Ok(Started::new(running, self.listen.ca_file))
    }

    fn options(&self) -> anyhow::Result<Options> {
        let mut options = Options {
            ports: self.listen.ports(),
            clients: vec![self.client.clone()],
            access: Duration::from_secs(self.token_life),
            licences: self.licences,
            culture: self.culture,
            minutes_ahead: self.minutes_ahead,
            ..Options::default()
        };
        for user in &self.user {
            let (name, password) = user.split_once(':').context("--user wants NAME:PASSWORD")?;
            if Some(user) == self.user.first() {
                options.accounts.clear();
            }
            options.accounts.push(Account::new(name, password));
        }
        for field in &self.field {
            let (object, name) = field.split_once('.').context("--field wants OBJECT.FIELD")?;
            options.custom_fields.push((object.into(), name.into()));
        }
        Ok(options)
    }
}
