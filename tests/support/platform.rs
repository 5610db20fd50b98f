//! A platform in memory: one of each port, and a test can reach into each.

use crate::fake_provider::FakeProvider;
use crate::languages;
use crate::memory::{Index, MemoryBlobs};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use latchkey_console::render::{Files, render};
use latchkey_edge::config::Config;
use latchkey_edge::crypto::entropy::Entropy;
use latchkey_edge::jobs::check_batch::{Allowance, check_batch};
use latchkey_edge::jobs::deliver_webhooks::deliver_webhooks;
use latchkey_edge::jobs::object_work::Way;
use latchkey_edge::ports::{
    AccessKey, Asker, CheckMessage, Clock, Isolate, Log, Platform, PortError, ProjectStore, StoreCall,
    StoreReply, Target, WebhookMessage,
};
use latchkey_shared::i18n::Phrases;
use latchkey_shared::provider::Provider;
use latchkey_shared::verification_step::VerificationStep;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The admin token of every test deployment.
pub const ADMIN_TOKEN: &str = "la_0123456789012345678901234567890123456789";

/// A clock that only a test moves.
pub struct FixedClock(pub Rc<Cell<i64>>);

impl Clock for FixedClock {
    fn now_ms(&self) -> i64 {
        self.0.get()
    }
}

/// Random bytes that are the same in each run.
#[derive(Default)]
pub struct SeededEntropy(Cell<u64>);

impl Entropy for SeededEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        for byte in buffer {
            // SplitMix64, by Steele, Lea and Flood: good enough for bytes that differ.
            self.0.set(self.0.get().wrapping_add(0x9e37_79b9_7f4a_7c15));
            let mut mixed = self.0.get();
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (mixed ^ (mixed >> 31)) as u8;
        }
    }
}

/// A log that keeps its lines.
#[derive(Default)]
pub struct Recorder(pub RefCell<Vec<String>>);

impl Log for Recorder {
    fn fault(&self, request_id: &str, detail: &str) {
        self.0.borrow_mut().push(format!("{request_id} {detail}"));
    }
}

/// A deployment.
pub struct TestPlatform {
    /// KV.
    pub blobs: MemoryBlobs,
    /// The Durable Objects.
    pub index: Index,
    /// The network.
    pub live: FakeProvider,
    /// The time.
    pub clock: FixedClock,
    /// Randomness.
    pub entropy: SeededEntropy,
    /// The log.
    pub log: Recorder,
    /// The messages of the queue of checks. `None`: the deployment has no queue.
    pub queue: RefCell<Option<Vec<CheckMessage>>>,
    /// The messages of the queue of webhooks. `None`: the deployment has no such queue.
    pub webhooks: RefCell<Option<Vec<WebhookMessage>>>,
    /// Whether the queues take no message.
    pub queue_fails: Cell<bool>,
    /// Whether the translation tables can be read.
    pub languages: bool,
    /// Texts of providers that no language has a translation of.
    pub untranslated: Vec<&'static str>,
    /// Whether the data of providers can be read.
    pub catalogue: bool,
    /// The verification steps that passed, in order.
    pub passed: RefCell<Vec<VerificationStep>>,
    /// The memory of its only isolate.
    pub isolate: Isolate,
    /// The secrets and settings.
    pub config: Config,
}

impl TestPlatform {
    /// A new deployment, at noon of a day in 2026.
    #[must_use]
    pub fn new() -> Self {
        let now = Rc::new(Cell::new(1_795_348_800_000));
        let key = |byte: u8| URL_SAFE_NO_PAD.encode([byte; 32]);
        let config = Config::from_bindings(|name| {
            Some(match name {
                "ROUTE_KEY" => key(1),
                "VAULT_KEYS" => format!("k1:{}", key(2)),
                "SEALING_KEYS" => format!("s1:{}", key(4)),
                "HASH_ROOT" => key(3),
                "ADMIN_TOKEN" => ADMIN_TOKEN.to_owned(),
                "CLIENT_ADDRESS_HEADER" => "cf-connecting-ip".to_owned(),
                _ => return None,
            })
        });
        Self {
            blobs: MemoryBlobs::default(),
            index: Index::new(now.clone()),
            live: FakeProvider::default(),
            clock: FixedClock(now),
            entropy: SeededEntropy::default(),
            log: Recorder::default(),
            queue: RefCell::default(),
            webhooks: RefCell::default(),
            queue_fails: Cell::default(),
            languages: true,
            untranslated: Vec::new(),
            catalogue: true,
            passed: RefCell::default(),
            isolate: Isolate::default(),
            config: config.unwrap(),
        }
    }

