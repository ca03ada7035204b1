"""Logs: one JSON object a line, on standard error, with request ids and without bodies."""

from typing import Any, Final

import structlog

from securebank.web.log_masks import mask_addresses

# What happens to every line, ours and the libraries'.
SHARED: Final = (
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.format_exc_info,
    mask_addresses,
)


def configured(*, level: str) -> dict[str, Any]:
    """Set structlog up; return the settings of the standard library's logging that go with it."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processor": structlog.processors.JSONRenderer(),
        "foreign_pre_chain": [structlog.contextvars.merge_contextvars, *SHARED],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Its warnings repeat, without the request's id and for a 403 with a stack trace, what our own last line of
        # every request says.
        "loggers": {"django.request": {"level": "ERROR"}},
    }
