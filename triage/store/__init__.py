"""The store: the only room with SQL.

`writer.Store` is the one writer; `reads`, `marks` and `lock` serve every process, and cost it no more than sqlite3.
"""
