"""Ids, tables and a schedule to trained tables and reports."""
