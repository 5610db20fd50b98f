//! Who may sign in to a project's console by Cloudflare Access: a value of a project's body, checked when the owner sends it.

use super::{invalid, visible};
use crate::access::email;
use crate::error::{Error, Result};
use crate::store::protocol::ConsoleMember;
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::field::is_public_host;
use latchkey_shared::limits::CONSOLE_MEMBERS_MAX;
use serde::{Deserialize, Serialize};

/// A member as a request has it.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SentConsoleMember {
    /// The e-mail address of one person.
    email: Option<String>,
    /// The domain of the e-mail addresses of many. A person's own entry counts before it.
    email_domain: Option<String>,
    /// What they may do.
    #[cfg_attr(feature = "schema", schemars(with = "ConsoleRole"))]
    role: String,
    /// Whether they may sign in to live mode. Test mode is open to every member.
    live: bool,
}

/// A member, as the owner sees it.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsoleMemberView {
    /// The e-mail address of one person.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    /// The domain of the e-mail addresses of many.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_domain: Option<String>,
    /// What they may do.
    role: ConsoleRole,
    /// Whether they may sign in to live mode.
    live: bool,
}

impl From<ConsoleMember> for ConsoleMemberView {
    fn from(member: ConsoleMember) -> Self {
        let ConsoleMember { email, email_domain, role, live } = member;
        Self { email, email_domain, role, live }
    }
}

/// The members, if each is a person or a domain that comes once.
///
/// # Errors
/// For an unknown role, an address or domain that is none or comes twice, and too many members.
pub(crate) fn check(sent: Vec<SentConsoleMember>) -> Result<Vec<ConsoleMember>> {
    let wrong = |message: &str, fix: String| -> Error { invalid("consoleMembers", message.to_owned(), fix) };
    if sent.len() > CONSOLE_MEMBERS_MAX {
        let fix = format!("Send at most {CONSOLE_MEMBERS_MAX}. The emailDomain of many counts once.");
        return Err(wrong("The console has too many members.", fix));
    }
    let mut members: Vec<ConsoleMember> = Vec::new();
    for SentConsoleMember { email: address, email_domain, role, live } in sent {
        let role = ConsoleRole::parse(&role).ok_or_else(|| {
            let known = ConsoleRole::ALL.map(ConsoleRole::as_str).join(", ");
            wrong("There is no such role.", format!("Use one of: {known}."))
        })?;
        let who = match (address, email_domain) {
            (Some(address), None) => {
                visible("consoleMembers", &address)?;
                email::read(&address).map(|email| (Some(email), None))
            }
            (None, Some(domain)) => {
                let domain = domain.to_ascii_lowercase();
                is_public_host(&domain).then_some((None, Some(domain)))
            }
            _ => None,
        };
        let Some((email, email_domain)) = who else {
            let fix = "Send either email, such as ada@example.com, or emailDomain, such as example.com.";
            return Err(wrong("A member is neither an e-mail address nor a domain.", fix.to_owned()));
        };
        let member = ConsoleMember { email, email_domain, role, live };
        let same =
            |other: &ConsoleMember| other.email == member.email && other.email_domain == member.email_domain;
        if members.iter().any(same) {
            return Err(wrong("A member comes twice.", "Send each address and each domain once.".to_owned()));
        }
        members.push(member);
    }
    Ok(members)
}
