"""Pages: the same catalogues, and nothing that was written by somebody else is taken for markup."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from templates import catalogues, rendering


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    root = tmp_path / "templates"
    shutil.copytree(catalogues.ROOT / "locales", root / "locales")
    (root / "pages").mkdir()
    for module in (catalogues, rendering):
        monkeypatch.setattr(module, "ROOT", root)
    rendering.environment.cache_clear()
    yield root / "pages"
    rendering.environment.cache_clear()


def test_a_page_speaks_the_language_and_escapes_what_it_shows(pages: Path) -> None:
    (pages / "tried.html.j2").write_text(
        '<p lang="{{ language }}">{{ 1|label("colour") }} {{ _("找谁：%(call)s", call=name) }}</p>', encoding="utf-8"
    )
    shown = rendering.render_page("tried.html.j2", "en", {"name": "<script>"})
    assert shown == '<p lang="en">RED Whom to call: &lt;script&gt;</p>'


def test_a_page_misses_no_value_silently(pages: Path) -> None:
    (pages / "tried.html.j2").write_text("{{ name }}", encoding="utf-8")
    with pytest.raises(UndefinedError, match="name"):
        rendering.render_page("tried.html.j2", "zh_CN", {})


def test_what_a_page_says_must_be_translated(pages: Path) -> None:
    (pages / "tried.html.j2").write_text('{{ _("没有人译过") }}', encoding="utf-8")
    assert "en: missing: '没有人译过'" in set(catalogues.faults("en"))
