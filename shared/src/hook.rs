//! A push channel as data: how a provider proves that a delivery is its own, where the events are in it, and what each means.
//!
//! A path here is a path of an `Extraction` (`probe.rs`).

use crate::ErrorCode;
use crate::probe::Expectation;
use crate::procedure::Step;
use serde::{Deserialize, Serialize};

/// The push channel of a provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Hook {
    /// The optional field whose value names the channel. Without it, no channel is registered.
    pub field: Option<String>,
    /// What the report of a new account says about the channel.
    #[serde(default)]
    pub message: String,
    /// The steps that register it. `{hook.uri}`, `{hook.name}` and `{hook.secret}` are given.
    #[serde(default)]
    pub register: Vec<Step>,
    /// The steps that remove it. What `register` extracted as `hook.<word>` is given.
    #[serde(default)]
    pub remove: Vec<Step>,
    /// How to ask for the same events, where the key may not register a channel.
    pub poll: Option<Poll>,
    /// How a delivery proves that it comes from the provider.
    pub proof: Proof,
    /// How the provider finds out whether the address is ours. `None`: it does not ask.
    pub challenge: Option<Challenge>,
    /// Where a delivery has its events.
    pub delivery: DeliveryFormat,
    /// What the events mean. The first that names a type counts; an event of another type changes nothing.
    pub events: Vec<HookEvent>,
    /// Which events the history of an account shows, whatever else they mean.
    pub history: Option<HookHistory>,
}

/// Which events the history of an account shows, as the provider words them. It shows those alone that name the account's key as a
/// target, or its owner as a target or as the actor.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookHistory {
    /// The types.
    pub types: Vec<String>,
    /// An event that has one of these is not shown, such as one about an action that failed.
    #[serde(default)]
    pub unless: Vec<Expectation>,
    /// The path in an event to the provider's words for it.
    pub message: String,
    /// Who did it.
    pub actor: Party,
    /// To what or whom it was done.
    pub target: Party,
}

/// Where an event names somebody or something.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// The path in the event to each of them.
    pub path: String,
    /// The path in it to its id.
    pub id: String,
    /// The path in it to its kind, in the provider's words.
    #[serde(rename = "type")]
    pub kind: String,
    /// The path in it to its name.
    pub name: String,
    /// The path in it to the name with which it signs in. Empty: events do not say it.
    #[serde(default)]
    pub login: String,
}

/// A request for the events since a time.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Poll {
    /// The most events of one answer, as the step asks for them. An answer with so many may have left out others, so that the
    /// account is checked.
    pub page: usize,
    /// The step. `{poll.since}` is given, in ISO 8601. It extracts `json.events`: the list of the events.
    pub step: Step,
}

/// How a delivery proves that it comes from the provider.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proof {
    /// The header with the proof.
    pub header: String,
    /// What the header has.
    pub has: ProofKind,
}

/// What the header of a proof has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProofKind {
    /// The shared secret itself.
    Secret,
    /// The HMAC-SHA-256 of the whole body in hex, with the shared secret as its key.
    HmacSha256Hex,
}

/// A GET by which the provider finds out whether the address is ours.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Challenge {
    /// The header with the text to repeat.
    pub header: String,
    /// The member of our response that has it.
    pub member: String,
}

/// Where a delivery has its events.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryFormat {
    /// The path to the events. Empty: the whole body is one event.
    #[serde(default)]
    pub events: String,
    /// The path in an event to its id.
    pub id: String,
    /// The path in an event to its type. Paths separated by a space are joined.
    #[serde(rename = "type")]
    pub kind: String,
    /// The path in an event to the time at which it happened.
    pub at: String,
    /// The path in an event to the id of the key with which somebody did what it reports. Empty: events do not say it.
    #[serde(default)]
    pub key: String,
}

/// What events mean.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookEvent {
    /// The types.
    pub types: Vec<String>,
    /// Whom the event must name to concern the account. `None`: it may concern every account of the organization.
    pub about: Option<About>,
    /// An event that has one of these changes nothing, such as one about an action that failed.
    #[serde(default)]
    pub unless: Vec<Expectation>,
    /// What it means for the account.
    pub effect: Effect,
    /// The cause of the account's state, for machines.
    pub code: Option<ErrorCode>,
    /// The cause, in plain words.
    #[serde(default)]
    pub message: String,
    /// What to do about it.
    #[serde(default)]
    pub fix: String,
}

/// Whom an event names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// The finding of the account's report: its key or its owner.
    pub finding: Subject,
    /// The path in the event to the ids that it names.
    pub path: String,
}

/// A finding that an event may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// The key.
    #[serde(rename = "key.id")]
    Key,
    /// The key's owner.
    #[serde(rename = "identity.id")]
    Owner,
}

/// What an event means for an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The key has ended: the account needs a new one at once.
    Ended,
    /// The key does not work for now. The account is blocked at once, and a check finds out when that is over.
    Blocked,
    /// What stopped the key may be over. The account is checked, even if its key is dead.
    Restored,
    /// Something about the key or its rights may have changed. The account is checked, if its key is not dead.
    Check,
}
