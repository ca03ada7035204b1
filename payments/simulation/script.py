"""What happens, payment by payment: the same again for the same seed. Asks no database and no clock."""

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from heapq import nlargest
from random import Random
from typing import Final

from payments.simulation import campaigns, honest
from payments.simulation.acts import Act, Ask, Pay
from payments.simulation.people import Person, Role, person

# Payments that an honest customer makes in an hour at most: a bank with more to do has more customers.
PACE: Final = 6
HOUR: Final = 3600.0
# Customers there are from the beginning, and how often another one joins although there is no need.
FIRST: Final = 12
JOINS: Final = 0.01
# Shares of honest payments.
SALARIES: Final = 0.05
ASKED_FOR: Final = 0.06
# Honest payments between a request for money and its answer.
ANSWER_AFTER: Final = 4
# While thieves are at work, the share of payments that are theirs: they come in bursts.
BURST: Final = 0.5
VICTIMS: Final = 3
# Where a script begins to count its mules: two rarely meet.
MULES: Final = 1_000_000
# Who has paid this often has habits to be found out by.
PAST: Final = 3


class Script:
    """An endless stream of acts.

    Attributes:
        fraud_rate: share of payments that are fraud, in the long run; may be changed on the way.
    """

    def __init__(self, *, seed: int | None, rate: float, fraud_rate: float) -> None:
        """Begin a script with ``rate`` payments a second."""
        # Not for secrets: what it chooses has to be the same again.
        self._dice = Random(seed)  # noqa: S311 - see above
        self._rate = rate
        self.fraud_rate = fraud_rate
        self._at = 0.0
        self._asked = 0
        self._paid: list[deque[float]] = [deque() for _ in range(FIRST)]
        # Who was robbed pays no more: the bank may have stopped the account, and nobody is robbed twice.
        self._robbed: set[int] = set()
        self._employers: list[deque[float]] = [deque()]
        # Fresh accounts each time: what happened to earlier mules must not give new ones away.
        self._mules = self._dice.randrange(MULES) * 3
        self._answers: deque[tuple[int, Pay]] = deque()
        self._payments = 0
        self._owed = self._dice.random()
        self._theirs: deque[Pay] = deque()
        self._deck: list[str] = []

    def __iter__(self) -> Iterator[Act]:
        """Yield what happens next, for ever."""
        while True:
            self._at += self._dice.expovariate(self._rate)
            act = self._next()
            if isinstance(act, Pay):
                self._payments += 1
                self._owed += self.fraud_rate
            yield replace(act, at=self._at)

    def _next(self) -> Act:
        if not self._theirs and self._owed >= 1 and self.fraud_rate > 0:
            self._theirs.extend(self._campaign())
        if self._theirs and self._dice.random() < max(BURST, self.fraud_rate):
            self._owed -= 1
            return self._theirs.popleft()
        if self._answers and self._answers[0][0] <= self._payments:
            return self._answers.popleft()[1]
        return self._honest()

    def _honest(self) -> Act:
        chance = self._dice.random()
        if chance < SALARIES:
            return honest.salary(self._dice, self._employer(), self._anybody(), at=0)
        payer = self._payer()
        friend = self._anybody(but=payer)
        if chance < SALARIES + ASKED_FOR:
            return self._ask(friend, payer)
        return honest.everyday(self._dice, payer, friend, at=0)

    def _ask(self, requester: Person, payer: Person) -> Ask:
        self._asked += 1
        amount, note = honest.amount_of(self._dice, requester.level), self._dice.choice(honest.FRIENDLY)
        answer = Pay(
            at=0, payer=payer, payee=requester, amount=amount, note=note, answers=self._asked, channel="api",
            **honest.whereabouts(self._dice, payer),
        )  # fmt: skip
        self._answers.append((self._payments + ANSWER_AFTER, answer))
        return Ask(at=0, number=self._asked, requester=requester, payer=payer, amount=amount, note=note)

    def _campaign(self) -> list[Pay]:
        if not self._deck:
            self._deck = self._dice.sample(sorted(campaigns.KINDS), len(campaigns.KINDS))
        numbers = range(self._mules, self._mules + 3)
        self._mules += 3
        first, second, third = (person(Role.MULE, number) for number in numbers)
        by = campaigns.begin(self._dice, mules=(first, second, third), victims=self._victims())
        payments = campaigns.KINDS[self._deck.pop()](by)
        self._robbed |= {act.payer.number for act in payments if act.payer.role is Role.CUSTOMER}
        return payments

    def _victims(self) -> tuple[Person, ...]:
        """Return customers with a past; where nobody has one, those who come nearest."""
        self._paid.extend(deque[float]() for _ in range(VICTIMS - (len(self._paid) - len(self._robbed))))
        spared = [number for number in range(len(self._paid)) if number not in self._robbed]
        experienced = [number for number in spared if len(self._paid[number]) >= PAST]
        if len(experienced) < VICTIMS:
            experienced = nlargest(VICTIMS, spared, key=lambda number: len(self._paid[number]))
        return tuple(person(Role.CUSTOMER, number) for number in self._dice.sample(experienced, VICTIMS))

    def _payer(self) -> Person:
        return person(Role.CUSTOMER, self._one_of(self._paid, but=self._robbed))

    def _employer(self) -> Person:
        return person(Role.EMPLOYER, self._one_of(self._employers, but=set()))

    def _one_of(self, paid: list[deque[float]], *, but: set[int]) -> int:
        """Return somebody who may pay once more this hour; where all have done their part, somebody joins."""
        for _ in range(3):
            number = self._dice.randrange(len(paid))
            while paid[number] and paid[number][0] <= self._at - HOUR:
                paid[number].popleft()
            if number not in but and len(paid[number]) < PACE and self._dice.random() >= JOINS:
                break
        else:
            number = len(paid)
            paid.append(deque())
        paid[number].append(self._at)
        return number

    def _anybody(self, *, but: Person | None = None) -> Person:
        number = self._dice.randrange(len(self._paid))
        if but is not None and number == but.number:
            number = (number + 1) % len(self._paid)
        return person(Role.CUSTOMER, number)
