"""What operators do over all areas; each act is in the journal of the organization that it touched."""
