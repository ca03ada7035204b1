import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.services.account_numbers import is_well_formed, new_number


def test_makes_twelve_digits_that_pass_their_own_check() -> None:
    numbers = [new_number() for _ in range(200)]

    assert all(is_well_formed(number) and number[0] != "0" for number in numbers)
    assert len(set(numbers)) == len(numbers)


@given(place=st.integers(0, 11), digit=st.sampled_from("0123456789"))
def test_finds_every_single_wrong_digit(place: int, digit: str) -> None:
    number = new_number()
    mistyped = number[:place] + digit + number[place + 1 :]

    assert is_well_formed(mistyped) == (mistyped == number)


@given(place=st.integers(0, 10))
def test_finds_two_neighbours_swapped(place: int) -> None:
    number = new_number()
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert is_well_formed(swapped) == (swapped == number)


@pytest.mark.parametrize(
    "text", ["", "1", "１" * 12, "١" * 12, "1000000000 93", "+10000000009", "1000000000931", "²" * 12]
)
def test_refuses_what_is_not_twelve_ascii_digits(text: str) -> None:
    assert not is_well_formed(text)
