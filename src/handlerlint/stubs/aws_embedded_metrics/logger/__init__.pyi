# aws-embedded-metrics 3.5, https://github.com/awslabs/aws-embedded-metrics-python
