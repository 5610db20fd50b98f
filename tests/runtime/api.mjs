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
export function createProject(url, adminToken, allowedOrigins) {
  return call(url, "POST", "/api/v1/projects", adminToken, { name: "Demo", allowedOrigins });
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
