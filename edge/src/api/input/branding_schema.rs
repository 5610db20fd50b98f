//! `branding` of a project as the API's description shows it. `branding.rs` checks it, more strictly than a schema can.
//! Compiled on the host only (feature `schema`).

use schemars::JsonSchema;

/// How a project’s pages look, and their texts. What is left out has its default.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
pub(crate) struct Branding {
    /// PNG or WebP of at most 24 KiB, for light and dark alike. SVG images and URLs are not accepted.
    #[schemars(length(max = 32_800), regex(pattern = "^data:image/(png|webp);base64,[A-Za-z0-9+/]+={0,2}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    /// Colors. Text and its background must have a contrast of at least 4.5:1.
    #[schemars(skip_serializing_if = "Option::is_none")]
    colors: Option<Schemes>,
    /// The radius of corners, in pixels.
    #[schemars(range(min = 0, max = 24))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    radius: Option<u32>,
    /// Font families that readers have installed, separated by commas. The last is generic, such as `sans-serif`.
    #[schemars(length(max = 400))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    font_stack: Option<String>,
    /// Texts. They are shown unchanged, except that `{provider}` becomes the service’s name.
    #[schemars(skip_serializing_if = "Option::is_none")]
    texts: Option<Texts>,
    /// The URL of your terms.
    #[schemars(regex(pattern = "^https://"), length(max = 2000))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    terms_url: Option<String>,
    /// The URL of your privacy policy.
    #[schemars(regex(pattern = "^https://"), length(max = 2000))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    privacy_url: Option<String>,
    /// The contact for help: an e-mail address, or a URL that begins with `https://`.
    #[schemars(length(max = 2000))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    support: Option<String>,
    /// Whether “Powered by Latchkey” is shown. The default is true.
    #[schemars(skip_serializing_if = "Option::is_none")]
    powered_by: Option<bool>,
}

/// Colors for light and for dark.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Schemes {
    /// Used where the system, or the page around the form, is light.
    #[schemars(skip_serializing_if = "Option::is_none")]
    light: Option<Colors>,
    /// Used where it is dark.
    #[schemars(skip_serializing_if = "Option::is_none")]
    dark: Option<Colors>,
}

/// The colors of a scheme, as `#rrggbb`. All others follow from them.
#[derive(JsonSchema)]
#[schemars(rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Colors {
    /// Buttons, links, focus.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    accent: Option<String>,
    /// Text on buttons.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    accent_text: Option<String>,
    /// The background of the page.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    background: Option<String>,
    /// Text.
    #[schemars(regex(pattern = "^#[0-9A-Fa-f]{6}$"))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// Texts of one line.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code, reason = "only its schema is used")]
struct Texts {
    /// The form’s heading.
    #[schemars(length(min = 1, max = 80))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    /// The text below the heading.
    #[schemars(length(min = 1, max = 300))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    intro: Option<String>,
    /// Shown once an account is connected.
    #[schemars(length(min = 1, max = 300))]
    #[schemars(skip_serializing_if = "Option::is_none")]
    success: Option<String>,
}
