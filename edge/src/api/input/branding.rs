//! `branding` of a project, checked when it is saved. Pages use it without another check.

use super::{invalid, page_url, visible};
use crate::brand::palette::{CHOICES, Chosen, DARK, LIGHT};
use crate::brand::{color::Rgb, font, logo};
use crate::error::Result;
use latchkey_shared::Mode;
use serde_json::{Map, Value};

/// Every member.
const MEMBERS: [&str; 9] =
    ["logo", "colors", "radius", "fontStack", "texts", "termsUrl", "privacyUrl", "support", "poweredBy"];
/// Every text, with the most characters it may have.
const TEXTS: [(&str, usize); 3] = [("title", 80), ("intro", 300), ("success", 300)];
/// The largest radius, in pixels.
const RADIUS_MAX: u64 = 24;

/// The branding as it is stored: JSON, or empty when nothing is chosen. A member that is `null` counts as left out.
///
/// # Errors
/// On the first member that is not valid, with what to send instead.
pub(crate) fn check(mut sent: Map<String, Value>) -> Result<String> {
    known("branding", &sent, &MEMBERS)?;
    sent.retain(|_, value| !value.is_null());
    checked(&sent, true)?;
    Ok(if sent.is_empty() { String::new() } else { Value::Object(sent).to_string() })
}

/// The branding as somebody chooses it, for a preview: what is not valid yet is left out, and a low contrast is shown as it is.
pub(crate) fn tried(sent: Map<String, Value>) -> String {
    let valid = |name: &str, value: &Value| {
        let alone = Map::from_iter([(name.to_owned(), value.clone())]);
        known("branding", &alone, &MEMBERS).is_ok() && checked(&alone, false).is_ok()
    };
    let kept: Map<String, Value> =
        sent.into_iter().filter(|(name, value)| !value.is_null() && valid(name, value)).collect();
    Value::Object(kept).to_string()
}

/// Checks each member. `legible`: also the contrast of the colors.
fn checked(sent: &Map<String, Value>, legible: bool) -> Result<()> {
    for (name, value) in sent {
        let member = format!("branding.{name}");
        match name.as_str() {
            "logo" if !value.as_str().is_some_and(logo::is_logo) => {
                let cause = "The logo is not a PNG or WebP image of at most 24 KiB.";
                let fix = "Send data:image/png;base64,… or data:image/webp;base64,…. SVG images and URLs are not accepted.";
                return Err(invalid(&member, cause, fix));
            }
            "colors" => {
                known(&member, object(&member, value)?, &["light", "dark"])?;
                scheme("light", &value["light"], &LIGHT, legible)?;
                scheme("dark", &value["dark"], &DARK, legible)?;
            }
            "radius" if value.as_u64().is_none_or(|radius| radius > RADIUS_MAX) => {
                let fix = format!("Send a whole number of pixels from 0 to {RADIUS_MAX}.");
                return Err(invalid(&member, "The radius is out of range.", fix));
            }
            "fontStack" if value.as_str().and_then(font::stack).is_none() => {
                let fix = "Name up to 8 families of letters, digits, spaces and hyphens, separated by commas. The last must be generic, such as sans-serif or system-ui.";
                return Err(invalid(&member, "This is not a list of font families.", fix));
            }
            "texts" => texts(&member, object(&member, value)?)?,
            "termsUrl" | "privacyUrl" => {
                page_url::check(&member, Some(value.as_str().unwrap_or_default()), Mode::Live)?;
            }
            "support" => {
                let text = value.as_str().unwrap_or_default();
                if !is_email(text) && page_url::check(&member, Some(text), Mode::Live).is_err() {
                    let fix = "Send an e-mail address such as help@example.com, or a URL that begins with https://, such as https://example.com/help.";
                    return Err(invalid(
                        &member,
                        "The support contact is neither an e-mail address nor a URL.",
                        fix,
                    ));
                }
            }
            "poweredBy" if !value.is_boolean() => {
                let fix = "Send true or false, or leave poweredBy out.";
                return Err(invalid(&member, "poweredBy is neither true nor false.", fix));
            }
            _ => {}
        }
    }
    Ok(())
}

fn scheme(name: &str, value: &Value, defaults: &[u32; 14], legible: bool) -> Result<()> {
    if value.is_null() {
        return Ok(());
    }
    let member = format!("branding.colors.{name}");
    let colors = object(&member, value)?;
    known(&member, colors, &CHOICES)?;
    for (choice, color) in colors {
        if !color.is_null() && color.as_str().and_then(Rgb::parse).is_none() {
            let fix = "Write it as #rrggbb, such as #1d5bd1.";
            return Err(invalid(&format!("{member}.{choice}"), "This is not a color.", fix));
        }
    }
    let refused = |(choice, cause, fix)| invalid(&format!("{member}.{choice}"), cause, fix);
    if legible { Chosen::read(value).check(defaults).map_err(refused) } else { Ok(()) }
}

fn texts(member: &str, texts: &Map<String, Value>) -> Result<()> {
    known(member, texts, &TEXTS.map(|(name, _)| name))?;
    for (name, max) in TEXTS {
        let fits = |value: &Value| {
            value.as_str().is_some_and(|text| !text.trim().is_empty() && text.chars().count() <= max)
        };
        if texts.get(name).is_some_and(|value| !value.is_null() && !fits(value)) {
            let fix = format!("Use 1 to {max} characters on one line.");
            return Err(invalid(
                &format!("{member}.{name}"),
                "This is not a text of the allowed length.",
                fix,
            ));
        }
        let text = texts.get(name).and_then(Value::as_str).unwrap_or_default();
        visible(&format!("{member}.{name}"), text)?;
    }
    Ok(())
}

fn object<'a>(member: &str, value: &'a Value) -> Result<&'a Map<String, Value>> {
    value
        .as_object()
        .ok_or_else(|| invalid(member, "This is not an object.", "Compare it with the documented object."))
}

/// Refuses unknown members. Their names are not repeated: they may hold anything.
fn known(member: &str, sent: &Map<String, Value>, names: &[&str]) -> Result<()> {
    if sent.keys().all(|name| names.contains(&name.as_str())) {
        return Ok(());
    }
    Err(invalid(member, "Unknown property.", format!("Use some of: {}.", names.join(", "))))
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
    (1..=64).contains(&name.len()) && name.bytes().all(plain) && latchkey_shared::field::is_public_host(host)
}
