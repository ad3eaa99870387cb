"""Functions of Terraform and OpenTofu configurations, and who invokes them."""
