//! `cargo xtask audit check`: checks an export of the audit log offline. It needs no deployment and no secret.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use latchkey_audit_check::{Verdict, check as checked, kept_head};

/// Prints what an export proves, or what is wrong with it.
pub(crate) fn check(file: &Path, key: Option<&str>, heads: &[PathBuf]) -> Result<ExitCode> {
    let open = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut known = Vec::new();
    for head in heads {
        let text = fs::read_to_string(head).with_context(|| format!("cannot read {}", head.display()))?;
        let head = kept_head(&text).map_err(|why| anyhow::anyhow!("{}: {why}", head.display()))?;
        known.push(head);
    }
    let verdict = checked(BufReader::new(open), key, &known)?;
    for fault in &verdict.faults {
        println!("{fault}");
    }
    if !verdict.faults.is_empty() {
        return Ok(ExitCode::FAILURE);
    }
    println!("{}", summary(&verdict, key.is_some()));
    Ok(ExitCode::SUCCESS)
}

fn summary(verdict: &Verdict, key_is_known: bool) -> String {
    let Verdict { project, records, withheld, unchained, signatures, .. } = verdict;
    let mut lines = vec![format!(
        "Project {project}: {records} records are whole and in order; {signatures} signatures are right."
    )];
    if let Some((seq, hash)) = &verdict.head {
        lines.push(format!("The head is record {seq} with the hash {hash}."));
    }
    if *withheld > 0 {
        lines.push(format!(
            "{withheld} of them are of the other mode: their place is proven, and their content is not here."
        ));
    }
    if *unchained > 0 {
        lines.push(format!("{unchained} more were written before there was a chain. Nothing proves them."));
    }
    if verdict.filtered {
        lines.push("The export was filtered: nothing is known of what it leaves out.".to_owned());
    }
    if !key_is_known {
        lines.push(format!(
            "The key {} came with the export. Compare it with the one that you know, or pass --key.",
            verdict.key
        ));
    }
    lines.join("\n")
}
