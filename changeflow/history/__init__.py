"""Records of the past in files: exports that become tables, and Parquet tables, read by DuckDB."""
