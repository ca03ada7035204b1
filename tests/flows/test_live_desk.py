"""Staff watch payments arrive, and a customer stops one, in real browsers."""

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from accounts.models import Confirmation, User
from accounts.roles import ANALYST, ensure_roles
from accounts.services.confirmations import TRANSFER, Binding, confirm
from payments.models import Payment, SpendingLimits
from payments.services import transfers
from payments.types import TransferOrder
from securebank.kernel.money import Money
from tests.accounts.conftest import SECRET, totp_code, with_factor
from tests.factories import PASSWORD, BankAccountFactory, UserFactory
from tests.flows.conftest import RunningBank, phone, sign_in
from tests.flows.test_accessibility import faults


@pytest.fixture
def asha(bank: RunningBank) -> User:
    """Somebody with money, and Ben whom she pays; made before the browser opens, whose loop keeps Django away."""
    BankAccountFactory.create(owner=UserFactory.create(name="Ben Das", handle="ben"))
    return BankAccountFactory.create(owner=UserFactory.create(name="Asha Rao", handle="asha"), balance=500_000_00).owner


@pytest.fixture
def analyst(bank: RunningBank) -> User:
    """Rita, who watches."""
    ensure_roles()
    rita = with_factor(UserFactory.create(name="Rita Review", is_staff=True))
    rita.groups.add(Group.objects.get(name=ANALYST))
    return rita


@pytest.fixture
def held(asha: User) -> Payment:
    """200,000.00 from Asha to Ben, held for review."""
    ben = User.objects.get(handle="ben")
    every = 500_000_00
    SpendingLimits.objects.create(
        customer=asha, currency="INR", per_payment_minor=every, per_day_minor=every, new_payee_minor=every
    )
    amount = Money.parse("200000.00", "INR")
    binding = Binding(TRANSFER, amount, str(ben.bank_accounts.get().pk))
    confirmation = confirm(user=asha, method=Confirmation.Method.TOTP, binding=binding, now=timezone.now())
    order = TransferOrder(customer=asha, to="ben", amount=str(amount), confirmation_id=confirmation.pk)
    payment = transfers.submit_transfer(order=order, requested_at=timezone.now())
    assert payment.status == Payment.Status.HELD
    return payment


def desk(browser: Browser, bank: RunningBank, analyst: User) -> Page:
    """Return a page of the analyst at a desk, signed in with both factors."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{bank.url}/account/login/")
    page.get_by_label("Email").fill(analyst.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(totp_code(SECRET))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    return page


def pay(page: Page, bank: RunningBank, amount: str) -> None:
    """Pay Ben until the page says so, which is after the commit."""
    page.goto(f"{bank.url}/send")
    page.get_by_label("To", exact=True).fill("ben")
    page.get_by_label("Amount").fill(amount)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name=f"Pay ₹{amount}").click()
    expect(page.get_by_text("Paid to Ben D••")).to_be_visible()


@pytest.mark.parametrize(("is_pushed", "says"), [(True, "Live"), (False, "Asked again every 2 seconds")])
def test_a_payment_shows_at_the_desk_within_two_seconds(
    asha: User, analyst: User, bank: RunningBank, browser: Browser, *, is_pushed: bool, says: str
) -> None:
    watching, paying = desk(browser, bank, analyst), phone(browser)
    sign_in(paying, bank, asha.email, PASSWORD)
    if not is_pushed:
        watching.route_web_socket("**/ws/staff*", _close)
    watching.goto(f"{bank.url}/staff/live")
    expect(watching.locator("#live-state")).to_have_text(says)
    expect(watching.locator("#figure-count")).to_have_text("0")

    pay(paying, bank, "12.50")

    patience = 2_000 if is_pushed else 6_000
    expect(watching.locator("#live-recent tbody tr").first).to_contain_text("₹12.50", timeout=patience)
    expect(watching.locator("#live-recent tbody tr").first).to_contain_text("Asha R••")
    expect(watching.locator("#figure-count")).to_have_text("1")
    # The picture is made of the table beside it.
    assert watching.evaluate("Chart.getChart('chart-tiers').data.datasets[0].data[0]") == 1


def test_a_page_whose_session_is_over_says_so(analyst: User, bank: RunningBank, browser: Browser) -> None:
    watching = desk(browser, bank, analyst)
    watching.goto(f"{bank.url}/staff/live")
    expect(watching.locator("#live-state")).to_have_text("Live")

    watching.context.new_page().goto(f"{bank.url}/account/logout/")
    watching.context.pages[-1].get_by_role("button", name="Sign out").last.click()

    expect(watching.locator("#live-state")).to_contain_text("Signed out")


def test_it_was_not_me_stops_everything_at_once(asha: User, held: Payment, bank: RunningBank, browser: Browser) -> None:
    mine, thiefs = phone(browser), phone(browser)
    for page in (mine, thiefs):
        sign_in(page, bank, asha.email, PASSWORD)
    expect(mine.locator("#total")).to_have_text("₹3,00,000.00")

    mine.goto(f"{bank.url}/activity/{held.pk}")
    mine.get_by_role("link", name="It wasn't me").click()
    mine.get_by_role("button", name="It wasn't me: stop everything").click()

    expect(mine.get_by_text("Not paid", exact=True)).to_be_visible()
    mine.goto(bank.url)
    expect(mine.locator("#total")).to_have_text("₹5,00,000.00")
    expect(mine.locator("#stopped")).to_contain_text("Your payments are stopped")
    thiefs.goto(f"{bank.url}/send")
    expect(thiefs).to_have_url(f"{bank.url}/account/login/?next=/send")


def test_the_new_pages_are_accessible_at_both_widths_light_and_dark(
    asha: User, held: Payment, analyst: User, bank: RunningBank, browser: Browser
) -> None:
    watching, mine = desk(browser, bank, analyst), phone(browser)
    sign_in(mine, bank, asha.email, PASSWORD)
    about = f"{bank.url}/activity/{held.pk}"
    places = [(watching, f"{bank.url}/staff/live"), *((mine, f"{about}{end}") for end in ("", "/mine", "/not-mine"))]

    found = {}
    for page, url in places:
        for width in (390, 1280):
            for scheme in ("light", "dark"):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                found[url, width, scheme] = faults(page, url)

    assert {place: problems for place, problems in found.items() if problems} == {}


def _close(socket: WebSocketRoute) -> None:
    socket.close()
