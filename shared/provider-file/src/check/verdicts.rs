//! What answers and findings mean: on a field that is there, with a cause and a fix.

use super::probes::is_found;
use super::{Checker, Faults, placeholders};
use latchkey_shared::ErrorCode;
use latchkey_shared::probe::{Answer, AnswerEnding};
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    for (at, probe) in provider.probes.iter().enumerate() {
        for (place, answer) in probe.answers.iter().enumerate() {
            let mut checker = Checker::new(faults, format!("probes.{at}.answers.{place}"));
            self::answer(provider, answer, &mut checker);
            let goes_on =
                matches!(answer.ending, AnswerEnding::Warned | AnswerEnding::Ignored | AnswerEnding::Denied);
            checker.must_at("ending", !goes_on || probe.optional, || {
                "only an optional probe goes on after a refusal".into()
            });
            let denied = answer.ending == AnswerEnding::Denied;
            checker.must_at("ending", !denied || !probe.capabilities.is_empty(), || {
                "only a probe with capabilities can be denied them".into()
            });
        }
    }
    for (at, answer) in provider.answers.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("answers.{at}"));
        self::answer(provider, answer, &mut checker);
        let goes_on =
            matches!(answer.ending, AnswerEnding::Warned | AnswerEnding::Ignored | AnswerEnding::Denied);
        checker.must_at("ending", !goes_on, || "only a probe's own answer can let it go on".into());
    }
    for (name, template) in &provider.secret_headers {
        let known = placeholders(template).all(|id| provider.field(id).is_some());
        Checker::new(faults, format!("secretHeaders.{name}"))
            .must(known, || format!("`{template}` names no field"));
    }
    if let Some(rights) = &provider.rights {
        let mut checker = Checker::new(faults, "rights");
        let known = provider.probes.iter().any(|probe| probe.id == rights.probe);
        checker.must_at("probe", known, || format!("there is no probe `{}`", rights.probe));
        sentences(&mut checker, &rights.message, &rights.fix);
    }
    for (at, warning) in provider.warnings.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("warnings.{at}"));
        for name in warning.when.keys().chain(warning.unless.keys()) {
            checker.must_at("when", is_found(provider, name), || format!("no probe finds `{name}`"));
        }
        checker.must_at("when", !warning.when.is_empty(), || "a warning needs a condition".into());
        on_field(provider, &mut checker, warning.field.as_deref());
        sentences(&mut checker, &warning.message, &warning.fix);
    }
    if let Some(expiry) = &provider.expiry {
        let mut checker = Checker::new(faults, "expiry");
        on_field(provider, &mut checker, Some(&expiry.field));
        checker.must_at("fix", !expiry.fix.is_empty(), || "it needs a `fix`".into());
    }
    if let Some(hook) = &provider.event_hook {
        on_field(provider, &mut Checker::new(faults, "eventHook"), Some(&hook.field));
    }
}

fn answer(provider: &Provider, answer: &Answer, checker: &mut Checker<'_>) {
    on_field(provider, checker, answer.field.as_deref());
    sentences(checker, &answer.message, &answer.fix);
    let status = |word: &String| {
        let class = word.strip_suffix("xx").is_some_and(|class| matches!(class, "1" | "2" | "3" | "4" | "5"));
        class || word.parse::<u16>().is_ok_and(|status| (100..600).contains(&status))
    };
    checker.must_at("status", answer.status.iter().all(status), || {
        "a status is a number or a class, `5xx`".into()
    });
    let body = |word: &String| matches!(word.as_str(), "html" | "empty" | "json" | "other");
    checker.must_at("body", answer.body.iter().all(body), || "a body is html, empty, json or other".into());
    let conditions = !(answer.status.is_empty()
        && answer.vendor_code.is_empty()
        && answer.body.is_empty()
        && answer.holds.is_empty());
    checker.must(conditions, || "an answer needs a condition: status, vendorCode, body or holds".into());
    let unavailable = matches!(answer.code, ErrorCode::ProviderUnavailable | ErrorCode::ProviderRateLimited);
    let fits = match answer.ending {
        AnswerEnding::Unavailable => unavailable,
        AnswerEnding::Unexpected => answer.code == ErrorCode::ProviderUnexpected,
        AnswerEnding::Rejected => answer.code.status() == 422,
        AnswerEnding::Warned | AnswerEnding::Denied | AnswerEnding::Ignored => true,
    };
    checker.must_at("code", fits, || format!("`{}` does not go with this ending", answer.code));
    checker.must_at("field", answer.ending != AnswerEnding::Rejected || answer.field.is_some(), || {
        "a rejection is on a field".into()
    });
}

fn on_field(provider: &Provider, checker: &mut Checker<'_>, field: Option<&str>) {
    checker.must_at("field", field.is_none_or(|id| provider.field(id).is_some()), || {
        format!("there is no field `{}`", field.unwrap_or_default())
    });
}

fn sentences(checker: &mut Checker<'_>, message: &str, fix: &str) {
    checker
        .must_at("message", !message.trim().is_empty(), || "the `message` is empty: state the cause".into());
    checker.must_at("fix", !fix.trim().is_empty(), || "the `fix` is empty: state what to do".into());
}
