//! The life of an event hook: it is registered, challenged, repaired and removed, while each call to the store, to KV and to the
//! provider goes wrong once, and several times in a row. It ends clean: the organization has one hook that works, or none.
//!
//! The organization remembers its hooks, asks our address for the challenge, and refuses a key that has ended. The calls are those of
//! a run without faults, so a new call is covered by itself.

use latchkey_edge::jobs::object_work::Way;
use latchkey_edge::ports::{FetchError, Incoming};
use latchkey_edge::store::sql::Sql;
use latchkey_tests::{Fault, Scenario, whole};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

const HOST: &str = "acme.okta.com";
const EDGE: &str = "https://edge.example";
const TOKEN: &str = "00aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789_-ab";
const OTHER: &str = "00newnewnewnewnewnewnewnewnewnewnewnewnew0";
const DAY: i64 = 24 * 3600;

/// How a request to the provider goes wrong.
#[derive(Clone, Copy, Debug)]
enum Lost {
    /// It does not arrive.
    NotDone,
    /// The provider does nothing, and says so.
    Busy,
    /// It is done, and its answer is lost.
    Done,
}

/// An event hook, as the organization keeps it.
struct Hook {
    id: String,
    name: String,
    uri: String,
    active: bool,
    verified: bool,
}

/// An organization of Okta.
#[derive(Default)]
struct Organization {
    hooks: RefCell<Vec<Hook>>,
    made: Cell<u32>,
    /// Whether the key has ended.
    ended: Cell<bool>,
    /// How many requests came, and how those from a number on go wrong.
    asked: Cell<usize>,
    fault: Cell<Option<(usize, usize, Lost)>>,
}

impl Organization {
    fn answer(
        &self,
        edge: &Weak<Scenario>,
        line: &str,
        body: Option<&str>,
    ) -> Option<Result<Incoming, FetchError>> {
        let (method, url) = line.split_once(' ')?;
        let path = url.strip_prefix("https://acme.okta.com/api/v1/")?;
        let hook = path.strip_prefix("eventHooks");
        if hook.is_none() && path != "api-tokens/current" {
            return None;
        }
        let number = self.asked.replace(self.asked.get() + 1);
        let fault = self.fault.get().filter(|(first, times, _)| (*first..first + times).contains(&number));
        let respond = |(status, body): (u16, Value)| {
            Ok(Incoming { status, headers: BTreeMap::new(), body: body.to_string().into() })
        };
        Some(match fault.map(|(.., lost)| lost) {
            Some(Lost::NotDone) => Err(FetchError::TimedOut),
            Some(Lost::Busy) => respond((503, json!({}))),
            Some(Lost::Done) => {
                self.act(edge, method, hook, body);
                Err(FetchError::TimedOut)
            }
            None => respond(self.act(edge, method, hook, body)),
        })
    }

    fn act(
        &self,
        edge: &Weak<Scenario>,
        method: &str,
        hook: Option<&str>,
        body: Option<&str>,
    ) -> (u16, Value) {
        if self.ended.get() {
            return (401, json!({ "errorCode": "E0000011" }));
        }
        let Some(rest) = hook else {
            self.ended.set(true);
            return (204, json!({}));
        };
        let show = |hook: &Hook| {
            json!({ "id": hook.id, "name": hook.name, "status": if hook.active { "ACTIVE" } else { "INACTIVE" },
                "verificationStatus": if hook.verified { "VERIFIED" } else { "UNVERIFIED" },
                "channel": { "config": { "uri": hook.uri } } })
        };
        let parts: Vec<_> = rest.split('/').skip(1).collect();
        let (id, action) =
            (parts.first().copied().unwrap_or_default(), parts.last().copied().unwrap_or_default());
        if method == "POST" && action == "verify" {
            let uri = self.hooks.borrow().iter().find(|hook| hook.id == id).map(|hook| hook.uri.clone());
            let verified = uri.is_some_and(|uri| answers_challenge(edge, &uri));
            let mut hooks = self.hooks.borrow_mut();
            let Some(hook) = hooks.iter_mut().find(|hook| hook.id == id && verified) else {
                return (400, json!({ "errorCode": "E0000001" }));
            };
            hook.verified = true;
            return (200, show(hook));
        }
        let mut hooks = self.hooks.borrow_mut();
        match (method, id) {
            ("GET", "") => (200, hooks.iter().map(show).collect()),
            ("POST", "") => {
                let body: Value = serde_json::from_str(body.unwrap_or_default()).unwrap();
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                let name = text(&body["name"]);
                if hooks.iter().any(|hook| hook.name == name) {
                    return (400, json!({ "errorCode": "E0000001" }));
                }
                self.made.set(self.made.get() + 1);
                let uri = text(&body["channel"]["config"]["uri"]);
                let id = format!("who{}", self.made.get());
                hooks.push(Hook { id, name, uri, active: true, verified: false });
                (200, show(&hooks[hooks.len() - 1]))
            }
            _ => {
                let Some(at) = hooks.iter().position(|hook| hook.id == id) else {
                    return (404, json!({ "errorCode": "E0000007" }));
                };
                match (method, action) {
                    // One that is active cannot be deleted.
                    ("DELETE", _) if hooks[at].active => (403, json!({ "errorCode": "E0000079" })),
                    ("DELETE", _) => {
                        hooks.remove(at);
                        (204, json!({}))
                    }
                    _ => {
                        hooks[at].active = action == "activate";
                        (200, show(&hooks[at]))
                    }
                }
            }
        }
    }
}

