//! Submitting: parses every value, sends them, repeats a request whose response was lost, and shows the outcome.

use super::api::{self, Reply};
use super::page::Page;
use super::parser::Program;
use super::sealer::SealError;
use super::{dom, field_values, seal};
use crate::attempt::Attempt;
use crate::form::{FormMessage, Phase};
use crate::messages::{MESSAGES, Phrase};
use latchkey_shared::connect::ConnectionSummary;
use latchkey_shared::{ErrorCode, Problem, Secret};
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How long to wait before an attempt is sent again, in milliseconds.
const PAUSES: [i32; 3] = [1_000, 3_000, 8_000];
/// How often a wait looks whether the person has canceled, in milliseconds.
const TICK: i32 = 250;
/// How long to wait for another attempt, in seconds: a little more than an attempt's lease.
const PATIENCE: u32 = 75;
/// The notice that a press is remembered.
const WAITING: &str = "latchkey-waiting";
/// How long to wait for the other attempt before the next request, in seconds, when the reply does not say.
const BUSY_PAUSE: u32 = 5;

/// The reply of `GET connect` may fill in empty fields, and the first texts need the parser's program, so an early submit waits for both.
pub(super) fn submit(page: &Rc<Page>) {
    let lacks_value = page.lacks_required_value();
    if let Some(parser) = page.parser.at_hand().filter(|_| !lacks_value) {
        return start_attempt(page, Some(&parser));
    }
    if page.waiting.replace(true) {
        return;
    }
    let page = page.clone();
    spawn_local(async move {
        dom::set_hidden(WAITING, false);
        if lacks_value {
            page.sealer.session().await;
        }
        let parser = page.parser.program_soon().await;
        dom::set_hidden(WAITING, true);
        page.waiting.set(false);
        if !page.is_gone() {
            start_attempt(&page, parser.as_ref());
        }
    });
}

/// Without the parser's program the texts are sent as they are: the edge parses them again anyway.
fn start_attempt(page: &Rc<Page>, parser: Option<&Program>) {
    if page.phase() != Phase::Asking {
        return;
    }
    page.show(Phase::Asking, FormMessage::default());
    let typed: Vec<String> = (0..page.form.fields.len()).map(|at| page.typed(at)).collect();
    let values = match parser {
        Some(parser) => field_values::read_all(page, parser),
        None => Some(typed.clone()),
    };
    let Some(values) = values else { return };
    let values =
        page.form.fields.iter().map(|field| field.id.clone()).zip(values.into_iter().map(Secret::new));
    let values = values.filter(|(_, value)| !value.is_empty()).collect();
    let typed = typed.into_iter().map(Secret::new).collect();
    let open = page.open_attempt.take();
    let Some(attempt) = Attempt::of_press(open, typed, values, dom::random_uuid) else { return };
    page.canceled.set(false);
    page.show(Phase::Checking, FormMessage::default());
    page.announce((MESSAGES.checking_with)(&page.form.name));
    let page = page.clone();
    spawn_local(async move { run(page, attempt).await });
}

enum End {
    Connected(ConnectionSummary, JsValue),
    Refused(Problem),
    Unknown,
    StillBusy,
    /// The program that seals did not load. The boot script has shown that already.
    NotLoaded,
    /// The secrets cannot be sealed here.
    SealError,
}

async fn run(page: Rc<Page>, attempt: Attempt) {
    let Some(end) = send_until_known(&page, &attempt).await else { return };
    match end {
        End::Connected(stored, report) => connected(&page, &stored, &report),
        End::Refused(problem) => refused(&page, problem),
        End::Unknown => {
            page.open_attempt.replace(Some(attempt));
            fail(&page, ErrorCode::OutcomeUnknown, MESSAGES.outcome_unknown);
        }
        End::StillBusy => fail(&page, ErrorCode::SessionBusy, MESSAGES.still_busy),
        End::NotLoaded => page.show(Phase::Asking, FormMessage::default()),
        End::SealError => fail(&page, ErrorCode::Internal, MESSAGES.unsealed),
    }
}

