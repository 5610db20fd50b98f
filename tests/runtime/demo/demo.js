// The demo product's own script: shows the events that `connect.js` sends to the page, the linked accounts, and the webhooks that the
// product's backend got. It owns three lists, and never touches the frame or the token. Whatever it shows is text, never HTML.

const EVENTS = ["latchkey-success", "latchkey-error", "latchkey-close"];

const accounts = document.querySelector("#accounts");
const accountsNote = document.querySelector("#accounts-note");
const deliveries = document.querySelector("#deliveries");
const deliveriesNote = document.querySelector("#deliveries-note");
const events = document.querySelector("#events");

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function accountRow({ name, app, method, createdAt, credentials = {} }) {
  const row = document.createElement("li");
  row.append(element("span", "name", name));
  const made = new Date(createdAt);
  if (!Number.isNaN(made.valueOf())) row.append(element("time", "quiet", made.toLocaleString()));
  row.append(element("span", "facts", [app, method, ...Object.values(credentials)].join(" · ")));
  return row;
}

async function showAccounts() {
  try {
    const response = await fetch("/accounts");
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    accounts.replaceChildren(...answer.appConnections.map(accountRow));
    accountsNote.textContent = answer.appConnections.length === 0 ? "None yet." : "";
    accountsNote.hidden = answer.appConnections.length > 0;
  } catch (error) {
    accountsNote.hidden = false;
    accountsNote.textContent = `The list cannot be loaded: ${error.message}`;
  }
}

function showEvent(event) {
  const row = document.createElement("li");
  row.append(element("strong", "", event.type), element("span", "quiet", ` at ${new Date().toLocaleTimeString()}`));
  if (event.detail != null) row.append(element("pre", "", JSON.stringify(event.detail, null, 2)));
  events.prepend(row);
}

function deliveryRow({ id, type, account, receivedAt }) {
  const row = document.createElement("li");
  row.dataset.id = id;
  row.append(element("span", "name", type), element("time", "quiet", new Date(receivedAt).toLocaleTimeString()), element("span", "facts", account));
  return row;
}

/** Shows the latest webhooks. Rows that stay are left alone, so that only new ones are announced. */
function showDeliveries(latest) {
  const ids = latest.map(({ id }) => id);
  for (const row of [...deliveries.children]) if (!ids.includes(row.dataset.id)) row.remove();
  const shown = [...deliveries.children].map((row) => row.dataset.id);
  deliveries.prepend(...latest.filter(({ id }) => !shown.includes(id)).map(deliveryRow));
  deliveriesNote.textContent = latest.length === 0 ? "None yet." : "";
  deliveriesNote.hidden = latest.length > 0;
}

/** Follows the webhooks. The browser connects again by itself. */
function followDeliveries() {
  const source = new EventSource("/deliveries");
  source.onmessage = ({ data }) => {
    showDeliveries(JSON.parse(data));
    // An event tells that an account is new, changed or gone.
    showAccounts();
  };
  source.onerror = () => {
    deliveriesNote.hidden = false;
    deliveriesNote.textContent = "The connection to the backend is lost. It is tried again.";
  };
}

for (const name of EVENTS) document.addEventListener(name, showEvent);
document.addEventListener("latchkey-success", showAccounts);
showAccounts();
followDeliveries();
