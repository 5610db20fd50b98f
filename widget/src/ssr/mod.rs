//! The page in HTML, as the Worker renders it before any token has come.
//!
//! Owns the document around the form: head, guide, notices, and the data the browser's half starts from. Refuses inline
//! style, form names and form actions, because the page's policy does too; refuses to see a token.

mod brand_view;
mod document;
mod form_page;
mod guide_page;
#[cfg(test)]
mod guide_tests;
mod guide_view;
mod inline_text;
mod messages;
mod notice_page;
mod outcome_view;
mod page_data;
mod picker_page;
mod progress_view;
mod share_view;
#[cfg(test)]
mod tests;

pub use form_page::form_page;
pub use guide_page::guide_page;
pub use notice_page::notice_page;
pub use picker_page::picker_page;

use latchkey_shared::Mode;
use latchkey_shared::connect::Form;
use latchkey_shared::field::Field;
use latchkey_shared::guide::Guide;
use latchkey_shared::phrase::{marked, translated};

/// What the build made, for every page alike.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The style sheet; stands in the page's only `<style>` unchanged, so that its hash can be in the policy.
    pub css: &'a str,
    /// The boot script; stands in the page's only classic `<script>` unchanged, for the same reason.
    pub boot_js: &'a str,
    /// Where the browser loads the form's glue.
    pub widget_js: &'a str,
    /// Where the browser loads the form's WebAssembly.
    pub widget_wasm: &'a str,
    /// Where the browser loads what seals: the script, and the glue and WebAssembly it falls back to.
    pub seal: &'a str,
    /// Where the browser loads what is not needed to submit.
    pub extras_js: &'a str,
}

/// Where a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A page of its own; the token is in the fragment.
    Link,
    /// A frame in somebody's page; the token comes over a message channel.
    Embed,
}

impl Place {
    /// The word in the page's data.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Embed => "embed",
        }
    }
}

/// What a product chose for its pages. The default is ours.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brand<'a> {
    /// Its style sheet, after ours; stands in a `<style>` of its own unchanged, so that its hash can be in the policy.
    pub style: &'a str,
    /// A picture, as a `data:` address.
    pub logo: Option<&'a str>,
    /// The form's heading, with `{provider}`.
    pub title: Option<&'a str>,
    /// Below it, with `{provider}`.
    pub intro: Option<&'a str>,
    /// What comes after success, with `{provider}`.
    pub success: Option<&'a str>,
    /// Where its terms are.
    pub terms: Option<&'a str>,
    /// Where it says what it does with data.
    pub privacy: Option<&'a str>,
    /// Whom to ask: an e-mail address or a page.
    pub support: Option<&'a str>,
    /// Whether our name is left out of the foot.
    pub hide_powered_by: bool,
}

/// Everything the page with the form shows.
#[derive(Clone, Copy, Debug)]
pub struct FormPage<'a> {
    /// Where it stands.
    pub place: Place,
    /// Names the session; allows nothing.
    pub session_id: &'a str,
    /// Test or live.
    pub mode: Mode,
    /// The questions.
    pub form: &'a Form,
    /// How to find the answers.
    pub guide: &'a Guide,
    /// The product that asks.
    pub product: &'a str,
    /// What the session asks for: ids and labels.
    pub scopes: &'a [(String, String)],
    /// Whether the page shows the product's name only.
    pub white_label: bool,
    /// How it looks and speaks.
    pub brand: Brand<'a>,
    /// The origins that may embed it, such as `https://app.example.com`; a port `*` stands for any port.
    pub origins: &'a [String],
    /// Whether there are other services to choose from.
    pub one_of_several: bool,
}

/// Everything the page with the choice between services shows.
#[derive(Clone, Copy, Debug)]
pub struct PickerPage<'a> {
    /// Where it stands.
    pub place: Place,
    /// Test or live.
    pub mode: Mode,
    /// Ids and names, in the session's order.
    pub providers: &'a [(&'a str, &'a str)],
    /// The product that asks.
    pub product: &'a str,
    /// How it looks.
    pub brand: Brand<'a>,
}

/// Why a link leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeadEnd {
    /// No session has this address.
    Unknown,
    /// Its time is over.
    Expired,
    /// The account is connected.
    Used,
    /// The backend took it back.
    Revoked,
    /// The account that it was to change is not there any more.
    Gone,
    /// Nothing that it offers exists.
    NoProvider,
    /// Our storage does not answer.
    Unavailable,
}

/// Everything the page with the guide alone shows.
#[derive(Clone, Copy, Debug)]
pub struct GuidePage<'a> {
    /// The provider's name.
    pub name: &'a str,
    /// What a form would ask.
    pub fields: &'a [Field],
    /// How to find it.
    pub guide: &'a Guide,
    /// The product in whose name it is shown, if one is.
    pub product: Option<&'a str>,
    /// Whether the page shows the product's name only.
    pub white_label: bool,
    /// How it looks.
    pub brand: Brand<'a>,
}

/// Everything a page without a form shows.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// Where it stands.
    pub place: Place,
    /// What happened.
    pub end: DeadEnd,
    /// The code that the embedding page hears.
    pub code: &'a str,
    /// The product that asked, when it is known.
    pub product: Option<&'a str>,
    /// Where a new link is had.
    pub refresh_url: Option<&'a str>,
    /// Where the person came from.
    pub return_url: Option<&'a str>,
    /// How it looks.
    pub brand: Brand<'a>,
}

/// The questions as a page shows them: in its language as far as the provider file has it; where only the product's name is shown, no example is the hub's.
fn shown(fields: &[Field], white_label: bool) -> Vec<Field> {
    let mut fields = fields.to_vec();
    for field in &mut fields {
        let parse = &mut field.parse;
        let alike = parse.look_alikes.iter_mut().flat_map(|alike| [&mut alike.message, &mut alike.fix]);
        // Said by a script later, which can mark it then.
        alike.for_each(|text| *text = marked(text));
        for text in [&mut field.label, &mut parse.noun].into_iter().chain(&mut field.help) {
            *text = translated(text);
        }
    }
    for field in fields.iter_mut().filter(|_| white_label) {
        field.placeholder = field.placeholder.take().filter(|example| !example.contains(messages::HUB));
    }
    fields
}
