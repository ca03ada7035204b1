"""Where webhooks may go."""

import pytest
from django.test import override_settings

from accounts.errors import WebhookUrlRefused
from accounts.webhooks import addresses


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://shop.example/notices?key=1", "shop.example", "/notices?key=1"),
        ("https://shop.example", "shop.example", "/"),
        ("HTTPS://Shop.Example.:443/A", "shop.example", "/A"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
    ],
)
def test_takes_public_https_addresses(url: str, host: str, path: str) -> None:
    assert addresses.target_of(url) == addresses.Target(host, path)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "ftp://shop.example/",
        "//shop.example/",
        "shop.example",
        "",
        "https://",
        "https:///path",
        "https://shop.example:8443/",
        "https://shop.example:22/",
        "https://shop.example:99999/",
        "https://localhost/",
        "https://LOCALHOST./",
        "https://intranet/",
        "https://api.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://1.0x7f/",
        "https://9.9.9.9/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[fe80::1%25eth0]/",
        "https://user@shop.example/",
        "https://user:word@shop.example/",
        "https://:@shop.example/",
        "https://shop.example@127.0.0.1/",
        "https://shop.example%2f@127.0.0.1/",
        "https://127.0.0.1%00.shop.example/",
        "https://shop.example\\@127.0.0.1/",
        "https://shop.example/#fragment",
        "https://shop.example/ HTTP/1.1",
        "https://shop.example/\r\nX-Injected: yes",
        "https://shop.example/\u0000",
        "https://ⓛocalhost/",
        "https://ｓhop.example/",
        "https://-shop.example/",
        "https://shop..example/",
        "https://[shop.example/",
        "https://shop.example/" + "a" * 500,
    ],
)
def test_refuses_everything_else(url: str) -> None:
    with pytest.raises(WebhookUrlRefused):
        addresses.target_of(url)


@pytest.mark.parametrize("address", ["9.9.9.9", "151.101.1.1", "2620:fe::fe", "2a00:1450:4001:830::200e"])
def test_knows_public_servers(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "100.100.100.200",
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "239.255.255.250",
        "240.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "192.88.99.1",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:9.9.9.9",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "2001:db8::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "shop.example",
        "",
    ],
)
def test_knows_what_is_nobody_elses_business(address: str) -> None:
    assert not addresses.is_public(address)


def test_demo_trials_reach_this_machine_only_when_switched_on() -> None:
    with override_settings(WEBHOOK_LOOPBACK=True):
        local = addresses.target_of("http://127.0.0.1:8010/in")
        assert (local.port, local.is_tls, local.is_local) == (8010, False, True)
        with pytest.raises(WebhookUrlRefused):
            addresses.target_of("http://shop.example/")
    with pytest.raises(WebhookUrlRefused):
        addresses.target_of("http://127.0.0.1:8010/in")
