"""The job with the engine of Redpanda Connect: its file input, its pipeline and its processors in one configuration.

usage: judge.py RECORDS SCHEMA OUT_DIRECTORY [drop]

The package runs the engine inside mq-bridge, which takes over where the pipeline ends. What leaves the pipeline is written by
mq-bridge to one file, rejects marked. With `drop` the pipeline ends by deleting every message, so that neither the bridge nor any
output costs anything: the engine's own work at its cheapest.
"""

import json
import sys

import mq_bridge
import mq_bridge_connect

NORMALIZE = """
root = this
root.claim_no = this.claim_no.trim().uppercase()
root.patient_state = this.patient_state.trim().uppercase()
root.patient_dob = this.patient_dob.ts_parse("2006-01-02").ts_format("2006-01-02", "UTC").catch(this.patient_dob)
root.total_charge = this.total_charge.trim()
root.lines = this.lines.map_each(line -> line.assign({
  "service_from": line.service_from.ts_parse("2006-01-02").ts_format("2006-01-02", "UTC").catch(line.service_from),
  "charge": line.charge.trim(),
}))
meta key = [
  this.patient_account_no, this.billing_npi, this.lines.map_each(line -> line.service_from).sort().index(0), this.total_charge
].join("\\n")
"""

# Values that the mapping cannot read fail it, and with it the record.
MARK = """
root.reject = content().string()
root.errors = error()
"""


def configuration(records, schema, drop):
    processors = [
        {"try": [
            {"json_schema": {"schema_path": f"file://{schema}"}},
            {"mapping": NORMALIZE},
            # By default a cache that fails would drop the record.
            {"dedupe": {"cache": "keys", "key": '${! meta("key") }', "drop_on_err": False}},
        ]},
        {"catch": [{"mapping": MARK}]},
    ]
    if drop:
        processors.append({"mapping": "root = deleted()"})
    return {
        "input": {"file": {"paths": [records], "scanner": {"lines": {}}}},
        "pipeline": {"threads": 1, "processors": processors},
        "cache_resources": [{"label": "keys", "memory": {"default_ttl": "24h", "compaction_interval": ""}}],
        "logger": {"level": "NONE"},
    }


def main(records, schema, out, mode=""):
    drop = mode == "drop"
    mq_bridge_connect.register()
    # JSON is YAML.
    engine = {"name": "connect", "config": {"yaml": json.dumps(configuration(records, schema, drop))}}
    output = {"null": None} if drop else {"file": {"path": f"{out}/clean", "format": "raw"}}
    # A busy machine takes longer than the five seconds of the default to load the engine.
    route = {"input": {"custom": engine}, "output": output, "startup_timeout_ms": 120_000}
    mq_bridge.Route.from_config({"routes": {"judge": route}}, "judge").run()


main(*sys.argv[1:])
