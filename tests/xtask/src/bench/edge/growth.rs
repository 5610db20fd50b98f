//! Times of lists and look-ups in projects of different sizes, with one request at a time.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::Bench;
use super::subject::{ACCOUNTS, Project, account, body, project, send, text};
use crate::bench::http::expect;
use crate::bench::load::{Target, run};

/// How many accounts a project has.
const SIZES: [u32; 3] = [100, 10_000, 100_000];

impl Bench<'_> {
    /// Measures lists and look-ups in projects of different sizes.
    pub(super) fn growth(&self) -> Result<String> {
        let seeding = self.edge("growth", true)?;
        let mut projects = Vec::new();
        for size in SIZES {
            let project = project(seeding.port)?;
            expect(&send(seeding.port, "POST", ACCOUNTS, &project.key, &account(0))?, 201)?;
            let path = format!("/__seed?project={}&count={size}", project.id);
            let seeded = body(&send(seeding.port, "POST", &path, "", "")?)?;
            if seeded["connections"] != size {
                bail!("cannot fill a project with {size} accounts: {seeded}");
            }
            projects.push(project);
        }
        drop(seeding);
        let edge = self.edge("growth", false)?;
        let rows = [
            ("first page of 50", "?limit=50"),
            ("page of 50 in the middle", "?limit=50&cursor={middle}"),
            ("page of one provider, by name", "/okta?limit=50&sort=name"),
            ("filtered by person", "?endUserId=user-3"),
            ("filtered by name", "?name=account-7"),
            ("filtered by a rare health", "?health=blocked&limit=50"),
            ("`available`", "/okta/available"),
            ("one, by id", "/okta/{id}"),
            ("one, by name", "/okta/connection-name/account-7"),
        ];
        let mut cells = vec![Vec::new(); rows.len()];
        for (project, size) in projects.iter().zip(SIZES) {
            let middle = middle(edge.port, project, size)?;
            let entry = &middle["appConnections"][0];
            let app = text(&entry["app"])?;
            let known = [text(&middle["nextCursor"])?, text(&entry["id"])?, app];
            for ((_, path), cells) in rows.iter().zip(&mut cells) {
                let path = path
                    .replace("{middle}", &known[0])
                    .replace("/okta/{id}", &format!("/{}/{}", known[2], known[1]));
                let path = format!("/api/v1/app-connections{path}");
                let none = |_: u64| String::new();
                let target = Target {
                    port: edge.port,
                    method: "GET",
                    path: &path,
                    key: &project.key,
                    body: &none,
                    status: 200,
                };
                run(&target, 1, self.time / 8, || edge.cpu())?;
                cells.push(run(&target, 1, self.time / 4, || edge.cpu())?);
            }
        }
        let mut table = "| one request at a time, p50 / p99 ms |".to_owned();
        for size in SIZES {
            _ = write!(table, " {} accounts |", grouped(size));
        }
        table += "\n|---|--:|--:|--:|\n";
        for ((name, _), cells) in rows.iter().zip(&cells) {
            _ = write!(table, "| {name} |");
            for sample in cells {
                _ = write!(table, " {:.2} / {:.2} |", sample.percentile(50), sample.percentile(99));
            }
            table.push('\n');
        }
        Ok(table)
    }
}

/// The page in the middle of a project, reached page by page.
fn middle(port: u16, project: &Project, size: u32) -> Result<Value> {
    let mut page = json!({});
    for _ in 0..(size / 200).max(1) {
        let after = page["nextCursor"].as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/api/v1/app-connections?limit={}{after}", 100.min(size / 2));
        page = body(&send(port, "GET", &path, &project.key, "")?)?;
    }
    Ok(page)
}

fn grouped(number: u32) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", number / 1000, number % 1000) }
}
