//! Errors of the core: refusals and faults. They know no HTTP; `http/problem.rs` writes them as responses.

use latchkey_shared::i18n::Sentence;
use latchkey_shared::limits::PROBLEM_ERRORS_MAX;
use latchkey_shared::{ErrorCode, FieldError, msg};

/// Why a request did not succeed.
#[derive(Debug)]
pub struct Error {
    /// The cause, for programs. Stable.
    pub code: ErrorCode,
    /// A sentence about this occurrence, for people.
    pub detail: Sentence,
    /// One error for each field, or one for the whole request. At most [`PROBLEM_ERRORS_MAX`].
    pub errors: Vec<FieldError>,
    /// Seconds until a retry makes sense.
    pub retry_after: Option<u32>,
    /// A text for the log only. It holds no secret.
    pub log: Option<String>,
    /// One more header of the response, which says what is taken instead: `allow` of a 405, `accept` of a 415.
    pub header: Option<(&'static str, &'static str)>,
}

/// What is wrong with a JSON text, for the log: the kind of error and its place. The parser's own message may have a value of the text.
#[must_use]
pub(crate) fn json_fault(error: &serde_json::Error) -> String {
    format!("{:?} error of JSON at line {}, column {}", error.classify(), error.line(), error.column())
}

/// The result of most functions of the core.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal of the whole request.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<Sentence>, fix: impl Into<Sentence>) -> Self {
        Self::whole(code, detail.into(), fix.into())
    }

    /// Not generic and not inlined: it is called from everywhere, and each copy would weigh on the Worker.
    #[inline(never)]
    fn whole(code: ErrorCode, detail: Sentence, fix: Sentence) -> Self {
        let errors = vec![FieldError::whole(code, detail.clone(), fix)];
        Self { code, detail, errors, retry_after: None, log: None, header: None }
    }

    /// A refusal because of one field, or one member of the body.
    #[must_use]
    pub fn on(field: &str, code: ErrorCode, message: impl Into<Sentence>, fix: impl Into<Sentence>) -> Self {
        Self::on_field(field, code, message.into(), fix.into())
    }

    #[inline(never)]
    fn on_field(field: &str, code: ErrorCode, message: Sentence, fix: Sentence) -> Self {
        Self::fields(vec![FieldError::on(field, code, message, fix)])
    }

    /// A refusal because of fields. The first error's code becomes the code of the whole. An empty list is a fault. Of a
    /// long list only the first are kept, and one more error says how many are left out.
    #[must_use]
    #[inline(never)]
    pub fn fields(mut errors: Vec<FieldError>) -> Self {
        if let Some(first) = errors.first().filter(|_| errors.len() > PROBLEM_ERRORS_MAX) {
            let count = (errors.len() - PROBLEM_ERRORS_MAX + 1).to_string();
            let more = FieldError::whole(
                first.code,
                msg!("{count} more errors are left out.", count = count),
                msg!("Correct the other errors first."),
            );
            errors.truncate(PROBLEM_ERRORS_MAX - 1);
            errors.push(more);
        }
        match errors.first() {
            Some(first) => Self {
                code: first.code,
                detail: first.message.clone(),
                errors,
                retry_after: None,
                log: None,
                header: None,
            },
            None => Self::fault("a refusal without a reason"),
        }
    }

    /// A fault of Latchkey: the caller gets a fixed sentence, and the log gets the detail.
    #[must_use]
    pub fn fault(log: impl Into<String>) -> Self {
        let mut error = Self::new(
            ErrorCode::Internal,
            msg!("Something went wrong on our side. Nothing was stored."),
            msg!("Try again. If it happens again, contact us with the request id."),
        );
        error.log = Some(log.into());
        error
    }

    /// Nothing at this address, or nothing that the key may see. The response is the same for both.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            ErrorCode::NotFound,
            msg!("There is nothing at this address, or nothing that this key may see."),
            msg!("Check the address, the id, and whether the key belongs to the same project and mode."),
        )
    }

    /// The error with the seconds until a retry makes sense.
    #[must_use]
    pub fn retry_in(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The error with the header that says what is taken instead.
    #[must_use]
    pub fn telling(mut self, header: (&'static str, &'static str)) -> Self {
        self.header = Some(header);
        self
    }

    /// The error with a text for the log.
    #[must_use]
    pub fn logged(mut self, log: impl Into<String>) -> Self {
        self.log = Some(log.into());
        self
    }
}
