"""Functions of AWS CDK applications: what was synthesized, and Python applications from their source."""
