"""The secrets of one run."""

from __future__ import annotations

from pgseq.web.keys import Keys


def key(keys: Keys) -> str:
    """The key in the first address."""
    return keys.first.rpartition("=")[2]


def test_two_runs_have_nothing_in_common() -> None:
    one, other = Keys(), Keys()
    assert one.place != other.place
    assert key(one) != key(other)
    assert one.mark("a") != other.mark("a")
    assert not one.is_token(other.token)


def test_the_key_is_good_for_one_cookie() -> None:
    keys = Keys()
    assert keys.redeem("") is None
    assert keys.redeem("ä\ud800") is None
    cookie = keys.redeem(key(keys))
    assert cookie is not None
    assert keys.is_cookie(cookie)
    assert keys.redeem(key(keys)) is None


def test_no_cookie_is_good_before_the_key_was_used() -> None:
    keys = Keys()
    assert not keys.is_cookie(keys._cookie)


def test_texts_are_marked_as_they_are_divided() -> None:
    keys = Keys()
    assert keys.mark("ab", "c") != keys.mark("a", "bc")
    assert keys.mark("ab", "c") == keys.mark("ab", "c")


def test_nothing_secret_is_in_its_repr() -> None:
    keys = Keys()
    assert all(secret not in repr(keys) for secret in (keys.place, keys.token, key(keys)))
