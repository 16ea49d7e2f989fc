"""Fixed vectors of Farley's formats, version 1, made with other code than Farley's.

They are checked in so that no later version fails to open, or to find, what an earlier one kept.
"""

from typing import Any

TENANT = "018f0000-0000-7000-8000-000000000001"
ROW = "018f0000-0000-7000-8000-000000000002"
SUBJECT = "018f0000-0000-7000-8000-000000000003"

ROOT_KEY = bytes(range(64, 96))
TENANT_KEY = bytes(range(96, 128))
INDEX_ROOT = bytes(range(32, 64))
DATA_KEY = bytes(range(32))
DATA_KEY_NUMBER = 7

PLAINTEXT = b"\x81\x01\xa3Ada"
SEALED = bytes.fromhex(
    "0101000000076465666768696a6b6c6d6e6fc91a7d271d88cccfe248060744de61287c5e5edece2f"
)

WRAPPED_TENANT_KEY = bytes.fromhex(
    "010101010101010101010101d384e8a9c6651fed311ebbebb74c4bbb"
    "316c5f77c5d20d06335fbdc1a228432cffbdf67ff64b24e8eaf5865bf3c5e4d4"
)
WRAPPED_INDEX_ROOT = bytes.fromhex(
    "0202020202020202020202026d08b54788c343d4afd9f7c6de7f9926"
    "03c6743daf6ef775f4fc0ce9689f928bfd5ce7dccfe1b0f3363131610953b3b4"
)
WRAPPED_DATA_KEY = bytes.fromhex(
    "03030303030303030303030315efcd961629a1dd640f3a1ce250bb12"
    "48380ef11f5e23fb5450ade76f91a1c8d36daf4909f6c8ca8b3c707fbf2df0a0"
)

EMAIL_TAG = bytes.fromhex("9f980ed73806e1f90f75c94dc5fca6b57e2ebe9c5bf8cbfffc45e4de2d20cf61")
EMAIL_SHORT = -669385654
EMAIL_PROOF = bytes.fromhex("59aba3f11c4129a38240cb0d1089522f")
"""What is kept of the tag in the row ``ROW``."""
EMAIL_SUPPRESSION = bytes.fromhex(
    "91831ff508e66cebd168eea121c23db00aad811e5b59bc1bfbb188279ed45dd2"
)
REFERENCE = bytes.fromhex("66006d89bf784989cf2995cca2ab7196")
FINGERPRINT = bytes.fromhex("428ad6c3aa9dfe198ed10d01e5d9533e477ffc943a1517d113630c11d9898534")
CURSOR_KEY = bytes.fromhex("9d1b10a774c9e4c8fba8232cd7fc72c6d0240176bc278876a21ab216a262a17c")

LEAF = (
    b'{"action":"CustomerUpdated","actor":"member:1","at":"2026-11-21T10:30:05.123456Z",'
    b'"entities":["018f0000-0000-7000-8000-000000000002"],"fields":["emails"],"policy_version":3,'
    b'"purpose":"sales","resource":"customer","subjects":["ab12"]}'
)
LEAF_HASH = bytes.fromhex("9932220be4e300bc33ab07e1ebfeabd457de2a616432e4446617d649652f6a6e")

PACK: dict[str, Any] = {
    "given_name": "Ada",
    "family_name": "Žižková-Łoś",
    "organization_name": "",
    "birth_date": "1815-12-10",
    "national_id": "X\0Y",
    "emails": [{"value": "ada@example.com", "label": None, "preferred": True}],
    "phones": [],
    "custom_fields": [
        {"name": "size", "value": 43},
        {"name": "share", "value": 0.5},
        {"name": "vip", "value": False},
        {"name": "none", "value": None},
    ],
}
"""What is not named here is null: addresses, social profiles, websites, external references."""
PACKED = bytes.fromhex(
    "8801a341646102b0c5bd69c5be6b6f76c3a12dc5816fc59b03a004aa313831352d31322d313005a358005906"
    "9183a576616c7565af616461406578616d706c652e636f6da56c6162656cc0a9707265666572726564c30790"
    "0c9482a46e616d65a473697a65a576616c75652b82a46e616d65a57368617265a576616c7565cb3fe0000000"
    "00000082a46e616d65a3766970a576616c7565c282a46e616d65a46e6f6e65a576616c7565c0"
)
PACK_NONCE = bytes(range(200, 212))
SEALED_PACK = bytes.fromhex(
    "010100000007c8c9cacbcccdcecfd0d1d2d39979c29ae2adf990b181767ba06d84622326c16d85046dbfee09"
    "3f4beba99adce1bd188ba32f2f096aff1da12194a496bedd6edd2b6c93715b7d3ef4cc222b59e89ccb298021"
    "43a3e98d93c197edd4b16117e74d5c6376b3103b2a5e95214e7f921a04d12e42d5136f4b028fade80809a4ea"
    "6b13b079ba1343f3853eb5b3f83aeb40dd69f29ee720af78346dfc848254b81622103900cd40241da7cded94"
    "286e53180bfb350324d32ce2c7af633443b228425c5e42e280eb49e6"
)
"""The customer ``SUBJECT``, whose own id is both row and subject, under ``DATA_KEY``."""
SEALED_EMPTY_PACK = bytes.fromhex(
    "010100000007c8c9cacbcccdcecfd0d1d2d3911dbe8010f4d27daad11c35bbaa8be6c2"
)

