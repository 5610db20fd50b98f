//! Colors as `#rrggbb`, and the contrast between two (WCAG 2.2, “contrast ratio” and “relative luminance”). `f64::powf` would
//! bring 1,405 bytes into the Worker, 890 after gzip: a power with a fixed exponent is a root and a product.

use std::fmt;

/// The least contrast of text with its background.
pub const TEXT: f64 = 4.5;
/// The least contrast of the border of a field with its background.
pub const SHAPE: f64 = 3.0;

/// A color of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rgb(pub [u8; 3]);

/// Black.
pub const BLACK: Rgb = Rgb([0; 3]);
/// White.
pub const WHITE: Rgb = Rgb([255; 3]);

impl Rgb {
    /// A color from its number, such as `0x1d5bd1`.
    #[must_use]
    pub const fn of(number: u32) -> Self {
        let [_, red, green, blue] = number.to_be_bytes();
        Self([red, green, blue])
    }

    /// Reads `#rrggbb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
        let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        u32::from_str_radix(digits, 16).ok().filter(|_| hex).map(Self::of)
    }

    /// The color at this percentage of the way to another color.
    #[must_use]
    pub fn mix(self, other: Self, percent: u32) -> Self {
        let (mut mixed, Self(to)) = (self, other);
        for (one, to) in mixed.0.iter_mut().zip(to) {
            let sum = u32::from(*one) * (100 - percent.min(100)) + u32::from(to) * percent.min(100);
            *one = ((sum + 50) / 100) as u8;
        }
        mixed
    }

    fn luminance(self) -> f64 {
        let Self([red, green, blue]) = self;
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    /// The contrast with another color, from 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance() + 0.05, other.luminance() + 0.05);
        if one > other { one / other } else { other / one }
    }

    /// The nearest color that passes, on the way to black or to white. `None` if no color there passes.
    #[must_use]
    pub fn nearest(self, passes: impl Fn(Self) -> bool) -> Option<Self> {
        (1..=100)
            .flat_map(|percent| [BLACK, WHITE].map(|end| self.mix(end, percent)))
            .find(|&one| passes(one))
    }

    /// The first color that passes on the way from this one to another one, or else the other one.
    #[must_use]
    pub fn toward(self, other: Self, passes: impl Fn(Self) -> bool) -> Self {
        let ways = (0..10).map(|step| self.mix(other, step * 10));
        ways.into_iter().find(|&one| passes(one)).unwrap_or(other)
    }
}

/// The linear light of a channel: its value to the power of 2.4, which is its square times the fifth root of its square.
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 {
        return value / 12.92;
    }
    let base = (value + 0.055) / 1.055;
    let square = base * base;
    // Newton's method: sixteen steps are more than enough between 0.09 and 1.
    let root = (0..16).fold(1.0, |root: f64, _| 0.8 * root + 0.2 * square / (root * root * root * root));
    square * root
}

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([red, green, blue]) = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

/// A ratio as text, cut off after two digits, so that one that is too low never reads as enough.
#[must_use]
pub fn shown(ratio: f64) -> String {
    let hundredths = (ratio * 100.0) as u32;
    format!("{}.{:02}:1", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luminance_is_that_of_the_formula() {
        for channel in 0..=255_u8 {
            let value = f64::from(channel) / 255.0;
            let exact = if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
            assert!((linear(channel) - exact).abs() < 1e-12, "{channel}");
        }
    }

    #[test]
    fn a_ratio_is_cut_off_and_never_rounded_up() {
        assert_eq!(shown(BLACK.contrast(WHITE)), "21.00:1");
        assert_eq!(shown(Rgb::of(0x77_7777).contrast(WHITE)), "4.47:1");
        assert_eq!(shown(Rgb::of(0x76_7676).contrast(WHITE)), "4.54:1");
        assert_eq!(shown(4.4999), "4.49:1");
    }

    #[test]
    fn only_six_digits_are_a_color() {
        assert_eq!(Rgb::parse("#1D5bd1"), Some(Rgb::of(0x1d_5bd1)));
        for text in [
            "",
            "#",
            "#fff",
            "1d5bd1",
            "#1d5bd1ff",
            "#1d5bdg",
            "#+d5bd1",
            "red",
            "#\u{e9}\u{e9}\u{e9}",
            "url(x)",
        ] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }
}
