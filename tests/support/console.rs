//! People in the console: they sign in by a link, and send requests with their cookie.

use crate::platform::ADMIN_TOKEN;
use crate::scenario::{Answer, Scenario};
use serde_json::{Value, json};

/// The origin of the pages of every test deployment.
pub const ORIGIN: &str = "https://edge.example";

/// A browser that is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// The mode.
    pub mode: String,
    /// The cookie, name and value.
    pub cookie: String,
    /// The answer to the sign-in.
    pub console: Value,
}

impl Person {
    /// The headers of a request of the console's own page.
    #[must_use]
    pub fn headers(&self) -> Vec<(&str, &str)> {
        vec![("cookie", &self.cookie), ("latchkey-console", &self.mode), ("origin", ORIGIN)]
    }

    /// The token in the cookie.
    ///
    /// # Panics
    /// If the cookie has none.
    #[must_use]
    pub fn token(&self) -> &str {
        self.cookie.split_once('=').unwrap().1
    }

    /// The id of the session.
    ///
    /// # Panics
    /// If the answer has none.
    #[must_use]
    pub fn session(&self) -> &str {
        self.console["sessionId"].as_str().unwrap()
    }
}

impl Scenario {
    /// The token of a link that the owner makes. `more` has its role and other members.
    ///
    /// # Panics
    /// If it is refused.
    #[must_use]
    pub fn console_link(&self, mode: &str, more: &Value) -> String {
        let mut body = json!({ "mode": mode });
        for (member, value) in more.as_object().unwrap() {
            body[member] = value.clone();
        }
        let path = format!("/api/v1/projects/{}/console-links", self.project);
        let made = self.post(&path, ADMIN_TOKEN, &body);
        assert_eq!(made.status, 201, "{}", made.text);
        let url = made.body["consoleLink"]["url"].as_str().unwrap();
        url.split_once('#').unwrap().1.to_owned()
    }

    /// Asks to sign in, as the console's own page does.
    pub fn ask_to_sign_in(&self, body: &Value) -> Answer {
        let text = body.to_string();
        let more = [("origin", ORIGIN), ("user-agent", "A browser/1.0")];
        self.send_with("POST", "/console/session", None, Some(("application/json", &text)), &more)
    }

    /// Signs in.
    ///
    /// # Panics
    /// If it is refused.
    #[must_use]
    pub fn sign_in_with(&self, body: &Value) -> Person {
        let answer = self.ask_to_sign_in(body);
        assert_eq!(answer.status, 200, "{}", answer.text);
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        let console = answer.body["console"].clone();
        Person { mode: console["mode"].as_str().unwrap().to_owned(), cookie, console }
    }

    /// Signs somebody in with a role, by a link of the owner.
    #[must_use]
    pub fn sign_in(&self, mode: &str, role: &str) -> Person {
        self.sign_in_with(&json!({ "link": self.console_link(mode, &json!({ "role": role })) }))
    }

    /// Sends a request as the console's own page does.
    pub fn as_person(&self, person: &Person, method: &str, path: &str, body: Option<&Value>) -> Answer {
        let text = body.map(Value::to_string);
        let body = text.as_deref().map(|text| ("application/json", text));
        self.send_with(method, path, None, body, &person.headers())
    }
}
