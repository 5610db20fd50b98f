// Requests to the edge with the session's token.

/**
 * @param {string} token
 * @returns {import("../page").Call}
 */
export const makeCall = (token) => (method, path, body) =>
  fetch("/api/v1/" + path, {
    method,
    headers: {
      authorization: "Bearer " + token,
      "accept-language": document.documentElement.lang,
      ...(body ? { "content-type": "application/json" } : {}),
    },
    body: body ? JSON.stringify(body) : undefined,
    cache: "no-store",
    credentials: "omit",
    redirect: "error",
    // Progress that is saved while the page is being left arrives too.
    keepalive: method === "PUT",
  }).then((response) => (response.ok ? (response.status === 204 ? null : response.json()) : Promise.reject(response)));
