// The sign-in: an API key that somebody enters, or the token of a link that works once, which stands behind the # and so never reaches a
// log. Both are exchanged for a session that no script can read.

/** @param {HTMLFormElement} form */
export function signIn(form) {
  const key = /** @type {HTMLInputElement} */ (document.getElementById("key"));
  const error = /** @type {HTMLElement} */ (document.getElementById("sign-in-error"));
  const say = (/** @type {string | undefined} */ words) => (error.textContent = words ?? "");

  /** @param {Record<string, unknown>} proof */
  async function send(proof) {
    form.setAttribute("aria-busy", "true");
    let response;
    try {
      response = await fetch("/console/session", {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify(proof),
      });
    } catch {
      say(form.dataset.lost);
    }
    form.removeAttribute("aria-busy");
    if (!response) return;
    const body = await response.json().catch(() => undefined);
    if (response.ok) return location.replace(next(form.dataset.next, body?.console?.mode));
    const { message, fix } = body?.errors?.[0] ?? {};
    say([message ?? body?.detail ?? form.dataset.lost, fix].filter(Boolean).join(" "));
    key.focus();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = key.value.trim();
    if (!value) {
      say(form.dataset.wrong);
      return key.focus();
    }
    say("");
    send({ key: value });
  });

  const link = location.hash.slice(1);
  // Somebody whom Cloudflare Access has let in says only where to: Access adds who they are to the request.
  const wanted = new URLSearchParams(location.search);
  const project = wanted.get("project");
  if (project && form.dataset.access !== undefined) {
    send({ access: { project, mode: wanted.get("mode") ?? "live" } });
  } else if (link) {
    // Neither the history nor somebody who looks over a shoulder keeps it.
    history.replaceState(null, "", location.pathname + location.search);
    say(form.dataset.link);
    send({ link });
  } else {
    key.focus();
  }
}

/**
 * Where to go after the sign-in: only a page of the console, and of the mode that was signed in to.
 * @param {string | undefined} wanted
 * @param {string | undefined} mode
 */
function next(wanted, mode) {
  const home = `/console/${mode === "live" ? "live" : "test"}/accounts`;
  const own = wanted?.startsWith(`/console/${mode}/`) && new URL(wanted, location.origin).origin === location.origin;
  return own ? wanted : home;
}
