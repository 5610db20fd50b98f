// A Durable Object's SQLite. Values and rows travel as one JSON text each, so that a statement crosses into JavaScript once and back
// once, however many there are.

/** The rows of one statement, each a list. */
export const exec = (sql, statement, values) => JSON.stringify(sql.exec(statement, ...JSON.parse(values)).raw().toArray());

/** Keeps all that `work` writes, or nothing when it says `false`. */
export function transaction(storage, work) {
  storage.transactionSync(() => {
    if (!work()) throw new Error("rolled back");
  });
}
