//! Links that sign in to the console, and console sessions. No record holds a secret: of a token there is only a hash.

use super::{KeyProof, ProjectView};
use latchkey_shared::console::ConsoleRole;
use latchkey_shared::{KeyScope, Mode};
use serde::{Deserialize, Serialize};

/// How a person proves who they are.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SignInWay {
    /// With an API key that has the scope `console`.
    Key(KeyProof),
    /// With a link that was made for it.
    Link(KeyProof),
    /// With an e-mail address, which Cloudflare Access has verified.
    Email(String),
}

positional! {
    /// A link that signs in to the console once, without its secret.
    #[derive(Clone, Debug)]
    pub struct ConsoleLinkRow {
        /// Test or live.
        pub mode: Mode,
        /// The role of whoever uses it.
        pub role: ConsoleRole,
        /// When it expires. Milliseconds since 1970.
        pub expires: i64,
        /// The project.
        pub project: ProjectView,
    }
}

positional! {
    /// A console session, without its secret.
    #[derive(Clone, Debug)]
    pub struct ConsoleSessionRow {
        /// Base62.
        pub id: String,
        /// Test or live.
        pub mode: Mode,
        /// The role now: that of the sign-in, or a weaker one if its key was narrowed.
        pub role: ConsoleRole,
        /// What it may do now.
        pub scopes: Vec<KeyScope>,
        /// Who signed in: the name of a key or of a link, or an e-mail address.
        pub name: String,
        /// The API key that it ends with, in base62.
        pub key: Option<String>,
        /// The e-mail address, if Cloudflare Access verified one.
        pub email: Option<String>,
        /// Milliseconds since 1970.
        pub created: i64,
        /// When it ends. Milliseconds since 1970.
        pub expires: i64,
        /// When it was last used, to the minute. Milliseconds since 1970.
        pub used: i64,
        /// Where it was signed in from, in the form that the project's audit log has.
        pub address: Option<String>,
        /// What the browser said about itself.
        pub agent: Option<String>,
        /// The ranges of addresses that it may be used from. `None` allows all.
        pub addresses: Option<Vec<String>>,
    }
}

positional! {
    /// A console session, and its project.
    #[derive(Clone, Debug)]
    pub struct ConsoleSessionView {
        /// The session.
        pub session: ConsoleSessionRow,
        /// The project.
        pub project: ProjectView,
    }
}

/// A person, or all people with e-mail addresses of a domain, who may sign in to the console by Cloudflare Access. One of
/// `email` and `email_domain` is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConsoleMember {
    /// The address of one person, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The domain of many, in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_domain: Option<String>,
    /// What they may do.
    pub role: ConsoleRole,
    /// Whether they may sign in to live mode. Test mode is open to every member.
    pub live: bool,
}

/// The role of a person in a mode. The address counts before its domain. `None`: the person may not sign in.
#[must_use]
pub fn role_of_member(members: &[ConsoleMember], email: &str, mode: Mode) -> Option<ConsoleRole> {
    let domain = email.rsplit_once('@').map(|(_, domain)| domain);
    let person = members.iter().find(|member| member.email.as_deref() == Some(email));
    let many = || members.iter().find(|member| domain.is_some() && member.email_domain.as_deref() == domain);
    let member = person.or_else(many)?;
    (mode == Mode::Test || member.live).then_some(member.role)
}
