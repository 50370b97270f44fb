"""Addresses that are not of the Internet, given to automations, calendar feeds and push: none is asked."""

from ipaddress import ip_address

import pytest

from bot.outbound.guarded_requests import may_ask

INSIDE = (
    ("this network", "0.1.2.3"),
    ("private", "10.1.2.3"),
    ("shared with a provider", "100.64.0.1"),
    ("shared with a provider", "100.127.255.255"),
    ("loopback", "127.9.9.9"),
    ("metadata of clouds", "169.254.169.254"),
    ("private", "172.31.255.255"),
    ("protocol assignments", "192.0.0.9"),
    ("protocol assignments", "192.0.0.170"),
    ("documentation", "192.0.2.1"),
    ("relays of 6to4", "192.88.99.1"),
    ("private", "192.168.255.255"),
    ("benchmarks", "198.19.255.255"),
    ("documentation", "198.51.100.1"),
    ("documentation", "203.0.113.1"),
    ("multicast", "239.255.255.255"),
    ("reserved", "240.0.0.1"),
    ("metadata of Azure", "168.63.129.16"),
    ("loopback as IPv4-compatible", "::127.0.0.1"),
    ("mapped", "::ffff:192.0.0.8"),
    ("translated", "::ffff:0:127.0.0.1"),
    ("NAT64", "64:ff9b::10.0.0.1"),
    ("NAT64 of a network's own", "64:ff9b:1::1"),
    ("discard", "100::1"),
    ("segment routing", "5f00::1"),
    ("protocol assignments", "2001:2::1"),
    ("protocol assignments", "2001:10::1"),
    ("documentation", "2001:db8::1"),
    ("documentation", "3fff::1"),
    ("6to4 of a private address", "2002:a00:1::1"),
    ("Teredo of a private address", "2001:0:4136:e378:8000:63bf:f5ff:fffe"),
    ("unique local", "fd12::1"),
    ("link local", "fe80::1"),
    ("site local", "fec0::1"),
    ("multicast", "ff0e::1"),
    ("unassigned", "4000::1"),
)


@pytest.mark.parametrize(("what", "address"), INSIDE)
def test_an_address_inside(what: str, address: str) -> None:
    assert not may_ask(ip_address(address), ()), what


@pytest.mark.parametrize("address", ["8.8.8.8", "192.0.1.1", "100.63.255.255", "100.128.0.1", "2a00:1450::1", "2600::"])
def test_their_neighbours_are_asked(address: str) -> None:
    assert may_ask(ip_address(address), ())
