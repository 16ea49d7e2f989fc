from tests.security.conftest import heard

__all__ = ["heard"]
