//! Base62 of 128-bit numbers in a fixed width, for ids and tokens. It has no `-`, `_`, `.` or padding, so that a double click selects
//! the whole text, and `.` can separate parts.

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The number of characters of every 128-bit number.
pub const WIDTH: usize = 22;

/// Writes `number` in exactly [`WIDTH`] characters, most significant first.
#[must_use]
pub fn encode(mut number: u128) -> String {
    let mut text = [b'0'; WIDTH];
    for slot in text.iter_mut().rev() {
        *slot = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    text.iter().map(|&byte| char::from(byte)).collect()
}

/// Reads the text of [`encode`]. `None` if the length or a character is wrong, or if the number has more than 128 bits.
#[must_use]
pub fn decode(text: &str) -> Option<u128> {
    if text.len() != WIDTH {
        return None;
    }
    text.bytes().try_fold(0u128, |number, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return None,
        };
        number.checked_mul(62)?.checked_add(u128::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_reads_back() {
        for number in [0, 1, 61, 62, u128::from(u64::MAX), u128::MAX] {
            assert_eq!(decode(&encode(number)), Some(number));
        }
    }

    #[test]
    fn a_number_past_128_bits_is_refused() {
        assert_eq!(decode("zzzzzzzzzzzzzzzzzzzzzz"), None);
        assert_eq!(decode("0"), None);
        assert_eq!(decode("000000000000000000000-"), None);
    }
}
