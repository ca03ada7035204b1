"""What thieves do: several payments that belong together, with mules who take the money."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from payments.simulation.acts import Pay
from payments.simulation.honest import amount_of, whereabouts
from payments.simulation.people import Person
from payments.simulation.places import AWAY, City, somewhere_in

# Payments of one burst.
BURST: Final = (12, 36)
# Rupees: just under what is reported, and the most that a new payee may get.
UNDER_LIMIT: Final = (45_500, 49_950)
NEW_PAYEE: Final = 95_000


@dataclass(frozen=True, slots=True)
class Campaign:
    """Thieves at work.

    Attributes:
        mules: three accounts that take the money.
        victims: customers, those with a past first.
        device_id, ip_address, city: the thieves' own.
    """

    dice: Random
    mules: tuple[Person, Person, Person]
    victims: tuple[Person, ...]
    device_id: str
    ip_address: str
    city: City

    @property
    def victim(self) -> Person:
        """The one who is robbed where it is one."""
        return self.victims[0]

    @property
    def from_away(self) -> dict[str, Any]:
        """The thieves' device and where it is; they say so, to look like an honest app."""
        device = {"device_id": self.device_id, "device_type": "phone"}
        return {"device": device, "location": somewhere_in(self.city, self.dice), "ip_address": self.ip_address}

    @property
    def from_home(self) -> dict[str, Any]:
        """The victim's own phone: talked into it, or remotely controlled."""
        return whereabouts(self.dice, self.victim)


def begin(dice: Random, *, mules: tuple[Person, Person, Person], victims: tuple[Person, ...]) -> Campaign:
    """Return thieves with a device and a place of their own."""
    # A range for examples (RFC 3849), far from where customers are at home.
    ip_address = f"2001:db8:ffff:{dice.getrandbits(16):x}::1"
    return Campaign(dice, mules, victims, f"phone-{dice.getrandbits(48):012x}", ip_address, dice.choice(AWAY))


def high_velocity(by: Campaign) -> list[Pay]:
    """Pay again and again within the hour."""
    number = by.dice.randint(*BURST)
    return [
        _stolen(by, "high_velocity", to=place % 3, amount=amount_of(by.dice, by.victim.level, times=1.5))
        for place in range(number)
    ]


def amount_spike(by: Campaign) -> list[Pay]:
    """Talk the victim into payments far above the usual, from the victim's own phone."""
    number = by.dice.randint(1, 2)
    amounts = [min(NEW_PAYEE, by.victim.level * by.dice.uniform(40, 120)) for _ in range(number)]
    return [
        _stolen(by, "amount_spike", to=place, amount=f"{amount // 1000 * 1000 + 1000:.2f}", note="Investment, safe")
        for place, amount in enumerate(amounts)
    ]


def account_takeover(by: Campaign) -> list[Pay]:
    """Sign in elsewhere, and take most of what there is."""
    number = by.dice.randint(2, 4)
    return [
        _stolen(by, "account_takeover", to=place % 3, share=by.dice.uniform(0.3, 0.9), is_away=True)
        for place in range(number)
    ]


def structuring(by: Campaign) -> list[Pay]:
    """Stay just under what is reported."""
    number = by.dice.randint(4, 6)
    return [
        _stolen(by, "structuring", to=place % 3, amount=f"{by.dice.randint(*UNDER_LIMIT)}.00")
        for place in range(number)
    ]


def blacklisted_party(by: Campaign) -> list[Pay]:
    """Take ordinary amounts from several people, on an account that others have complained about."""
    return [
        Pay(
            at=0,
            payer=victim,
            payee=by.mules[0],
            amount=amount_of(by.dice, victim.level, times=2.0),
            note="Order 8841",
            kind="blacklisted_party",
            is_payee_listed=True,
            **whereabouts(by.dice, victim),
        )
        for victim in by.victims
    ]


def mule_chain(by: Campaign) -> list[Pay]:
    """Send what was taken on, from mule to mule."""
    first, second, third = by.mules
    amount = f"{by.dice.randint(20, 60)}000.00"
    taken = _stolen(by, "mule_chain", to=0, amount=amount, is_away=by.dice.random() < 0.5)  # noqa: PLR2004 - even odds
    return [taken, *(
        Pay(at=0, payer=payer, payee=payee, amount=amount, share=by.dice.uniform(0.85, 0.98), kind="mule_chain",
            **whereabouts(by.dice, payer))
        for payer, payee in ((first, second), (second, third))
    )]  # fmt: skip


def card_testing(by: Campaign) -> list[Pay]:
    """Try with a few rupees whether the door is open, then carry out the furniture."""
    tries = [
        _stolen(by, "card_testing", to=0, amount=f"{by.dice.randint(1, 20)}.00", is_away=True)
        for _ in range(by.dice.randint(3, 6))
    ]
    return [*tries, _stolen(by, "card_testing", to=1, share=by.dice.uniform(0.6, 0.95), is_away=True)]


KINDS: Final[dict[str, Callable[[Campaign], list[Pay]]]] = {
    act.__name__: act
    for act in (
        high_velocity,
        amount_spike,
        account_takeover,
        structuring,
        blacklisted_party,
        mule_chain,
        card_testing,
    )
}


def _stolen(
    by: Campaign,
    kind: str,
    *,
    to: int,
    amount: str = f"{NEW_PAYEE}.00",
    share: float | None = None,
    note: str = "",
    is_away: bool = False,
) -> Pay:
    return Pay(
        at=0,
        payer=by.victim,
        payee=by.mules[to],
        amount=amount,
        share=share,
        note=note,
        kind=kind,
        channel="api" if is_away else "site",
        **(by.from_away if is_away else by.from_home),
    )
