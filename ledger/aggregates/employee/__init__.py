"""One employee's stream: place, wages, rewards, notices against them and the appeals about these."""