PADDING = bytes.fromhex("ffc60000001000000000000000000000000000000000")
SEALED_PADDED_PACK = bytes.fromhex(
    "010100000007c8c9cacbcccdcecfd0d1d2d39879c29ae2adf990b181767ba06d84622326c16d85046dbfee09"
    "3f4beba99adce1bd188ba32f2f096aff1da12194a496bedd6edd2b6c93715b7d3ef4cc222b59e89ccb298021"
    "43a3e98d93c197edd4b16117e74d5c6376b3103b2a5e95214e7f921a04d12e42d5136f4b028fade80809a4ea"
    "6b13b079ba1343f3853eb5b3f83aeb40dd69f29ee720af78346dfc848254b81622103900cd40241da7cded94"
    "286e53180bfb350324d32ce2a34c8a8e785c56ffe7af259f7167383ab3b457df13058e0c1357e9f466e8f274"
    "5a41e1bfa7ea"
)
SEALED_PADDED_EMPTY_PACK = bytes.fromhex(
    "010100000007c8c9cacbcccdcecfd0d1d2d39087a7db86ccc220743c1fbe1e06eb14e087eca8046ba824eda9"
    "3be1da91abe9cc8c2aa6921f2aaa32ff44a7b01701e0dfb11bb8840df7101b184695a152473c7bd283f54953"
    "7447847977424efa82f1"
)

PHONE_TAG = bytes.fromhex("2ba9901c7ec6811bc893cf32f002325bb411a142e73e39a332d99f8ed98df72f")
REFERENCE_TAG = bytes.fromhex("1f1a7d36707f75b96b7981b52b76cab8019a66220512979ecad72b3664b542a1")
CUSTOM_TAG = bytes.fromhex("ac5550e844591b1c6bec2e0d678947b266c6623890e9c1fdfb4035d853478222")
CREDENTIAL = bytes.fromhex("32e6129ea34c80b658a46884a033acc15445256da38afb7d5f283485099784ce")

TOKENS = {
    "word": [-6690917340896525767, -886703479571715605],
    "prefix": [-955436162022360655, 6419344768445376156],
    "whole": [7149367759805845235, 7076230061531011683],
    "start": [-1700000789610784202, 1091629941373745321],
    "start-within": [-5782963538482798787, 4801087485901881088],
    "shortened": [7370107754783465968, -2913817760087862322],
    "sound": [1483779375397247690, 6944487581071991518],
}
"""Of ``muller`` and ``mueller`` in ``customer.person_name``."""
ROW_TOKENS = [
    -6722198452062959089,
    -6410687243348123546,
    -5427935945926651956,
    -1175139838523253752,
    1397912729549862702,
    3051498422982319159,
    4339145324415800607,
    4533165695930758815,
    6233941120105015605,
    7025555846276996627,
]
"""Of a customer in Germany of whom only the given name ``Ada`` is known."""
ALIKE_TOKENS = [
    -3630045531815984623,
    1235707679185120718,
    6722602226223060530,
    9068159851010954280,
]
"""Of the same name, by which slips are found: ``da``, ``aa``, ``ad`` and the sound ``020``."""

CURSOR_POSITION = ["2026-03-01 12:00:00+00", None, ROW]
CURSOR = (
    "ZGVmZ2hpamtsbW5vuiDlj30VRCcyE7ulWv6NhCBTzA_sAum8H-U82GaB05WLdSHzKQmp6IFIAt2YEwFp9uv2v5N55P"
    "22KyHYLLK82HLXxkJ9GO4kUw6jIuL6aA"
)
"""Of customers in Germany, the newest first."""
