"""What is wrong with the CMDB as a whole: rings, tiers, single points of failure, gaps, owners, age."""
