//! An error as a page, for a person who opens an address in a browser. Programs get problem details.

use super::connect;
use crate::brand::Brand;
use crate::error::Error;
use crate::http::problem::{details, with_headers};
use crate::http::{Request, Response, language};
use crate::ports::Platform;
use latchkey_shared::i18n::within;
use latchkey_widget::ssr::problem_page;

/// The page. `None` for a request of a program.
pub async fn page(
    platform: &impl Platform,
    request: &Request,
    error: &Error,
    request_id: &str,
) -> Option<Response> {
    if !wants_page(request) {
        return None;
    }
    let phrases = language::of(platform, request, None).await;
    let problem = within(phrases, || details(error, request_id));
    let render = || {
        let html = problem_page(&problem, &connect::PARTS);
        connect::html_response(error.code.status(), html, &Brand::read("", false), connect::NOBODY)
    };
    Some(with_headers(language::page(phrases, render), error))
}

/// Whether the request is for a page: a browser names `text/html` when a person opens an address, and a program does not.
fn wants_page(request: &Request) -> bool {
    let accepted = request.header("accept").unwrap_or_default();
    let named = accepted.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
    matches!(request.method.as_str(), "GET" | "HEAD")
        && named.into_iter().any(|kind| kind.eq_ignore_ascii_case("text/html"))
}
