//! The guide: every step is for a field or for the whole form; every link uses https and contains no secret.

use super::{Checker, Faults, field_names, placeholders};
use latchkey_shared::guide::Step;
use latchkey_shared::provider::Provider;

pub(super) fn check(provider: &Provider, faults: &mut Faults) {
    let guide = &provider.guide;
    let mut whole = Checker::new(faults, "guide");
    whole.must_at("updated", is_date(&guide.updated), || "use a date, YYYY-MM-DD".into());
    let first = [("needs", &guide.needs), ("warning", &guide.warning)];
    let first = first.into_iter().filter_map(|(key, text)| Some((key.to_owned(), text.as_ref()?)));
    texts(&mut whole, first.collect());
    whole.must_at("needs", guide.needs.is_none() || guide.warning.is_some(), || {
        "`needs` is the line above the `warning`: write a warning too".into()
    });
    for (at, section) in guide.sections.iter().enumerate() {
        let mut checker = Checker::new(faults, format!("guide.sections.{at}"));
        checker.must_at("steps", !section.steps.is_empty(), || "a section needs at least one step".into());
        scopes(provider, &mut checker, &section.scopes);
        let intro: Vec<_> = section.intro.iter().map(|text| ("intro".to_owned(), text)).collect();
        texts(&mut checker, intro);
        for (at, step) in section.steps.iter().enumerate() {
            self::step(provider, step, &mut checker.below(&format!("steps.{at}")));
        }
    }
    for field in provider.fields.iter().filter(|field| !field.optional && !field.inferred && !field.choice) {
        let served = guide
            .sections
            .iter()
            .flat_map(|section| &section.steps)
            .any(|step| step.field.as_ref() == Some(&field.id));
        Checker::new(faults, "guide").must(served, || {
            format!("no step has the field `{}`: people would not learn how to find it", field.id)
        });
    }
}

fn step(provider: &Provider, step: &Step, checker: &mut Checker<'_>) {
    let field = step.field.as_deref();
    checker.must_at("field", field.is_none_or(|id| provider.field(id).is_some()), || {
        format!("there is no field `{}`; there are {}", field.unwrap_or_default(), field_names(provider))
    });
    scopes(provider, checker, &step.scopes);
    let body = step.body.iter().map(|text| ("body".to_owned(), text));
    let bullets = step.bullets.iter().enumerate().map(|(at, text)| (format!("bullets.{at}"), text));
    let copy = step.copy.iter().map(|text| ("copy".to_owned(), text));
    texts(checker, body.chain(bullets).chain(copy).collect());
    if let Some(place) = &step.place {
        let words = place.words();
        checker.must_at(
            "place",
            !words.is_empty() && words.iter().all(|word| !word.trim().is_empty()),
            || "a place needs words: an address, menu, corner, heading, tab, field or button".into(),
        );
        let marked = place.address.as_ref().is_none_or(|address| address.split("**").count() == 3);
        checker.must_at("place.address", marked, || {
            "mark the part that counts: `https://**acme.example.com**/home`".into()
        });
    }
    let Some(link) = &step.link else { return };
    for (key, address) in [("template", Some(&link.template)), ("fallback", link.fallback.as_ref())] {
        let place = format!("link.{key}");
        checker.must_at(&place, address.is_none_or(|address| address.starts_with("https://")), || {
            "the link does not begin with https://".into()
        });
    }
    for placeholder in placeholders(&link.template) {
        let id = placeholder.strip_suffix(".admin").unwrap_or(placeholder);
        checker.must_at("link.template", !provider.is_secret(id), || {
            if provider.field(id).is_some() {
                format!("`{{{placeholder}}}` is secret, and a link may be stored anywhere: leave it out")
            } else {
                format!("there is no field `{placeholder}`; there are {}", field_names(provider))
            }
        });
    }
}

/// Inline links use https, and the only placeholder is the product's name.
fn texts(checker: &mut Checker<'_>, texts: Vec<(String, &String)>) {
    for (place, text) in texts {
        for link in text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap_or_default()) {
            checker.must_at(&place, link.starts_with("https://"), || {
                format!("the link `{link}` does not begin with https://")
            });
        }
        // In code, braces are part of an address that people see in their browser.
        let outside: String = text.split('`').step_by(2).collect();
        for placeholder in placeholders(&outside) {
            checker.must_at(&place, placeholder == "product", || {
                format!("`{{{placeholder}}}` has no value here; use `{{product}}` or no braces")
            });
        }
    }
}

fn scopes(provider: &Provider, checker: &mut Checker<'_>, scopes: &[String]) {
    for scope in scopes {
        checker.must_at("scopes", provider.scopes.iter().any(|known| known.id == *scope), || {
            format!("there is no scope `{scope}`")
        });
    }
}

fn is_date(text: &str) -> bool {
    let numbers: Vec<Option<u32>> = text.split('-').map(|part| part.parse().ok()).collect();
    matches!(numbers[..], [Some(2020..=2999), Some(1..=12), Some(1..=31)]) && text.len() == 10
}
