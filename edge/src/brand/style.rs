//! Writes the page's second style sheet: colors, corners and font of a project, as the custom properties of
//! `widget/css/tokens.css`.

use super::color::Rgb;
use super::font;
use super::palette::{Chosen, DARK, LIGHT, TOKENS};
use serde_json::Value;

/// The style sheet. It is empty for the default branding. Print keeps its own colors.
pub(super) fn sheet(chosen: &Value) -> String {
    let mut sheet = String::new();
    let of = |scheme: &str, defaults: &[u32; 14]| Chosen::read(&chosen["colors"][scheme]).tokens(defaults);
    let pairs = of("light", &LIGHT).into_iter().zip(of("dark", &DARK));
    let defaults = LIGHT.into_iter().zip(DARK).map(|(light, dark)| (Rgb::of(light), Rgb::of(dark)));
    let mut colors = String::new();
    for ((name, pair), default) in TOKENS.iter().zip(pairs).zip(defaults) {
        if pair != default {
            let (light, dark) = pair;
            colors.push_str(&format!("--{name}:light-dark({light},{dark});"));
        }
    }
    if !colors.is_empty() {
        sheet.push_str(&format!("@media not print{{:root{{{colors}}}}}"));
    }
    let mut root = String::new();
    if let Some(radius) = chosen["radius"].as_u64() {
        // The ratios between the default radii.
        let (small, large) = (radius * 2 / 3, radius * 3 / 2);
        root.push_str(&format!("--radius-s:{small}px;--radius:{radius}px;--radius-l:{large}px;"));
    }
    if let Some(stack) = chosen["fontStack"].as_str().and_then(font::stack) {
        root.push_str(&format!("font-family:{stack};"));
    }
    if !root.is_empty() {
        sheet.push_str(&format!(":root{{{root}}}"));
    }
    sheet
}
