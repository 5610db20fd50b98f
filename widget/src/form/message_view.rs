//! A message on the page: cause, fix, and the provider's own error code, folded.
//!
//! The region is always there and only its content appears, because screen readers announce changes inside a region.

use super::model::{Flag, FormMessage, Text};
use crate::messages::MESSAGES;
use leptos::prelude::*;

/// `kind` is the class. `role` is `alert` for a message that interrupts, and `status` for one that does not.
pub(crate) fn message_view<S: Send + Sync + 'static>(
    id: String,
    kind: &'static str,
    role: &'static str,
    state: RwSignal<S>,
    message: fn(&S) -> &FormMessage,
) -> impl IntoView + use<S> {
    let part = move |part: fn(&FormMessage) -> &String| -> Text {
        Box::new(move || state.with(|state| part(message(state)).clone()))
    };
    let absent = move |part: fn(&FormMessage) -> &String| -> Flag {
        Box::new(move || state.with(|state| part(message(state)).is_empty()))
    };
    view! {
        <div class=kind id=id role=role tabindex="-1">
            <div hidden=absent(|message| &message.message)>
                <p class="cause">{part(|message| &message.message)}</p>
                <p class="fix">{part(|message| &message.fix)}</p>
                <details hidden=absent(|message| &message.vendor_code)>
                    <summary>{MESSAGES.details.text()}</summary>
                    <p>{MESSAGES.vendor_code.text()}<code>{part(|message| &message.vendor_code)}</code></p>
                </details>
            </div>
        </div>
    }
}
