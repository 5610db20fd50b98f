// Calls to the edge's API for the local tools. It owns their shape. It never hides a refusal: the error's message holds the edge's
// response.

/** Calls the edge at `url` with a key. Returns the parsed response, or throws an error with a full sentence. */
export async function call(url, method, path, key, body) {
  const headers = { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) };
  const response = await fetch(new URL(path, url), { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the edge responded to ${method} ${path} with ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Makes a project that pages of these origins may embed. */
export function createProject(url, adminToken, allowedOrigins, name = "Demo") {
  return call(url, "POST", "/api/v1/projects", adminToken, { name, allowedOrigins });
}

/** Makes a link that signs in to the console of a project in test mode, once. */
export async function consoleLink(url, adminToken, project) {
  const body = { mode: "test", name: "Developer", expiresIn: 3_600 };
  return (await call(url, "POST", `/api/v1/projects/${project}/console-links`, adminToken, body)).consoleLink.url;
}

/** Makes a key of test mode that signs in to the console, with every right but that of reading secrets. */
export async function createConsoleKey(url, adminToken, project) {
  const scopes = ["admin", "console", "connections:read", "connections:write", "sessions:read", "sessions:write"];
  return (await call(url, "POST", `/api/v1/projects/${project}/api-keys`, adminToken, { name: "Console", mode: "test", scopes })).key;
}

/** Makes a session for the demo's one user to link an Okta account. */
export function createSession(url, testKey) {
  return call(url, "POST", "/api/v1/connect-sessions", testKey, {
    providers: ["okta"],
    endUser: { id: "user-1", email: "ada@example.com", name: "Ada" },
    organization: { id: "org-1", name: "Example Inc" },
    expiresIn: 86_400,
  });
}

/** Lists the project's linked accounts. */
export function listConnections(url, testKey) {
  return call(url, "GET", "/api/v1/app-connections", testKey);
}

/** Makes a key of test mode for the demo's own webhook endpoint. A project's first keys do not have the scope for it. */
export async function createAdminKey(url, adminToken, project) {
  const body = { name: "Webhook endpoint of the demo", mode: "test", scopes: ["admin", "connections:read", "sessions:read"] };
  return (await call(url, "POST", `/api/v1/projects/${project}/api-keys`, adminToken, body)).key;
}

/**
 * The endpoint of test mode at this address, with its secret: the one that `known` remembers, if it is still there, else the one that
 * has this address, with a new secret, else a new one. One that was disabled, because the demo did not run, is enabled.
 */
export async function webhookEndpoint(url, adminKey, target, known) {
  const path = "/api/v1/webhook-endpoints";
  const { webhookEndpoints } = await call(url, "GET", path, adminKey);
  const found = webhookEndpoints.find((endpoint) => endpoint.url === target);
  if (!found) {
    const { webhookEndpoint } = await call(url, "POST", path, adminKey, { url: target, description: "The demo product" });
    return { id: webhookEndpoint.id, secret: webhookEndpoint.secret };
  }
  if (!found.enabled) await call(url, "PATCH", `${path}/${found.id}`, adminKey, { enabled: true });
  if (found.id === known?.id) return known;
  const { webhookEndpoint } = await call(url, "POST", `${path}/${found.id}/secret`, adminKey);
  return { id: found.id, secret: webhookEndpoint.secret };
}
