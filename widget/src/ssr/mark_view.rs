//! The mark of a service: a small drawing of ours with its initials, or the logo file that the deployment has for it.
//!
//! A drawing is on a grid of 40 by 40. Its ground is the service's own color, or one of eight that its id chooses. A shape on the ground,
//! which the id chooses too, tells services of one color apart. The letters are white or black, whichever is easier to read; the
//! shape only ever adds to the contrast. Drawings have no inline style, because the page's policy allows none.

use latchkey_shared::color::{BLACK, Rgb, TEXT, WHITE};
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
    let own = service.color.and_then(|color| Rgb::parse(&["#", color].concat()));
    let ground = own.unwrap_or_else(|| pick(&COLORS, seed));
    let (ink, shade) = ink(ground);
    let letters = initials(service.name);
    let size = if letters.chars().count() > 1 { "16" } else { "20" };
    html! {
        svg.mark viewBox="0 0 40 40" aria-hidden="true" {
            rect width="40" height="40" fill=(ground) {}
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

/// The color of letters on a ground, and of a shape that adds to their contrast. Where white has too little contrast, black has enough.
fn ink(ground: Rgb) -> (Rgb, Rgb) {
    if ground.contrast(WHITE) >= TEXT { (WHITE, BLACK) } else { (BLACK, WHITE) }
}

/// For services without a color.
const COLORS: [Rgb; 8] = [
    Rgb::of(0x1d_5bd1),
    Rgb::of(0x0f_6f68),
    Rgb::of(0x6d_3bd1),
    Rgb::of(0xa8_480a),
    Rgb::of(0xb3_204a),
    Rgb::of(0x1c_7036),
    Rgb::of(0x0d_6a86),
    Rgb::of(0x45_45c4),
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
    use super::{initials, ink};
    use latchkey_shared::color::{Rgb, TEXT};

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
        for number in (0..0x100_0000_u32).step_by(97) {
            let ground = Rgb::of(number);
            let (ink, shade) = ink(ground);
            // Also on the shape, which has 14 hundredths of the shade.
            for ground in [ground, ground.mix(shade, 14)] {
                assert!(ink.contrast(ground) >= TEXT, "{ink} on {ground}");
            }
        }
    }
}
