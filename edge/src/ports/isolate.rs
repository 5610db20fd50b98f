//! What the requests of one isolate share in memory. Each part is bounded, and each may be lost at any moment.

use super::counter::Counter;
use latchkey_shared::ProjectId;
use std::cell::RefCell;
use std::rc::Rc;

/// The memory of one isolate.
#[derive(Default)]
pub struct Isolate {
    /// The host names of projects.
    pub domains: RefCell<Domains>,
    /// The public part of projects, as JSON.
    pub brands: RefCell<Brands>,
    /// The requests for pages, by network address.
    pub pages: RefCell<Counter>,
    /// Pages, as they were rendered.
    pub rendered: RefCell<RenderedPages>,
    /// The wrong admin tokens.
    pub admin_tokens: RefCell<RefusedAdminTokens>,
    /// The keys of the team of Cloudflare Access.
    pub access_keys: RefCell<AccessKeys>,
}

/// Rendered pages, without what differs between sessions. The latest that was used stands last.
#[derive(Default)]
pub struct RenderedPages {
    pages: Vec<(String, Rc<str>)>,
}

/// How many pages are kept. Each has about 100 kB with its key.
const RENDERED_MAX: usize = 24;

impl RenderedPages {
    /// The page with this key: everything that it was rendered from.
    pub fn get(&mut self, key: &str) -> Option<Rc<str>> {
        let at = self.pages.iter().position(|(known, _)| known == key)?;
        let found = self.pages.remove(at);
        let page = found.1.clone();
        self.pages.push(found);
        Some(page)
    }

    /// How many pages are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pages.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pages.is_empty()
    }

    /// Keeps a page, and forgets the one that was not used for longest.
    pub fn put(&mut self, key: String, page: Rc<str>) {
        if self.pages.len() >= RENDERED_MAX {
            self.pages.remove(0);
        }
        self.pages.push((key, page));
    }
}

/// The host names of all projects, as the registry listed them. Because the list is whole, an unknown host name needs no
/// look-up, so strangers cannot make the registry work by inventing some.
#[derive(Default)]
pub struct Domains {
    /// Sorted by host name.
    projects: Vec<(ProjectId, String)>,
    /// When it was listed, in milliseconds since 1970.
    listed: Option<i64>,
    /// When a request last began to list it anew.
    began: i64,
}

/// How long the list is used, in milliseconds.
const LISTED_MS: i64 = 60_000;
/// How long an unknown host name stays unknown, in milliseconds. It is shorter, so that a new host name works soon.
const UNKNOWN_MS: i64 = 5_000;

impl Domains {
    /// The project of a host name, or `Some(None)` if none has it. `None`: list them anew, and call [`Self::listed`].
    pub fn find(&mut self, host: &str, now: i64) -> Option<Option<ProjectId>> {
        let found = self.projects.binary_search_by(|(_, name)| name.as_str().cmp(host)).ok();
        let found = found.and_then(|at| self.projects.get(at)).map(|(project, _)| *project);
        let kept = if found.is_some() { LISTED_MS } else { UNKNOWN_MS };
        let age = now - self.listed?;
        // While one request lists them, the others use the list that there is.
        let under_way = now - self.began < UNKNOWN_MS && age < LISTED_MS + UNKNOWN_MS;
        if age < kept || under_way {
            return Some(found);
        }
        self.began = now;
        None
    }

    /// Keeps a new list, sorted by host name.
    pub fn listed(&mut self, projects: Vec<(ProjectId, String)>, now: i64) {
        *self = Self { projects, listed: Some(now), began: 0 };
    }
}

/// The most brands. One more drops all. Only ids that this deployment made get here.
const BRANDS_MAX: usize = 256;

/// The public part of projects, each with the time when it was looked up.
#[derive(Default)]
pub struct Brands(Vec<(ProjectId, i64, String)>);

impl Brands {
    /// The brand of a project, if it was looked up within the last minute.
    #[must_use]
    pub fn get(&self, project: ProjectId, now: i64) -> Option<&str> {
        let (_, looked_up, brand) = self.0.iter().find(|(id, ..)| *id == project)?;
        (now - looked_up < LISTED_MS).then_some(brand.as_str())
    }

    /// Keeps the result of a look-up.
    pub fn put(&mut self, project: ProjectId, brand: String, now: i64) {
        self.0.retain(|(id, ..)| *id != project);
        if self.0.len() >= BRANDS_MAX {
            self.0.clear();
        }
        self.0.push((project, now, brand));
    }
}

/// The wrong admin tokens that this isolate refused.
#[derive(Default)]
pub struct RefusedAdminTokens {
    /// By network address, and all together.
    pub counts: Counter,
    /// How many the registry does not know of yet.
    pub pending: u32,
    /// When the registry was last told, in milliseconds since 1970.
    pub noted: i64,
}

/// A public key that Cloudflare Access signs with (RSA, RFC 7517 and RFC 7518, section 6.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id.
    pub id: String,
    /// The modulus, in base64url.
    pub modulus: String,
    /// The exponent, in base64url.
    pub exponent: String,
}

/// How long the keys are used, in milliseconds.
const KEYS_MS: i64 = 3_600_000;
/// The most keys that are kept. Access has two.
const ACCESS_KEYS_MAX: usize = 10;

/// The keys of the team of Cloudflare Access, as it listed them.
#[derive(Default)]
pub struct AccessKeys {
    keys: Vec<AccessKey>,
    /// When they were listed, in milliseconds since 1970.
    listed: Option<i64>,
}

impl AccessKeys {
    /// The key with this id, or `Some(None)` if the team has no such key. `None`: list them anew.
    #[must_use]
    pub fn find(&self, id: &str, now: i64) -> Option<Option<AccessKey>> {
        let age = now - self.listed?;
        let found = self.keys.iter().find(|key| key.id == id);
        // An unknown id may be that of a new key, or a guess, which must not make us ask each time.
        let kept = if found.is_some() { KEYS_MS } else { LISTED_MS };
        (age < kept).then(|| found.cloned())
    }

    /// Keeps a new list.
    pub fn listed(&mut self, mut keys: Vec<AccessKey>, now: i64) {
        keys.truncate(ACCESS_KEYS_MAX);
        *self = Self { keys, listed: Some(now) };
    }
}
