"""One request, from a resident's phone to a department's appraisal, by clicking."""

from cases.models import Case, Turnout
from tests.browser.conftest import DESKTOP
from tests.cast import PASSWORD
from tests.photos import jpeg


def test_a_request_travels_to_the_appraisal(cast, reader):
    link = lodge(reader(), cast)
    case = Case.objects.get()
    assert case.holder == cast.grid

    grid_sends_it_up(reader(), case)
    street = reader(DESKTOP)
    street_blows_the_whistle(street, case, cast)
    for username in ("water", "parks"):
        department_reports_in(reader(), username, case)
    street_releases_and_resolves(street, case)
    resident_says_not_solved_then_solved(reader(), link, street, case)
    appraisal_opens_down_to_the_case(reader(DESKTOP), case)


def lodge(phone, cast) -> str:
    page = phone.goto("/")
    page.locator("main a[href='/lodge/']").first.click()
    phone.check()
    page.locator("[name=kind][value=complaint]").check()
    page.select_option("[name=category]", str(cast.category.pk))
    page.fill("[name=text]", "小区北门的井盖碎了，昨晚有老人绊倒，请尽快来修。")
    page.set_input_files("[name=photos]", {"name": "井盖.jpg", "mimeType": "image/jpeg", "buffer": jpeg().read()})
    choose(page, "district", cast.district)
    choose(page, "street", cast.street)
    choose(page, "community", cast.community)
    page.fill("[name=address]", "北门岗亭旁")
    page.locator("[name=confidential][value=withheld]").check()
    phone.send("form:has([name=text])")  # name and telephone are still missing: nothing typed is lost
    assert not Case.objects.exists()
    assert page.input_value("[name=text]").startswith("小区北门")
    page.fill("[name=name]", "王小明")
    page.fill("[name=phone]", "19900001234")
    phone.send("form:has([name=text])")
    assert Case.objects.get().number in page.inner_text("main")
    with page.expect_navigation():
        page.locator("main a.button").first.click()
    phone.check()
    return page.url


LISTENS = """selector => new Promise(done => {
  const look = () => "htmx-internal-data" in document.querySelector(selector) ? done() : requestAnimationFrame(look);
  look();
})"""


def choose(page, name: str, unit):
    """Choose a unit once its option is there and htmx listens to the select."""
    page.locator(f"[name={name}] option[value='{unit.pk}']").wait_for(state="attached")
    if name != "community":
        page.evaluate(LISTENS, f"[name={name}]")
    page.select_option(f"[name={name}]", str(unit.pk))


def open_panel(reader, action: str):
    """Open the panel whose form posts to `action`, and return the form."""
    form = reader.page.locator(f"form[action$='{action}']")
    if not form.is_visible():
        reader.page.locator("details").filter(has=reader.page.locator(f"form[action$='{action}']")).locator(
            "summary"
        ).click()
    return form


def act(reader, action: str, **typed: str):
    """Open the panel of `action`, fill in what is typed, press its button."""
    form = open_panel(reader, action)
    for name, text in typed.items():
        form.locator(f"[name$='-{name}']").fill(text)
    return reader.send(f"form[action$='{action}']")


def grid_sends_it_up(phone, case):
    page = phone.sign_in("grid", PASSWORD)
    assert case.number in page.inner_text("main")
    phone.goto(case.get_absolute_url())
    assert "王小明" not in page.content()
    act(phone, "/do/accept/")
    act(phone, "/do/escalate/", reason="需要水务部门更换井盖")
    case.refresh_from_db()
    assert case.level == 2


def street_blows_the_whistle(desktop, case, cast):
    page = desktop.sign_in("dispatcher", PASSWORD)
    desktop.goto(case.get_absolute_url())
    act(desktop, "/do/accept/")
    form = open_panel(desktop, "/do/blow_whistle/")
    form.locator("[name$='-kind'][value=emergency]").check()
    form.locator("[name$='-place']").fill("小区北门")
    form.locator("[name$='-task']").fill("到场更换井盖")
    for unit in (cast.water, cast.parks):
        form.locator(f"[name$='-departments'][value='{unit.pk}']").check()
    desktop.send("form[action$='/do/blow_whistle/']")
    assert Turnout.objects.filter(case=case).count() == 2
    assert cast.parks.name in page.inner_text("main")


def department_reports_in(phone, username, case):
    page = phone.sign_in(username, PASSWORD)
    turnout = Turnout.objects.get(case=case, department__posts__user__username=username)
    assert case.number in page.inner_text("main")
    phone.goto(turnout.get_absolute_url())
    act(phone, "/do/accept_turnout/")
    act(phone, "/do/arrive/")
    act(phone, "/do/report/", text="已更换新井盖并设警示")
    turnout.refresh_from_db()
    assert turnout.state == "reported"


def street_releases_and_resolves(desktop, case):
    for turnout in case.turnouts.order_by("pk"):
        desktop.goto(turnout.get_absolute_url())
        form = open_panel(desktop, "/do/release/")
        for name, mark in {"on_time": 5, "cooperation": 4, "result": 5}.items():
            form.locator(f"[name$='-{name}'][value='{mark}']").check(force=True)
        desktop.send("form[action$='/do/release/']")
    desktop.goto(case.get_absolute_url())
    act(desktop, "/do/resolve/", text="新井盖已安装，周边清理完毕。")


def rate(phone, solved: str, satisfaction: int):
    form = open_panel(phone, "/rate/")
    form.locator(f"[name$='-solved'][value='{solved}']").check(force=True)
    form.locator(f"[name$='-satisfaction'][value='{satisfaction}']").check(force=True)
    phone.send("form[action$='/rate/']")


def resident_says_not_solved_then_solved(phone, link, street, case):
    phone.goto(link)
    rate(phone, "no", 2)
    case.refresh_from_db()
    assert (case.state, case.reopened) == ("accepted", 1)
    street.goto(case.get_absolute_url())
    act(street, "/do/resolve/", text="已重新加固，现场试踩无晃动。")
    phone.goto(link)
    rate(phone, "yes", 5)
    case.refresh_from_db()
    assert (case.state, case.solved) == ("closed", True)


def appraisal_opens_down_to_the_case(desktop, case):
    page = desktop.sign_in("command", PASSWORD)
    desktop.goto("/appraisal/")
    assert "平安区水务局" in page.inner_text("main")
    with page.expect_navigation():
        page.locator("main a[href*='/D01/']").first.click()
    desktop.check()
    with page.expect_navigation():
        page.locator("main a[href*='/turnout_marks/']").first.click()
    desktop.check()
    assert case.number in page.inner_text("main")
