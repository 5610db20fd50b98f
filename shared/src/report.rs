//! The report of a verification: the facts about an accepted key. It holds no secret and no part of one.

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
        /// The provider's response is unknown.
        Unexpected = "unexpected",
    }
}

string_enum! {
    /// The result of one check.
    pub enum CheckState {
        /// The check passed.
        Passed = "passed",
        /// The check passed with a warning.
        Warned = "warned",
        /// The check did not run or had no usable response.
        Skipped = "skipped",
    }
}

wire! {
    /// The result of a verification.
    pub struct Report {
        /// The checks, in order.
        "checks" checks: Vec<Check>,
        /// Who the key acts as.
        "identity" identity: Option<Identity>,
        /// The organization that the key opens.
        "organization" organization: Option<Organization>,
        /// The facts about the key itself that the provider reports.
        #[cfg_attr(feature = "serde", serde(default))]
        "key" key: Option<KeyFacts>,
        /// The provider's own names of the roles, if the key may read them.
        "roles" roles: Vec<String>,
        /// What the key may and may not do, as far as probes have tried it.
        #[cfg_attr(feature = "serde", serde(default))]
        "capabilities" capabilities: Vec<CapabilityState>,
        /// Warnings about the key, each with a fix.
        "warnings" warnings: Vec<FieldError>,
        /// The push channel that the person asked for, if any.
        "eventHook" event_hook: Option<EventHook>,
    }

    /// One line of the checklist.
    pub struct Check {
        /// The probe's id.
        "id" id: String,
        /// The result, in a few words.
        "title" title: Sentence,
        /// The state.
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
        /// `person` or `service`, if the provider reports it.
        "kind" kind: Option<String>,
    }

    /// Facts about the key. They hold no part of it.
    pub struct KeyFacts {
        /// The provider's id of the key.
        "id" id: Option<String>,
        /// The key's name at the provider.
        "name" name: Option<String>,
        /// The time of creation: ISO 8601, UTC.
        "createdAt" created_at: Option<String>,
        /// The time when the key ends: ISO 8601, UTC. `None`: unknown, or never.
        "expiresAt" expires_at: Option<String>,
        /// The days after which an unused key ends. Every use starts them again.
        "idleDays" idle_days: Option<u32>,
    }

    /// One right that the key has or lacks.
    pub struct CapabilityState {
        /// Stable, for machines.
        "id" id: String,
        /// For people.
        "title" title: Sentence,
        /// Whether the key has it.
        "permitted" permitted: bool,
    }

    /// The organization that the key opens.
    pub struct Organization {
        /// The provider's id.
        "id" id: String,
        /// Its name.
        "name" name: Option<String>,
        /// Its URL.
        "url" url: Option<String>,
    }

    /// A push channel that the end user asked for.
    pub struct EventHook {
        /// The channel's name at the provider.
        "name" name: String,
        /// `not_registered`, until it is.
        "status" status: String,
        /// The status as a sentence for people.
        "message" message: Sentence,
    }
}

impl Report {
    /// Whether a warning has this code.
    #[must_use]
    pub fn warns(&self, code: ErrorCode) -> bool {
        self.warnings.iter().any(|warning| warning.code == code)
    }

    /// The report in the current language, for a response to a person.
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
