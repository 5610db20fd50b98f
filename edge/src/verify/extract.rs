//! Reads what a provider's answer tells, by the paths of its file.

use latchkey_shared::probe::Probe;
use latchkey_shared::report::{Identity, Organization};
use serde_json::Value;

/// The longest text that is taken out of an answer, in characters; a name is shorter.
const TEXT_MAX: usize = 200;

/// At most so many texts are taken from one path.
const TEXTS_MAX: usize = 50;

/// What the probes have learned so far.
#[derive(Debug, Default)]
pub(super) struct Findings {
    identity: [Option<String>; 3],
    organization: [Option<String>; 2],
    /// What the provider's file matches on, such as `SUPER_ADMIN`.
    pub(super) roles: Vec<String>,
    role_names: Vec<String>,
}

impl Findings {
    pub(super) fn take(&mut self, probe: &Probe, body: &Value) {
        for (target, path) in &probe.extract {
            match target.as_str() {
                "identity.id" => self.identity[0] = text(body, path),
                "identity.login" => self.identity[1] = text(body, path),
                "identity.name" => self.identity[2] = text(body, path),
                "organization.id" => self.organization[0] = text(body, path),
                "organization.url" => self.organization[1] = text(body, path),
                "roles" => self.roles = texts(body, path),
                "roleNames" => self.role_names = texts(body, path),
                // The catalogue's build refuses any other target.
                _ => {}
            }
        }
    }

    pub(super) fn identity_id(&self) -> Option<&str> {
        self.identity[0].as_deref()
    }

    pub(super) fn organization_id(&self) -> Option<&str> {
        self.organization[0].as_deref()
    }

    pub(super) fn into_report(self) -> (Option<Identity>, Option<Organization>, Vec<String>) {
        let [id, login, name] = self.identity;
        let identity = id.map(|id| Identity { id, login, name });
        let [id, url] = self.organization;
        let organization = id.map(|id| Organization { id, url });
        (identity, organization, if self.role_names.is_empty() { self.roles } else { self.role_names })
    }
}

/// The text at a path; several paths separated by a space are joined by one.
pub(super) fn text(body: &Value, paths: &str) -> Option<String> {
    let found: Vec<String> = paths.split(' ').flat_map(|path| texts(body, path).into_iter().next()).collect();
    (!found.is_empty()).then(|| found.join(" "))
}

/// Every text at a path: member names separated by dots, `[]` for every item of a list, `[member=text]` for those items
/// whose member is that text.
fn texts(body: &Value, path: &str) -> Vec<String> {
    let mut found = vec![body];
    for step in path.split('.') {
        found = match step {
            list if list.starts_with('[') => {
                let wanted = list.trim_matches(['[', ']']).split_once('=');
                let fits = |item: &&Value| {
                    wanted.is_none_or(|(member, text)| item.get(member).and_then(Value::as_str) == Some(text))
                };
                found.into_iter().filter_map(Value::as_array).flatten().filter(fits).collect()
            }
            name => found.into_iter().filter_map(|value| value.get(name)).collect(),
        };
    }
    let shown = |text: &str| text.chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect::<String>();
    found
        .into_iter()
        .filter_map(Value::as_str)
        .map(shown)
        .filter(|text| !text.is_empty())
        .take(TEXTS_MAX)
        .collect()
}
