//! Elements of any name out of lists of attributes and children.
//!
//! The console has hundreds of small elements, and Leptos makes a type of each one that is written with its macro. These lists have one
//! type, so the program stays small. They are rendered and hydrated as any other view of Leptos.

use crate::action::Action;
use crate::app::App;
use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::attr::custom::custom_attribute;
use leptos::ev;
use leptos::html::custom;
use leptos::prelude::*;

/// Children of an element.
pub(crate) type Children = Vec<AnyView>;

/// An element.
pub(crate) fn el(tag: &'static str, attributes: Vec<AnyAttribute>, children: Children) -> AnyView {
    let element = custom(tag).add_any_attr(attributes);
    // Children end with a mark for hydration, and an element such as `input` has no place for it.
    if children.is_empty() { element.into_any() } else { element.child(children).into_any() }
}

/// An attribute.
pub(crate) fn at(name: &'static str, value: impl Into<String>) -> AnyAttribute {
    custom_attribute(name, value.into()).into_any_attr()
}

/// An attribute without a value, such as `hidden`, or none.
pub(crate) fn flag(name: &'static str, set: bool) -> AnyAttribute {
    custom_attribute(name, set.then(String::new)).into_any_attr()
}

/// An attribute that is there only with a value.
pub(crate) fn maybe(name: &'static str, value: Option<String>) -> AnyAttribute {
    custom_attribute(name, value).into_any_attr()
}

/// An attribute that follows signals. Without a value it is not there.
pub(crate) fn follow(
    name: &'static str,
    value: impl Fn() -> Option<String> + Send + Sync + Clone + 'static,
) -> AnyAttribute {
    let value: std::sync::Arc<dyn Fn() -> Option<String> + Send + Sync> = std::sync::Arc::new(value);
    custom_attribute(name, move || value()).into_any_attr()
}

/// What a press does.
pub(crate) fn press(app: App, action: Action) -> AnyAttribute {
    let act: Box<dyn FnMut(ev::MouseEvent) + Send> = Box::new(move |event| {
        event.prevent_default();
        app.act(action.clone());
    });
    leptos::tachys::html::event::on(ev::click, act).into_any_attr()
}

/// A text.
pub(crate) fn say(text: impl Into<String>) -> AnyView {
    text.into().into_any()
}

/// A part that follows signals.
pub(crate) fn live(view: impl Fn() -> AnyView + Send + 'static) -> AnyView {
    let view: Box<dyn Fn() -> AnyView + Send> = Box::new(view);
    (move || view()).into_any()
}

/// `div` with a class.
pub(crate) fn div(class: &'static str, children: Children) -> AnyView {
    el("div", vec![at("class", class)], children)
}

/// `span` with a class and a text.
pub(crate) fn span(class: &'static str, text: impl Into<String>) -> AnyView {
    el("span", vec![at("class", class)], vec![say(text)])
}

/// `p` with a class and a text.
pub(crate) fn p(class: &'static str, text: impl Into<String>) -> AnyView {
    el("p", vec![at("class", class)], vec![say(text)])
}

/// Nothing.
pub(crate) fn nothing() -> AnyView {
    ().into_any()
}
