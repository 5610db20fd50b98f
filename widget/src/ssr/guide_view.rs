//! The guide, beside the form or on a page of its own. One step is open at a time; the others are one line each.
//!
//! The browser opens and closes the steps by itself (`<details name>`), and only enhances the rest, through its data attributes:
//! `data-for` names the field that a step serves, `data-under` the field that a section stands under on narrow pages,
//! `data-template` a link that follows the entered values, `data-copy` a text to copy.

use super::inline_text::inline_text;
use super::messages::PAGE_MESSAGES;
use super::place_view::place_view;
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
    let heading = html! { h2 #latchkey-guide { ((PAGE_MESSAGES.guide)(reader.provider)) } };
    // Beside the form, nobody needs to be told where the form is.
    let sections = guide
        .sections
        .iter()
        .filter(|section| reader.sees(&section.scopes, section.hide_in_white_label))
        .filter(|section| reader.alone || !section.hide_in_white_label);
    let inside = html! {
        (before_view(guide, reader))
        @for (at, section) in sections.enumerate() {
            (section_view(section, reader, at))
        }
        p.compared { ((PAGE_MESSAGES.compared)(reader.provider, &guide.updated)) }
    };
    html! {
        aside.guide aria-labelledby="latchkey-guide" {
            @if reader.alone {
                (heading)
                (inside)
            } @else {
                details open data-here=(PAGE_MESSAGES.here) {
                    summary { (heading) }
                    (inside)
                }
            }
        }
    }
}

/// Who can do it, in one line that unfolds.
fn before_view(guide: &Guide, reader: Reader<'_>) -> Markup {
    let Some(warning) = &guide.warning else { return Markup::default() };
    let warning = html! { p lang=[mark(warning)] { (said(warning, reader)) } };
    html! {
        @if let Some(needs) = &guide.needs {
            details.before open[reader.alone] data-under="" {
                summary lang=[mark(needs)] { (said(needs, reader)) }
                (warning)
            }
        } @else {
            div.before data-under="" {
                p.before-title { (PAGE_MESSAGES.before) }
                (warning)
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

/// The first step of the first section is open from the start.
fn section_view(section: &Section, reader: Reader<'_>, number: usize) -> Markup {
    let title = translated(&section.title);
    let title = html! { h3 lang=[lang_of(&title)] { (title.replace("{product}", reader.product)) } };
    let steps = section.steps.iter().filter(|step| reader.sees(&step.scopes, step.hide_in_white_label));
    let inside = html! {
        @if let Some(intro) = &section.intro {
            p.intro lang=[mark(intro)] { (said(intro, reader)) }
        }
        ol.steps {
            @for (at, step) in steps.enumerate() {
                (step_view(step, reader, (number, at)))
            }
        }
    };
    // A section in English reads from left to right with its numbers and marks.
    let english = lang_of(&translated(&section.title)).map(|_| "ltr");
    let under = section.steps.first().and_then(|step| step.field.as_ref()).filter(|_| !section.collapsed);
    html! {
        section dir=[english] data-under=[under] {
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

/// `at`: the numbers of the section and of the step in it. Saved progress names a step by them.
fn step_view(step: &Step, reader: Reader<'_>, at: (usize, usize)) -> Markup {
    // Without a form, no entered value will ever complete a link that has no fallback.
    let link = step.link.as_ref().filter(|link| !reader.alone || link.fallback.is_some());
    let group = (!reader.alone).then_some("latchkey-step");
    html! {
        li data-for=[step.field.as_ref()] data-step={ (at.0) "." (at.1) } {
            details name=[group] open[at == (0, 0) || reader.alone] {
                summary.step lang=[mark(&step.title)] { (said(&step.title, reader)) }
                div.inside {
                    @if let Some(body) = &step.body {
                        p lang=[mark(body)] { (said(body, reader)) }
                    }
                    @if let Some(place) = &step.place {
                        (place_view(place))
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
                    p.go {
                        @if let Some(link) = link {
                            (link_view(link))
                        }
                    }
                }
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

/// The step's main button. Hidden until its address is complete.
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
