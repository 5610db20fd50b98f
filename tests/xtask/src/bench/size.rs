//! `cargo xtask bench size`: what the hosted page weighs.
//!
//! It owns the place of the table in README.md, between two comments. It refuses to measure: `tests/runtime/size.mjs`
//! asks the built Worker for everything the page loads, and prints the table.

use std::fs;

use anyhow::{Context as _, Result};

use crate::bundle;
use crate::command::{capture, node};
use crate::workspace::Workspace;

const START: &str = "<!-- bench:size -->";
const END: &str = "<!-- /bench:size -->";

/// Prints the table of sizes, and with `write` puts it into README.md.
pub(crate) fn size(workspace: &Workspace, write: bool) -> Result<()> {
    bundle::build(workspace)?;
    let table = capture(&mut node(workspace, &workspace.runtime("size.mjs")), "measuring the page")?;
    print!("{table}");
    if write {
        let readme = workspace.root().join("README.md");
        let text =
            fs::read_to_string(&readme).with_context(|| format!("cannot read {}", readme.display()))?;
        let text = replace_between(&text, &table)
            .with_context(|| format!("README.md needs the lines `{START}` and `{END}` around the table"))?;
        fs::write(&readme, text).with_context(|| format!("cannot write {}", readme.display()))?;
    }
    Ok(())
}

fn replace_between(text: &str, table: &str) -> Option<String> {
    let (before, rest) = text.split_once(START)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{START}\n\n{}\n\n{END}{after}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::replace_between;

    #[test]
    fn the_table_replaces_what_stood_between_the_comments() {
        let text = "# T\n<!-- bench:size -->\nold\n<!-- /bench:size -->\nend\n";
        let expected = "# T\n<!-- bench:size -->\n\n| new |\n\n<!-- /bench:size -->\nend\n";
        assert_eq!(replace_between(text, "| new |\n").as_deref(), Some(expected));
        assert_eq!(replace_between("no comments", "| new |"), None);
    }
}
