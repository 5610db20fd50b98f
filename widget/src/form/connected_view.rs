//! What is shown once the account is connected: as whom, what was checked, what deserves attention.

use super::field_view::when;
use super::model::{Act, Tell};
use crate::words::WORDS;
use latchkey_shared::report::{CheckState, Report};
use leptos::prelude::*;

/// The id of the heading, which gets the focus.
pub(crate) const HEADING: &str = "latchkey-connected";

pub(crate) fn connected_view(
    provider: &str,
    embedded: bool,
    report: Report,
    tell: Tell,
) -> impl IntoView + use<> {
    let identity = report.identity.as_ref();
    let who = (WORDS.connected_as)(
        identity.and_then(|identity| identity.name.as_deref()),
        identity.and_then(|identity| identity.login.as_deref()),
    );
    let place = report.organization.and_then(|organization| organization.url).unwrap_or_default();
    let checks = report
        .checks
        .into_iter()
        .map(|check| {
            let word = match check.state {
                CheckState::Passed => WORDS.passed,
                CheckState::Warned => WORDS.warned,
                CheckState::Skipped => WORDS.skipped,
            };
            view! { <li data-check=check.state.as_str()><span class="unseen">{word}</span>{check.title}</li> }
        })
        .collect::<Vec<_>>();
    let warnings = report.warnings.into_iter().map(|warning| (warning.message, warning.fix));
    let hook =
        report.event_hook.map(|hook| ([WORDS.event_hook, "“", &hook.name, "”"].concat(), hook.message));
    let notes = warnings.chain(hook).collect::<Vec<_>>();
    let nothing_to_note = notes.is_empty();
    let notes = notes
        .into_iter()
        .map(|(cause, fix)| view! { <li><p class="cause">{cause}</p><p class="fix">{fix}</p></li> })
        .collect::<Vec<_>>();
    view! {
        <div class="connected">
            <h2 id=HEADING tabindex="-1">{(WORDS.connected)(provider)}</h2>
            <p class="who">{who}</p>
            <p class="where">{place}</p>
            <h3>{WORDS.checks}</h3>
            <ul class="checks">{checks}</ul>
            <div class="attention" hidden=nothing_to_note>
                <h3>{WORDS.attention}</h3>
                <ul>{notes}</ul>
            </div>
            <button class="primary" type="button" hidden=!embedded on:click=when(tell, Act::Done)>{WORDS.done}</button>
            <p class="farewell" hidden=embedded>{WORDS.close_page}</p>
        </div>
    }
}
