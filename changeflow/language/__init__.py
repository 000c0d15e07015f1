"""Sentences for people, made from codes and data in the language, zone and names of the reader."""
