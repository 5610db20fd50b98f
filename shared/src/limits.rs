//! The table of limits: what a caller can make Latchkey read, send back and store is bounded by these constants.
//!
//! Every check uses them. `edge/docs/limits.md` lists them for readers, and `tests/core/limits.rs` compares the two. To add
//! one, add a line here and a row there.

/// One limit, for the document and its test.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// The name of the constant.
    pub name: &'static str,
    /// The most that is allowed.
    pub most: i64,
    /// The unit of `most`.
    pub unit: &'static str,
}

macro_rules! limits {
    ($( $(#[$meta:meta])* $name:ident: $kind:ty = $most:expr, $unit:literal; )*) => {
        $( $(#[$meta])* pub const $name: $kind = $most; )*

        /// Every limit, in the order of this file.
        pub const LIMITS: &[Limit] =
            &[$( Limit { name: stringify!($name), most: $name as i64, unit: $unit }, )*];
    };
}

limits! {
    /// The longest name of a connection, in characters.
    NAME_MAX: usize = 64, "characters";
    /// The longest description, in characters.
    DESCRIPTION_MAX: usize = 256, "characters";
    /// The longest text that accounts are searched for, in characters.
    SEARCH_MAX: usize = 64, "characters";
    /// How many characters of each field of an account a search looks in.
    SEARCH_FIELD_MAX: usize = 200, "characters";
    /// The most values of one filter of accounts.
    FILTER_VALUES_MAX: usize = 20, "values";
    /// The most ranges of addresses that an API key may be bound to.
    ADDRESSES_MAX: usize = 20, "ranges";

    /// The most accounts of a person among which the page that offers several services looks for connected ones.
    ACCOUNTS_SHOWN_MAX: usize = 50, "accounts";
    /// The most console sessions of a mode. The oldest end first.
    CONSOLE_SESSIONS_MAX: i64 = 100, "rows in each mode";
    /// After how many minutes a console session ends.
    CONSOLE_SESSION_MINUTES: i64 = 720, "minutes";
    /// After how many minutes without a request a console session ends.
    CONSOLE_IDLE_MINUTES: i64 = 120, "minutes";
    /// The most links of a mode that sign in to the console. The oldest are deleted first.
    CONSOLE_LINKS_MAX: i64 = 100, "rows in each mode";
    /// The longest time that a sign-in link works, in seconds.
    CONSOLE_LINK_SECONDS: i64 = 3_600, "seconds";
    /// The most requests of a console session in a minute.
    CONSOLE_REQUESTS: u32 = 600, "requests of a session";
    /// The most browsers that are told at once what changed in a project.
    LIVE_SOCKETS_MAX: usize = 50, "browsers of a project";
    /// The most ids that one text of the live channel has. Past it, the text has the kinds alone.
    LIVE_IDS_MAX: usize = 50, "ids";
    /// For how many days a session lives at most.
    SESSION_LIFE_DAYS: i64 = 30, "days";
    /// For how many days a project that was deleted can be restored.
    PROJECT_GRACE_DAYS: i64 = 7, "days";
    /// The most members of a project's console, people and domains of e-mail addresses together.
    CONSOLE_MEMBERS_MAX: usize = 100, "members";
    /// The longest name of a browser that is kept of a console session, in characters. A longer one is cut.
    USER_AGENT_MAX: usize = 120, "characters";

    /// The longest body of a request that is read, in bytes.
    BODY_MAX: usize = 64 * 1024, "bytes";
    /// The most field values in one body. No provider has so many fields (`tests/core/limits.rs`).
    FIELDS_MAX: usize = 20, "fields";
    /// The most likely causes of one error. A provider's file has no more (`shared/provider-file`).
    CAUSES_MAX: usize = 5, "causes";
    /// The most errors of one problem. The last one says how many are left out.
    PROBLEM_ERRORS_MAX: usize = 10, "errors";
    /// The most choices of one error.
    CHOICES_MAX: usize = 50, "choices";
    /// The longest label of a choice, in characters. A longer one is cut.
    CHOICE_LABEL_MAX: usize = 100, "characters";
    /// The longest path of the address of a service that a customer runs, in characters.
    BASE_PATH_MAX: usize = 200, "characters";
    /// The most regions of a provider. A provider's file has no more (`shared/provider-file`).
    REGIONS_MAX: usize = 30, "regions";

    /// The largest session, as it is stored, in bytes of JSON.
    SESSION_BYTES_MAX: usize = 16 * 1024, "bytes";
    /// The most bytes of JSON in a page of sessions or events. A page of large ones is shorter than it was asked for.
    PAGE_BYTES_MAX: usize = 128 * 1024, "bytes";
    /// The largest report of a verification, in bytes of JSON. Roles are left out from its end until it fits.
    REPORT_BYTES_MAX: usize = 16 * 1024, "bytes";
    /// The largest response that is kept for an idempotency key, in bytes.
    IDEMPOTENT_BYTES_MAX: usize = 16 * 1024, "bytes";
    /// The longest detail of an entry of the audit log, in characters. A longer one is cut.
    AUDIT_DETAIL_MAX: usize = 1000, "characters";
    /// The longest value before or after a change of settings in an entry of the audit log, in bytes of JSON. Of a longer one
    /// the entry has the size and the SHA-256.
    AUDIT_VALUE_MAX: usize = 500, "bytes";

    /// The most attempts of a session, with those that are canceled before they arrive.
    ATTEMPTS_MAX: i64 = 200, "attempts";
    /// The most of them with one shared link. As many are left to the session's own token, whoever had links.
    ATTEMPTS_PER_SHARE: i64 = 50, "attempts";
    /// The most refused keys of each of a session's two tokens within ten minutes.
    REFUSED_PER_SESSION: i64 = 10, "refused keys";
    /// The most refused keys of a network address within ten minutes. It is higher, because an office shares an address.
    REFUSED_PER_ADDRESS: i64 = 30, "refused keys";
    /// The most refused keys of an API key within ten minutes.
    REFUSED_PER_API_KEY: i64 = 100, "refused keys";
    /// The most refused keys of all API keys of a project within ten minutes.
    REFUSED_PER_PROJECT: i64 = 300, "refused keys";

    /// The most checks of an account that its backend may ask for in a minute.
    CHECKS_PER_MINUTE: u32 = 10, "checks of an account";
    /// The most accounts that one alarm puts into batches of checks.
    CHECKS_PER_ALARM: i64 = 400, "accounts";
    /// The most batches of checks of a project that are under way.
    BATCHES_MAX: i64 = 100, "rows";
    /// The most organizations of a mode that are left alone for a while.
    PAUSES_MAX: i64 = 1_000, "rows in each mode";

    /// The most deliveries of one push channel that are read in a minute.
    HOOK_DELIVERIES_PER_MINUTE: u32 = 600, "deliveries of a channel";
    /// The most deliveries without a valid proof of a network address in a minute.
    FORGED_DELIVERIES: u32 = 60, "deliveries";
    /// The most events of one delivery that are read. If there are more, the account is checked.
    EVENTS_PER_DELIVERY: usize = 100, "events";
    /// The most challenges of one push channel that are answered in a minute.
    CHALLENGES_PER_MINUTE: u32 = 20, "challenges of a channel";
    /// The most events of one push channel that act by themselves in a minute. Past it, the account is only checked.
    HOOK_EVENTS_PER_MINUTE: u32 = 60, "events of a channel";
    /// How often pushed events may change the health of one account in an hour. Past it, the account is only checked.
    HOOK_CHANGES_PER_HOUR: u32 = 6, "changes of an account";
    /// The most ids of pushed events of one account that are remembered. The oldest are forgotten first.
    HOOK_EVENTS_PER_ACCOUNT: i64 = 100, "rows for each connection";
    /// The longest text that a push channel's challenge repeats, in bytes.
    CHALLENGE_MAX: usize = 1024, "bytes";
    /// The most ids of pushed events of a project that are remembered. The oldest are forgotten first.
    HOOK_EVENTS_MAX: i64 = 50_000, "rows";
    /// The most events of one push channel that the history of its account takes in a minute. Others of that minute are left out.
    PROVIDER_EVENTS_PER_MINUTE: u32 = 20, "events of a channel";
    /// The most events of its provider in the history of an account. The oldest are deleted first.
    PROVIDER_EVENTS_PER_ACCOUNT: i64 = 100, "rows for each connection";
    /// The most events of providers in the histories of a project's accounts. The oldest are deleted first.
    PROVIDER_EVENTS_MAX: i64 = 20_000, "rows";
    /// After how many days an event of a provider is deleted from the history of an account.
    PROVIDER_EVENT_DAYS: i64 = 400, "days";
    /// The longest text of an event of a provider that is kept, in characters. A longer one is cut.
    PROVIDER_EVENT_TEXT_MAX: usize = 100, "characters";
    /// The most targets of an event of a provider that are kept.
    PROVIDER_EVENT_TARGETS: usize = 5, "targets";

    /// The most webhook endpoints of a mode.
    WEBHOOK_ENDPOINTS_MAX: i64 = 20, "rows in each mode";
    /// The most test deliveries of an endpoint in a minute.
    WEBHOOK_TESTS_PER_MINUTE: u32 = 10, "test deliveries of an endpoint";
    /// The most bytes of an endpoint's answer that are kept of an attempt.
    WEBHOOK_ANSWER_MAX: usize = 256, "bytes";
    /// The most attempts of a delivery that are kept. A replay begins a new series, which replaces the oldest.
    WEBHOOK_ATTEMPTS_KEPT: usize = 10, "attempts of a delivery";
    /// The longest URL of a webhook endpoint, in bytes.
    WEBHOOK_URL_MAX: usize = 500, "bytes";

    /// The most sessions of a mode. Before one more is refused, those that have ended are deleted, the oldest first.
    SESSIONS_MAX: i64 = 50_000, "rows in each mode";
    /// The most outcomes of attempts of a project. The oldest are deleted first.
    OUTCOMES_MAX: i64 = 100_000, "rows";
    /// The most records of used sealed values of a project. The oldest are deleted first.
    SEALED_MAX: i64 = 200_000, "rows";
    /// The most connections of a mode.
    CONNECTIONS_MAX: i64 = 100_000, "rows in each mode";
    /// The most accounts that are read and sorted for a page. If a filter leaves more, the page is read in its order.
    LIST_SORTED: i64 = 2_000, "rows for each page";
    /// The most accounts that are read in the order of a page and do not match its filters. Past it the page is short.
    LIST_SCAN: i64 = 5_000, "rows for each page";
    /// The most accounts that are counted one by one for each group of counts. Past it the group is null.
    COUNT_SCAN: i64 = 5_000, "rows for each group";
    /// The most accounts of a piece of an export.
    EXPORT_PART: u32 = 500, "rows for each piece";
    /// How many texts of accounts are written at a time after an upgrade.
    ACCOUNT_TEXTS: i64 = 500, "rows for each alarm";
    /// The most versions in the history of a connection. The oldest are deleted first.
    VERSIONS_MAX: i64 = 50, "rows for each connection";
    /// The most values of a mode that are being written or wait for their deletion. Past it no write begins.
    INTENTS_MAX: i64 = 50_000, "rows in each mode";
    /// The most idempotency keys of a mode. The oldest are deleted first.
    IDEMPOTENCY_MAX: i64 = 50_000, "rows in each mode";
    /// The most entries of the audit log of a project. The oldest are deleted first, behind a signed checkpoint.
    AUDIT_MAX: i64 = 1_000_000, "rows";
    /// How many entries of the audit log lie between two checkpoints, and how many more than necessary are deleted at once.
    AUDIT_CHECKPOINT: i64 = 10_000, "rows";
    /// The most days that an entry of the audit log is kept.
    AUDIT_DAYS_MAX: i64 = 3_650, "days";
    /// The fewest days that an entry of the audit log is kept.
    AUDIT_DAYS_MIN: i64 = 30, "days";
    /// The most entries that are read for one page of the audit log with several filters.
    AUDIT_SCAN: i64 = 2_000, "rows for each page";
    /// The most events of a mode. The oldest are deleted first.
    EVENTS_MAX: i64 = 50_000, "rows in each mode";
    /// The most events of simulated keys of a project. The oldest are deleted first.
    SIMULATED_KEYS_MAX: i64 = 20_000, "rows";
    /// About how many checks of test mode an object makes at a time while the test clock moves. Others wait for it as long.
    TEST_CLOCK_CHECKS: i64 = 300, "checks";
    /// The most days by which the test clock of a project may be ahead.
    TEST_CLOCK_DAYS: i64 = 400, "days";
    /// The largest database of a project, in bytes. Past it nothing new is stored. A Durable Object ends at 10 GB.
    STORAGE_MAX: i64 = 4 << 30, "bytes";
}
