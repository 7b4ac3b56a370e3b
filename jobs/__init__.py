"""When and how often: each job calls one verb, may run twice, on two machines, or a week late."""
