"""Keys and rows; search; evaluation."""
