//! The guide, beside the form or on a page of its own. The browser only enhances it, through its data attributes: `data-for`
//! names the field a step serves, `data-template` a link that follows what is typed, `data-copy` a text to be copied.

use super::inline_text::inline_text;
use super::words::PAGE_WORDS;
use latchkey_shared::guide::{DeepLink, Guide, Section, Step};
use leptos::prelude::*;

/// Who reads the guide, and where.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) provider: &'a str,
    pub(super) product: &'a str,
    pub(super) white_label: bool,
    /// What the session asks for: ids and labels.
    pub(super) scopes: &'a [(String, String)],
    /// Whether there is no form beside it.
    pub(super) alone: bool,
}

impl Reader<'_> {
    fn sees(self, scopes: &[String], hide_in_white_label: bool) -> bool {
        let selected: Vec<String> = self.scopes.iter().map(|(id, _)| id.clone()).collect();
        Guide::shows(scopes, &selected) && !(self.white_label && hide_in_white_label)
    }
}

pub(super) fn guide_view(guide: &Guide, reader: Reader<'_>) -> impl IntoView + use<> {
    let warning = guide.warning.as_ref().map(|warning| {
        view! {
            <div class="before">
                <h3>{PAGE_WORDS.before}</h3>
                <p>{inline_text(warning, reader.product)}</p>
            </div>
        }
    });
    let sections =
        guide.sections.iter().filter(|section| reader.sees(&section.scopes, section.hide_in_white_label));
    let sections = sections.map(|section| section_view(section, reader)).collect::<Vec<_>>();
    let compared = view! { <p class="compared">{(PAGE_WORDS.compared)(reader.provider, &guide.updated)}</p> };
    let inside = view! { {warning} {sections} {compared} };
    let inside = if reader.alone {
        view! { <h2 id="latchkey-guide">{PAGE_WORDS.guide}</h2> {inside} }.into_any()
    } else {
        view! {
            <details open>
                <summary>
                    <h2 id="latchkey-guide">{PAGE_WORDS.guide}</h2>
                </summary>
                {inside}
            </details>
        }
        .into_any()
    };
    view! { <aside class="guide" aria-labelledby="latchkey-guide">{inside}</aside> }
}

fn section_view(section: &Section, reader: Reader<'_>) -> impl IntoView + use<> {
    let title = section.title.replace("{product}", reader.product);
    let intro = section.intro.as_ref().map(|intro| view! { <p>{inline_text(intro, reader.product)}</p> });
    let steps = section.steps.iter().filter(|step| reader.sees(&step.scopes, step.hide_in_white_label));
    let steps = steps.map(|step| step_view(step, reader)).collect::<Vec<_>>();
    let steps = view! { {intro} <ol>{steps}</ol> };
    let inside = if section.folded {
        view! {
            <details class="background">
                <summary>
                    <h3>{title}</h3>
                </summary>
                {steps}
            </details>
        }
        .into_any()
    } else {
        view! { <h3>{title}</h3> {steps} }.into_any()
    };
    view! { <section>{inside}</section> }
}

fn step_view(step: &Step, reader: Reader<'_>) -> impl IntoView + use<> {
    let text = |text: &str| inline_text(text, reader.product);
    let body = step.body.as_ref().map(|body| view! { <p>{text(body)}</p> });
    let bullets = (!step.bullets.is_empty()).then(|| {
        let bullets = step.bullets.iter().map(|bullet| view! { <li>{text(bullet)}</li> }).collect::<Vec<_>>();
        view! { <ul>{bullets}</ul> }
    });
    let scopes = (step.list_scopes && !reader.scopes.is_empty()).then(|| {
        let labels =
            reader.scopes.iter().map(|(_, label)| view! { <li>{label.clone()}</li> }).collect::<Vec<_>>();
        view! {
            <div class="scopes">
                <p>{PAGE_WORDS.scopes}</p>
                <ul>{labels}</ul>
            </div>
        }
    });
    let copy = step.copy.as_ref().map(|literal| copy_view(literal.replace("{product}", reader.product)));
    // Alone, no answer will ever tell where a link leads that does not lead anywhere yet.
    let link = step.link.as_ref().filter(|link| !reader.alone || link.fallback.is_some());
    view! {
        <li data-for=step.field.clone()>
            <p class="step">{text(&step.title)}</p>
            {body}
            {bullets}
            {scopes}
            {copy}
            {link.map(link_view)}
        </li>
    }
}

fn copy_view(literal: String) -> impl IntoView + use<> {
    let (copy, copied) = PAGE_WORDS.copy;
    view! {
        <p class="copy">
            <code>{literal.clone()}</code>
            <button type="button" data-copy=literal.clone() data-copied=copied>
                {copy}
                <span class="unseen">{[" ", literal.as_str()].concat()}</span>
            </button>
            <span class="unseen" role="status"></span>
        </p>
    }
}

/// Hidden until it leads somewhere.
fn link_view(link: &DeepLink) -> impl IntoView + use<> {
    view! {
        <a
            class="deep"
            target="_blank"
            rel="noopener noreferrer"
            href=link.fallback.clone()
            hidden=link.fallback.is_none()
            data-template=link.template.clone()
            data-fallback=link.fallback.clone()
        >
            {link.label.clone()}
            <span class="unseen">{PAGE_WORDS.new_tab}</span>
        </a>
    }
}
