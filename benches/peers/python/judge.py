"""The job with orjson and jsonschema-rs: parse, normalize six fields, validate, drop repeated keys, write.

usage: judge.py RECORDS SCHEMA OUT_DIRECTORY [validate]

With `validate` it only parses, validates and copies each line to the right file.
"""

import sys
from datetime import date
from decimal import Decimal, InvalidOperation

import jsonschema_rs
import orjson

CENT = Decimal("0.01")


def put(record, name, normalize):
    """Replaces a member by its normal form; what cannot be read stays, for the schema to find."""
    try:
        record[name] = normalize(record[name])
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
        pass


def day(text):
    return date.fromisoformat(text).isoformat()


def money(text):
    amount = Decimal(text)
    return str(amount.quantize(CENT)) if amount == amount.quantize(CENT) else text


def normalize(record):
    put(record, "claim_no", lambda text: text.strip().upper())
    put(record, "patient_state", lambda text: text.strip().upper())
    put(record, "patient_dob", day)
    put(record, "total_charge", money)
    lines = record.get("lines")
    for line in lines if isinstance(lines, list) else ():
        if isinstance(line, dict):
            put(line, "service_from", day)
            put(line, "charge", money)


def key(record):
    first = min(line["service_from"] for line in record["lines"])
    return (record["patient_account_no"], record["billing_npi"], first, record["total_charge"])


def main(records, schema, out, whole_job):
    with open(schema, "rb") as file:
        validator = jsonschema_rs.Draft202012Validator(orjson.loads(file.read()), validate_formats=True)
    seen = set()
    with open(records, "rb") as lines, open(f"{out}/clean", "wb") as clean, open(f"{out}/rejects", "wb") as rejects:
        for raw in lines:
            try:
                record = orjson.loads(raw)
            except orjson.JSONDecodeError as error:
                rejects.write(orjson.dumps({"line": raw.decode(errors="replace"), "errors": [str(error)]}) + b"\n")
                continue
            if whole_job and isinstance(record, dict):
                normalize(record)
            if not validator.is_valid(record):
                errors = [[error.instance_path, error.message] for error in validator.iter_errors(record)]
                rejects.write(orjson.dumps({"line": raw.decode(), "errors": errors}) + b"\n")
                continue
            if not whole_job:
                clean.write(raw)
                continue
            record_key = key(record)
            if record_key not in seen:
                seen.add(record_key)
                clean.write(orjson.dumps(record) + b"\n")


main(*sys.argv[1:4], whole_job="validate" not in sys.argv[4:])
