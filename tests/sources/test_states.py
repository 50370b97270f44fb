"""What each state of a sender means: a table for those whose states are many, and what nobody knows makes an alert."""

from collections.abc import Mapping

import msgspec
import pytest

from bot.engine.model import Signal, SignalKind, Urgency
from bot.ports import Request
from bot.sources import discover

CREATE, ACKNOWLEDGE, RESOLVE = SignalKind.CREATE, SignalKind.ACKNOWLEDGE, SignalKind.RESOLVE
LOGGED = None


def read(kind: str, body: object, options: Mapping[str, object] | None = None, **headers: str) -> tuple[Signal, ...]:
    """What a type reads in a body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(method="POST", path="/integrations/key", body=msgspec.json.encode(body), headers=named)
    return discover()[kind].read(request, options or {})


def kind_of(found: tuple[Signal, ...]) -> SignalKind | None:
    """The kind of the only signal; None where nothing is asked for."""
    return found[0].kind if found else LOGGED


def workflow(conclusion: object, branch: str = "main", event: str = "push") -> dict[str, object]:
    run = {"conclusion": conclusion, "head_branch": branch, "event": event, "workflow_id": 1, "name": "CI"}
    return {"workflow_run": run, "repository": {"full_name": "shop/api", "default_branch": "main"}}


@pytest.mark.parametrize(
    ("conclusion", "kind"),
    [
        ("failure", CREATE),
        ("timed_out", CREATE),
        ("startup_failure", CREATE),
        ("a_new_word", CREATE),
        ("success", RESOLVE),
        ("cancelled", LOGGED),
        ("skipped", LOGGED),
        ("neutral", LOGGED),
        ("action_required", LOGGED),
        (None, LOGGED),
    ],
)
def test_how_a_build_at_github_ends(conclusion: object, kind: SignalKind | None) -> None:
    assert kind_of(read("github", workflow(conclusion), x_github_event="workflow_run")) is kind


@pytest.mark.parametrize(
    ("branch", "event", "branches", "counts"),
    [
        ("main", "push", "", True),
        ("main", "schedule", "", True),
        ("cart", "push", "", False),
        ("main", "pull_request", "", False),
        ("cart", "push", "main, cart", True),
        ("release/2", "push", "release/*", True),
        ("cart", "pull_request", "*", True),
    ],
)
def test_which_branches_count(branch: str, event: str, branches: str, counts: bool) -> None:
    found = read("github", workflow("failure", branch, event), {"branches": branches}, x_github_event="workflow_run")
    assert bool(found) is counts
    attributes = {"ref": branch, "status": "failed", "source": event.replace("pull", "merge") + "_event"}
    body = {
        "object_kind": "pipeline",
        "object_attributes": attributes,
        "project": {"path_with_namespace": "shop/api", "default_branch": "main"},
    }
    assert bool(read("gitlab", body, {"branches": branches})) is counts


def test_a_repository_that_does_not_say_its_default_branch_is_looked_at() -> None:
    body = {**workflow("failure", "cart"), "repository": {"full_name": "shop/api"}}
    assert kind_of(read("github", body, x_github_event="workflow_run")) is CREATE


@pytest.mark.parametrize("event", ["push", "star", "issue_comment", "ping", "a_new_event"])
def test_other_events_of_github_are_logged(event: str) -> None:
    assert read("github", {"action": "created", "repository": {"full_name": "shop/api"}}, x_github_event=event) == ()


def test_workflows_of_one_name_on_two_branches_do_not_meet() -> None:
    options = {"branches": "*"}
    one, other = (
        read("github", workflow("failure", branch), options, x_github_event="workflow_run")[0]
        for branch in ("main", "release/1")
    )
    assert one.dedup_key != other.dedup_key


@pytest.mark.parametrize(
    ("action", "kind"),
    [("created", CREATE), ("reopened", CREATE), ("fixed", RESOLVE), ("dismissed", RESOLVE), ("frobnicated", CREATE)],
)
def test_security_alerts_of_github(action: str, kind: SignalKind) -> None:
    body = {"action": action, "alert": {"number": 1}, "repository": {"full_name": "shop/api"}}
    for event in ("dependabot_alert", "code_scanning_alert", "secret_scanning_alert"):
        assert kind_of(read("github", body, x_github_event=event)) is kind


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("failed", CREATE),
        ("a_new_word", CREATE),
        ("success", RESOLVE),
        ("running", LOGGED),
        ("canceled", LOGGED),
        ("manual", LOGGED),
    ],
)
def test_pipelines_and_deployments_of_gitlab(status: str, kind: SignalKind | None) -> None:
    project = {"path_with_namespace": "shop/api", "default_branch": "main"}
    attributes = {"ref": "main", "status": status}
    assert (
        kind_of(read("gitlab", {"object_kind": "pipeline", "object_attributes": attributes, "project": project}))
        is kind
    )
    deployment = {"object_kind": "deployment", "status": status, "environment": "production", "project": project}
    assert kind_of(read("gitlab", deployment)) is kind


@pytest.mark.parametrize(
    ("said", "state", "kind"),
    [
        ("PROBLEM", "CRITICAL", CREATE),
        ("RECOVERY", "OK", RESOLVE),
        ("ACKNOWLEDGEMENT", "CRITICAL", ACKNOWLEDGE),
        ("FLAPPINGSTART", "CRITICAL", CREATE),
        ("FLAPPINGSTOP", "OK", RESOLVE),
        ("FLAPPINGSTOP", "CRITICAL", CREATE),
        ("DOWNTIMESTART", "CRITICAL", LOGGED),
        ("DOWNTIMEEND", "CRITICAL", LOGGED),
        ("DOWNTIMECANCELLED", "OK", LOGGED),
        ("CUSTOM", "OK", CREATE),
        ("ALERTHANDLER (FAILED)", "CRITICAL", LOGGED),
        ("A_NEW_WORD", "OK", CREATE),
    ],
)
def test_notifications_of_checkmk(said: str, state: str, kind: SignalKind | None) -> None:
    body = {"NOTIFICATIONTYPE": said, "HOSTNAME": "web1", "SERVICEDESC": "CPU", "SERVICESTATE": state}
    assert kind_of(read("checkmk", body)) is kind


def test_hosts_of_one_name_in_two_sites_of_checkmk_do_not_meet() -> None:
    body = {"NOTIFICATIONTYPE": "PROBLEM", "HOSTNAME": "localhost", "HOSTSTATE": "DOWN"}
    keys = {read("checkmk", {**body, "OMD_SITE": site})[0].dedup_key for site in ("berlin", "paris")}
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("severity", "reason", "kind"),
    [
        ("error", "ReconciliationFailed", CREATE),
        ("error", "HealthCheckFailed", CREATE),
        ("info", "ReconciliationSucceeded", RESOLVE),
        ("info", "InstallSucceeded", RESOLVE),
        ("info", "NewArtifact", RESOLVE),
        ("info", "GitOperationSucceed", RESOLVE),
        ("info", "Progressing", LOGGED),
        ("info", "GarbageCollectionFailed", LOGGED),
        ("a_new_word", "X", CREATE),
    ],
)
def test_events_of_flux(severity: str, reason: str, kind: SignalKind | None) -> None:
    about = {"kind": "Kustomization", "namespace": "a", "name": "b", "uid": "u"}
    assert kind_of(read("flux", {"involvedObject": about, "severity": severity, "reason": reason})) is kind


@pytest.mark.parametrize(
    ("health", "phase", "kind"),
    [
        ("Degraded", "Succeeded", CREATE),
        ("Missing", "", CREATE),
        ("Healthy", "Failed", CREATE),
        ("Healthy", "Error", CREATE),
        ("Healthy", "Succeeded", RESOLVE),
        ("Healthy", "Running", RESOLVE),
        ("Progressing", "Running", LOGGED),
        ("Suspended", "", LOGGED),
        ("A new word", "", CREATE),
    ],
)
def test_applications_of_argo_cd(health: str, phase: str, kind: SignalKind | None) -> None:
    body = {"app": "shop", "namespace": "argocd", "health": {"status": health}, "operation": {"phase": phase}}
    assert kind_of(read("argo_cd", body)) is kind


@pytest.mark.parametrize(
    ("trigger", "status", "kind"),
    [
        ("run:errored", "errored", CREATE),
        ("run:completed", "applied", RESOLVE),
        ("run:completed", "planned_and_finished", RESOLVE),
        ("run:created", "pending", LOGGED),
        ("run:needs_attention", "planned", LOGGED),
        ("verification", "", LOGGED),
        ("assessment:check_failure", "", CREATE),
        ("a:new_word", "", CREATE),
        ("a:new_word", "applied", RESOLVE),
    ],
)
def test_triggers_of_terraform(trigger: str, status: str, kind: SignalKind | None) -> None:
    event = {"trigger": trigger, "run_status": status, "message": "x"}
    body = {"workspace_id": "ws-1", "workspace_name": "shop", "notifications": [event]}
    assert kind_of(read("terraform_cloud", body)) is kind


@pytest.mark.parametrize(
    ("title", "kind", "key"),
    [
        ("web1 CPU above threshold", CREATE, "web1 CPU"),
        ("web1 CPU below threshold", RESOLVE, "web1 CPU"),
        ("web1 disk usage above threshold", CREATE, "web1 disk usage"),
        ("nas battery below threshold", CREATE, "nas battery"),
        ("nas battery above threshold", RESOLVE, "nas battery"),
        ("Connection to web1 is down \U0001f534", CREATE, "Connection to web1"),
        ("Connection to web1 is up ✅", RESOLVE, "Connection to web1"),
        ("SMART failed on web1: sda \U0001f534", CREATE, "SMART on web1: sda"),
        ("Something new is wrong \U0001f534", CREATE, ""),
        ("Something new is right ✅", LOGGED, ""),
        ("Test Alert", CREATE, ""),
    ],
)
def test_titles_of_beszel(title: str, kind: SignalKind | None, key: str) -> None:
    found = read("beszel", {"title": title, "message": "x"})
    assert kind_of(found) is kind
    assert not found or found[0].dedup_key == key


@pytest.mark.parametrize(
    ("event", "attributes", "kind"),
    [
        ("started", {}, CREATE),
        ("acknowledged", {}, ACKNOWLEDGE),
        ("resolved", {}, RESOLVE),
        ("reopened", {}, CREATE),
        ("commented", {}, LOGGED),
        ("a_new_word", {}, CREATE),
        ("", {"status": "Resolved"}, RESOLVE),
        ("", {"resolved_at": "2026-11-30T02:00:00Z"}, RESOLVE),
        ("", {"acknowledged_at": "2026-11-30T02:00:00Z", "resolved_at": None}, ACKNOWLEDGE),
        ("", {}, CREATE),
    ],
)
def test_incidents_of_better_stack(event: str, attributes: dict[str, object], kind: SignalKind | None) -> None:
    data = {"id": "1", "type": "incident", "attributes": {"name": "Shop", "cause": "500", **attributes}}
    assert kind_of(read("better_stack", {"event": event, "data": data})) is kind


@pytest.mark.parametrize(
    ("state", "severity", "kind"),
    [
        ("1", "", CREATE),
        ("New", "", CREATE),
        ("2", "", ACKNOWLEDGE),
        ("On Hold", "", ACKNOWLEDGE),
        ("6", "", RESOLVE),
        ("Closed", "", RESOLVE),
        ("Open", "1", CREATE),
        ("Open", "0", RESOLVE),
        ("Flapping", "3", CREATE),
        ("A new word", "", CREATE),
    ],
)
def test_states_of_servicenow(state: str, severity: str, kind: SignalKind) -> None:
    assert kind_of(read("servicenow", {"number": "INC1", "state": state, "severity": severity})) is kind


@pytest.mark.parametrize(
    ("level", "urgency"),
    [
        (3, Urgency.LOW),
        (7, Urgency.MEDIUM),
        (12, Urgency.HIGH),
        (15, Urgency.CRITICAL),
        (16, Urgency.CRITICAL),
        ("x", None),
    ],
)
def test_levels_of_wazuh(level: object, urgency: Urgency | None) -> None:
    (found,) = read("wazuh", {"rule": {"id": "1", "level": level, "description": "x"}, "agent": {"id": "1"}})
    assert found.urgency is urgency


def test_rules_of_wazuh_on_two_agents_do_not_meet_and_an_agents_return_resolves_only_its_absence() -> None:
    def alert(rule: str, agent: str) -> Signal:
        about = {"rule": {"id": rule, "level": 5, "description": "x"}, "agent": {"id": agent, "name": agent}}
        (found,) = read("wazuh", about)
        return found

    assert alert("5712", "1").dedup_key != alert("5712", "2").dedup_key
    assert (alert("503", "1").kind, alert("503", "1").dedup_key) == (RESOLVE, alert("504", "1").dedup_key)
    assert alert("503", "1").dedup_key not in {alert("504", "2").dedup_key, alert("5712", "1").dedup_key}


@pytest.mark.parametrize(
    ("group", "kind", "urgency"),
    [
        ("query matched", CREATE, None),
        ("metrics.threshold.fired", CREATE, None),
        ("metrics.threshold.warning", CREATE, Urgency.MEDIUM),
        ("slo.burnRate.alert", CREATE, Urgency.CRITICAL),
        ("slo.burnRate.low", CREATE, Urgency.LOW),
        ("", CREATE, None),
        ("recovered", RESOLVE, None),
    ],
)
def test_action_groups_of_kibana(group: str, kind: SignalKind, urgency: Urgency | None) -> None:
    (found,) = read("elastic", {"rule_id": "r", "rule_name": "n", "alert_id": "a", "action_group": group})
    assert (found.kind, found.urgency, found.description) == (kind, urgency, "")


@pytest.mark.parametrize(
    ("severity", "what", "kind"),
    [
        ("error", "vzdump", CREATE),
        ("info", "vzdump", RESOLVE),
        ("info", "verify", RESOLVE),
        ("error", "replication", CREATE),
        ("info", "package-updates", LOGGED),
        ("unknown", "system-mail", CREATE),
        ("info", "test", CREATE),
        ("a_new_word", "vzdump", CREATE),
    ],
)
def test_notifications_of_proxmox(severity: str, what: str, kind: SignalKind | None) -> None:
    body = {"title": "x", "severity": severity, "fields": {"type": what, "hostname": "pve1"}}
    assert kind_of(read("proxmox", body)) is kind


def test_nodes_that_are_fenced_do_not_meet() -> None:
    keys = {
        read("proxmox", {"title": f"FENCE: Try to fence node '{node}'", "severity": "error", "fields": about})[
            0
        ].dedup_key
        for node in ("pve2", "pve3")
        for about in ({"type": "fencing", "hostname": "pve1"},)
    }
    assert len(keys) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [("CRITICAL", CREATE), ("WARNING", CREATE), ("CLEAR", RESOLVE), ("REMOVED", LOGGED), ("UNDEFINED", LOGGED)],
)
def test_states_of_netdata(status: str, kind: SignalKind | None) -> None:
    assert kind_of(read("netdata", {"host": "a", "chart": "b", "name": "c", "status": status})) is kind
    if status in {"CRITICAL", "WARNING", "CLEAR"}:
        assert kind_of(read("netdata", {"host": "a", "alert": "c", "chart": "b", "severity": status.lower()})) is kind


@pytest.mark.parametrize("state", [0, 1, 2, 3, 4, 5, 9])
def test_states_of_librenms(state: int) -> None:
    kinds = {0: RESOLVE, 2: ACKNOWLEDGE}
    assert kind_of(read("librenms", {"alert_id": 1, "hostname": "a", "name": "b", "state": state})) is kinds.get(
        state, CREATE
    )


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("problem", CREATE),
        ("on", CREATE),
        ("ok", RESOLVE),
        ("off", RESOLVE),
        ("acknowledged", ACKNOWLEDGE),
        ("odd", CREATE),
    ],
)
def test_states_of_home_assistant(state: str, kind: SignalKind) -> None:
    assert kind_of(read("home_assistant", {"id": "a", "title": "b", "state": state})) is kind


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("new_item", CREATE),
        ("reactivated_item", CREATE),
        ("item_velocity", CREATE),
        ("resolved_item", RESOLVE),
        ("deploy", LOGGED),
        ("a_new_event", CREATE),
    ],
)
def test_events_of_rollbar(event: str, kind: SignalKind | None) -> None:
    assert kind_of(read("rollbar", {"event_name": event, "data": {"item": {"id": 1, "title": "x"}}})) is kind
