//! The mark of a service: a small drawing of ours with its initials, or the logo file that the deployment has for it.
//!
//! A drawing is on a grid of 40 by 40. Its ground is the service's own color, or one of eight that its id chooses. A shape on the ground,
//! which the id chooses too, tells services of one color apart. The letters are white or black, whichever is easier to read; the
//! shape only ever adds to the contrast. Drawings have no inline style, because the page's policy allows none.

use maud::{Markup, html};

/// A service, as pages show it in a list.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its kinds, such as `identity`; the first is where long lists show it.
    pub categories: &'a [&'a str],
    /// Other words by which people search for it.
    pub aliases: &'a [&'a str],
    /// What it is, in a few words.
    pub description: &'a str,
    /// The brand's own color, six hexadecimal digits.
    pub color: Option<&'a str>,
    /// The address of the deployment's own logo for it.
    pub logo: Option<&'a str>,
}

impl Service<'_> {
    /// The first of its kinds, or none.
    pub(super) fn category(&self) -> &str {
        self.categories.first().copied().unwrap_or_default()
    }
}

/// The mark. Its name stands beside it, so it has no text of its own.
pub(super) fn mark(service: &Service<'_>) -> Markup {
    if let Some(address) = service.logo {
        return html! { img.mark.file src=(address) alt="" width="40" height="40" loading="lazy"; };
    }
    let seed = service.id.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    let ground = service.color.and_then(Color::parse).unwrap_or_else(|| pick(&COLORS, seed));
    let (ink, shade) = ground.ink();
    let letters = initials(service.name);
    let size = if letters.chars().count() > 1 { "16" } else { "20" };
    html! {
        svg.mark viewBox="0 0 40 40" aria-hidden="true" {
            rect width="40" height="40" fill=(ground.hex()) {}
            path d=(pick(&SHAPES, seed / 8)) fill=(shade) fill-opacity=".14" {}
            text x="20" y="20" dy=".355em" font-size=(size) fill=(ink) { (letters) }
        }
    }
}

/// The letter of a product, which has no color of its own.
pub(super) fn letter(name: &str) -> Markup {
    html! { span.mark aria-hidden="true" { (initials(name).chars().take(1).collect::<String>()) } }
}

/// One or two letters: of the first two words, or of the capitals in one word. The ending of a domain is no word.
fn initials(name: &str) -> String {
    let name = name.split('.').next().unwrap_or(name);
    let mut before = ' ';
    let mut starts = Vec::new();
    for letter in name.chars() {
        let starts_word = !before.is_alphanumeric() || (letter.is_uppercase() && before.is_lowercase());
        if letter.is_alphanumeric() && starts_word {
            starts.push(letter);
        }
        before = letter;
    }
    starts.into_iter().take(2).flat_map(char::to_uppercase).collect()
}

fn pick<T: Copy>(of: &[T; 8], seed: u32) -> T {
    of[seed as usize % 8]
}

/// A color, as red, green and blue.
#[derive(Clone, Copy)]
struct Color([u8; 3]);

impl Color {
    fn parse(hex: &str) -> Option<Self> {
        let whole = hex.len() == 6 && hex.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(hex, 16).ok().filter(|_| whole)?;
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    fn hex(self) -> String {
        let Self([red, green, blue]) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// The color of letters on it, and of a shape that adds to their contrast.
    fn ink(self) -> (&'static str, &'static str) {
        let on_white = 1.05 / (self.luminance() + 0.05);
        if on_white >= CONTRAST { (WHITE, BLACK) } else { (BLACK, WHITE) }
    }

    /// WCAG 2.2, "relative luminance".
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// The contrast that text needs (WCAG 2.2, success criterion 1.4.3). Where white has less, black has more than that.
const CONTRAST: f64 = 4.5;
const WHITE: &str = "#fff";
const BLACK: &str = "#000";

/// For services without a color.
const COLORS: [Color; 8] = [
    Color([0x1d, 0x5b, 0xd1]),
    Color([0x0f, 0x6f, 0x68]),
    Color([0x6d, 0x3b, 0xd1]),
    Color([0xa8, 0x48, 0x0a]),
    Color([0xb3, 0x20, 0x4a]),
    Color([0x1c, 0x70, 0x36]),
    Color([0x0d, 0x6a, 0x86]),
    Color([0x45, 0x45, 0xc4]),
];

/// A slope, a hill, a corner, a sun, a band, a wave, a step and an arch.
const SHAPES: [&str; 8] = [
    "M0 40 40 12V40Z",
    "M0 40V30a20 16 0 0 1 40 0V40Z",
    "M40 0V40H22Z",
    "M40 14A14 14 0 0 1 26 0H40Z",
    "M0 28H40V40H0Z",
    "M0 26q10-8 20 0t20 0V40H0Z",
    "M20 40V28H40V40ZM0 40V34H20V40Z",
    "M0 0H14A14 14 0 0 1 0 14Z",
];

#[cfg(test)]
mod tests {
    use super::{CONTRAST, Color, WHITE, initials};

    #[test]
    fn a_service_has_the_letters_that_people_know_it_by() {
        let cases = [
            ("Okta", "O"),
            ("LaunchDarkly", "LD"),
            ("GitHub", "GH"),
            ("New Relic", "NR"),
            ("monday.com", "M"),
            ("incident.io", "I"),
            ("HCP Terraform", "HT"),
            ("Auth0", "A"),
            ("1Password Events", "1E"),
            ("Équipe", "É"),
            ("", ""),
        ];
        for (name, letters) in cases {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn the_letters_are_readable_on_every_color() {
        let contrast = |one: f64, other: f64| (one.max(other) + 0.05) / (one.min(other) + 0.05);
        let mut worst = f64::MAX;
        for number in (0..0x100_0000_u32).step_by(97) {
            let ground = Color::parse(&format!("{number:06x}")).unwrap();
            let (ink, shade) = ground.ink();
            let of = |name| if name == WHITE { 1.0 } else { 0.0 };
            // The shape on the ground: 14 hundredths of the shade.
            let mix = |part| f64::from(part).mul_add(0.86, of(shade) * 255.0 * 0.14).round() as u8;
            let mixed = Color(ground.0.map(mix));
            worst =
                worst.min(contrast(of(ink), ground.luminance())).min(contrast(of(ink), mixed.luminance()));
        }
        assert!(worst >= CONTRAST, "{worst}");
    }

    #[test]
    fn a_color_is_six_hexadecimal_digits() {
        for wrong in ["", "fff", "#1d5bd1", "1d5bd1aa", "red", "+1d5bd"] {
            assert!(Color::parse(wrong).is_none(), "{wrong}");
        }
    }
}
