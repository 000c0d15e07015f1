"""Use cases of `changeflow audit`: one verb in each file."""
