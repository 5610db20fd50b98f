//! `cargo xtask bench`: the benches, and the places of their tables.
//!
//! It owns the places of the tables in `tests/bench/README.md`, each between two comments. It does not measure, and it is no
//! test: nothing here fails because a number is large.

mod audit;
mod checks;
mod console;
mod edge;
mod http;
mod load;
mod picker;
mod runtime;
mod size;
mod webhooks;
mod widget;

pub(crate) use audit::audit;
pub(crate) use checks::checks;
pub(crate) use console::console;
pub(crate) use edge::{SECONDS, edge};
pub(crate) use picker::picker;
pub(crate) use size::size;
pub(crate) use webhooks::webhooks;
pub(crate) use widget::widget;

use std::fs;

use anyhow::{Context as _, Result};

use crate::workspace::Workspace;

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

/// Prints a table. With `write`, also puts it between the comments of this name in `tests/bench/README.md`.
fn publish(workspace: &Workspace, name: &str, table: &str, write: bool) -> Result<()> {
    print!("{table}");
    if write {
        let readme = workspace.tests().join("bench/README.md");
        let text =
            fs::read_to_string(&readme).with_context(|| format!("cannot read {}", readme.display()))?;
        let text = replace_between(&text, name, table).with_context(|| {
            format!("{} needs the lines `<!-- {name} -->` and `<!-- /{name} -->`", readme.display())
        })?;
        fs::write(&readme, text).with_context(|| format!("cannot write {}", readme.display()))?;
    }
    Ok(())
}

fn replace_between(text: &str, name: &str, table: &str) -> Option<String> {
    let (start, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let (before, rest) = text.split_once(&start)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{start}\n\n{}\n\n{end}{after}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::replace_between;

    #[test]
    fn the_table_replaces_the_text_between_the_comments() {
        let text = "# T\n<!-- a -->\nold\n<!-- /a -->\n<!-- b -->\nkept\n<!-- /b -->\nend\n";
        let expected = "# T\n<!-- a -->\n\n| new |\n\n<!-- /a -->\n<!-- b -->\nkept\n<!-- /b -->\nend\n";
        assert_eq!(replace_between(text, "a", "| new |\n").as_deref(), Some(expected));
        assert_eq!(replace_between("no comments", "a", "| new |"), None);
    }

    #[test]
    fn every_table_has_its_place_on_the_page() {
        let page = include_str!("../../../bench/README.md");
        for name in [
            "bench:size",
            "bench:widget",
            "bench:picker",
            "bench:edge",
            "bench:checks",
            "bench:webhooks",
            "bench:console",
        ] {
            assert!(replace_between(page, name, "| new |").is_some(), "{name} has no place");
        }
    }
}
