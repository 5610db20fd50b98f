//! The branding of a project's pages: colors, font, logo and texts that its operator chose.
//!
//! `api/input/branding.rs` checks it when it is saved. It is stored as JSON, apart from the settings that each call reads.
//! It owns the second style sheet of a page, which it writes from parsed colors, numbers and font names. So it refuses any
//! other text of an operator in a style sheet.

pub mod font;
pub mod logo;
pub mod palette;
mod style;

pub use latchkey_shared::color;

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_widget::ssr;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The branding of a project.
#[derive(Debug)]
pub struct Brand {
    chosen: Value,
    style: String,
    hide_powered_by: bool,
}

impl Brand {
    /// Reads the stored JSON. An empty text is the default branding.
    #[must_use]
    pub fn read(stored: &str, white_label: bool) -> Self {
        let chosen: Value = serde_json::from_str(stored).unwrap_or_default();
        let hide_powered_by = white_label || chosen["poweredBy"] == Value::Bool(false);
        Self { style: style::sheet(&chosen), chosen, hide_powered_by }
    }

    /// The branding for the pages.
    #[must_use]
    pub fn page(&self) -> ssr::Brand<'_> {
        let text = |name: &str| self.chosen[name].as_str();
        let words = |name: &str| self.chosen["texts"][name].as_str();
        ssr::Brand {
            style: &self.style,
            logo: text("logo"),
            title: words("title"),
            intro: words("intro"),
            success: words("success"),
            terms: text("termsUrl"),
            privacy: text("privacyUrl"),
            support: text("support"),
            hide_powered_by: self.hide_powered_by,
        }
    }

    /// The addition to `style-src` for the second style sheet: empty, or a space and a hash in quotes.
    #[must_use]
    pub fn style_source(&self) -> String {
        if self.style.is_empty() {
            return String::new();
        }
        [" 'sha256-", &STANDARD.encode(Sha256::digest(self.style.as_bytes())), "'"].concat()
    }
}
