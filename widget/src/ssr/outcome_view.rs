//! The result after success: who the key acts as, which key it is, what was checked, and what deserves attention. It stands in
//! the first HTML, hidden. `extras/outcome.js` fills it in; without that script it still says that the account is connected.

use super::Place;
use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

pub(super) fn outcome_view(place: Place, provider: &str) -> Markup {
    let messages = &PAGE_MESSAGES.outcome;
    let [passed, warned, skipped] = messages.states;
    let (named, signed_in) = messages.connected_as;
    html! {
        div #latchkey-outcome .connected hidden data-named=(named) data-signed-in=(signed_in) data-roles=(messages.roles)
            data-key=(messages.key_name) data-ends=(messages.ends_on) data-unused=(messages.ends_unused) data-hook=(messages.event_hook) {
            h2 #latchkey-connected tabindex="-1" { ((messages.connected)(provider)) }
            p.who hidden {}
            div hidden {
                h3 { (messages.checks) }
                ul.checks data-passed=(passed) data-warned=(warned) data-skipped=(skipped) {}
            }
            div hidden {
                h3 { (messages.may) }
                ul.checks {}
            }
            div hidden {
                h3 { (messages.may_not) }
                ul.checks {}
            }
            div.attention hidden {
                h3 { (messages.attention) }
                ul {}
            }
            @match place {
                Place::Embed => button.primary type="button" { (messages.done) },
                Place::Link => p.farewell { (messages.close_page) },
            }
        }
    }
}
