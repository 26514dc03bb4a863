//! A platform that does as each test says, down to the byte, and remembers what it was asked.

use signalbox::{
    domain::{CallBudget, HttpError, HttpRequest, HttpResponse, Outbound},
    outbound::{Connection, ConnectionSpec, Lookup, SystemLookup},
};
use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

/// One request as it came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    pub headers: HashMap<String, String>,
    pub body: String,
    /// Whether the client showed a certificate.
    pub certified: bool,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub fn authorization(&self) -> &str {
        self.header("authorization")
    }
}

/// What to do about it.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    pub after: Duration,
    /// Bytes of the whole answer after which the connection is cut.
    pub cut: Option<usize>,
}

pub fn reply(status: u16, body: impl Into<Vec<u8>>) -> Reply {
    Reply { status, headers: vec![], body: body.into(), after: Duration::ZERO, cut: None }
}

impl Reply {
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn after(mut self, millis: u64) -> Self {
        self.after = Duration::from_millis(millis);
        self
    }

    pub fn cut(mut self, bytes: usize) -> Self {
        self.cut = Some(bytes);
        self
    }

    fn bytes(&self) -> Vec<u8> {
        let mut text = format!("HTTP/1.1 {} Whatever\r\n", self.status);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.headers.iter().any(|(name, _)| *name == "transfer-encoding") {
            text.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

type Behaviour = dyn Fn(&Seen, usize) -> Reply + Send + Sync;

/// A listening platform; it ends with the test.
pub struct Platform {
    pub address: SocketAddr,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    behaviour: Box<Behaviour>,
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    under_way: AtomicUsize,
    most_under_way: AtomicUsize,
}

impl Platform {
    /// Behaves as told by the request and by how many came before it.
    pub async fn new(behaviour: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(None, behaviour).await
    }

    pub async fn with_tls(
        acceptor: TlsAcceptor,
        behaviour: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(acceptor), behaviour).await
    }

    async fn start(
        acceptor: Option<TlsAcceptor>,
        behaviour: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            behaviour: Box::new(behaviour),
            seen: Mutex::default(),
            connections: AtomicUsize::default(),
            under_way: AtomicUsize::default(),
            most_under_way: AtomicUsize::default(),
        });
        let task = tokio::spawn(accept(listener, acceptor, Arc::clone(&state)));
        Self { address, state, task }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same place under a name that only a [`Names`] knows.
    pub fn named(&self, name: &str) -> String {
        format!("http://{name}:{}", self.address.port())
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    pub fn targets(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.target).collect()
    }

    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }

    pub fn most_under_way(&self) -> usize {
        self.state.most_under_way.load(Ordering::SeqCst)
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, acceptor: Option<TlsAcceptor>, state: Arc<State>) {
    while let Ok((stream, _)) = listener.accept().await {
        state.connections.fetch_add(1, Ordering::SeqCst);
        let (acceptor, state) = (acceptor.clone(), Arc::clone(&state));
        tokio::spawn(async move {
            match acceptor {
                None => drop(serve(stream, false, &state).await),
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        let certified = stream.get_ref().1.peer_certificates().is_some();
                        drop(serve(stream, certified, &state).await);
                    }
                }
            }
        });
    }
}

async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, certified: bool, state: &State) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    while let Some(mut seen) = read(&mut stream).await? {
        seen.certified = certified;
        let count = {
            let mut all = state.seen.lock().unwrap();
            all.push(seen.clone());
            all.len() - 1
        };
        let now = state.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        state.most_under_way.fetch_max(now, Ordering::SeqCst);
        let reply = (state.behaviour)(&seen, count);
        tokio::time::sleep(reply.after).await;
        state.under_way.fetch_sub(1, Ordering::SeqCst);
        let bytes = reply.bytes();
        if let Some(cut) = reply.cut {
            stream.write_all(&bytes[..cut]).await?;
            return stream.flush().await;
        }
        stream.write_all(&bytes).await?;
        stream.flush().await?;
        if reply.headers.iter().any(|(name, value)| *name == "connection" && value == "close") {
            return stream.shutdown().await;
        }
    }
    Ok(())
}

async fn read(stream: &mut (impl AsyncBufReadExt + Unpin)) -> io::Result<Option<Seen>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let mut next = || words.next().unwrap_or_default().to_owned();
    let mut seen = Seen { method: next(), target: next(), ..Seen::default() };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        seen.headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = seen.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(seen))
}

/// A connection to `base` that may reach this machine and is in no hurry to wait.
pub fn spec(base: &str) -> ConnectionSpec {
    let mut spec = ConnectionSpec::new("desk".parse().unwrap(), base.parse().unwrap());
    spec.networks = vec!["127.0.0.0/8".parse().unwrap()];
    spec.limits.per_second = 1000.try_into().unwrap();
    spec.limits.burst = 1000.try_into().unwrap();
    spec.limits.request_timeout = Duration::from_secs(5);
    spec
}

pub fn open(spec: ConnectionSpec) -> Connection {
    Connection::open(spec, Arc::new(SystemLookup)).unwrap()
}

/// Names that answer what the test says, one answer after the other, the last for ever.
pub struct Names {
    answers: HashMap<&'static str, Vec<Vec<IpAddr>>>,
    pub asked: Mutex<Vec<String>>,
}

impl Names {
    pub fn new<const N: usize>(answers: [(&'static str, &[&[&str]]); N]) -> Arc<Self> {
        let parse = |each: &&[&str]| each.iter().map(|address| address.parse().unwrap()).collect();
        let answers = answers.map(|(name, answers)| (name, answers.iter().map(parse).collect()));
        Arc::new(Self { answers: answers.into(), asked: Mutex::default() })
    }
}

#[async_trait::async_trait]
impl Lookup for Names {
    async fn lookup(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|name| *name == host).count();
        asked.push(host.to_owned());
        let answers = self.answers.get(host).ok_or_else(|| io::Error::other("no such name"))?;
        Ok(answers[before.min(answers.len() - 1)].clone())
    }
}

pub fn request(method: &str, target: &str) -> HttpRequest {
    let (method, target) = (method.to_owned(), target.to_owned());
    HttpRequest { safe: method == "GET", method, target, headers: vec![], body: vec![] }
}

pub fn budget() -> CallBudget {
    within(10_000)
}

pub fn within(millis: u64) -> CallBudget {
    CallBudget { deadline: Instant::now() + Duration::from_millis(millis), send_before: None }
}

pub async fn get(connection: &Connection, target: &str) -> Result<HttpResponse, HttpError> {
    connection.send(request("GET", target), budget()).await
}

/// The status of an answer that must come.
pub async fn status(connection: &Connection, target: &str) -> u16 {
    get(connection, target).await.unwrap().status
}
