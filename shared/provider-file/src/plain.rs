//! What the TOML reader says, in words of people who write a provider file. It owns only the wording: the line comes with the error.

/// The codes that a provider file can name. `shared/src/code.rs` has those of the API too, which would hide these in a list.
pub const CODES: [&str; 28] = [
    "key_rejected",
    "key_expired",
    "wrong_key_kind",
    "insufficient_rights",
    "rights_unknown",
    "read_only_key",
    "personal_key",
    "expires_soon",
    "network_restricted",
    "feature_unavailable",
    "access_refused",
    "account_inactive",
    "account_unknown",
    "account_mismatch",
    "organization_closed",
    "organization_changed",
    "host_unknown",
    "choice_required",
    "choice_unknown",
    "unusual_shape",
    "time_unreadable",
    "provider_rate_limited",
    "provider_unavailable",
    "provider_unexpected",
    "revoke_not_permitted",
    "rotation_refused",
    "hook_unverified",
    "hook_refused",
];

/// The sentence for an error of the TOML reader on a line. What has no better words stays as it is.
pub(crate) fn sentence(said: &str, line: &str) -> String {
    missing_key(said)
        .or_else(|| unknown_word(said))
        .or_else(|| wrong_type(said))
        .or_else(|| curly_quote(line))
        .unwrap_or_else(|| said.to_owned())
}

fn missing_key(said: &str) -> Option<String> {
    let key = said.strip_prefix("missing field `")?.strip_suffix('`')?;
    Some(missing(key))
}

/// The fault of a table without a key that it needs.
pub(crate) fn missing(key: &str) -> String {
    format!("the key `{key}` is missing here: add it")
}

/// A word that is none of a closed list.
fn unknown_word(said: &str) -> Option<String> {
    let (word, known) = said.strip_prefix("unknown variant `")?.split_once("`, expected ")?;
    let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
    let known = if CODES.iter().all(|code| known.contains(code)) { CODES.to_vec() } else { known };
    Some(format!("`{word}` is not one of the words for this key: {}", known.join(", ")))
}

/// A value of another type. A date without quotes arrives as a map.
fn wrong_type(said: &str) -> Option<String> {
    let (found, wanted) = said.strip_prefix("invalid type: ")?.split_once(", expected ")?;
    let write = match wanted {
        "a string" => "write a text in quotes",
        "a boolean" => "write `true` or `false`, without quotes",
        "a sequence" => "write a list in square brackets, even of one: `[\"404\"]`",
        "a map" => "write a table: `{ key = \"value\" }`",
        number if number.trim_start_matches(['u', 'i']).parse::<u8>().is_ok() || number == "usize" => {
            "write a number, without quotes"
        }
        table if table.starts_with("struct ") => "write a table: `{ key = \"value\" }`",
        _ => return None,
    };
    let found = if found == "map" { "a table, or a date without quotes," } else { found };
    Some(format!("{found} cannot stand here: {write}"))
}

/// Only asked for a line that is no TOML: inside a text these characters are welcome.
fn curly_quote(line: &str) -> Option<String> {
    let quote = line.chars().find(|char| matches!(char, '“' | '”' | '„' | '‘' | '’'))?;
    Some(format!("this line is not TOML, and it has a curly quote, `{quote}`: write a straight one, `\"`"))
}
