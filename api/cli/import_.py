def import_files() -> None:
    """X"""
