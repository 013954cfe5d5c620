"""What open pages have to know: nothing of it is lost, and nothing is kept for ever."""

import pickle

from press.preview.news import News


def test_a_page_hears_of_everything_after_its_mark() -> None:
    news = News()
    news.tell(["a.html"])
    mark = news.mark()
    assert not news.changed_since(mark, "a.html")
    news.tell(["b.html"])
    news.tell([])
    assert not news.changed_since(mark, "a.html")
    assert news.changed_since(mark, "b.html")
    news.tell(["a.html"])
    assert news.changed_since(mark, "a.html")
    assert not news.changed_since(news.mark(), "a.html")


def test_a_picture_or_a_style_may_be_of_any_page() -> None:
    news = News()
    mark = news.mark()
    news.tell(["a.html", "a_files/figure.svg"])
    assert news.changed_since(mark, "b.html")
    assert not news.changed_since(news.mark(), "b.html")


def test_a_mark_of_another_preview_is_old() -> None:
    news = News()
    for mark in (News().mark(), "", "-0", "nonsense"):
        assert news.changed_since(mark, "a.html")


def test_a_day_of_saves_takes_no_more_room_than_one() -> None:
    news = News()

    def save() -> int:
        news.tell(["a.html"])
        news.tell(["b.html", "c.html"])
        return len(pickle.dumps(news))

    first = save()
    for _ in range(1000):
        last = save()
    assert last <= first + 10  # the numbers grow
