//! One request to an endpoint, and how its answer counts: 2xx is accepted, everything else is not. Redirects are not followed, and of
//! the answer only a few bytes are read.

use super::address;
use super::signing::SigningKeys;
use crate::ports::{Clock, Fetch, FetchError, Incoming, Outgoing, Platform};
use crate::store::protocol::{Attempt, WebhookTarget};
use crate::time::from_http_date;
use latchkey_shared::limits::WEBHOOK_ANSWER_MAX;
use latchkey_shared::shown::is_invisible;
use latchkey_shared::webhook::AttemptError;
use latchkey_shared::{ProjectId, Secret};

/// An endpoint with the keys that sign for it now.
pub struct Receiver<'a> {
    target: &'a WebhookTarget,
    keys: Vec<SigningKeys>,
}

impl<'a> Receiver<'a> {
    /// The endpoint of a project. Making its keys costs as much as signing a message, so one receiver is made for many messages.
    pub fn of(platform: &impl Platform, project: ProjectId, target: &'a WebhookTarget) -> Self {
        let overlap = target.secret_until.is_some_and(|until| until > platform.clock().now_ms());
        let numbers = [target.secret].into_iter().chain(overlap.then_some(target.secret - 1));
        let keys = |number| SigningKeys::of(platform.config(), project, &target.id, number);
        Self { target, keys: numbers.map(keys).collect() }
    }

    /// Sends a message. `id` is the same at each try, so that a receiver can tell a repeat.
    pub async fn send<P: Platform>(&self, platform: &P, id: &str, body: &str) -> Attempt {
        let at = platform.clock().now_ms();
        if address::check(&self.target.url, self.target.mode, platform.config()).is_err() {
            return Attempt::unanswered(at, 0, AttemptError::AddressNotAllowed);
        }
        let answer = platform.network().fetch(self.outgoing(id, at, body)).await;
        let ms = (platform.clock().now_ms() - at).max(0);
        match answer {
            Ok(answer) => attempt(at, ms, &answer),
            Err(FetchError::TimedOut) => Attempt::unanswered(at, ms, AttemptError::TimedOut),
            Err(FetchError::Network | FetchError::TooLarge) => {
                Attempt::unanswered(at, ms, AttemptError::Unreachable)
            }
        }
    }

    fn outgoing(&self, id: &str, at: i64, body: &str) -> Outgoing {
        let timestamp = at.div_euclid(1000);
        let signatures: Vec<_> = self.keys.iter().map(|keys| keys.sign(id, timestamp, body)).collect();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("user-agent", "Latchkey-Webhooks/1.0".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signatures.join(" ")),
        ];
        Outgoing {
            method: "POST".to_owned(),
            url: self.target.url.clone(),
            headers: headers.into_iter().map(|(name, value)| (name.to_owned(), Secret::new(value))).collect(),
            body: Some(Secret::new(body.to_owned())),
            body_max: WEBHOOK_ANSWER_MAX,
            cut: true,
            wanted: vec!["retry-after".to_owned()],
        }
    }
}

fn attempt(at: i64, ms: i64, answer: &Incoming) -> Attempt {
    let error = match answer.status {
        200..=299 => None,
        300..=399 => Some(AttemptError::Redirected),
        _ => Some(AttemptError::Refused),
    };
    let asked = error.and_then(|_| answer.headers.get("retry-after"));
    Attempt {
        at,
        ms,
        status: Some(answer.status),
        error,
        answer: plain_text(&answer.body),
        retry_after: asked.and_then(|text| seconds_until(text, at)),
    }
}

/// The seconds of a `Retry-After` (RFC 9110, section 10.2.3): a number, or a time, which is compared with our clock.
fn seconds_until(text: &str, now: i64) -> Option<u32> {
    let text = text.trim();
    let until = || Some((from_http_date(text)? - now + 999) / 1000);
    text.parse::<i64>().ok().or_else(until).map(|seconds| seconds.clamp(0, i64::from(u32::MAX)) as u32)
}

/// The first bytes of an answer as a text that can be shown anywhere: what cannot be seen is escaped, and broken UTF-8 is replaced.
fn plain_text(body: &[u8]) -> String {
    let start = body.get(..WEBHOOK_ANSWER_MAX).unwrap_or(body);
    let mut text = String::new();
    for c in String::from_utf8_lossy(start).chars() {
        match c {
            '\n' | '\t' => text.push(c),
            _ if is_invisible(c) => text.extend(c.escape_unicode()),
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{plain_text, seconds_until};

    #[test]
    fn an_answer_is_shown_without_what_hides_or_turns_text() {
        assert_eq!(plain_text(b"ok\n"), "ok\n");
        assert_eq!(plain_text("a\u{202e}b\u{0}c".as_bytes()), "a\\u{202e}b\\u{0}c");
        assert_eq!(plain_text(&[0xff, b'x']), "\u{fffd}x");
        assert_eq!(plain_text(&[b'x'; 1000]).len(), 256);
    }

    #[test]
    fn a_wait_is_a_number_or_a_time() {
        // 1994-11-06 08:49:07 UTC.
        let now = 784_111_747_000;
        for (text, seconds) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("-5", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("99999999999999", Some(u32::MAX)),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(seconds_until(text, now), seconds, "{text}");
        }
    }
}
