"""T19: several writers on one database. Nothing is lost, nothing is doubled, nothing forks."""

import multiprocessing
import threading
from collections.abc import Callable

from ledger.log.appending import Logged
from ledger.log.audit import audit
from ledger.log.group import GroupCommit
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


def _submit_again(url: str, queue: "multiprocessing.Queue[tuple[int, int]]") -> None:
    """Submit the same few batches again and again, and say where each is, and if it was new."""
    with Store.open(url, busy_seconds=60) as store:
        group = GroupCommit(open_log(store))
        futures = [group.enqueue(shards([number % 3])) for number in range(60)]
        for future in futures:
            logged: Logged = future.result()
            queue.put((logged.index, int(logged.is_new)))
        group.close()


def test_t30_duplicates_from_several_processes_are_one_entry(store: Store, url: str) -> None:
    open_log(store).append([keys_batch()])
    context = multiprocessing.get_context("spawn")
    queue: multiprocessing.Queue[tuple[int, int]] = context.Queue()
    processes = [context.Process(target=_submit_again, args=(url, queue)) for _ in range(3)]
    for process in processes:
        process.start()
    told = [queue.get(timeout=120) for _ in range(180)]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    queue.close()
    assert {index for index, _ in told} == {1, 2, 3}
    assert sum(is_new for _, is_new in told) == 3
    assert store.head().size == 4
    assert audit(store).is_clean
