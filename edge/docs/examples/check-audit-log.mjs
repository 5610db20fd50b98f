// Checks an export of the audit log, with nothing but Node: node check-audit-log.mjs FILE [PUBLIC_KEY]
// Without PUBLIC_KEY it uses the one in the file, which proves less: keep it elsewhere.
import { createHash, createPublicKey, verify } from "node:crypto";
import { open } from "node:fs/promises";

const [file, key] = process.argv.slice(2);
const ZEROS = "0".repeat(64);
let log, head, last = { seq: 0, hash: ZEROS }, count = 0, faults = [];

const must = (holds, fault) => holds || faults.push(fault);
// RFC 8785, for an object whose members are texts, whole numbers and null: the members in the order of their names.
const canonical = (record) => JSON.stringify(record, Object.keys(record).sort());
const mustBeSigned = ({ seq, hash, at, signature }) => {
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key ?? log.publicKey }, format: "jwk" });
  const message = Buffer.from(`latchkey audit-log v1\n${log.project}\n${seq}\n${hash}\n${at}\n`);
  must(verify(null, message, publicKey, Buffer.from(signature, "base64url")), `The signature over record ${seq} is wrong.`);
};

for await (const line of (await open(file)).readLines()) {
  const { hash, ...record } = JSON.parse(line);
  if (record.export) {
    log = record.export;
    log.checkpoints.concat(log.start ?? []).forEach(mustBeSigned);
    last = log.start ?? last; // Older records were deleted behind this checkpoint.
  } else if (record.head) {
    mustBeSigned((head = record.head));
    must(log.filtered || head.hash === last.hash, `The head is not record ${last.seq}.`);
  } else {
    const { seq, prev, withheld } = record;
    const follows = seq === last.seq + 1 && prev === last.hash;
    const unchained = hash === ZEROS && last.hash === ZEROS; // From before there was a chain.
    must(unchained || withheld || createHash("sha256").update(canonical(record)).digest("hex") === hash, `Record ${seq} was changed.`);
    must(follows || unchained || (log.filtered && seq > last.seq + 1), `Record ${seq} does not follow ${last.seq}: one was removed, inserted or reordered.`);
    must(log.checkpoints.every((point) => point.seq !== seq || point.hash === hash), `Record ${seq} is not the one that was signed.`);
    [last, count] = [{ seq, hash }, count + 1];
  }
}
must(head, "The signed head is missing.");
console.log(faults.slice(0, 20).join("\n") || `${count} records are whole, up to ${head.seq} with the hash ${head.hash}.`);
process.exitCode = faults.length ? 1 : 0;
