//! A real Request Tracker 5 from Debian's packages, for as long as tests or the demo need it.
//!
//! Each start has its own folder with its own configuration and SQLite database, and a free port of loopback; the machine's own
//! Request Tracker, if it runs one, is neither read nor written. Where the packages are not installed there is none, and one line on
//! stderr says how to get it; where `CI` is set, that is a failure.

use anyhow::{Context, bail};
use serde_json::Value;
use signalbox_e2e::{install_tls, wait};
use std::{
    ffi::OsStr,
    fs::{self, File},
    net::TcpListener,
    path::Path,
    process::Stdio,
    sync::{Arc, Once, Weak},
    time::Duration,
};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    sync::Mutex,
};

/// Where Debian's package puts the server, with its own interpreter of HTTP.
const SERVER: &str = "/usr/share/request-tracker5/libexec/standalone_httpd";
/// What makes a database.
const DATABASE: &str = "/usr/sbin/rt-setup-database-5";
/// Makes queues, fields and accounts.
const SETUP: &str = include_str!("setup.pl");
/// How to get it.
const PACKAGES: &str = "apt-get install --no-install-recommends request-tracker5 rt5-db-sqlite rt5-standalone";

/// How long each step of a start may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Somebody else may take a free port before the server does.
const TRIES: u32 = 5;

/// The queue of incidents, the one that they may be moved to, and that of change requests.
pub const QUEUES: [&str; 3] = ["Incidents", "Network", "Changes"];
/// The password of everybody.
pub const PASSWORD: &str = "correct horse";

/// A running server. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    /// Its address, without a slash at the end.
    pub url: String,
    /// The accounts' tokens.
    pub tokens: Tokens,
    _server: Child,
    _folder: TempDir,
}

/// Authentication tokens, as `Authorization: token …` takes them.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// The gateway's account, `signalbox`, with the rights that the handbook names, in UTC.
    pub gateway: String,
    /// A person who may do everything, `robin`.
    pub person: String,
    /// An account like the gateway's, west of Greenwich.
    pub abroad: String,
    /// An account like the gateway's that may not set custom fields.
    pub forgotten: String,
}

// === impl Server ===

impl Server {
    /// The one of this process, which ends with the last who has it; none where it is not installed and need not be.
    ///
    /// # Errors
    /// Where it does not start, or is not installed where `CI` is set.
    pub async fn shared() -> anyhow::Result<Option<Arc<Self>>> {
        static SHARED: Mutex<Weak<Server>> = Mutex::const_new(Weak::new());
        let mut shared = SHARED.lock().await;
        if let Some(server) = shared.upgrade() {
            return Ok(Some(server));
        }
        let started = Self::start().await?.map(Arc::new);
        *shared = started.as_ref().map_or_else(Weak::new, Arc::downgrade);
        Ok(started)
    }

    async fn start() -> anyhow::Result<Option<Self>> {
        let Some(missing) = [SERVER, DATABASE].into_iter().find(|file| !Path::new(file).exists()) else {
            return Self::installed().await.map(Some);
        };
        let lack = format!("Request Tracker 5 is not installed ({missing} is missing): {PACKAGES}");
        if std::env::var_os("CI").is_some() {
            bail!("{lack}; with CI set this is a failure");
        }
        static TOLD: Once = Once::new();
        TOLD.call_once(|| eprintln!("skipped: {lack}"));
        Ok(None)
    }

    async fn installed() -> anyhow::Result<Self> {
        install_tls();
        let folder = tempfile::tempdir()?;
        for name in ["more", "mason", "sessions"] {
            fs::create_dir(folder.path().join(name))?;
        }
        configure(folder.path(), 0)?;
        let empty = ["--action", "init", "--skip-create", "--dba", "", "--dba-password", ""];
        run(folder.path(), DATABASE, &empty.map(OsStr::new)).await.context("no database can be made")?;
        let setup = folder.path().join("setup.pl");
        fs::write(&setup, SETUP)?;
        let told = run(folder.path(), "perl", &[setup.as_os_str()]).await.context("no accounts can be made")?;
        let tokens = Tokens::parse(&told)?;
        for _ in 1..TRIES {
            if let Some((server, url)) = serve(folder.path()).await? {
                return Ok(Self { url, tokens, _server: server, _folder: folder });
            }
        }
        bail!("Request Tracker does not start:\n{}", log(folder.path()))
    }
}

