//! KV and the Durable Objects in memory, with faults that a test injects.

use crate::audited;
use crate::planned::Planned;
use crate::platform::TestPlatform;
use crate::sqlite::Database;
use crate::told;
use latchkey_edge::jobs::object_work::{Done, Way, object_work};
use latchkey_edge::ports::{Asker, BlobKey, BlobStore, PortError, StoreCall, StoreReply, Target};
use latchkey_edge::store::local::ObjectStore;
use latchkey_edge::store::quota::{Meter, RequestCounts};
use latchkey_edge::store::sql::{Sql, SqlError};
use latchkey_edge::store::{Store, schema};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It does not arrive, and the caller gets an error.
    NotDone,
    /// It does not arrive, and the caller times out.
    NotDoneSilent,
    /// It is done, and the caller times out.
    DoneSilent,
    /// It does not fail. A later call may.
    Passes,
}

/// KV in memory. It fails a test that writes a key twice.
#[derive(Default)]
pub struct MemoryBlobs {
    /// The stored values.
    pub values: RefCell<BTreeMap<String, String>>,
    /// How the next writes fail, last entry first.
    pub put_faults: RefCell<Vec<Fault>>,
    /// Whether every read is a miss, as if KV hid new keys.
    pub hidden: Cell<bool>,
    /// Whether every read fails.
    pub get_fails: Cell<bool>,
    /// How the next reads go wrong.
    pub get_faults: RefCell<Vec<Fault>>,
    /// How many reads there were.
    pub gets: Cell<usize>,
}

impl BlobStore for MemoryBlobs {
    async fn put(&self, key: &BlobKey, value: &str) -> Result<(), PortError> {
        let fault = self.put_faults.borrow_mut().pop();
        if matches!(fault, None | Some(Fault::DoneSilent | Fault::Passes)) {
            let before = self.values.borrow_mut().insert(key.to_string(), value.to_owned());
            assert!(before.is_none(), "a value was written twice: {key}");
        }
        outcome_of(fault)
    }

    async fn get(&self, key: &BlobKey) -> Result<Option<String>, PortError> {
        self.gets.set(self.gets.get() + 1);
        let fault = self.get_faults.borrow_mut().pop().or(self.get_fails.get().then_some(Fault::NotDone));
        outcome_of(fault)?;
        Ok(if self.hidden.get() { None } else { self.values.borrow().get(&key.to_string()).cloned() })
    }

    async fn delete(&self, key: &BlobKey) -> Result<(), PortError> {
        self.values.borrow_mut().remove(&key.to_string());
        Ok(())
    }
}

fn outcome_of(fault: Option<Fault>) -> Result<(), PortError> {
    match fault {
        None | Some(Fault::Passes) => Ok(()),
        Some(Fault::NotDone) => Err(PortError::Failed("a fault of the test".into())),
        Some(Fault::NotDoneSilent | Fault::DoneSilent) => Err(PortError::TimedOut),
    }
}

