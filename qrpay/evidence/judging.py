"""From what was measured on a code to a judgement of its print.

A scanner corrects errors. Who alters a printed code so that it says something else has to push every scanner to the
forger's message, and changes no more than that takes: the blocks concerned are left at the edge of what can be
corrected, their wrong codewords are wrong in half their modules or more, and they lie scattered. A bad photograph gets
one or two modules of a codeword wrong; a logo gets half of them wrong, all in one place. The thresholds are measured:
``python -m tests.bench.qr_photos_bench``.
"""

from collections.abc import Iterable
from typing import Final

from django.utils.translation import gettext as _

from qrpay.evidence.types import Finding, Level, Structure
from qrpay.pictures.wire import Seen

# A block with less unused correction than this is at its edge; with less than the second, worth a look.
EDGE: Final = 0.15
STRAINED: Final = 0.5
# Modules that differ in a wrong codeword, of eight, on average over strained blocks: from the first on altered where a
# block is at its edge and they lie scattered, from the second on also where they hang together like a patch, from the
# third on wherever they lie.
SCATTERED_BITS: Final = 3.7
PATCHED_BITS: Final = 4.2
CERTAIN_BITS: Final = 5.0
# The same for blocks that are strained and not at their edge, up to this share of differing modules in one group.
STRAINED_BITS: Final = 4.0
TOGETHER: Final = 0.6
# The largest group's share of all differing modules from which it is a patch.
PATCH: Final = 0.5
# Fewer wrong codewords in strained blocks say nothing, unless they are all that could be corrected.
FEWEST_CODEWORDS: Final = 4
# Modules in one group that make it a logo or a patch rather than a speck.
LOGO_MODULES: Final = 12
# Share of finder, timing and alignment modules that differ.
DAMAGED_PATTERNS: Final = 0.15
NARROW_MARGIN: Final = 0.6
RANKS: Final = {Level.BLOCK: 0, Level.WARN: 1, Level.OK: 2}


def structure_of(seen: Seen, level: Level) -> Structure:
    """Return what the API and the pages show of a code whose print was judged."""
    return Structure(
        level=level,
        version=seen.version,
        ec_level=seen.ec_level,
        mask=seen.mask,
        unused_correction=tuple(round(share, 4) for share in seen.unused_correction),
        residual=seen.residual,
        residual_share=round(float(seen.differs.mean()), 4),
        largest_cluster=seen.largest_cluster,
        format_disagreement=sum(seen.wrong_copies),
        wrong_padding=seen.wrong_padding,
        data_after_end=seen.hidden > 0,
        quiet_zone=seen.light,
        attempt=seen.attempt,
    )


def judge(seen: Seen) -> tuple[Finding, ...]:
    """Return everything noteworthy about a print, worst first; nothing when there is nothing."""
    looked = (_correction(seen), _format(seen), _padding(seen), _patterns(seen), _margin(seen))
    return worst_first(finding for finding in looked if finding)


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in the order in which a customer should read them."""
    return tuple(sorted(findings, key=lambda finding: RANKS[finding.level]))


def level_of(findings: Iterable[Finding]) -> Level:
    """Return the worst level among findings."""
    return min((finding.level for finding in findings), key=RANKS.__getitem__, default=Level.OK)


def is_altered(seen: Seen) -> bool:
    """Tell whether the wrong codewords look like those that a forger leaves."""
    strained = [index for index, share in enumerate(seen.unused_correction) if share <= STRAINED]
    codewords = sum(seen.wrong_codewords[index] for index in strained)
    if not codewords:
        return False
    bits = sum(seen.wrong_bits[index] for index in strained) / codewords
    together = _together(seen)
    if min(seen.unused_correction) <= EDGE:
        return bits >= (SCATTERED_BITS if together <= PATCH else PATCHED_BITS)
    is_scattered = bits >= STRAINED_BITS and together <= TOGETHER
    return codewords >= FEWEST_CODEWORDS and (is_scattered or bits >= CERTAIN_BITS)


def _together(seen: Seen) -> float:
    """Return the largest group's share of all differing modules."""
    return seen.largest_cluster / max(int(seen.differs.sum()), 1)


def _correction(seen: Seen) -> Finding | None:
    if is_altered(seen):
        return Finding(
            "modules_altered",
            Level.BLOCK,
            _("Squares of this code have been changed in the way that makes a code pay somebody else."),
        )
    is_patch = _together(seen) >= PATCH and seen.largest_cluster >= LOGO_MODULES
    if min(seen.unused_correction) <= EDGE:
        if is_patch:
            sentence = _("Something covers so much of this code that it can barely be read.")
            return Finding("largely_covered", Level.WARN, sentence)
        sentence = _("This code can barely be read. Take another picture, closer and with more light.")
        return Finding("barely_readable", Level.WARN, sentence)
    if is_patch:
        return Finding("partly_covered", Level.OK, _("A picture or something else covers part of this code."))
    return None


def _format(seen: Seen) -> Finding | None:
    if not seen.other_word:
        return None
    sentence = _("Parts of two different codes seem to be mixed here.")
    return Finding("format_copies_disagree", Level.WARN, sentence)


def _padding(seen: Seen) -> Finding | None:
    if seen.padding is None:
        return Finding("message_not_standard", Level.WARN, _("The message of this code does not follow the standard."))
    if seen.hidden:
        return Finding("hidden_data", Level.WARN, _("This code carries something after the end of its message."))
    return None


def _patterns(seen: Seen) -> Finding | None:
    """Judge the patterns that every code has; their size is known from the version."""
    wrong = sum(seen.residual[name] for name in ("finder", "timing", "alignment"))
    if wrong <= DAMAGED_PATTERNS * seen.pattern_modules:
        return None
    return Finding("patterns_damaged", Level.WARN, _("The corner squares and guide lines of this code are damaged."))


def _margin(seen: Seen) -> Finding | None:
    narrow = [share for share in seen.light if share is not None and share < NARROW_MARGIN]
    if not narrow:
        return None
    return Finding("margin_narrow", Level.OK, _("The light margin around this code is narrow or printed over."))
