// Test data for the benches: a wrapper around the built Worker. `POST /__seed?project=…&count=…` copies the project's one account until
// it has so many, in the object's own SQLite and the Worker's schema. Each copy has its own id, name, person, time and value name. The
// sealed value is not copied, and no request of the bench opens it.

import RealWorker, * as real from "./index.js";

export { RegistryObject } from "./index.js";

export default class extends RealWorker {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/__seed") return super.fetch(request);
    const { PROJECTS } = this.env;
    return PROJECTS.get(PROJECTS.idFromName(searchParams.get("project"))).fetch(request);
  }
}

const UUID = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

/** The columns that differ in each copy. One in ten has another provider, and one in a thousand needs attention. */
const OWN = {
  id: UUID,
  name: "'account-' || i",
  app: "CASE i % 10 WHEN 0 THEN 'launchdarkly' ELSE app END",
  blob: "substr(hex(randomblob(11)), 1, 22)",
  sealed: "NULL",
  sealed_until: "NULL",
  end_user: "json_object('id', 'user-' || (i / 5))",
  created: "created - i * 1000",
  updated: "updated - i * 1000",
  health: "CASE i % 1000 WHEN 0 THEN 'blocked' ELSE health END",
};

export class ProjectObject extends real.ProjectObject {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== "/__seed") return super.fetch(request);
    const { sql } = this.ctx.storage;
    const columns = sql.exec("SELECT * FROM connections LIMIT 1").columnNames;
    const values = columns.map((column) => OWN[column] ?? column);
    sql.exec(
      `WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?),
         template AS MATERIALIZED (SELECT * FROM connections LIMIT 1)
       INSERT INTO connections (${columns.join(", ")}) SELECT ${values.join(", ")} FROM numbers, template`,
      Number(searchParams.get("count")) - 1,
    );
    sql.exec("INSERT OR IGNORE INTO names (mode, name, connection) SELECT mode, name, id FROM connections");
    return Response.json(sql.exec("SELECT count(*) AS connections FROM connections").one());
  }
}
