//! `new`: writes the files of a provider from a template that has every key of the format, with a comment on each.
//!
//! It refuses an invalid id, and never touches a folder that is there.

use crate::folder_of;
use latchkey_provider_file::{Files, Part};
use std::fs;
use std::path::Path;

const TEMPLATE: [&str; 4] = [
    include_str!("../template/provider.toml"),
    include_str!("../template/verify.toml"),
    include_str!("../template/test_mode.toml"),
    include_str!("../template/lifecycle.toml"),
];

/// The template, filled in for a provider.
pub(crate) fn filled(id: &str) -> Files {
    let mut name = id.chars();
    let name = name.next().map(|first| first.to_uppercase().chain(name).collect::<String>());
    let name = name.unwrap_or_default();
    Files(TEMPLATE.map(|text| Some(text.replace("{{id}}", id).replace("{{name}}", &name))))
}

pub(crate) fn write(folder: &Path, id: &str) -> Result<(), String> {
    let folder = folder_of(folder, id)?;
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    fs::create_dir(&folder).map_err(failed)?;
    let files = filled(id);
    for part in Part::ALL {
        fs::write(folder.join(part.file()), files.text(part).unwrap_or_default()).map_err(failed)?;
    }
    println!("{} is a provider now. Its fields and requests are examples: replace them.", folder.display());
    println!("Then run: cargo xtask provider check {id}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use latchkey_shared::Mode;

    #[test]
    fn the_template_has_no_fault() {
        let provider = latchkey_provider_file::read("acme", &filled("acme")).unwrap();
        assert_eq!((provider.id.as_str(), provider.name.as_str()), ("acme", "Acme"));
        assert!(!provider.listed_test_values(Mode::Test).is_empty());
    }

    #[test]
    fn an_existing_folder_and_an_invalid_id_are_refused() {
        let folder = std::env::temp_dir().join(format!("latchkey-provider-new-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for id in ["", "Acme", "../acme", "a b"] {
            assert!(write(&folder, id).is_err(), "{id}");
        }
        write(&folder, "acme").unwrap();
        assert!(crate::read(&folder.join("acme")).is_ok());
        assert!(write(&folder, "acme").unwrap_err().contains("cannot write"));
        assert!(crate::read(&folder.join("other")).unwrap_err().contains("there is no folder"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_fault_names_its_file_and_line() {
        let folder = std::env::temp_dir().join(format!("latchkey-provider-fault-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        write(&folder, "acme").unwrap();
        let verify = folder.join("acme/verify.toml");
        fs::write(&verify, format!("oops = 1\n{}", fs::read_to_string(&verify).unwrap())).unwrap();
        let faults = crate::read(&folder.join("acme")).unwrap_err();
        assert_eq!(faults, format!("{}:1: there is no key `oops`", verify.display()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