/// Asks our address for the one-time challenge, as Okta does.
fn answers_challenge(edge: &Weak<Scenario>, uri: &str) -> bool {
    let path = uri.strip_prefix(EDGE).unwrap_or_else(|| panic!("{uri} is not ours"));
    let challenge = [("x-okta-verification-challenge", "once")];
    let answer = edge.upgrade().unwrap().send_with("GET", path, None, None, &challenge);
    answer.status == 200 && answer.body["verification"] == "once"
}

/// An account that was linked with the name of a hook.
struct Case {
    edge: Rc<Scenario>,
    okta: Rc<Organization>,
    account: String,
}

impl Case {
    fn new() -> Self {
        let mut edge = Scenario::new();
        edge.platform.config.public_url = Some(EDGE.to_owned());
        edge.platform.live.okta(HOST);
        let edge = Rc::new(edge);
        let okta = Rc::new(Organization::default());
        let (plays, of) = (okta.clone(), Rc::downgrade(&edge));
        *edge.platform.live.plays.borrow_mut() =
            Some(Rc::new(move |line, body| plays.answer(&of, line, body)));
        let session = edge.session(&edge.live_key);
        let values = [("instanceUrl", HOST), ("apiToken", TOKEN), ("eventHookName", "Our hook")];
        let linked = edge.submit(&session, "okta", &values);
        assert_eq!(linked.status, 200, "{}", linked.text);
        let id = linked.body["connection"]["id"].as_str().unwrap();
        let account = format!("/api/v1/app-connections/okta/{id}");
        Self { edge, okta, account }
    }

    /// The same, whose hook is registered.
    fn registered() -> Self {
        let case = Self::new();
        case.ring();
        assert_eq!(case.state(), ("registered".to_owned(), "one that works"));
        case
    }

    /// Rings the object's alarm for as long as something is due. The runtime does so too when it fails.
    fn ring(&self) {
        let (platform, target) = (&self.edge.platform, self.edge.target());
        for _ in 0..6 {
            if platform.index.rings(target) {
                let _ = pollster::block_on(platform.index.due_work(platform, target, Way::Queue));
            }
        }
    }

    fn later(&self, seconds: i64) {
        self.edge.platform.pass(self.edge.target(), seconds);
    }

    fn exists(&self) -> bool {
        self.edge.get(&self.account, &self.edge.live_key).status == 200
    }

    /// What the account says of its hook, and what the organization has.
    fn state(&self) -> (String, &'static str) {
        let read = self.edge.get(&self.account, &self.edge.live_key);
        let details = &read.body["appConnection"]["details"];
        let hook = details["hook"]["state"].as_str();
        let said = if read.status == 404 { "gone" } else { hook.unwrap_or("none wanted") };
        assert!(read.status == 404 || details["health"]["state"] == "healthy", "{}", read.text);
        let hooks = self.okta.hooks.borrow();
        let works = hooks.iter().all(|hook| hook.active && hook.verified);
        let has = match hooks.len() {
            0 => "nothing",
            1 if works => "one that works",
            1 => "one that does not work",
            _ => "several",
        };
        (said.to_owned(), has)
    }

    /// The calls so far: operations of the store, reads of KV, requests to the provider.
    fn calls(&self) -> (usize, usize, usize) {
        let platform = &self.edge.platform;
        (platform.index.done.borrow().len(), platform.blobs.gets.get(), self.okta.asked.get())
    }

    fn mend(&self) {
        let platform = &self.edge.platform;
        platform.index.faults.borrow_mut().clear();
        platform.blobs.get_faults.borrow_mut().clear();
        self.okta.fault.set(None);
    }
}

/// Something that happens to a hook.
struct Story {
    prepare: fn() -> Case,
    act: fn(&Case),
    /// What the account says in the end, and what the organization has.
    end: (&'static str, &'static str),
}

