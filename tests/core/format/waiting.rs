//! When to try again, as each provider's headers tell it.

use super::*;

const ME: &str = "GET https://acme.example.com/me";
const DATE: &str = "Sun, 22 Nov 2026 12:00:00 GMT";
/// That date in seconds since 1970.
const NOW: i64 = 1_795_348_800;

fn wait(rate: &str, value: &str) -> String {
    let provider = made(&format!(
        "secretHeaders = {{ Authorization = \"{{apiKey}}\" }}\nrateLimit = {{ resetHeader = \"x-reset\"{rate} }}\n{}",
        probe(OWNER)
    ));
    let fake = FakeProvider::default();
    fake.answer_with(ME, 429, &[("date", DATE), ("x-reset", value)], "");
    said(&ending(&fake, provider)).rsplit(' ').next().unwrap().to_owned()
}

#[test]
fn the_header_tells_a_time_or_the_seconds_to_wait() {
    let (in_a_minute, ms) = ((NOW + 60).to_string(), ((NOW + 60) * 1000).to_string());
    for (rate, value, seconds) in [
        ("", in_a_minute.as_str(), "61"),
        (", unitMs = 1000", in_a_minute.as_str(), "61"),
        (", reset = \"epoch\", unitMs = 1", ms.as_str(), "61"),
        ("", &*format!("{in_a_minute}.75"), "61"),
        (", reset = \"seconds\"", "45", "45"),
        (", reset = \"seconds\"", " 45.0 ", "45"),
        (", reset = \"seconds\"", "0.2", "1"),
        (", reset = \"seconds\"", "44.016", "45"),
        (", reset = \"seconds\"", "0", "1"),
        (", reset = \"seconds\"", "99999", "900"),
        (", reset = \"seconds\"", "9223372036854775807.5", "900"),
        (", reset = \"date\"", "Sun, 22 Nov 2026 12:01:00 GMT", "60"),
        (", reset = \"date\"", "Sun, 22 Nov 2026 13:00:00 GMT", "900"),
        (", reset = \"date\"", "Sun, 22 Nov 2026 11:00:00 GMT", "1"),
        (", reset = \"date\"", in_a_minute.as_str(), "30"),
        // Without a time that can be read, the default.
        (", reset = \"seconds\"", "soon", "30"),
        (", reset = \"seconds\"", "4.x", "30"),
        (", reset = \"seconds\"", "45, 46", "30"),
        ("", "soon", "30"),
        // Seconds to wait in the place of a time are no time of 1970, after which one second would be enough.
        ("", "45", "30"),
        (", unitMs = 1", "45000", "30"),
    ] {
        assert_eq!(wait(rate, value), seconds, "{rate}: {value}");
    }
}
