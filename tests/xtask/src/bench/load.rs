//! Load: many connections, each sending one request after the other for a while. It owns the counting. It hides no failure: a
//! response with another status than the expected one ends the bench.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::http::{Client, Request, expect};

/// The request that is repeated.
pub(crate) struct Target<'a> {
    pub(crate) port: u16,
    pub(crate) method: &'static str,
    pub(crate) path: &'a str,
    pub(crate) key: &'a str,
    /// The body of the request with this number.
    pub(crate) body: &'a (dyn Fn(u64) -> String + Sync),
    pub(crate) status: u16,
}

/// The times of a run.
#[derive(Default, Clone)]
pub(crate) struct Sample {
    /// The latency of each request, in microseconds.
    pub(crate) latencies: Vec<u64>,
    /// The elapsed time.
    pub(crate) wall: Duration,
    /// The server's processor time, in nanoseconds.
    pub(crate) cpu: u64,
}

impl Sample {
    /// Adds another run of the same request.
    pub(crate) fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.wall += other.wall;
        self.cpu += other.cpu;
    }

    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        self.latencies.len() as f64 / self.wall.as_secs_f64()
    }

    /// Microseconds of the server's processor per request.
    pub(crate) fn cpu_each(&self) -> f64 {
        self.cpu as f64 / 1000.0 / self.latencies.len().max(1) as f64
    }

    /// A percentile of the latencies, in milliseconds.
    pub(crate) fn percentile(&self, hundredths: usize) -> f64 {
        let mut sorted = self.latencies.clone();
        sorted.sort_unstable();
        let at = (sorted.len() * hundredths / 100).min(sorted.len().saturating_sub(1));
        sorted.get(at).map_or(0.0, |microseconds| *microseconds as f64 / 1000.0)
    }
}

/// Numbers the requests of the whole process, so that no name is used twice.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// Sends requests for so long, over so many connections; `cpu` returns the server's processor time so far.
pub(crate) fn run(
    target: &Target<'_>,
    connections: usize,
    time: Duration,
    cpu: impl Fn() -> Result<u64>,
) -> Result<Sample> {
    let latencies = Mutex::new(Vec::new());
    let (before, start) = (cpu()?, Instant::now());
    let one = || -> Result<()> {
        let mut client = Client::connect(target.port)?;
        let mut own = Vec::new();
        while start.elapsed() < time {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let body = (target.body)(number);
            let asked = Instant::now();
            let request = Request { method: target.method, path: target.path, key: target.key, body: &body };
            let answer = client.ask(&request)?;
            own.push(asked.elapsed().as_micros() as u64);
            expect(&answer, target.status)?;
        }
        latencies.lock().map_err(|_| anyhow!("a thread of the load failed"))?.extend(own);
        Ok(())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(one)).collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread of the load failed"))?)
    })?;
    let wall = start.elapsed();
    let latencies = latencies.into_inner().map_err(|_| anyhow!("a thread of the load failed"))?;
    Ok(Sample { latencies, wall, cpu: cpu()? - before })
}
