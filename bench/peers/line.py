"""One run of M/M/c in Ciw or SimPy, as a line of JSON: python line.py ciw|simpy PER_SECOND SERVICE_SECONDS SERVERS SECONDS SEED."""

import json
import random
import sys
import time


def run_ciw(per_second, service_seconds, servers, seconds, seed):
    import ciw

    ciw.seed(seed)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=per_second)],
        service_distributions=[ciw.dists.Exponential(rate=1 / service_seconds)],
        number_of_servers=[servers],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(seconds)
    return [record.exit_date - record.arrival_date for record in simulation.get_all_records()]


def run_simpy(per_second, service_seconds, servers, seconds, seed):
    import simpy

    draw = random.Random(seed)
    environment = simpy.Environment()
    station = simpy.Resource(environment, capacity=servers)
    latencies = []

    def request():
        arrival = environment.now
        with station.request() as slot:
            yield slot
            yield environment.timeout(draw.expovariate(1 / service_seconds))
        latencies.append(environment.now - arrival)

    def arrivals():
        while True:
            yield environment.timeout(draw.expovariate(per_second))
            environment.process(request())

    environment.process(arrivals())
    environment.run(until=seconds)
    return latencies


name = sys.argv[1]
per_second, service_seconds, servers, seconds, seed = (float(one) for one in sys.argv[2:])
run = {"ciw": run_ciw, "simpy": run_simpy}[name]
start = time.process_time()
latencies = run(per_second, service_seconds, int(servers), seconds, int(seed))
elapsed = time.process_time() - start
print(json.dumps({"requests": len(latencies), "seconds": elapsed, "mean": sum(latencies) / len(latencies)}))
