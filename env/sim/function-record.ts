import { emptyHistogram, histogramBin } from '../histogram.ts';

/** What Lambda's own metrics tell of a function in force; for who wants it, it is written beside the ledger. */
export class FunctionRecord {
  /** As the caller waits: with the start-up of a cold environment. */
  latency = emptyHistogram();
  /** As the function reports it: without. */
  duration = emptyHistogram();
  invocations = 0;
  /** Served by provisioned environments. */
  onProvisioned = 0;
  /** Environments at work at the same time, at most. */
  mostBusy = 0;

  note(latencySeconds: number, durationSeconds: number, isProvisioned: boolean): void {
    this.latency[histogramBin(latencySeconds * 1000)]!++;
    this.duration[histogramBin(durationSeconds * 1000)]!++;
    this.invocations++;
    if (isProvisioned) this.onProvisioned++;
  }

  noteBusy(environments: number): void {
    if (environments > this.mostBusy) this.mostBusy = environments;
  }

  clear(): void {
    this.latency.fill(0);
    this.duration.fill(0);
    this.invocations = this.onProvisioned = this.mostBusy = 0;
  }
}
