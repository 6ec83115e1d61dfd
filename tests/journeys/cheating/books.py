"""Cooked books and false trees: what was committed to is not what the records say."""

from dataclasses import replace

from ledger.record.leaf import RecordId
from ledger.tree.sums import SumNode
from tests.cli.prepared import Ran
from tests.journeys.cheating.auditor import Auditor
from tests.journeys.cheating.cheat import cheat
from tests.journeys.cheating.lab import Lab, Leaves, lying
from tests.journeys.cheating.trees import with_sums

CRAWLED, PUBLIC, SYNTHETIC = "crawled.text", "public-dataset.text", "synthetic.text"
ERASED = "erased"


def committed(lab: Lab, auditor: Auditor, *sql: str) -> Ran:
    """Cook the books for as long as the summary is made, and be audited."""
    with lab.cooked(*sql):
        document = lab.publish()
    return auditor.audit(document)


@cheat("L1", "bytes is 1000000, and the record says")
def overstated(lab: Lab, auditor: Auditor) -> Ran:
    """Book a million bytes for a small file."""
    sql = "UPDATE sealed_record SET bytes = 1000000 WHERE log_index = 1 AND position = 3"
    return committed(lab, auditor, sql)


@cheat("L1", "bytes is 1, and the record says")
def understated(lab: Lab, auditor: Auditor) -> Ran:
    """Book a byte for a file of crawled text, which draws by size are blind to."""
    sql = "UPDATE sealed_record SET bytes = 1 WHERE log_index = 1 AND position = 4"
    return committed(lab, auditor, sql)


@cheat("L1", "stated.documents is 0, and the record says 1")
def said_to_be_unknown(lab: Lab, auditor: Auditor) -> Ran:
    """Count documents, and say that nobody did."""
    sql = "UPDATE sealed_record SET documents = NULL WHERE log_index = 4 AND position = 2"
    return committed(lab, auditor, sql)


@cheat("L1", "its fields put it into crawled.text, and it is counted in public-dataset.text")
def relabelled_source(lab: Lab, auditor: Auditor) -> Ran:
    """Count crawled text as a public dataset."""
    text = "replace(fields, '\"crawled\"', '\"public_dataset\"')"
    return committed(
        lab, auditor, f"UPDATE description SET fields = {text} WHERE dataset = 'crawl'"
    )


@cheat("L1", "its fields put it into synthetic.text, and it is counted in other.text.generated")
def hidden_synthetic_data(lab: Lab, auditor: Auditor) -> Ran:
    """Count what a competitor's model wrote as data of no special kind."""
    kind = "replace(fields, '\"synthetic\"', '\"other\"')"
    sql = f"UPDATE description SET fields = {kind} WHERE dataset = 'chat'"
    return committed(lab, auditor, sql)


@cheat("L1", "it names the model teacher-1 of Other Lab, of which the statement has no tree")
def hidden_generator(lab: Lab, auditor: Auditor) -> Ran:
    """Say that the data is synthetic, and name another model than the one that made it."""
    text = "replace(fields, '\"teacher-1\"', '\"our-own-model\"')"
    return committed(lab, auditor, f"UPDATE description SET fields = {text}")


@cheat("L1", "its leaf in crawled.text.part says otherwise: bytes is 1")
def shifted_parts(lab: Lab, auditor: Auditor) -> Ran:
    """Divide merged records otherwise than they say."""
    text = "replace(replace(fields, '\"bytes\":54', '\"bytes\":1'), '\"bytes\":18', '\"bytes\":71')"
    return committed(lab, auditor, f"UPDATE description SET fields = {text}")


@cheat("L1", "its fields put it into synthetic.text, and it is counted in public-dataset.text")
def moved_section(lab: Lab, auditor: Auditor) -> Ran:
    """File one record of synthetic data under public datasets."""
    sql = "UPDATE sealed_record SET description_id = 2 WHERE log_index = 4 AND position = 1"
    return committed(lab, auditor, sql)


@cheat("L1", "neither it nor the answer shows: record 9.0 of kind correction", code=3)
def correction_passed_over(lab: Lab, auditor: Auditor) -> Ran:
    """Count a record as it was before it was corrected, and show the correction to nobody."""
    lab.sql(
        "DELETE FROM correction WHERE log_index = 9",
        "DELETE FROM open_record WHERE log_index = 9",
    )
    log = ("--log", str(lab.folder / "ledger.d" / "public"))
    return auditor.audit(lab.publish(), *log)


