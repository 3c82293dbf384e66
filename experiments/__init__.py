"""Studies of several trainings, each started as `python -m experiments.<name>`."""
