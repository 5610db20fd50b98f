//! Something wrong, on the page: cause, fix, and the provider's own code folded away.
//!
//! The region is always there and only what is inside appears, because that is what screen readers announce.

use super::model::{Flag, Text, Trouble};
use crate::messages::WORDS;
use leptos::prelude::*;

/// `kind` is the class; `role` is `alert` for what interrupts and `status` for what does not.
pub(crate) fn trouble_view<S: Send + Sync + 'static>(
    id: String,
    kind: &'static str,
    role: &'static str,
    state: RwSignal<S>,
    trouble: fn(&S) -> &Trouble,
) -> impl IntoView + use<S> {
    let part = move |part: fn(&Trouble) -> &String| -> Text {
        Box::new(move || state.with(|state| part(trouble(state)).clone()))
    };
    let absent = move |part: fn(&Trouble) -> &String| -> Flag {
        Box::new(move || state.with(|state| part(trouble(state)).is_empty()))
    };
    view! {
        <div class=kind id=id role=role tabindex="-1">
            <div hidden=absent(|trouble| &trouble.message)>
                <p class="cause">{part(|trouble| &trouble.message)}</p>
                <p class="fix">{part(|trouble| &trouble.fix)}</p>
                <details hidden=absent(|trouble| &trouble.vendor_code)>
                    <summary>{WORDS.details.text()}</summary>
                    <p>{WORDS.vendor_code.text()}<code>{part(|trouble| &trouble.vendor_code)}</code></p>
                </details>
            </div>
        </div>
    }
}
