//! The procedures: where each step's request goes, which names it needs, and that a new key is one of the provider's.

use super::probes::{Outgoing, is_finding, read, sent, shaped};
use super::responses::{conditions, sentences};
use super::secrets;
use super::{Checker, Faults, placeholders};
use latchkey_shared::probe::Body;
use latchkey_shared::procedure::{LostAnswer, Step, StepEnding};
use latchkey_shared::provider::Provider;
use latchkey_shared::template::names;

/// The most steps of one procedure.
const STEPS_MAX: usize = 8;

/// What procedures give: the time, the old key's id, and since when events are asked for.
const GIVEN: [&str; 3] = ["now.ms", "old.key.id", "poll.since"];

/// What a rotation gives: when the old key is to end, until when the new one is to live, and the name of the new one.
const ROTATION: [&str; 3] = ["overlap.ms", "life.date", "rotation.name"];

/// What a push channel gives: its address, its name and its secret.
const CHANNEL: [&str; 3] = ["hook.uri", "hook.name", "hook.secret"];

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    if let Some(revoke) = &provider.revoke {
        procedure(provider, "revoke.steps", &revoke.steps, faults);
        Checker::new(faults, "revoke").must(!revoke.steps.is_empty(), || "there is no step".into());
    }
    if let Some(rotate) = &provider.rotate {
        for (place, steps) in [("clean", &rotate.clean), ("steps", &rotate.steps), ("finish", &rotate.finish)]
        {
            procedure(provider, &format!("rotate.{place}"), steps, faults);
        }
        let mut checker = Checker::new(faults, "rotate");
        let makes = |steps: &[Step]| steps.iter().filter(|step| step.new_key.is_some()).count();
        checker.must(makes(&rotate.steps) == 1 && makes(&rotate.clean) + makes(&rotate.finish) == 0, || {
            "exactly one of `steps` has `newKey`".into()
        });
        checker.must_at("lost", rotate.lost == LostAnswer::Retry || rotate.clean.is_empty(), || {
            "`clean` is for `lost = \"retry\"`: nothing is tried again otherwise".into()
        });
    }
    if let Some(hook) = &provider.hook {
        procedure(provider, "hook.register", &hook.register, faults);
        procedure(provider, "hook.remove", &hook.remove, faults);
        if let Some(poll) = &hook.poll {
            one(provider, &poll.step, &[], &mut Checker::new(faults, "hook.poll.step"));
        }
    }
}

fn procedure(provider: &Provider, place: &str, steps: &[Step], faults: &mut Faults) {
    Checker::new(faults, place).must(steps.len() <= STEPS_MAX, || {
        format!("there are too many steps: a procedure makes at most {STEPS_MAX} requests")
    });
    for (at, step) in steps.iter().enumerate() {
        let before = steps.get(..at).unwrap_or_default();
        let mut checker = Checker::new(faults, format!("{place}.{at}"));
        checker.must_at("id", !before.iter().any(|other| other.id == step.id), || {
            format!("the step `{}` exists already", step.id)
        });
        checker.must_at("title", !step.title.trim().is_empty(), || "the `title` is empty".into());
        one(provider, step, before, &mut checker);
    }
}

fn one(provider: &Provider, step: &Step, before: &[Step], checker: &mut Checker<'_>) {
    let named = |name: &str| {
        (is_finding(name) && !name.starts_with("note."))
            || GIVEN.contains(&name)
            || ROTATION.contains(&name)
            || name.strip_prefix("hook.").is_some_and(|word| !word.is_empty())
            || before.iter().any(|other| other.extract.contains_key(name))
    };
    let outgoing = Outgoing {
        request: &step.request,
        body: step.body.as_ref(),
        secret: step.secret,
        methods: &["GET", "POST", "PUT", "PATCH", "DELETE"],
    };
    sent(provider, &outgoing, &named, checker);
    secrets::of_request(provider, step.secret, step.secret_headers.as_ref(), checker);
    checker.must_at("request", !step.request.contains("{hook.secret}"), || {
        "a secret is not allowed in a URL".into()
    });
    let ours = |text: &str| names(text).any(|name| name == "hook.secret");
    let leaks = !step.secret && step.body.iter().flat_map(Body::texts).any(ours);
    checker.must_at("body", !leaks, || "the body has a secret, so the step must be `secret`".into());
    for (place, condition) in [("when", &step.when), ("unless", &step.unless)] {
        for name in condition.keys() {
            checker.must_at(place, named(name), || format!("no earlier step extracts `{name}`"));
        }
    }
    for (name, extraction) in &step.extract {
        let own = ["note.", "hook.", "json."].iter().any(|start| name.starts_with(start));
        checker.must_at("extract", own, || {
            format!("`{name}` is not a finding of a step; use `note.<word>`, `hook.<word>` or `json.<word>`")
        });
        checker.must_at("extract", !CHANNEL.contains(&name.as_str()), || {
            format!("`{name}` is given; choose another `hook.<word>`")
        });
        read(checker, extraction);
        let whole = !name.starts_with("json.") || (extraction.header.is_none() && extraction.split.is_none());
        checker.must_at("extract", whole, || {
            format!("`{name}` is a JSON value as it is: it has a `path` alone")
        });
        for name in placeholders(&extraction.path) {
            checker.must_at("extract", named(name), || format!("no earlier step extracts `{name}`"));
        }
    }
    if let Some(key) = &step.new_key {
        checker.must_at("newKey.field", provider.field(&key.field).is_some_and(|field| field.secret), || {
            format!("`{}` is not a secret field", key.field)
        });
        shaped(checker, "newKey.path", &key.path);
    }
    for (at, rule) in step.responses.iter().enumerate() {
        let mut checker = checker.below(&format!("responses.{at}"));
        conditions(&mut checker, &rule.pattern());
        if matches!(rule.ending, StepEnding::Retry | StepEnding::Failed) {
            sentences(&mut checker, &rule.message, &rule.fix);
            checker.must_at("code", rule.code.is_some(), || "this ending needs a `code`".into());
        }
    }
}
