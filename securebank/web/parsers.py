"""Request bodies: JSON that the database can keep."""

import json
import re
from io import BytesIO
from typing import IO, Any, Final

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import JSONParser

# Escapes that JSON allows and UTF-8 or PostgreSQL's text doesn't: NUL and halves of surrogate pairs.
ESCAPE: Final = b"\\u"
# An escaped NUL; after an even number of backslashes, because an odd one belongs to a backslash that was meant.
ESCAPED_NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class TextSafeJSONParser(JSONParser):
    """Refuses what would only fail later, wherever in the body it stands."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Return the body.

        Raises:
            ParseError: broken JSON, or nested deeper than Python's parser follows.
            ValidationError: a text somewhere in it holds NUL or half a surrogate pair.
        """
        body = stream.read()
        try:
            parsed: dict[str, Any] = super().parse(BytesIO(body), media_type or "", parser_context)
        except RecursionError as depth:
            raise ParseError(_("The body is nested too deeply.")) from depth
        if ESCAPE in body and not _is_storable(parsed):
            raise ValidationError(_("The body holds characters that can't be stored."), code="unprintable")
        return parsed


def _is_storable(parsed: Any) -> bool:
    text = json.dumps(parsed, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return ESCAPED_NUL.search(text) is None
