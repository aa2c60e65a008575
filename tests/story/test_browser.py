import pytest

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SCAM = (
    "[Web발신] Your parcel is held at the depot. Pay the £1.45 redelivery fee within 24 hours at "
    "http://parcel-redelivery.example/pay or it will be returned."
)
SCAM_KO = (
    "[국제발신] 고객님 택배가 주소 불명으로 반송 처리됩니다. 오늘까지 http://cj-track.example/a 에서 주소를 수정하고 "
    "수수료 900원을 결제하세요."
)


def say(page, text):
    """Send a message and return the reply's element once it is whole."""
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")
    page.locator("#send:not([disabled])").wait_for()
    return page.locator("#messages > li.assistant").last


def paste(page, text):
    """Paste as a user does, so that the page sees it."""
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.setData("text", text);
            const field = document.getElementById("message");
            field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
            field.value = text;
        }""",
        text,
    )
    page.get_by_role("textbox").press("Enter")
    page.locator("#send:not([disabled])").wait_for()
    return page.locator("#messages > li.assistant").last


def test_a_question_is_answered_and_survives_a_reload(page):
    answer = say(page, "What is smishing?").inner_text()
    assert "text" in answer.lower()
    page.reload()
    page.locator("#messages > li.assistant").wait_for()
    assert page.locator("#messages > li.user").inner_text() == "What is smishing?"
    assert page.locator("#messages > li.assistant").inner_text() == answer


def test_a_pasted_scam_gets_a_card(page):
    reply = paste(page, SCAM)
    card = reply.locator(".judgement")
    assert card.get_attribute("class") in ("judgement fraud", "judgement unsure")
    assert card.locator("mark").count() >= 1
    assert card.locator("blockquote").inner_text() == SCAM
    assert card.locator("li").count() >= 1
    assert "trained on messages written for training" in card.locator(".notice").inner_text()


def test_a_message_may_hold_any_end_of_line(page):
    text = SCAM.replace(". ", ".\u2028").replace(" at ", "\u2029at\x85")
    assert paste(page, text).locator(".judgement blockquote").text_content() == text


def test_an_honest_message_gets_no_figure_that_sounds_like_safe(page):
    reply = paste(page, "Your appointment at Elm Dental is on Tuesday 3 March at 14:20. Reply C to cancel.")
    assert reply.locator(".judgement.honest blockquote").count() == 1
    assert reply.locator("meter").count() == 0
    assert "no proof" in reply.inner_text()
    assert "%" not in reply.inner_text()


def test_korean_is_spoken_to_in_korean(page):
    page.get_by_role("button", name="한국어").click()
    assert page.get_by_role("textbox").get_attribute("placeholder").startswith("질문")
    assert "누르" in say(page, "문자에 있는 링크를 눌러 버렸어요").inner_text()
    card = paste(page, SCAM_KO).locator(".judgement")
    assert card.locator("blockquote").inner_text() == SCAM_KO
    assert "honest" not in card.get_attribute("class")


def test_a_victim_is_helped_not_judged(page):
    reply = say(page, "I just sent money to a scammer, please help")
    assert "urgent" in reply.get_attribute("class")
    assert reply.locator(".judgement").count() == 0
    assert "bank" in reply.inner_text()


def test_what_is_not_known_is_said_with_nearest_topics(page):
    reply = say(page, "How do I bake sourdough bread at high altitude?")
    assert "unknown" in reply.get_attribute("class")
    choice = reply.locator(".choices button").first
    choice.click()
    page.locator("#send:not([disabled])").wait_for()
    assert page.locator("#messages > li.user").count() == 2


def test_markup_in_a_message_stays_text(page):
    evil = "<img src=x onerror=\"document.title='owned'\"> is this a scam?"
    say(page, evil)
    assert page.locator("#messages > li.user").last.inner_text() == evil
    assert page.locator("#messages img").count() == 0
    assert page.title() == "nlpbot"


def test_conversations_are_listed_opened_and_deleted(page):
    say(page, "What is smishing?")
    page.get_by_role("button", name="New conversation").click()
    say(page, "How do I report a scam?")
    assert page.locator("#conversations .open").count() == 2
    page.locator("#conversations .open", has_text="smishing").click()
    page.locator("#messages > li.user", has_text="smishing").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.locator("#conversations li.current .remove").click()
    page.locator("#messages > li.welcome").wait_for()
    page.locator("#conversations .open", has_text="smishing").wait_for(state="detached")
    assert page.locator("#conversations .open").count() == 1


def test_a_phone_has_kind_for_everything(page):
    page.set_viewport_size({"width": 360, "height": 640})
    paste(page, SCAM)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not page.locator("#side").is_visible()
    page.get_by_role("button", name="Menu").click()
    assert page.get_by_role("button", name="New conversation").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_shut_out(page, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    say(page, "What is smishing?")
    paste(page, SCAM)
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in violations] == []


def test_a_digit_that_was_drawn_is_read(page):
    page.get_by_role("button", name="Draw a digit").click()
    box = page.locator("#canvas").bounding_box()
    page.mouse.move(box["x"] + 140, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 240, steps=10)
    page.mouse.up()
    page.locator("#digit-answer", has_text="%").wait_for()
    assert "1" in page.locator("#digit-answer").inner_text().split("(")[0]


def test_the_page_says_when_the_server_is_gone(page):
    page.route("**/api/chat", lambda route: route.abort())
    page.get_by_role("textbox").fill("hello")
    page.get_by_role("button", name="Send").click()
    assert "can't be reached" in page.locator("#messages > li.failed").inner_text()
    assert page.get_by_role("textbox").input_value() == "hello"
