//! A message on the page: a headline, the fix, the likely causes, and the provider's own error code, folded.
//!
//! The region is always there and only its content appears, because screen readers announce changes inside a region.

use super::model::{Flag, FormMessage, Text};
use crate::messages::MESSAGES;
use latchkey_shared::limits::CAUSES_MAX;
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
    // A fixed number of elements: a list that grows would add kilobytes of code.
    let cause = |at: usize| {
        let text: Text =
            Box::new(move || state.with(|state| message(state).causes.get(at).cloned().unwrap_or_default()));
        let hidden: Flag = Box::new(move || state.with(|state| message(state).causes.len() <= at));
        view! { <li hidden=hidden>{text}</li> }
    };
    let causes = (kind != "warning").then(|| {
        let none: Flag = Box::new(move || state.with(|state| message(state).causes.is_empty()));
        view! { <ul class="causes" hidden=none>{(0..CAUSES_MAX).map(cause).collect::<Vec<_>>()}</ul> }
    });
    view! {
        <div class=kind id=id role=role tabindex="-1">
            <div hidden=absent(|message| &message.message)>
                <p class="cause">{part(|message| &message.message)}</p>
                <p class="fix">{part(|message| &message.fix)}</p>
                {causes}
                <details hidden=absent(|message| &message.vendor_code)>
                    <summary>{MESSAGES.details.text()}</summary>
                    <p>{MESSAGES.vendor_code.text()}<code>{part(|message| &message.vendor_code)}</code></p>
                </details>
            </div>
        </div>
    }
}
