"""A policy tried on stored decisions: page by page, in constant memory."""
