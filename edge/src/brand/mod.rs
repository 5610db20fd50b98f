//! A project's own look: what its operator chose, as the pages show it.
//!
//! `crate::api::input::branding` checks it when it is saved; it is kept as the JSON that passed, outside of the settings that every call
//! reads. Here it becomes the page's second style sheet, written from values that were read again as colours, numbers and
//! font names, so that nothing else can stand in it.

pub mod color;
pub mod font;
pub mod logo;
pub mod palette;
mod style;

use base64::{Engine, engine::general_purpose::STANDARD};
use latchkey_widget::ssr;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// How a project's pages look and speak.
#[derive(Debug)]
pub struct Brand {
    chosen: Value,
    style: String,
    unsigned: bool,
}

impl Brand {
    /// Reads what was stored; empty: nothing was chosen.
    #[must_use]
    pub fn read(stored: &str, white_label: bool) -> Self {
        let chosen: Value = serde_json::from_str(stored).unwrap_or_default();
        let unsigned = white_label || chosen["poweredBy"] == Value::Bool(false);
        Self { style: style::sheet(&chosen), chosen, unsigned }
    }

    /// For the pages.
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
            hide_powered_by: self.unsigned,
        }
    }

    /// What `style-src` must name beside the sheet of every page: nothing, or a space and a hash in quotes.
    #[must_use]
    pub fn style_source(&self) -> String {
        if self.style.is_empty() {
            return String::new();
        }
        [" 'sha256-", &STANDARD.encode(Sha256::digest(self.style.as_bytes())), "'"].concat()
    }
}
