"""A backend that links accounts and learns what becomes of them. Python 3.11 or newer, and: pip install standardwebhooks cryptography

    LATCHKEY_URL=https://connect.example.com LATCHKEY_KEY=lk_test_… WEBHOOK_SECRET=whsec_… python3 receive_webhooks.py

It keeps each event in a table before it answers and works on it afterwards, so neither a repeat nor a crash of it does harm. It
believes no body before the signature is checked. It needs `cryptography` for a public key (`whpk_…`) only.
"""
import json, os, sqlite3, sys, threading, time, urllib.error, urllib.request
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, HTTPServer
from standardwebhooks import Webhook, WebhookVerificationError

URL, KEY, SECRET = (os.environ[name] for name in ("LATCHKEY_URL", "LATCHKEY_KEY", "WEBHOOK_SECRET"))
STORE = os.environ.get("INBOX", "inbox.sqlite")
LARGEST_BODY = 1_000_000
arrived = threading.Event()


def api(method, path, body=None):
    """Makes one call of the API. Returns nothing for what is not there."""
    headers = {"Authorization": "Bearer " + KEY, "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    try:
        return json.load(urllib.request.urlopen(urllib.request.Request(URL + path, data, headers, method=method), timeout=30))
    except urllib.error.HTTPError as refusal:
        if refusal.code != 404:
            raise
        return None


def check(body, headers):
    """Checks a webhook: with the library and the secret, or with the public key (`whpk_…`), which the library does not know."""
    if not SECRET.startswith("whpk_"):
        return Webhook(SECRET).verify(body, headers)
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    key = Ed25519PublicKey.from_public_bytes(b64decode(SECRET.removeprefix("whpk_")))
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    words = headers["webhook-signature"].split(" ")
    for signature in (word.removeprefix("v1a,") for word in words if word.startswith("v1a,")):
        try:
            key.verify(b64decode(signature), text)
        except InvalidSignature:
            continue
        if abs(time.time() - float(headers["webhook-timestamp"])) < 300:
            return
    raise ValueError("not signed, or too old")


def learn(event):
    """What your product does with an event. An event tells the account as it was then, the API as it is now."""
    account = event["data"].get("appConnection")
    now = account and api("GET", f"/api/v1/app-connections/{account['app']}/{account['id']}")
    if not now:
        return print(f"learned {event['type']}" + (f": {account['name']} is gone" if account else ""), flush=True)
    name, details = now["appConnection"]["name"], now["appConnection"]["details"]
    user = (details.get("endUser") or {}).get("id", "nobody")
    print(f"learned {event['type']}: {name} of {user} is {details['health']['state']}", flush=True)


def work():
    """Works on what is kept, in the order in which it arrived."""
    with sqlite3.connect(STORE) as store:
        while True:
            for id, body in store.execute("SELECT id, body FROM events WHERE done = 0 ORDER BY rowid").fetchall():
                try:
                    learn(json.loads(body))
                except OSError as error:
                    print(f"tried again in a minute: {error}", file=sys.stderr, flush=True)
                    break
                store.execute("UPDATE events SET done = 1 WHERE id = ?", [id])
                store.commit()
            arrived.wait(60)
            arrived.clear()


class Receiver(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        if self.path != "/webhooks":
            return self.answer(404)
        headers = {name.lower(): text for name, text in self.headers.items()}
        try:
            body = self.rfile.read(max(0, min(int(headers["content-length"]), LARGEST_BODY)))
            check(body, headers)
        except (WebhookVerificationError, ValueError, KeyError):
            return self.answer(400)
        with sqlite3.connect(STORE) as store:
            store.execute("INSERT OR IGNORE INTO events (id, body) VALUES (?, ?)", [headers["webhook-id"], body.decode()])
        self.answer(204)
        arrived.set()

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


with sqlite3.connect(STORE) as store:
    store.execute("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT, done INTEGER DEFAULT 0)")
threading.Thread(target=work, daemon=True).start()
server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver)
print(f"webhooks: http://localhost:{server.server_port}/webhooks", flush=True)
session = api("POST", "/api/v1/connect-sessions", {"providers": ["okta"], "endUser": {"id": "user-1"}})
print(f"link an account: {session['url']}", flush=True)
server.serve_forever()
