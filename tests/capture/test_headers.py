"""Formats that are read by their headers: tar, WAV, FLAC and Parquet."""

import io
import struct
import tarfile
import wave
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.capture import archives, audio
from ledger.capture.counters import Counted, Uncountable, Walk
from ledger.capture.parquet import count_rows


def walked(parser: object, data: bytes, size: int = 1 << 16) -> Counted:
    assert callable(parser)
    walk = Walk(parser)
    for start in range(0, len(data), size):
        walk.feed(data[start : start + size])
    return walk.finish()


MEMBERS = st.lists(
    st.tuples(
        st.text("ab0/é", min_size=1, max_size=200).map(lambda name: name.strip("/") or "x"),
        st.sampled_from(["jpg", "txt", "seg.png", "cls", "wav"]),
        st.binary(max_size=1500),
    ),
    max_size=6,
)


@given(
    members=MEMBERS,
    form=st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]),
    size=st.sampled_from([1 << 16, 512, 300]),
)
def test_a_tar_has_the_samples_and_images_that_tarfile_finds(
    members: list[tuple[str, str, bytes]], form: int, size: int
) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for stem, extension, content in members:
            member = tarfile.TarInfo(
                f"{stem[:90] if form == tarfile.USTAR_FORMAT else stem}.{extension}"
            )
            member.size = len(content)
            try:
                archive.addfile(member, io.BytesIO(content))
            except ValueError:  # ustar has no way to write this name
                continue
    with tarfile.open(fileobj=io.BytesIO(file.getvalue())) as archive:
        names = [member.name for member in archive if member.isfile()]
    keys = {name[: name.find(".", name.rfind("/") + 1)] for name in names}
    images = sum(name.endswith((".jpg", ".png")) for name in names)
    found = walked(archives.tar, file.getvalue(), size)
    assert found.measures == {"documents": len(keys)} | ({"images": images} if images else {})


def test_folders_and_links_in_a_tar_are_no_samples() -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for kind in (tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.REGTYPE):
            member = tarfile.TarInfo(f"member{kind.decode()}.txt")
            member.type, member.linkname = kind, "member0.txt"
            archive.addfile(member)
    assert walked(archives.tar, file.getvalue()).measures == {"documents": 1}


@pytest.mark.parametrize("end", [100, 600, 1500])
def test_a_tar_that_is_cut_off_is_not_counted(end: int) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        member = tarfile.TarInfo("a.bin")
        member.size = 2000
        archive.addfile(member, io.BytesIO(bytes(2000)))
    with pytest.raises(Uncountable, match="cut off"):
        walked(archives.tar, file.getvalue()[:end])


def header(name: str, size: bytes, kind: bytes, sparse: bytes = b"\0") -> bytes:
    block = name.encode().ljust(124, b"\0") + size + bytes(20) + kind
    return (block.ljust(482, b"\0") + sparse).ljust(512, b"\0")


def test_old_gnu_sparse_headers_and_sizes_in_base_256_are_read() -> None:
    more, last = bytes(504) + b"\1" + bytes(7), bytes(512)
    octal, binary = b"00000001000\0", b"\x80" + (512).to_bytes(11, "big")
    data = header("a.jpg", octal, b"S", b"\1") + more + last + b"x" * 512
    data += header("b.txt", binary, b"0") + b"x" * 512 + bytes(1024)
    found = walked(archives.tar, data, 100)
    assert found == Counted({"documents": 2, "images": 1}, modality=("image", "text"))


@pytest.mark.parametrize(
    ("kind", "text", "reason"),
    [
        (b"x", b"99 path=a\n", "pax header is malformed"),
        (b"x", b"path=a\n", "pax header is malformed"),
        (b"x", b"10 size=x\n", "pax header has size"),
        (b"L", None, "a tar header of"),
    ],
)
def test_a_broken_extension_header_is_not_counted(
    kind: bytes, text: bytes | None, reason: str
) -> None:
    size = b"77777777777\0" if text is None else b"%011o\0" % len(text)
    with pytest.raises(Uncountable, match=reason):
        walked(archives.tar, header("x", size, kind) + (text or b"").ljust(1024, b"\0"))


def test_bytes_that_are_no_tar_are_not_counted() -> None:
    with pytest.raises(Uncountable, match="not a tar header"):
        walked(archives.tar, b"z" * 1024)


