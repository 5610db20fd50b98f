//! Start times: the time that the Worker needs beyond a bare Worker.

use std::fmt::Write as _;

use anyhow::Result;
use serde_json::json;

use super::Bench;
use super::subject::send;

/// How often a runtime is started.
const STARTS: usize = 9;

impl Bench<'_> {
    /// Measures how much longer the Worker takes to start than a bare Worker.
    pub(super) fn starts(&self) -> Result<String> {
        let (mut edge, mut floor) = (Vec::new(), Vec::new());
        for number in 0..STARTS {
            for (times, runtime) in [
                (&mut edge, self.edge(&format!("start-edge-{number}"), false)?),
                (&mut floor, self.floor(&format!("start-floor-{number}"), &json!(["/", "/", []]))?),
            ] {
                let before = std::time::Instant::now();
                send(runtime.port, "GET", "/nowhere", "", "")?;
                times.push([
                    runtime.start.0.as_secs_f64() * 1000.0,
                    runtime.start.1 as f64 / 1e6,
                    before.elapsed().as_secs_f64() * 1000.0,
                    runtime.cpu()? as f64 / 1e6,
                ]);
            }
        }
        let mut table = format!(
            "| start of workerd, median of {STARTS} | Worker | bare Worker | difference |\n|---|--:|--:|--:|\n"
        );
        let names = [
            "until it listens: script and module read, compiled, evaluated; ms",
            "the same, processor ms",
            "its first response: the WebAssembly instance made, the path refused; ms",
            "start and first response, processor ms",
        ];
        for (at, name) in names.iter().enumerate() {
            let median = |times: &[[f64; 4]]| {
                let mut column: Vec<f64> = times.iter().filter_map(|row| row.get(at).copied()).collect();
                column.sort_by(f64::total_cmp);
                column.get(column.len() / 2).copied().unwrap_or_default()
            };
            let (ours, bare) = (median(&edge), median(&floor));
            _ = writeln!(table, "| {name} | {ours:.1} | {bare:.1} | {:.1} |", ours - bare);
        }
        Ok(table)
    }
}
