"""Every benchmark, one table each; or those named: ``python -m bench evidence``.

``SMA_BENCH_RUNS`` sets how often each is run (3); medians are printed.
"""

from __future__ import annotations

import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from bench import aip_mets, bench_mets, characteristics, conversions, evidence, history, identify, protect, recapture
from bench.harness import RUNS, Measured, measure, row
from sma_plugin.processes import processes

HERE = "bench.history"


def of_history() -> None:
    with tempfile.TemporaryDirectory() as folder:
        lines, pages = history.make(Path(folder))
        print(f"{history.POSTS:,} posts as JSON Lines, {lines.stat().st_size / 1e6:,.0f} MB")
        base = measure(HERE, "standard_json", str(lines))
        row("json, decoding only", base)
        row("orjson, decoding only", measure(HERE, "orjson_lines", str(lines)), base)
        row("bundle to account history", measure(HERE, "ours", str(lines)), base)
        store = str(lines.with_suffix(".sqlite"))
        row("full-text index, counted apart", measure(HERE, "full_text", store))
        row("history to ActivityStreams", measure(HERE, "normalise", store))
        print(f"\n{history.POSTS:,} posts as API pages in WARC, {pages.stat().st_size / 1e6:,.0f} MB compressed")
        base = measure(HERE, "warcio_json", str(pages))
        row("warcio + json, decoding only", base)
        row("fastwarc + orjson, decoding only", measure(HERE, "fastwarc_orjson", str(pages)), base)
        row("bundle to account history", measure(HERE, "ours", str(pages)), base)


def of_characteristics() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store, there = str(characteristics.make(Path(folder))), "bench.characteristics"
        print(f"\n{characteristics.POSTS:,} posts of one account, of which essential characteristics are measured")
        base = measure(there, "standard_json", store)
        row("json, decoding only", base)
        row("every characteristic, each scope", measure(there, "measured", store), base)
        row("every gap", measure(there, "gaps", store), base)


def of_recapture() -> None:
    with tempfile.TemporaryDirectory() as folder:
        making = get_context("spawn").Process(target=recapture.make, args=(Path(folder),))
        making.start()  # what it takes is not to be counted as the memory of what is measured
        making.join()
        items, package = recapture.made(Path(folder))
        print(f"\n{recapture.POSTS:,} posts captured again with other counts")
        row("second capture into the history of the first", measure("bench.recapture", "second_capture", str(items)))
        row(
            "--previous: stored and new posts together",
            measure("bench.recapture", "beside_package", str(items), str(package)),
        )


def of_mets() -> None:
    print("\nMETS for 10,000 files, ours and metsrw writing the same")
    bench_mets.main()


def of_aip_mets() -> None:
    for files, posts, events in aip_mets.COMPOSITIONS:
        with tempfile.TemporaryDirectory() as folder:
            making = get_context("spawn").Process(target=aip_mets.make, args=(Path(folder), files, posts, events))
            making.start()
            making.join()
            sip, there = str(Path(folder) / "sip"), "bench.aip_mets"
            print(f"\nThe METS of an AIP with {files:,} files of {events} events, and {posts:,} posts")
            base = measure(there, "whole_tree", sip)
            row("lxml, only parsed into a tree", base, unit="METS")
            row("described, validated and swapped", measure(there, "ours", sip), base, unit="METS")


def of_evidence() -> None:
    with tempfile.TemporaryDirectory() as folder:
        warc, wacz = map(str, evidence.make(Path(folder)))
        there = "bench.evidence"
        print(f"\nA web archive of {evidence.SIZE / 1e6:,.0f} MB, checked as evidence")
        base = measure(there, "fastwarc_digests", warc)
        row("FastWARC, block and payload digests", base, unit="files")
        row("sma validate, the same WARC", measure(there, "ours", warc), base, unit="files")
        base = measure(there, "wacz_validate", wacz)
        row("wacz validate, a WACZ of it", base, unit="files")
        row("sma validate, the same WACZ", measure(there, "ours", wacz), base, unit="files")


def of_protect() -> None:
    with tempfile.TemporaryDirectory() as folder:
        package = str(protect.make(Path(folder)))
        there = "bench.protect"
        print(f"\n{protect.POSTS:,} posts with {protect.PEOPLE:,} people who are known by name")
        base = measure(there, "automaton", package)
        row("pyahocorasick, only finding names", base)
        row("FlashText, replacing names in texts", measure(there, "flashtext", package), base)
        few = measure(there, "expression", package)
        print(f"  one regular expression, replacing names in texts: {few.rate:,.0f} posts/s ({few.items:,} posts)")
        row("the whole access copy", measure(there, "ours", package), base)
        row(f"the same by the clock, {processes()} processes", measure(there, "ours", package, every_core=True))


def of_conversions() -> None:
    with tempfile.TemporaryDirectory() as folder:
        stills, films = conversions.make(Path(folder))
        there = "bench.conversions"
        print(f"\n{conversions.STILLS} photographs from WebP to PNG; ours decodes them again and compares")
        base = measure(there, "pillow", str(stills))
        row("Pillow, nothing checked", base, unit="files")
        for name, lines in conversions.PEERS.items():
            if conversions.here(lines):
                row(name, measure(there, "program", str(stills), *lines), base, unit="files")
            else:
                print(f"  {name}: not installed")
        row("image-png", measure(there, "ours", str(stills), "image-png"), base, unit="files")
        row(
            f"the same by the clock, {processes()} processes",
            measure(there, "shared", str(stills), "image-png", every_core=True),
            unit="files",
        )
        if not any(films.iterdir()):
            print("  videos: not measured, ffmpeg is not installed")
            return
        print(f"\n{conversions.FILMS} videos of four seconds; ours hashes every frame of both and compares")
        for name, peers in conversions.FILM_PEERS.items():
            base = None
            for told, lines in peers.items():
                measured = measure(there, "program", str(films), *lines)
                row(told, measured, base, unit="files")
                base = base or measured
            row(name, measure(there, "ours", str(films), name), base, unit="files")
            row(
                "the same by the clock, every core",
                measure(there, "ours", str(films), name, every_core=True),
                unit="files",
            )


def of_identify() -> None:
    with tempfile.TemporaryDirectory() as folder:
        files = identify.make(Path(folder))
        there = "bench.identify"
        print(f"\n{identify.FILES:,} files of the formats that an account has")
        base = measure(there, "siegfried", files)
        row("pygfried alone", base, unit="files")
        row("identified for a package", measure(there, "ours", files), base, unit="files")
        row(f"fido, {identify.OF_FIDO} of them", measure(there, "fido", files), unit="files")
        print("\nA process for one small file, as Archivematica starts it")
        started("python, doing nothing", measure(there, "bare_python", files))
        for job, name in identify.JOBS:
            started(f"sma-format {job} {name[6:]}", measure(there, "one_by_one", files, job, name))
        for name, source, target in identify.CONVERSIONS:
            started(f"sma-format convert {name}", measure(there, "converted", files, name, source, target))


def started(name: str, measured: Measured) -> None:
    """Print what one start takes."""
    print(f"  {name:<44} {1000 * measured.seconds / measured.items:>10,.0f} ms", flush=True)


TABLES = {
    "conversions": of_conversions,
    "history": of_history,
    "characteristics": of_characteristics,
    "protect": of_protect,
    "recapture": of_recapture,
    "mets": of_mets,
    "aip-mets": of_aip_mets,
    "evidence": of_evidence,
    "identify": of_identify,
}


def main() -> None:
    print(f"median of {RUNS}, each in a process of its own, on one core; ratios are to the line they stand under\n")
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()


if __name__ == "__main__":
    main()
