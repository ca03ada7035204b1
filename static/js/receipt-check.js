/**
 * What a receipt proves, step by step, in the browser alone: nothing is sent anywhere.
 *
 * The same steps under the same names as in ledger/chain/receipt_checks.py; docs/receipts.md has the format. Whole
 * numbers stand in receipts as text and are read as BigInt, since they may be larger than a Number holds exactly.
 */

export const STEPS = ["read", "shown", "sides", "leaf", "checkpoint", "signature", "inclusion", "block", "time"];

const FORMAT = "securebank/receipt/v1";
export const LONGEST_RECEIPT = 64 * 1024;
const MOST_STEPS = 64;
const CLOCKS_APART_MS = 10 * 60 * 1000;
const DECIMALS = { JPY: 0, BHD: 3, KWD: 3 };
const NUMBER = /^-?(?:0|[1-9][0-9]{0,18})$/;
const HEX = /^(?:[0-9a-f]{2})*$/;
const LARGEST = 2n ** 63n;

const PARTS = ["format", "shown", "booking", "sides", "leaf", "proof", "block", "checkpoint", "key"];
const SHOWN = ["transaction", "direction", "amount", "currency", "booked_at", "from", "to", "note"];
const BOOKING = [
  "entry_id",
  "client_id",
  "entry_type",
  "currency",
  "amount_minor",
  "posted_at_us",
  "batch_id",
  "hold_id",
  "reverses_id",
];
const BLOCK = [
  "height",
  "first_leaf",
  "leaf_count",
  "tree_size",
  "sealed_through",
  "mined_at_us",
  "difficulty",
  "nonce",
  "previous_hash",
  "merkle_root",
  "log_root",
  "hash",
];
const OPENING = ["salt", "account_id", "shard", "version", "balance_after_minor"];

const encoder = new TextEncoder();

/** A step that failed: `code` names the sentence that the page shows. */
export class Refusal extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

function refuseUnless(holds, code) {
  if (!holds) throw new Refusal(code);
}

// --- bytes -------------------------------------------------------------------------------------------------------

function joined(...parts) {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let place = 0;
  for (const part of parts) {
    bytes.set(part, place);
    place += part.length;
  }
  return bytes;
}

function number(value, size) {
  refuseUnless(-LARGEST <= value && value < LARGEST, "edited");
  const bytes = new Uint8Array(size);
  const view = new DataView(new ArrayBuffer(8));
  view.setBigInt64(0, value);
  bytes.set(new Uint8Array(view.buffer).subarray(8 - size));
  return bytes;
}