/// What goes wrong.
#[derive(Clone, Debug)]
enum Step {
    /// The call of this operation after so many others.
    Store(&'static str, usize, Fault),
    /// The read after so many others.
    Kv(usize, Fault),
    /// The request after so many others.
    Provider(usize, Lost),
}

fn break_at(case: &Case, step: &Step, times: usize) {
    let platform = &case.edge.platform;
    match step {
        Step::Store(name, before, fault) => {
            let passes = (0..*before).map(|_| (*name, Fault::Passes));
            let fails = (0..times).map(|_| (*name, *fault));
            platform.index.faults.borrow_mut().extend(passes.chain(fails));
        }
        Step::Kv(before, fault) => {
            // The last entry comes first.
            let fails = (0..times).map(|_| *fault);
            platform.blobs.get_faults.borrow_mut().extend(fails.chain((0..*before).map(|_| Fault::Passes)));
        }
        Step::Provider(before, lost) => {
            case.okta.fault.set(Some((case.okta.asked.get() + before, times, *lost)));
        }
    }
}

/// Everything that can go wrong, from a run in which nothing does.
fn steps(story: &Story) -> Vec<Step> {
    let case = (story.prepare)();
    let before = case.calls();
    (story.act)(&case);
    let after = case.calls();
    case.later(2 * DAY);
    assert_eq!(case.state(), (story.end.0.to_owned(), story.end.1), "without a fault");
    let faults = [Fault::NotDone, Fault::NotDoneSilent, Fault::DoneSilent];
    let mut steps = Vec::new();
    let done = case.edge.platform.index.done.borrow();
    let done = &done[before.0..after.0];
    for (at, name) in done.iter().enumerate() {
        let earlier = done[..at].iter().filter(|other| *other == name).count();
        steps.extend(faults.map(|fault| Step::Store(name, earlier, fault)));
    }
    for at in 0..after.1 - before.1 {
        steps.extend([Fault::NotDone, Fault::NotDoneSilent].map(|fault| Step::Kv(at, fault)));
    }
    for at in 0..after.2 - before.2 {
        steps.extend([Lost::NotDone, Lost::Busy, Lost::Done].map(|lost| Step::Provider(at, lost)));
    }
    steps
}

fn every_step(story: &Story, least: [&str; 2]) {
    let steps = steps(story);
    let named =
        |wanted: &str| steps.iter().any(|step| matches!(step, Step::Store(name, ..) if *name == wanted));
    assert!(least.iter().all(|name| named(name)), "{steps:?}");
    assert!(steps.iter().any(|step| matches!(step, Step::Provider(..))), "{steps:?}");
    for step in &steps {
        for times in [1, 3] {
            let what = format!("{step:?} x{times}");
            let case = (story.prepare)();
            break_at(&case, step, times);
            (story.act)(&case);
            let has = case.state().1;
            assert_ne!(has, "several", "{what}");
            // What is tried again at once still meets the fault.
            case.ring();
            case.mend();
            case.later(600);
            if story.end.0 == "gone" && case.exists() {
                // Whoever got no answer asks again.
                (story.act)(&case);
            }
            case.later(2 * DAY);
            assert_eq!(case.state(), (story.end.0.to_owned(), story.end.1), "{what}");
            let object = case.edge.platform.index.object(case.edge.target());
            let pointed = "SELECT count(*) FROM connections";
            let pointed: Option<i64> = object.value(pointed, &[]).unwrap();
            let kept = case.edge.platform.blobs.values.borrow().len() as i64;
            assert_eq!((Some(kept), object.count("intents")), (pointed, 0), "{what}: KV");
            assert!(case.okta.made.get() <= 2, "{what}: made {} times", case.okta.made.get());
        }
    }
}

#[test]
fn a_hook_is_registered_once_and_answers_its_challenge_whatever_goes_wrong() {
    let story = Story { prepare: Case::new, act: Case::ring, end: ("registered", "one that works") };
    every_step(&story, ["take-due-hook", "settle-hook"]);
}

/// A hook with which something was done by hand, a week after it was looked at.
fn spoiled(how: fn(&mut Vec<Hook>)) -> Case {
    let case = Case::registered();
    case.later(7 * DAY - 60);
    how(&mut case.okta.hooks.borrow_mut());
    case.edge.platform.wait(61);
    case
}

#[test]
fn a_hook_that_was_deleted_switched_off_or_never_verified_is_repaired_whatever_goes_wrong() {
    let prepared: [fn() -> Case; 3] = [
        || spoiled(Vec::clear),
        || spoiled(|hooks| hooks[0].active = false),
        || spoiled(|hooks| hooks[0].verified = false),
    ];
    // Each is its own long way; a short run goes the first.
    let ways = if whole() { prepared.len() } else { 1 };
    for prepare in prepared.into_iter().take(ways) {
        let story = Story { prepare, act: Case::ring, end: ("registered", "one that works") };
        every_step(&story, ["take-due-hook", "settle-hook"]);
    }
}

#[test]
fn ending_a_key_leaves_no_hook_behind_whatever_goes_wrong() {
    let act = |case: &Case| {
        let path = [&case.account, "/revoke"].concat();
        let ended = case.edge.send("POST", &path, Some(&case.edge.live_key), None);
        assert!([200, 202, 409, 503].contains(&ended.status), "{}", ended.text);
    };
    let story = Story { prepare: Case::registered, act, end: ("gone", "nothing") };
    every_step(&story, ["begin-task", "settle-task"]);
}

#[test]
fn a_credential_without_a_hook_leaves_none_behind_whatever_goes_wrong() {
    let prepare = || {
        let case = Case::registered();
        let credentials = json!({ "instanceUrl": HOST, "apiToken": OTHER });
        let patched =
            case.edge.patch(&case.account, &case.edge.live_key, &json!({ "credentials": credentials }));
        assert_eq!(patched.status, 200, "{}", patched.text);
        case
    };
    let story = Story { prepare, act: Case::ring, end: ("none wanted", "nothing") };
    every_step(&story, ["take-due-hook", "settle-hook"]);
}