/// The name of an operation, and what happens before it is run.
pub(crate) type Before = (&'static str, Box<dyn FnOnce()>);

/// The Durable Objects in memory, by name.
pub struct Index {
    objects: RefCell<BTreeMap<String, Rc<Database>>>,
    counts: RefCell<RequestCounts>,
    now: Rc<Cell<i64>>,
    /// How calls of an operation fail, first entry first.
    pub faults: RefCell<Vec<(&'static str, Fault)>>,
    /// Runs right before the next call of an operation.
    pub before: RefCell<Option<Before>>,
    /// The calls that did not arrive before their caller gave up.
    late: RefCell<Vec<(Target, StoreCall)>>,
    /// The operations that were done, in order.
    pub done: RefCell<Vec<&'static str>>,
    /// Whether to check the plan of each statement.
    pub plan: Cell<bool>,
    /// The statements with a slow plan.
    pub slow: RefCell<Vec<String>>,
    /// Where the request came from that calls.
    pub asker: RefCell<Option<Asker>>,
    /// When the alarm of each object rings.
    alarms: RefCell<BTreeMap<String, (Target, i64)>>,
}

impl Index {
    /// No objects yet, on a clock.
    #[must_use]
    pub fn new(now: Rc<Cell<i64>>) -> Self {
        Self {
            objects: RefCell::default(),
            counts: RefCell::default(),
            now,
            faults: RefCell::default(),
            before: RefCell::default(),
            late: RefCell::default(),
            done: RefCell::default(),
            plan: Cell::new(false),
            slow: RefCell::default(),
            asker: RefCell::default(),
            alarms: RefCell::default(),
        }
    }

    /// The database of an object. It is created when it is first named.
    #[must_use]
    pub fn object(&self, target: Target) -> Rc<Database> {
        let new = || Rc::new(Database::unfounded());
        self.objects.borrow_mut().entry(format!("{target:?}")).or_insert_with(new).clone()
    }

    /// The objects that hold a project.
    #[must_use]
    pub fn projects(&self) -> Vec<Rc<Database>> {
        let objects = self.objects.borrow();
        let holds = "SELECT 1 FROM sqlite_schema WHERE name = 'project'";
        let mut projects: Vec<_> = objects.values().cloned().collect();
        projects.retain(|object| object.exists(holds, &[]).unwrap() && object.count("project") > 0);
        projects
    }

    /// The objects whose alarm is set and due.
    #[must_use]
    pub fn due(&self) -> Vec<Target> {
        let alarms = self.alarms.borrow();
        alarms.iter().filter(|(_, (_, at))| *at <= self.now.get()).map(|(_, (target, _))| *target).collect()
    }

    /// Takes the calls that did not arrive ([`Fault::NotDoneSilent`]).
    pub fn late(&self) -> Vec<(Target, StoreCall)> {
        self.late.take()
    }

    /// Lets late calls arrive, and returns their replies.
    pub fn replies_to(&self, late: &[(Target, StoreCall)]) -> Vec<String> {
        let reply = |(target, call): &(Target, StoreCall)| {
            pollster::block_on(self.call(*target, call.clone())).map(|reply| reply.text).unwrap()
        };
        late.iter().map(reply).collect()
    }

    /// Lets every late call arrive, and keeps it. Returns how many there were.
    pub fn deliver_late(&self) -> usize {
        let late = self.late();
        self.replies_to(&late);
        self.late.borrow_mut().extend(late.iter().cloned());
        late.len()
    }

    /// How many objects exist.
    #[must_use]
    pub fn len(&self) -> usize {
        self.objects.borrow().len()
    }

    /// Whether no object exists.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// When the alarm of an object rings next.
    #[must_use]
    pub fn next_due(&self, target: Target) -> Option<i64> {
        let database = self.object(target);
        let founded = schema::is_founded(database.as_ref()).unwrap();
        if founded { Store::new(database.as_ref(), self.now.get()).next_due().unwrap() } else { None }
    }

    /// Whether the alarm of an object would ring now.
    #[must_use]
    pub fn rings(&self, target: Target) -> bool {
        self.next_due(target).is_some_and(|due| due <= self.now.get())
    }

    /// Does the due work of an object, and sets its alarm.
    ///
    /// # Errors
    /// The work failed. What was done is kept.
    pub async fn due_work(&self, platform: &TestPlatform, target: Target, way: Way) -> Result<(), String> {
        let database = self.object(target);
        let planned = Planned::new(&database);
        let object = OwnObject { database: &database, planned: &planned, now: self.now.clone() };
        // It rings now, so nothing that is due waits for it.
        self.alarms.borrow_mut().insert(format!("{target:?}"), (target, i64::MIN));
        let done = object_work(platform, &object, way).await?;
        self.slow.borrow_mut().extend(planned.slow());
        match done {
            Done::Ended => {
                // As `deleteAll` of a Durable Object does it.
                self.objects.borrow_mut().remove(&format!("{target:?}"));
                self.alarms.borrow_mut().remove(&format!("{target:?}"));
            }
            Done::Next(next) => {
                let next = next.unwrap_or(i64::MAX);
                self.alarms.borrow_mut().insert(format!("{target:?}"), (target, next));
            }
        }
        Ok(())
    }

    /// Forgets the alarm of an object, as if the runtime had lost it.
    pub fn lose_alarm(&self, target: Target) {
        self.alarms.borrow_mut().insert(format!("{target:?}"), (target, i64::MAX));
    }

    /// Sets the alarm as the object does, from what an operation scheduled. Fails if due work would wait.
    fn set_alarm(&self, target: Target, store: &Store<'_, impl Sql>) {
        let mut alarms = self.alarms.borrow_mut();
        let (_, alarm) = alarms.entry(format!("{target:?}")).or_insert((target, i64::MAX));
        *alarm = store.due().map_or(*alarm, |due| due.min(*alarm));
        let next = self.next_due(target);
        // Work that is late is done now.
        let in_time = next.is_none_or(|next| *alarm <= next.max(self.now.get()));
        assert!(in_time, "the alarm rings at {alarm}, after {next:?}");
    }
}

/// An object, as the work that runs inside it sees it.
struct OwnObject<'a> {
    database: &'a Database,
    planned: &'a Planned<'a>,
    now: Rc<Cell<i64>>,
}

impl<'a> ObjectStore for OwnObject<'a> {
    type Database = Planned<'a>;

    fn within<T>(
        &self,
        work: impl FnOnce(&Store<'_, Planned<'a>>) -> Result<T, SqlError>,
    ) -> Result<Option<T>, String> {
        self.database.transaction(|sql| {
            if !schema::is_founded(sql).unwrap() {
                return Ok(None);
            }
            schema::migrate(sql).unwrap();
            told::begin(sql);
            let store = Store::new(self.planned, self.now.get());
            let done = work(&store).map(Some).map_err(|error| error.to_string());
            if done.is_ok() {
                told::end(sql, "alarm");
            }
            done
        })
    }
}

impl Index {
    /// Calls one operation of one object.
    ///
    /// # Errors
    /// Those that a test injects.
    pub async fn call(&self, target: Target, call: StoreCall) -> Result<StoreReply, PortError> {
        let StoreCall { operation, body, limit } = call;
        let before = self.before.borrow_mut().take_if(|(name, _)| *name == operation);
        if let Some((_, happens)) = before {
            happens();
        }
        let at = self.faults.borrow().iter().position(|(name, _)| *name == operation);
        let fault = at.map(|at| self.faults.borrow_mut().remove(at).1);
        if matches!(fault, Some(Fault::NotDone | Fault::NotDoneSilent)) {
            if fault == Some(Fault::NotDoneSilent) {
                self.late.borrow_mut().push((target, StoreCall { operation, body, limit }));
            }
            return outcome_of(fault).map(|()| unreachable!("every fault is an error"));
        }
        self.done.borrow_mut().push(operation);
        let database = self.object(target);
        let now = self.now.get();
        let meter = Meter::new(&self.counts, limit);
        let registry = target == Target::Registry;
        let asker = self.asker.borrow().clone();
        let watched = audited::begin(&database, registry, operation);
        if watched && !registry {
            told::begin(&database);
        }
        let text = database.transaction(|sql| {
            if !self.plan.get() {
                let store = Store::new(sql, now).metered(&meter).asked(asker);
                let reply = store.answer(registry, &Cell::new(false), operation, &body);
                self.set_alarm(target, &store);
                return reply;
            }
            let planned = Planned::new(sql);
            let store = Store::new(&planned, now).metered(&meter).asked(asker);
            let reply = store.answer(registry, &Cell::new(false), operation, &body);
            self.set_alarm(target, &store);
            self.slow.borrow_mut().extend(planned.slow());
            reply
        });
        if let (true, Ok(text)) = (watched, &text) {
            audited::end(&database, operation, text);
            if !registry {
                told::end(&database, operation);
            }
        }
        let reply = text.map(|text| StoreReply { text, quota: meter.quota() });
        outcome_of(fault).and(reply.map_err(PortError::Failed))
    }
}
