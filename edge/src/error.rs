//! A refusal or a fault, as the core says it. Knows no HTTP; `http/problem.rs` writes it out.

use latchkey_shared::i18n::Sentence;
use latchkey_shared::{ErrorCode, FieldError, msg};

/// Why a request did not succeed.
#[derive(Debug)]
pub struct Error {
    /// Stable, for machines.
    pub code: ErrorCode,
    /// This occurrence, in plain words.
    pub detail: Sentence,
    /// What is wrong, field by field.
    pub errors: Vec<FieldError>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
    /// For the log alone; holds no secret.
    pub log: Option<String>,
    /// The methods there are instead of the one that was asked for.
    pub allow: Option<&'static str>,
}

/// What most functions of the core return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal that concerns the whole request.
    #[must_use]
    pub fn new(code: ErrorCode, detail: impl Into<Sentence>, fix: impl Into<Sentence>) -> Self {
        let detail = detail.into();
        let errors = vec![FieldError::whole(code, detail.clone(), fix)];
        Self { code, detail, errors, retry_after: None, log: None, allow: None }
    }

    /// A refusal on one member of the body, or one field.
    #[must_use]
    pub fn on(field: &str, code: ErrorCode, message: impl Into<Sentence>, fix: impl Into<Sentence>) -> Self {
        Self::fields(vec![FieldError::on(field, code, message, fix)])
    }

    /// A refusal on fields. The first gives the whole its code. An empty list is a fault of ours.
    #[must_use]
    pub fn fields(errors: Vec<FieldError>) -> Self {
        match errors.first() {
            Some(first) => Self {
                code: first.code,
                detail: first.message.clone(),
                errors,
                retry_after: None,
                log: None,
                allow: None,
            },
            None => Self::fault("a refusal without a reason"),
        }
    }

    /// A fault of ours: a fixed sentence outside, the detail in the log.
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

    /// Nothing here, or nothing that the key may see: the two are never told apart.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            ErrorCode::NotFound,
            msg!("There is nothing at this address, or nothing that this key may see."),
            msg!("Check the address, the id, and whether the key belongs to the same project and mode."),
        )
    }

    /// With a time after which trying again makes sense.
    #[must_use]
    pub fn retry_in(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// With the methods there are.
    #[must_use]
    pub fn allowing(mut self, methods: &'static str) -> Self {
        self.allow = Some(methods);
        self
    }

    /// With a line for the log.
    #[must_use]
    pub fn logged(mut self, log: impl Into<String>) -> Self {
        self.log = Some(log.into());
        self
    }
}
