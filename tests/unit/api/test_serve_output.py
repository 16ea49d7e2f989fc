"""What ``farley serve`` says: tokens of seven days are not written where output is redirected to."""

import pytest

from api.cli.server.serve import _say
from api.settings.settings import Settings


def test_tokens_are_shown_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_terminal in (False, True):
        monkeypatch.setattr("sys.stdout.isatty", lambda answer=is_terminal: answer)
        _say(Settings(), {"sales": "eyJ-a-token"})
        said = capsys.readouterr().out
        assert "http://127.0.0.1:8000/graphql" in said
        assert ("eyJ-a-token" in said) is is_terminal
        assert ("farley token --as" in said) is not is_terminal
