"""The engines: how each is installed, called, and what it cannot express."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class NotHere(Exception):
    """An engine cannot be installed on this machine."""


@dataclass
class Engine:
    name: str
    # Of its environment and of what it writes.
    directory: str
    # Arguments for records, schema and output directory.
    command: list
    lacks: str
    # Also timed with its other mode, by what that is called and the word for it.
    variant: tuple = ()
    not_here: str = ""


def run(command, cwd=None):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        # Without what it printed, which may name the registries of this machine.
        raise NotHere(f"`{Path(command[0]).name}` failed with exit code {done.returncode}")


def python(environment):
    """An environment of its own with exactly what requirements.txt pins."""
    name = environment.name
    run([sys.executable, "-m", "venv", environment])
    requirements = HERE / name / "requirements.txt"
    run([environment / "bin/pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", requirements])
    return [environment / "bin/python", HERE / name / "judge.py"]


def node(environment):
    """The packages that the lock file pins, beside a copy of the program, which finds them there."""
    environment.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", "judge.mjs"):
        (environment / name).write_text((HERE / "node" / name).read_text())
    run(["npm", "ci", "--silent", "--ignore-scripts"], cwd=environment)
    return ["node", environment / "judge.mjs"]


def faircopy():
    run(["cargo", "build", "--release", "--quiet", "-p", "faircopy"], cwd=ROOT)
    return ROOT / "target/release/faircopy"


CHECKS = "check digits, sums, orders of dates and bounds of decimals by hand"

PEERS = [
    (
        "Python: orjson + jsonschema-rs",
        "python",
        python,
        f"{CHECKS}; a conflict is a duplicate to it; duplicates vanish; keys in memory",
        ("validating only", "validate"),
    ),
    (
        "Node: ajv",
        "node",
        node,
        f"{CHECKS}; no decimals; a conflict is a duplicate to it; duplicates vanish; keys in memory",
        ("validating only", "validate"),
    ),
    (
        "Redpanda Connect's engine",
        "connect",
        python,
        f"{CHECKS}; no draft 2020-12 (later keywords are ignored); errors are one text; members come out in another order; "
        "duplicates vanish; keys in memory",
        ("output dropped", "drop"),
    ),
]


def peers(work):
    """All peers; one that cannot be installed says so."""
    engines = []
    for name, directory, install, lacks, variant in PEERS:
        print(f"installing {name}", file=sys.stderr)
        engine = Engine(name, directory, [], lacks, variant)
        try:
            engine.command = install(work / directory)
        except (NotHere, OSError) as error:
            engine.not_here = f"cannot be installed here: {error}"
        engines.append(engine)
    return engines
