//! The query of a request: its members, decoded. It refuses to choose between two members of one name.

use crate::error::{Error, Result};
use crate::http::place::plausible;
use latchkey_shared::ErrorCode;
use std::collections::BTreeMap;

/// The members of a query.
#[derive(Default)]
pub struct Query {
    members: BTreeMap<String, String>,
    /// The part as it came.
    text: String,
    /// The name that came more than once, if there is one.
    twice: Option<String>,
}

impl Query {
    /// Reads the part behind the question mark, as HTML forms encode it.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self { text: text.to_owned(), ..Self::default() };
        for (name, value) in form_urlencoded::parse(text.as_bytes()) {
            if query.members.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                query.twice.get_or_insert(name.into_owned());
            }
        }
        query
    }

    /// The value of a member. It is empty for a member without a value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&String> {
        self.members.get(name)
    }

    /// The part as it came, percent-encoded.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Refuses a query that has a member twice, whatever its values: taking one would be a guess.
    ///
    /// # Errors
    /// On that member. A name that may be something else, such as a key, is not repeated.
    pub fn check(&self) -> Result<()> {
        let Some(name) = &self.twice else { return Ok(()) };
        let fix = "Send each member of the query once.";
        Err(match plausible(name) {
            true => {
                let message = format!("The query has {name} more than once.");
                Error::on(name, ErrorCode::InvalidParameter, message, fix)
            }
            false => Error::new(ErrorCode::InvalidParameter, "The query has a member more than once.", fix),
        })
    }
}
