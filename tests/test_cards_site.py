"""The paper of lesson 10 on the site: the same file as the command writes, linked from the lesson and for lecturers."""

import pytest
from site_tools import built, page, small_kit

from teaching.deliver import cards

pytest.importorskip("sphinx", reason="the extra 'site' is not installed")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The template as lesson 10 and as another one."""
    project = small_kit(tmp_path_factory.mktemp("project") / "paper")
    template = project / "notebooks" / "01_template.ipynb"
    text = template.read_text(encoding="utf-8")
    (project / "notebooks" / "10_template.ipynb").write_text(text, encoding="utf-8")
    return built(tmp_path_factory.mktemp("out") / "site", project, panels=[])


def test_the_file_is_that_of_the_command(site):
    assert (site / cards.FILE).read_text(encoding="utf-8") == cards.cards_page()


def test_the_lesson_and_the_page_for_lecturers_lead_to_it_and_no_other_page(site):
    leading = {
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        for address in page(path).links
        if address.endswith(cards.FILE) and (path.parent / address).resolve() == (site / cards.FILE).resolve()
    }
    assert leading == {"docs/index.html", "lessons/10_template.html"}
