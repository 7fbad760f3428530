"""Papers: told by their content, kept with their item, opened only by who is invited."""

from io import BytesIO
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.urls import reverse
from PIL import Image

from accounts.errors import NotAllowed, OutOfTurn, Refused
from consultation.actions.agenda import remove_item
from consultation.actions.invitations import invite_guest, reply
from consultation.actions.meetings import call_meeting
from consultation.actions.papers import MOST_PAPERS, add_paper, remove_paper
from consultation.enums import Reply
from consultation.models import Paper
from tests.photos import jpeg

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
OPEN = "application/vnd.oasis.opendocument."


def zipped(parts: dict[str, str]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def office(part: str, **parts: str) -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", part: "<document/>", **parts})


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture
def item(team):
    return team.item(team.meeting())


@pytest.mark.parametrize(
    ("name", "content", "kept"),
    [
        ("方案.pdf", PDF, "方案.pdf"),
        ("方案.docx", office("word/document.xml"), "方案.docx"),
        ("预算.xlsx", office("xl/workbook.xml"), "预算.xlsx"),
        ("汇报.pptx", office("ppt/presentation.xml"), "汇报.pptx"),
        ("说明.odt", zipped({"mimetype": f"{OPEN}text", "content.xml": "<x/>"}), "说明.odt"),
        ("表.ods", zipped({"mimetype": f"{OPEN}spreadsheet", "content.xml": "<x/>"}), "表.ods"),
        ("方案.exe", PDF, "方案.pdf"),
        ("../../etc/方案", PDF, "方案.pdf"),
        ("长" * 300 + ".pdf", PDF, "长" * 116 + ".pdf"),
    ],
)
def test_documents_are_kept_under_their_name_with_the_ending_of_what_they_are(team, item, name, content, kept):
    paper = add_paper(item=item, user=team.convenor, upload=file(name, content))
    assert (paper.name, paper.size) == (kept, len(content))
    assert paper.file.name.startswith("papers/")
    assert kept.rpartition(".")[0] not in paper.file.name
    with paper.file.open("rb") as stored:
        assert stored.read() == content


def test_photos_are_saved_anew_without_their_data(team, item):
    out = BytesIO()
    picture = Image.new("RGB", (40, 30), "teal")
    exif = picture.getexif()
    exif[0x010E] = "home address"
    picture.save(out, "JPEG", exif=exif)
    paper = add_paper(item=item, user=team.convenor, upload=file("现场.png", out.getvalue()))
    assert (paper.name, paper.media_type) == ("现场.jpg", "image/jpeg")
    with paper.file.open("rb") as stored:
        assert b"home address" not in stored.read()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("方案.docm", office("word/document.xml", **{"word/vbaProject.bin": "x"})),
        ("方案.docx", office("word/document.xml", **{"word/VBAPROJECT.BIN": "x"})),
        (
            "方案.docx",
            zipped(
                {"[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled", "word/document.xml": "<x/>"}
            ),
        ),
        ("表.ods", zipped({"mimetype": f"{OPEN}spreadsheet", "Basic/Standard/Module1.xml": "<x/>"})),
        ("页.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("图.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
        ("程序.docx", b"MZ\x90\x00" + b"\x00" * 200),
        ("档案.docx", zipped({"a.txt": "x"})),
        ("混合.docx", office("word/document.xml", **{"xl/workbook.xml": "<x/>"})),
        ("前缀.docx", b"<html>" + office("word/document.xml")),
        ("坏.docx", office("word/document.xml")[:60]),
        ("图.odg", zipped({"mimetype": f"{OPEN}graphics", "content.xml": "<x/>"})),
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("动图.gif", b"GIF89a" + b"\x00" * 50),
        ("照片.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 50),
    ],
    ids=lambda given: given if isinstance(given, str) else "",  # made with the time of day in it
)
def test_other_kinds_macros_and_damaged_files_are_refused(team, item, name, content):
    with pytest.raises(Refused) as refusal:
        add_paper(item=item, user=team.convenor, upload=file(name, content))
    assert (refusal.value.field, name in refusal.value.sentence) == ("upload", True)
    assert not Paper.objects.exists()


def test_a_file_that_was_cut_off_as_too_large_is_refused_by_its_size(team, item):
    upload = UploadedFile(name="大.pdf", size=16 * 1024 * 1024)
    with pytest.raises(Refused, match="16"):
        add_paper(item=item, user=team.convenor, upload=upload)


def test_an_item_has_ten_papers_at_most(team, item):
    for number in range(MOST_PAPERS):
        add_paper(item=item, user=team.convenor, upload=file(f"{number}.pdf", PDF))
    with pytest.raises(Refused):
        add_paper(item=item, user=team.convenor, upload=file("more.pdf", PDF))


def test_nobody_else_adds_papers_nor_after_the_call(team, item):
    with pytest.raises(NotAllowed):
        add_paper(item=item, user=team.member, upload=file("a.pdf", PDF))
    call_meeting(meeting=item.meeting, user=team.convenor)
    with pytest.raises(OutOfTurn):
        add_paper(item=item, user=team.convenor, upload=file("a.pdf", PDF))


def test_the_file_goes_with_the_paper_and_the_item(team, item, django_capture_on_commit_callbacks):
    first, second = (add_paper(item=item, user=team.convenor, upload=file(f"{n}.pdf", PDF)) for n in "12")
    storage, names, key = first.file.storage, [first.file.name, second.file.name], first.pk
    with django_capture_on_commit_callbacks(execute=True):
        remove_paper(paper=first, user=team.deputy)
    assert [storage.exists(name) for name in names] == [False, True]
    with pytest.raises(OutOfTurn):
        remove_paper(paper=Paper(pk=key, item=item), user=team.convenor)
    with django_capture_on_commit_callbacks(execute=True):
        remove_item(item=item, user=team.convenor)
    assert not storage.exists(names[1])


# --- opening ------------------------------------------------------------------------------------------------------


def test_only_the_invited_and_the_convenors_open_a_paper(team, item, signed_in, client):
    paper = add_paper(item=item, user=team.convenor, upload=file("方案.pdf", PDF))
    url = reverse("paper", args=[paper.pk])
    assert client.get(url).status_code == 302
    everyone = {
        "convenor": team.convenor,
        "deputy": team.deputy,
        "member": team.member,
        "adviser": team.adviser,
        "guest": team.cast.water_officer,
        "substitute": team.cast.neighbour,
        "resident": team.resident,
        "neighbour_convenor": team.neighbour_convenor,
        "street_convenor": team.street_convenor,
    }
    before = {name: signed_in(person).get(url).status_code for name, person in everyone.items()}
    assert before == dict.fromkeys(everyone, 404) | {"convenor": 200, "deputy": 200}
    meeting = call_meeting(meeting=item.meeting, user=team.convenor)
    invite_guest(meeting=meeting, user=team.convenor, person=team.cast.water_officer)
    own = meeting.invitations.get(person=team.liaison)
    reply(invitation=own, user=team.liaison, reply=Reply.SUBSTITUTE, substitute=team.cast.neighbour)
    after = {name: signed_in(person).get(url).status_code for name, person in everyone.items()}
    closed = ("resident", "neighbour_convenor", "street_convenor")
    assert after == dict.fromkeys(everyone, 200) | dict.fromkeys(closed, 404)


def test_a_paper_is_a_download_that_runs_nothing(team, item, signed_in):
    paper = add_paper(item=item, user=team.convenor, upload=file("方案.pdf", PDF))
    response = signed_in(team.convenor).get(reverse("paper", args=[paper.pk]))
    assert b"".join(response.streaming_content) == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert (response["X-Content-Type-Options"], response["Content-Type"]) == ("nosniff", "application/pdf")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    paper.file.storage.delete(paper.file.name)
    assert signed_in(team.convenor).get(reverse("paper", args=[paper.pk])).status_code == 404
    assert signed_in(team.convenor).get(reverse("paper", args=[uuid4()])).status_code == 404


def test_a_refused_file_leaves_the_item_and_says_why(team, item, signed_in):
    client = signed_in(team.convenor)
    url = reverse("agenda_verb", args=[item.pk, "paper"])
    page = client.post(
        url, {"paper-upload": file("宏.docm", office("word/document.xml", **{"word/vbaProject.bin": "x"}))}
    )
    assert page.status_code == 200
    assert "宏.docm" in page.content.decode()
    response = client.post(url, {"paper-upload": jpeg("现场.jpg")}, follow=True)
    assert "现场.jpg" in response.content.decode()
    key = Paper.objects.get().pk
    client.post(reverse("agenda_verb", args=[item.pk, "drop-paper"]), {"drop-paper-key": str(key)})
    assert not Paper.objects.exists()
