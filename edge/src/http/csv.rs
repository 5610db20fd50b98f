//! Rows of CSV (RFC 4180) for spreadsheets. It refuses to know what is in them.

/// A row of these cells.
#[must_use]
pub fn row(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|text| cell(text)).collect();
    [&cells.join(","), "\r\n"].concat()
}

/// A cell of CSV, in quotes where it needs them. A spreadsheet takes a text that begins so for a formula, so it gets an
/// apostrophe in front.
#[must_use]
pub fn cell(text: &str) -> String {
    let formula = text
        .starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let text = if formula { ["'", text].concat() } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n', ';', '\t']) || formula {
        ["\"", &text.replace('"', "\"\""), "\""].concat()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (text, shown) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("a;b", "\"a;b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("＝1", "\"'＝1\""),
        ] {
            assert_eq!(cell(text), shown, "{text}");
        }
    }
}
