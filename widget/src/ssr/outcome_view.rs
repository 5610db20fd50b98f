//! The result after success: who the key acts as, which key it is, what was checked, and what deserves attention. It stands in
//! the first HTML, hidden. `extras/outcome.js` fills it in; without that script it still says that the account is connected.

use super::Place;
use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

pub(super) fn outcome_view(place: Place, provider: &str) -> Markup {
    let words = &PAGE_MESSAGES.outcome;
    let [passed, warned, skipped] = words.states;
    let (named, signed_in) = words.connected_as;
    html! {
        div #latchkey-outcome .connected hidden data-named=(named) data-signed-in=(signed_in) data-roles=(words.roles)
            data-key=(words.key_name) data-ends=(words.ends_on) data-unused=(words.ends_unused) data-hook=(words.event_hook) {
            h2 #latchkey-connected tabindex="-1" { ((words.connected)(provider)) }
            p.who hidden {}
            div hidden {
                h3 { (words.checks) }
                ul.checks data-passed=(passed) data-warned=(warned) data-skipped=(skipped) {}
            }
            div hidden {
                h3 { (words.may) }
                ul.checks {}
            }
            div hidden {
                h3 { (words.may_not) }
                ul.checks {}
            }
            div.attention hidden {
                h3 { (words.attention) }
                ul {}
            }
            @match place {
                Place::Embed => button.primary type="button" { (words.done) },
                Place::Link => p.farewell { (words.close_page) },
            }
        }
    }
}
