//! What is shown once the account is connected: as whom, with which key, what was checked, what deserves attention.

use super::field_view::when;
use super::model::{Act, Tell};
use crate::words::{Phrase, WORDS};
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
    let facts = facts(&report).into_iter().map(|fact| view! { <p class="fact">{fact}</p> });
    let facts = facts.collect::<Vec<_>>();
    let checks = report.checks.into_iter().map(|check| (check.state, check.title)).collect();
    let may = |permitted: bool, state: CheckState| {
        let capabilities = report.capabilities.iter().filter(|one| one.permitted == permitted);
        capabilities.map(|one| (state, one.title.clone())).collect()
    };
    let warnings = report.warnings.iter().map(|warning| (warning.message.clone(), warning.fix.clone()));
    let hook = report.event_hook.map(|hook| ((WORDS.event_hook)(&hook.name), hook.message));
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
            {facts}
            {list_view(WORDS.checks, checks)}
            {list_view(WORDS.may, may(true, CheckState::Passed))}
            {list_view(WORDS.may_not, may(false, CheckState::Skipped))}
            <div class="attention" hidden=nothing_to_note>
                <h3>{WORDS.attention.text()}</h3>
                <ul>{notes}</ul>
            </div>
            <button class="primary" type="button" hidden=!embedded on:click=when(tell, Act::Done)>{WORDS.done.text()}</button>
            <p class="farewell" hidden=embedded>{WORDS.close_page.text()}</p>
        </div>
    }
}

/// Which organisation, and what is known about the key, a line each.
fn facts(report: &Report) -> Vec<String> {
    let mut facts = Vec::new();
    if let Some(organization) = &report.organization {
        facts.extend(organization.name.clone());
        facts.extend(organization.url.clone());
    }
    if !report.roles.is_empty() {
        facts.push((WORDS.roles)(&report.roles.join(", ")));
    }
    if let Some(key) = &report.key {
        facts.extend(key.name.as_deref().map(WORDS.key_name));
        // The day is enough: a moment would be one in a time zone. A day that moves with every use says nothing.
        let day = key.expires_at.as_deref().and_then(|end| end.get(..10));
        facts.extend(key.idle_days.map(WORDS.ends_unused).or(day.map(WORDS.ends_on)));
    }
    facts
}

/// A list with a mark before each line; nothing is to be seen of one without lines.
fn list_view(title: Phrase, lines: Vec<(CheckState, String)>) -> impl IntoView + use<> {
    let nothing = lines.is_empty();
    let word = |state: CheckState| match state {
        _ if title != WORDS.checks => String::new(),
        CheckState::Passed => WORDS.passed.text(),
        CheckState::Warned => WORDS.warned.text(),
        CheckState::Skipped => WORDS.skipped.text(),
    };
    let line = |(state, text): (CheckState, String)| {
        view! { <li data-check=state.as_str()><span class="unseen">{word(state)}</span><span>{text}</span></li> }
    };
    let lines = lines.into_iter().map(line).collect::<Vec<_>>();
    view! {
        <div hidden=nothing>
            <h3>{title.text()}</h3>
            <ul class="checks">{lines}</ul>
        </div>
    }
}
