//! Test mode as data: the magic values, and what the simulated provider answers to them.

use crate::ErrorCode;
use crate::report::Ending;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a provider is played.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TestMode {
    /// The magic values.
    #[serde(default)]
    pub values: Vec<TestValue>,
    /// What the simulated provider answers, first match first.
    #[serde(default)]
    pub simulation: Vec<Simulated>,
}

/// A set of answers that always ends the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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

/// What the simulated provider answers to one request. The first that matches counts.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Simulated {
    /// Method and URL, `GET https://…`; `*` stands for any text.
    pub request: String,
    /// How the key begins that the request carries; none: whatever it is. A `*` at the end is implied.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What must have happened to the key before.
    pub after: Option<Past>,
    /// The status.
    pub status: u16,
    /// Headers beyond `content-type`, which is `application/json` unless given here. A time `+<n>` stands for the
    /// simulation's clock plus `n` seconds, as epoch seconds, and `+<n>ms` as epoch milliseconds; `now` for its date.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body. `{now+<n>d}` stands for the epoch milliseconds in `n` days, and `{iso+<n>d}` for the same in ISO 8601.
    #[serde(default)]
    pub body: String,
}

/// What the simulated provider remembers of a key, per project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Past {
    /// It was verified before.
    Used,
}
