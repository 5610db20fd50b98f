//! Connects the edge with Cloudflare: adapters for the traits of `ports`, and the Worker's handlers. Only this folder names
//! `worker::`. It refuses any rule of the product.

mod assets;
mod bindings;
mod calls;
mod entropy;
mod fetch;
mod languages;
mod local;
mod log;
mod objects;
mod providers;
mod queue;
mod request;
mod rest;
mod rs256;
mod sql;

use crate::config::Config;
use crate::http::problem::problem;
use crate::ports::{Isolate, PortError};
use crate::{access::hosts, error::Error, jobs, ports, router};
use latchkey_shared::i18n::Phrases;
use latchkey_shared::provider::Provider;
use latchkey_shared::verification_step::VerificationStep;
use serde_json::json;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use worker::{Context, Env, Result, ScheduleContext, ScheduledEvent, event};

/// The name of the static files' binding.
const ASSETS: &str = "ASSETS";
/// The name of the binding of the Worker that renders the console. It may be missing.
const CONSOLE: &str = "CONSOLE";
/// The name of the KV namespace's binding.
const CREDENTIALS: &str = "CREDENTIALS";
/// The name of the binding of the queue of checks. It may be missing.
const CHECKS: &str = "CHECKS";
/// The name of the binding of the queue of webhooks. It may be missing.
const WEBHOOKS: &str = "WEBHOOKS";
/// The name of the binding of the projects' Durable Objects.
const PROJECTS: &str = "PROJECTS";
/// The name of the binding of the registry's Durable Object.
const REGISTRY: &str = "REGISTRY";

thread_local! {
    /// Shared by all requests of the isolate.
    static ISOLATE: Rc<Isolate> = Rc::default();
}

/// One of each adapter, for one request.
struct Adapters {
    config: Rc<Config>,
    blobs: calls::Kv,
    store: local::Objects,
    checks: calls::Queue,
    webhooks: calls::Queue,
    network: fetch::Network,
    clock: entropy::SystemClock,
    entropy: entropy::SystemEntropy,
    log: log::Console,
    isolate: Rc<Isolate>,
    env: Env,
    /// The function of `lines.js` that reports progress to the client, if it waits for progress.
    report_progress: Option<js_sys::Function>,
}

impl Adapters {
    fn new(env: &Env, config: Rc<Config>) -> Result<Self> {
        Self::inside(env, config, None)
    }

    /// For the work inside the object whose store is `own`.
    fn inside(env: &Env, config: Rc<Config>, own: Option<Rc<local::OwnStore>>) -> Result<Self> {
        Ok(Self {
            config,
            blobs: calls::Kv::new(env, own.is_some())?,
            store: local::Objects::new(env, own)?,
            checks: calls::Queue::new(env, CHECKS),
            webhooks: calls::Queue::new(env, WEBHOOKS),
            network: fetch::Network,
            clock: entropy::SystemClock,
            entropy: entropy::SystemEntropy,
            log: log::Console,
            isolate: ISOLATE.with(Rc::clone),
            env: env.clone(),
            report_progress: None,
        })
    }
}

impl ports::Platform for Adapters {
    type Blobs = calls::Kv;
    type Store = local::Objects;
    type Network = fetch::Network;
    type Clock = entropy::SystemClock;
    type Entropy = entropy::SystemEntropy;
    type Log = log::Console;

    fn blobs(&self) -> &Self::Blobs {
        &self.blobs
    }
    fn store(&self) -> &Self::Store {
        &self.store
    }
    fn network(&self) -> &Self::Network {
        &self.network
    }
    fn clock(&self) -> &Self::Clock {
        &self.clock
    }
    fn entropy(&self) -> &Self::Entropy {
        &self.entropy
    }
    fn log(&self) -> &Self::Log {
        &self.log
    }
    async fn provider(&self, id: &str) -> std::result::Result<Option<&'static Provider>, PortError> {
        providers::provider(&self.env, id).await
    }
    async fn phrases(&self, language: &'static str) -> Option<&'static Phrases> {
        languages::phrases(&self.env, language).await
    }
    async fn console_page(&self, data: &str) -> std::result::Result<Option<String>, PortError> {
        calls::console_page(&self.env, data).await
    }
    fn has_queue(&self) -> bool {
        self.checks.is_bound()
    }
    async fn send_checks(&self, messages: &[ports::CheckMessage]) -> std::result::Result<(), PortError> {
        let body =
            |message: &ports::CheckMessage| json!({ "project": message.project, "batch": message.batch });
        self.checks.send(messages.iter().map(body)).await
    }
    fn has_webhook_queue(&self) -> bool {
        self.webhooks.is_bound()
    }
    async fn send_webhooks(&self, messages: &[ports::WebhookMessage]) -> std::result::Result<(), PortError> {
        let body = |message: &ports::WebhookMessage| json!({ "project": message.project, "endpoint": message.endpoint, "lease": message.lease });
        self.webhooks.send(messages.iter().map(body)).await
    }
    async fn is_rs256(&self, key: &ports::AccessKey, signed: &str, signature: &str) -> bool {
        rs256::is_rs256(key, signed, signature).await
    }
    fn step_passed(&self, step: VerificationStep) {
        if let Some(report) = &self.report_progress {
            _ = report.call1(&JsValue::UNDEFINED, &step.as_str().into());
        }
    }
    fn config(&self) -> &Config {
        &self.config
    }
    fn isolate(&self) -> &Isolate {
        &self.isolate
    }
}

/// Handles every request.
#[event(fetch)]
async fn fetch(incoming: web_sys::Request, env: Env, _context: Context) -> Result<web_sys::Response> {
    let request = request::request(&incoming).await?;
    let response = match bindings::config(&env).await {
        Ok(config) => {
            let mut adapters = Adapters::new(&env, config)?;
            // At an unknown host name the router refuses files as it refuses everything.
            let served = assets::is_file(&request) && hosts::site(&adapters, &request).await.is_ok();
            if served && let Some(asset) = assets::serve(&request, &env).await? {
                return Ok(asset);
            }
            adapters.report_progress = request::report_progress(&incoming);
            router::handle(&adapters, &request).await
        }
        Err(wrong) => {
            ports::Log::fault(&log::Console, "req_startup", &wrong.to_string());
            problem(&Error::fault(wrong.to_string()), "req_startup", None)
        }
    };
    request::response(&response)
}

/// Handles the timer of `wrangler.toml`. An error is logged, and the next run continues.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let wrong = match bindings::config(&env).await {
        Ok(config) => match Adapters::new(&env, config) {
            Ok(adapters) => return jobs::run(&adapters).await,
            Err(error) => error.to_string(),
        },
        Err(wrong) => wrong.to_string(),
    };
    ports::Log::fault(&log::Console, "timer", &wrong);
}
