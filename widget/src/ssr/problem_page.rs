//! An error of any other address as a page, for people who open it in a browser. Programs get the same as problem details (RFC 9457).

use super::document::{Document, render};
use super::messages::PAGE_MESSAGES;
use super::{Brand, Parts, Place};
use latchkey_shared::Problem;
use maud::html;

/// The complete document.
#[must_use]
pub fn problem_page(problem: &Problem, parts: &Parts<'_>) -> String {
    let fix = problem.errors.first().map(|error| error.fix.to_string()).unwrap_or_default();
    let body = html! {
        main.page.notice {
            header {
                h1 #latchkey-title { (problem.title) }
            }
            div.alert {
                div {
                    p.cause { (problem.detail) }
                    p.fix { (fix) }
                }
            }
            p { a.way href="/" { (PAGE_MESSAGES.front.home) } }
            footer {
                code { (problem.status) " " (problem.code) }
                " "
                code { (problem.request_id) }
            }
        }
    };
    let document = Document {
        place: Place::Link,
        title: &problem.title,
        body,
        with_widget: false,
        with_boot: false,
        code: None,
        brand: Brand::default(),
        public: None,
    };
    render(document, parts)
}
