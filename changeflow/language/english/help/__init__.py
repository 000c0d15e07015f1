"""Words of help in English, for narrow terminals. The texts stand beside each command."""
