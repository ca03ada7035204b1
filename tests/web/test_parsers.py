from io import BytesIO

import pytest
from rest_framework.exceptions import APIException, ParseError, ValidationError

from securebank.web.parsers import TextSafeJSONParser


def parse(text: bytes) -> object:
    return TextSafeJSONParser().parse(BytesIO(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": ["\\u0905", "\\ud83d\\ude00"]}', {"a": ["अ", "😀"]}),
        ('{"name": "आशा"}'.encode(), {"name": "आशा"}),
        (b'"\\\\u0000"', "\\u0000"),
        (b'{"written": "\\\\u0041"}', {"written": "\\u0041"}),
    ],
)
def test_reads_json_of_any_script(text: bytes, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("text", [b'{"a": {"b": ["\\ud800"]}}', b'{"\\udfff": 1}', b'"\\u0000"'])
def test_refuses_text_that_can_not_be_stored(text: bytes) -> None:
    with pytest.raises(ValidationError):
        parse(text)


@pytest.mark.parametrize(
    "text", [b"", b"{", b'{"a": NaN}', b"[" * 100_000, b"\xff\xfe", b'{"a": ' + b"1" * 5_000 + b"}"]
)
def test_refuses_what_is_no_json(text: bytes) -> None:
    with pytest.raises(ParseError) as refusal:
        parse(text)

    assert isinstance(refusal.value, APIException)