@given(
    rate=st.sampled_from([8000, 16000, 44100, 48000]),
    channels=st.integers(1, 3),
    width=st.sampled_from([1, 2, 3, 4]),
    frames=st.integers(0, 3000),
    size=st.sampled_from([7, 100, 1 << 16]),
)
def test_wav_files_last_as_long_as_the_wave_module_says(
    rate: int, channels: int, width: int, frames: int, size: int
) -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(rate)
        writer.writeframes(bytes(frames * channels * width))
    found = walked(audio.wav, file.getvalue(), size)
    assert found.measures == {"audio_milliseconds": frames * 1000 // rate}


def riff(*chunks: tuple[bytes, bytes], size: int = 36) -> bytes:
    body = b"".join(
        name + struct.pack("<I", len(data)) + data + bytes(len(data) % 2) for name, data in chunks
    )
    return b"RIFF" + struct.pack("<I", size) + b"WAVE" + body


FORMAT = struct.pack("<HHIIHH", 1, 1, 1000, 2000, 2, 16)
EXTENSIBLE = struct.pack("<HHIIHHHHIH", 0xFFFE, 1, 1000, 2000, 2, 16, 22, 16, 0, 1) + bytes(14)
ADPCM = struct.pack("<HHIIHH", 2, 1, 1000, 500, 256, 4)


@pytest.mark.parametrize(
    ("data", "milliseconds"),
    [
        (riff((b"fmt ", EXTENSIBLE), (b"data", bytes(4000))), 2000),
        (riff((b"LIST", b"odd"), (b"fmt ", FORMAT), (b"data", bytes(3000))), 1500),
        (riff((b"fmt ", ADPCM), (b"fact", struct.pack("<I", 700)), (b"data", bytes(512))), 700),
        (riff((b"fmt ", FORMAT), (b"data", bytes(4000)))[:-2000], 1000),
        (riff((b"fmt ", FORMAT), size=0) + b"data" + bytes(4) + bytes(2000), 1000),
        (riff((b"fmt ", FORMAT)) + b"data\xff\xff\xff\xff" + bytes(2000), 1000),
        (
            b"RF64\xff\xff\xff\xffWAVEds64"
            + struct.pack("<IQQQI", 28, 0, 2000, 1000, 0)
            + b"fmt "
            + struct.pack("<I", 16)
            + FORMAT
            + b"data\xff\xff\xff\xff"
            + bytes(2000),
            1000,
        ),
    ],
    ids=["extensible", "odd chunk", "fact", "cut off", "streamed", "unknown size", "RF64"],
)
def test_wav_variants(data: bytes, milliseconds: int) -> None:
    for size in (1, 1 << 16):
        assert walked(audio.wav, data, size).measures == {"audio_milliseconds": milliseconds}


@pytest.mark.parametrize(
    "data", [b"RIFF", riff((b"data", b"1234")), b"RIFX0000WAVE", riff((b"fmt ", FORMAT))]
)
def test_a_wav_without_format_or_data_is_not_counted(data: bytes) -> None:
    with pytest.raises(Uncountable):
        walked(audio.wav, data)


def flac(rate: int, samples: int) -> bytes:
    packed = rate << 44 | 1 << 41 | 15 << 36 | samples
    return b"fLaC\x80\0\0\x22" + bytes(10) + packed.to_bytes(8, "big") + bytes(16)


def test_flac_lasts_as_its_header_says_also_behind_a_tag() -> None:
    expected = {"audio_milliseconds": 2_500}
    assert walked(audio.flac, flac(44100, 110250)).measures == expected
    assert (
        walked(audio.flac, b"ID3\4\0\0\0\0\1\0" + bytes(128) + flac(44100, 110250)).measures
        == expected
    )


@pytest.mark.parametrize("data", [flac(44100, 0), b"fLaC\x84\0\0\x22" + bytes(34), b"fLaC"])
def test_a_flac_that_does_not_say_how_long_it_is_is_not_counted(data: bytes) -> None:
    with pytest.raises(Uncountable):
        walked(audio.flac, data)


def rows_of(data: bytes) -> Counted:
    return count_rows(len(data), lambda offset, size: data[offset : offset + size])


def test_parquet_rows_are_those_that_pyarrow_wrote(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    tables = [
        pa.table({"text": ["a", "b", "c"], "n": [1, 2, 3]}),
        pa.table({"n": pa.array([], pa.int64())}),
        pa.table({f"column{i}": pa.array([1.5] * 70_000) for i in range(20)}),
        pa.table({"deep": [{"a": [{"b": "x"}]}] * 5}),
        pa.table({"blob": [b"\0"], "t": pa.array([1], pa.timestamp("us", "UTC"))}),
    ]
    for number, table in enumerate(tables):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(table, path, row_group_size=1000, use_dictionary=False)
        found = rows_of(path.read_bytes())
        assert found.measures == {"documents": table.num_rows}
        assert (found.modality == ("text",)) == (number in (0, 3))


@given(st.binary(max_size=80))
def test_a_broken_parquet_footer_is_not_counted(footer: bytes) -> None:
    data = b"PAR1" + footer + len(footer).to_bytes(4, "little") + b"PAR1"
    with suppress(Uncountable):
        assert rows_of(data).measures["documents"] >= 0


@pytest.mark.parametrize(
    "data", [b"", b"PAR1", b"PAR1" + b"\xff\xff\xff\x7fPAR1", b"PAR1xxxx\4\0\0\0PARE"]
)
def test_no_parquet_footer_is_not_counted(data: bytes) -> None:
    with pytest.raises(Uncountable):
        rows_of(data)
