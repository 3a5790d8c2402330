"""The browser's one profile keeps nothing from one test to the next."""

from __future__ import annotations

from browsing import Profile

LEFT = """async () => [
  document.cookie, localStorage.length, sessionStorage.length, window.name,
  (await caches.keys()).length, (await indexedDB.databases()).length,
]"""
LEAVE = """async () => {
  document.cookie = 'a=1; max-age=999'; localStorage.a = sessionStorage.a = window.name = '1';
  await (await caches.open('a')).put('/a', new Response('a'));
  await new Promise((done) => { indexedDB.open('a').onsuccess = done });
}"""


def test_a_test_finds_nothing_that_another_left(profile: Profile, served: str) -> None:
    found = []
    for _ in range(2):
        page = profile.new_page()
        page.goto(f"{served}404.html")
        found.append(page.evaluate(LEFT))
        page.evaluate(LEAVE)
        assert page.evaluate(LEFT) == ["a=1", 1, 1, "1", 1, 1]
        profile.forget()
        assert len(profile.context.pages) == 1
    assert found == [["", 0, 0, "", 0, 0]] * 2
