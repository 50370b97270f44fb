"""The requests of automations, against a real server: what is sent, what is refused, and what is cut off."""

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address, ip_network

import pytest

from bot.engine.intake.automation_requests import Outgoing
from bot.errors import Invalid, Rejected, Unanswered, Unavailable, Undelivered
from bot.outbound.guarded_requests import LONGEST_ANSWER, HttpRequester, may_ask, open_requester
from bot.ports import Answered

LOCAL = (ip_network("127.0.0.0/8"),)


@dataclass
class Site:
    """A web site, and what it was asked."""

    address: str
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)


@pytest.fixture
def site() -> Iterator[Site]:
    """A server on this machine that answers 200 wherever nothing else is said."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            serving.asked.append((self.command, self.path, dict(self.headers), body))
            status, headers, said = serving.answers.get(self.path, (200, {}, b"thank  you\n"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_GET = do_POST = answer  # noqa: N815  # the names that the server looks for

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that is overridden
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving = Site(address=f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield serving
    server.shutdown()
    thread.join()
    server.server_close()


def send(
    url: str, method: str = "POST", body: bytes = b"{}", secret: str = "", user: str = "", **headers: str
) -> Answered:
    request = Outgoing(method=method, url=url, headers=headers, body=body, secret=secret, user=user)
    return HttpRequester(LOCAL).send(request)


def test_the_request_arrives_as_it_was_written(site: Site) -> None:
    answer = send(f"{site.address}/hook?a=b%20c", body=b'{"x": 1}', secret="s3cret", Accept="text/plain")
    assert answer == Answered(status=200, said="thank you")
    ((method, path, headers, body),) = site.asked
    assert (method, path, body) == ("POST", "/hook?a=b%20c", b'{"x": 1}')
    assert headers["Authorization"] == "Bearer s3cret"
    assert headers["Accept"] == "text/plain"
    assert headers["Host"] == site.address.removeprefix("http://")


def test_a_user_makes_it_basic_authentication(site: Site) -> None:
    send(site.address, method="GET", body=b"", secret="pass", user="jane")
    assert site.asked[0][2]["Authorization"] == f"Basic {base64.b64encode(b'jane:pass').decode()}"


@pytest.mark.parametrize("status", [200, 404, 503])
def test_every_status_is_an_answer(site: Site, status: int) -> None:
    site.answers["/"] = (status, {}, b"said")
    assert send(f"{site.address}/") == Answered(status=status, said="said")


def test_a_long_answer_is_not_read_to_its_end(site: Site) -> None:
    site.answers["/"] = (200, {}, b"x" * (LONGEST_ANSWER * 20))
    assert send(f"{site.address}/").said == "x" * 500


@pytest.mark.parametrize("allowed", [(), (ip_network("10.0.0.0/8"),)])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::1]", "0.0.0.0"])
def test_this_machine_is_not_asked_unless_the_settings_allow_it(
    site: Site, host: str, allowed: tuple[object, ...]
) -> None:
    port = site.address.rpartition(":")[2]
    requester = HttpRequester(allowed)  # type: ignore[arg-type]
    with pytest.raises((Rejected, Unavailable), match=r"an address inside|cannot be resolved|cannot be reached"):
        requester.send(Outgoing(method="GET", url=f"http://{host}:{port}/", headers={}))
    assert not site.asked


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
    ],
)
def test_addresses_inside_are_refused(address: str) -> None:
    assert not may_ask(ip_address(address), ())
    assert may_ask(ip_address(address), (ip_network(f"{address}/{ip_address(address).max_prefixlen}"),))


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_addresses_of_the_internet_are_asked(address: str) -> None:
    assert may_ask(ip_address(address), ())


def test_a_redirect_is_followed_and_keeps_its_promises(site: Site) -> None:
    site.answers["/old"] = (307, {"Location": "/new"}, b"")
    site.answers["/seen"] = (303, {"Location": "/new"}, b"")
    assert send(f"{site.address}/old", body=b"again", secret="x").status == 200
    assert send(f"{site.address}/seen", body=b"again").status == 200
    assert [(method, path, body) for method, path, _, body in site.asked] == [
        ("POST", "/old", b"again"),
        ("POST", "/new", b"again"),
        ("POST", "/seen", b"again"),
        ("GET", "/new", b""),
    ]
    assert site.asked[1][2]["Authorization"] == "Bearer x"


def test_secrets_do_not_go_to_another_origin(site: Site) -> None:
    port = site.address.rpartition(":")[2]
    site.answers["/"] = (307, {"Location": f"http://localhost:{port}/elsewhere"}, b"")
    headers = {"X-Api-Key": "secret", "Accept": "*/*"}
    requester = HttpRequester((*LOCAL, ip_network("::1/128")))
    requester.send(Outgoing(method="POST", url=f"{site.address}/", headers=headers, body=b"secret", secret="secret"))
    method, path, seen, body = site.asked[1]
    assert (method, path, body) == ("POST", "/elsewhere", b"")
    assert "secret" not in str(seen)
    assert seen["Accept"] == "*/*"


@pytest.mark.parametrize(
    "location", ["http://10.0.0.1/", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "ftp://x/"]
)
def test_a_redirect_into_a_forbidden_place_is_not_followed(site: Site, location: str) -> None:
    site.answers["/"] = (302, {"Location": location}, b"")
    with pytest.raises(Rejected):
        send(f"{site.address}/")
    assert len(site.asked) == 1


def test_redirects_in_a_circle_end(site: Site) -> None:
    site.answers["/"] = (302, {"Location": "/"}, b"")
    with pytest.raises(Rejected, match="redirected more than 3 times"):
        send(f"{site.address}/")
    assert len(site.asked) == 4


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com",
        "file:///etc/passwd",
        "http://",
        "https://user:pass@example.com/",
        "http://[::1",
        "http://a:b/",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(Rejected):
        send(url)


@pytest.mark.parametrize("value", ["a\r\nHost: evil", "a\nb", "\x00"])
def test_a_header_cannot_smuggle_another(site: Site, value: str) -> None:
    with pytest.raises(Undelivered):
        HttpRequester(LOCAL).send(Outgoing(method="GET", url=site.address, headers={"X-A": value}))
    assert not site.asked


def test_nobody_listening_is_worth_another_attempt() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1 cannot be reached"):
        send(f"http://127.0.0.1:{port}/")


def test_a_name_that_does_not_exist_is_worth_another_attempt() -> None:
    with pytest.raises(Unavailable, match="cannot be resolved"):
        send("http://nowhere.invalid/")


def test_a_server_that_says_nothing_or_drips_is_given_up() -> None:
    for said in (b"", b"HTTP/1.1 200 OK\r\nX-A: "):
        with closing(socket.create_server(("127.0.0.1", 0))) as server:
            dripping = threading.Thread(target=drip, args=(server, said))
            dripping.start()
            port = server.getsockname()[1]
            with pytest.raises(Unanswered, match="did not answer"):
                HttpRequester(LOCAL, patience=0.3).send(
                    Outgoing(method="GET", url=f"http://127.0.0.1:{port}/", headers={})
                )
            dripping.join()


def drip(server: socket.socket, said: bytes) -> None:
    """Accept one connection and send, byte by byte, until it is hung up."""
    connection, _ = server.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(said)
        connection.settimeout(0.05)
        hung_up = False
        while not hung_up:
            try:
                hung_up = connection.recv(1) == b""
            except TimeoutError:
                connection.sendall(b"x" if said else b"")
            except OSError:
                hung_up = True


def test_what_answers_no_http_is_told(site: Site) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def garble() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 smtp.example.com ESMTP\r\n")

        garbling = threading.Thread(target=garble)
        garbling.start()
        with pytest.raises(Unanswered):
            send(f"http://127.0.0.1:{server.getsockname()[1]}/")
        garbling.join()


def test_networks_to_allow_are_read_from_the_environment(site: Site) -> None:
    requester = open_requester({"AUTOMATION_ALLOW_PRIVATE": " 10.0.0.0/8, 127.0.0.1 "})
    assert requester.send(Outgoing(method="GET", url=site.address, headers={})).status == 200
    with pytest.raises(Rejected):
        open_requester({}).send(Outgoing(method="GET", url=site.address, headers={}))
    with pytest.raises(Invalid, match="AUTOMATION_ALLOW_PRIVATE"):
        open_requester({"AUTOMATION_ALLOW_PRIVATE": "localhost"})


@pytest.mark.parametrize(
    ("request_", "why"),
    [
        (Outgoing(method="GET", url="http://169.254.169.254/", headers={}), "169.254.169.254 is an address inside"),
        (Outgoing(method="GET", url="ftp://example.com/", headers={}), "has to start with https:// or http://"),
        (Outgoing(method="GET", url="http://nowhere.invalid/", headers={}), "its name cannot be resolved"),
        (Outgoing(method="GET", url="http://127.0.0.1/fünf", headers={}), "letters beside ASCII"),
        (Outgoing(method="GET", url="http://127.0.0.1/", headers={"X": "a\x00b"}), "a control character"),
    ],
    ids=lambda each: each.url if isinstance(each, Outgoing) else "",
)
def test_what_the_guard_refuses_is_known_before_it_is_sent(request_: Outgoing, why: str) -> None:
    assert why in HttpRequester(LOCAL).objection(request_)
    with pytest.raises(Undelivered, match="cannot be reached" if "resolved" in why else why.split(",", maxsplit=1)[0]):
        HttpRequester(LOCAL).send(request_)


def test_nothing_is_sent_to_know_that_nothing_stands_against_it(site: Site) -> None:
    request = Outgoing(method="POST", url=f"{site.address}/restart", headers={"X-A": "b"}, body=b"{}")
    assert HttpRequester(LOCAL).objection(request) == ""
    assert site.asked == []


@pytest.mark.parametrize("redirected_to", ["/gone", "http://127.0.0.1:1/"])
def test_what_was_taken_and_leads_to_a_page_that_fails_was_taken(site: Site, redirected_to: str) -> None:
    site.answers = {"/restart": (303, {"Location": redirected_to}, b""), "/gone": (503, {}, b"")}
    request = Outgoing(method="POST", url=f"{site.address}/restart", headers={}, body=b"{}")
    if redirected_to == "/gone":
        assert HttpRequester(LOCAL).send(request) == Answered(status=503, was_taken=True)
    else:
        with pytest.raises(Unanswered):
            HttpRequester(LOCAL).send(request)


def test_a_title_in_any_script_goes_into_a_header(site: Site) -> None:
    HttpRequester(LOCAL).send(Outgoing(method="GET", url=f"{site.address}/", headers={"X-Alert": "Füllstand 高い"}))
    [(_, _, headers, _)] = site.asked
    assert headers["X-Alert"].encode("latin-1").decode() == "Füllstand 高い"
