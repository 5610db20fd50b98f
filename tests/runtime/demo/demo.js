// The demo product's own script: shows the events that `connect.js` sends to the page, and the linked accounts.
// It owns two lists, and never touches the frame or the token.

const EVENTS = ["latchkey-success", "latchkey-error", "latchkey-close"];

const accounts = document.querySelector("#accounts");
const accountsNote = document.querySelector("#accounts-note");
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

for (const name of EVENTS) document.addEventListener(name, showEvent);
document.addEventListener("latchkey-success", showAccounts);
showAccounts();
