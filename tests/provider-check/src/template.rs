//! `new`: writes a provider file from the template, in which every key of the format stands with a comment.
//!
//! It refuses an id that is none, and never touches a file that is there.

use crate::path_of;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

const TEMPLATE: &str = include_str!("../template.toml");

/// The template for a provider.
pub(crate) fn filled(id: &str) -> String {
    let mut name = id.chars();
    let name = name.next().map(|first| first.to_uppercase().chain(name).collect::<String>());
    TEMPLATE.replace("{{id}}", id).replace("{{name}}", &name.unwrap_or_default())
}

pub(crate) fn write(folder: &Path, id: &str) -> Result<(), String> {
    let path = path_of(folder, id)?;
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    std::fs::create_dir_all(path.with_file_name("")).map_err(failed)?;
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(failed)?;
    file.write_all(filled(id).as_bytes()).map_err(failed)?;
    println!("{} is there, and is a provider already: its fields and answers are examples.", path.display());
    println!("Change it, then: cargo xtask provider check {id}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use latchkey_shared::Mode;

    #[test]
    fn the_template_is_right() {
        let provider = latchkey_provider_file::read("acme", &filled("acme")).unwrap();
        assert_eq!((provider.id.as_str(), provider.name.as_str()), ("acme", "Acme"));
        assert!(!provider.listed_test_values(Mode::Test).is_empty());
    }

    #[test]
    fn a_file_that_is_there_and_a_bad_id_are_refused() {
        let folder = std::env::temp_dir().join(format!("latchkey-provider-new-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for id in ["", "Acme", "../acme", "a b"] {
            assert!(write(&folder, id).is_err(), "{id}");
        }
        write(&folder, "acme").unwrap();
        assert!(crate::read(&folder.join("acme/provider.toml")).is_ok());
        assert!(write(&folder, "acme").unwrap_err().contains("cannot write"));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
