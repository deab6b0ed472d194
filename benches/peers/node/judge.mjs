// The job with ajv: parse, normalize six fields, validate, drop repeated keys, write.
//
// usage: judge.mjs RECORDS SCHEMA OUT_DIRECTORY [validate]
//
// With `validate` it only parses, validates and copies each line to the right file.

import { isUtf8 } from "node:buffer";
import { closeSync, createReadStream, openSync, readFileSync, writeSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const NEWLINE = 10;
const BUFFERED = 1 << 20;

/** Appends lines to a file, a megabyte at a time. */
class Writer {
  constructor(path) {
    this.file = openSync(path, "w");
    this.text = "";
  }
  line(text) {
    this.text += text + "\n";
    if (this.text.length > BUFFERED) this.flush();
  }
  flush() {
    writeSync(this.file, this.text);
    this.text = "";
  }
  close() {
    this.flush();
    closeSync(this.file);
  }
}

/** Replaces a member by its normal form; what cannot be read stays, for the schema to find. */
function put(record, name, normalize) {
  if (typeof record[name] === "string") record[name] = normalize(record[name]);
}

const code = (text) => text.trim().toUpperCase();

function day(text) {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time)) return text;
  const normal = new Date(time).toISOString().slice(0, 10);
  // Date.parse makes the 2 March of 30 February: then the text stays, for the schema to find.
  return normal.endsWith(text.slice(-2)) ? normal : text;
}

/** JavaScript has no decimals: an amount is moved about as text, never as a number. */
function money(text) {
  const parts = /^(-?)0*(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  return parts === null ? text : `${parts[1]}${parts[2]}.${(parts[3] ?? "").padEnd(2, "0")}`;
}

function normalize(record) {
  put(record, "claim_no", code);
  put(record, "patient_state", code);
  put(record, "patient_dob", day);
  put(record, "total_charge", money);
  if (!Array.isArray(record.lines)) return;
  for (const line of record.lines) {
    if (line === null || typeof line !== "object") continue;
    put(line, "service_from", day);
    put(line, "charge", money);
  }
}

function key(record) {
  let first = record.lines[0].service_from;
  for (const line of record.lines) if (line.service_from < first) first = line.service_from;
  return `${record.patient_account_no}\n${record.billing_npi}\n${first}\n${record.total_charge}`;
}

/** Calls `each` with the bytes of every line. */
async function readLines(path, each) {
  let rest = Buffer.alloc(0);
  for await (const block of createReadStream(path, { highWaterMark: BUFFERED })) {
    const bytes = rest.length === 0 ? block : Buffer.concat([rest, block]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      each(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) each(rest);
}

const [records, schema, out, mode] = process.argv.slice(2);
const wholeJob = mode !== "validate";
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema, "utf8")));
const seen = new Set();
const clean = new Writer(`${out}/clean`);
const rejects = new Writer(`${out}/rejects`);
const reject = (line, errors) => rejects.line(JSON.stringify({ line, errors }));

await readLines(records, (bytes) => {
  const raw = bytes.toString();
  // Without this, invalid UTF-8 would be read as U+FFFD and pass as clean.
  if (!isUtf8(bytes)) return reject(raw, ["no UTF-8"]);
  let record;
  try {
    record = JSON.parse(raw);
  } catch (error) {
    return reject(raw, [error.message]);
  }
  if (wholeJob && record !== null && typeof record === "object") normalize(record);
  if (!validate(record)) return reject(raw, validate.errors.map((error) => [error.instancePath, error.message]));
  if (!wholeJob) return clean.line(raw);
  const recordKey = key(record);
  if (seen.has(recordKey)) return;
  seen.add(recordKey);
  clean.line(JSON.stringify(record));
});
clean.close();
rejects.close();
