//! The guide, beside the form or on a page of its own. The browser only enhances it, through its data attributes: `data-for`
//! names the field that a step serves, `data-template` a link that follows the entered values, `data-copy` a text to copy.

use super::inline_text::inline_text;
use super::messages::PAGE_MESSAGES;
use latchkey_shared::guide::{DeepLink, Guide, Section, Step};
use latchkey_shared::i18n::{lang_of, translated};
use maud::{Markup, html};

/// Who reads the guide, and where.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) provider: &'a str,
    pub(super) product: &'a str,
    pub(super) white_label: bool,
    /// The scopes that the session asks for: ids and labels.
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

pub(super) fn guide_view(guide: &Guide, reader: Reader<'_>) -> Markup {
    let heading = html! { h2 #latchkey-guide { (PAGE_MESSAGES.guide) } };
    let sections =
        guide.sections.iter().filter(|section| reader.sees(&section.scopes, section.hide_in_white_label));
    let inside = html! {
        @if let Some(warning) = &guide.warning {
            div.before {
                h3 { (PAGE_MESSAGES.before) }
                p lang=[mark(warning)] { (said(warning, reader)) }
            }
        }
        @for section in sections {
            (section_view(section, reader))
        }
        p.compared { ((PAGE_MESSAGES.compared)(reader.provider, &guide.updated)) }
    };
    html! {
        aside.guide aria-labelledby="latchkey-guide" {
            @if reader.alone {
                (heading)
                (inside)
            } @else {
                details open {
                    summary { (heading) }
                    (inside)
                }
            }
        }
    }
}

/// A text of the provider file, in the page's language if it has a translation.
fn said(english: &str, reader: Reader<'_>) -> Markup {
    inline_text(&translated(english), reader.product)
}

/// The text's `lang`, if it is in another language than the page.
fn mark(english: &str) -> Option<&'static str> {
    lang_of(&translated(english))
}

fn section_view(section: &Section, reader: Reader<'_>) -> Markup {
    let title = translated(&section.title);
    let title = html! { h3 lang=[lang_of(&title)] { (title.replace("{product}", reader.product)) } };
    let steps = section.steps.iter().filter(|step| reader.sees(&step.scopes, step.hide_in_white_label));
    let inside = html! {
        @if let Some(intro) = &section.intro {
            p lang=[mark(intro)] { (said(intro, reader)) }
        }
        ol {
            @for step in steps {
                (step_view(step, reader))
            }
        }
    };
    // A section in English reads from left to right with its numbers and marks.
    let english = lang_of(&translated(&section.title)).map(|_| "ltr");
    html! {
        section dir=[english] {
            @if section.collapsed {
                details.background {
                    summary { (title) }
                    (inside)
                }
            } @else {
                (title)
                (inside)
            }
        }
    }
}

fn step_view(step: &Step, reader: Reader<'_>) -> Markup {
    // Without a form, no entered value will ever complete a link that has no fallback.
    let link = step.link.as_ref().filter(|link| !reader.alone || link.fallback.is_some());
    html! {
        li data-for=[step.field.as_ref()] {
            p.step lang=[mark(&step.title)] { (said(&step.title, reader)) }
            @if let Some(body) = &step.body {
                p lang=[mark(body)] { (said(body, reader)) }
            }
            @if !step.bullets.is_empty() {
                ul {
                    @for bullet in &step.bullets {
                        li lang=[mark(bullet)] { (said(bullet, reader)) }
                    }
                }
            }
            @if step.list_scopes && !reader.scopes.is_empty() {
                div.scopes {
                    p { (PAGE_MESSAGES.scopes) }
                    ul {
                        @for (_, label) in reader.scopes {
                            li lang=[mark(label)] { (translated(label)) }
                        }
                    }
                }
            }
            @if let Some(literal) = &step.copy {
                (copy_view(&literal.replace("{product}", reader.product)))
            }
            @if let Some(link) = link {
                (link_view(link))
            }
        }
    }
}

fn copy_view(literal: &str) -> Markup {
    let (copy, copied) = PAGE_MESSAGES.copy;
    html! {
        p.copy {
            code { (literal) }
            button type="button" data-copy=(literal) data-copied=(copied) {
                (copy)
                span.unseen { " " (literal) }
            }
            span.unseen role="status" {}
        }
    }
}

/// Hidden until its address is complete.
fn link_view(link: &DeepLink) -> Markup {
    let fallback = link.fallback.as_ref();
    html! {
        a.deep target="_blank" rel="noopener noreferrer" href=[fallback] hidden[fallback.is_none()]
            data-template=(link.template) data-fallback=[fallback] {
            span lang=[mark(&link.label)] { (translated(&link.label)) }
            span.unseen { (PAGE_MESSAGES.new_tab) }
        }
    }
}
