//! The meaning of responses and findings: each is on a field of the form, with a cause and a fix.

use super::probes::is_found;
use super::{Checker, Faults, placeholders};
use latchkey_shared::ErrorCode;
use latchkey_shared::limits::CAUSES_MAX;
use latchkey_shared::probe::{CauseSign, Pattern, ProbeEnding, ResponseRule};
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    for (at, probe) in provider.probes.iter().enumerate() {
        for (place, response) in probe.responses.iter().enumerate() {
            let mut checker = Checker::new(faults, format!("probes.{at}.responses.{place}"));
            rule(provider, response, &mut checker);
            checker.must_at("ending", !continues(response) || probe.optional, || {
                "a required probe cannot continue after this response; use another ending, or make it `optional`".into()
            });
            let denied = response.ending == ProbeEnding::Denied;
            checker.must_at("ending", !denied || !probe.capabilities.is_empty(), || {
                "`denied` is for probes with `capabilities`".into()
            });
        }
    }
    for (at, response) in provider.responses.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("responses.{at}"));
        rule(provider, response, &mut checker);
        checker.must_at("ending", !continues(response), || {
            "only a probe's own responses can let the verification continue: move this rule to a probe".into()
        });
    }
    for (name, template) in &provider.secret_headers {
        let known = placeholders(template).all(|id| provider.field(id).is_some());
        Checker::new(faults, format!("secretHeaders.{name}"))
            .must(known, || format!("`{template}` names a field that does not exist"));
    }
    if let Some(rights) = &provider.rights {
        let mut checker = Checker::new(faults, "rights");
        let known = provider.probes.iter().any(|probe| probe.id == rights.probe);
        checker.must_at("probe", known, || format!("there is no probe `{}`", rights.probe));
        sentences(&mut checker, &rights.message, &rights.fix);
    }
    for (at, warning) in provider.warnings.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("warnings.{at}"));
        for (place, condition) in [("when", &warning.when), ("unless", &warning.unless)] {
            for name in condition.keys() {
                checker.must_at(place, is_found(provider, name), || format!("no probe extracts `{name}`"));
            }
        }
        checker.must_at("when", !warning.when.is_empty(), || "a warning needs a condition".into());
        on_field(provider, &mut checker, warning.field.as_deref());
        sentences(&mut checker, &warning.message, &warning.fix);
    }
    if let Some(expiry) = &provider.expiry {
        let mut checker = Checker::new(faults, "expiry");
        on_field(provider, &mut checker, Some(&expiry.field));
        checker.must_at("fix", !expiry.fix.is_empty(), || "the `fix` is empty: state what to do".into());
    }
}

/// Whether the verification continues after this response.
fn continues(response: &ResponseRule) -> bool {
    matches!(response.ending, ProbeEnding::Warned | ProbeEnding::Ignored | ProbeEnding::Denied)
}

fn rule(provider: &Provider, rule: &ResponseRule, checker: &mut Checker<'_>) {
    on_field(provider, checker, rule.field.as_deref());
    sentences(checker, &rule.message, &rule.fix);
    checker.must_at("causes", rule.causes.len() <= CAUSES_MAX, || {
        format!("a form shows at most {CAUSES_MAX} causes: merge some")
    });
    checker.must_at("causes", rule.causes.iter().all(|cause| !cause.text.trim().is_empty()), || {
        "a cause is empty: write a sentence".into()
    });
    let shaped = rule
        .field
        .as_deref()
        .and_then(|id| provider.field(id))
        .is_some_and(|field| !field.parse.shapes.is_empty());
    checker.must_at(
        "causes",
        shaped || rule.causes.iter().all(|cause| cause.sign != Some(CauseSign::Shape)),
        || "the sign `shape` needs a `field` with `shapes`".into(),
    );
    conditions(checker, &rule.pattern());
    let unavailable = matches!(rule.code, ErrorCode::ProviderUnavailable | ErrorCode::ProviderRateLimited);
    let fits = match rule.ending {
        ProbeEnding::Unavailable => unavailable,
        ProbeEnding::Unexpected => rule.code == ErrorCode::ProviderUnexpected,
        ProbeEnding::Rejected => rule.code.status() == 422,
        ProbeEnding::Warned | ProbeEnding::Denied | ProbeEnding::Ignored => true,
    };
    checker.must_at("code", fits, || format!("the code `{}` does not fit this ending", rule.code));
    checker.must_at("field", rule.ending != ProbeEnding::Rejected || rule.field.is_some(), || {
        "a rejection needs a `field`".into()
    });
}

/// The conditions of a rule: at least one, each with words that exist.
pub(super) fn conditions(checker: &mut Checker<'_>, rule: &Pattern<'_>) {
    let status = |word: &String| {
        let class = word.strip_suffix("xx").is_some_and(|class| matches!(class, "1" | "2" | "3" | "4" | "5"));
        class || word.parse::<u16>().is_ok_and(|status| (100..600).contains(&status))
    };
    checker.must_at("status", rule.status.iter().all(status), || {
        "a status is a number, `404`, or a class, `5xx`".into()
    });
    let body = |word: &String| matches!(word.as_str(), "html" | "empty" | "json" | "other");
    checker.must_at("body", rule.body.iter().all(body), || "a body is html, empty, json or other".into());
    let conditions = !(rule.status.is_empty()
        && rule.vendor_code.is_empty()
        && rule.body.is_empty()
        && rule.body_has.is_empty());
    checker.must(conditions, || "a response needs a condition: status, vendorCode, body or bodyHas".into());
}

pub(super) fn on_field(provider: &Provider, checker: &mut Checker<'_>, field: Option<&str>) {
    checker.must_at("field", field.is_none_or(|id| provider.field(id).is_some()), || {
        format!("there is no field `{}`", field.unwrap_or_default())
    });
}

pub(super) fn sentences(checker: &mut Checker<'_>, message: &str, fix: &str) {
    checker
        .must_at("message", !message.trim().is_empty(), || "the `message` is empty: state the cause".into());
    checker.must_at("fix", !fix.trim().is_empty(), || "the `fix` is empty: state what to do".into());
}
