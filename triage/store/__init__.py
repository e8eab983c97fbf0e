"""The store: the only room with SQL. `Store` is the one writer; `reads`, `marks` and `lock` serve every process."""

from triage.store.writer import Store

__all__ = ["Store"]
