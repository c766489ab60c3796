"""See that no webhook leads inside, however its address is written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.destinations import Destination, destination_of, is_public

INNER_V4 = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/29"),
    *("192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4"),
    *("240.0.0.0/4", "255.255.255.255/32"),
]
INNER_V6 = [
    *("::/128", "::1/128", "::/96", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32", "100::/64"),
    *("2001::/32", "64:ff9b:1::/48", "fd00:ec2::254/128", "4000::/3", "8000::/1"),
]


def inner_v4() -> st.SearchStrategy[IPv4Address | IPv6Address]:
    return st.sampled_from(INNER_V4).flatmap(lambda network: st.ip_addresses(v=4, network=IPv4Network(network)))


@given(address=inner_v4())
def test_no_inner_address_is_public_nor_is_it_in_any_form_of_ipv6(address: IPv4Address | IPv6Address) -> None:
    number = int(address)
    forms = [
        IPv6Address(0xFFFF << 32 | number),  # mapped
        IPv6Address(int(IPv6Address("64:ff9b::")) | number),  # NAT64
        IPv6Address(int(IPv6Address("2002::")) | number << 80 | 1),  # 6to4
        IPv6Address(number),  # compatible
    ]

    assert not is_public(str(address))
    assert [str(form) for form in forms if is_public(str(form))] == []


@given(address=st.sampled_from(INNER_V6).flatmap(lambda n: st.ip_addresses(v=6, network=IPv6Network(n))))
def test_no_inner_address_of_ipv6_is_public(address: IPv6Address) -> None:
    assert not is_public(str(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8", "64:ff9b::808:808"],
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
