//! Chooses the language of a response to a page: the session's locale, then the browser's languages, then English.
//!
//! Responses to a backend are always in English.

use crate::http::{Request, Response};
use crate::ports::Platform;
use latchkey_shared::i18n::{Phrases, language, within};
use serde::Serialize;

/// The supported languages, as HTML's `lang` spells them.
pub const LANGUAGES: [&str; 7] = ["en", "de", "fr", "es", "pt", "ja", "ar"];

/// The supported language of a BCP 47 tag, by its first part.
fn ours(tag: &str) -> Option<&'static str> {
    let primary = tag.split('-').next().unwrap_or_default();
    LANGUAGES.into_iter().find(|language| language.eq_ignore_ascii_case(primary))
}

/// A weight (RFC 9110, section 12.4.2) in thousandths. Further digits are ignored. It is not read as a float, because the tables
/// for that have ten kilobytes.
fn thousandths(weight: &str) -> Option<u16> {
    let (whole, rest) = weight.trim().split_once('.').unwrap_or((weight.trim(), ""));
    if !weight.trim().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let number: u16 = format!("{whole}{rest:0<3.3}").parse().ok()?;
    (number <= 1000).then_some(number)
}

/// The language for a session's locale and an `Accept-Language` header (RFC 9110, section 12.5.4).
#[must_use]
pub fn choose(locale: Option<&str>, accepted: Option<&str>) -> &'static str {
    let weighed = |part: &str| {
        let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1000), thousandths)?;
        ours(tag.trim()).filter(|_| weight > 0).map(|language| (language, weight))
    };
    let heaviest =
        |best: (&'static str, u16), next: (&'static str, u16)| if next.1 > best.1 { next } else { best };
    let by_browser = || accepted.unwrap_or_default().split(',').filter_map(weighed).reduce(heaviest);
    locale.and_then(ours).or_else(|| by_browser().map(|(language, _)| language)).unwrap_or("en")
}

/// The phrases for the response to a request. `None` for English.
pub async fn of(
    platform: &impl Platform,
    request: &Request,
    locale: Option<&str>,
) -> Option<&'static Phrases> {
    match choose(locale, request.header("accept-language")) {
        "en" => None,
        language => platform.phrases(language).await,
    }
}

/// Makes a page in a language and adds the headers that name it.
pub fn page(phrases: Option<&'static Phrases>, made: impl FnOnce() -> Response) -> Response {
    within(phrases, || made().with("content-language", language())).with("vary", "accept-language")
}

/// A JSON response to a page, in the page's language: `say` chooses the language of what people read in it.
pub async fn json<T: Serialize>(
    platform: &impl Platform,
    request: &Request,
    status: u16,
    say: impl FnOnce() -> T,
) -> Response {
    let phrases = of(platform, request, None).await;
    let body = within(phrases, || serde_json::to_string(&say()).unwrap_or_default());
    marked(Response::new(status, "application/json", body), phrases)
}

/// Whether requests for this path come from a page, so that the response is in the reader's language.
#[must_use]
pub fn is_for_page(path: &str) -> bool {
    path.strip_prefix("/api/v1/connect").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The response with `content-language`, if its language is not English.
#[must_use]
pub fn marked(response: Response, phrases: Option<&'static Phrases>) -> Response {
    match phrases {
        Some(phrases) => response.with("content-language", phrases.language()),
        None => response,
    }
}

#[cfg(test)]
mod tests {
    use super::choose;

    #[test]
    fn the_session_is_asked_before_the_browser_and_english_comes_last() {
        for (locale, accepted, language) in [
            (Some("de-AT"), Some("ar"), "de"),
            (Some("pt-BR"), None, "pt"),
            (Some("xx-Latn"), Some("fr-CH, fr;q=0.9, en;q=0.8"), "fr"),
            (None, Some("en;q=0.5, ja;q=0.7"), "ja"),
            (None, Some("nl, da;q=0.9, es;q=0.2"), "es"),
            (None, Some("de;q=0, *"), "en"),
            (None, Some("de;q=x, ;;,AR"), "ar"),
            (None, Some("de;q=0.12, fr; q=0.12567, es;q=1.1, pt;q=0.0001, ja;q=+1"), "fr"),
            (None, None, "en"),
            (Some("english"), Some(""), "en"),
        ] {
            assert_eq!(choose(locale, accepted), language, "{locale:?} {accepted:?}");
        }
    }
}
