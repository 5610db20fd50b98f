//! Derives all colors of a page from the four that a project chooses for each color scheme.
//!
//! It refuses a chosen color whose contrast is below 4.5:1, and names the nearest color that passes. Derived colors, such
//! as the border of a field or the color of an error, are moved until they pass too. The defaults are those of
//! `widget/css/tokens.css`.

use super::color::{BLACK, Rgb, SHAPE, TEXT, WHITE, shown};
use serde_json::Value;

/// The tokens of `tokens.css`, in its order.
pub const TOKENS: [&str; 14] = [
    "ground",
    "card",
    "text",
    "muted",
    "line",
    "edge",
    "accent",
    "on-accent",
    "tint",
    "bad",
    "bad-ground",
    "odd",
    "odd-ground",
    "good",
];

/// The defaults of the light scheme.
pub const LIGHT: [u32; 14] = [
    0xf5_f6f8, 0xff_ffff, 0x1c_2128, 0x57_606a, 0xd5_dae1, 0x7d_8590, 0x1d_5bd1, 0xff_ffff, 0xee_f3fd,
    0xb3_261e, 0xfd_f1f0, 0x7a_4b00, 0xff_f6e0, 0x17_683a,
];
/// The defaults of the dark scheme.
pub const DARK: [u32; 14] = [
    0x0e_1116, 0x16_1b22, 0xe6_e9ed, 0xa5_aeb9, 0x2e_3640, 0x77_818d, 0x8d_b6ff, 0x0b_1626, 0x1a_2740,
    0xff_9d94, 0x2c_1816, 0xf2_c46d, 0x2a_2110, 0x72_d298,
];

/// The members of a color scheme.
pub const CHOICES: [&str; 4] = ["accent", "accentText", "background", "text"];

/// The colors that a project chose for one color scheme.
#[derive(Clone, Copy, Debug)]
pub struct Chosen {
    accent: Option<Rgb>,
    accent_text: Option<Rgb>,
    background: Option<Rgb>,
    text: Option<Rgb>,
}

