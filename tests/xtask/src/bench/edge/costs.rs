//! The cost of requests, beside bare JavaScript that makes the same calls.
//!
//! It owns the pairs of requests that are compared, and their table. They take turns, so that other work on the machine affects all.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::subject::{Subject, account, body, send, text};
use super::{Bench, CONNECTIONS, ROUNDS};
use crate::bench::http::expect;
use crate::bench::load::{Sample, Target, run};
use crate::bench::runtime::Runtime;

impl Bench<'_> {
    /// Measures requests that do the same on the edge and on the floor.
    pub(super) fn costs(&self) -> Result<String> {
        let edge = self.edge("edge", false)?;
        self.asked();
        let subject = Subject::make(&edge)?;
        let (paths, calls) = stages(self.asked())?;
        let floor = self.floor("floor", &paths)?;
        expect(&send(floor.port, "POST", "/create", "", &account(0))?, 201)?;
        let floor_calls = self.asked().len();
        if floor_calls != calls {
            bail!("the edge sent {calls} requests to the provider, the floor {floor_calls}");
        }
        let stored = send(floor.port, "POST", "/create?objects", "", &account(0))?;
        let stored = format!("credential/live/{}", text(&body(&stored)?["appConnection"]["id"])?);
        let beside = match &self.beside {
            Some(checkout) => {
                let edge = self.built_edge(&checkout.join("edge/build/worker"), "beside", false)?;
                let subject = Subject::make(&edge)?;
                Some((edge, subject))
            }
            None => None,
        };
        // The page is filled before it is timed.
        subject.fill_page()?;
        if let Some((_, subject)) = &beside {
            subject.fill_page()?;
        }

        let none = |_: u64| String::new();
        let floor_open = format!("/open?key={stored}");
        let floor_open_objects = format!("/open?objects&key={stored}");
        let bare =
            |method, path, body, status| Target { port: floor.port, method, path, key: "", body, status };
        let [create, open, one, list] = subject.targets(&account, &none);
        let mut runs: Vec<(Target<'_>, &Runtime)> = vec![
            (create, &edge),
            (bare("POST", "/create", &account, 201), &floor),
            (bare("POST", "/create?objects", &account, 201), &floor),
            (open, &edge),
            (bare("GET", &floor_open, &none, 200), &floor),
            (bare("GET", &floor_open_objects, &none, 200), &floor),
            (one, &edge),
            (list, &edge),
            (bare("GET", "/plain", &none, 200), &floor),
        ];
        if let Some((edge, subject)) = &beside {
            runs.extend(subject.targets(&account, &none).map(|target| (target, edge)));
        }
        let mut samples = vec![Sample::default(); runs.len()];
        for (target, runtime) in &runs {
            run(target, CONNECTIONS, self.time / 2, || runtime.cpu())?;
        }
        for _ in 0..ROUNDS {
            for ((target, runtime), sample) in runs.iter().zip(&mut samples) {
                sample.add(run(target, CONNECTIONS, self.time, || runtime.cpu())?);
            }
        }
        Ok(cost_table(&samples, calls))
    }
}

fn cost_table(samples: &[Sample], calls: usize) -> String {
    let mut table = "| request | CPU ÷ floor | throughput ÷ floor | CPU µs | requests/s | p50 ms | p99 ms |\n|---|--:|--:|--:|--:|--:|--:|\n".to_owned();
    let names = [
        format!("**create and verify** ({calls} requests to the provider, 1 KV write, 2 store transactions)"),
        "floor: the same in bare JavaScript, without the store".to_owned(),
        "floor with two transactions of a bare Durable Object".to_owned(),
        "**open a credential** (1 audited store transaction, 1 KV read)".to_owned(),
        "floor: KV read and opening in bare JavaScript".to_owned(),
        "floor with one transaction of a bare Durable Object".to_owned(),
        "**read one account** (1 store transaction)".to_owned(),
        "**list 50 accounts** (1 store transaction)".to_owned(),
        "a response of bare JavaScript".to_owned(),
        "create and verify, the other checkout".to_owned(),
        "open a credential, the other checkout".to_owned(),
        "read one account, the other checkout".to_owned(),
        "list 50 accounts, the other checkout".to_owned(),
    ];
    // The rows that each row is compared with.
    let floors: [&[usize]; 13] =
        [&[1, 2], &[], &[], &[4, 5], &[], &[], &[], &[], &[], &[1, 2], &[4, 5], &[], &[]];
    for ((name, sample), floors) in names.iter().zip(samples).zip(floors) {
        let ratios = |ratio: &dyn Fn(&Sample) -> f64| {
            let texts =
                floors.iter().filter_map(|at| samples.get(*at)).map(|floor| format!("{:.2}", ratio(floor)));
            texts.collect::<Vec<_>>().join(", ")
        };
        _ = writeln!(
            table,
            "| {name} | {} | {} | {:.0} | {:.0} | {:.2} | {:.2} |",
            ratios(&|floor| sample.cpu_each() / floor.cpu_each()),
            ratios(&|floor| sample.rate() / floor.rate()),
            sample.cpu_each(),
            sample.rate(),
            sample.percentile(50),
            sample.percentile(99)
        );
    }
    table
}

/// The paths in the stages in which the edge requests them: one without the key, one with it, and the others together.
fn stages(asked: Vec<String>) -> Result<(Value, usize)> {
    let calls = asked.len();
    let mut paths = asked.into_iter();
    let (Some(first), Some(second)) = (paths.next(), paths.next()) else {
        bail!("the edge sent no request to the provider");
    };
    Ok((json!([first, second, paths.collect::<Vec<_>>()]), calls))
}
