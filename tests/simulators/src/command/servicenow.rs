//! `simulator servicenow`

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use signalbox_simulators::servicenow::{self, Account, Client, Options, RateLimit, Simulator};

use super::{Listen, Started};

/// What `--help` says of the control interface.
pub const CONTROL: &str = "\
Control interface (JSON over HTTP at --control):
  GET    /                              addresses and the certificate
  GET    /tables/{table}?query=         rows with stored values; POST makes one as a person would
  GET    /tables/{table}/keys           rows per correlation_id
  GET    /tables/{table}/count?correlation_id=
  POST   /people                        {\"ticket\":\"INC0010001\",\"act\":{\"kind\":\"close\"}}
                                        resolve close cancel reopen state reassign delete merge take_out_key edit note comment
  GET    /journal/{sys_id}/work_notes   what was noted on a ticket
  PUT    /search-lag                    {\"seconds\":5}
  GET POST DELETE /faults               {\"select\":{\"method\":\"POST\",\"table\":\"incident\"},\"when\":{\"every\":10},\"effect\":{\"kind\":\"drop_after\"}}
                                        drop_before drop_after commit_late delay hold_answer status page truncate
                                        throttle refuse_credentials redirect
  GET DELETE      /journal              requests: method, path, status, time, user
  GET POST        /clock                {\"advance_seconds\":3600}
  PUT    /network                       {\"reachable\":false} closes the ports, true opens them
  POST   /tokens/expire                 ends access tokens; {\"refresh\":true} refresh tokens, too";

#[derive(Debug, Args)]
pub struct ServiceNow {
    #[command(flatten)]
    listen: Listen,
    /// A user with roles itil and evt_mgmt_integration; once given, the built-in users are gone.
    #[arg(long, value_name = "NAME:PASSWORD[:ROLE,…]", default_values_t = default_users())]
    user: Vec<String>,
    /// The OAuth client, which may also sign in as the first user.
    #[arg(long, value_name = "ID:SECRET", default_value_t = format!("{}:{}", servicenow::CLIENT, servicenow::SECRET))]
    oauth_client: String,
    /// An API key that stands for the first user.
    #[arg(long, value_name = "KEY", default_value = servicenow::API_KEY)]
    api_key: String,
    /// Life of an access token in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 1800)]
    token_life: u64,
    /// Requests an hour and user to the Table API; no limit where it is not given.
    #[arg(long, value_name = "REQUESTS")]
    rate_limit: Option<u64>,
    /// A text field of one's own, `incident.u_gateway_key`; may be repeated.
    #[arg(long, value_name = "TABLE.FIELD")]
    field: Vec<String>,
    /// Takes calls without Accept, and bodies without Content-Type.
    #[arg(long)]
    lenient: bool,
    /// Answers no rows, instead of more, to a query with an invalid part.
    #[arg(long)]
    invalid_query_returns_no_rows: bool,
}

fn default_users() -> Vec<String> {
    Options::default()
        .accounts
        .users
        .iter()
        .map(|account| format!("{}:{}:{}", account.user, account.password, account.roles.join(",")))
        .collect()
}

impl ServiceNow {
    /// Starts it.
    pub async fn start(self) -> anyhow::Result<Started> {
        let running = Simulator::start(self.options()?).await?;
        Ok(Started::new(running, self.listen.ca_file))
    }

    fn options(&self) -> anyhow::Result<Options> {
        let mut options = Options {
            ports: self.listen.ports(),
            strict_headers: !self.lenient,
            invalid_query_returns_no_rows: self.invalid_query_returns_no_rows,
            rate_limit: self.rate_limit.map(|requests| RateLimit { requests, window_seconds: 3600 }),
            ..Options::default()
        };
        options.tokens.access = Duration::from_secs(self.token_life);
        let users = self.user.iter().map(|text| user(text)).collect::<anyhow::Result<Vec<_>>>()?;
        let first = users.first().map(|account| account.user.clone());
        let (id, secret) = self.oauth_client.split_once(':').context("--oauth-client wants ID:SECRET")?;
        options.accounts.clients = vec![Client { id: id.into(), secret: secret.into(), user: first.clone() }];
        options.accounts.keys = first.map(|user| (self.api_key.clone(), user)).into_iter().collect();
        options.accounts.users = users;
        for field in &self.field {
            let (table, name) = field.split_once('.').context("--field wants TABLE.FIELD")?;
            options.custom_fields.push((table.into(), name.into()));
        }
        Ok(options)
    }
}

fn user(text: &str) -> anyhow::Result<Account> {
    let mut parts = text.splitn(3, ':');
    let (name, password) = parts.next().zip(parts.next()).context("--user wants NAME:PASSWORD[:ROLE,…]")?;
    let roles = parts.next().unwrap_or("itil,evt_mgmt_integration,evt_mgmt_operator,import_transformer");
    let roles: Vec<&str> = roles.split(',').filter(|role| !role.is_empty()).collect();
    Ok(Account::new(name, password, &roles))
}