/// Why a color scheme is refused: the member, the cause, and the fix.
pub type Refused = (&'static str, String, String);

impl Chosen {
    /// Reads a color scheme. A value that is not a color is left out.
    #[must_use]
    pub fn read(scheme: &Value) -> Self {
        let color = |name: &str| scheme[name].as_str().and_then(Rgb::parse);
        let [accent, accent_text, background, text] = CHOICES.map(color);
        Self { accent, accent_text, background, text }
    }

    /// Checks the contrast of text and accent on the background, and of the text on buttons.
    ///
    /// # Errors
    /// The first pair whose contrast is too low.
    pub fn check(self, defaults: &[u32; 14]) -> Result<(), Refused> {
        let [ground, card, text, _, _, _, accent, ..] = defaults.map(Rgb::of);
        let grounds = |background: Option<Rgb>| [background.unwrap_or(ground), background.unwrap_or(card)];
        let on =
            move |one: Rgb, background| grounds(background).into_iter().all(|ground| is_legible(one, ground));
        let (text, accent) = (self.text.unwrap_or(text), self.accent.unwrap_or(accent));
        // The defaults pass, so a chosen color is the cause.
        for (own, name, role, color) in
            [(self.text, "text", "text", text), (self.accent, "accent", "accent", accent)]
        {
            if on(color, self.background) {
                continue;
            }
            let [behind, _] = grounds(self.background);
            let [first, second] = grounds(self.background).map(|ground| color.contrast(ground));
            let cause = cause(role, color, "background", behind, first.min(second));
            return Err(match own {
                Some(_) => (name, cause, fix(role, color.nearest(|one| on(one, self.background)))),
                None => {
                    let near = behind.nearest(|one| on(color, Some(one)));
                    ("background", cause, fix("background", near))
                }
            });
        }
        match self.accent_text {
            Some(words) if !is_legible(words, accent) => {
                let cause = cause("accentText", words, "accent", accent, words.contrast(accent));
                Err(("accentText", cause, fix("accentText", words.nearest(|one| is_legible(one, accent)))))
            }
            _ => Ok(()),
        }
    }

    /// All colors of the page.
    #[must_use]
    pub fn tokens(self, defaults: &[u32; 14]) -> [Rgb; 14] {
        let [
            ground,
            card,
            text,
            muted,
            line,
            edge,
            accent,
            on_accent,
            tint,
            bad,
            bad_ground,
            odd,
            odd_ground,
            good,
        ] = defaults.map(Rgb::of);
        let plain = self.background.is_none() && self.text.is_none();
        let [ground, card] = [ground, card].map(|one| self.background.unwrap_or(one));
        let text = self.text.unwrap_or(text);
        let own_accent = self.accent.or(self.background).is_some();
        let accent = self.accent.unwrap_or(accent);
        let legible = |one: Rgb| is_legible(one, ground) && is_legible(one, card);
        let seen = |one: Rgb| one.contrast(ground) >= SHAPE && one.contrast(card) >= SHAPE;
        let muted = if plain { muted } else { card.mix(text, 70) }.toward(text, legible);
        let [bad, odd, good] = [bad, odd, good].map(|one| one.toward(text, legible));
        // A background moves toward the card until texts on it pass. On the card itself they do.
        let behind = |own: bool, default: Rgb, mark: Rgb, percent| {
            let start = if own { card.mix(mark, percent) } else { default };
            start.toward(card, |one| {
                [text, muted, accent, mark].into_iter().all(|words| is_legible(words, one))
            })
        };
        let on_accent = self.accent_text.unwrap_or_else(|| {
            let choices = [on_accent, WHITE, BLACK];
            choices.into_iter().find(|&words| is_legible(words, accent)).unwrap_or(BLACK)
        });
        let own_ground = self.background.is_some();
        [
            ground,
            card,
            text,
            muted,
            if plain { line } else { card.mix(text, 18) },
            edge.toward(text, seen),
            accent,
            on_accent,
            behind(own_accent, tint, accent, 8),
            bad,
            behind(own_ground, bad_ground, bad, 8),
            odd,
            behind(own_ground, odd_ground, odd, 8),
            good,
        ]
    }
}

fn is_legible(text: Rgb, ground: Rgb) -> bool {
    text.contrast(ground) >= TEXT
}

fn cause(one: &str, color: Rgb, other: &str, behind: Rgb, ratio: f64) -> String {
    format!(
        "The contrast of {one} {color} on {other} {behind} is {}; it must be at least 4.5:1.",
        shown(ratio)
    )
}

fn fix(role: &str, near: Option<Rgb>) -> String {
    match near {
        Some(near) => format!("The nearest {role} that passes is {near}."),
        None => format!("No shade of this {role} passes. Choose a different background color."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_those_of_the_style_sheet() {
        let sheet = include_str!("../../../widget/css/tokens.css");
        let long = |text: &str| {
            let digits = text.trim().trim_start_matches('#');
            let digits: String = match digits.len() {
                3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
                _ => digits.to_owned(),
            };
            Rgb::parse(&["#", &digits].concat())
        };
        for (at, name) in TOKENS.iter().enumerate() {
            let start = format!("  --{name}: light-dark(");
            let (_, rest) = sheet.split_once(&start).unwrap_or_else(|| panic!("{name}"));
            let (light, dark) =
                rest.split_once(')').and_then(|(pair, _)| pair.split_once(',')).unwrap_or_default();
            assert_eq!(long(light), Some(Rgb::of(LIGHT[at])), "{name}");
            assert_eq!(long(dark), Some(Rgb::of(DARK[at])), "{name}");
        }
        assert_eq!(sheet.matches("light-dark(").count(), TOKENS.len());
    }

    /// Tests each pair of colors that the style sheet combines, for colors that pass the check.
    #[test]
    fn colors_that_pass_are_legible_everywhere() {
        let samples: Vec<Option<Rgb>> = std::iter::once(None)
            .chain((0..4_u32).flat_map(|red| {
                (0..4_u32).flat_map(move |green| {
                    (0..4_u32).map(move |blue| Some(Rgb([red, green, blue].map(|step| (step * 85) as u8))))
                })
            }))
            .collect();
        let mut passed = 0;
        for (at, &background) in samples.iter().enumerate() {
            for (nth, &accent) in samples.iter().enumerate() {
                // Other colors for text and accent text each time, so that each is tried.
                let text = samples[(at * 7 + nth * 3) % samples.len()];
                let words = samples[(at * 5 + nth * 11) % samples.len()];
                for accent_text in [None, words] {
                    let chosen = Chosen { accent, accent_text, background, text };
                    for defaults in [&LIGHT, &DARK] {
                        if chosen.check(defaults).is_ok() {
                            passed += 1;
                            pairs(chosen.tokens(defaults));
                        }
                    }
                }
            }
        }
        assert!(passed > 200, "{passed}");
    }

    fn pairs(tokens: [Rgb; 14]) {
        let [
            ground,
            card,
            text,
            muted,
            _,
            edge,
            accent,
            on_accent,
            tint,
            bad,
            bad_ground,
            odd,
            odd_ground,
            good,
        ] = tokens;
        for (words, grounds) in [
            (text, vec![ground, card, tint, bad_ground, odd_ground]),
            (muted, vec![ground, card, tint, bad_ground, odd_ground]),
            (accent, vec![ground, card, tint, bad_ground, odd_ground]),
            (on_accent, vec![accent]),
            (bad, vec![ground, card, bad_ground]),
            (odd, vec![ground, card, odd_ground]),
            (good, vec![ground, card]),
        ] {
            for ground in grounds {
                assert!(words.contrast(ground) >= TEXT, "{words} on {ground} of {tokens:?}");
            }
        }
        assert!(edge.contrast(ground) >= SHAPE && edge.contrast(card) >= SHAPE, "{tokens:?}");
    }

    #[test]
    fn nothing_chosen_is_the_default() {
        let none = Chosen::read(&Value::Null);
        assert_eq!(none.tokens(&LIGHT), LIGHT.map(Rgb::of));
        assert_eq!(none.tokens(&DARK), DARK.map(Rgb::of));
        assert!(none.check(&LIGHT).is_ok() && none.check(&DARK).is_ok());
    }
}
