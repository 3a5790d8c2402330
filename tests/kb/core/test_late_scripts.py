"""The list of scripts names the digest of each, in one order, and is the same wherever it is made."""

from __future__ import annotations

from kb.core import late_scripts


def test_each_script_is_listed_with_its_digest_and_the_list_is_not(tmp_path):
    static = tmp_path / "_static"
    (static / "locales").mkdir(parents=True)
    for name in ("b.js", "a.js", "a.css", "locales/c.js"):
        (static / name).write_text("")
    for _ in range(2):  # the second time with a list from before
        late_scripts.write_digests(tmp_path)
        text = (static / late_scripts.FILE).read_text(encoding="utf-8")
        assert text == 'window.KB_FILES={"a.js":"e3b0c442","b.js":"e3b0c442"};\n'
    (static / "a.js").write_text("1")
    late_scripts.write_digests(tmp_path)
    text = (static / late_scripts.FILE).read_text(encoding="utf-8")
    assert text == 'window.KB_FILES={"a.js":"6b86b273","b.js":"e3b0c442"};\n'
