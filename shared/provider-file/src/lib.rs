//! Reads a provider file (`shared/providers/<id>/provider.toml`) and says everything that is wrong with it, each fault with its line.
//!
//! Used by the build of the catalogue and by the developer's tool; no TOML parser is in any wasm.

mod check;
mod lines;

use latchkey_shared::provider::Provider;
use lines::Lines;
use std::fmt;

/// Something wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counted from one.
    pub line: usize,
    /// What is wrong, and what to do about it.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}

/// Reads a file by the name of its folder and its text.
///
/// # Errors
/// Every fault, in the order of the file.
pub fn read(name: &str, text: &str) -> Result<Provider, Vec<Fault>> {
    let syntax = |error: &toml::de::Error| {
        let line = error.span().map_or(1, |span| lines::line_at(text, span.start));
        vec![Fault { line, message: error.message().to_owned() }]
    };
    let document = toml::Deserializer::parse(text).map_err(|error| syntax(&error))?;
    let mut unknown = Vec::new();
    let provider: Provider = serde_ignored::deserialize(document, |key| unknown.push(key.to_string()))
        .map_err(|error| syntax(&error))?;
    let lines = Lines::of(text);
    // A key of an optional table has a `?` in its path.
    let unknown = unknown.into_iter().map(|key| {
        let message = format!("there is no key `{}`", key.rsplit('.').next().unwrap_or_default());
        (key.replace(".?", ""), message)
    });
    let found = check::faults(&provider, name);
    let mut faults: Vec<Fault> = unknown
        .chain(found)
        .map(|(place, message)| Fault { line: lines.of_place(&place), message })
        .collect();
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(provider) } else { Err(faults) }
}

#[cfg(test)]
mod tests;
