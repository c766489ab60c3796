"""See that no webhook leads inside, however its address is written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.access.destinations import Destination, destination_of, is_public

# IANA's registries of special-purpose addresses, line by line, as of 2025-10-09. Also those that routers know.
REGISTRY_V4 = [
    *("0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
    *("172.16.0.0/12", "192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32"),
    *("192.0.0.170/32", "192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24"),
    *("192.88.99.0/24", "192.88.99.2/32", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15"),
    *("198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32"),
]
REGISTRY_V6 = [
    *("::1/128", "::/128", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64"),
    *("2001::/23", "2001::/32", "2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48"),
    *("2001:3::/32", "2001:4:112::/48", "2001:10::/28", "2001:20::/28", "2001:30::/28", "2001:db8::/32"),
    *("2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10"),
]
# What the registries leave out: multicast, what no one has, what was given back, and hosts of clouds.
OTHERS_V4 = ["224.0.0.0/4", "168.63.129.16/32"]
OTHERS_V6 = ["::/96", "fec0::/10", "ff00::/8", "3ffe::/16", "4000::/3", "8000::/1", "fd00:ec2::254/128"]
INNER = [ip_network(text) for text in (*REGISTRY_V4, *OTHERS_V4, *REGISTRY_V6, *OTHERS_V6)]

Address = IPv4Address | IPv6Address


def inner(version: int) -> st.SearchStrategy[Address]:
    networks = [network for network in INNER if network.version == version]
    return st.sampled_from(networks).flatmap(lambda network: st.ip_addresses(network=network))


@pytest.mark.parametrize("network", INNER, ids=str)
def test_no_special_block_is_public_from_its_first_address_to_its_last(network: IPv4Network | IPv6Network) -> None:
    assert [str(end) for end in (network[0], network[-1]) if is_public(str(end))] == []


@given(address=inner(4) | inner(6))
def test_no_special_address_is_public(address: Address) -> None:
    assert not is_public(str(address))


@given(address=st.ip_addresses(v=4))
def test_an_address_of_ipv4_is_public_just_where_the_registry_leaves_it_so(address: Address) -> None:
    assert is_public(str(address)) == (not any(address in network for network in INNER))


@given(address=st.ip_addresses(network=IPv6Network("2000::/3")))
def test_an_address_of_ipv6_is_public_just_where_the_registry_leaves_it_so(address: Address) -> None:
    assert is_public(str(address)) == (not any(address in network for network in INNER))


@given(address=st.ip_addresses(v=4))
def test_no_address_of_ipv4_gets_past_in_a_form_of_ipv6(address: Address) -> None:
    number = int(address)
    forms = {
        "compatible": number,
        "mapped": 0xFFFF << 32 | number,
        "NAT64": int(IPv6Address("64:ff9b::")) | number,
        "local NAT64": int(IPv6Address("64:ff9b:1::")) | number,
        "6to4": int(IPv6Address("2002::")) | number << 80 | 1,
        "server of Teredo": int(IPv6Address("2001::")) | number << 64 | 1,
        "client of Teredo": int(IPv6Address("2001::")) | 0x0808_0808 << 64 | (number ^ 0xFFFF_FFFF),
    }

    assert [name for name, form in forms.items() if is_public(str(IPv6Address(form)))] == []


@given(address=st.ip_addresses())
def test_what_is_public_is_no_matter_of_the_interpreter(address: Address) -> None:
    # Where the standard library of this interpreter says more, the table must say no less.
    if is_public(str(address)):
        assert address.is_global
        assert not any((address.is_multicast, address.is_loopback, address.is_private, address.is_unspecified))


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "8.8.8.8", "93.184.215.14", "168.63.129.15", "192.0.1.1", "198.17.255.255", "223.255.255.255"),
        *("2606:4700::1111", "2a00:1450:4001:80b::200e", "2001:200::1", "2001:4860:4860::8888", "2400:cb00::1"),
    ],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", ["", "localhost", "8.8.8", "fe80::1%eth0", "2606:4700::1%1", "8.8.8.8/32"])
def test_what_is_no_plain_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", Destination("https", "example.org", 443, "/", False)),
        ("https://Example.ORG:443/a/b?c=d&e", Destination("https", "example.org", 443, "/a/b?c=d&e", False)),
        ("HTTPS://example.org/", Destination("https", "example.org", 443, "/", False)),
        ("https://[2606:4700::1111]/x", Destination("https", "2606:4700::1111", 443, "/x", False)),
        ("http://127.0.0.1:4790/x", Destination("http", "127.0.0.1", 4790, "/x", True)),
        ("https://example.org/@me?to=a@b", Destination("https", "example.org", 443, "/@me?to=a@b", False)),
        ("https://example.org?a=b", Destination("https", "example.org", 443, "/?a=b", False)),
    ],
)
def test_a_url_says_where_to_go(url: str, expected: Destination) -> None:
    assert destination_of(url, known_hosts={"127.0.0.1:4790"}) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "http://example.org/",
        "http://127.0.0.1:4791/",
        "http://127.0.0.1.:4790/",
        "https://example.org:80/",
        "https://example.org:8443/",
        "https://example.org:0/",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://user@example.org/",
        "https://user:password@example.org/",
        "https://example.org#@127.0.0.1/",
        "https://example.org\\@127.0.0.1/",
        "https://exa mple.org/",
        "https://example.org/\r\nHost: inner",
        "https://example.org/a\tb",
        "https://examplé.org/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https:///path",
        "https://",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        f"https://{'a' * 254}.org/",
    ],
)
def test_a_url_that_breaks_a_rule_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        destination_of(url, known_hosts={"127.0.0.1:4790"})


@given(text=st.text(max_size=60))
def test_any_text_after_the_scheme_is_a_destination_or_refused(text: str) -> None:
    try:
        found = destination_of(f"https://{text}")
    except ValueError:
        return

    assert (found.scheme, found.port, found.is_known) == ("https", 443, False)
    assert found.host
    assert not set(found.host + found.target) & set(" \r\n\t#\\")
    assert "@" not in found.host
