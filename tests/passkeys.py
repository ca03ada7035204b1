"""A passkey made of software: signs what a browser and its authenticator would."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User

Flag = AuthenticatorData.FLAG
PRESENT_AND_VERIFIED = Flag.UP | Flag.UV


@dataclass
class SoftPasskey:
    """One key pair for one site."""

    origin: str = "http://testserver"
    host: str = "testserver"
    counter: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, user: User) -> Authenticator:
        """Keep the public half with the bank, as its security pages do."""
        public = AttestedCredentialData.create(
            Aaguid.NONE,
            self.credential_id,
            ES256.from_cryptography_key(self.key.public_key()),  # type: ignore[no-untyped-call] # fido2 leaves it untyped
        )
        data = AuthenticatorData.create(self._host_hash(), PRESENT_AND_VERIFIED | Flag.AT, self.counter, public)
        credential = self._credential(
            clientDataJSON=self._client_data("webauthn.create", "AA"),
            attestationObject=AttestationObject.create("none", data, {}),
        )
        row: Authenticator = WebAuthn.add(user, "Phone", credential).instance
        return row

    def answer(self, options: dict[str, Any], flags: Flag = PRESENT_AND_VERIFIED) -> dict[str, Any]:
        """Sign a challenge; the counter moves as in a hardware key."""
        self.counter += 1
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = AuthenticatorData.create(self._host_hash(), flags, self.counter)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._credential(clientDataJSON=client_data, authenticatorData=data, signature=signature)

    def _credential(self, **response: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        parts = {part: websafe_encode(value) for part, value in response.items()}
        return {"id": name, "rawId": name, "type": "public-key", "response": parts, "clientExtensionResults": {}}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _host_hash(self) -> bytes:
        return hashlib.sha256(self.host.encode()).digest()
