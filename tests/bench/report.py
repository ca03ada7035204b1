"""The page of figures, ``docs/benchmarks.md``, in Markdown."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.bench import chain_bench, fraud_bench, rest_bench, start_bench

TITLES = {
    "machine": "Machine",
    "ledger": "The books",
    "chain": "The sealed ledger",
    "rest": "Payments through REST",
    "fraud": "Judging a payment",
    "backtest": "Trying a policy on the past",
    "push": "From commit to browser",
    "fraud_parts": "Parts of judging a payment",
    "models": "Models alone",
    "page": "From commit to changed page",
    "desk": "The staff's live page",
    "simulate": "The simulator's payments",
    "codes": "Payment codes",
    "qr": "Reading a code from a picture",
    "qr_photos": "Codes in photographs, and forged ones",
    "start": "Opening the bank",
}
ORDER = tuple(TITLES)


def page(parts: Mapping[str, str]) -> str:
    """Return the whole page."""
    sections = [f"## {TITLES[name]}\n\n<!-- {name} -->\n{parts[name]}\n<!-- end -->\n" for name in ORDER]
    intro = "Written by `make bench`; run it for your own machine's. Compare ratios, not figures of other machines.\n"
    return "\n".join(["# Benchmarks\n", intro, *sections])


def machine(facts: Mapping[str, str]) -> str:
    """Return what the figures were measured on."""
    return table(("", ""), ([name, value] for name, value in facts.items()))


def ledger(figures: Mapping[str, Any]) -> str:
    """Return entries a second, beside TPC-B."""
    names = ("median_a_second", "of_tpc_b", "of_spread", "p50_ms", "p99_ms")
    lines = [
        [name, *("" if measure[key] is None else str(measure[key]) for key in names), _range(measure["a_second"])]
        for name, measure in figures["measures"].items()
    ]
    told = (
        f"{figures['clients']} clients on 1,000 accounts, {figures['rounds']} rounds of {figures['seconds']:g} s in"
        f" turns, fsync {figures['machine']['fsync']}, load {_range(figures['load_average'])},"
        f" {figures['bytes_an_entry']} bytes an entry. Books verified at the end. Ratios are medians of the rounds'."
    )
    headings = ("entries", "a second", "of TPC-B", "of single", "p50 ms", "p99 ms", "range of a second")
    return f"{told}\n\n{table(headings, lines)}"


def chain(figures: Mapping[str, Any]) -> str:
    """Return how fast bookings are sealed, proven and verified, and what entries notice of it."""
    told = (
        f"Blocks of 5,000 bookings at 4 hex digits of work, mined by one process; verified by {figures['cpus']};"
        f" fsync on, load {_range(figures['load_average'])}, {figures['bytes_a_booking']:.0f} bytes a booking beside"
        " the books. Proofs are drawn at random, against the log of that size."
    )
    beside = (
        f"Entries posted at a steady pace by {figures['clients']} clients, {figures['rounds']} pairs of rounds"
        f" of {figures['seconds']:g} s, alone and beside a miner that looks every 3 s; from the moment an entry was"
        " due. Medians of the rounds; the ratio is the median of the pairs', with the lowest and the highest. Books and"
        " chain verified at the end."
    )
    grown = table(chain_bench.GROWN, chain_bench.grown_rows(dict(figures)))
    return f"{told}\n\n{grown}\n\n{beside}\n\n{table(chain_bench.BESIDE, chain_bench.beside_rows(dict(figures)))}"


def rest(figures: Mapping[str, Any]) -> str:
    """Return payments a second and latencies."""
    loads = [each["load_average"] for each in figures["rounds"]]
    told = (
        f"{figures['web']} web process (daphne), one worker with the clock inside, as `make run` starts them;"
        f" {len(figures['rounds']) // len(figures['measures'])} rounds of {figures['seconds']:g} s."
        f" First as fast as {figures['lines']} connections are answered, then at half that rate for the latencies"
        f" (from the moment a payment was due). Medians of rounds, ranges in brackets; load {_range(loads)}."
        " Refused and held payments don't count; books verified at the end."
    )
    others = {name: measure["others"] for name, measure in figures["measures"].items() if measure["others"]}
    left = f"\n\nNot counted: {others}" if others else ""
    return f"{told}\n\n{table(rest_bench.HEADINGS, rest_bench.rows(dict(figures)))}{left}"


def fraud(figures: Mapping[str, Any]) -> str:
    """Return what judging costs."""
    rates = figures["payments_a_second"]
    told = (
        "Inside a transaction that commits, with its database reads and writes, histories in turns;"
        f" model {figures['model_version']}; load {_range(figures['load_average'])}. Whole payments on one connection:"
        f" {rates['with the check']:.0f} a second with the check, {rates['without']:.0f} with a stub in its place."
    )
    return f"{told}\n\n{table(('', 'p50 µs', 'p99 µs', 'fastest µs', 'of'), fraud_bench.rows(dict(figures)))}"


def backtest(figures: Mapping[str, Any]) -> str:
    """Return decisions judged again a second."""
    told = (
        "{decisions:,} stored decisions in pages of {page:,}, one in ten labelled, judged under two policies with all"
        " rules on; one process, figures and sample counted. Load {load_average:.1f}.".format(**figures)
    )
    rates = [f"{rate:,.0f}" for rate in figures["a_second"]]
    lines = [["decisions a second", f"{figures['median_a_second']:,.0f}", ", ".join(rates)],
             ["processor time a decision", f"{figures['busy_us']:,.0f} µs", ""],
             ["peak memory of Python's objects", f"{figures['peak_mib']:.1f} MiB", ""]]  # fmt: skip
    return f"{told}\n\n{table(('', 'median', 'rounds'), lines)}"


def push(figures: Mapping[str, Any]) -> str:
    """Return how long a notice takes."""
    told = (
        "{notices} notices, {rate:g} a second, to {sockets} sockets on two web processes;"
        " load {load_average:.1f}.".format(**figures)
    )
    return (
        f"{told}\n\n{table(('p50 ms', 'p90 ms', 'p99 ms', 'longest ms'), [[f'{each:.1f}' for each in figures['ms']]])}"
    )


def simulate(figures: Mapping[str, Any]) -> str:
    """Return how fast the simulator's payments pass, and what is caught of its frauds."""
    told = (
        "{payments} payments by one thread, seed {seed}, fraud rate {fraud_rate:g}: {a_second:.0f} a second, books"
        " verified; {false_alarms} false alarms among {honest} honest ones; load {load_average:.1f}. Inventions of our"
        " own: they tell versions of the check apart, and nothing about thieves.".format(**figures)
    )
    lines = [[kind, str(each["caught"]), str(each["missed"])] for kind, each in figures["kinds"].items()]
    return f"{told}\n\n{table(('kind of fraud', 'caught', 'missed'), lines)}"


