"""T19: several writers on one database. Nothing is lost, nothing is doubled, nothing forks."""

import multiprocessing
import threading
from collections.abc import Callable

from ledger.log.audit import audit
from ledger.store.store import Store
from tests.makers import keys_batch
from tests.store.ledgers import open_log, shards

WRITERS = 4
EACH = 12


def write(url: str, writer: int, acknowledge: Callable[[int, int], object]) -> None:
    with Store.open(url, busy_seconds=60) as store:
        log = open_log(store)
        for number in range(writer * EACH, (writer + 1) * EACH):
            (index,) = log.append([shards([number])])
            acknowledge(index, number)


def _write(url: str, writer: int, queue: "multiprocessing.Queue[tuple[int, int]]") -> None:
    write(url, writer, lambda index, number: queue.put((index, number)))


def check(store: Store, acknowledged: list[tuple[int, int]]) -> None:
    assert sorted(index for index, _ in acknowledged) == list(range(1, 1 + WRITERS * EACH))
    for index, number in acknowledged:
        assert store.entry(index).note == shards([number]).note
    report = audit(store)
    assert report.is_clean, report.findings
    assert report.size == 1 + WRITERS * EACH


def test_threads_with_a_log_each(store: Store, url: str) -> None:
    open_log(store).append([keys_batch()])
    done: list[tuple[int, int]] = []
    threads = [
        threading.Thread(target=write, args=(url, n, lambda *pair: done.append(pair)))
        for n in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(store, done)


def test_threads_that_share_a_log(store: Store) -> None:
    log = open_log(store)
    log.append([keys_batch()])
    done: list[tuple[int, int]] = []

    def work(writer: int) -> None:
        for number in range(writer * EACH, (writer + 1) * EACH):
            (index,) = log.append([shards([number])])
            done.append((index, number))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(store, done)


def test_processes(store: Store, url: str) -> None:
    open_log(store).append([keys_batch()])
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[tuple[int, int]] = context.Queue()
    processes = [context.Process(target=_write, args=(url, n, queue)) for n in range(WRITERS)]
    for process in processes:
        process.start()
    done = [queue.get(timeout=60) for _ in range(WRITERS * EACH)]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    queue.close()
    check(store, done)