const long = (value) => number(value, 8);
const withLengths = (...fields) => joined(...fields.flatMap((field) => [number(BigInt(field.length), 4), field]));
const isSame = (one, other) => one.length === other.length && one.every((byte, place) => byte === other[place]);
export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function unhex(text) {
  refuseUnless(typeof text === "string" && text.length <= 400 && HEX.test(text), "edited");
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function unbase64(text, code) {
  let binary = "";
  try {
    binary = atob(text);
  } catch {
    throw new Refusal(code);
  }
  refuseUnless(btoa(binary) === text, code);
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

// --- reading -----------------------------------------------------------------------------------------------------

function fields(found, names) {
  refuseUnless(found !== null && typeof found === "object" && !Array.isArray(found), "edited");
  const given = Object.keys(found);
  refuseUnless(given.length === names.length && names.every((name) => given.includes(name)), "edited");
  return found;
}

function text(value) {
  refuseUnless(typeof value === "string" && value.length <= 400, "edited");
  return value;
}

function whole(value) {
  refuseUnless(typeof value === "string" && NUMBER.test(value), "edited");
  return BigInt(value);
}

function parsed(content) {
  refuseUnless(content.length <= LONGEST_RECEIPT, "too-large");
  let written = "";
  try {
    written = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw new Refusal("no-receipt");
  }
  try {
    return JSON.parse(written);
  } catch {
    throw new Refusal(written.trimEnd().endsWith("}") || !written.trimStart().startsWith("{") ? "no-receipt" : "truncated");
  }
}

/** Read a file that may come from anybody; says nothing about what it proves. */
export function read(content) {
  const receipt = parsed(content);
  refuseUnless(receipt !== null && typeof receipt === "object" && typeof receipt.format === "string", "no-receipt");
  refuseUnless(receipt.format === FORMAT, "unknown-version");
  fields(receipt, PARTS);
  Object.values(fields(receipt.shown, SHOWN)).forEach(text);
  fields(receipt.booking, BOOKING);
  fields(receipt.sides, ["debit", "credit"]);
  for (const half of Object.values(receipt.sides)) {
    fields(half, ["commitment", "opening"]);
    if (half.opening !== null) fields(half.opening, OPENING);
  }
  fields(receipt.leaf, ["index", "hash"]);
  fields(receipt.proof, ["tree_size", "path"]);
  refuseUnless(Array.isArray(receipt.proof.path) && receipt.proof.path.length <= MOST_STEPS, "edited");
  Object.values(fields(receipt.block, BLOCK)).forEach(text);
  refuseUnless(typeof receipt.checkpoint === "string", "edited");
  // What the file says twice, JSON.parse takes once: written anew it must be the same again.
  refuseUnless(isSame(encoder.encode(JSON.stringify(receipt, null, 2) + "\n"), content), "edited");
  return receipt;
}

// --- what is shown, and the booking --------------------------------------------------------------------------------

function amountText(minor, currency) {
  const decimals = DECIMALS[currency] ?? 2;
  const digits = minor.padStart(decimals + 1, "0");
  return decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
}

function instantText(microseconds) {
  const milliseconds = Number(microseconds / 1000n);
  const rest = String(microseconds % 1000n).padStart(3, "0");
  const at = new Date(milliseconds);
  return Number.isNaN(at.valueOf()) ? "" : at.toISOString().replace("Z", `${rest}Z`);
}

function direction({ debit, credit }) {
  if (debit.opening && credit.opening) return "own";
  return debit.opening ? "out" : "in";
}

function checkShown({ shown, booking, sides }) {
  const amount = amountText(text(booking.amount_minor), booking.currency);
  refuseUnless(shown.amount === amount && shown.currency === booking.currency, "amount-changed");
  refuseUnless(shown.transaction === booking.client_id, "transaction-changed");
  refuseUnless(shown.booked_at === instantText(whole(booking.posted_at_us)), "time-changed");
  refuseUnless(shown.direction === direction(sides), "direction-changed");
}

async function opens({ commitment, opening }) {
  if (opening === null) return true;
  const salt = unhex(opening.salt);
  const side = OPENING.slice(1).map((name) => long(whole(opening[name])));
  const found = await sha256(encoder.encode("securebank/side/v1"), salt, withLengths(...side));
  return salt.length === 16 && isSame(found, unhex(commitment));
}

async function checkSides({ sides }) {
  refuseUnless(sides.debit.opening !== null || sides.credit.opening !== null, "nothing-open");
  refuseUnless((await opens(sides.debit)) && (await opens(sides.credit)), "side-changed");
}

function idBytes(value) {
  refuseUnless(typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value), "edited");
  return unhex(value.replaceAll("-", ""));
}

const orNothing = (value, encode) => (value === null ? new Uint8Array() : encode(value));

async function checkLeaf({ booking, sides, leaf }) {
  const bytes = withLengths(
    encoder.encode("securebank/booking/v1"),
    long(whole(booking.entry_id)),
    idBytes(booking.client_id),
    encoder.encode(text(booking.entry_type)),
    encoder.encode(text(booking.currency)),
    long(whole(booking.amount_minor)),
    long(whole(booking.posted_at_us)),
    orNothing(booking.batch_id, idBytes),
    orNothing(booking.hold_id, (value) => long(whole(value))),
    orNothing(booking.reverses_id, (value) => long(whole(value))),
    unhex(sides.debit.commitment),
    unhex(sides.credit.commitment),
  );
  refuseUnless(isSame(await sha256(Uint8Array.of(0), bytes), unhex(leaf.hash)), "booking-changed");
}

// --- the log -------------------------------------------------------------------------------------------------------

function note(written) {
  const place = written.lastIndexOf("\n\n");
  refuseUnless(place > 0 && written.endsWith("\n"), "checkpoint-changed");
  const lines = written.slice(place + 2, -1).split("\n");
  refuseUnless(lines.length <= 64, "checkpoint-changed");
  return { text: written.slice(0, place + 1), signatures: lines.map(signatureLine) };
}

function signatureLine(line) {
  const [, name, base64] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
  refuseUnless(name !== undefined, "checkpoint-changed");
  const bytes = unbase64(base64, "checkpoint-changed");
  refuseUnless(bytes.length > 4, "checkpoint-changed");
  return { name, id: hex(bytes.subarray(0, 4)), payload: bytes.subarray(4) };
}

export function head(receipt) {
  const { text: written } = note(receipt.checkpoint);
  const [origin, size, root] = written.split("\n");
  refuseUnless(origin && /^(0|[1-9][0-9]{0,18})$/.test(size ?? "") && root, "checkpoint-changed");
  const bytes = unbase64(root, "checkpoint-changed");
  refuseUnless(bytes.length === 32, "checkpoint-changed");
  return { origin, size: BigInt(size), root: bytes };
}

function checkCheckpoint(receipt) {
  refuseUnless(head(receipt).size === whole(receipt.proof.tree_size), "proof-changed");
}

/** Read a vkey: `name+id+base64`. */
async function verifier(vkey) {
  const [, name, id, base64] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(vkey.trim()) ?? [];
  refuseUnless(name !== undefined, "no-key");
  const material = unbase64(base64, "no-key");
  refuseUnless(material.length === 33 && material[0] === 1, "no-key");
  const own = await sha256(encoder.encode(`${name}\n`), material);
  refuseUnless(hex(own.subarray(0, 4)) === id, "no-key");
  return { name, id, key: material.subarray(1) };
}

async function isSigned(key, signature, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

async function checkSignature(receipt, { keys }) {
  const known = await Promise.all(keys.map(({ vkey }) => verifier(vkey)));
  const { text: written, signatures } = note(receipt.checkpoint);
  const { origin } = head(receipt);
  let found = 0;
  for (const line of signatures) {
    const mine = known.find(({ name, id }) => name === line.name && id === line.id);
    if (mine === undefined) continue;
    refuseUnless(await isSigned(mine.key, line.payload, encoder.encode(written)), "signature-wrong");
    refuseUnless(mine.name === origin, "other-log");
    found += 1;
  }
  refuseUnless(found > 0, "wrong-key");
}

/** RFC 9162, 2.1.3.2. */
async function checkInclusion(receipt) {
  const { size, root } = head(receipt);
  let place = whole(receipt.leaf.index);
  refuseUnless(0n <= place && place < size, "proof-wrong");
  let last = size - 1n;
  let found = unhex(receipt.leaf.hash);
  for (const step of receipt.proof.path) {
    const sibling = unhex(step);
    refuseUnless(last > 0n && sibling.length === 32, "proof-wrong");
    if (place & 1n || place === last) {
      found = await sha256(Uint8Array.of(1), sibling, found);
      while (!(place & 1n) && place) [place, last] = [place >> 1n, last >> 1n];
    } else {
      found = await sha256(Uint8Array.of(1), found, sibling);
    }
    [place, last] = [place >> 1n, last >> 1n];
  }
  refuseUnless(last === 0n && isSame(found, root), "proof-wrong");
}

// --- the block, and time -------------------------------------------------------------------------------------------

// The hashes stand beside each other: bytes moved from one to the next would leave the block's hash as it is.
function hash32(value) {
  const bytes = unhex(value);
  refuseUnless(bytes.length === 32, "block-changed");
  return bytes;
}

const BLOCK_PARTS = [
  ["height", long],
  ["previous_hash", hash32],
  ["merkle_root", hash32],
  ["first_leaf", long],
  ["leaf_count", long],
  ["tree_size", long],
  ["log_root", hash32],
  ["sealed_through", long],
  ["mined_at_us", long],
  ["difficulty", (value) => number(value, 1)],
  ["nonce", long],
];

async function checkBlock(receipt) {
  const { block } = receipt;
  const bytes = BLOCK_PARTS.map(([name, encode]) => encode(encode === hash32 ? block[name] : whole(block[name])));
  const hash = hex(await sha256(encoder.encode("securebank/block/v1"), ...bytes));
  const difficulty = Number(block.difficulty);
  const isMined = hash === block.hash && difficulty >= 1 && difficulty <= 12 && hash.startsWith("0".repeat(difficulty));
  refuseUnless(isMined, "block-changed");
  const { size, root } = head(receipt);
  refuseUnless(whole(block.tree_size) === size && block.log_root === hex(root), "block-other");
  const named = note(receipt.checkpoint).text.split("\n").slice(3, -1).join("\n");
  refuseUnless(named === `block ${block.height} ${block.hash}`, "block-other");
  const [first, count, index] = [block.first_leaf, block.leaf_count, receipt.leaf.index].map(whole);
  refuseUnless(first + count === size && first <= index && index < size, "block-other");
}

function milliseconds(microseconds) {
  return Number(whole(microseconds) / 1000n);
}

function checkTime(receipt, { keys, now }) {
  const mined = milliseconds(receipt.block.mined_at_us);
  const limit = now + CLOCKS_APART_MS;
  refuseUnless(mined <= limit && milliseconds(receipt.booking.posted_at_us) <= limit, "future");
  const { signatures } = note(receipt.checkpoint);
  const inUse = keys.some(({ vkey, valid_from: from, valid_until: until }) => {
    const isSigner = signatures.some(({ name, id }) => vkey.startsWith(`${name}+${id}+`));
    const began = from ? Date.parse(from) - CLOCKS_APART_MS : -Infinity;
    const ended = until ? Date.parse(until) + CLOCKS_APART_MS : Infinity;
    return isSigner && began <= mined && mined < ended;
  });
  refuseUnless(inUse, "key-not-in-use");
}

const CHECKS = [
  ["shown", checkShown],
  ["sides", checkSides],
  ["leaf", checkLeaf],
  ["checkpoint", checkCheckpoint],
  ["signature", checkSignature],
  ["inclusion", checkInclusion],
  ["block", checkBlock],
  ["time", checkTime],
];

/**
 * Check a file; yields the name of each step that holds.
 *
 * @param {Uint8Array} content of the file
 * @param {{keys: {vkey: string, valid_from?: string, valid_until?: string}[], now: number}} trusted
 * @throws {Refusal} the next step does not hold
 */
export async function* steps(content, trusted) {
  const receipt = read(content);
  yield ["read", receipt];
  for (const [name, check] of CHECKS) {
    await check(receipt, trusted);
    yield [name, receipt];
  }
}