def codes(figures: Mapping[str, Any]) -> str:
    """Return what making and reading codes takes, how large they are, and whether a nonce came twice."""
    told = (
        "{seals:,} seals under one key, {repeated} repeated nonces. A sealed code of one payment has {letters[sealed]}"
        " letters and {modules[sealed]} modules a side at level M, a signed one {letters[signed]} and"
        " {modules[signed]}. {calls} calls each, one process, no database; load {load_average:.1f}.".format(**figures)
    )
    lines = [[name, f"{each['p50']:.0f}", f"{each['p99']:.0f}"] for name, each in figures["us"].items()]
    return f"{told}\n\n{table(('', 'p50 µs', 'p99 µs'), lines)}"


def fraud_parts(figures: Mapping[str, Any]) -> str:
    """Return what features, model and explanation take."""
    lines = [[name, str(each["p50_us"]), str(each["p99_us"])] for name, each in figures["measures"].items()]
    told = "{calls} calls each (explanations a tenth), one process, no database; load {load_average:.1f}."
    return f"{told.format(**figures)}\n\n{table(('', 'p50 µs', 'p99 µs'), lines)}"


def models(figures: Mapping[str, Any]) -> str:
    """Return what models take for one payment, and for very many."""
    lines = [
        [name, str(each["p50_us"]), str(each["p99_us"]), str(each.get("batch_s", ""))]
        for name, each in figures["measures"].items()
    ]
    told = "{calls} calls each, one row and one thread; {rows:,} rows at once with two; load {load_average:.1f}."
    return f"{told.format(**figures)}\n\n{table(('', 'p50 µs', 'p99 µs', 'all rows, s'), lines)}"


