"""Look at the CMDB."""
