"""Functions of AWS SAM and CloudFormation templates, and who invokes them."""
