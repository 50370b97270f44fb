"""First match over many alerts, against npm sift in the same run; what compiling costs, and a catastrophic pattern."""

import gc
import json
import random
import shutil
import subprocess
import tempfile
import tracemalloc
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.languages.query import Match, compile_query, compile_rules

PEERS = Path(__file__).parent.parent / "tests" / "peers" / "node_modules"
ALERTS = 20_000
SIZES = (100, 1_000, 10_000)
PEER_SECONDS = 4.0
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)

Json = Any

URGENCIES = ["low", "medium", "high", "critical"]
REGIONS = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-south-1"]
SYMPTOMS = ["disk full", "CPU usage high", "latency above target", "error rate", "out of memory", "certificate expires"]


def rules(count: int, dice: random.Random) -> list[Json]:
    """What the routers of a company of that size hold, with the catch-all last."""
    return [rule(number, dice) for number in range(count - 1)] + [{"always": True}]


def rule(number: int, dice: random.Random) -> Json:
    """Half by service; then by integration and title, tag, number, title alone, alternatives, exclusion."""
    service, kind = f"svc-{number}", dice.random()
    if kind < 0.5:
        return {"data.labels.service": service, "alert.urgency": {"$in": dice.sample(URGENCIES, 2)}}
    if kind < 0.65:
        pattern = f"^\\[{dice.choice(REGIONS)}\\] .*{dice.choice(SYMPTOMS)}"
        return {
            "alert.integration_id": f"int_{number % 400}",
            "alert.title": {"$regex": pattern, "$options": "i"},
            "data.labels.team": f"team-{number % 97}",
        }
    if kind < 0.77:
        return {"alert.tags": {"$all": [f"tag-{number % 500}", "prod"]}, "alert.urgency": {"$ne": "low"}}
    if kind < 0.87:
        return {"data.labels.cluster": f"cluster-{number % 300}", "data.value": {"$gt": dice.randint(50, 99)}}
    if kind < 0.93:
        return {"alert.title": {"$regex": f"host-{number}\\b.*{dice.choice(SYMPTOMS)}"}}
    if kind < 0.98:
        either = [{"data.labels.service": service}, {"alert.source": f"src-{number}"}]
        return {"$or": either, "data.labels.env": "prod"}
    return unfindable_rule(number, dice)


def unfindable_rule(number: int, dice: random.Random) -> Json:
    """A rule of exclusions and comparisons only, which no index finds."""
    return {
        "data.labels.env": {"$nin": ["prod", "staging"]},
        "data.labels.region": {"$not": {"$regex": f"^{dice.choice(['eu', 'us'])}-"}},
        "data.labels.service": {"$ne": f"svc-{number}"},
        "data.value": {"$gte": dice.randint(90, 99), "$lt": number % 100},
    }


def alerts(count: int, size: int, dice: random.Random) -> list[Json]:
    """Documents as the router sees them; about half are of services that no rule names."""
    return [alert(size, dice) for _ in range(count)]


def alert(size: int, dice: random.Random) -> Json:
    """One document."""
    service, region = f"svc-{dice.randrange(2 * size)}", dice.choice(REGIONS)
    title = f"[{region}] host-{dice.randrange(4 * size)} {service}: {dice.choice(SYMPTOMS)} since 5 minutes"
    return {
        "always": True,
        "alert": {
            "title": title,
            "urgency": dice.choice(URGENCIES),
            "integration_id": f"int_{dice.randrange(400)}",
            "tags": [f"tag-{dice.randrange(1000)}", dice.choice(["prod", "staging"])],
            "source": f"src-{dice.randrange(4 * size)}",
            "description": f"{title}. See the runbook.",
        },
        "data": {
            "labels": {
                "service": service,
                "team": f"team-{dice.randrange(97)}",
                "env": dice.choice(["prod", "staging", "dev"]),
                "cluster": f"cluster-{dice.randrange(600)}",
                "region": region,
            },
            "value": dice.randrange(100),
        },
        "log": {"method": "POST"},
        "integration": {"name": "prometheus"},
    }


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds, alerts per second, bytes, and the index of the first match of each alert."""

    compile: float
    rate: float
    memory: float
    indexes: list[int | None]


def ours(queries: list[Json], documents: list[Json]) -> Figures:
    """Measure the matching language."""
    started = perf_counter()
    matcher = compile_rules(queries)
    compiled = perf_counter() - started
    started = perf_counter()
    found = [matcher.first(document, NOW) for document in documents]
    rate = len(documents) / (perf_counter() - started)
    indexes = [each.index if isinstance(each, Match) else None for each in found]
    return Figures(compiled, rate, _memory(queries), indexes)


def _memory(queries: list[Json]) -> float:
    gc.collect()
    tracemalloc.start()
    kept = compile_rules(queries)
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del kept
    return taken


def theirs(queries: list[Json], documents: list[Json]) -> Figures:
    """Measure sift on Node, for a few seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as work:
        json.dump({"rules": queries, "alerts": documents, "seconds": PEER_SECONDS}, work)
        work.flush()
        script = str(Path(__file__).with_suffix(".js"))
        said = subprocess.run(
            ["node", "--expose-gc", script, str(PEERS), work.name], capture_output=True, text=True, check=True
        ).stdout
    found = json.loads(said)
    indexes = [None if index < 0 else index for index in found["indexes"]]
    return Figures(found["compile"], found["rate"], found["memory"], indexes)


def run() -> None:
    """Print the table, and beside it the rules that no index helps."""
    if shutil.which("node") is None or not (PEERS / "sift").is_dir():
        print("not compared with sift: node, or the packages of tests/peers/package.json, are missing")
        return
    print(f"First match over {ALERTS:,} alerts (sift: as many as it does in {PEER_SECONDS:.0f} s)")
    print("  rules    ours/s    sift/s   ratio   compile ours / sift    memory ours / sift   answers")
    for size in SIZES:
        dice = random.Random(size)
        compare(f"{size:,}", rules(size, dice), alerts(ALERTS, size, dice))
    dice = random.Random(0)
    print("1,000 rules of exclusions and comparisons only, which no index finds:")
    compare("1,000", [unfindable_rule(number, dice) for number in range(1_000)], alerts(2_000, 1_000, dice))
    catastrophes()


def compare(name: str, queries: list[Json], documents: list[Json]) -> None:
    """One line of the table."""
    here, there = ours(queries, documents), theirs(queries, documents)
    same = here.indexes[: len(there.indexes)] == there.indexes
    print(
        f"{name:>7} {here.rate:9,.0f} {there.rate:9,.0f} {here.rate / there.rate:6.1f}x"
        f" {here.compile:9.3f} s / {there.compile:5.3f} s {here.memory / 1e6:8.1f} MB / {there.memory / 1e6:4.1f} MB"
        f"   {'the same' if same else 'DIFFERENT'}"
    )


def catastrophes() -> None:
    """The cost of patterns that bring backtracking engines to a halt."""
    text = "a" * 50_000 + "!"
    for source in ("(a+)+$", "(a|aa)+$", "^(a|a?)+\\1x$", "(?=(a+)+b)a", "(.*)*\\1(.*)*\\2c"):
        predicate = compile_query({"alert.title": {"$regex": source}})
        started = perf_counter()
        matched = predicate.test({"alert": {"title": text}}, NOW)
        taken = (perf_counter() - started) * 1000
        print(f"pattern {source:22} on {len(text):,} characters: {matched!s:5} in {taken:7.2f} ms")


if __name__ == "__main__":
    run()