@cheat("L0", "the statement counts 25 records, and the release was")
def omitted_record(lab: Lab, auditor: Auditor) -> Ran:
    """Leave a record out."""

    def rewrite(leaves: Leaves) -> None:
        leaves[SYNTHETIC].pop(2)

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "its leaf is opened in no section that counts it")
def omitted_record_beside_an_invented_one(lab: Lab, auditor: Auditor) -> Ran:
    """Leave a record out, and count one that there is not, so that the counts agree."""

    def rewrite(leaves: Leaves) -> None:
        leaf = leaves[CRAWLED].pop(2)
        leaves[CRAWLED].append(replace(leaf, key=RecordId(1, 500).key))

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "it is counted twice: in crawled.text and in erased")
def counted_in_two_sections(lab: Lab, auditor: Auditor) -> Ran:
    """Count a record twice and leave out one that was erased, so that the counts agree."""

    def rewrite(leaves: Leaves) -> None:
        leaves[ERASED] = [replace(leaves[ERASED][0], key=leaves[CRAWLED][4].key)]

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "key 000000000000000100000003 does not come after 000000000000000100000003")
def counted_twice_in_one_section(lab: Lab, auditor: Auditor) -> Ran:
    """Count a record in the place of its neighbour, under its own key."""

    def rewrite(leaves: Leaves) -> None:
        crawled = leaves[CRAWLED]
        crawled[4] = replace(crawled[4], key=crawled[3].key)

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "key 000000000000000100000005 does not come after 000000000000000100000006")
def filed_out_of_order(lab: Lab, auditor: Auditor) -> Ran:
    """Swap two leaves, so that what lies between their keys cannot be told."""

    def rewrite(leaves: Leaves) -> None:
        crawled = leaves[CRAWLED]
        crawled[5], crawled[6] = crawled[6], crawled[5]

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "the figures of the summary do not follow from the totals")
def figures_of_other_trees(lab: Lab, auditor: Auditor) -> Ran:
    """Print the true figures, and commit to trees that say otherwise."""

    def rewrite(leaves: Leaves) -> None:
        leaf = leaves[SYNTHETIC].pop(1)
        leaves[PUBLIC] = sorted([*leaves[PUBLIC], leaf], key=lambda one: one.key)

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "the domains of the crawl list have")
def domain_left_out(lab: Lab, auditor: Auditor) -> Ran:
    """Commit to a list of crawled domains that lacks the largest."""

    def rewrite(leaves: Leaves) -> None:
        largest = leaves["crawled.rank"].pop(0).key[8:]
        names = leaves["crawled.names"]
        leaves["crawled.names"] = [one for one in names if one.key != largest]

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "the crawl list ranks 6 domains and names 5")
def domain_ranked_and_not_named(lab: Lab, auditor: Auditor) -> Ran:
    """Leave a domain out of the tree that answers whether one was crawled, and rank it."""

    def rewrite(leaves: Leaves) -> None:
        leaves["crawled.names"].pop(0)

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L1", "leads to a root with sums [2213, 34")
def wrong_total(lab: Lab, auditor: Auditor) -> Ran:
    """State a root whose total is more than its leaves have."""

    def forge(lo: int, hi: int, node: SumNode) -> SumNode:
        return with_sums(node, node.sums[0] + 1) if (lo, hi) == (0, 9) else node

    with lying(forged={CRAWLED: forge}):
        return auditor.audit(lab.publish())


@cheat("L1", "leads to a root with sums [2212, 34")
def wrong_inner_sums(lab: Lab, auditor: Auditor) -> Ran:
    """Move an amount from one side of an inner node to the other; the total stays right."""

    def forge(lo: int, hi: int, node: SumNode) -> SumNode:
        more = {(0, 4): 1, (4, 8): -1}.get((lo, hi), 0)
        return with_sums(node, node.sums[0] + more)

    with lying(forged={CRAWLED: forge}):
        return auditor.audit(lab.publish())


@cheat("L1", "its leaf in crawled.text refers to another record than")
def wrong_reference(lab: Lab, auditor: Auditor) -> Ran:
    """Let a leaf refer to another record, whose numbers suit better."""

    def rewrite(leaves: Leaves) -> None:
        crawled = leaves[CRAWLED]
        crawled[0] = replace(crawled[0], ref=crawled[1].ref)

    with lying(rewrite):
        return auditor.audit(lab.publish())


@cheat("L0", "of the figures do not follow from the totals of the statement")
def figures_of_other_published_trees(lab: Lab, auditor: Auditor) -> Ran:
    """Publish the sections' totals, and print figures that do not follow from them."""
    lab.chooses("sections")

    def rewrite(leaves: Leaves) -> None:
        leaf = leaves[SYNTHETIC].pop(1)
        leaves[PUBLIC] = sorted([*leaves[PUBLIC], leaf], key=lambda one: one.key)

    with lying(rewrite):
        return auditor.take(lab.publish())


@cheat("L0", "the leaves of section crawled.text have the totals 9 leaves: 11213")
def another_counter_published(lab: Lab, auditor: Auditor) -> Ran:
    """Publish every counter, and change one of them afterwards."""
    lab.chooses("counters")
    document = lab.publish()
    (leaves,) = lab.folder.glob("*leaves.jsonl")
    lines = leaves.read_text(encoding="utf-8").splitlines(keepends=True)
    at = next(n for n, line in enumerate(lines) if '"crawled.text"' in line)
    lines[at] = lines[at].replace('"values":["', '"values":["9', 1)
    (auditor.folder / "leaves.jsonl").write_text("".join(lines), encoding="utf-8")
    taken = auditor.take(document)
    assert taken.code == 0, taken
    words = ("verify", "summary.html", "--leaves", "leaves.jsonl", "--trust", "trust.policy")
    return auditor.run(*words, "--json")
