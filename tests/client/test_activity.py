import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.client.activity import Activity
from ledger.client.client import Ledger
from ledger.content.digest import Digest
from ledger.errors import InputError, MalformedError, NotFoundError

SAID = ("dataset.name=clean", "source.category=public_dataset")


def lineage(ledger: Ledger, activity: Activity, position: int = 0) -> Any:
    return ledger.show(activity.ids[position]).record.value("lineage")


def test_outputs_are_recorded_with_inputs_parameters_and_times(ledger: Ledger) -> None:
    ledger.add("data/books", set=["dataset.name=books", "source.category=public_dataset"])
    with ledger.activity(
        "dedup",
        agent="nightly",
        code={"repository": "https://code.example/x", "commit": "a" * 40},
        parameters={"threshold": 8, "exact": True, "by": "line"},
        set=SAID,
    ) as activity:
        activity.input("data/books/b-0.txt", role="seed")
        activity.input("1.1")
        activity.input(Digest.of(b"from elsewhere"))
        Path("out.txt").write_text("clean\n")
        activity.output("out.txt", set=["languages=en"])
    stated = lineage(ledger, activity)
    assert [one.get("record") for one in stated["inputs"]] == ["1.0", "1.1", None]
    assert stated["inputs"][0]["role"] == "seed"
    assert stated["activity"]["name"] == "dedup"
    assert stated["activity"]["run"] == activity.run
    assert stated["activity"]["started"] <= stated["activity"]["ended"]
    assert stated["parameters"] == {"threshold": 8, "exact": True, "by": "line"}
    record = ledger.show(activity.ids[0]).record
    assert record.value("languages") == ["en"]
    basis: Any = record.value("basis")
    assert basis["lineage"] == "observed"


def test_if_the_body_raises_nothing_is_recorded(ledger: Ledger) -> None:
    before = ledger.store.head()

    def run() -> None:
        with ledger.activity("fails", set=SAID) as activity:
            activity.output("data/books")
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        run()
    assert ledger.store.head() == before


@pytest.mark.parametrize("output", ["gone.txt", "data/books"])
def test_one_wrong_output_records_none(ledger: Ledger, output: str) -> None:
    before = ledger.store.head()
    (Path("data") / "books" / "z").symlink_to("nowhere")

    def run() -> None:
        with ledger.activity("half", set=SAID) as activity:
            activity.output("data/web")
            activity.output(output)

    with pytest.raises(InputError, match=r"No such file|does not exist"):
        run()
    assert ledger.store.head() == before


def test_a_wrong_field_is_refused_at_the_end_and_records_nothing(ledger: Ledger) -> None:
    before = ledger.store.head()

    def run(*said: str) -> None:
        with ledger.activity("x", set=said) as activity:
            activity.output("data/web")

    with pytest.raises(MalformedError, match="did you mean 'dataset'"):
        run("datset.name=x")
    with pytest.raises(InputError, match=r"source\.category is missing"):
        run("dataset.name=x")
    assert ledger.store.head() == before


def test_an_input_that_is_not_there_is_told_at_once(ledger: Ledger) -> None:
    with ledger.activity("x") as activity:
        with pytest.raises(InputError, match="No such file"):
            activity.input("gone.txt")
        with pytest.raises(NotFoundError, match=r"no record 9\.9"):
            activity.input("9.9")
        with pytest.raises(InputError, match="is a key"):
            activity.input("0.0")
        with pytest.raises(MalformedError):
            activity.input("blake3:xyz")
    assert activity.ids == ()


def test_as_a_decorator_it_runs_once_a_call(ledger: Ledger) -> None:
    seen: list[Activity] = []

    @ledger.activity("write", set=SAID)
    def write(path: str, text: str, *, activity: Activity) -> int:
        """Write a shard."""
        seen.append(activity)
        activity.output(path)
        return Path(path).write_text(text)

    @ledger.activity("plain")
    def plain(number: int) -> int:
        return number + 1

    assert write("a.txt", "one") == 3  # type: ignore[call-arg]
    assert write("b.txt", "two", activity=None) == 3  # type: ignore[arg-type]
    assert write.__doc__ == "Write a shard."
    assert len({activity.run for activity in seen}) == 2
    assert all(len(activity.ids) == 1 for activity in seen)
    assert plain(1) == 2


def test_calls_in_several_threads_do_not_mix(ledger: Ledger) -> None:
    names = [f"{number}.txt" for number in range(4)]
    barrier = threading.Barrier(len(names))
    found: dict[str, Activity] = {}

    @ledger.activity("write", set=SAID)
    def write(name: str, activity: Activity) -> None:
        Path(name).write_text(name)
        barrier.wait()
        activity.output(name)
        found[name] = activity
        barrier.wait()

    threads = [threading.Thread(target=write, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in names:
        (record_id,) = found[name].ids
        content: Any = ledger.show(record_id).record.value("content")
        assert content["name"] == name


def test_it_does_not_wrap_what_runs_later(ledger: Ledger) -> None:
    async def coroutine() -> None:
        pass

    def generator() -> Iterator[int]:
        yield 1

    async def both() -> AsyncIterator[int]:
        yield 1

    for function in (coroutine, generator, both):
        with pytest.raises(TypeError, match="use `with`"):
            ledger.activity("x")(function)
