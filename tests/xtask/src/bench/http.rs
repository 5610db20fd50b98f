//! A small HTTP/1.1 client and server for the benches, on blocking sockets. They are cheap enough not to distort the results.
//!
//! It owns a client connection that is kept alive, a server with a thread per connection, and the KV service for workerd. It
//! supports nothing else of HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

/// A request or a response: its first line and its body.
pub(crate) struct Message {
    pub(crate) first: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// The status of a response.
    pub(crate) fn status(&self) -> u16 {
        self.first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0)
    }

    /// The method and target of a request.
    fn target(&self) -> (&str, &str) {
        let mut words = self.first.split(' ');
        (words.next().unwrap_or_default(), words.next().unwrap_or_default())
    }
}

/// One connection to a server.
pub(crate) struct Client(BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(port: u16) -> Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).context("nothing listens")?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// Sends a request and reads the whole response.
    pub(crate) fn ask(&mut self, request: &Request<'_>) -> Result<Message> {
        let Request { method, path, key, body } = request;
        let text = format!(
            "{method} {path} HTTP/1.1\r\nhost: edge.example\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.0.get_mut().write_all(text.as_bytes())?;
        read(&mut self.0)?.context("the connection was closed")
    }
}

/// A request to the edge.
pub(crate) struct Request<'a> {
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    pub(crate) key: &'a str,
    pub(crate) body: &'a str,
}

/// Reads a message, or nothing when the other side has closed the connection.
fn read(from: &mut BufReader<TcpStream>) -> Result<Option<Message>> {
    let mut first = String::new();
    if from.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let (mut length, mut chunked) = (0, false);
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse()?,
            "transfer-encoding" => chunked = value.trim().eq_ignore_ascii_case("chunked"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    loop {
        if chunked {
            let mut size = String::new();
            from.read_line(&mut size)?;
            length = usize::from_str_radix(size.trim(), 16).context("a chunk without a size")?;
        }
        let start = body.len();
        body.resize(start + length, 0);
        from.read_exact(body.get_mut(start..).unwrap_or_default())?;
        if !chunked {
            break;
        }
        from.read_line(&mut String::new())?;
        if length == 0 {
            break;
        }
    }
    Ok(Some(Message { first: first.trim_end().to_owned(), body }))
}

/// Responds to a request: gets method, target and body, and returns status, content type and body.
type Handler = dyn Fn(&str, &str, Vec<u8>) -> (u16, &'static str, Vec<u8>) + Send + Sync;

/// Starts a server and returns its port. It ends with the process.
pub(crate) fn serve(
    answer: impl Fn(&str, &str, Vec<u8>) -> (u16, &'static str, Vec<u8>) + Send + Sync + 'static,
) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    let answer: Arc<Handler> = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = answer.clone();
            // A broken connection affects only its own request, which the load reports as failed.
            thread::spawn(move || talk(stream, &*answer));
        }
    });
    Ok(port)
}

fn talk(stream: TcpStream, answer: &Handler) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream)? {
        let (method, target) = request.target();
        let (method, target) = (method.to_owned(), target.to_owned());
        let (status, kind, body) = answer(&method, &target, request.body);
        let mut text =
            format!("HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len())
                .into_bytes();
        text.extend(body);
        stream.get_mut().write_all(&text)?;
    }
    Ok(())
}

/// Workers KV in memory, with workerd's requests: `PUT`, `GET`, `DELETE /<key>`. It counts them.
pub(crate) fn serve_kv(counted: Arc<AtomicU64>) -> Result<u16> {
    let values: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::default();
    serve(move |method, target, body| {
        counted.fetch_add(1, Ordering::Relaxed);
        let key = target.split('?').next().unwrap_or_default().to_owned();
        let Ok(mut values) = values.lock() else { return (500, "text/plain", Vec::new()) };
        match method {
            "PUT" => {
                values.insert(key, body);
                (200, "text/plain", Vec::new())
            }
            "DELETE" => {
                values.remove(&key);
                (200, "text/plain", Vec::new())
            }
            _ => match values.get(&key) {
                Some(value) => (200, "application/octet-stream", value.clone()),
                None => (404, "text/plain", Vec::new()),
            },
        }
    })
}

/// A port that nothing listens on.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Fails with the response, unless it has this status.
pub(crate) fn expect(answer: &Message, status: u16) -> Result<()> {
    if answer.status() != status {
        bail!("{} instead of {status}: {}", answer.first, String::from_utf8_lossy(&answer.body));
    }
    Ok(())
}
