//! Counts the keys that providers refused lately: of each session, network address and API key, and of all API keys
//! together. It owns the table `failures`.
//!
//! Past a limit no further key is sent to a provider, so that nobody can test stolen keys with a link or a leaked API key.
//! A key counts as refused from the moment when it may be sent, so that many requests at once cannot pass the limit. It
//! stops counting if it ends in another way. Nothing counts in test mode, where nothing can be learned.

use crate::store::object::{Outcome, Store};
use crate::store::protocol::Refusal;
use crate::store::sql::Sql;
use latchkey_shared::Mode;
use latchkey_shared::limits::{
    REFUSED_PER_ADDRESS, REFUSED_PER_API_KEY, REFUSED_PER_PROJECT, REFUSED_PER_SESSION,
};

/// For how long a refused key is counted, in milliseconds.
pub(super) const COUNTED_MS: i64 = 10 * 60_000;

/// After how many seconds to try again, if keys that are still being checked fill the limit.
const CHECKING_SECONDS: u32 = 5;

impl<S: Sql> Store<'_, S> {
    /// Counts a key that is about to be sent with a token of a session; each of its two tokens has a count of its own.
    /// `claim` is the id of the blob that it may be written to.
    pub(super) fn claim_for_session(
        &self,
        mode: Mode,
        claim: &str,
        (session, by_share): (&str, bool),
        address: Option<&str>,
    ) -> Outcome<()> {
        let address = address.map(|address| (["address ", address].concat(), REFUSED_PER_ADDRESS));
        let token = if by_share { "/shared" } else { "" };
        let session = (["session ", session, token].concat(), REFUSED_PER_SESSION);
        self.count_key(mode, claim, [session].into_iter().chain(address).collect())
    }

    /// Counts a key that is about to be sent with an API key.
    pub(super) fn claim_for_api_key(&self, mode: Mode, claim: &str, api_key: &str) -> Outcome<()> {
        let api_key = (["key ", api_key].concat(), REFUSED_PER_API_KEY);
        self.count_key(mode, claim, vec![api_key, ("keys".to_owned(), REFUSED_PER_PROJECT)])
    }

    /// Refuses if a subject has reached its limit. Otherwise counts the claim for each.
    fn count_key(&self, mode: Mode, claim: &str, subjects: Vec<(String, i64)>) -> Outcome<()> {
        if mode == Mode::Test {
            return Ok(());
        }
        let since = self.now - COUNTED_MS;
        for (subject, limit) in &subjects {
            // The limit is reached until the oldest of the keys that fill it is not counted anymore.
            let oldest = |ended: &str| {
                let statement = format!(
                    "SELECT at FROM failures WHERE subject = ? AND at > ? {ended} ORDER BY at DESC LIMIT 1 OFFSET ?"
                );
                let values = [subject.as_str().into(), since.into(), (limit - 1).into()];
                self.sql.value::<i64>(&statement, &values)
            };
            if oldest("")?.is_some() {
                let refused = oldest("AND ended = 1")?;
                let wait = refused.map_or(CHECKING_SECONDS, |at| ((at - since) / 1000 + 1) as u32);
                return Err(Refusal::TooManyFailures(wait).into());
            }
        }
        for (subject, _) in subjects {
            let row = vec![
                ("claim", claim.into()),
                ("subject", subject.into()),
                ("at", self.now.into()),
                ("ended", 0_u32.into()),
            ];
            self.sql.insert("OR REPLACE INTO failures", row)?;
        }
        self.schedule(self.now + COUNTED_MS);
        Ok(())
    }

    /// Records how a claim ended: it goes on to count if the provider refused the key.
    pub(super) fn end_claim(&self, claim: &str, refused: bool) -> Outcome<()> {
        let (statement, now) = match refused {
            true => ("UPDATE failures SET ended = 1, at = ?2 WHERE claim = ?1", Some(self.now.into())),
            false => ("DELETE FROM failures WHERE claim = ?1", None),
        };
        let values: Vec<_> = [Some(claim.into()), now].into_iter().flatten().collect();
        self.sql.exec(statement, &values)?;
        Ok(())
    }
}
