"""One run of a function with keep-alive in SimFaaS, as a line of JSON: python function.py PER_SECOND WARM_SECONDS COLD_SECONDS KEEP_ALIVE_SECONDS SECONDS SEED."""

import json
import sys
import time

import numpy
from simfaas.ServerlessSimulator import ServerlessSimulator
from simfaas.SimProcess import ConstSimProcess, ExpSimProcess

per_second, warm_seconds, cold_seconds, keep_alive_seconds, seconds = (float(one) for one in sys.argv[1:6])
numpy.random.seed(int(sys.argv[6]))
start = time.process_time()
simulator = ServerlessSimulator(
    arrival_process=ExpSimProcess(rate=per_second),
    warm_service_process=ConstSimProcess(rate=1 / warm_seconds),
    cold_service_process=ConstSimProcess(rate=1 / cold_seconds),
    expiration_threshold=keep_alive_seconds,
    max_time=seconds,
    maximum_concurrency=1000,
)
simulator.generate_trace(debug_print=False, progress=False)
elapsed = time.process_time() - start
cold = simulator.total_cold_count
print(json.dumps({"requests": simulator.total_req_count, "seconds": elapsed, "mean": cold / simulator.total_req_count}))
