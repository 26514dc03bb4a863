//! Runs a vendor's own client, unmodified, against a simulator.
//!
//! One Python environment serves all vendors' clients. It is made from `clients/requirements.txt` once and kept under
//! the target folder, named by what is in that file; `SIGNALBOX_TEST_PYTHON` names an interpreter that has the packages
//! already. Where Python or the packages can't be had, the test is skipped with one line on stderr that says how to get
//! them; where `CI` is set, that is a failure.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// How long a client may take.
const DEADLINE: Duration = Duration::from_secs(180);

/// A client's script in `clients/`, and what it is told.
#[derive(Debug, Clone)]
pub struct ClientRun<'a> {
    /// The script's file name.
    pub script: &'a str,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The authority that vouches for the simulator's certificate.
    pub ca_pem: &'a str,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It ran and found nothing wrong; this is what it printed.
    Passed(String),
    /// It could not be run here; stderr says why.
    Skipped,
}

/// Why a client's run is a failure.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// What it needs is lacking where nothing may lack.
    #[error("{0}; with CI set this is a failure")]
    Lacking(String),
    /// It found something wrong.
    #[error("{script} ended with {status}:\n{output}")]
    Failed {
        /// The script.
        script: String,
        /// How it ended.
        status: String,
        /// What it printed.
        output: String,
    },
    /// It did not end in time.
    #[error("{0} did not end within three minutes")]
    Late(String),
    /// A file can't be written or a process not be started.
    #[error("the client cannot be run")]
    Io(#[from] io::Error),
}

/// Runs a client, or says why not.
///
/// # Errors
/// When it finds something wrong, or lacks what it needs where `CI` is set.
pub async fn run(client: ClientRun<'_>) -> Result<Verdict, ClientError> {
    let made = tokio::task::spawn_blocking(interpreter).await.map_err(io::Error::other)?;
    let python = match made? {
        Ok(python) => python,
        Err(lack) if std::env::var_os("CI").is_some() => return Err(ClientError::Lacking(lack)),
        Err(lack) => {
            eprintln!("skipped {}: {lack}", client.script);
            return Ok(Verdict::Skipped);
        }
    };
    let authority = Certificate::write(client.ca_pem)?;
    let mut command = tokio::process::Command::new(python);
    command.arg(clients().join(client.script)).args(&client.arguments).kill_on_drop(true).stdin(Stdio::null());
    for bundle in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        command.env(bundle, &authority.0);
    }
    // Simulators are on this machine: no proxy knows the way to them.
    for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    let output = match tokio::time::timeout(DEADLINE, command.output()).await {
        Ok(output) => output?,
        Err(_) => return Err(ClientError::Late(client.script.to_owned())),
    };
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(Verdict::Passed(printed));
    }
    let output_text = printed + &String::from_utf8_lossy(&output.stderr);
    let (script, status) = (client.script.to_owned(), output.status.to_string());
    Err(ClientError::Failed { script, status, output: output_text })
}

/// The authority's certificate as a file, for as long as a client runs.
struct Certificate(PathBuf);

impl Certificate {
    fn write(pem: &str) -> io::Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("ca-{}-{}.pem", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = folder()?.join(name);
        fs::write(&path, pem)?;
        Ok(Self(path))
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// An interpreter that has the packages, or what is lacking.
fn interpreter() -> io::Result<Result<PathBuf, String>> {
    if let Some(python) = std::env::var_os("SIGNALBOX_TEST_PYTHON") {
        return Ok(Ok(python.into()));
    }
    let requirements = clients().join("requirements.txt");
    let mut hasher = DefaultHasher::new();
    fs::read(&requirements)?.hash(&mut hasher);
    let environment = folder()?.join(format!("venv-{:016x}", hasher.finish()));
    let (python, ready) = (environment.join("bin").join("python"), environment.join(".ready"));
    // Tests run side by side, in one process and in several: one makes the environment, the others wait for it.
    let lock = File::create(folder()?.join("lock"))?;
    lock.lock()?;
    if ready.exists() {
        return Ok(Ok(python));
    }
    let Some(base) = ["python3", "python"].into_iter().find(|name| is_python(name)) else {
        return Ok(Err("Python 3.9 or newer is not installed (apt-get install python3 python3-venv)".into()));
    };
    if let Some(error) = failure(Command::new(base).args(["-m", "venv", "--clear"]).arg(&environment).output()) {
        return Ok(Err(format!("{base} cannot make an environment (apt-get install python3-venv): {error}")));
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--timeout", "20", "--retries", "1"];
    let install = Command::new(&python).args(pip).arg("--requirement").arg(&requirements).output();
    if let Some(error) = failure(install) {
        return Ok(Err(format!(
            "pip cannot install tests/simulators/clients/requirements.txt (is the package index reachable? else set \
             SIGNALBOX_TEST_PYTHON to an interpreter that has them): {error}"
        )));
    }
    fs::write(ready, "")?;
    Ok(Ok(python))
}

fn is_python(name: &str) -> bool {
    let new_enough = "import sys; sys.exit(sys.version_info < (3, 9))";
    Command::new(name).args(["-c", new_enough]).output().is_ok_and(|output| output.status.success())
}

/// The last line that a command complains with; none where it succeeded.
fn failure(result: io::Result<Output>) -> Option<String> {
    match result {
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
            let last = text.lines().rev().find(|line| !line.trim().is_empty());
            Some(last.unwrap_or("no reason given").trim().to_owned())
        }
        Err(error) => Some(error.to_string()),
    }
}

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients")
}

/// Where environments are kept: beside what Cargo builds, since this test is in `target/PROFILE/deps`.
fn folder() -> io::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = match test.ancestors().nth(3) {
        Some(target) => target.join("client-tests"),
        None => std::env::temp_dir().join("signalbox-client-tests"),
    };
    fs::create_dir_all(&folder)?;
    Ok(folder)
}
