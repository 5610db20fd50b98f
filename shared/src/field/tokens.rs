//! The words of a pasted text, and what stands between them: a sentence, a header, a line of a script or of a configuration file.
//!
//! It knows no provider and no kind of value. It says which words are the names of values (`OKTA_ORG_URL=`, `"orgUrl":`), which are
//! comments, and where an address ends.

/// A set of characters. It is a pointer, so that all searches share their code: each closure would add some to the widget.
pub(super) type Set = fn(char) -> bool;

/// A word, and the characters between it and the next one.
#[derive(Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) gap: &'a str,
    pub(super) last: bool,
}

impl Token<'_> {
    /// Whether the word is the name of the value behind it.
    pub(super) fn is_name(&self) -> bool {
        !self.last && has(self.gap, |c| matches!(c, '=' | ':')) && !has(self.text, |c| matches!(c, '/' | '@'))
    }

    /// Whether whitespace follows, or nothing.
    pub(super) fn ends_run(&self) -> bool {
        self.last || has(self.gap, char::is_whitespace)
    }

    /// Whether an address cannot go on behind the word. A Markdown link has one behind its label.
    pub(super) fn ends_address(&self) -> bool {
        self.ends_run() || has(self.gap, is_quote) || self.gap.starts_with("](")
    }
}

/// The words of a text without its comments, or those of its comments if nothing else is there.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let (mut told, mut comments) = (Vec::new(), Vec::new());
    let mut in_comment = false;
    let mut rest = without_start(text, is_between_or_colon);
    while !rest.is_empty() {
        // A colon belongs to a word only inside it, and a full stop only before its end.
        let (word, _) = cut(rest, is_between);
        let word = word.trim_end_matches((|c| matches!(c, ':' | '.')) as Set);
        let after = rest.get(word.len()..).unwrap_or_default();
        let next = without_start(after, |c| matches!(c, ':' | '.'));
        let next = without_start(next, is_between_or_colon);
        let gap = before(after, next);
        let token = Token { text: word, gap, last: next.is_empty() };
        in_comment |= word.starts_with('#') || word == "//";
        if in_comment { &mut comments } else { &mut told }.push(token);
        in_comment &= !has(gap, |c| matches!(c, '\n' | '\r'));
        rest = next;
    }
    if told.is_empty() { comments } else { told }
}

/// The words that are no names of values.
pub(super) fn values<'a>(tokens: &[Token<'a>]) -> Vec<&'a str> {
    let mut values = Vec::new();
    for token in tokens {
        if !token.is_name() {
            values.push(token.text);
        }
    }
    values
}

/// Whether people put the character around and between values.
pub(super) fn is_between(c: char) -> bool {
    matches!(
        c,
        '(' | ')'
            | '['
            | ']'
            | '{'
            | '}'
            | ','
            | ';'
            | '='
            | '*'
            | '!'
            | '（'
            | '、'
            | '，'
            | '；'
            | '•'
            | '…'
    ) || is_quote(c)
        || c.is_whitespace()
}

fn is_between_or_colon(c: char) -> bool {
    c == ':' || is_between(c)
}

/// Whether the character also ends an address that has begun.
fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | '<' | '>' | '|' | '‘'..='‟' | '«' | '»' | '‹' | '›' | '「'..='』' | '【' | '】' | '《' | '》' | '）'
    )
}

/// Whether the text has a character of the set.
pub(super) fn has(text: &str, set: Set) -> bool {
    text.chars().any(set)
}

/// The text before the first character of the set, and from it on.
pub(super) fn cut(text: &str, set: Set) -> (&str, &str) {
    text.split_at_checked(text.find(set).unwrap_or(text.len())).unwrap_or((text, ""))
}

/// The parts of a text that have only characters of the set, each with what stands behind it.
pub(super) fn parts(text: &str, set: Set) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let after = without_start(rest, set);
        let next = after.get(after.find(set).unwrap_or(after.len())..).unwrap_or_default();
        parts.push((before(rest, after), before(after, next)));
        rest = next;
    }
    parts
}

/// The text in front of its own end.
pub(super) fn before<'a>(text: &'a str, end: &str) -> &'a str {
    text.get(..text.len() - end.len()).unwrap_or_default()
}

/// The text without the characters of the set at its start.
pub(super) fn without_start(text: &str, set: Set) -> &str {
    text.trim_start_matches(set)
}
