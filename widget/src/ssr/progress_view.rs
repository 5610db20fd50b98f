//! The list of checks while an attempt is under way. A step is marked only when the edge
//! reports it: while it works (`extras/checks.js` knows the order of the steps), or by an error. `data-codes` names the codes
//! that mean that a step has failed; the steps before it have passed then.

use super::messages::PAGE_MESSAGES;
use latchkey_shared::ErrorCode;
use maud::{Markup, html};

/// The error codes that mean that a step has failed, by step.
const CODES: [&[ErrorCode]; 4] = [
    &[ErrorCode::HostUnknown, ErrorCode::HostNotAllowed],
    &[
        ErrorCode::KeyRejected,
        ErrorCode::KeyExpired,
        ErrorCode::WrongKeyKind,
        ErrorCode::AccountUnknown,
        ErrorCode::AccountInactive,
        ErrorCode::AccessRefused,
    ],
    &[ErrorCode::InsufficientRights, ErrorCode::FeatureUnavailable],
    &[ErrorCode::StorageUnavailable, ErrorCode::NameTaken],
];

/// `label` is that of the key's field.
pub(super) fn progress_view(provider: &str, label: &str) -> Markup {
    let [pending, passed, failed, skipped] = PAGE_MESSAGES.step_states;
    let steps = (PAGE_MESSAGES.steps)(provider, label);
    html! {
        div #latchkey-progress .progress data-tick=(PAGE_MESSAGES.step_done) {
            h2 data-ended=(PAGE_MESSAGES.outcome.checks) { (PAGE_MESSAGES.steps_title) }
            ol.checks data-pending=(pending) data-passed=(passed) data-failed=(failed) data-skipped=(skipped) {
                @for (step, codes) in steps.iter().zip(CODES) {
                    li data-check="pending" data-codes=(codes.iter().map(|code| code.as_str()).collect::<Vec<_>>().join(" ")) {
                        span.unseen { (pending) }
                        (step)
                    }
                }
            }
            button #latchkey-cancel type="button" { (PAGE_MESSAGES.cancel) }
        }
    }
}