    /// Rings an object's alarm, which must be due. Returns how many values it deleted from KV.
    pub fn sweep(&self, target: Target) -> usize {
        assert!(self.index.rings(target), "the alarm would not ring");
        let before = self.blobs.values.borrow().len();
        pollster::block_on(self.index.due_work(self, target, Way::Queue)).unwrap();
        before - self.blobs.values.borrow().len()
    }

    /// Binds a queue of checks, which keeps its messages until a test delivers them.
    pub fn bind_queue(&self) {
        *self.queue.borrow_mut() = Some(Vec::new());
    }

    /// Takes the messages of the queue.
    pub fn messages(&self) -> Vec<CheckMessage> {
        self.queue.borrow_mut().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Binds a queue of webhooks, which keeps its messages until a test delivers them.
    pub fn bind_webhook_queue(&self) {
        *self.webhooks.borrow_mut() = Some(Vec::new());
    }

    /// Takes the messages of the queue of webhooks.
    pub fn webhook_messages(&self) -> Vec<WebhookMessage> {
        self.webhooks.borrow_mut().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Delivers a message of the queue of webhooks.
    ///
    /// # Errors
    /// The object did not answer, so the message is delivered again.
    pub fn deliver_webhooks(&self, message: WebhookMessage) -> Result<(), String> {
        pollster::block_on(deliver_webhooks(self, message, &mut Allowance::of(&self.config)))
    }

    /// Delivers a message of the queue.
    ///
    /// # Errors
    /// The object did not answer, so the message is delivered again.
    pub fn deliver(&self, message: CheckMessage) -> Result<(), String> {
        pollster::block_on(check_batch(self, message, &mut Allowance::of(&self.config)))
    }

    /// Moves the clock, and rings the alarm whenever it is due on the way.
    pub fn pass(&self, target: Target, seconds: i64) {
        let end = self.clock.0.get() + seconds * 1000;
        while let Some(due) = self.index.next_due(target).filter(|due| *due <= end) {
            // An alarm rings a second after the one before, at the earliest.
            self.clock.0.set(self.clock.0.get().max(due));
            self.sweep(target);
            for message in self.messages() {
                self.deliver(message).unwrap();
            }
            for message in self.webhook_messages() {
                self.deliver_webhooks(message).unwrap();
            }
            if self.index.rings(target) {
                self.clock.0.set(self.clock.0.get() + 1000);
            }
        }
        self.clock.0.set(self.clock.0.get().max(end));
    }

    /// Rings an object's alarm, if it is due.
    pub fn sweep_if_due(&self, target: Target) {
        let now = self.clock.0.get();
        let next = self.index.next_due(target);
        if next.is_some_and(|due| due <= now) {
            self.sweep(target);
        }
    }

    /// Rings every alarm that is due.
    pub fn sweep_all(&self) {
        self.index.due().into_iter().for_each(|target| self.sweep_if_due(target));
    }

    /// Replaces the ring of wrapping keys: each id with the byte that its key repeats, the primary key first.
    pub fn rotate(&mut self, keys: &[(&str, u8)]) {
        let ring = keys.iter().map(|(id, byte)| format!("{id}:{}", URL_SAFE_NO_PAD.encode([*byte; 32])));
        let text = ring.collect::<Vec<_>>().join(",");
        self.config.key_ring = latchkey_edge::crypto::key_ring::KeyRing::parse(&text).unwrap();
    }

    /// Replaces the sealing keys: each id with the byte that its private key repeats, the current key first.
    pub fn rotate_sealing(&mut self, keys: &[(&str, u8)]) {
        let list = keys.iter().map(|(id, byte)| format!("{id}:{}", URL_SAFE_NO_PAD.encode([*byte; 32])));
        let text = list.collect::<Vec<_>>().join(",");
        self.config.sealing_keys = latchkey_edge::crypto::hpke::SealingKeys::parse(&text).unwrap();
    }

    /// Moves the clock forward.
    pub fn wait(&self, seconds: i64) {
        self.clock.0.set(self.clock.0.get() + seconds * 1000);
    }
}

impl Default for TestPlatform {
    fn default() -> Self {
        Self::new()
    }
}

impl ProjectStore for TestPlatform {
    fn asked_by(&self, asker: Option<Asker>) -> Option<Asker> {
        self.index.asker.replace(asker)
    }

    async fn call(&self, target: Target, call: StoreCall) -> Result<StoreReply, PortError> {
        self.index.call(target, call).await
    }

    async fn work(&self, target: Target) -> Result<bool, PortError> {
        self.index.due_work(self, target, Way::Here).await.map_err(PortError::Failed)?;
        Ok(self.index.rings(target))
    }
}

impl Platform for TestPlatform {
    type Blobs = MemoryBlobs;
    type Store = Self;
    type Network = FakeProvider;
    type Clock = FixedClock;
    type Entropy = SeededEntropy;
    type Log = Recorder;

    fn blobs(&self) -> &MemoryBlobs {
        &self.blobs
    }
    fn store(&self) -> &Self {
        self
    }
    fn network(&self) -> &FakeProvider {
        &self.live
    }
    fn clock(&self) -> &FixedClock {
        &self.clock
    }
    fn entropy(&self) -> &SeededEntropy {
        &self.entropy
    }
    fn log(&self) -> &Recorder {
        &self.log
    }
    async fn provider(&self, id: &str) -> Result<Option<&'static Provider>, PortError> {
        match self.catalogue {
            true => Ok(latchkey_catalogue::find(id)),
            false => Err(PortError::Failed("a fault of the test".into())),
        }
    }
    async fn phrases(&self, language: &'static str) -> Option<&'static Phrases> {
        self.languages.then(|| languages::phrases(language, &self.untranslated))
    }
    async fn console_page(&self, data: &str) -> Result<Option<String>, PortError> {
        let files =
            Files { css: "/assets/console.css", js: "/assets/console.js", wasm: "/assets/console.wasm" };
        render(data, &files).map(Some).map_err(|why| PortError::Failed(why.to_owned()))
    }
    fn has_queue(&self) -> bool {
        self.queue.borrow().is_some()
    }
    async fn send_checks(&self, messages: &[CheckMessage]) -> Result<(), PortError> {
        if self.queue_fails.get() {
            return Err(PortError::TimedOut);
        }
        self.queue.borrow_mut().as_mut().unwrap().extend_from_slice(messages);
        Ok(())
    }
    fn has_webhook_queue(&self) -> bool {
        self.webhooks.borrow().is_some()
    }
    async fn send_webhooks(&self, messages: &[WebhookMessage]) -> Result<(), PortError> {
        if self.queue_fails.get() {
            return Err(PortError::TimedOut);
        }
        self.webhooks.borrow_mut().as_mut().unwrap().extend_from_slice(messages);
        Ok(())
    }
    /// The stand-in of a signature is the modulus and the text, in base64url. `tests/edge/console.test.mjs` has real ones.
    async fn is_rs256(&self, key: &AccessKey, signed: &str, signature: &str) -> bool {
        signature == URL_SAFE_NO_PAD.encode([key.modulus.as_str(), "/", signed].concat())
    }
    fn step_passed(&self, step: VerificationStep) {
        self.passed.borrow_mut().push(step);
    }
    fn config(&self) -> &Config {
        &self.config
    }
    fn isolate(&self) -> &Isolate {
        &self.isolate
    }
}
