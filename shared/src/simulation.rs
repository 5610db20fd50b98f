//! Test mode as data: the magic values, and what the simulated provider answers to them.

use crate::ErrorCode;
use crate::report::Ending;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A set of answers that always ends the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TestValue {
    /// What it plays.
    pub name: String,
    /// The answers by field id. In the file, `*` at the end of a secret stands for a suffix of anyone's choice.
    pub fields: BTreeMap<String, String>,
    /// How verification ends.
    pub ending: Ending,
    /// The code of the error, or of the warning an accepted key comes with.
    pub code: Option<ErrorCode>,
    /// The field it is on.
    pub field: Option<String>,
}

/// What the simulated provider answers to one request.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Simulated {
    /// Method and URL, `GET https://…`.
    pub request: String,
    /// How the `Authorization` header begins; none: whatever it is.
    pub authorization: Option<String>,
    /// The status.
    pub status: u16,
    /// Headers beyond `content-type`, which is `application/json` unless given here.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: String,
}
