"""Payloads signed by the libraries that the senders give away: GitHub's for Node, Standard Webhooks' for GitLab."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.engine.model import Status
from bot.ports import Source
from bot.sources import discover
from tests.real.conftest import Bot, install, run

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real")]
OCTOKIT = "@octokit/webhooks-methods@5.1.1"
SIGNED_BY_GITHUB = """
import {sign} from "@octokit/webhooks-methods";
const [url, secret, ...bodies] = process.argv.slice(2);
for (const body of bodies) {
  const headers = {"x-github-event": "workflow_run", "content-type": "application/json"};
  headers["x-hub-signature-256"] = await sign(secret, body);
  console.log((await fetch(url, {method: "POST", body, headers})).status);
}
"""
SIGNED_FOR_GITLAB = """
import datetime, sys, urllib.request
from standardwebhooks import Webhook
url, secret, *bodies = sys.argv[1:]
for number, body in enumerate(bodies):
    now = datetime.datetime.now(datetime.timezone.utc)
    signature = Webhook(secret).sign(f"msg_{number}", now, body)
    headers = {
        "webhook-id": f"msg_{number}", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": signature,
        "content-type": "application/json", "x-gitlab-event": "Pipeline Hook",
    }
    print(urllib.request.urlopen(urllib.request.Request(url, body.encode(), headers)).status)
"""
WHSEC = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture(scope="session")
def octokit(environments: Path) -> Path:
    """A folder with GitHub's library for Node; skips the test where it cannot be had."""
    folder = environments / "octokit"
    if shutil.which("npm") is None:
        pytest.skip("NOT TRIED WITH GITHUB'S LIBRARY: install node and npm")
    folder.mkdir(exist_ok=True)
    npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), OCTOKIT]
    done = subprocess.run(npm, check=False, capture_output=True, text=True, timeout=300)
    if done.returncode:
        pytest.skip(f"NOT TRIED WITH GITHUB'S LIBRARY: {done.stderr[-300:]}")
    (folder / "send.mjs").write_text(SIGNED_BY_GITHUB, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def standard_webhooks(environments: Path) -> str:
    """A Python that has the library of Standard Webhooks."""
    return install(environments / "standard-webhooks", "standardwebhooks==1.1.0")


def bodies(source: Source) -> list[str]:
    """The payloads of a build that fails, fails again and succeeds, from a type's examples."""
    failed, succeeded = (example.request.body.decode() for example in source.EXAMPLES[:2])
    return [failed, failed, succeeded]


def test_a_build_at_github(bot: Bot, octokit: Path) -> None:
    integration = bot.web.integration(type="github", name="GitHub", handle="github", options={"secret": "s3cr3t"})
    url = f"{bot.web.url}/integrations/{integration.key}"
    node = ["node", str(octokit / "send.mjs"), url]
    sent = subprocess.run(
        [*node, "s3cr3t", *bodies(discover()["github"])], check=True, capture_output=True, text=True, timeout=60
    )
    forged = subprocess.run([*node, "other", json.dumps({})], check=True, capture_output=True, text=True, timeout=60)

    assert (sent.stdout.split(), forged.stdout.split()) == (["200"] * 3, ["403"])
    alert = bot.one_alert(Status.RESOLVED)
    assert (alert.count, alert.title) == (2, "shop/api: Build failed on main")


def test_a_pipeline_at_gitlab(bot: Bot, standard_webhooks: str) -> None:
    integration = bot.web.integration(type="gitlab", name="GitLab", handle="gitlab", options={"signing_token": WHSEC})
    url = f"{bot.web.url}/integrations/{integration.key}"
    answers = run(standard_webhooks, SIGNED_FOR_GITLAB, url, WHSEC, *bodies(discover()["gitlab"]))

    assert answers.split() == ["200"] * 3
    alert = bot.one_alert(Status.RESOLVED)
    assert (alert.count, alert.title) == (2, "shop/api: pipeline failed on main")
