//! "I'm not the admin": a link for somebody else, an email to send it with, and waiting until they have connected the account.
//! Hidden until `extras/share.js` has loaded. Only the page that created the link shows it.

use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

pub(super) fn share_view(product: &str, provider: &str) -> Markup {
    let messages = &PAGE_MESSAGES.share;
    let (copy, copied) = PAGE_MESSAGES.copy;
    html! {
        p #latchkey-share .ask hidden {
            button type="button" { (messages.open) }
            span role="status" data-failed=(messages.failed) {}
        }
        section #latchkey-shared .shared aria-labelledby="latchkey-shared-title" hidden {
            h2 #latchkey-shared-title tabindex="-1" { (messages.title) }
            div data-made {
                p { ((messages.body)(provider)) }
                p.copy {
                    code {}
                    button type="button" data-copy="" data-copied=(copied) { (copy) }
                    span.unseen role="status" {}
                }
                p data-until=(messages.until) {}
                a.way data-subject=((messages.subject)(product, provider)) data-text=((messages.text)(product, provider)) { (messages.mail) }
            }
            p data-before hidden { (messages.made_before) }
            p.choices-of {
                button type="button" data-again { (messages.again) }
                button type="button" data-back { (messages.take_back) }
            }
        }
        section #latchkey-shared-done .shared aria-labelledby="latchkey-shared-done-title" hidden {
            h2 #latchkey-shared-done-title tabindex="-1" { ((messages.done)(provider)) }
            p { (messages.done_body) }
        }
    }
}
