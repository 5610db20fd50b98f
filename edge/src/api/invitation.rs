//! A link, ready to be passed on: a QR code of it, and a mail in the language of its session. For whoever sends links by hand.
//!
//! It holds the link, so it is made in the answer that shows the link once, and nowhere else.

use crate::api::input::is_set;
use crate::error::Result;
use crate::http::{Request, language};
use crate::ports::Platform;
use crate::store::protocol::SessionRow;
use crate::time::iso;
use latchkey_shared::i18n::within;
use latchkey_shared::msg;
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use std::fmt::Write as _;

/// The empty border of a QR code, in modules (ISO/IEC 18004).
const QUIET: i32 = 4;

/// A link, ready to be passed on.
#[derive(Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Invitation {
    /// The subject of a mail.
    subject: String,
    /// The text of a mail, with the link.
    text: String,
    /// A QR code of the link, as an SVG image.
    qr_code: String,
}

/// Whether the request asks for one.
///
/// # Errors
/// When it does so in another way than with `true`.
pub(crate) fn is_wanted(request: &Request) -> Result<bool> {
    is_set(request, "invitation")
}

/// The invitation with a link, in the language of the session, and else in that of the request.
pub(crate) async fn invitation(
    platform: &impl Platform,
    request: &Request,
    product: &str,
    session: &SessionRow,
    (url, expires): (&str, i64),
) -> Invitation {
    let names =
        session.providers.iter().map(|id| latchkey_catalogue::entry(id).map_or(&**id, |entry| entry.name));
    let services = names.collect::<Vec<_>>().join(", ");
    let until = iso(expires);
    let until =
        [until.get(..10).unwrap_or_default(), " ", until.get(11..16).unwrap_or_default(), " UTC"].concat();
    let phrases = language::of(platform, request, session.locale.as_deref()).await;
    within(phrases, || {
        let said = |services: &str| {
            msg!(
                "{product} asks you to connect {services}. This page leads you through it:",
                product = product,
                services = services
            )
            .said()
        };
        let subject =
            msg!("Connect {services} to {product}", services = services.clone(), product = product).said();
        let ends = msg!("The link is for you alone. It works until {time}.", time = until).said();
        let own = session.description.as_deref().map(|own| [own, "\n\n"].concat()).unwrap_or_default();
        let text = [&own, &said(&services), "\n\n", url, "\n\n", &ends, "\n"].concat();
        Invitation { subject, text, qr_code: svg(url) }
    })
}

/// A QR code as an SVG image, black on white in every color scheme, because cameras read nothing else reliably. Empty for a text that
/// is too long for one.
fn svg(text: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        let mut x = 0;
        while x < size {
            let from = x;
            while x < size && code.get_module(x, y) {
                x += 1;
            }
            if x > from {
                // Writing into a text cannot fail.
                _ = write!(path, "M{} {}h{}v1H{}z", from + QUIET, y + QUIET, x - from, from + QUIET);
            }
            x += 1;
        }
    }
    let whole = size + 2 * QUIET;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {whole} {whole}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{whole}v{whole}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_has_every_dark_module_of_the_code_and_no_other() {
        let text = "https://connect.example.com/link/3t8Yw1oQmR6vLk0nXc5BzA#cs_test_secret";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
        let image = svg(text);
        let (_, path) = image.rsplit_once("d=\"").unwrap();
        let mut dark = std::collections::BTreeSet::new();
        for part in path.split('M').filter(|part| part.contains('h')) {
            let (start, rest) = part.split_once('h').unwrap();
            let (x, y) = start.split_once(' ').unwrap();
            let (x, y): (i32, i32) = (x.parse().unwrap(), y.parse().unwrap());
            let wide: i32 = rest.split_once('v').unwrap().0.parse().unwrap();
            dark.extend((x..x + wide).map(|x| (x - QUIET, y - QUIET)));
        }
        for y in 0..code.size() {
            for x in 0..code.size() {
                assert_eq!(dark.contains(&(x, y)), code.get_module(x, y), "{x} {y}");
            }
        }
        assert!(!svg("<script>").contains("<script"), "the text is never in the image");
        assert_eq!(svg(&"x".repeat(5_000)), "");
    }
}
