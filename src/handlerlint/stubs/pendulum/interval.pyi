# pendulum 3.3, https://pendulum.eustace.io/docs/#interval
from typing import Any

from pendulum.duration import Duration

class Interval(Duration):
    start: Any
    end: Any
