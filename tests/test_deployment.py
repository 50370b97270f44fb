"""The recipes in deploy/ say what the code says: commands, settings, processes and versions."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import click
import pytest
import yaml

from bot.cli import main
from bot.cli.process_table import PROCESSES, REDIS
from bot.errors import Invalid
from bot.settings import Settings, load

DEPLOY = Path(__file__).parents[1] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
_OF_THE_SYSTEM = {"PATH", "PYTHONUNBUFFERED", "POSTGRES_USER", "POSTGRES_PASSWORD"}


def inside(tree: object, key: str) -> Iterator[Any]:
    """Every value under a key, however deep."""
    if isinstance(tree, dict):
        yield from (tree[key] for _ in range(key in tree))
        for value in tree.values():
            yield from inside(value, key)
    elif isinstance(tree, list):
        for value in tree:
            yield from inside(value, key)


def compose() -> dict[str, Any]:
    """The services of compose.yaml."""
    services: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    return services


def manifests() -> list[dict[str, Any]]:
    """Every Kubernetes object."""
    return [each for file in MANIFESTS for each in yaml.safe_load_all(file.read_text())]


def in_containerfile() -> list[list[str]]:
    text = (DEPLOY / "Containerfile").read_text()
    return [json.loads(found) for found in re.findall(r"CMD (\[.*\])", text)]


def in_compose() -> list[list[str]]:
    return [service["command"].split() for service in compose().values() if "command" in service]


def in_manifests() -> list[list[str]]:
    return [words for words in inside(manifests(), "command") if words[0] == "pagertree"]


def in_units() -> list[list[str]]:
    starts = [re.findall(r"^ExecStart=.*/pagertree (.*)$", unit.read_text(), re.MULTILINE) for unit in UNITS]
    return [["pagertree", *words.split()] for (words,) in starts]


def commands() -> list[list[str]]:
    """Every command of the bot in a recipe."""
    found = [*in_containerfile(), *in_compose(), *in_manifests(), *in_units()]
    return [words for words in found if words[0] == "pagertree"]


def parse(words: list[str]) -> None:
    """Read a command line without running it. Raises `click.UsageError`."""
    context, group = click.Context(main, info_name="pagertree"), cast("click.Group", main)
    while words:
        name, command, words = group.resolve_command(context, words)
        assert command
        if not isinstance(command, click.Group):
            command.make_context(name, words, parent=context)
            return
        group = command
    raise click.UsageError("A command is missing.")


def processes(found: list[list[str]]) -> list[str]:
    """The names of the processes that are started, each once."""
    started = {" ".join(words) for words in found}
    return [each.name for each in PROCESSES if each.command in started]


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_command_exists(words: list[str]) -> None:
    parse(words[1:])


@pytest.mark.parametrize("words", [["wbe"], ["health", "wroker"], ["worker", "--keephouse"], ["db"]], ids=" ".join)
def test_a_command_that_does_not_exist_would_be_seen(words: list[str]) -> None:
    with pytest.raises(click.UsageError):
        parse(words)


def test_every_recipe_starts_the_processes_of_the_table() -> None:
    table = [each.name for each in PROCESSES]
    with_a_redis_of_their_own = [name for name in table if name != REDIS.name]

    assert processes(in_units()) == table
    assert processes(in_compose()) == with_a_redis_of_their_own
    assert processes(in_manifests()) == with_a_redis_of_their_own


def test_the_target_wants_every_unit() -> None:
    wanted = set(re.findall(r"pagertree-[\w@.]+?service", (DEPLOY / "systemd" / "pagertree.target").read_text()))

    assert {re.sub(r"@\d+", "@", name) for name in wanted} == {
        unit.name for unit in UNITS if unit.name != "pagertree-upgrade.service"
    }


def variables() -> set[str]:
    """Every environment variable that a recipe sets for the bot."""
    text = (DEPLOY / "Containerfile").read_text()
    image = re.findall(r"(\w+)=", "".join(re.findall(r"^ENV (.*)$", text, re.MULTILINE)))
    units = [name for unit in UNITS for name in re.findall(r"^Environment=(\w+)=", unit.read_text(), re.MULTILINE)]
    services = [name for service in compose().values() for name in service.get("environment", {})]
    return {*image, *units, *services, *kubernetes_settings()} - _OF_THE_SYSTEM


def kubernetes_settings() -> dict[str, str]:
    """What the pods are started with."""
    return {
        name: value
        for each in manifests()
        for key in ("data", "stringData")
        for name, value in each.get(key, {}).items()
    }


def test_every_variable_is_a_setting() -> None:
    code = "".join(file.read_text() for file in (DEPLOY.parent / "bot").rglob("*.py"))
    known = {name.upper() for name in Settings.model_fields} | set(re.findall(r'"([A-Z_]+)"', code))

    assert variables() - known == set()


def test_examples_of_secrets_are_refused_until_they_are_replaced() -> None:
    with pytest.raises(Invalid) as refused:
        load(kubernetes_settings())
    assert {str(each).partition(":")[0] for each in refused.value.problems} == {"LINK_SECRET", "VAPID_PRIVATE_KEY"}


def test_the_image_is_the_one_of_this_version() -> None:
    version = tomllib.loads((DEPLOY.parent / "pyproject.toml").read_text())["project"]["version"]

    assert set(inside(manifests(), "image")) == {f"registry.example.com/pagertree:{version}"}


def test_workloads_may_do_little() -> None:
    pods = list(inside([each for each in manifests() if each["kind"] in ("Deployment", "Job")], "template"))
    containers = [container for pod in pods for container in pod["spec"]["containers"]]

    assert all(pod["spec"]["securityContext"]["runAsNonRoot"] for pod in pods)
    assert all(container["securityContext"]["readOnlyRootFilesystem"] for container in containers)


def test_budgets_select_what_is_deployed_more_than_once() -> None:
    several = {
        each["metadata"]["name"]
        for each in manifests()
        if each["kind"] == "Deployment" and each["spec"]["replicas"] > 1
    }

    assert {each["metadata"]["name"] for each in manifests() if each["kind"] == "PodDisruptionBudget"} == several
