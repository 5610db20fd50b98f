//! A press on Connect: reads every answer, submits them, repeats what got lost, and shows what came of it.

use super::api::{self, Reply};
use super::page::Page;
use super::sealer::SealError;
use super::{dom, field_values, seal};
use crate::attempt::Attempt;
use crate::form::{FormMessage, Phase};
use crate::messages::{MESSAGES, Phrase};
use latchkey_shared::connect::ConnectionSummary;
use latchkey_shared::{ErrorCode, Problem};
use leptos::task::spawn_local;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// How long to wait before asking again what became of an attempt, in milliseconds.
const PAUSES: [i32; 3] = [1_000, 3_000, 8_000];
/// How often the person may change their mind while something is waited for, in milliseconds.
const TICK: i32 = 250;
/// How long to wait for another attempt, in seconds; a little more than an attempt's lease.
const PATIENCE: u32 = 75;
/// Says that a press is remembered.
const WAITING: &str = "latchkey-waiting";
/// How long until asking again whether the other attempt has ended, when the answer does not say; in seconds.
const BUSY_PAUSE: u32 = 5;

/// The answer of `GET connect` may fill in what is still blank, so a press that came before it waits for it.
pub(super) fn submit(page: &Rc<Page>) {
    if !page.lacks_required_value() {
        return start_attempt(page);
    }
    if page.waiting.replace(true) {
        return;
    }
    let page = page.clone();
    spawn_local(async move {
        dom::set_hidden(WAITING, false);
        page.sealer.session().await;
        dom::set_hidden(WAITING, true);
        page.waiting.set(false);
        if !page.is_gone() {
            start_attempt(&page);
        }
    });
}

fn start_attempt(page: &Rc<Page>) {
    if page.phase() != Phase::Asking {
        return;
    }
    page.show(Phase::Asking, FormMessage::default());
    let Some(values) = field_values::read_all(page) else { return };
    let values = page.form.fields.iter().map(|field| field.id.clone()).zip(values);
    let values = values.filter(|(_, value)| !value.is_empty()).collect();
    let open = page.open_attempt.take();
    let Some(attempt) = Attempt::of_press(open, values, dom::random_uuid) else { return };
    page.cancelled.set(false);
    page.show(Phase::Checking, FormMessage::default());
    page.say((MESSAGES.checking_with)(&page.form.name));
    let page = page.clone();
    spawn_local(async move { run(page, attempt).await });
}

enum End {
    Connected(ConnectionSummary, JsValue),
    Refused(Problem),
    Unknown,
    StillBusy,
    /// The program that seals did not load, which the boot script has said.
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

/// Submits until the outcome is known or patience ends; `None` when the form is gone.
async fn send_until_known(page: &Page, attempt: &Attempt) -> Option<End> {
    let mut lost = PAUSES.iter();
    let mut waited = 0;
    let mut key_is_fresh = false;
    loop {
        let token = page.token.borrow().clone();
        let answer = match seal::body(page, &token, attempt).await {
            _ if page.is_gone() => return None,
            // The person was quicker than the program that seals: nothing was sent.
            Ok(_) if page.cancelled.get() => Reply::Lost,
            Ok(body) => {
                api::connect(&page.boot, &token, &body, |call| drop(page.call.replace(Some(call)))).await
            }
            Err(SealError::NoKey(answer)) => *answer,
            Err(SealError::NotLoaded) => return Some(End::NotLoaded),
            Err(SealError::Unusable) => return Some(End::SealError),
        };
        if page.is_gone() {
            return None;
        }
        // An answer that came before the cancelling counts; without one, what became of the attempt is asked.
        let pause = match answer {
            Reply::Lost if page.cancelled.get() => return Some(cancelled(page, attempt).await),
            Reply::Refused(problem) if is_about_key(problem.code) => {
                page.sealer.forget_key();
                // Nothing came of the attempt, so the same one goes on; a key that was just read is not read once more.
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
                page.say(MESSAGES.waiting_for_other.text());
                seconds.cast_signed() * 1_000
            }
            Reply::Refused(problem) if problem.code != ErrorCode::OutcomeUnknown => {
                return Some(End::Refused(problem));
            }
            Reply::Refused(_) | Reply::Lost => {
                let Some(&pause) = lost.next() else { return Some(End::Unknown) };
                page.say(MESSAGES.asking_again.text());
                pause
            }
        };
        // Waiting ends early when the person does not want to wait any more.
        for _ in 0..pause / TICK {
            if page.cancelled.get() {
                return Some(cancelled(page, attempt).await);
            }
            dom::sleep(TICK).await;
        }
        if page.is_gone() {
            return None;
        }
    }
}

/// What became of an attempt that the person took back. Only the edge knows: it may have ended just before.
async fn cancelled(page: &Page, attempt: &Attempt) -> End {
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

/// Shows a definite no: on the fields it concerns, or on the form.
pub(super) fn refused(page: &Page, problem: Problem) {
    if is_final(problem.code) {
        page.host_events.error(problem.code, None);
        let (message, fix) = match problem.errors.into_iter().next() {
            Some(error) => (error.message, error.fix),
            None => (problem.detail, MESSAGES.ask_for_another.text()),
        };
        return page.end(FormMessage::new(message, fix));
    }
    let told_any = !problem.errors.is_empty();
    page.show(Phase::Asking, FormMessage::default());
    let others = field_values::show_errors(page, problem.errors);
    let whole = match others.into_iter().next() {
        Some(error) => FormMessage::from(error),
        None if told_any => return,
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

/// Whether another key may help.
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
