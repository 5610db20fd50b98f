//! The pages in HTML. The Worker renders them before it has seen any token.
//!
//! Owns the document around the form: head, guide, notices, and the data that the browser's half starts from. Refuses
//! inline style, input names and form actions, as the page's policy does. Refuses to see a token.

mod brand_view;
mod document;
mod form_page;
mod front_page;
mod gallery_page;
mod guide_page;
#[cfg(test)]
mod guide_tests;
mod guide_view;
mod inline_text;
mod mark_view;
mod messages;
mod notice_page;
mod outcome_view;
mod page_data;
mod picker_page;
mod place_view;
mod preview_page;
mod problem_page;
mod progress_view;
mod service_list;
mod share_view;
#[cfg(test)]
mod tests;

pub use form_page::{Seen, form_page, look_page};
pub use front_page::front_page;
pub use gallery_page::gallery_page;
pub use guide_page::guide_page;
pub use mark_view::Service;
pub use notice_page::notice_page;
pub use picker_page::picker_page;
pub use preview_page::preview_page;
pub use problem_page::problem_page;

use latchkey_shared::Mode;
use latchkey_shared::connect::Form;
use latchkey_shared::field::Field;
use latchkey_shared::guide::Guide;

/// The files of the build that every page uses.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The style sheet. It stands in a `<style>` unchanged, so that its hash can be in the policy.
    pub css: &'a str,
    /// The style sheet of the pages without a form, in the same way.
    pub pages_css: &'a str,
    /// The boot script. It stands in the page's only classic `<script>` unchanged, for the same reason.
    pub boot_js: &'a str,
    /// The address of the form's JavaScript.
    pub widget_js: &'a str,
    /// The address of the form's WebAssembly.
    pub widget_wasm: &'a str,
    /// The addresses of the program that parses field values: JavaScript and WebAssembly.
    pub parser: &'a str,
    /// The addresses of the script that seals, and of the JavaScript and WebAssembly it falls back to.
    pub seal: &'a str,
    /// The address of the extras, which are not needed to submit.
    pub extras_js: &'a str,
}

/// Where a page is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page of its own; the token is in the fragment.
    Link,
    /// A frame in a host page; the token comes over a message channel.
    Embed,
}

impl Place {
    /// The value in the page's data.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Embed => "embed",
        }
    }
}

/// The look that a product chose for its pages. The default is Latchkey's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brand<'a> {
    /// The product's style sheet. It stands unchanged in a second `<style>`, so that its hash can be in the policy.
    pub style: &'a str,
    /// The logo, as a `data:` URL.
    pub logo: Option<&'a str>,
    /// The form's heading, with `{provider}`.
    pub title: Option<&'a str>,
    /// The text below the heading, with `{provider}`.
    pub intro: Option<&'a str>,
    /// The text after success, with `{provider}`.
    pub success: Option<&'a str>,
    /// The address of its terms.
    pub terms: Option<&'a str>,
    /// The address of its privacy policy.
    pub privacy: Option<&'a str>,
    /// The support contact: an email address or a URL.
    pub support: Option<&'a str>,
    /// Whether the footer leaves out “Powered by Latchkey”.
    pub hide_powered_by: bool,
}

/// The content of the page with the form.
#[derive(Clone, Copy, Debug)]
pub struct FormPage<'a> {
    /// Where it is shown.
    pub place: Place,
    /// The session's public id, which allows nothing.
    pub session_id: &'a str,
    /// The mode of the session: test or live.
    pub mode: Mode,
    /// The fields of the form.
    pub form: &'a Form,
    /// The service, with its mark.
    pub service: Service<'a>,
    /// How to find the values.
    pub guide: &'a Guide,
    /// The product that asks for access.
    pub product: &'a str,
    /// The scopes that the session asks for: ids and labels.
    pub scopes: &'a [(String, String)],
    /// Whether the page shows the product's name only.
    pub white_label: bool,
    /// The product's look and texts.
    pub brand: Brand<'a>,
    /// The origins that may embed the page, such as `https://app.example.com`. The port `*` stands for any port.
    pub origins: &'a [String],
    /// Whether there are other services to choose from.
    pub one_of_several: bool,
}

/// The content of the page that offers several services.
#[derive(Clone, Copy, Debug)]
pub struct PickerPage<'a> {
    /// Where it is shown.
    pub place: Place,
    /// The mode of the session: test or live.
    pub mode: Mode,
    /// In the session's order.
    pub providers: &'a [Service<'a>],
    /// The product that asks for access.
    pub product: &'a str,
    /// The product's look.
    pub brand: Brand<'a>,
}

/// Why a link cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadEnd {
    /// No session has this id.
    Unknown,
    /// The session has expired.
    Expired,
    /// The session has been used: the account is connected.
    Used,
    /// The backend has revoked the session.
    Revoked,
    /// The account that the session was to update no longer exists.
    Gone,
    /// None of the session's providers is offered any more.
    NoProvider,
    /// The storage does not respond.
    Unavailable,
}

/// The content of a deployment's front page.
#[derive(Clone, Copy, Debug)]
pub struct FrontPage<'a> {
    /// The product whose host name it is, if it is a product's.
    pub product: Option<&'a str>,
    /// Every service, the best known first.
    pub services: &'a [Service<'a>],
    /// The page's own address, `https://…`.
    pub address: &'a str,
    /// Whether it leads to the documentation for developers, which a product's own host name does not have.
    pub docs: bool,
    /// The product's look.
    pub brand: Brand<'a>,
}

/// The content of the gallery.
#[derive(Clone, Copy, Debug)]
pub struct GalleryPage<'a> {
    /// The product whose host name it is, if it is a product's.
    pub product: Option<&'a str>,
    /// Every service.
    pub services: &'a [Service<'a>],
    /// The page's own address, `https://…`.
    pub address: &'a str,
    /// The product's look.
    pub brand: Brand<'a>,
}

/// The content of the page with the guide alone.
#[derive(Clone, Copy, Debug)]
pub struct GuidePage<'a> {
    /// The service.
    pub service: Service<'a>,
    /// The page's own address, `https://…`.
    pub address: &'a str,
    /// The fields that a form would have.
    pub fields: &'a [Field],
    /// How to find the values.
    pub guide: &'a Guide,
    /// The product in whose name it is shown, if there is one.
    pub product: Option<&'a str>,
    /// Whether the page shows the product's name only.
    pub white_label: bool,
    /// The product's look.
    pub brand: Brand<'a>,
}

/// The content of a page without a form.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// Where it is shown.
    pub place: Place,
    /// Why there is no form.
    pub end: DeadEnd,
    /// The error code for the host page.
    pub code: &'a str,
    /// The product that asked, when it is known.
    pub product: Option<&'a str>,
    /// The address of a page that offers a new link.
    pub refresh_url: Option<&'a str>,
    /// The address that the person came from.
    pub return_url: Option<&'a str>,
    /// The product's look.
    pub brand: Brand<'a>,
}

/// The fields as a page shows them: translated as far as the provider file has translations. With white label, examples that
/// name Latchkey are left out.
fn shown(fields: &[Field], white_label: bool) -> Vec<Field> {
    let mut fields: Vec<_> = fields.iter().cloned().map(Field::into_said).collect();
    for field in fields.iter_mut().filter(|_| white_label) {
        field.placeholder = field.placeholder.take().filter(|example| !example.contains(messages::HUB));
    }
    fields
}
