//! "I'm not the admin": a link for somebody else, an email to send it with, and waiting until they have connected the account.
//! Hidden until `extras/share.js` has loaded. Only the page that created the link shows it.

use super::messages::PAGE_MESSAGES;
use maud::{Markup, html};

pub(super) fn share_view(product: &str, provider: &str) -> Markup {
    let words = &PAGE_MESSAGES.share;
    let (copy, copied) = PAGE_MESSAGES.copy;
    html! {
        p #latchkey-share .ask hidden {
            button type="button" { (words.open) }
            span role="status" data-failed=(words.failed) {}
        }
        section #latchkey-shared .shared aria-labelledby="latchkey-shared-title" hidden {
            h2 #latchkey-shared-title tabindex="-1" { (words.title) }
            div data-made {
                p { ((words.body)(provider)) }
                p.copy {
                    code {}
                    button type="button" data-copy="" data-copied=(copied) { (copy) }
                    span.unseen role="status" {}
                }
                p data-until=(words.until) {}
                a.way data-subject=((words.subject)(product, provider)) data-text=((words.text)(product, provider)) { (words.mail) }
            }
            p data-before hidden { (words.made_before) }
            p.choices-of {
                button type="button" data-again { (words.again) }
                button type="button" data-back { (words.take_back) }
            }
        }
        section #latchkey-shared-done .shared aria-labelledby="latchkey-shared-done-title" hidden {
            h2 #latchkey-shared-done-title tabindex="-1" { ((words.done)(provider)) }
            p { (words.done_body) }
        }
    }
}
