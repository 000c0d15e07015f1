"""Rules with CEL conditions."""
