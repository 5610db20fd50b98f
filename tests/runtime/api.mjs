// The few calls to the edge's API that the local tools make. It owns their shape, and refuses to hide a refusal: what the
// edge answers instead is in the error's sentence.

/** Calls the edge at `url` with a key; returns the parsed answer, or throws a sentence. */
export async function call(url, method, path, key, body) {
  const headers = { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) };
  const response = await fetch(new URL(path, url), { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the edge answered ${method} ${path} with ${response.status}: ${text.slice(0, 500)}`);
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

/** Lists what the project has linked. */
export function listConnections(url, testKey) {
  return call(url, "GET", "/api/v1/app-connections", testKey);
}
