"""Write the template of a role that may deploy one stage, and little else."""
