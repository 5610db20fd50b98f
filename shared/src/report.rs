//! The report: what verification learned about an accepted key. Holds no secret and no part of one.

use crate::i18n::Sentence;
use crate::{ErrorCode, FieldError};

string_enum! {
    /// How verification ended. Only `accepted` is ever stored.
    pub enum Ending {
        /// The key works.
        Accepted = "accepted",
        /// A field is wrong.
        Rejected = "rejected",
        /// Try again later.
        Unavailable = "unavailable",
        /// The provider answered with something we do not know.
        Unexpected = "unexpected",
    }
}

string_enum! {
    /// How one check of the list went.
    pub enum CheckState {
        /// As it should be.
        Passed = "passed",
        /// Works, with something to know.
        Warned = "warned",
        /// Could not be asked.
        Skipped = "skipped",
    }
}

wire! {
    /// What verification learned.
    pub struct Report {
        /// What was checked, in order.
        "checks" checks: Vec<Check>,
        /// Who the key acts as.
        "identity" identity: Option<Identity>,
        /// Which organisation it opens.
        "organization" organization: Option<Organization>,
        /// What the key itself is, as far as the provider tells.
        #[cfg_attr(feature = "serde", serde(default))]
        "key" key: Option<KeyFacts>,
        /// The provider's own names of the roles, when they may be read.
        "roles" roles: Vec<String>,
        /// What the key may do and what not, as far as it could be asked.
        #[cfg_attr(feature = "serde", serde(default))]
        "capabilities" capabilities: Vec<CapabilityState>,
        /// What works but deserves attention, each with what to do.
        "warnings" warnings: Vec<FieldError>,
        /// Where the provider will push events to, if one was asked for.
        "eventHook" event_hook: Option<EventHook>,
    }

    /// One line of the check-list.
    pub struct Check {
        /// The probe's id.
        "id" id: String,
        /// What was found, in a few words.
        "title" title: Sentence,
        /// How it went.
        "state" state: CheckState,
    }

    /// Who the key acts as.
    pub struct Identity {
        /// The provider's id.
        "id" id: String,
        /// The name the person signs in with.
        "login" login: Option<String>,
        /// The person's name.
        "name" name: Option<String>,
        /// `person` or `service`, when the provider tells.
        "kind" kind: Option<String>,
    }

    /// What the key itself is. No part of the key is in it.
    pub struct KeyFacts {
        /// The provider's id of the key.
        "id" id: Option<String>,
        /// The name it was given there.
        "name" name: Option<String>,
        /// ISO 8601, UTC.
        "createdAt" created_at: Option<String>,
        /// When it ends, ISO 8601, UTC; none: not known, or never.
        "expiresAt" expires_at: Option<String>,
        /// How many days without use end it; every use begins them anew.
        "idleDays" idle_days: Option<u32>,
    }

    /// Something a key may do or not.
    pub struct CapabilityState {
        /// Stable, for machines.
        "id" id: String,
        /// For people.
        "title" title: Sentence,
        /// Whether it may.
        "permitted" permitted: bool,
    }

    /// Which organisation the key opens.
    pub struct Organization {
        /// The provider's id.
        "id" id: String,
        /// Its name.
        "name" name: Option<String>,
        /// Where it lives.
        "url" url: Option<String>,
    }

    /// A push channel the end user asked for.
    pub struct EventHook {
        /// The name it shall have at the provider.
        "name" name: String,
        /// `not_registered`, until it is.
        "status" status: String,
        /// The same, for people.
        "message" message: Sentence,
    }
}

impl Report {
    /// Whether something about the key has this code as a warning.
    #[must_use]
    pub fn warns(&self, code: ErrorCode) -> bool {
        self.warnings.iter().any(|warning| warning.code == code)
    }

    /// The same in the language that is spoken now: what is sent to a person.
    #[cfg(not(feature = "browser"))]
    #[must_use]
    pub fn into_said(mut self) -> Self {
        for title in self.checks.iter_mut().map(|check| &mut check.title) {
            *title = title.clone().into_said();
        }
        for title in self.capabilities.iter_mut().map(|capability| &mut capability.title) {
            *title = title.clone().into_said();
        }
        if let Some(hook) = &mut self.event_hook {
            hook.message = hook.message.clone().into_said();
        }
        self.warnings = self.warnings.into_iter().map(FieldError::into_said).collect();
        self
    }
}
