//! Test mode as data: the test values, and the responses of the simulated provider.

use crate::ErrorCode;
use crate::report::Ending;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a provider is played in test mode.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct TestMode {
    /// The test values.
    #[serde(default)]
    pub values: Vec<TestValue>,
    /// The simulated responses. The first match counts.
    #[serde(default)]
    pub simulation: Vec<Simulated>,
}

/// Field values that always end the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestValue {
    /// The case that it plays.
    pub name: String,
    /// The values by field id. In the file, `*` at the end of a secret stands for any suffix.
    pub fields: BTreeMap<String, String>,
    /// How the verification ends.
    pub ending: Ending,
    /// The code of the error, or of the first warning of an accepted key.
    pub code: Option<ErrorCode>,
    /// The field of the error or warning.
    pub field: Option<String>,
}

/// The simulated response to a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Simulated {
    /// Method and URL, `GET https://…`; `*` stands for any text.
    pub request: String,
    /// How the key in the request begins; empty: any key.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What happened to the key before.
    pub after: Option<Past>,
    /// What the request makes of the key.
    pub then: Option<Past>,
    /// Only from so many days after the first use of the key.
    pub after_days: Option<u32>,
    /// Only until so many days after the first use of the key.
    pub until_days: Option<u32>,
    /// Only if the key was not used for so many days. A key that was not used for the fewest days that its rules name stays so.
    pub idle_days: Option<u32>,
    /// The status; 0: no answer arrives.
    pub status: u16,
    /// Headers beside `content-type`, which is `application/json` unless it is given. `+<n>` stands for the simulation's clock plus `n`
    /// seconds in epoch seconds, `+<n>ms` for the same in epoch milliseconds, and `now` for its date.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body. `{now+<n>d}` stands for the epoch milliseconds in `n` days, `{iso+<n>d}` for the same in ISO 8601. `{first+<n>d}` and
    /// `{firstIso+<n>d}` are `n` days after the first use of the key, and `{fresh}` is twelve hexadecimal digits that are new each time.
    #[serde(default)]
    pub body: String,
}

impl Simulated {
    /// Whether the response is one to this key.
    #[must_use]
    pub fn is_for(&self, key: &str) -> bool {
        self.keys.is_empty() || self.keys.iter().any(|start| key.starts_with(start))
    }
}

/// An event of a key that the simulated provider remembers, in each project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Past {
    /// It was verified before.
    Used,
    /// It was ended.
    Revoked,
    /// It was to be replaced, and the answer was lost.
    Lost,
}
