# aws-embedded-metrics 3.5, https://github.com/awslabs/aws-embedded-metrics-python
from aws_embedded_metrics.metric_scope import metric_scope as metric_scope
