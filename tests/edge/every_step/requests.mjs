// The requests that write, for `every_step.test.mjs`: how each is prepared and sent, and how its outcome is seen from outside.
// It owns no faults, and it does not judge.
//
// Each request has
//   endpoint   its endpoint, as the description of the API names it;
//   prepare    makes the things that the request needs; the result is the case, which `act` and the others get;
//   between    runs once, when all cases are prepared;
//   act        sends the request;
//   success    the status of its response, or the code of the refusal that it must end with;
//   states     the states that may be visible before and after it: the accounts by name, and the result of `look`. A state between
//              the two is that of two objects, which share no transaction, when only the first has changed;
//   look       returns the visible state beside the accounts;
//   settled    whether the work after the response is done;
//   left       whether a repetition still has work that the state does not show;
//   promised   checks the content of a response with success;
//   finish     checks what works once the request is over.

import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";

import { MAGIC_HOST, magicToken } from "../../harness/deployment.mjs";
import { sealAnswer } from "../../harness/seal.mjs";

const ACCOUNTS = "/api/v1/app-connections/okta";

const HOOKS = "/api/v1/webhook-endpoints";
const RECEIVER = "https://app.example.com/webhooks";

/** The requests by title; `stage.edge` is the deployment once there is one. */
export function requests(stage) {
  const send = (...args) => stage.edge.send(...args);
  const admin = () => ({ token: stage.edge.secrets.ADMIN_TOKEN });
  /** The link that was answered signs in. */
  const signsIn = async (_, { body }) => {
    const headers = { origin: stage.edge.url };
    const answer = await send("POST", "/console/session", { body: { link: body.consoleLink.url.split("#")[1] }, headers });
    assert.equal(answer.status, 200, answer.text);
  };
  const credentials = (apiToken) => ({ instanceUrl: MAGIC_HOST, apiToken });
  const rows = async (at) => (await send("GET", `/__faults/rows?project=${at.project}`)).body;

  const create = ({ at, secret, headers }) =>
    send("POST", ACCOUNTS, { token: at.token, body: { name: "one", method: "api-token", credentials: credentials(secret) }, headers });
  const change = ({ at, path, secret }) => send("PATCH", path, { token: at.token, body: { credentials: credentials(secret) } });

  async function done(answer) {
    assert.ok((await answer).status < 300, (await answer).text);
    return (await answer).body;
  }

  /** A case with the account `one`. */
  async function account(at) {
    const old = magicToken();
    const { appConnection } = await done(create({ at, secret: old }));
    return { at, old, secret: magicToken(), id: appConnection.id, path: `${ACCOUNTS}/${appConnection.id}` };
  }

  async function changedAccount(at) {
    const made = await account(at);
    await done(change(made));
    return made;
  }

  /** A case with a session. */
  async function invited(at, more = { connectionName: "one" }) {
    const body = { providers: ["okta"], endUser: { id: "user-1" }, ...more };
    const session = await done(send("POST", "/api/v1/connect-sessions", { token: at.token, body }));
    const { sealing } = await done(send("GET", "/api/v1/connect", { token: session.token }));
    return { at, session, sealing, secret: magicToken(), attempts: 1 };
  }

  async function attempt({ session, sealing, secret }, attemptId, key = secret) {
    const body = { attemptId, app: "okta", fields: { instanceUrl: { text: MAGIC_HOST } } };
    body.fields.apiToken = await sealAnswer(sealing, session.token, body, "apiToken", key);
    return send("POST", "/api/v1/connect", { token: session.token, body });
  }

  /** As the form does: after a known failure a new attempt begins, otherwise the same attempt goes on. */
  async function connect(broken) {
    const answer = await attempt(broken, `attempt-${broken.attempts}`);
    if (answer.status !== 200 && answer.body?.code !== "outcome_unknown") broken.attempts += 1;
    return answer;
  }

  /** A project with a webhook endpoint. */
  async function hooked(at) {
    const { webhookEndpoint } = await done(send("POST", HOOKS, { token: at.manager, body: { url: RECEIVER } }));
    const headers = { "idempotency-key": randomUUID() };
    return { at, headers, hook: `${HOOKS}/${webhookEndpoint.id}`, publicKey: webhookEndpoint.publicKey };
  }
  const endpointOf = async ({ at, hook }) => (await done(send("GET", hook, { token: at.manager }))).webhookEndpoint;

  /** How far the test clock of a project is ahead, in seconds. */
  const ahead = async ({ at }) => (await done(send("GET", "/api/v1/test-clock", { token: at.manager }))).offset;

  /** The session's status as its page sees it; a leased session can still be used. */
  async function sessionState({ session }) {
    const { status, body } = await send("GET", "/api/v1/connect", { token: session.token });
    return status === 200 ? (body.state ?? body.session.state).replace("leased", "open") : body.code;
  }

  const share = ({ session }) => send("POST", "/api/v1/connect/share", { token: session.token });
  const linked = async (answer) => (await done(answer)).url.split("#")[1];
  const opens = async (path, token) => (await send("GET", path, { token })).status;
  const shared = async (at) => {
    const made = await invited(at);
    return { ...made, link: await linked(share(made)) };
  };

  /** An attempt that ends without an account. Afterwards another one connects. */
  const refused = {
    look: async (broken) => `${await sessionState(broken)}, ${(await rows(broken.at)).attempts} recorded`,
    states: () => [[{}, "open, 0 recorded"], [{}, "open, 1 recorded"]],
    finish: async (broken) => {
      const answer = await attempt(broken, "one-more");
      assert.equal(answer.status, 200, `another attempt does not connect: ${answer.text}`);
    },
  };

  const connecting = {
    endpoint: "POST /api/v1/connect",
    act: connect,
    success: 200,
    look: sessionState,
    promised: async (broken, { body }) => {
      const { appConnections } = await done(send("GET", "/api/v1/app-connections", { token: broken.at.token }));
      assert.equal(body.connection.id, appConnections[0].id);
    },
    finish: async (broken) => {
      // A quarter of an hour after the end, the result is not repeated any more.
      const again = await attempt(broken, `attempt-${broken.attempts}`);
      assert.ok(again.status === 200 || again.body.code === "session_used", `the same attempt has another response: ${again.text}`);
      assert.equal((await attempt(broken, "one-more")).body.code, "session_used");
    },
  };

  async function projects() {
    const all = [];
    for (let next = ""; next !== null;) {
      const page = await done(send("GET", `/api/v1/projects?limit=100${next && `&cursor=${next}`}`, admin()));
      all.push(...page.projects);
      next = page.nextCursor;
    }
    return all;
  }
  const entry = async ({ at }) => (await projects()).find(({ id }) => id === at.project)?.name ?? "no entry";
  const own = async (id) => (await send("GET", `/api/v1/projects/${id}`, admin())).body.project?.name;
  const endProject = (id) => send("DELETE", `/api/v1/projects/${id}?force=true&now=true`, admin());
  const marked = async ({ at }) => ((await send("GET", `/api/v1/projects/${at.project}`, admin())).body.project.deletesAt ? "deleted" : "there");
  const markedProject = async (at) => {
    await done(send("DELETE", `/api/v1/projects/${at.project}`, admin()));
    return { at };
  };
  /** The registry's projects with this name, and those among them whose object is empty. */
  async function entries(name) {
    const ids = (await projects()).filter((project) => project.name === name).map(({ id }) => id);
    const made = await Promise.all(ids.map(own));
    return { ids, empty: ids.filter((_, at) => made[at] === undefined) };
  }

  const keyMade = {
    prepare: async (at) => ({ at }),
    success: 201,
    look: async ({ at }) => {
      const { apiKeys } = await done(send("GET", "/api/v1/api-keys", { token: at.manager }));
      return apiKeys.some(({ name }) => name === "New") ? "made" : "not made";
    },
    states: () => [[{}, "not made"], [{}, "made"]],
    promised: async (_, { body }) => assert.equal(await opens("/api/v1/app-connections", body.key), 200),
  };

  return {
    "an account is created": {
      endpoint: "POST /api/v1/app-connections/{app}",
      prepare: async (at) => ({ at, secret: magicToken(), headers: { "idempotency-key": randomUUID() } }),
      act: create,
      success: 201,
      states: ({ secret }) => [[{}], [{ one: [secret, 1] }]],
    },
    "a credential is changed": {
      endpoint: "PATCH /api/v1/app-connections/{app}/{id}",
      prepare: account,
      act: change,
      success: 200,
      states: ({ old, secret }) => [[{ one: [old, 1] }], [{ one: [secret, 2] }]],
    },
    "a change is rolled back": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/rollback",
      prepare: changedAccount,
      act: ({ at, path }) => send("POST", `${path}/rollback`, { token: at.token }),
      success: 200,
      states: ({ old, secret }) => [[{ one: [secret, 2] }], [{ one: [old, 3] }]],
    },
    "an account is checked": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/verify",
      prepare: account,
      act: ({ at, path }) => send("POST", `${path}/verify`, { token: at.token }),
      success: 200,
      /** A check of which nobody knows the end holds its lease for a minute; then the next one is made. */
      look: async ({ at, path }) => {
        const { createdAt, details } = (await done(send("GET", path, { token: at.token }))).appConnection;
        return `${details.health.checkedAt === createdAt ? "linked" : "checked"}, ${details.health.state}`;
      },
      states: ({ old }) => [[{ one: [old, 1] }, "linked, healthy"], [{ one: [old, 1] }, "checked, healthy"]],
    },
    "a key is ended": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/revoke",
      prepare: account,
      act: ({ at, path }) => send("POST", `${path}/revoke`, { token: at.token }),
      success: 200,
      states: ({ old }) => [[{ one: [old, 1] }], [{ one: ["ending", 1] }], [{}]],
    },
    "a key is replaced": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/rotate",
      prepare: async (at) => {
        const accessToken = `api-7e570001-0000-4000-8000-${randomBytes(6).toString("hex")}`;
        const body = { name: "one", method: "access-token", credentials: { accessToken } };
        const { appConnection } = await done(send("POST", "/api/v1/app-connections/launchdarkly", { token: at.token, body }));
        return { at, path: `/api/v1/app-connections/launchdarkly/${appConnection.id}` };
      },
      act: ({ at, path }) => send("POST", `${path}/rotate`, { token: at.token }),
      success: 200,
      states: () => [[{ one: [undefined, 1] }], [{ one: [undefined, 2] }]],
    },
    "an account is suspended": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/suspend",
      prepare: account,
      act: ({ at, path }) => send("POST", `${path}/suspend`, { token: at.token, body: { reason: "Not paid" } }),
      success: 200,
      states: ({ old }) => [[{ one: [old, 1] }], [{ one: ["suspended", 1] }]],
    },
    "an account is resumed": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/resume",
      prepare: async (at) => {
        const made = await account(at);
        await done(send("POST", `${made.path}/suspend`, { token: at.token, body: { reason: "Not paid" } }));
        return made;
      },
      act: ({ at, path }) => send("POST", `${path}/resume`, { token: at.token }),
      success: 200,
      states: ({ old }) => [[{ one: ["suspended", 1] }], [{ one: [old, 1] }]],
    },
    "an account is deleted": {
      endpoint: "DELETE /api/v1/app-connections/{app}/{id}",
      prepare: account,
      act: ({ at, path }) => send("DELETE", path, { token: at.token }),
      success: 200,
      states: ({ old }) => [[{ one: [old, 1] }], [{}]],
      /** The alarm rings at once, and is a part of this request. */
      settled: async ({ at }) => (await rows(at)).intents === 0,
    },
    "an account is connected by a session": {
      ...connecting,
      prepare: invited,
      states: ({ secret }) => [[{}, "open"], [{ one: [secret, 1] }, "done"]],
    },
    "an account is updated by a session": {
      ...connecting,
      prepare: async (at) => {
        const { id, old } = await account(at);
        return { ...(await invited(at, { connectionId: id })), old };
      },
      states: ({ old, secret }) => [[{ one: [old, 1] }, "open"], [{ one: [secret, 2] }, "done"]],
    },
    "an attempt is refused": {
      ...refused,
      endpoint: "POST /api/v1/connect",
      prepare: invited,
      act: (broken) => attempt(broken, "attempt-1", (broken.wrong ??= magicToken("revoked"))),
      success: "key_rejected",
    },
    "an attempt is canceled": {
      ...refused,
      endpoint: "POST /api/v1/connect/cancel",
      prepare: invited,
      /** Its outcome is unknown, and its value is in KV. */
      between: async (cases) => {
        await stage.edge.faults({ object: { operation: "commit-attempt", how: "fail" } });
        const answers = await Promise.all(cases.map((broken) => attempt(broken, "attempt-1")));
        for (const answer of answers) assert.equal(answer.body.code, "outcome_unknown", answer.text);
        await stage.edge.faults({});
      },
      act: ({ session }) => send("POST", "/api/v1/connect/cancel", { token: session.token, body: { attemptId: "attempt-1" } }),
      success: "attempt_cancelled",
      finish: async (broken) => {
        assert.equal((await attempt(broken, "attempt-1")).body.code, "attempt_cancelled", "the attempt went on after it was canceled");
        await refused.finish(broken);
      },
    },
    "progress is saved": {
      endpoint: "PUT /api/v1/connect/progress",
      prepare: invited,
      act: ({ session }) =>
        send("PUT", "/api/v1/connect/progress", { token: session.token, body: { app: "okta", fields: { instanceUrl: MAGIC_HOST }, steps: ["1"] } }),
      success: 204,
      look: async ({ session }) => {
        const { progress, prefill } = await done(send("GET", "/api/v1/connect", { token: session.token }));
        return JSON.stringify([progress?.steps, prefill[0]?.value]);
      },
      states: () => [[{}, "[null,null]"], [{}, JSON.stringify([["1"], `https://${MAGIC_HOST}`])]],
    },
    "a session is shared again": {
      endpoint: "POST /api/v1/connect/share",
      prepare: shared,
      act: share,
      success: 201,
      look: ({ link }) => opens("/api/v1/connect", link),
      states: () => [[{}, 200], [{}, 401]],
      promised: async (_, { body }) => assert.equal(await opens("/api/v1/connect", body.url.split("#")[1]), 200, "the new link does not open"),
      finish: async (broken) => {
        const links = [await linked(share(broken)), await linked(share(broken))];
        assert.deepEqual(await Promise.all(links.map((link) => opens("/api/v1/connect", link))), [401, 200], "an older link opens, or the last one does not");
      },
    },
    "a share is withdrawn": {
      endpoint: "DELETE /api/v1/connect/share",
      prepare: shared,
      act: ({ session }) => send("DELETE", "/api/v1/connect/share", { token: session.token }),
      success: 204,
      look: ({ link }) => opens("/api/v1/connect", link),
      states: () => [[{}, 200], [{}, 401]],
    },
    "a session for a new key is made": {
      endpoint: "POST /api/v1/app-connections/{app}/{id}/relink",
      prepare: account,
      act: ({ at, path }) => send("POST", `${path}/relink`, { token: at.token, body: { endUser: { id: "user-1" } } }),
      success: 201,
      look: async ({ at }) => ((await rows(at)).sessions > 0 ? "made" : "not made"),
      states: ({ old }) => [[{ one: [old, 1] }, "not made"], [{ one: [old, 1] }, "made"]],
      promised: async (_, { body }) => assert.equal(await opens("/api/v1/connect", body.token), 200),
    },
    "a session is made": {
      endpoint: "POST /api/v1/connect-sessions",
      prepare: async (at) => ({ at }),
      act: ({ at }) => send("POST", "/api/v1/connect-sessions", { token: at.token, body: { providers: ["okta"], endUser: { id: "user-1" } } }),
      success: 201,
      look: async ({ at }) => ((await rows(at)).sessions > 0 ? "made" : "not made"),
      states: () => [[{}, "not made"], [{}, "made"]],
      promised: async (_, { body }) => assert.equal(await opens("/api/v1/connect", body.token), 200),
    },
    "the test clock is moved": {
      endpoint: "POST /api/v1/test-clock",
      prepare: async (at) => ({ at, headers: { "idempotency-key": randomUUID() } }),
      act: ({ at, headers }) => send("POST", "/api/v1/test-clock", { token: at.manager, body: { advance: 60 }, headers }),
      success: 200,
      look: ahead,
      states: () => [[{}, 0], [{}, 60]],
    },
    "the test clock is reset": {
      endpoint: "DELETE /api/v1/test-clock",
      prepare: async (at) => {
        const made = await account(at);
        await done(send("POST", "/api/v1/test-clock", { token: at.manager, body: { advance: 60 } }));
        return made;
      },
      act: ({ at }) => send("DELETE", "/api/v1/test-clock", { token: at.manager }),
      success: 200,
      look: ahead,
      states: ({ old }) => [[{ one: [old, 1] }, 60], [{}, 0]],
      /** The alarm rings at once, and is a part of this request. */
      settled: async ({ at }) => (await rows(at)).intents === 0,
    },
    "a webhook endpoint is made": {
      endpoint: "POST /api/v1/webhook-endpoints",
      prepare: async (at) => ({ at, headers: { "idempotency-key": randomUUID() } }),
      act: ({ at, headers }) => send("POST", HOOKS, { token: at.manager, body: { url: RECEIVER }, headers }),
      success: 201,
      look: async ({ at }) => (await done(send("GET", HOOKS, { token: at.manager }))).webhookEndpoints.length,
      states: () => [[{}, 0], [{}, 1]],
    },
    "a webhook endpoint is changed": {
      endpoint: "PATCH /api/v1/webhook-endpoints/{id}",
      prepare: hooked,
      act: ({ at, hook }) => send("PATCH", hook, { token: at.manager, body: { description: "Ours" } }),
      success: 200,
      look: async (broken) => (await endpointOf(broken)).description,
      states: () => [[{}, null], [{}, "Ours"]],
    },
    "the signing keys of a webhook endpoint are replaced": {
      endpoint: "POST /api/v1/webhook-endpoints/{id}/secret",
      prepare: hooked,
      act: ({ at, hook, headers }) => send("POST", `${hook}/secret`, { token: at.manager, headers }),
      success: 200,
      look: async (broken) => ((await endpointOf(broken)).publicKey === broken.publicKey ? "the old" : "new"),
      states: () => [[{}, "the old"], [{}, "new"]],
      promised: async (broken, { body }) => assert.equal((await endpointOf(broken)).publicKey, body.webhookEndpoint.publicKey),
    },
    "a webhook endpoint is tested": {
      endpoint: "POST /api/v1/webhook-endpoints/{id}/test",
      prepare: hooked,
      act: ({ at, hook }) => send("POST", `${hook}/test`, { token: at.manager }),
      success: 200,
      look: async (broken) => (await endpointOf(broken)).enabled,
      states: () => [[{}, true], [{}, true]],
    },
    "events are sent to a webhook endpoint again": {
      endpoint: "POST /api/v1/webhook-endpoints/{id}/replay",
      prepare: hooked,
      act: ({ at, hook }) => send("POST", `${hook}/replay`, { token: at.manager, body: { since: "2026-01-01T00:00:00Z" } }),
      success: 202,
      look: async (broken) => (await endpointOf(broken)).enabled,
      states: () => [[{}, true], [{}, true]],
    },
    "a webhook endpoint is deleted": {
      endpoint: "DELETE /api/v1/webhook-endpoints/{id}",
      prepare: hooked,
      act: ({ at, hook }) => send("DELETE", hook, { token: at.manager }),
      success: 200,
      look: async ({ at }) => (await done(send("GET", HOOKS, { token: at.manager }))).webhookEndpoints.length,
      states: () => [[{}, 1], [{}, 0]],
    },
    "a session is revoked": {
      endpoint: "DELETE /api/v1/connect-sessions/{id}",
      prepare: invited,
      act: ({ at, session }) => send("DELETE", `/api/v1/connect-sessions/${session.id}`, { token: at.token }),
      success: 204,
      look: sessionState,
      states: () => [[{}, "open"], [{}, "session_revoked"]],
    },
    "a session is extended": {
      endpoint: "PATCH /api/v1/connect-sessions/{id}",
      prepare: invited,
      act: ({ at, session }) => send("PATCH", `/api/v1/connect-sessions/${session.id}`, { token: at.token, body: { expiresIn: 86_400 } }),
      success: 200,
      look: async ({ at, session }) => {
        const shown = await done(send("GET", `/api/v1/connect-sessions/${session.id}`, { token: at.token }));
        return Date.parse(shown.expiresAt) - Date.parse(shown.createdAt) > 80_000_000 ? "long" : "short";
      },
      states: () => [[{}, "short"], [{}, "long"]],
    },
    "a session gets a new link": {
      endpoint: "POST /api/v1/connect-sessions/{id}/link",
      prepare: invited,
      act: ({ at, session }) => send("POST", `/api/v1/connect-sessions/${session.id}/link`, { token: at.token }),
      success: 201,
      look: sessionState,
      states: () => [[{}, "open"], [{}, "invalid_session_token"]],
      promised: async (_, { body }) => assert.equal(await opens("/api/v1/connect", body.token), 200),
    },
    "an API key is made": {
      ...keyMade,
      endpoint: "POST /api/v1/api-keys",
      act: ({ at }) => send("POST", "/api/v1/api-keys", { token: at.manager, body: { name: "New", scopes: ["connections:read"] } }),
    },
    "an API key is made by the owner": {
      ...keyMade,
      endpoint: "POST /api/v1/projects/{id}/api-keys",
      act: ({ at }) =>
        send("POST", `/api/v1/projects/${at.project}/api-keys`, { ...admin(), body: { name: "New", mode: "test", scopes: ["connections:read"] } }),
    },
    "a link to the console is made by the owner": {
      endpoint: "POST /api/v1/projects/{id}/console-links",
      prepare: async (at) => ({ at }),
      act: ({ at }) => send("POST", `/api/v1/projects/${at.project}/console-links`, { ...admin(), body: { mode: "test" } }),
      success: 201,
      look: async () => "not listed",
      states: () => [[{}, "not listed"]],
      promised: signsIn,
    },
    "a link to the console is made": {
      endpoint: "POST /api/v1/console-links",
      prepare: async (at) => ({ at, inviter: await stage.edge.keyWith(["admin", "console"], at.project) }),
      act: ({ inviter }) => send("POST", "/api/v1/console-links", { token: inviter, body: {} }),
      success: 201,
      look: async () => "not listed",
      states: () => [[{}, "not listed"]],
      promised: signsIn,
    },
    "somebody is signed out of the console": {
      endpoint: "DELETE /api/v1/console-sessions/{id}",
      prepare: async (at) => {
        const key = await stage.edge.keyWith(["console", "connections:read"], at.project);
        const headers = { origin: stage.edge.url };
        const { console } = await done(send("POST", "/console/session", { body: { key }, headers }));
        return { at, id: console.sessionId };
      },
      act: ({ at, id }) => send("DELETE", `/api/v1/console-sessions/${id}`, { token: at.manager }),
      success: 200,
      look: async ({ at }) => (await done(send("GET", "/api/v1/console-sessions", { token: at.manager }))).consoleSessions.length,
      states: () => [[{}, 1], [{}, 0]],
    },
    "a project is changed by its admin": {
      endpoint: "PATCH /api/v1/project",
      prepare: account,
      act: ({ at }) => send("PATCH", "/api/v1/project", { token: at.manager, body: { name: "Renamed" } }),
      success: 200,
      look: async (broken) => `${await entry(broken)}, ${await own(broken.at.project)}`,
      states: ({ old }) => ["Case, Case", "Case, Renamed", "Renamed, Renamed"].map((text) => [{ one: [old, 1] }, text]),
    },
    "a project is deleted by its admin, and can be restored": {
      endpoint: "DELETE /api/v1/project",
      prepare: async (at) => ({ at }),
      act: ({ at }) => send("DELETE", "/api/v1/project", { token: at.manager }),
      success: 200,
      look: marked,
      states: () => [[{}, "there"], [{}, "deleted"]],
    },
    "a project is restored by its admin": {
      endpoint: "POST /api/v1/project/restore",
      prepare: markedProject,
      act: ({ at }) => send("POST", "/api/v1/project/restore", { token: at.manager }),
      success: 200,
      look: marked,
      states: () => [[{}, "deleted"], [{}, "there"]],
    },
    "a project is restored": {
      endpoint: "POST /api/v1/projects/{id}/restore",
      prepare: markedProject,
      act: ({ at }) => send("POST", `/api/v1/projects/${at.project}/restore`, admin()),
      success: 200,
      look: marked,
      states: () => [[{}, "deleted"], [{}, "there"]],
    },
    "an API key is revoked": {
      endpoint: "DELETE /api/v1/api-keys/{id}",
      prepare: async (at) => {
        const body = { name: "New", scopes: ["connections:read"] };
        return { at, made: await done(send("POST", "/api/v1/api-keys", { token: at.manager, body })) };
      },
      act: ({ at, made }) => send("DELETE", `/api/v1/api-keys/${made.apiKey.id}`, { token: at.manager }),
      success: 200,
      look: ({ made }) => opens("/api/v1/app-connections", made.key),
      states: () => [[{}, 200], [{}, 401]],
    },
    "an API key is narrowed": {
      endpoint: "PATCH /api/v1/api-keys/{id}",
      prepare: async (at) => {
        const body = { name: "New", scopes: ["connections:read", "admin"] };
        return { at, made: await done(send("POST", "/api/v1/api-keys", { token: at.manager, body })) };
      },
      act: ({ at, made }) => send("PATCH", `/api/v1/api-keys/${made.apiKey.id}`, { token: at.manager, body: { scopes: ["admin"] } }),
      success: 200,
      look: ({ made }) => opens("/api/v1/app-connections", made.key),
      states: () => [[{}, 200], [{}, 403]],
    },
    "the wrapping key is rotated": {
      endpoint: "POST /api/v1/vault/rewrap",
      prepare: changedAccount,
      act: ({ at }) => send("POST", "/api/v1/vault/rewrap", { token: at.manager, body: {} }),
      success: 200,
      states: ({ secret }) => [[{ one: [secret, 2] }]],
      left: async ({ at }) => (await send("GET", "/api/v1/vault", { token: at.manager })).body.remaining > 0,
      /** All values are made under the old key, and then the key changes once. */
      between: async () => {
        const { edge } = stage;
        edge.secrets.VAULT_KEYS = `k${randomBytes(3).toString("hex")}:${randomBytes(32).toString("base64url")},${edge.secrets.VAULT_KEYS}`;
        await edge.restart();
      },
    },
    "a project is made": {
      endpoint: "POST /api/v1/projects",
      // The id is not known before, so the calls are found by the name.
      prepare: async (at) => ({ at: { ...at, id: `New ${randomUUID()}` } }),
      act: async ({ at }) => {
        for (const id of (await entries(at.id)).empty) await endProject(id);
        return send("POST", "/api/v1/projects", { ...admin(), body: { name: at.id } });
      },
      success: 201,
      look: async ({ at }) => {
        const { ids, empty } = await entries(at.id);
        return `${ids.length} entries, ${empty.length} of them empty`;
      },
      states: () => ["0 entries, 0", "1 entries, 1", "1 entries, 0"].map((text) => [{}, `${text} of them empty`]),
      promised: async (_, { body }) => assert.equal(await opens("/api/v1/app-connections", body.apiKeys.live), 200),
    },
    "a project is changed": {
      endpoint: "PATCH /api/v1/projects/{id}",
      prepare: account,
      act: ({ at }) => send("PATCH", `/api/v1/projects/${at.project}`, { ...admin(), body: { name: "Renamed" } }),
      success: 200,
      look: async (broken) => `${await entry(broken)}, ${await own(broken.at.project)}`,
      states: ({ old }) => ["Case, Case", "Case, Renamed", "Renamed, Renamed"].map((text) => [{ one: [old, 1] }, text]),
    },
    "a project is deleted": {
      endpoint: "DELETE /api/v1/projects/{id}",
      prepare: account,
      act: ({ at }) => endProject(at.project),
      success: 200,
      look: entry,
      states: ({ old }) => [[{ one: [old, 1] }, "Case"], [{}, "Case"], [{}, "no entry"]],
      settled: async ({ at }) => (await rows(at)).intents === 0,
    },
  };
}
