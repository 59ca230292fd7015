from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from bot.matching.model import ARRAYS, DESCRIBED, BentModel, lines, packed, shipped, top, unpacked
from bot.matching.pieces import pieces, tokens

KNOWN = ("nurse", "tele", "##health", "cook", "##s")


def small() -> dict[str, bytes]:
    """A model of two occupations and five pieces, made by hand."""
    table = np.array([[127, 0], [0, 0], [127, 0], [0, 127], [0, 0]], np.int8)
    scale = np.full(5, 1 / 127, np.float16)
    nothing = np.zeros((8, 2), np.int8)
    arrays: dict[str, Any] = {
        "pieces": lines(KNOWN), "meaning": table, "meaning_scale": scale, "by_piece": table, "by_piece_scale": scale,
        "by_mark": nothing, "by_mark_scale": np.zeros(8, np.float16), "piece_weight": np.ones(5, np.float16),
        "occupations": np.eye(2, dtype=np.float16), "bias": np.zeros(2, np.float16), "codes": lines(["29", "35"]),
        "names": lines(["Nurses", "Cooks"]), "kin_from": np.zeros(0, np.int16), "kin_to": np.zeros(0, np.int16),
        "kin_worth": np.zeros(0, np.float16), "stems": lines(["nurs", "cook"]), "stem_counts": np.array([2, 1]),
        "learned": np.array([], np.int64),
    }  # fmt: skip
    return dict(packed({"texts": 3, "sharpness": 10.0}, arrays))


def test_a_model_that_somebody_bent_is_refused() -> None:
    files = small()
    body = bytearray(files[ARRAYS])
    body[len(body) // 2] ^= 1

    with pytest.raises(BentModel):
        unpacked({**files, ARRAYS: bytes(body)})


@pytest.mark.parametrize("described", [b"", b"{}", b"[]", json.dumps({"format": 99}).encode()])
def test_a_model_without_its_description_is_refused(described: bytes) -> None:
    with pytest.raises(BentModel):
        unpacked({**small(), DESCRIBED: described})


def test_the_same_arrays_give_the_same_files() -> None:
    assert small() == small()


def test_a_text_says_its_occupation_and_an_unknown_one_says_nothing() -> None:
    meaning, likely = unpacked(small()).read([tokens("Nurse"), tokens("Cooks"), tokens("Zymurgist"), ()])

    assert [row.argmax() for row in likely[:2]] == [0, 1]
    assert likely.sum(axis=1).round(4).tolist() == [1.0, 1.0, 0.0, 0.0]
    assert meaning.tolist() == [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]


def test_a_word_nobody_met_is_read_by_its_pieces() -> None:
    known = {piece: at for at, piece in enumerate(KNOWN)}

    assert (pieces("telehealth", known), pieces("telex", known)) == ((1, 2), ())


def test_the_likeliest_come_first() -> None:
    at, likely = top(np.array([[0.1, 0.6, 0.3]], np.float32), 2)

    assert (at.tolist(), likely.tolist()) == ([[1, 2]], [pytest.approx([0.6, 0.3])])


def test_a_title_is_the_same_whatever_its_accents() -> None:
    assert tokens("Café owner’s MATE") == ("cafe", "owner", "mate")


def test_what_we_ship_is_whole_small_and_sure_of_plain_titles() -> None:
    model = shipped()
    _, likely = model.read([tokens("Registered Nurse"), tokens("Elementary School Teacher"), tokens("Carpenter")])

    assert [model.names[row.argmax()] for row in likely] == [
        "Registered Nurses", "Elementary School Teachers, Except Special Education", "Carpenters",
    ]  # fmt: skip
    assert model.meaning.rows.nbytes < 7_000_000


def test_what_we_ship_knows_what_it_has_learned_from() -> None:
    model = shipped()

    assert (model.has_learned("registered  nurses!"), model.has_learned("Registered nurse of the moon")) == (
        True,
        False,
    )