def page_change(figures: Mapping[str, Any]) -> str:
    """Return how long a payment takes to the pages that show it."""
    told = (
        "{payments} payments; payer, payee and an analyst each with a page open in a Chromium of their own, on this"
        " machine. From the commit to the new figure in the page; load {load_average:.1f}.".format(**figures)
    )
    lines = [[name, *(f"{each:.0f}" for each in times)] for name, times in figures["ms"].items()]
    return f"{told}\n\n{table(('page of', 'p50 ms', 'p99 ms', 'longest ms'), lines)}"


def desk(figures: Mapping[str, Any]) -> str:
    """Return what one look of the live page costs."""
    told = (
        "{day:,} decisions in the last 24 hours; a look after each of {rounds} new ones; load {load_average:.1f}."
        " A process looks once a second while anybody watches, however many do.".format(**figures)
    )
    lines = [
        [f"{each['stored']:,}", *(f"{each[name]:.1f}" for name in ("first_ms", "p50_ms", "p99_ms"))]
        for each in figures["measures"]
    ]
    return f"{told}\n\n{table(('decisions stored', 'first look ms', 'later p50 ms', 'later p99 ms'), lines)}"


def qr(figures: Mapping[str, Any]) -> str:
    """Return how long pictures take."""
    told = (
        "{pictures} pictures of each size, JPEG, each a code on a table top; from bytes to judgement, one"
        " thread. Then {readers} reading processes at work at once; load {load}."
    ).format(**figures, load=_range(figures["load_average"]))
    columns = ("p50_ms", "p95_ms", "opening_p50_ms", "judging_p50_ms", "a_second")
    lines = [[size, *(f"{each[name]:.1f}" for name in columns)] for size, each in figures["sizes"].items()]
    headings = ("size", "p50 ms", "p95 ms", "of it opening", "of it judging", "pictures a second, all processes")
    return f"{told}\n\n{table(headings, lines)}"


def qr_photos(figures: Mapping[str, Any]) -> str:
    """Return what was read, doubted and missed."""
    told = (
        "Genuine: ZXing's black-box pictures (Apache-2.0), which nobody here made; logos apart. Forgeries: the fewest"
        " modules that make readers read another link, at L, M, Q and H; with spare ones more were altered than needed."
    )
    answers = ("ok", "warn", "block", "no_qr_found", "several_qr_found", "reads as the original")
    kinds = [*figures["photographs"].items(), *figures["forgeries"].items()]
    lines = [[kind, *(str(counts.get(answer, 0)) for answer in answers)] for kind, counts in kinds]
    return f"{told}\n\n{table(('', 'ok', 'warn', 'block', 'not read', 'several codes', 'read as before'), lines)}"


def start(figures: Mapping[str, Any]) -> str:
    """Return start-up times and memory."""
    lines = start_bench.rows(dict(figures))
    told = f"{len(figures['seconds']['first start'])} rounds; load {_range(figures['load_average'])}."
    return f"{told}\n\n{table(('', 'median, or RSS', 'range, or PSS'), lines)}"


def table(headings: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    headings = list(headings)
    rows = [headings, ["---"] * len(headings), *lines]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _range(values: Iterable[float]) -> str:
    found = list(values)
    return f"{min(found):.4g} to {max(found):.4g}"
