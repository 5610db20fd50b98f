// The accounts of the demo's console: people of twenty companies link them in test mode, and the test clock brings their past.
//
// It owns who they are and which test value each one has, so that every state of health, freshness and type appears. It makes them with the
// calls that a backend and a form make: sessions, sealed answers, the test clock.

import { randomUUID } from "node:crypto";

import { sealAnswer } from "../harness/seal.mjs";
import { call } from "./api.mjs";

const COMPANIES = ["Acorn Robotics", "Birchwood Bank", "Cedar & Sons", "Delta Freight", "Ember Health", "Fjord Energi", "Granit SA", "Hafen Logistik", "Iris Optics", "Juniper Foods",
  "Kumo Cloud 雲", "Lagoon Travel", "Maple Insurance", "Nordlicht Medien", "Orchid Pharma", "Pinecrest Schools", "Quarry Mining", "Ridgeline Outdoor", "Sahara Telecom", "Tundra Games"];
const PEOPLE = ["Ada Lovelace", "Björn Åkesson", "Chloé Martin", "Dmitri Volkov", "Elif Yılmaz", "Farah Haddad", "Grace Hopper", "Hiroshi Tanaka", "Ines Ferreira", "Jonas Weber",
  "Katarzyna Nowak", "Liam O’Brien", "Mei Lin", "Noor Al-Farsi", "Oscar Lindgren", "Priya Raman", "Quentin Dubois", "Rosa Jiménez", "Sven Larsen", "Tomoko Mori"];

const okta = (kind) => (end) => ({ app: "okta", secret: "apiToken", fields: { instanceUrl: "latchkey-demo.okta.com", apiToken: `00test-${kind}-${end}`.slice(0, 42) } });
const harness = (number, kind = "sat") => (end) => ({ app: "harness", secret: "apiKey", fields: { apiKey: `${kind}.LatchkeyTestAccount001.7e57000000000000000000${number}.${end.slice(0, 20)}` } });
const launchdarkly = (number) => (end) => ({ app: "launchdarkly", secret: "accessToken", fields: { accessToken: `api-7e5700${number}-${end.replace(/[^0-9a-f]/g, "0").slice(0, 4)}-4${end.slice(0, 3).replace(/[^0-9a-f]/g, "1")}-8111-111111111111` } });
const gitlab = (kind) => (end) => ({ app: "gitlab", secret: "accessToken", fields: { accessToken: `glpat-test-${kind}-${end.slice(0, 12)}` } });

/** Most accounts are well, as in life. The others are in the states that an operator has to know. */
const WELL = [okta("super-admin"), okta("org-admin"), okta("api-admin"), harness("01"), harness("02"), launchdarkly("01"), launchdarkly("02"), launchdarkly("08"), gitlab("api"), harness("05", "pat")];
const OTHERS = [okta("day7-revoked"), okta("day7-inactive"), okta("day7-no-role"), okta("day7-zone"), harness("31"), harness("32"), harness("33"), harness("35"), harness("36"), launchdarkly("21"),
  launchdarkly("22"), launchdarkly("25"), gitlab("day7-gone"), gitlab("day7-lock"), okta("read-only"), launchdarkly("03")];
/** These end in a few days, so they are linked late. */
const LATE = [harness("07"), launchdarkly("18"), gitlab("soon"), okta("super-admin"), okta("org-admin")];

/** Makes `count` accounts in test mode, and a past of about two weeks. `key` is a test key with the scope `admin`. */
export async function makeAccounts(url, key, count) {
  const before = Math.round(count * 0.85);
  await each(before, (at) => link(url, key, at, at % 4 === 3 ? OTHERS[(at >> 2) % OTHERS.length] : WELL[at % WELL.length]));
  // Checks are made on the way, as they would be day by day.
  for (const days of [1, 3, 4, 3]) await call(url, "POST", "/api/v1/test-clock", key, { advance: days * 86_400 });
  await each(count - before, (at) => link(url, key, before + at, LATE[at % LATE.length]));
  await call(url, "POST", "/api/v1/test-clock", key, { advance: 5 * 3_600 });
  const { appConnections } = await call(url, "GET", "/api/v1/app-connections?limit=100", key);
  for (const account of appConnections.filter((_, at) => at % 33 === 7)) {
    await call(url, "POST", `/api/v1/app-connections/${account.app}/${account.id}/suspend`, key, { reason: "The customer paused the contract." });
  }
  // Some links are still on their way.
  for (let at = 0; at < 6; at++) await session(url, key, at, ["okta", "harness", "launchdarkly"]);
}

/** Runs the work for 0 to `count`, four at a time. */
async function each(count, work) {
  const places = Array.from({ length: count }, (_, at) => at);
  const worker = async () => {
    for (let at = places.shift(); at !== undefined; at = places.shift()) await work(at);
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
}

function session(url, key, at, providers) {
  const person = PEOPLE[(at * 7) % PEOPLE.length];
  const company = COMPANIES[(at * 3) % COMPANIES.length];
  const word = (text) => text.normalize("NFKD").toLowerCase().replace(/[^a-z]+/g, "-").replace(/^-|-$/g, "");
  return call(url, "POST", "/api/v1/connect-sessions", key, {
    providers,
    endUser: { id: `user-${at}`, name: person, email: `${word(person).replaceAll("-", ".")}@${word(company).split("-")[0]}.example` },
    organization: { id: `customer-${(at * 3) % COMPANIES.length}`, name: company },
    ...(providers.length === 1 && { connectionName: `${word(company)}-${providers[0]}-${at}` }),
    metadata: { plan: at % 3 ? "team" : "enterprise" },
    expiresIn: 86_400,
  });
}

async function link(url, key, at, kind) {
  const { app, secret, fields } = kind(randomUUID().replaceAll("-", ""));
  const { token } = await session(url, key, at, [app]);
  const { sealing } = await call(url, "GET", "/api/v1/connect", token);
  const body = { attemptId: randomUUID(), app, fields: {} };
  for (const [id, value] of Object.entries(fields)) if (id !== secret) body.fields[id] = { text: value };
  body.fields[secret] = await sealAnswer(sealing, token, body, secret, fields[secret]);
  await call(url, "POST", "/api/v1/connect", token, body);
}
