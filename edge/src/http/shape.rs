//! The refusal of a body that is no JSON, or not of the documented shape. It names the member by its path and says what is wanted
//! there, and never repeats a value, because a value may be a secret.

use super::place::{member_at, plausible};
use crate::error::Error;
use latchkey_shared::i18n::Sentence;
use latchkey_shared::{ErrorCode, msg};
use serde_json::error::Category;

/// The refusal of a body, from the parser's error.
pub(super) fn malformed(text: &[u8], error: &serde_json::Error) -> Error {
    let fix = msg!("Compare the body with the documented one.");
    match wrong_member(text, error) {
        Some((path, detail)) if path.is_empty() => Error::new(ErrorCode::MalformedBody, detail, fix),
        Some((path, detail)) => Error::on(&path, ErrorCode::MalformedBody, detail, fix),
        None => Error::new(ErrorCode::MalformedBody, somewhere(error), fix),
    }
}

/// A sentence with the place alone.
fn somewhere(error: &serde_json::Error) -> Sentence {
    let (line, column) = (error.line().to_string(), error.column().to_string());
    match error.classify() {
        Category::Data => msg!(
            "The body has an unexpected shape at line {line}, column {column}.",
            line = line,
            column = column
        ),
        _ => msg!(
            "The body is not valid JSON: it breaks off or goes wrong at line {line}, column {column}.",
            line = line,
            column = column
        ),
    }
}

/// The path of the wrong member, and what is wrong with it. `None`: the error is of another kind, or the member has a name that may
/// be something else.
fn wrong_member(text: &[u8], error: &serde_json::Error) -> Option<(String, Sentence)> {
    let message = error.to_string();
    let place = || member_at(text, error.line(), error.column());
    if message.starts_with("number out of range") {
        let path = place()?.path;
        return Some((path.clone(), format!("{path} must be a smaller number.").into()));
    }
    if error.classify() != Category::Data {
        return None;
    }
    let place = place()?;
    if let Some((fault, name)) = named(&message) {
        let (line, column) = (error.line().to_string(), error.column().to_string());
        let path = match (fault, place.path.as_str()) {
            (Fault::Missing, "") => name,
            (Fault::Missing, path) => format!("{path}.{name}"),
            // The parser stopped at the name itself.
            _ => place.path,
        };
        let detail = match fault {
            Fault::Unknown => msg!(
                "The body has an unknown member {member} (line {line}, column {column}).",
                member = path.clone(),
                line = line,
                column = column
            ),
            Fault::Missing => msg!(
                "The body lacks the member {member} (line {line}, column {column}).",
                member = path.clone(),
                line = line,
                column = column
            ),
            Fault::Duplicate => msg!(
                "The body has the member {member} twice (line {line}, column {column}).",
                member = path.clone(),
                line = line,
                column = column
            ),
        };
        return Some((path, detail));
    }
    let path = place.path;
    let member = path.clone();
    let detail = match wanted(&message)? {
        Wanted::Object if path.is_empty() => msg!("The body must be an object."),
        Wanted::Object if !place.object => msg!("{member} must be an object.", member = member),
        Wanted::Object => msg!("{member} does not have the documented form.", member = member),
        Wanted::Text => msg!("{member} must be a string.", member = member),
        Wanted::List => msg!("{member} must be a list.", member = member),
        Wanted::Flag => format!("{member} must be true or false.").into(),
        Wanted::Number => format!("{member} must be a whole number.").into(),
    };
    Some((path, detail))
}

/// The kind of error in a member.
#[derive(Clone, Copy)]
enum Fault {
    Unknown,
    Missing,
    Duplicate,
}

/// The member that the parser's message names (``unknown field `x` ``), if the name is plausible. Other messages of the parser
/// contain values, so they are not used.
fn named(message: &str) -> Option<(Fault, String)> {
    let (kind, rest) = message.split_once(" field `")?;
    let (name, _) = rest.split_once('`')?;
    let fault = match kind {
        "unknown" => Fault::Unknown,
        "missing" => Fault::Missing,
        "duplicate" => Fault::Duplicate,
        _ => return None,
    };
    plausible(name).then(|| (fault, name.to_owned()))
}

/// What belongs to a place of a body.
#[derive(Clone, Copy)]
enum Wanted {
    Text,
    Number,
    Flag,
    List,
    Object,
}

/// What the parser expected. Its message has the value in front of that; only the end is read, and only words of this list count.
fn wanted(message: &str) -> Option<Wanted> {
    let (_, expected) = message.rsplit_once(", expected ")?;
    let (expected, _) = expected.rsplit_once(" at line ")?;
    Some(match expected {
        "a string" => Wanted::Text,
        "a number" => Wanted::Number,
        "a boolean" => Wanted::Flag,
        "a sequence" => Wanted::List,
        "a map" => Wanted::Object,
        _ if expected.starts_with("struct ") => Wanted::Object,
        _ => return None,
    })
}
