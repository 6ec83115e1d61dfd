r"""The names in an audit statement: domains as pseudonyms, and generators as short codes.

    pseudonym(d)   HMAC-SHA-256(name_key, "tdl/audit/name/v1\0" || lp(d))
    key_commit     SHA-256("tdl/audit/keycommit/v1\0" || name_key)
    rank key       u64(2^64 - 1 - bytes) || pseudonym      the largest domain comes first
    generator      the first 8 bytes of
                   HMAC-SHA-256(name_key, "tdl/audit/generator/v1\0" || lp(provider) || lp(model))

`d` is a registrable domain in lower case and A-labels, without a dot at its end, or `(none)`: what
came from no domain. docs/formats/audit.md, "Names", is normative.

Hashes without a key are not an option: there are few enough domains to try them all.
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from ledger.content.domains import NO_DOMAIN, is_domain
from ledger.errors import MalformedError, VerificationError
from ledger.tree.hashing import HASH_SIZE, Hash
from ledger.tree.sums import MAX_VALUE, SumLeaf, prefixed

T_NAME = b"tdl/audit/name/v1\0"
T_KEYC = b"tdl/audit/keycommit/v1\0"
T_GENERATOR = b"tdl/audit/generator/v1\0"

NAME_KEY_SIZE = 32
NO_REF = bytes(HASH_SIZE)
"""What a leaf of a name or rank tree refers to: no record."""
_GENERATOR_SIZE = 8
_SIZE_BYTES = 8


def canonical_name(text: str) -> str:
    """Return a domain as the trees spell it, or `(none)`, which is no domain.

    Upper case and one dot at the end are what people type. A name beyond ASCII has to come in
    A-labels already, and cut at its public suffix: that takes tables that a verifier does not have.

    Raises:
        MalformedError: `text` is no domain.
    """
    if text == NO_DOMAIN:
        return text
    name = text.lower().removesuffix(".")
    if not text.isascii() or not is_domain(name):
        raise MalformedError(
            f"{text[:80]!r} is no domain",
            hint="write it as example.org, and a name beyond ASCII in A-labels (xn--…)",
        )
    return name


def key_commit(name_key: bytes) -> Hash:
    """Return what a statement says of its name key: whoever is given the key can compare it."""
    return Hash(sha256(T_KEYC + _checked(name_key)).digest())


def pseudonym(name_key: bytes, domain: str) -> bytes:
    """Return the key of `domain` in a tree of names: 32 bytes.

    Raises:
        MalformedError: `domain` is not as `canonical_name` returns it.
    """
    if canonical_name(domain) != domain:
        raise MalformedError(f"{domain[:80]!r} is spelled {canonical_name(domain)!r} in a tree")
    message = T_NAME + prefixed(domain.encode())
    return hmac.digest(_checked(name_key), message, "sha256")


def rank_key(size: int, name: bytes) -> bytes:
    """Return the key of a domain of `size` bytes, whose pseudonym is `name`, in a tree of ranks."""
    if not 0 <= size <= MAX_VALUE:
        raise MalformedError(f"a domain cannot have {size} bytes")
    if len(name) != HASH_SIZE:
        raise MalformedError(f"a pseudonym has {HASH_SIZE} bytes, not {len(name)}")
    return (MAX_VALUE - size).to_bytes(_SIZE_BYTES) + name


def split_rank_key(key: bytes) -> tuple[int, bytes]:
    """Return the bytes and the pseudonym that a key of a tree of ranks states."""
    if len(key) != _SIZE_BYTES + HASH_SIZE:
        raise MalformedError(
            f"a key of a tree of ranks has {_SIZE_BYTES + HASH_SIZE} bytes, not {len(key)}"
        )
    return MAX_VALUE - int.from_bytes(key[:_SIZE_BYTES]), key[_SIZE_BYTES:]


def name_leaf(name: bytes) -> SumLeaf:
    """Return the leaf of a pseudonym in a tree of names."""
    return SumLeaf(key=name, ref=NO_REF)


def rank_leaf(size: int, name: bytes) -> SumLeaf:
    """Return the leaf of a domain of `size` bytes, whose pseudonym is `name`, among the ranks."""
    return SumLeaf(key=rank_key(size, name), ref=NO_REF, values=(size,))


def check_rank_leaf(leaf: SumLeaf) -> tuple[int, bytes]:
    """Check that a leaf of a tree of ranks states one size, and return it and the pseudonym.

    The key sorts the leaf and the value is summed; a lab that writes two different sizes would be
    ranked by one and counted by the other.

    Raises:
        MalformedError: Key and value differ, or it is no such leaf.
    """
    size, name = split_rank_key(leaf.key)
    if leaf.values != (size,):
        raise MalformedError(
            f"a domain is ranked by {size} bytes and counted with {list(leaf.values)}"
        )
    if leaf.ref != NO_REF:
        raise MalformedError("a leaf of a tree of ranks refers to no record")
    return size, name


def generator_code(name_key: bytes, provider: str, model: str) -> str:
    """Return the 16 hexadecimal digits that stand for a generator in the names of its trees."""
    message = T_GENERATOR + prefixed(provider.encode()) + prefixed(model.encode())
    return hmac.digest(_checked(name_key), message, "sha256")[:_GENERATOR_SIZE].hex()


def check_codes(
    name_key: bytes, generators: Mapping[str, tuple[str, str]], key_commit_hex: str
) -> None:
    """Check that codes stand for the models that they are said to stand for.

    Args:
        name_key: The key that was handed over.
        generators: By code, who offers a model and what it is called.
        key_commit_hex: What the summary record says of its key.

    Raises:
        VerificationError: The key is another than was committed to, or a code is of another model.
    """
    if key_commit(name_key).hex() != key_commit_hex:
        raise VerificationError("the name key is not the one that the summary record commits to")
    for code, (provider, model) in generators.items():
        if generator_code(name_key, provider, model) != code:
            raise VerificationError(f"the label {code} does not stand for {model} of {provider}")


def _checked(name_key: bytes) -> bytes:
    if len(name_key) != NAME_KEY_SIZE:
        raise MalformedError(f"a name key has {NAME_KEY_SIZE} bytes, not {len(name_key)}")
    return name_key
