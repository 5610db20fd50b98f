//! How a project's pages look, as it is described. What is checked beyond shapes is in `crate::api::input::branding`.

use schemars::JsonSchema;

/// How a project’s pages look and speak. What is left out is the page’s own.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "only described")]
pub(crate) struct Branding {
    /// PNG or WebP of at most 24 KiB, for light and dark alike. SVG and addresses are not taken.
    #[schemars(length(max = 32_800), regex(pattern = "^data:image/(png|webp);base64,[A-Za-z0-9+/]+={0,2}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    /// Colours. What stands on each other must have a contrast of at least 4.5:1.
    #[schemars(skip_serializing_if = "Option::is_none")]
    colors: Option<Schemes>,
    /// Of corners, in pixels.
    #[schemars(range(min = 0, max = 24))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    radius: Option<u32>,
    /// Families that readers have, separated by commas; the last one is generic, such as `sans-serif`.
    #[schemars(length(max = 400))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    font_stack: Option<String>,
    /// Texts, shown as they are; `{provider}` stands for the service’s name.
    #[schemars(skip_serializing_if = "Option::is_none")]
    texts: Option<Texts>,
    /// Your terms.
    #[schemars(regex(pattern = "^https://"), length(max = 2000))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    terms_url: Option<String>,
    /// What you do with data.
    #[schemars(regex(pattern = "^https://"), length(max = 2000))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    privacy_url: Option<String>,
    /// Whom to ask: an e-mail address, or an address that begins with `https://`.
    #[schemars(length(max = 2000))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    support: Option<String>,
    /// Whether “Powered by Latchkey” is shown; it is, when nothing is said.
    #[schemars(skip_serializing_if = "Option::is_none")]
    powered_by: Option<bool>,
}

/// Colours for light and for dark.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only described")]
struct Schemes {
    /// Where the system, or the page around the form, is light.
    #[schemars(skip_serializing_if = "Option::is_none")]
    light: Option<Colors>,
    /// Where it is dark.
    #[schemars(skip_serializing_if = "Option::is_none")]
    dark: Option<Colors>,
}

/// The colours of a scheme, as `#rrggbb`. All others follow from them.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "only described")]
struct Colors {
    /// Buttons, links, focus.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    /// Words on buttons.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    accent_text: Option<String>,
    /// Behind everything.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    background: Option<String>,
    /// Words.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// Texts of one line.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only described")]
struct Texts {
    /// The form’s heading.
    #[schemars(length(min = 1, max = 80))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// Below it.
    #[schemars(length(min = 1, max = 300))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    intro: Option<String>,
    /// IdempotencyState an account is connected.
    #[schemars(length(min = 1, max = 300))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    success: Option<String>,
}