// === impl Tokens ===

impl Tokens {
    /// Out of the last line that is JSON.
    fn parse(told: &str) -> anyhow::Result<Self> {
        let told: Option<Value> = told.lines().rev().find_map(|line| serde_json::from_str(line).ok());
        let told = told.context("nobody told the tokens")?;
        let token = |name: &str| {
            told.get(name).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("no token of {name}"))
        };
        Ok(Self {
            gateway: token("gateway")?,
            person: token("person")?,
            abroad: token("abroad")?,
            forgotten: token("forgotten")?,
        })
    }
}

/// Starts the server on a free port; none where it ended at once.
async fn serve(folder: &Path) -> anyhow::Result<Option<(Child, String)>> {
    let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
    configure(folder, port)?;
    let port = port.to_string();
    let mut command = command(folder, SERVER)?;
    command.args(["--host", "127.0.0.1", "--port", port.as_str()]);
    let mut server = command.stdout(log_file(folder)?).spawn()?;
    let url = format!("http://127.0.0.1:{port}");
    let client = reqwest::Client::builder().no_proxy().build()?;
    let up = wait::until("Request Tracker is up", PATIENCE, || {
        let ended = server.try_wait().ok().flatten().is_some();
        let request = client.get(format!("{url}/REST/2.0/rt")).send();
        async move { if ended { Some(false) } else { request.await.ok().map(|_| true) } }
    });
    Ok(up.await?.then_some((server, url)))
}

/// Runs a program to its end; what it printed.
async fn run(folder: &Path, program: &str, arguments: &[&OsStr]) -> anyhow::Result<String> {
    let mut command = command(folder, program)?;
    let output =
        tokio::time::timeout(PATIENCE, command.args(arguments).output()).await.context("it does not end")??;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!("{program} ended with {}:\n{printed}{}", output.status, log(folder));
    }
    Ok(printed)
}

/// A program that knows only this folder's configuration.
fn command(folder: &Path, program: &str) -> anyhow::Result<Command> {
    let mut command = Command::new(program);
    command.env("RT_SITE_CONFIG", folder.join("RT_SiteConfig.pm")).env("RT_SITE_CONFIG_DIR", folder.join("more"));
    command.stdin(Stdio::null()).stderr(log_file(folder)?).kill_on_drop(true);
    Ok(command)
}

fn configure(folder: &Path, port: u16) -> anyhow::Result<()> {
    let place = folder.join("RT_SiteConfig.pm");
    let folder = folder.display();
    let text = format!(
        r#"Set($rtname, 'signalbox.test');
Set($Organization, 'signalbox.test');
Set($Timezone, 'UTC');
Set($WebDomain, '127.0.0.1');
Set($WebPort, {port});
Set($WebPath, '');
Set($WebBaseURL, 'http://127.0.0.1:{port}');
Set($WebURL, 'http://127.0.0.1:{port}/');
Set($MailCommand, 'testfile');
Set($DatabaseType, 'SQLite');
Set($DatabaseName, '{folder}/rt.db');
Set($DatabaseHost, '');
Set($DatabaseUser, '');
Set($DatabasePassword, '');
Set($BcryptCost, 4);
Set($LogToSyslog, undef);
Set($LogToFile, undef);
Set($LogToSTDERR, 'warning');
$MasonDataDir = '{folder}/mason';
$MasonSessionDir = '{folder}/sessions';
1;
"#
    );
    fs::write(place, text)?;
    Ok(())
}

fn log_file(folder: &Path) -> std::io::Result<File> {
    File::options().create(true).append(true).open(folder.join("log"))
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
