//! `new`: writes the files of a provider from a template. One has every key of the format, with a comment on each; the plain one has
//! what a service with one key and one host needs.
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

const PLAIN: [&str; 3] = [
    include_str!("../template/plain/provider.toml"),
    include_str!("../template/plain/verify.toml"),
    include_str!("../template/plain/test_mode.toml"),
];

/// The template with every key, filled in for a provider.
pub(crate) fn filled(id: &str) -> Files {
    Files(TEMPLATE.map(|text| Some(named(text, id))))
}

/// The plain template, filled in for a provider.
fn plain(id: &str) -> Files {
    let [provider, verify, test_mode] = PLAIN.map(|text| Some(named(text, id)));
    Files([provider, verify, test_mode, None])
}

/// A text with the provider's id and name, which gets its article.
fn named(text: &str, id: &str) -> String {
    let mut name = id.chars();
    let name = name.next().map(|first| first.to_uppercase().chain(name).collect::<String>());
    let name = name.unwrap_or_default();
    let article = if name.starts_with(['A', 'E', 'I', 'O', 'U']) { "an" } else { "a" };
    text.replace("{{a name}}", &format!("{article} {name}")).replace("{{id}}", id).replace("{{name}}", &name)
}

pub(crate) fn write(folder: &Path, id: &str, only_plain: bool) -> Result<(), String> {
    let folder = folder_of(folder, id)?;
    let failed = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    fs::create_dir(&folder).map_err(failed)?;
    let files = if only_plain { plain(id) } else { filled(id) };
    for (part, text) in Part::ALL.into_iter().filter_map(|part| Some((part, files.text(part)?))) {
        fs::write(folder.join(part.file()), text).map_err(failed)?;
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
    fn the_plain_template_has_no_fault_and_a_test_value_for_each_ending() {
        use latchkey_shared::report::Ending;
        let provider = latchkey_provider_file::read("acme", &plain("acme")).unwrap();
        for ending in [Ending::Accepted, Ending::Rejected, Ending::Unavailable, Ending::Unexpected] {
            let played = provider.test_mode.values.iter().any(|value| value.ending == ending);
            assert!(played, "{ending:?}");
        }
    }

    #[test]
    fn a_name_gets_its_article() {
        assert_eq!(named("{{a name}} key of {{id}}", "acme"), "an Acme key of acme");
        assert_eq!(named("{{a name}} key", "postmark"), "a Postmark key");
    }

    #[test]
    fn an_existing_folder_and_an_invalid_id_are_refused() {
        let folder = std::env::temp_dir().join(format!("latchkey-provider-new-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for id in ["", "Acme", "../acme", "a b"] {
            assert!(write(&folder, id, false).is_err(), "{id}");
        }
        write(&folder, "acme", false).unwrap();
        assert!(crate::read(&folder.join("acme")).is_ok());
        assert!(write(&folder, "acme", false).unwrap_err().contains("cannot write"));
        assert!(crate::read(&folder.join("other")).unwrap_err().contains("there is no folder"));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_fault_names_its_file_and_line() {
        let folder = std::env::temp_dir().join(format!("latchkey-provider-fault-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        write(&folder, "acme", false).unwrap();
        let verify = folder.join("acme/verify.toml");
        fs::write(&verify, format!("oops = 1\n{}", fs::read_to_string(&verify).unwrap())).unwrap();
        let faults = crate::read(&folder.join("acme")).unwrap_err();
        assert_eq!(faults, format!("{}:1: there is no key `oops`", verify.display()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
