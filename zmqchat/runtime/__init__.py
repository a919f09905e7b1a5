"""What every long-running process of zmqchat needs of its operating system, and nothing else."""
