//! The meaning of responses and findings: each is on a field of the form, with a cause and a fix.

use super::probes::{is_header, is_known, lower_case, unknown};
use super::{Checker, Faults};
use latchkey_shared::ErrorCode;
use latchkey_shared::limits::CAUSES_MAX;
use latchkey_shared::probe::{CauseSign, Pattern, ProbeEnding, RateLimit, Reset, ResponseRule};
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    for (at, probe) in provider.probes.iter().enumerate() {
        for (place, response) in probe.responses.iter().enumerate() {
            let mut checker = Checker::new(faults, format!("probes.{at}.responses.{place}"));
            rule(provider, response, &mut checker);
            let goes_on = match response.ending {
                ProbeEnding::Ignored | ProbeEnding::Denied => probe.optional,
                _ => true,
            };
            checker.must_at("ending", goes_on, || {
                "a required probe cannot continue after this response; use another ending, or make it `optional`".into()
            });
            let about_rights =
                matches!(response.code, Some(ErrorCode::RightsUnknown | ErrorCode::InsufficientRights));
            let warned = response.ending == ProbeEnding::Warned;
            checker.must_at("code", !warned || probe.optional || about_rights, || {
                "a required probe continues with a warning about rights: use `rights_unknown` or `insufficient_rights`".into()
            });
            let empty = warned || response.ending == ProbeEnding::Accepted;
            checker.must_at("ending", !empty || probe.token.is_none(), || {
                "a probe with `token` needs the token: it cannot continue without a body".into()
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
    if let Some(rate) = &provider.rate_limit {
        rate_limit(rate, &mut Checker::new(faults, "rateLimit"));
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
                checker.must_at(place, is_known(provider, name), || unknown(name));
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
    !matches!(response.ending, ProbeEnding::Rejected | ProbeEnding::Unavailable | ProbeEnding::Unexpected)
}

/// How a header tells the time, and names of headers as they are compared.
fn rate_limit(rate: &RateLimit, checker: &mut Checker<'_>) {
    let unit = match rate.reset {
        Reset::Epoch => rate.unit_ms.is_none_or(|unit| matches!(unit, 1 | 1000)),
        Reset::Seconds | Reset::Date => rate.unit_ms.is_none(),
    };
    checker.must_at("unitMs", unit, || {
        "`unitMs` is 1000 for epoch seconds or 1 for epoch milliseconds; with `reset = \"seconds\"` or `\"date\"`, leave it out".into()
    });
    checker.must_at("resetHeader", is_header(&rate.reset_header), || lower_case(&rate.reset_header));
    for share in &rate.shares {
        for name in [share.limit.as_ref(), Some(&share.remaining), share.reset.as_ref()].into_iter().flatten()
        {
            checker.must_at("shares", is_header(name), || lower_case(name));
        }
    }
}

fn rule(provider: &Provider, rule: &ResponseRule, checker: &mut Checker<'_>) {
    conditions(checker, &rule.pattern());
    if rule.ending == ProbeEnding::Accepted {
        let silent =
            rule.code.is_none() && rule.message.is_empty() && rule.fix.is_empty() && rule.causes.is_empty();
        checker.must_at("ending", silent && rule.field.is_none(), || {
            "an accepted response says nothing: leave out `code`, `message`, `causes`, `fix` and `field`"
                .into()
        });
        return;
    }
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
    let Some(code) = rule.code else {
        checker.must_at("code", false, || "this ending needs a `code`".into());
        return;
    };
    let unavailable = matches!(code, ErrorCode::ProviderUnavailable | ErrorCode::ProviderRateLimited);
    let fits = match rule.ending {
        ProbeEnding::Unavailable => unavailable,
        ProbeEnding::Unexpected => code == ErrorCode::ProviderUnexpected,
        ProbeEnding::Rejected => code.status() == 422,
        _ => true,
    };
    checker.must_at("code", fits, || format!("the code `{code}` does not fit this ending"));
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
