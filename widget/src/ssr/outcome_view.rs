//! The result after success: who the key acts as, which key it is, what it may do, what deserves attention, and what happens next. It
//! stands in the first HTML, hidden. `extras/outcome.js` fills it in; without that script it still says that the account is connected.

use super::brand_view::say;
use super::form_page::key_label;
use super::messages::PAGE_MESSAGES;
use super::{FormPage, Place};
use maud::{Markup, html};

pub(super) fn outcome_view(page: &FormPage<'_>) -> Markup {
    let provider = page.form.name.as_str();
    let label = key_label(page.form);
    let messages = &PAGE_MESSAGES.outcome;
    let [passed, warned, skipped] = messages.states;
    let (named, signed_in) = messages.connected_as;
    html! {
        div #latchkey-outcome .connected hidden data-named=(named) data-signed-in=(signed_in) data-roles=(messages.roles)
            data-key=((messages.key_name)(label)) data-ends=(messages.ends_on) data-unused=(messages.ends_unused) data-hook=(messages.event_hook) {
            h2 #latchkey-connected tabindex="-1" { ((messages.connected)(provider)) }
            div.facts { p.who hidden {} }
            div.attention hidden {
                h3 { (messages.attention) }
                ul {}
            }
            div hidden {
                h3 { ((messages.may)(label)) }
                ul.checks.chips {}
            }
            div hidden {
                h3 { ((messages.may_not)(label)) }
                ul.checks.chips {}
            }
            details hidden {
                summary { (messages.checks) }
                ul.checks data-passed=(passed) data-warned=(warned) data-skipped=(skipped) {}
            }
            (next_view((page.product, label, provider), page.brand.success))
            p.last {
                button #latchkey-save type="button" data-day=(messages.on_day) data-account=(messages.account) hidden { (messages.save) }
                @if page.place == Place::Embed {
                    button.primary #latchkey-done type="button" { (messages.done) }
                }
            }
            @if page.place == Place::Link {
                p.farewell { (messages.close_page) }
            }
        }
    }
}

/// What happens next, and the way back to the product. Also shown, outside the result, when another person has connected the account.
fn next_view((product, label, provider): (&str, &str, &str), own: Option<&str>) -> Markup {
    let next = own.map_or_else(|| (PAGE_MESSAGES.next)(product, label, provider), |own| say(own, provider));
    html! {
        div #latchkey-next .next hidden {
            p { (next) }
            a.way hidden { ((PAGE_MESSAGES.go_back)(product)) }
        }
    }
}