/// Sends the attempt until its outcome is known or patience ends. `None` when the form is gone.
async fn send_until_known(page: &Page, attempt: &Attempt) -> Option<End> {
    let mut lost = PAUSES.iter();
    let mut waited = 0;
    let mut key_is_fresh = false;
    loop {
        let token = page.token.borrow().clone();
        let reply = match seal::body(page, &token, attempt).await {
            _ if page.is_gone() => return None,
            // The person canceled before the values were sealed: nothing was sent.
            Ok(_) if page.canceled.get() => Reply::Lost,
            Ok(body) => {
                api::connect(&page.boot, &token, &body, |call| drop(page.call.replace(Some(call)))).await
            }
            Err(SealError::NoKey(reply)) => *reply,
            Err(SealError::NotLoaded) => return Some(End::NotLoaded),
            Err(SealError::Unusable) => return Some(End::SealError),
        };
        if page.is_gone() {
            return None;
        }
        // A reply that came before the cancellation counts. Without one, the edge is asked for the outcome.
        let pause = match reply {
            Reply::Lost if page.canceled.get() => return Some(canceled(page, attempt).await),
            Reply::Refused(problem) if is_about_key(problem.code) => {
                page.sealer.forget_key();
                // The attempt has no outcome yet, so it continues. A key that was just fetched is not fetched once more.
                if key_is_fresh || problem.code != ErrorCode::UnknownSealingKey {
                    return Some(End::Refused(problem));
                }
                key_is_fresh = true;
                continue;
            }
            Reply::Accepted(stored, report) => return Some(End::Connected(stored, report)),
            Reply::Refused(problem) if problem.code == ErrorCode::SessionBusy => {
                let seconds = problem.retry_after.unwrap_or(BUSY_PAUSE).clamp(1, 15);
                waited += seconds;
                if waited > PATIENCE {
                    return Some(End::StillBusy);
                }
                page.announce(MESSAGES.waiting_for_other.text());
                seconds.cast_signed() * 1_000
            }
            Reply::Refused(problem) if problem.code != ErrorCode::OutcomeUnknown => {
                return Some(End::Refused(problem));
            }
            Reply::Refused(_) | Reply::Lost => {
                let Some(&pause) = lost.next() else { return Some(End::Unknown) };
                page.announce(MESSAGES.asking_again.text());
                pause
            }
        };
        // Canceling ends the wait early.
        for _ in 0..pause / TICK {
            if page.canceled.get() {
                return Some(canceled(page, attempt).await);
            }
            dom::sleep(TICK).await;
        }
        if page.is_gone() {
            return None;
        }
    }
}

/// The outcome of an attempt that the person canceled. Only the edge knows it: the attempt may have ended just before.
async fn canceled(page: &Page, attempt: &Attempt) -> End {
    let token = page.token.borrow().clone();
    match api::cancel(&page.boot, &token, &attempt.id).await {
        Reply::Accepted(stored, report) => End::Connected(stored, report),
        Reply::Refused(problem) if problem.code != ErrorCode::OutcomeUnknown => End::Refused(problem),
        Reply::Refused(_) | Reply::Lost => End::Unknown,
    }
}

fn connected(page: &Page, stored: &ConnectionSummary, report: &JsValue) {
    page.host_events.success(stored);
    for (at, field) in page.form.fields.iter().enumerate() {
        if let Some(input) = page.input(at).filter(|_| field.secret) {
            input.set_value("");
        }
    }
    page.show(Phase::Connected, FormMessage::default());
    page.boot.connected(report);
}

/// Shows a refusal: on the fields it concerns, or on the form.
pub(super) fn refused(page: &Page, problem: Problem) {
    if is_final(problem.code) {
        page.host_events.error(problem.code, None);
        let (message, fix) = match problem.errors.into_iter().next() {
            Some(error) => (error.message, error.fix),
            None => (problem.detail, MESSAGES.ask_for_another.text()),
        };
        return page.end(FormMessage::new(message, fix));
    }
    let on_fields = !problem.errors.is_empty();
    page.show(Phase::Asking, FormMessage::default());
    let others = field_values::show_errors(page, problem.errors);
    let whole = match others.into_iter().next() {
        Some(error) => FormMessage::from(error),
        None if on_fields => return,
        None => {
            page.host_events.error(problem.code, None);
            FormMessage::new(problem.detail, MESSAGES.try_again.text())
        }
    };
    page.show(Phase::Asking, whole);
}

fn fail(page: &Page, code: ErrorCode, (message, fix): (Phrase, Phrase)) {
    page.host_events.error(code, None);
    page.show(Phase::Asking, FormMessage::new(message.text(), fix.text()));
}

/// Whether sealing to another key may help.
fn is_about_key(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::UnknownSealingKey | ErrorCode::SealedValueUnreadable)
}

/// Whether no further attempt with this session can succeed.
pub(super) fn is_final(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::SessionExpired
            | ErrorCode::SessionUsed
            | ErrorCode::SessionRevoked
            | ErrorCode::ConnectionGone
            | ErrorCode::InvalidSessionToken
            | ErrorCode::CredentialsMissing
            | ErrorCode::ProviderNotOffered
            | ErrorCode::UnknownProvider
    )
}
