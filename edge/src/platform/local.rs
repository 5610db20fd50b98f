//! The store of an object, from inside: the operations of a project's own object run right here, in a transaction, so that its
//! alarm never calls the object that it runs in.

use super::calls;
use super::entropy::SystemClock;
use super::sql::{ObjectSql, Storage};
use crate::ports::{Asker, Clock, PortError, ProjectStore, RateLimit, StoreCall, StoreReply, Target};
use crate::store::changed::Changed;
use crate::store::local::ObjectStore;
use crate::store::quota::{Meter, RequestCounts};
use crate::store::sql::SqlError;
use crate::store::{Store, schema};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use worker::{Env, Result};

/// How long the lines of changes may be that nobody asked for yet, in bytes. Past it, others are left out: there are already more
/// than one text of the live channel has.
const CHANGED_MAX: usize = 16 * 1024;

/// The store of an object.
pub(super) struct OwnStore {
    storage: Storage,
    /// Whether it is the registry.
    is_registry: bool,
    /// Whether this instance has found the object in use, on the newest schema.
    in_use: Cell<bool>,
    /// The requests of each caller in this minute.
    counts: RefCell<RequestCounts>,
    /// What changed since it was last asked for, in lines, for the live channel.
    changed: RefCell<String>,
}

/// The reply to an operation.
pub(super) struct Reply {
    /// The text.
    pub(super) text: String,
    /// The alarm must not ring later than this, if there is a time. Milliseconds since 1970.
    pub(super) due: Option<i64>,
    /// The rest of the caller's quota, as `<limit> <remaining> <reset>`.
    pub(super) quota: Option<String>,
}

impl OwnStore {
    pub(super) fn new(storage: Storage, is_registry: bool) -> Self {
        Self {
            storage,
            is_registry,
            in_use: Cell::new(false),
            counts: RefCell::default(),
            changed: RefCell::default(),
        }
    }

    /// Runs an operation.
    ///
    /// # Errors
    /// A text for the log. Nothing was changed.
    pub(super) fn run(
        &self,
        operation: &str,
        body: &str,
        limit: Option<RateLimit>,
        asker: Option<Asker>,
    ) -> std::result::Result<Reply, String> {
        let now = SystemClock.now_ms();
        let meter = Meter::new(&self.counts, limit);
        let (text, due, changed) = self.transaction(|sql| {
            let store = Store::new(sql, now).metered(&meter).asked(asker);
            let text = store.answer(self.is_registry, &self.in_use, operation, body)?;
            Ok((text, store.due(), store.into_changed()))
        })?;
        self.changed(changed);
        let quota = meter.quota().map(|quota| format!("{} {} {}", quota.limit, quota.remaining, quota.reset));
        Ok(Reply { text, due, quota })
    }

    fn changed(&self, changed: Changed) {
        let mut before = self.changed.borrow_mut();
        if before.len() < CHANGED_MAX {
            before.push_str(&changed.lines());
        }
    }

    /// Takes what changed: lines of mode, kind and id. Empty, if nothing did.
    pub(super) fn take_changed(&self) -> String {
        self.changed.take()
    }

    /// Runs `work` in a transaction.
    fn transaction<T>(
        &self,
        work: impl FnOnce(&ObjectSql) -> std::result::Result<T, String>,
    ) -> std::result::Result<T, String> {
        self.storage.transaction(work).inspect_err(|_| {
            // Migrations may have been rolled back.
            self.in_use.set(false);
        })
    }
}

impl ObjectStore for OwnStore {
    type Database = ObjectSql;

    fn within<T>(
        &self,
        work: impl FnOnce(&Store<'_, ObjectSql>) -> std::result::Result<T, SqlError>,
    ) -> std::result::Result<Option<T>, String> {
        let failed = |error: SqlError| error.to_string();
        let done = self.transaction(|sql| {
            if !schema::is_founded(sql).map_err(failed)? {
                return Ok(None);
            }
            schema::migrate(sql).map_err(failed)?;
            let store = Store::new(sql, SystemClock.now_ms());
            let done = work(&store).map_err(failed)?;
            Ok(Some((done, store.into_changed())))
        })?;
        Ok(done.map(|(done, changed)| {
            self.changed(changed);
            done
        }))
    }
}

/// The objects, as the Worker or one of them reaches them.
pub(super) struct Objects {
    remote: calls::Objects,
    /// Inside a project's object: its own store.
    own: Option<Rc<OwnStore>>,
}

impl Objects {
    pub(super) fn new(env: &Env, own: Option<Rc<OwnStore>>) -> Result<Self> {
        Ok(Self { remote: calls::Objects::new(env)?, own })
    }
}

impl ProjectStore for Objects {
    fn asked_by(&self, asker: Option<Asker>) -> Option<Asker> {
        self.remote.asked_by(asker)
    }

    async fn call(&self, target: Target, call: StoreCall) -> std::result::Result<StoreReply, PortError> {
        match (&self.own, target) {
            (Some(own), Target::Project(_)) => {
                let reply =
                    own.run(call.operation, &call.body, call.limit, None).map_err(PortError::Failed)?;
                Ok(StoreReply { text: reply.text, quota: None })
            }
            _ => self.remote.call(target, call).await,
        }
    }

    async fn work(&self, target: Target) -> std::result::Result<bool, PortError> {
        self.remote.work(target).await
    }
}
