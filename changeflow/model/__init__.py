"""What documents, evidence and answers say: frozen records."""
