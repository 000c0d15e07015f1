"""Read what other systems export as configuration items: one module for each format."""
