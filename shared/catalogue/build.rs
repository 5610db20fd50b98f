//! Checks every `shared/providers/*.toml` and writes them as one compact JSON text for the edge to read once.
//!
//! A file that is wrong fails the build with its name and what to change. There is no list to edit: the files found are
//! the providers there are.

use latchkey_shared::field::ParseKind;
use latchkey_shared::probe::{Answer, AnswerEnding};
use latchkey_shared::provider::Provider;
use latchkey_shared::{FieldId, ProviderId};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers");
    tell_cargo(&folder);
    let mut files: Vec<PathBuf> =
        fs::read_dir(&folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let providers = files.iter().map(|path| read(path)).collect::<Result<Vec<_>, _>>()?;
    let out = PathBuf::from(env::var("OUT_DIR")?).join("catalogue.json");
    fs::write(out, serde_json::to_string(&providers)?)?;
    Ok(())
}

#[allow(clippy::print_stdout, reason = "a build script speaks to cargo on standard output")]
fn tell_cargo(folder: &Path) {
    println!("cargo:rerun-if-changed={}", folder.display());
}

fn read(path: &Path) -> Result<Provider, Box<dyn Error>> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = fs::read_to_string(path)?;
    let mut unknown = Vec::new();
    let document = toml::Deserializer::parse(&text).map_err(|error| format!("{name}: {error}"))?;
    let provider: Provider = serde_ignored::deserialize(document, |key| unknown.push(key.to_string()))
        .map_err(|error| format!("{name}: {error}"))?;
    if !unknown.is_empty() {
        return Err(format!("{name}: unknown keys: {}", unknown.join(", ")).into());
    }
    let faults = faults(&provider, &name);
    if faults.is_empty() { Ok(provider) } else { Err(format!("{name}: {}", faults.join("; ")).into()) }
}

/// Everything that is wrong with a file that could be read.
fn faults(provider: &Provider, name: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |right: bool, fault: String| {
        if !right {
            faults.push(fault);
        }
    };
    check(ProviderId::parse(&provider.id).is_ok(), format!("id `{}` is not a provider id", provider.id));
    check(name == format!("{}.toml", provider.id), format!("id `{}` is not the file's name", provider.id));
    for (at, field) in provider.fields.iter().enumerate() {
        check(FieldId::parse(&field.id).is_ok(), format!("`{}` is not a field id", field.id));
        check(
            !provider.fields[..at].iter().any(|other| other.id == field.id),
            format!("field `{}` stands twice", field.id),
        );
        let needs_suffix = field.parse.kind == ParseKind::Host;
        check(
            !needs_suffix || !field.parse.suffixes.is_empty(),
            format!("host field `{}` has no suffixes", field.id),
        );
        check(field.parse.max > 0, format!("field `{}` allows no answer", field.id));
    }
    let is_field = |id: &str| provider.field(id).is_some();
    let steps = provider.guide.sections.iter().flat_map(|section| &section.steps);
    for step in steps {
        check(step.field.as_deref().is_none_or(is_field), format!("step `{}` serves no field", step.title));
        let texts = step.body.iter().chain(&step.bullets);
        let links = texts
            .flat_map(|text| text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap_or_default()));
        let deep = step
            .link
            .iter()
            .flat_map(|link| [Some(link.template.as_str()), link.fallback.as_deref()])
            .flatten();
        for link in links.chain(deep) {
            check(
                link.starts_with("https://"),
                format!("link `{link}` of step `{}` is not https", step.title),
            );
        }
        if let Some(link) = &step.link {
            for placeholder in placeholders(&link.template) {
                let id = placeholder.strip_suffix(".admin").unwrap_or(placeholder);
                check(
                    !provider.is_secret(id),
                    format!("`{{{placeholder}}}` in a link is no field, or is secret"),
                );
            }
        }
    }
    let mut secret_seen = false;
    for probe in &provider.probes {
        let (method, url) = probe.request.split_once(' ').unwrap_or_default();
        check(matches!(method, "GET" | "POST"), format!("probe `{}` has no method", probe.id));
        let origin = placeholders(url).next().filter(|_| url.starts_with('{'));
        let on_host =
            origin.and_then(|id| provider.field(id)).is_some_and(|field| field.parse.kind == ParseKind::Host);
        let fixed_host = url.strip_prefix("https://").and_then(|rest| rest.split('/').next());
        check(
            on_host || fixed_host.is_some_and(|host| !host.contains('{')),
            format!("probe `{}` goes neither to a host field nor to https", probe.id),
        );
        for placeholder in placeholders(url) {
            let known = is_field(placeholder) && !provider.is_secret(placeholder)
                || matches!(placeholder, "identity.id" | "organization.id");
            check(known, format!("`{{{placeholder}}}` in probe `{}` is unknown, or secret", probe.id));
        }
        check(
            probe.secret || !secret_seen,
            format!("probe `{}` must stand before those that send the secret", probe.id),
        );
        secret_seen |= probe.secret;
        for target in probe.extract.keys() {
            const TARGETS: [&str; 7] = [
                "identity.id",
                "identity.login",
                "identity.name",
                "organization.id",
                "organization.url",
                "roles",
                "roleNames",
            ];
            check(
                TARGETS.contains(&target.as_str()),
                format!("probe `{}` extracts into unknown `{target}`", probe.id),
            );
        }
        for answer in &probe.answers {
            let warned = answer.ending == AnswerEnding::Warned;
            check(!warned || probe.optional, format!("probe `{}` is not optional but warns", probe.id));
        }
    }
    let answers = provider.probes.iter().flat_map(|probe| &probe.answers).chain(&provider.answers);
    for Answer { field, message, fix, code, .. } in answers {
        check(field.as_deref().is_none_or(is_field), format!("an answer with `{code}` is on no field"));
        check(
            !message.is_empty() && !fix.is_empty(),
            format!("an answer with `{code}` has no message or no fix"),
        );
    }
    for template in provider.secret_headers.values() {
        check(placeholders(template).all(is_field), format!("header `{template}` names no field"));
    }
    if let Some(rights) = &provider.rights {
        check(
            provider.probes.iter().any(|probe| probe.id == rights.probe),
            format!("rights: no probe `{}`", rights.probe),
        );
    }
    if let Some(hook) = &provider.event_hook {
        check(is_field(&hook.field), format!("eventHook: no field `{}`", hook.field));
    }
    for test in &provider.test_values {
        check(
            test.fields.keys().all(|id| is_field(id)),
            format!("test value `{}` names no field", test.name),
        );
    }
    faults
}

/// The names between braces.
fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    template.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}
