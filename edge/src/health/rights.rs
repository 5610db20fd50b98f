//! The rights that a key had once, and those of them that it has lost.
//!
//! A right counts as had when a check has seen it, and as lost when a check has seen that it is gone. A check that saw
//! nothing of a right changes nothing.

use super::Health;
use latchkey_shared::i18n::phrases;
use latchkey_shared::report::{CapabilityState, Report};
use latchkey_shared::{ErrorCode, FieldError, msg};

/// Warnings that say that a role is too small. "The key has no such warning" is a right like any other.
const OF_ROLE: [ErrorCode; 2] = [ErrorCode::InsufficientRights, ErrorCode::ReadOnlyKey];

impl Health {
    /// Notes what an accepted check has seen of the key's rights.
    pub(super) fn observe_rights(&mut self, report: &Report) {
        for seen in &report.capabilities {
            self.observe_right(seen.clone());
        }
        if report.warns(ErrorCode::RightsUnknown) {
            return;
        }
        for code in OF_ROLE {
            let warning = report.warnings.iter().find(|warning| warning.code == code);
            let title = warning.map_or_else(|| "".into(), |warning| warning.message.clone());
            self.observe_right(CapabilityState {
                id: code.as_str().to_owned(),
                title,
                permitted: warning.is_none(),
            });
        }
    }

    fn observe_right(&mut self, seen: CapabilityState) {
        match self.rights.iter_mut().find(|right| right.id == seen.id) {
            Some(right) => *right = seen,
            None if seen.permitted => self.rights.push(seen),
            None => {}
        }
    }

    /// The cause of `degraded`, if the key has lost a right.
    pub(super) fn lost_rights(&self, report: &Report) -> Option<FieldError> {
        let lost: Vec<_> = self.rights.iter().filter(|right| !right.permitted).collect();
        let of_role = |right: &&&CapabilityState| OF_ROLE.iter().any(|code| code.as_str() == right.id);
        let titles: Vec<_> =
            lost.iter().filter(|right| !of_role(right)).map(|right| right.title.to_string()).collect();
        if !titles.is_empty() {
            let titles: Vec<_> = titles.iter().map(String::as_str).collect();
            return Some(FieldError::whole(
                ErrorCode::InsufficientRights,
                msg!("The key works, but it has lost rights: {rights}.", rights = phrases(&titles)),
                msg!("Give the key these rights again, or connect the account again with another key."),
            ));
        }
        let right = lost.first()?;
        let code = ErrorCode::parse(&right.id).unwrap_or(ErrorCode::InsufficientRights);
        let fix =
            report.warnings.iter().find(|warning| warning.code == code).map(|warning| warning.fix.clone());
        let fix = fix.unwrap_or_else(|| {
            msg!("Give the key these rights again, or connect the account again with another key.")
        });
        Some(FieldError::whole(code, right.title.clone(), fix))
    }
}
